"""What an act must take off elsewhere: an insider who skips the draw is caught by the verifier."""

from __future__ import annotations

import pytest

from app.acts import do
from app.shipping import ship
from attacks.insider import exported, found, without_companions
from custody.wiring.ledger import OpenLedger


@pytest.mark.parametrize("skipped", ["permit.drawn/v1", "batch.drawn/v1"])
def test_a_shipment_whose_doses_were_taken_off_no_balance_is_not_genuine(
    ledger: OpenLedger, skipped: str
) -> None:
    with without_companions(skipped):
        ship(ledger, "B-2026-001", "2")
    report = exported(ledger, "SHP-X")
    assert report.verdict.value == "not_genuine"
    assert ("V7", "E25") in found(report)
    assert ("A6", "E25") in {(f.step, f.code) for f in ledger.audit().findings}


def test_the_same_shipment_with_its_draws_is_genuine(ledger: OpenLedger) -> None:
    ship(ledger, "B-2026-001", "2")
    report = exported(ledger, "SHP-X")
    assert report.genuine, report.findings
    assert ledger.audit().ok


def test_a_thawed_vial_that_was_not_used_up_gives_no_second_batch(ledger: OpenLedger) -> None:
    both = ("Chen Yu", "Sun Jie")
    do(ledger, "vial.thawed/v1", "WCB-01-003", by=both)
    links = {"made_from": ["WCB-01-003"], "product": ["PRD-MSC"], "site": ["ORG-01"]}
    body = {"process_version": "1", "planned_doses": 4}
    with without_companions("vial.used/v1"):
        do(ledger, "batch.started/v1", "B-X", body, links, by=both)
    do(ledger, "batch.started/v1", "B-Y", body, links, by=both)
    findings = ledger.audit().findings
    assert any(f.step == "A6" and "batch.started" in f.where for f in findings)
