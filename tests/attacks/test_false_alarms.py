"""Honest ledgers in ordinary life: the verifier has nothing to say against them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.acts import do, sign
from app.conftest import LATER
from app.shipping import PACKED, ship
from attacks.insider import SHIPMENT, exported, found
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import Clock, passphrase
from custody.errors import CustodyError
from custody.evidence.checkpoint import parse_checkpoint
from custody.wiring.ledger import OpenLedger

DAY = 86_400


def test_a_bundle_made_after_a_quiet_month_is_fresh(ledger: OpenLedger, clock: Clock) -> None:
    ledger.export(SHIPMENT, passphrase)
    assert clock.moment is not None
    clock.moment += timedelta(days=30)
    report = exported(ledger, now=int(clock.moment.timestamp()) + 60)
    assert report.genuine, report.findings


def test_a_recipient_who_knows_the_first_checkpoint_sees_the_ledger_continued(
    ledger: OpenLedger,
) -> None:
    ledger.export(SHIPMENT, passphrase)
    known, _ = parse_checkpoint(ledger.log.checkpoints()[0][1])
    for turn in range(12):
        do(ledger, "vial.moved/v1", "WCB-01-004", {"position": f"R{turn}"}, by=("Chen Yu",))
        ledger.checkpoint(passphrase)
    data = ledger.export(SHIPMENT, passphrase).data
    pinned = replace(ledger.trust, known=(known.size, known.root)).to_bytes()
    report = verify_bundle(data, pinned, now=LATER)
    assert report.genuine, report.findings


def test_checkpoints_without_new_events_change_nothing(ledger: OpenLedger) -> None:
    for _ in range(3):
        ledger.checkpoint(passphrase)
    assert exported(ledger).genuine
    assert ledger.audit().ok


def test_two_bundles_of_different_size_are_both_genuine(ledger: OpenLedger) -> None:
    first = ledger.export(SHIPMENT, passphrase).data
    ship(ledger, "B-2026-001", "2")
    second = ledger.export(SHIPMENT, passphrase).data
    trust = ledger.trust.to_bytes()
    assert first != second
    for data in (first, second, ledger.export("SHP-X", passphrase).data):
        report = verify_bundle(data, trust, now=LATER)
        assert report.genuine, report.findings


def test_a_key_revoked_or_given_other_roles_later_leaves_earlier_signatures_good(
    ledger: OpenLedger,
) -> None:
    founder = [sign(ledger, "Wang Min:registrar:approved")]
    ledger.revoke("Li Wei", "left", -1, founder)
    ledger.change_roles("Zhao Lan", ["collector"], ["sample"], founder)
    report = exported(ledger)
    assert report.genuine, report.findings
    assert ledger.audit().ok


def test_a_permit_given_back_after_the_goods_arrived_does_not_undo_the_shipment(
    ledger: OpenLedger,
) -> None:
    _arrive(ledger)
    do(ledger, "permit.revoked/v1", "HGR-2026-0112", {"reason": "given back"}, by=("Gao Lin",))
    report = exported(ledger)
    assert ("V9", "E26") not in found(report)


def test_a_permit_that_ran_out_long_after_an_unsigned_arrival_leaves_the_question_open(
    ledger: OpenLedger, clock: Clock
) -> None:
    assert clock.moment is not None
    clock.moment += timedelta(days=800)
    report = exported(ledger, now=int(clock.moment.timestamp()) + 60)
    assert report.verdict.value == "cannot_tell", report.findings
    assert found(report) == {("V9", "E26")}


def test_a_shipment_inside_the_country_needs_no_export_permit(ledger: OpenLedger) -> None:
    links = {
        "batch": ["B-2026-001"],
        "shipper": ["ORG-01"],
        "consignee": ["ORG-02"],
        "carrier": ["ORG-03"],
    }
    planned = {
        "destination": "CN",
        "purpose": "overseas_clinical_trial",
        "trial": "T-1",
        "planned_on": "2026-11-24",
    }
    by = ("Gao Lin:regulatory_affairs:performed",)
    do(ledger, "shipment.planned/v1", "SHP-X", planned, links, by=by)
    packed = {**PACKED, "quantity": "2"}
    to = {"batch": ["B-2026-001"]}
    do(ledger, "shipment.packed/v1", "SHP-X", packed, to, by=("He Qing", "Sun Jie"))
    sealed = {"quantity": "2", "seal": "S-1"}
    do(ledger, "shipment.sealed/v1", "SHP-X", sealed, by=("He Qing", "Zhao Lan"))
    report = exported(ledger, "SHP-X")
    assert report.genuine, report.findings


def test_a_second_machine_whose_clock_runs_ahead_stops_the_next_act_not_the_shipment(
    ledger: OpenLedger, clock: Clock
) -> None:
    """An act that rests on a record from the future would read as a forgery to everybody."""
    assert clock.moment is not None
    right = clock.moment
    clock.moment = right + timedelta(minutes=20)
    do(ledger, "organisation.registered/v1", "ORG-77", ORG, by=("Gao Lin",))
    clock.moment = right + timedelta(seconds=30)
    with pytest.raises(CustodyError) as refused:
        _plan(ledger, "ORG-77")
    assert refused.value.code == "C147"
    with pytest.raises(CustodyError) as refused:
        ledger.checkpoint(passphrase)
    assert refused.value.code == "C147"
    clock.moment = right + timedelta(minutes=21)
    _plan(ledger, "ORG-77")
    assert exported(ledger).genuine


ORG = {
    "legal_name": "Centre",
    "roles": ["consignee"],
    "country": "SG",
    "foreign_controlled": True,
}


def _plan(ledger: OpenLedger, consignee: str) -> None:
    links = {"batch": ["B-2026-001"], "shipper": ["ORG-01"], "consignee": [consignee]}
    planned = {
        "destination": "SG",
        "purpose": "overseas_clinical_trial",
        "trial": "T-1",
        "planned_on": "2026-11-24",
    }
    by = ("Gao Lin:regulatory_affairs:performed",)
    do(ledger, "shipment.planned/v1", "SHP-Y", planned, links, by=by)


def _arrive(ledger: OpenLedger) -> None:
    founder = [sign(ledger, "Wang Min:registrar:approved")]
    ledger.change_roles("Ma Rui", ["receiver"], ["*"], founder)
    seal = {"seal": "SEAL-550012", "intact": True, "place": "Singapore"}
    onward = {"giver": ["ORG-03"], "receiver": ["ORG-04"]}
    do(ledger, "shipment.handed_over/v1", SHIPMENT, seal, onward, by=("Tang Bo",))
    do(ledger, "shipment.accepted/v1", SHIPMENT, seal, onward, by=("Ma Rui",))
    arrived = {"seal": "SEAL-550012", "intact": True, "quantity": "12"}
    do(ledger, "shipment.received/v1", SHIPMENT, arrived, by=("Ma Rui",))
