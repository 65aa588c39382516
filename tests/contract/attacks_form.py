"""Attacks on the form of the bundle file: a reader that is not strict would guess (step V1).

They have no number in the catalogue; each is one rule of form that a lenient parser leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from contract.attacks_case import Attack, edited, exported, tiny_sealed, vectors_of
from contract.vector_cases import Vector
from custody.evidence.encoding import b64

Fields = dict[str, Any]
HASH: Final = b64(bytes(32))


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def _first(fields: Fields, name: str) -> Fields:
    found: Fields = fields[name][0]
    return found


def _document(**changes: Any) -> Callable[[Fields], object]:
    row = {"media": "application/pdf", "sha256": "ab" * 32, "size": 1, **changes}
    return lambda f: f.update(attachments=[row])


def _disclosed(*strings: str, leaf: str = HASH) -> Callable[[Fields], object]:
    return lambda f: f.update(disclosures=[{"d": list(strings), "leaf": leaf}])


def form() -> Iterator[Attack]:
    whole = exported(tiny_sealed())

    def changed(name: str, en: str, zh: str, edit: Callable[[Fields], object]) -> Attack:
        return Attack(f"f{name}", "", en, zh, edited(whole, edit), "V1", "E01")

    yield Attack(
        "f01_list_for_a_bundle",
        "",
        "The file is a list that holds a bundle.",
        "文件是含有证据包的列表。",
        b"[" + whole.to_bytes() + b"]",
        "V1",
        "E01",
    )
    yield changed(
        "02_shipment_of_another_kind",
        "The bundle says it is about a batch.",
        "证据包声称针对的是批次。",
        lambda f: f.update(shipment="batch:" + "51" * 16),
    )
    yield changed(
        "03_field_too_many_in_the_seal",
        "The seal has a field that nobody reads.",
        "封印含无人读取的字段。",
        lambda f: f["seal"].update(note="checked"),
    )
    yield changed(
        "04_number_in_a_path",
        "A number stands where a hash belongs.",
        "应为哈希之处写入数字。",
        lambda f: _first(f, "events")["p"].append(1),
    )
    yield changed(
        "05_path_that_is_a_text",
        "A path is a text instead of a list.",
        "路径为文本而非列表。",
        lambda f: _first(f, "events").update(p=HASH),
    )
    yield changed(
        "06_short_hash_in_a_path",
        "A hash of 31 bytes in a path.",
        "路径中含 31 字节的哈希。",
        lambda f: _first(f, "events")["p"].append(b64(bytes(31))),
    )
    yield changed(
        "07_events_in_another_order",
        "The events do not stand in the order of the ledger.",
        "事件未按台账次序排列。",
        lambda f: f["events"].reverse(),
    )
    yield changed(
        "08_field_too_many_in_an_event",
        "A row of an event has a field that nobody reads.",
        "事件行含无人读取的字段。",
        lambda f: _first(f, "events").update(note="checked"),
    )
    yield changed(
        "09_events_that_are_no_list",
        "The events are an object instead of a list.",
        "事件为对象而非列表。",
        lambda f: f.update(events=_first(f, "events")),
    )
    yield changed(
        "10_negative_index",
        "An event is said to stand at -1: from the end, as some languages count.",
        "声称事件位于 -1，即某些语言中的倒数位置。",
        lambda f: _first(f, "events").update(i=-1),
    )
    yield changed(
        "11_true_for_an_index",
        "true stands for the index 1.",
        "以 true 代替序号 1。",
        lambda f: f["events"][1].update(i=True),
    )
    yield changed(
        "12_event_that_is_no_text",
        "An event is an object instead of the text that was signed.",
        "事件为对象而非所签署的文本。",
        lambda f: _first(f, "events").update(e={"payload": "", "signatures": []}),
    )
    yield changed(
        "13_stream_of_no_kind",
        "A stream of a kind that there is not.",
        "流的类别不存在。",
        lambda f: f["streams"][-1].update(s="truck:" + "51" * 16),
    )
    yield changed(
        "14_short_head",
        "The head of a stream is a hash of 31 bytes.",
        "流末哈希仅 31 字节。",
        lambda f: _first(f, "streams").update(h=b64(bytes(31))),
    )
    yield changed(
        "15_line_that_is_no_text",
        "A line of the checkpoint is a number.",
        "检查点的一行为数字。",
        lambda f: f["checkpoint"].__setitem__(1, 9),
    )
    yield changed(
        "16_sixty_five_lines",
        "A checkpoint of more lines than one can have.",
        "检查点的行数超过上限。",
        lambda f: f["checkpoint"].extend([f["checkpoint"][-1]] * 65),
    )
    yield changed(
        "17_empty_disclosure",
        "A list of disclosed values is empty.",
        "所披露的值的列表为空。",
        _disclosed(),
    )
    yield changed(
        "18_disclosure_of_no_leaf",
        "Values are disclosed of a leaf that is no hash.",
        "披露所指的叶不是哈希。",
        _disclosed("x", leaf="AAAA"),
    )
    yield changed(
        "19_script_for_a_media_type",
        "The kind of a document is a script.",
        "文件类型写成脚本。",
        _document(media="javascript:alert(1)"),
    )
    yield changed(
        "20_path_for_a_document",
        "A document is named by a path instead of its hash.",
        "文件以路径而非哈希标识。",
        _document(sha256="../../etc/passwd"),
    )
    yield changed(
        "21_time_stamp_that_is_no_base64",
        "A time stamp is not base64.",
        "时间戳不是 base64。",
        lambda f: f.update(timestamps=["*"]),
    )
    yield changed(
        "22_growth_twice",
        "Two proofs of growth from one size.",
        "同一大小有两份增长证明。",
        lambda f: f.update(consistency=[{"proof": [HASH], "size": 3}] * 2),
    )


GROUPS: Final = (form,)
