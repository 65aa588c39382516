"""What failed, expired or was moved in time after a decision counts for whoever gets the goods."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.acts import do, lawless, moment, paper, sign
from attacks.insider import SHIPMENT, exported, found
from custody.demo.play import Clock
from custody.errors import RefusedError
from custody.wiring.ledger import OpenLedger

BATCH, BANK = "B-2026-001", "WCB-01"
REPORT = {
    "report": "R-1",
    "reported_on": "2026-11-24",
    "sample": "S-1",
    "accreditation": "CNAS-L1",
    "accredited_until": "2027-12-01",
    "documents": [paper("coa")],
}
ONWARD = {"giver": ["ORG-03"], "receiver": ["ORG-04"]}


def bank_tested(ledger: OpenLedger, verdict: str) -> None:
    body = {"test": "sterility", "verdict": verdict, "documents": [paper("coa")]}
    do(ledger, "bank.tested/v1", BANK, body, {"laboratory": ["ORG-05"]}, by=("Zhou Ping",))


def test_a_bank_that_fails_after_the_seal_convicts_until_a_run_takes_it_back(
    ledger: OpenLedger,
) -> None:
    for verdict, genuine in (("fail", False), ("invalid", False), ("pass", True)):
        bank_tested(ledger, verdict)
        report = exported(ledger)
        assert report.genuine == genuine, found(report)
        assert genuine or found(report) == {("V9", "E25")}


def test_an_outside_report_against_a_bank_counts_as_much(ledger: OpenLedger) -> None:
    body: dict[str, Any] = {**REPORT, "tests": [{"test": "adventitious_virus", "verdict": "fail"}]}
    by = ("Wu Fang:qc_reviewer:received",)
    links = {"laboratory": ["ORG-05"]}
    do(ledger, "bank.third_party_reported/v1", BANK, body, links, by=by)
    assert found(exported(ledger)) == {("V9", "E25")}


def test_no_vial_of_a_bank_that_failed_is_thawed(ledger: OpenLedger) -> None:
    bank_tested(ledger, "fail")
    with pytest.raises(RefusedError) as refused:
        do(ledger, "vial.thawed/v1", "WCB-01-004", by=("Chen Yu", "Sun Jie"))
    assert "BNK-003" in {reason.code for reason in refused.value.reasons}


def test_doses_that_change_hands_after_they_expired_are_not_genuine(
    ledger: OpenLedger, clock: Clock
) -> None:
    clock.moment = datetime(2027, 9, 30, 10, tzinfo=UTC)  # the batch lasts until 20 September
    body = {"seal": "SEAL-550012", "intact": True, "place": "Singapore"}
    do(ledger, "shipment.handed_over/v1", SHIPMENT, body, ONWARD, by=("Tang Bo",))
    report = exported(ledger, now=int(clock.moment.timestamp()) + 3600)
    assert ("V9", "E25") in found(report)
    assert any("expired" in f.detail and BATCH in f.detail for f in report.findings)


def test_nothing_happens_to_a_vial_before_it_was_frozen(ledger: OpenLedger) -> None:
    moved = {"position": "LN2-8 / 1", "occurred_at": "2026-01-01T09:00:00+08:00", "reason": "late"}
    with pytest.raises(RefusedError) as refused:
        do(ledger, "vial.moved/v1", "WCB-01-004", moved, by=("Chen Yu",))
    assert {reason.code for reason in refused.value.reasons} == {"C2416"}
    with lawless():
        do(ledger, "vial.moved/v1", "WCB-01-004", moved, by=("Chen Yu",))
    assert "A6" in {f.step for f in ledger.audit().findings}


def test_a_permit_taken_back_on_the_way_counts_after_the_receipt_as_well(
    ledger: OpenLedger,
) -> None:
    revoked = {"reason": "withdrawn by the authority"}
    do(ledger, "permit.revoked/v1", "HGR-2026-0112", revoked, by=("Gao Lin",))
    assert found(exported(ledger)) == {("V9", "E26")}
    by_founder = [sign(ledger, "Wang Min:registrar:approved")]
    ledger.change_roles("Ma Rui", ["receiver"], ["*"], by_founder)
    body = {"seal": "SEAL-550012", "intact": True, "place": "Singapore"}
    with lawless():
        do(ledger, "shipment.handed_over/v1", SHIPMENT, body, ONWARD, by=("Tang Bo",))
        do(ledger, "shipment.accepted/v1", SHIPMENT, body, ONWARD, by=("Ma Rui",))
        arrival = {"seal": "SEAL-550012", "intact": True, "quantity": "12"}
        do(ledger, "shipment.received/v1", SHIPMENT, arrival, by=("Ma Rui",))
    assert ("V9", "E26") in found(exported(ledger))


def test_when_a_sample_was_taken_is_not_corrected_once_something_rests_on_it(
    ledger: OpenLedger,
) -> None:
    by = [sign(ledger, "Zhao Lan:qa:approved"), sign(ledger, "Chen Yu:operator:performed")]
    earlier = {"occurred_at": "2026-01-01T09:00:00+08:00"}
    with pytest.raises(RefusedError) as refused:
        ledger.correct("SMP-2026-001", 0, earlier, "typing error", moment(ledger), by)
    assert {reason.code for reason in refused.value.reasons} & {"C2700", "C2703"}
