"""A decision made with a stolen key of a quality authority is confirmed by another such only."""

from __future__ import annotations

import pytest

from app.acts import lawless, moment, sign
from attacks.insider import exported, found
from custody.errors import RefusedError
from custody.wiring.ledger import OpenLedger

BATCH, QA = "B-2026-001", "Zhao Lan:qa:approved"


def release(ledger: OpenLedger) -> tuple[int, int]:
    """Return (log index, seq) of the release of the batch."""
    events = ledger.histories().events(ledger.resolve(BATCH, ("batch",)))
    return next((e.index, e.seq) for e in events if e.type == "batch.released/v1")


def confirmed(ledger: OpenLedger) -> None:
    index, seq = release(ledger)
    ledger.revoke("Li Wei", "compromised", index, [sign(ledger, "Wang Min")])
    ledger.reaffirm(BATCH, seq, "checked", moment(ledger), [sign(ledger, QA)])


def test_quality_assurance_does_not_stand_by_a_release(ledger: OpenLedger) -> None:
    with pytest.raises(RefusedError) as refused:
        confirmed(ledger)
    assert {reason.code for reason in refused.value.reasons} == {"C2414"}


def test_a_release_that_only_quality_assurance_stands_by_is_not_genuine(ledger: OpenLedger) -> None:
    with lawless():
        confirmed(ledger)
    report = exported(ledger)
    assert report.verdict.value == "not_genuine"
    assert ("V7", "E25") in found(report)
