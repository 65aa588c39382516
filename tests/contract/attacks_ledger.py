"""Attacks on the ledger file: what somebody with full access to it, or its operator, can do.

Every case starts from one honest ledger (`attacks/ledger`). `tamper.sql` is run against its file
with the guards taken off and put on again; `rewritten.json` is a history the operator made up and
hashed and sealed anew. The audit must find both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

from contract.attacks_case import AREA
from contract.vector_cases import Vector, pretty
from contract.vector_ledger import VectorLedger, trust
from contract.vector_story import CONSIGNEE, MAKER, QA, By, story
from custody.evidence.entry import Entry, encode, pae
from evidence.cast import STRANGER

BASE: Final = "ledger"


@dataclass
class FileAttack:
    """One attack on the ledger file, and every pair of step and code the audit must report."""

    name: str
    en: str
    zh: str
    step: str
    code: str
    sql: str = ""
    after: str = ""
    rewritten: dict[str, Any] = field(default_factory=dict)
    also: tuple[tuple[str, str], ...] = ()
    number: str = ""

    def vector(self) -> Vector:
        """Return the folder."""
        files = {}
        if self.sql:
            files["tamper.sql"] = self.sql.encode() + b"\n"
        if self.after:
            files["after.sql"] = self.after.encode() + b"\n"
        if self.rewritten:
            files["rewritten.json"] = pretty(self.rewritten)
        found = sorted({(self.step, self.code), *self.also})
        expect = {"audit": [list(p) for p in found], "code": self.code, "step": self.step}
        en, zh = self.en, self.zh
        if self.also:
            said = ", ".join(" ".join(pair) for pair in self.also)
            en += f" What contradicts itself is met again by other parts of the audit: {said}."
            zh += f"自相矛盾之处会被审计的其他部分再次发现：{said}。"
        return Vector(AREA, f"{self.name}_fail", f"{en}\n\n{zh}", files, expect)


@cache
def honest() -> VectorLedger:
    """Return the honest ledger under its seal; read only."""
    ledger = story()
    ledger.seal()
    return ledger


def vectors() -> Iterator[Vector]:
    """Yield the honest ledger and the attacks on it."""
    ledger = honest()
    why = (
        "One honest ledger, leaf by leaf, with its published checkpoint; the attacks on ledger "
        "files start from it.\n\n一个真实台账的全部叶子及其已发布的检查点；"
        "对台账文件的攻击均由此出发。"
    )
    entries = "".join(json.dumps(w.decode(), ensure_ascii=False) + "\n" for w in ledger.wires)
    files = {
        "entries.jsonl": entries.encode(),
        "checkpoint.txt": ledger.note(),
        "trust.json": trust().to_bytes(),
    }
    yield Vector(AREA, BASE, why, files, {"audit": []})
    for attack in (*rows(), *rewritten()):
        yield attack.vector()


def rows() -> Iterator[FileAttack]:
    yield FileAttack(
        "l01_event_edited",
        "An administrator edits the bytes of one event; they do not belong to its leaf any more.",
        "管理员改动一条事件的字节，使其不再与叶哈希相符。",
        "A1",
        "E08",
        "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), 'ey', 'eY') AS BLOB) "
        "WHERE rowid = 49;",
        also=(("A1", "C490"), ("A7", "C490")),
    )
    yield FileAttack(
        "l02_test_result_taken_out",
        "The row of a failed test is deleted.",
        "删除一条检验结果所在的行。",
        "A1",
        "E08",
        "DELETE FROM stored_events WHERE rowid = 49;",
        also=(("A1", "C492"), ("A7", "C493")),
    )
    yield FileAttack(
        "l03_last_events_cut_off",
        "The end of the ledger is cut off, as by restoring an old copy; a partner holds the "
        "checkpoint of the whole.",
        "台账末尾被截去（如恢复旧副本）；合作方持有完整台账的检查点。",
        "A5",
        "E06",
        "DELETE FROM stored_events WHERE rowid > 70;\nDELETE FROM checkpoints;\n"
        "DELETE FROM nodes WHERE id > 66;",
        also=(("A1", "E08"),),
    )
    yield FileAttack(
        "l04_two_events_exchanged",
        "Two events exchange their places.",
        "两条事件互换位置。",
        "A1",
        "E08",
        "UPDATE stored_events SET rowid = 9999 WHERE rowid = 38;\n"
        "UPDATE stored_events SET rowid = 38 WHERE rowid = 39;\n"
        "UPDATE stored_events SET rowid = 39 WHERE rowid = 9999;",
    )
    yield FileAttack(
        "l05_event_hidden_in_another_stream",
        "The column that names an event's stream is changed, so that the item's history looks "
        "shorter.",
        "改动事件所属流的列，使该物项的历史看似更短。",
        "A1",
        "E08",
        "UPDATE stored_events SET originator_id = 'batch:' || lower(hex(zeroblob(16))), "
        "originator_version = 1 WHERE rowid = 49;",
        also=(("A6", "C493"), ("A7", "C493")),
    )
    yield FileAttack(
        "l06_event_relabelled",
        "The column that names an event's type is changed.",
        "改动事件类型的列。",
        "A1",
        "E08",
        "UPDATE stored_events SET topic = 'batch.rejected/v1' WHERE rowid = 52;",
    )
    yield FileAttack(
        "l07_tree_node_changed",
        "An inner node of the hash tree is overwritten.",
        "改写哈希树的一个内部节点。",
        "A1",
        "E08",
        "UPDATE nodes SET hash = zeroblob(32) WHERE id = 3;",
    )
    yield FileAttack(
        "l08_map_changed",
        "A node of the map of stream heads is overwritten.",
        "改写流末映射的一个节点。",
        "A1",
        "E08",
        "UPDATE map_nodes SET second = zeroblob(32) WHERE path = "
        "(SELECT max(path) FROM map_nodes);",
    )
    yield FileAttack(
        "l09_checkpoint_overwritten",
        "The kept checkpoint is overwritten with nonsense.",
        "已存检查点被改写为无意义内容。",
        "A5",
        "E03",
        "UPDATE checkpoints SET note = CAST('nothing' AS BLOB);",
    )
    yield FileAttack(
        "l10_ledger_renamed",
        "The ledger is given another name, so that its events seem to be of another one.",
        "台账被改名，其事件看似属于另一台账。",
        "open",
        "C156",
        "UPDATE ledger SET origin = 'custody.example/site-9';",
    )
    yield FileAttack(
        "l11_guard_taken_away",
        "The guard that keeps rows from being changed is taken away; nothing else is touched yet.",
        "移除防止改动行的触发器，其余尚未触动。",
        "A1",
        "E08",
        after="DROP TRIGGER stored_events_no_update;",
    )
    yield FileAttack(
        "l12_second_guard_lets_through",
        "A trigger is added that would take rows out again as they come.",
        "新增一个会随时删除新行的触发器。",
        "A1",
        "E08",
        after="CREATE TRIGGER quiet AFTER INSERT ON checkpoints BEGIN "
        "DELETE FROM map_nodes WHERE path = 'x'; END;",
    )


def _history(*changes: tuple[int, str | None], more: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the history to build instead: leaves left out (None) or replaced, others added."""
    return {"changes": [list(change) for change in changes], "more": list(more)}


def rewritten() -> Iterator[FileAttack]:
    yield FileAttack(
        "l13_history_without_its_last_acts",
        "The operator writes the ledger anew without the hand-over and seals it; the checkpoint "
        "that a partner keeps is of a larger ledger.",
        "运营方重写台账，略去移交并重新封印；合作方保存的检查点属于更大的台账。",
        "A5",
        "E06",
        rewritten=_history((77, None), (78, None), (79, None)),
    )
    ledger = story()
    last = Entry.parse(ledger.wires[-1]).payload
    warmer = {**last.body, "maximum": "-185.0"}
    words = replace(last, body=warmer).to_bytes()
    colder = encode(words, {CONSIGNEE.kid: CONSIGNEE.private.sign(pae(words))})
    yield FileAttack(
        "l14_event_reworded_and_all_hashed_anew",
        "The last reading of the logger is signed again with a better value, and all is hashed "
        "and sealed anew. Inside, everything holds; the checkpoint that a partner keeps does not.",
        "记录仪的最后读数被改为更好的数值并重签，台账重新散列并封印。内部全部自洽，唯合作方保存的检查点不符。",
        "A5",
        "E07",
        rewritten=_history((len(ledger.wires) - 1, colder.decode())),
    )
    yield from _appended()


def _appended() -> Iterator[FileAttack]:
    """The operator logs more, with the checks taken out of the program."""
    ledger = story()
    batch = ledger.stream("B-2026-014")
    body = {"occurred_at": ledger.local(), "reason": "none"}
    words = ledger.payload(batch, "batch.recalled/v1", [(QA, "approved", "qa")], body=body)
    raw = words.to_bytes()
    forged = encode(raw, {QA.kid: STRANGER.private.sign(pae(raw))})
    yield FileAttack(
        "l15_false_signature",
        "A recall is logged whose signature is of somebody else.",
        "记入一条召回，其签名出自他人。",
        "A2",
        "E19",
        rewritten=_history(more=(forged.decode(),)),
    )
    ledger = story()
    ledger.grant(
        STRANGER, ["quality_authority"], [(STRANGER, "approved", "registrar")], accept=False
    )
    yield FileAttack(
        "l16_key_granted_by_nobody",
        "A stranger grants a key to themselves, and nobody's key is known for its signature.",
        "陌生人为自己授予密钥，其签名所用密钥无人知晓。",
        "A3",
        "E21",
        rewritten=_history(more=(ledger.wires[-1].decode(),)),
        also=(("A2", "E19"),),
    )
    ledger = story()
    by: By = [(MAKER, "released", "quality_authority")]
    body = {"occurred_at": ledger.local()}
    ledger.append(ledger.stream("B-2026-014"), "batch.released/v1", by, body=body)
    yield FileAttack(
        "l17_release_by_an_operator",
        "An operator releases the batch once more, in a role never granted.",
        "操作人员以从未授予的角色再次放行该批次。",
        "A3",
        "E21",
        rewritten=_history(more=(ledger.wires[-1].decode(),)),
        also=(("A6", "C243"),),
    )
