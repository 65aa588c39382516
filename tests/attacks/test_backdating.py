"""A decision is taken when it is signed: no clock and no story moves it to a better day."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from app.acts import do, paper
from app.shipping import PERMITS, ship
from attacks.insider import exported, found
from custody.demo.play import Clock
from custody.domain.values import day_of
from custody.errors import RefusedError
from custody.wiring.ledger import OpenLedger

BEFORE_THE_RULES = "2026-04-29T10:00:00+08:00"


def sealed_on(ledger: OpenLedger, day: str, permits: list[str]) -> str:
    return ship(ledger, "B-2026-001", "2", permits, occurred_at=day, reason="late entry")


@pytest.mark.parametrize("day", [BEFORE_THE_RULES, "2026-11-20T10:00:00+08:00"])
def test_a_seal_is_not_dated_back_to_a_day_with_other_rules_or_valid_permits(
    ledger: OpenLedger, day: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        sealed_on(ledger, day, PERMITS)
    assert "C256" in {reason.code for reason in refused.value.reasons}


def test_an_insiders_back_dated_seal_is_not_genuine(ledger: OpenLedger) -> None:
    with patch("custody.app.recording.acting.objections", lambda *_: []):
        sealed_on(ledger, "2026-11-20T10:00:00+08:00", PERMITS)
    report = exported(ledger, "SHP-X")
    assert report.verdict.value == "not_genuine"
    assert ("V7", "E25") in found(report)


def test_a_shipment_sealed_on_friday_and_entered_on_friday_is_genuine(
    ledger: OpenLedger, clock: Clock
) -> None:
    ship(ledger, "B-2026-001", "2")
    assert exported(ledger, "SHP-X").genuine


def test_an_offset_from_the_other_side_of_the_earth_brings_no_permit_back(
    ledger: OpenLedger, clock: Clock
) -> None:
    """The seal of 25 November in Shanghai is signed as one of the 24th, when a permit held."""
    assert clock.moment is not None
    clock.moment = clock.moment.replace(day=25, hour=11)
    papers = [paper("permit")]
    ended = {"state": "issued", "valid_until": "2026-11-24", "documents": papers}
    do(ledger, "permit.updated/v1", PERMITS[0], ended, by=("Gao Lin",))
    with patch("custody.rules.model.days_of", lambda text: (day_of(text), day_of(text))):
        sealed_on(ledger, "2026-11-24T23:00:00-12:00", PERMITS)
    report = exported(ledger, "SHP-X", now=int(clock.moment.timestamp()) + 3600)
    false = {f.code for f in report.findings if f.judged is report.verdict}
    assert (report.verdict.value, false) == ("not_genuine", {"CUS-002", "E26"}), report.findings
