"""What changes around a shipment in an honest ledger is not held against it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.acts import do, moved, paper
from app.shipping import AFFAIRS, PERMITS, ship
from attacks.insider import SHIPMENT, exported
from custody.demo.play import Clock
from custody.errors import RefusedError
from custody.wiring.ledger import OpenLedger

BATCH = "B-2026-001"
YESTERDAY, TODAY = "2026-11-23", "2026-11-24"


def test_a_stricter_specification_approved_after_the_release_judges_later_batches_only(
    ledger: OpenLedger,
) -> None:
    events = ledger.histories().events(ledger.resolve("PRD-MSC", ("product",)))
    kept = ("intended_use", "storage_min", "storage_max", "release_tests", "max_passage")
    old = {k: v for k, v in events[0].body.plain().items() if k in kept}
    tests = [*old["release_tests"], {"test": "potency", "minimum": "1", "unit": "1"}]
    body = {**old, "version": "99", "reason": "potency", "release_tests": tests}
    do(ledger, "product.revised/v1", "PRD-MSC", body, by=("Zhao Lan",))
    report = exported(ledger)
    assert report.genuine, report.findings


def letter(ledger: OpenLedger, number: str, **term: str) -> None:
    """A filing of another kind is on record, accepted for some term."""
    body: dict[str, Any] = {
        "permit_kind": "study_filing_818",
        "authority": "authority",
        "state": "accepted",
        "documents": [paper("receipt")],
        **term,
    }
    links = {"product": ["PRD-MSC"]}
    do(ledger, "permit.recorded/v1", number, body, links, by=("Gao Lin",))


def shipped(ledger: OpenLedger, *, plan: list[str], seal: list[str]) -> None:
    """Two doses are planned for with some permits and sealed with others."""
    ship(ledger, BATCH, "2", seal, planned_for=plan)


def test_a_permit_that_was_planned_for_but_left_out_at_the_seal_does_not_matter(
    ledger: OpenLedger,
) -> None:
    letter(ledger, "FIL-1", valid_until=YESTERDAY)
    shipped(ledger, plan=[*PERMITS, "FIL-1"], seal=PERMITS)
    report = exported(ledger, "SHP-X")
    assert report.genuine, report.findings
    assert {p["number"] for p in report.story["permits"]} == set(PERMITS)


@pytest.mark.parametrize("term", [{"valid_until": YESTERDAY}, {"valid_from": "2026-12-01"}])
def test_a_permit_outside_its_term_is_refused_at_the_seal_and_not_first_at_the_border(
    ledger: OpenLedger, term: dict[str, str]
) -> None:
    letter(ledger, "FIL-1", **term)
    with pytest.raises(RefusedError) as refused:
        shipped(ledger, plan=PERMITS, seal=[*PERMITS, "FIL-1"])
    assert {r.code for r in refused.value.reasons} == {"CUS-002"}


def test_a_permit_with_one_end_of_its_term_on_record_can_be_used(ledger: OpenLedger) -> None:
    letter(ledger, "FIL-1", valid_until=TODAY)
    shipped(ledger, plan=PERMITS, seal=[*PERMITS, "FIL-1"])
    report = exported(ledger, "SHP-X")
    assert report.genuine, report.findings


def test_a_permit_renewed_before_its_term_ends_convicts_no_shipment_and_stops_none(
    ledger: OpenLedger,
) -> None:
    term = {"valid_from": "2027-05-04", "valid_until": "2027-10-10"}
    body = {"state": "accepted", "documents": [paper("permit")], **term}
    do(ledger, "permit.updated/v1", "EXP-2026-0007", body, by=("Gao Lin",))
    report = exported(ledger)
    assert report.genuine, report.findings
    shipped(ledger, plan=PERMITS, seal=PERMITS)
    report = exported(ledger, "SHP-X")
    assert report.genuine, report.findings


def at(ledger: OpenLedger, clock: Clock, *day: int) -> int:
    """Let time pass to noon of a day, seal the ledger then; return Unix seconds an hour later."""
    clock.moment = datetime(*day, 12, tzinfo=UTC)  # type: ignore[misc,arg-type]
    moved(ledger)
    return int(clock.moment.timestamp()) + 3600


@pytest.mark.parametrize("released", [True, False])
def test_a_permit_that_runs_out_on_the_way_matters_only_until_customs_let_the_goods_pass(
    ledger: OpenLedger, clock: Clock, released: bool
) -> None:
    at(ledger, clock, 2027, 5, 2)
    if released:
        body = {"office": "PVG", "declaration": "DECL-INVENTED-0001"}
        do(ledger, "shipment.customs_released/v1", SHIPMENT, body, by=AFFAIRS)
    now = at(ledger, clock, 2027, 5, 10)
    report = exported(ledger, now=now)
    assert report.verdict.value == ("genuine" if released else "cannot_tell"), report.findings
    assert {f.code for f in report.findings} == (set() if released else {"E26"})
