"""Attacks by omission, on people and their keys, and on times (numbers 61 to 83)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch

from contract.attacks_case import (
    BATCH,
    BY_WAREHOUSE,
    PLANNED,
    POLICY,
    SHIPMENT,
    STARTED,
    Attack,
    event_words,
    exported,
    logged,
    sealed,
    signed,
    tiny,
    vectors_of,
    written,
)
from contract.vector_cases import Vector
from contract.vector_ledger import BY_REGISTRAR, REGISTRAR, VectorLedger
from contract.vector_story import MAKER, QA, SECOND, By
from custody.evidence import bundle as writing
from custody.evidence import names
from custody.evidence.bundle import Bundle, BundledStream
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry
from custody.evidence.payload import Link, time_of
from evidence.cast import STRANGER, Person, by_roots
from evidence.ledgers import sign

FREEZER: Final = "equipment:" + "ee" * 16
COMPLETED: Final = "batch.completed/v1"
SECOND_REGISTRAR: Final = Person("Second Registrar Example", 0x02, "a8" * 16)


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def _raw(ledger: VectorLedger, stream: str, by: By, **changes: Any) -> int:
    """Append an event whose place in its stream is whatever `changes` say."""
    body = {"occurred_at": ledger.local(), **changes.pop("body", {})}
    words = ledger.payload(stream, PLANNED, by, body=body, **changes)
    return ledger.add(sign(words, [who for who, _, _ in by]))


def chains() -> Iterator[Attack]:
    ledger = tiny()
    head = b64(ledger.events(SHIPMENT)[-1][1].leaf)
    _raw(ledger, SHIPMENT, BY_WAREHOUSE, seq=2)
    _raw(ledger, SHIPMENT, BY_WAREHOUSE, seq=1, prev=head)
    yield Attack(
        "63_records_in_another_order",
        "63",
        "The operator logs record 2 before record 1.",
        "运营方先记入第 2 条，再记入第 1 条。",
        sealed(ledger),
        "V4",
        "E15",
    )
    ledger = tiny()
    ledger.add(ledger.events(SHIPMENT)[-1][1].wire)
    yield Attack(
        "64_event_logged_twice",
        "64",
        "The same signed event is logged a second time at another place.",
        "同一已签署事件在另一位置再次记入。",
        sealed(ledger),
        "V4",
        "E15",
    )
    ledger = tiny()
    written(ledger, SHIPMENT, COMPLETED)
    _raw(ledger, SHIPMENT, BY_WAREHOUSE, seq=1, prev=b64(ledger.events(SHIPMENT)[0][1].leaf))
    yield Attack(
        "68_two_records_with_one_number",
        "68",
        "The stream forks: two records follow the first one, the later is to hide the earlier.",
        "流发生分叉：两条记录都接续第一条，后者意在掩盖前者。",
        sealed(ledger),
        "V4",
        "E15",
    )
    ledger = tiny()
    written(ledger, SHIPMENT, COMPLETED)
    _raw(ledger, SHIPMENT, BY_WAREHOUSE, prev=b64(ledger.events(SHIPMENT)[0][1].leaf))
    yield Attack(
        "68_record_that_skips_its_predecessor",
        "68",
        "A record has the right number but follows the one before last.",
        "记录序号正确，却接续前前一条。",
        sealed(ledger),
        "V4",
        "E15",
    )


def omissions() -> Iterator[Attack]:
    ledger = tiny()
    written(ledger, SHIPMENT, COMPLETED)
    whole = sealed(ledger)
    yield Attack(
        "61_last_record_left_out",
        "61",
        "The last record, a recall perhaps, is left out; the listed head is moved back with it.",
        "最后一条记录（或为召回）被略去，所列末条也随之前移。",
        _shortened(ledger, whole, SHIPMENT),
        "V4",
        "E16",
    )
    ledger = tiny()
    written(ledger, SHIPMENT, COMPLETED)
    body = {"reason": "compromised", "distrust_from": 0}
    written(ledger, SECOND.stream, "key.revoked/v1", BY_REGISTRAR, body=body)
    whole = sealed(ledger)
    yield Attack(
        "67_revocation_cut_off",
        "67",
        "The revocation of a stolen key is left out of its stream, and the listed head moved back.",
        "被盗密钥的吊销记录被略去，所列末条也随之前移。",
        _shortened(ledger, whole, SECOND.stream),
        "V4",
        "E16",
    )
    gone = SECOND.stream
    kept = tuple(e for e in whole.events if Entry.parse(e.wire).payload.stream != gone)
    rows = tuple(row for row in whole.streams if row.stream != gone)
    yield Attack(
        "66_key_stream_with_the_revocation_left_out",
        "66",
        "The whole stream of the revoked key is left out.",
        "被吊销密钥的整个流被略去。",
        replace(whole, events=kept, streams=rows),
        "V4",
        "E18",
    )


def _shortened(ledger: VectorLedger, whole: Bundle, stream: str) -> Bundle:
    """Leave out the last event of a stream and list the one before it as its head."""
    (index, entry), (last, _) = ledger.events(stream)[-2:]

    def earlier(row: Any) -> Any:
        if row.stream != stream:
            return row
        return replace(
            row, head=replace(row.head, count=row.head.count - 1, index=index, leaf=entry.leaf)
        )

    kept = tuple(e for e in whole.events if e.index != last)
    return replace(whole, events=kept, streams=tuple(map(earlier, whole.streams)))


def listed() -> Iterator[Attack]:
    ledger = tiny()
    written(ledger, BATCH, STARTED)
    whole = sealed(ledger)
    head, proof = ledger.map_proof(BATCH)
    rows = sorted(
        [*whole.streams, BundledStream(BATCH, 0, head, proof.copath)], key=lambda row: row.stream
    )
    yield Attack(
        "70_stream_listed_without_its_events",
        "70",
        "A stream that has nothing to do with it is listed, without its events.",
        "列出与发运无关的流而无其事件。",
        replace(whole, streams=tuple(rows)),
        "V4",
        "E17",
    )


def links() -> Iterator[Attack]:
    ledger = tiny()
    written(ledger, BATCH, STARTED)
    future = sign(
        ledger.payload(BATCH, COMPLETED, BY_WAREHOUSE, body={"occurred_at": ledger.local()}),
        [MAKER],
    )
    ahead = Link(b64(Entry.parse(future).leaf), "batch", BATCH)
    words = ledger.payload(SHIPMENT, PLANNED, BY_WAREHOUSE, body={"occurred_at": ledger.local()})
    ledger.add(sign(replace(words, links=(ahead,)), [MAKER]))
    ledger.add(future)
    yield Attack(
        "71_link_to_what_comes_later",
        "71",
        "A decision claims to rest on a record that was logged only after it.",
        "决定声称以其之后才记入的记录为依据。",
        sealed(ledger),
        "V4",
        "E18",
    )
    ledger = tiny()
    written(ledger, BATCH, STARTED)
    words = ledger.payload(SHIPMENT, PLANNED, BY_WAREHOUSE, body={"occurred_at": ledger.local()})
    ledger.add(sign(replace(words, links=(Link(b64(b"\x05" * 32), "batch", BATCH),)), [MAKER]))
    yield Attack(
        "71_link_to_what_never_was",
        "71",
        "A decision claims to rest on a record that nobody has.",
        "决定声称以并不存在的记录为依据。",
        sealed(ledger),
        "V4",
        "E18",
    )
    ledger = tiny()
    other = "batch:" + "bb" * 16
    alias = names.alias_stream("batch-no", "B-1")
    claim = {"scheme": "batch-no", "value": "B-1"}
    for stream in (BATCH, other):
        written(ledger, stream, STARTED, body={"number": "B-1"})
        if stream == BATCH:
            written(ledger, alias, "alias.claimed/v1", links=[("names", BATCH)], body=claim)
    written(ledger, SHIPMENT, PLANNED, links=[("batch", other)])
    yield Attack(
        "69_second_clean_history",
        "69",
        "A second, clean batch under the number of the first; the shipment rests on the second.",
        "以同一批号另建“干净”批次，发运以其为依据。",
        sealed(ledger),
        "V4",
        "E18",
    )
    ledger = tiny()
    written(ledger, BATCH, STARTED, body={"number": "B-1"})
    written(ledger, alias, STARTED, links=[("names", BATCH)])
    written(ledger, SHIPMENT, PLANNED, links=[("batch", BATCH)])
    yield Attack(
        "69_number_claimed_by_something_else",
        "69",
        "The stream of the batch number begins with an event that claims nothing.",
        "批号流的首个事件并非编号登记。",
        sealed(ledger),
        "V4",
        "E18",
    )


def used() -> Iterator[Attack]:
    ledger = tiny()
    written(ledger, BATCH, STARTED)
    written(ledger, BATCH, COMPLETED)
    written(ledger, SHIPMENT, PLANNED, links=[("uses", BATCH)])
    whole = sealed(ledger)
    yield Attack(
        "72b_beginning_of_a_batch_left_out",
        "72b",
        "A batch is passed off as a thing that was only used, so that its beginning can stay away.",
        "把批次冒充为“仅使用”的物项，以略去其开头。",
        _begun_later(whole, BATCH, 1),
        "V4",
        "E15",
    )
    ledger = tiny()
    for kind in (STARTED, COMPLETED, COMPLETED):
        written(ledger, FREEZER, kind)
    written(ledger, SHIPMENT, PLANNED, links=[("uses", FREEZER)])
    written(ledger, FREEZER, COMPLETED)
    whole = sealed(ledger)
    yield Attack(
        "72b_use_left_out",
        "72b",
        "Of a freezer travels only what came after its use: what stood there at the use is hidden.",
        "冰箱仅随附使用之后的记录，使用当时的记录被隐去。",
        _begun_later(whole, FREEZER, 3),
        "V4",
        "E15",
        also=(("V4", "E18"),),
    )


def _begun_later(whole: Bundle, stream: str, first: int) -> Bundle:
    def gone(wire: bytes) -> bool:
        payload = Entry.parse(wire).payload
        return payload.stream == stream and payload.seq < first

    rows = tuple(replace(r, first=first) if r.stream == stream else r for r in whole.streams)
    return replace(whole, events=tuple(e for e in whole.events if not gone(e.wire)), streams=rows)


def people() -> Iterator[Attack]:
    ledger = tiny()
    ledger.grant(SECOND_REGISTRAR, ["registrar"], by_roots())
    body = {"reason": "left", "distrust_from": -1}
    written(ledger, SECOND_REGISTRAR.stream, "key.revoked/v1", by_roots(), body=body)
    ledger.grant(STRANGER, ["warehouse"], [(SECOND_REGISTRAR, "approved", "registrar")])
    by: By = [(STRANGER, "performed", "warehouse")]
    written(ledger, SHIPMENT, PLANNED, by)
    yield Attack(
        "77_grant_by_a_revoked_registrar",
        "77",
        "A registrar whose key was revoked grants one more key. "
        "It was never granted, so what it signs does not count, either (E21).",
        "密钥已被吊销的登记员再授予一把密钥；该密钥视为从未授予，其签名亦不算数（E21）。",
        sealed(ledger),
        "V6",
        "E22",
        also=(("V6", "E21"),),
    )
    ledger = tiny()
    ledger.enrol(REGISTRAR, ["registrar", "warehouse"], BY_REGISTRAR, accept=False)
    written(ledger, SHIPMENT, PLANNED, links=[("key", REGISTRAR.stream)])
    yield Attack(
        "77_second_grant_of_one_key",
        "77",
        "A registrar grants the own key a second time, with a further role.",
        "登记员再次授予自己的密钥，并增加角色。",
        sealed(ledger),
        "V6",
        "E21",
        also=(("V6", "E23"),),
    )
    ledger = tiny()
    roles = {"roles": ["verifier", "warehouse"], "scope": ["*"]}
    own: By = [(SECOND, "approved", "verifier")]
    written(ledger, SECOND.stream, "key.roles_changed/v1", own, body=roles)
    yield Attack(
        "77_role_given_to_oneself",
        "77",
        "A person adds a role to the own key.",
        "本人为自己的密钥增加角色。",
        sealed(ledger),
        "V6",
        "E21",
    )
    ledger = tiny()
    rules = [{**rule, "allowed": [{"meaning": "released", "role": "warehouse"}]} for rule in POLICY]
    written(ledger, names.AUTHORITY, "policy.adopted/v1", BY_REGISTRAR, body={"rules": rules})
    yield Attack(
        "76_rules_changed_first",
        "76",
        "A registrar adopts a policy under which the warehouse may release. Only the root keys "
        "may do that, and enough of them (E23).",
        "登记员采纳允许仓库放行的策略；唯有足够数量的根密钥可为之（E23）。",
        sealed(ledger),
        "V6",
        "E21",
        also=(("V6", "E23"),),
    )
    ledger = tiny()
    written(ledger, SHIPMENT, "batch.released/v1", [(QA, "released", "quality_authority")])
    yield Attack(
        "76_key_of_nobody",
        "76",
        "Somebody releases with a key that was never granted: its stream cannot be there.",
        "以从未授予的密钥放行：其流不可能存在。",
        _without_check(ledger),
        "V4",
        "E18",
    )


def _without_check(ledger: VectorLedger) -> Bundle:
    """Export although the closure is not whole, as a hostile program would."""
    real = writing.closure

    def partial(*given: Any) -> Any:
        found = real(*given)
        found.first = {s: n for s, n in found.first.items() if ledger.streams.get(s)}
        return found

    ledger.seal()
    with patch.object(writing, "closure", partial):
        return exported(ledger)


def times() -> Iterator[Attack]:
    for name, zh, new in (
        ("31_february", "2 月 31 日", "2026-02-31T10:00:00Z"),
        ("second_sixty", "第 60 秒", "2026-11-20T10:00:60Z"),
        ("hour_twenty_four", "24 时", "2026-11-20T24:00:00Z"),
        ("another_offset", "其他时区偏移", "2026-11-20T10:00:00+01:00"),
    ):
        words = event_words(tiny(), time=1_795_000_000)
        old = f'"time":"{time_of(1_795_000_000)}"'.encode()
        wire = signed(words.replace(old, f'"time":"{new}"'.encode()), MAKER, SECOND)
        yield Attack(
            f"82_time_with_{name}",
            "82",
            f"The time of signing is written {new}.",
            f"签署时间写法异常：{zh}。",
            logged(tiny(), wire),
            "V3",
            "E12",
        )


GROUPS: Final = (chains, omissions, listed, links, used, people, times)
