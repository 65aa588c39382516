"""One customer's bundle says nothing about another customer's batch, whatever the two share."""

from __future__ import annotations

from typing import Any

from app.acts import do, paper
from app.conftest import LATER
from app.shipping import PERMITS, declared, ship
from custody.app.verification.verifying import inspect_bundle, verify_bundle
from custody.demo.play import passphrase
from custody.wiring.ledger import OpenLedger

OURS, THEIRS = "B-2026-001", "B-2026-003"
APPROVAL: dict[str, Any] = {
    "permit_kind": "special_goods",
    "authority": "GACC",
    "state": "issued",
    "valid_from": "2026-11-01",
    "valid_until": "2027-10-01",
    "quantity": "50",
    "unit": "dose",
    "documents": [paper("permit")],
}


def inside(data: bytes) -> set[str]:
    """Return the business numbers of all items whose events are in the bundle."""
    return {row["body"].get("number", "") for row in inspect_bundle(data)["events"]}


def test_a_permit_or_deviation_of_two_customers_brings_only_ones_own_batch_along(
    ledger: OpenLedger,
) -> None:
    both = [OURS, THEIRS]
    opened = {"title": "t", "severity": "minor", "description": "d"}
    do(ledger, "deviation.opened/v1", "DEV-X", opened, {"affects": both}, by=("Chen Yu",))
    goods = {k: v for k, v in declared(ledger, OURS)["goods"][0].items() if k != "lot"}
    approval = {**APPROVAL, "goods": goods}
    do(ledger, "permit.recorded/v1", "GAC-TWO", approval, {"batch": both}, by=("Gao Lin",))
    ship(ledger, OURS, "2", [p.replace("SG-2026-0345", "GAC-TWO") for p in PERMITS])
    data = ledger.export("SHP-X", passphrase).data
    assert {"DEV-X", "GAC-TWO", OURS} <= inside(data)
    assert not inside(data) & {THEIRS, "PRD-AUT", "DON-2026-002", "SMP-2026-002", "DEV-2026-002"}
    report = verify_bundle(data, ledger.trust.to_bytes(), now=LATER)
    assert report.genuine, report.findings
