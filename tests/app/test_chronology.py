"""Nothing is recorded as made from what was not there yet, and no verifier takes it for genuine."""

from __future__ import annotations

import pytest

from app.acts import do
from app.shipping import AFFAIRS, parties, planned, ship
from attacks.insider import exported, found
from custody.errors import RefusedError
from custody.wiring.ledger import OpenLedger

BATCH, STARTED = "B-2026-001", "2026-10-26T09:30:00+08:00"


def plan(ledger: OpenLedger, at: str) -> None:
    body = {**planned(), "occurred_at": at, "reason": "late entry"}
    do(ledger, "shipment.planned/v1", "SHP-Y", body, parties(BATCH, []), by=AFFAIRS)


def test_nothing_is_said_to_have_happened_before_its_source_was_there(ledger: OpenLedger) -> None:
    with pytest.raises(RefusedError) as refused:
        plan(ledger, "2026-10-26T09:24:00+08:00")
    (reason,) = refused.value.reasons
    assert reason.code == "C2413"
    assert BATCH in reason.why.en and STARTED in reason.why.zh


def test_clocks_may_differ_by_five_minutes(ledger: OpenLedger) -> None:
    plan(ledger, "2026-10-26T09:25:00+08:00")
    assert ledger.resolve("SHP-Y", ("shipment",))


def test_a_shipment_planned_before_its_batch_was_begun_is_not_genuine(
    ledger: OpenLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger's own check was taken out; whoever verifies has one of their own."""
    early = {**planned(), "occurred_at": "2026-10-01T09:00:00+08:00", "reason": "late entry"}
    monkeypatch.setattr("app.shipping.planned", lambda: early)
    monkeypatch.setattr("custody.app.recording.acting.objections", lambda *_: [])
    ship(ledger, BATCH, "2")
    report = exported(ledger, "SHP-X")
    assert report.verdict.value == "not_genuine"
    assert ("V7", "E25") in found(report)
    assert any(BATCH in f.detail and "2026-10-26" in f.detail for f in report.findings)
