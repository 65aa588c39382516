"""The closure: everything a shipment rests on, and nothing else."""

from __future__ import annotations

import pytest

from custody.evidence import names
from custody.evidence.closure import check_aliases, check_read_set, closure
from custody.evidence.encoding import b64
from custody.evidence.payload import Link
from evidence.cast import OPERATOR, QUALITY, REGISTRAR, ROOTS
from evidence.checking import check, found
from evidence.ledgers import (
    BATCH,
    DONATION,
    FREEZER,
    OTHER_BATCH,
    SHIPMENT,
    Ledger,
    alias_fields,
    sealed_story,
)

ALIAS = names.alias_stream("batch-no", "CT-2026-0042")
ROOT_KIDS = {root.kid for root in ROOTS}
PERFORMED = [(OPERATOR, "performed", "operator")]
RELEASED = [(QUALITY, "released", "quality_authority")]


def closed(ledger: Ledger) -> dict[str, int]:
    return closure(SHIPMENT, ledger.events, alias_fields, ROOT_KIDS).first


def test_the_closure_holds_parents_keys_numbers_and_the_authority() -> None:
    assert closed(sealed_story()) == {
        names.AUTHORITY: 0,
        SHIPMENT: 0,
        BATCH: 0,
        DONATION: 0,
        ALIAS: 0,
        FREEZER: 2,
        REGISTRAR.stream: 0,
        OPERATOR.stream: 0,
        QUALITY.stream: 0,
    }
    assert OTHER_BATCH not in closed(sealed_story())


def test_a_thing_that_is_only_used_begins_at_its_earliest_use() -> None:
    ledger = sealed_story()
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, links=[("uses", FREEZER)])
    assert closed(ledger)[FREEZER] == 2


def test_a_thing_linked_in_any_other_way_is_shown_whole() -> None:
    ledger = sealed_story()
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, links=[("repairs", FREEZER)])
    assert closed(ledger)[FREEZER] == 0


def test_a_batch_is_shown_whole_even_when_it_is_only_used() -> None:
    ledger = sealed_story()
    ledger.append(OTHER_BATCH, "batch.opened/v1", PERFORMED)
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, links=[("uses", OTHER_BATCH)])
    assert closed(ledger)[OTHER_BATCH] == 0


def test_what_lies_before_the_first_use_pulls_nothing_in() -> None:
    ledger = Ledger().establish()
    ledger.append(FREEZER, "equipment.calibrated/v1", RELEASED)
    ledger.append(FREEZER, "equipment.calibrated/v1", PERFORMED)
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, links=[("uses", FREEZER)])
    assert QUALITY.stream not in closed(ledger)


def test_a_list_of_numbers_brings_in_every_alias() -> None:
    ledger = Ledger().establish()
    numbers = ["A-1", "A-2"]
    ledger.append(SHIPMENT, "batch.opened/v1", PERFORMED, body={"batch_number": numbers})
    assert {names.alias_stream("batch-no", n) for n in numbers} <= closed(ledger).keys()


def test_a_number_that_cannot_be_one_is_reported() -> None:
    ledger = Ledger().establish()
    ledger.append(SHIPMENT, "batch.opened/v1", PERFORMED, body={"batch_number": ""})
    result = closure(SHIPMENT, ledger.events, alias_fields, ROOT_KIDS)
    assert [f.code for f in result.findings] == ["E18"]
    ledger.seal()
    assert found(check(ledger.bundle(alias_fields=lambda _: {}))) == {("V4", "E18")}


def test_a_business_number_belongs_to_the_stream_that_claimed_it() -> None:
    ledger = sealed_story()
    assert not check_aliases({ALIAS: [BATCH]}, ledger.events)
    assert [f.code for f in check_aliases({ALIAS: [OTHER_BATCH]}, ledger.events)] == ["E18"]


def test_a_second_clean_stream_for_one_batch_number_is_found() -> None:
    # The held batch is hidden behind a fresh stream that uses the same number.
    ledger = Ledger().establish()
    number = {"batch_number": "CT-2026-0042"}
    ledger.append(OTHER_BATCH, "batch.opened/v1", PERFORMED, body=number)
    ledger.append(ALIAS, "alias.claimed/v1", PERFORMED, links=[("names", OTHER_BATCH)])
    ledger.append(OTHER_BATCH, "batch.held/v1", [(QUALITY, "rejected", "quality_authority")])
    ledger.append(BATCH, "batch.opened/v1", PERFORMED, body=number)
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, links=[("contains", BATCH)])
    ledger.seal()
    report = check(ledger.bundle())
    assert found(report) == {("V4", "E18")}
    assert report.verdict == "not_genuine"


def test_a_number_whose_claim_names_nothing_is_found() -> None:
    ledger = Ledger().establish()
    ledger.append(BATCH, "batch.opened/v1", PERFORMED, body={"batch_number": "CT-2026-0042"})
    ledger.append(ALIAS, "alias.claimed/v1", PERFORMED)
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, links=[("contains", BATCH)])
    ledger.seal()
    assert found(check(ledger.bundle())) == {("V4", "E18")}


def test_a_decision_on_the_latest_heads_is_accepted() -> None:
    ledger = sealed_story()
    events = sorted(placed for stream in ledger.streams.values() for placed in stream)
    assert not check_read_set(events)


@pytest.mark.parametrize("kind", ["outdated", "to come", "of nothing"])
def test_a_decision_on_any_other_head_is_found(kind: str) -> None:
    ledger = Ledger().establish()
    ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    first = b64(ledger.streams[BATCH][-1][1].leaf)
    ledger.append(BATCH, "batch.held/v1", [(QUALITY, "rejected", "quality_authority")])
    head = {"outdated": first, "of nothing": b64(b"\x01" * 32)}.get(kind, "")
    if kind == "to come":
        # Predict the head that the next event of the batch will have.
        ahead = Ledger(clock=ledger.clock + 60).establish()
        ahead.streams[BATCH] = list(ledger.streams[BATCH])
        ahead.append(BATCH, "batch.released/v1", RELEASED)
        wire = ahead.wires[-1]
        head = b64(ahead.streams[BATCH][-1][1].leaf)
    links = (Link(head, "contains", BATCH),)
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED)
    packed = ledger.payload(SHIPMENT, "shipment.packed/v1", PERFORMED)
    from dataclasses import replace

    from evidence.ledgers import sign

    ledger.add(sign(replace(packed, links=links), [OPERATOR]))
    if kind == "to come":
        ledger.add(wire)
    ledger.seal()
    assert ("V4", "E18") in found(check(ledger.bundle()))


def test_a_long_stream_reached_in_many_ways_is_visited_once() -> None:
    # Each use reaches one record further back; a hostile bundle must not make that quadratic.
    ledger = Ledger().establish()
    visited = 0
    uses = []
    for _ in range(30):
        ledger.append(FREEZER, "equipment.calibrated/v1", PERFORMED)
        ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, links=[("uses", FREEZER)])
        uses.append(ledger.streams[SHIPMENT][-1])

    def read(stream: str) -> list:
        return uses[::-1] if stream == SHIPMENT else ledger.events(stream)

    def count(event_type: str) -> dict[str, str]:
        nonlocal visited
        visited += event_type == "equipment.calibrated/v1"
        return {}

    assert closure(SHIPMENT, read, count, ROOT_KIDS).first[FREEZER] == 0
    assert visited == 30
