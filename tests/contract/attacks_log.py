"""Attacks on proofs, seals and checkpoints (numbers 29 to 60)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from dilithium_py.ml_dsa import ML_DSA_44

from contract.attacks_case import (
    BATCH,
    SHIPMENT,
    STARTED,
    Attack,
    edited,
    exported,
    tiny,
    tiny_sealed,
    vectors_of,
    written,
)
from contract.vector_cases import Vector
from contract.vector_ledger import ORIGIN, mldsa44, trust
from custody.evidence.bundle import Bundle
from custody.evidence.checkpoint import Checkpoint
from custody.evidence.encoding import b64
from custody.evidence.note import MLDSA44, Signature, SignedNote, VerifierKey, parse
from custody.evidence.note import encode as encode_note
from evidence import cast, ledgers

Edit = Callable[[dict[str, Any]], object]
MLDSA_LINE: Final = 1


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def inclusion() -> Iterator[Attack]:
    # A stranger's event lies between the shipment's, so that a place in the log is free.
    ledger = tiny()
    stranger = written(ledger, BATCH, STARTED)
    written(ledger, SHIPMENT, "batch.completed/v1")
    ledger.seal()
    whole = exported(ledger)
    size = len(ledger.leaves)

    def changed(name: str, number: str, en: str, zh: str, edit: Edit) -> Attack:
        return Attack(name, number, en, zh, edited(whole, edit), "V3", "E14")

    yield changed(
        "30_proof_extended",
        "30",
        "A hash too many at the end of a proof.",
        "证明末尾多一个哈希。",
        lambda f: f["events"][2]["p"].append(b64(bytes(32))),
    )
    yield changed(
        "30_proof_emptied",
        "30",
        "An empty proof, as a tree of one leaf has it.",
        "空证明，仅适用于只有一片叶子的树。",
        lambda f: f["events"][2].update(p=[]),
    )
    yield changed(
        "31_index_off_by_one",
        "31",
        "An event is said to stand one place earlier, where somebody else's stands.",
        "声称事件位于前一位置，而该处为他人的事件。",
        lambda f: f["events"][-1].update(i=stranger),
    )
    yield changed(
        "31_index_of_the_seal",
        "31",
        "An event is said to stand where the seal stands.",
        "声称事件位于封印所在位置。",
        lambda f: f["events"][-1].update(i=size - 1),
    )
    yield changed(
        "31_index_beyond_the_ledger",
        "31",
        "An event is said to stand beyond the last leaf.",
        "声称事件位于最后一片叶子之后。",
        lambda f: f["events"][-1].update(i=2**53 - 1),
    )
    earlier = [b64(h) for h in ledger.inclusion(2, size - 3)]
    yield changed(
        "33_proof_of_an_earlier_tree",
        "33",
        "The proof was good for the ledger as it was some events before.",
        "该证明只对若干事件之前的台账成立。",
        lambda f: f["events"][2].update(p=earlier),
    )


def head_map() -> Iterator[Attack]:
    whole = exported(tiny_sealed())

    def changed(name: str, number: str, en: str, zh: str, edit: Edit) -> Attack:
        return Attack(name, number, en, zh, edited(whole, edit), "V4", "E16")

    yield changed(
        "36_inner_node_for_a_leaf",
        "36",
        "The path in the map is cut, so that the leaf stands where an inner node is.",
        "映射路径被截短，使叶子位于内部节点处。",
        lambda f: f["streams"][-1]["copath"].pop(),
    )
    yield changed(
        "39_map_path_too_long",
        "39",
        "A sibling too many in the map's path.",
        "映射路径多一个兄弟节点。",
        lambda f: f["streams"][-1]["copath"].append(b64(bytes(32))),
    )
    yield changed(
        "39_map_path_emptied",
        "39",
        "No path at all: the root is never a leaf.",
        "没有路径：根从来不是叶子。",
        lambda f: f["streams"][-1].update(copath=[]),
    )
    long = edited(whole, lambda f: f["streams"][-1].update(copath=[b64(bytes(32))] * 257))
    yield Attack(
        "39_map_path_of_257",
        "39",
        "A path deeper than a key has bits.",
        "路径深于键的位数。",
        long,
        "V1",
        "E01",
    )
    foreign = tiny()
    foreign.seal(origin="custody.example/site-9")
    yield Attack(
        "41_seal_of_another_ledger",
        "41",
        "The last leaf is a seal that names another ledger.",
        "最后一片叶子是载有另一台账名称的封印。",
        exported(foreign),
        "V3",
        "E08",
    )
    ledger = tiny()
    ledger.seal()
    _, proof = ledger.map_proof(SHIPMENT)
    written(ledger, BATCH, STARTED)
    ledger.seal()
    later = exported(ledger)
    rows = tuple(
        replace(row, copath=proof.copath) if row.stream == SHIPMENT else row
        for row in later.streams
    )
    yield Attack(
        "40_map_proof_of_another_seal",
        "40",
        "The true last event, with the map proof of the seal before.",
        "真实的最后事件，却附前一封印的映射证明。",
        replace(later, streams=rows),
        "V4",
        "E16",
    )


def notes() -> Iterator[Attack]:
    whole = exported(tiny_sealed())
    size = len(tiny_sealed().leaves)

    def changed(name: str, number: str, en: str, zh: str, edit: Edit) -> Attack:
        return Attack(name, number, en, zh, edited(whole, edit), "V2", "E03")

    def line(at: int, text: str) -> Edit:
        return lambda f: f["checkpoint"].__setitem__(at, text)

    def put(at: int, *texts: str) -> Edit:
        return lambda f: f["checkpoint"].__setitem__(slice(at, at), texts)

    for word, text, zh in (
        ("minus_nought", "-0", "负零"),
        ("leading_nought", f"0{size}", "前导零"),
        ("plus", f"+{size}", "加号"),
        ("enormous", "9" * 40, "巨大的数"),
        ("2_to_the_53", str(2**53), "超出双精度精确范围的数"),
    ):
        yield changed(
            f"34_size_with_{word}",
            "34",
            f"The size of the ledger is written as {text[:12]}.",
            f"台账大小的写法含{zh}。",
            line(1, text),
        )
    yield changed(
        "49_two_empty_lines",
        "49",
        "A second empty line, so that readers split the note at different places.",
        "第二个空行，使不同程序在不同位置拆分。",
        put(3, ""),
    )
    yield changed(
        "49_text_after_the_signatures",
        "49",
        "Another text and a signature after the signatures.",
        "签名之后还有另一段文本与签名。",
        lambda f: f["checkpoint"].extend(["", "another text", "", f["checkpoint"][4]]),
    )
    carriage = exported(tiny_sealed()).to_bytes().replace(b'"checkpoint":["', b'"checkpoint":["\r')
    yield Attack(
        "49_carriage_return",
        "49",
        "A carriage return inside the checkpoint.",
        "检查点中含回车符。",
        carriage,
        "V1",
        "E01",
    )
    renamed = edited(whole, line(0, "custody.example/site-9"))
    yield Attack(
        "43_checkpoint_of_another_ledger",
        "43",
        "The checkpoint names another ledger than the trust file.",
        "检查点所载台账与信任文件不同。",
        renamed,
        "V2",
        "E03",
        open=True,
    )


def _with_lines(change: Callable[[list[Signature]], list[Signature]]) -> Bundle:
    whole = exported(tiny_sealed())
    note = parse(whole.checkpoint)
    made = encode_note(SignedNote(note.text, tuple(change(list(note.signatures)))))
    return replace(whole, checkpoint=made)


def _statement(start: int, time: int) -> Signature:
    """Return the ledger's ML-DSA-44 line about the leaves from `start`, at Unix second `time`."""
    ledger = tiny_sealed()
    head = Checkpoint(ORIGIN, len(ledger.leaves), ledger.root(len(ledger.leaves)))
    name = ORIGIN.encode()
    message = b"".join(
        (
            b"subtree/v1\n\0",
            bytes((len(name),)) + name,
            time.to_bytes(8),
            bytes((len(name),)) + name,
            start.to_bytes(8),
            head.size.to_bytes(8),
            head.root,
        )
    )
    public, private = mldsa44(cast.LOG_MLDSA_SEED)
    signature = ML_DSA_44.sign(private, message, deterministic=True)
    key = VerifierKey(ORIGIN, MLDSA44, public)
    return Signature(ORIGIN, key.keyid, time.to_bytes(8) + signature)


def lines() -> Iterator[Attack]:
    def changed(
        name: str,
        number: str,
        en: str,
        zh: str,
        code: str,
        change: Callable[[list[Signature]], list[Signature]],
    ) -> Attack:
        return Attack(name, number, en, zh, _with_lines(change), "V2", code)

    _, seed = cast.WITNESSES["w4"]
    private = cast._private(seed)
    ledger = tiny_sealed()
    head = Checkpoint(ORIGIN, len(ledger.leaves), ledger.root(len(ledger.leaves)))
    impostor = ledgers.sign_ed25519(private, ORIGIN, head)
    yield changed(
        "44_witness_signs_as_the_ledger",
        "44",
        "A witness signs the checkpoint under the name of the ledger.",
        "见证方以台账之名签署检查点。",
        "E04",
        lambda rows: [impostor, *rows[MLDSA_LINE:]],
    )
    yield changed(
        "44_ledgers_key_id_on_a_witness_signature",
        "44",
        "The same, with the key number of the ledger.",
        "同上，并冒用台账的密钥编号。",
        "E04",
        lambda rows: [replace(impostor, keyid=rows[0].keyid), *rows[MLDSA_LINE:]],
    )
    when = ledger.clock + 5
    for name, zh, start, time in (
        ("47_statement_about_a_part", "只涉及台账一部分的陈述。", 4, when),
        ("47_statement_without_a_time", "时间为零的陈述，即关于子树的陈述。", 0, 0),
    ):
        en = "A signature about a part of the ledger is passed off as one about the whole."
        said = _statement(start, time)
        yield changed(name, "47", en, zh, "E04", lambda rows, s=said: [rows[0], s, *rows[2:]])
    yield changed(
        "53_false_line_beside_a_good_one",
        "53",
        "A second line under the ledger's key number, with a false signature.",
        "在台账密钥编号下另有一行伪签名。",
        "E03",
        lambda rows: [rows[0], replace(rows[0], blob=bytes(64)), *rows[1:]],
    )
    yield changed(
        "54_time_of_a_witness_changed",
        "54",
        "The time beside a witness's signature is moved by a day.",
        "见证方签名旁的时间被改动一天。",
        "E05",
        lambda rows: [*rows[:-1], replace(rows[-1], blob=_later(rows[-1].blob))],
    )
    doubled = trust().to_bytes()
    first, second = (cast.vkey(n, 0x04, s).text() for n, s in list(cast.WITNESSES.values())[:2])
    assert second.encode() in doubled
    yield Attack(
        "51_one_witness_under_two_names",
        "51",
        "A trust file that counts one key as two witnesses.",
        "信任文件把同一密钥计为两个见证方。",
        exported(tiny_sealed()),
        "V2",
        "C503",
        open=True,
        trust=doubled.replace(second.encode(), first.encode()),
    )


def _later(blob: bytes) -> bytes:
    return (int.from_bytes(blob[:8]) + 86_400).to_bytes(8) + blob[8:]


GROUPS: Final = (inclusion, head_map, notes, lines)
