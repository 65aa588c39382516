"""Readings that a decision rested on do not change under it without anybody noticing."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

from app.acts import do, moment, sign
from attacks.insider import SHIPMENT, exported, found
from custody.errors import RefusedError
from custody.wiring.ledger import OpenLedger

BATCH = "B-2026-001"
QUALITY = ("Zhao Lan:qa:approved", "Chen Yu:operator:performed")
FAILED: dict[str, Any] = {"verdict": "fail", "method": "m", "sample": "QC-0009"}


def reviewed(ledger: OpenLedger) -> tuple[int, str]:
    """Return (seq, test) of the reviewed viability of the batch, 92.3 %."""
    events = ledger.histories().events(ledger.resolve(BATCH, ("batch",)))
    seqs = {e.body.plain()["seq"] for e in events if e.type == "batch.test_reviewed/v1"}
    return next(
        (e.seq, e.body.plain()["test"])
        for e in events
        if e.seq in seqs and e.body.plain().get("value") == "92.3"
    )


def corrected(ledger: OpenLedger, seq: int) -> None:
    by = [sign(ledger, text) for text in QUALITY]
    ledger.correct(BATCH, seq, {"value": "99.9"}, "typing error", moment(ledger), by)


def test_a_result_is_not_corrected_once_it_was_reviewed(ledger: OpenLedger) -> None:
    with pytest.raises(RefusedError) as refused:
        corrected(ledger, reviewed(ledger)[0])
    assert "C257" in {reason.code for reason in refused.value.reasons}


def test_a_result_is_not_voided_once_it_was_reviewed(ledger: OpenLedger) -> None:
    by = [sign(ledger, text) for text in QUALITY]
    with pytest.raises(RefusedError) as refused:
        ledger.void(BATCH, reviewed(ledger)[0], "wrong sample", moment(ledger), by)
    assert "C257" in {reason.code for reason in refused.value.reasons}


def test_an_insiders_correction_of_a_reviewed_result_is_not_genuine(ledger: OpenLedger) -> None:
    with patch("custody.app.recording.acting.objections", lambda *_: []):
        corrected(ledger, reviewed(ledger)[0])
    report = exported(ledger)
    assert report.verdict.value == "not_genuine"
    assert ("V7", "E25") in found(report)


@pytest.mark.parametrize("verdict", ["fail", "pass"])
def test_a_test_that_fails_after_the_release_is_told_to_whoever_gets_the_goods(
    ledger: OpenLedger, verdict: str
) -> None:
    """Whatever the analyst calls it: the limits of the specification decide."""
    seq, test = reviewed(ledger)
    events = ledger.histories().events(ledger.resolve(BATCH, ("batch",)))
    plain = next(e for e in events if e.seq == seq).body.plain()
    body = {**FAILED, "test": test, "value": "0.1", "unit": plain["unit"], "verdict": verdict}
    do(ledger, "batch.tested/v1", BATCH, body, by=("Zhou Ping",))
    report = exported(ledger)
    assert report.verdict.value == "not_genuine"
    assert found(report) == {("V9", "E25")}


def test_a_run_that_was_invalid_after_the_release_changes_nothing(ledger: OpenLedger) -> None:
    body = {**FAILED, "test": "sterility", "outcome": "negative", "verdict": "invalid"}
    do(ledger, "batch.tested/v1", BATCH, body, by=("Zhou Ping",))
    report = exported(ledger)
    assert report.genuine, report.findings
    assert report.story["shipment"] == SHIPMENT


def test_a_failing_reading_is_not_made_nothing_by_calling_it_invalid(ledger: OpenLedger) -> None:
    body = {**FAILED, "test": "sterility", "outcome": "positive", "verdict": "invalid"}
    do(ledger, "batch.tested/v1", BATCH, body, by=("Zhou Ping",))
    assert ("V9", "E25") in found(exported(ledger))
