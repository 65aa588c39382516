"""What a verifier would object to, the owner's own audit must find first."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

from app.acts import do, lawless, moment
from attacks.insider import exported, found, write
from custody.app.recording.acting import Draft
from custody.demo.play import Clock, passphrase
from custody.wiring.ledger import OpenLedger

BY = [("Chen Yu", "operator", "performed")]


def noticed(ledger: OpenLedger) -> set[tuple[str, str]]:
    return {(f.step, f.code) for f in ledger.audit().findings}


def deviation(ledger: OpenLedger, number: str) -> None:
    stream = "deviation:" + "ab" * 16
    body = {
        "number": number,
        "title": "t",
        "severity": "minor",
        "description": "d",
        "occurred_at": moment(ledger),
    }
    write(ledger, "deviation.opened/v1", stream, body, BY)


def test_a_number_given_to_a_second_item_is_found(ledger: OpenLedger) -> None:
    deviation(ledger, "DEV-2026-001")
    assert ("A4", "E18") in noticed(ledger)


def test_a_number_that_nobody_claimed_is_found(ledger: OpenLedger) -> None:
    deviation(ledger, "DEV-NEW")
    assert ("A4", "E18") in noticed(ledger)


def test_an_event_signed_before_the_one_it_follows_is_found(
    ledger: OpenLedger, clock: Clock
) -> None:
    do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "R1"}, by=("Chen Yu",))
    assert clock.moment is not None
    clock.moment -= timedelta(hours=2)
    with lawless(), patch.object(Draft, "_not_before", lambda *_: None):
        do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "R2"}, by=("Chen Yu",))
    assert ("A4", "E24") in noticed(ledger)


def test_a_seal_older_than_what_it_seals_is_found(ledger: OpenLedger, clock: Clock) -> None:
    assert clock.moment is not None
    ledger.checkpoint(passphrase)
    clock.moment += timedelta(hours=2)
    do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "R1"}, by=("Chen Yu",))
    clock.moment -= timedelta(hours=2)
    with patch("custody.app.publication.publishing._require_time", lambda _: None):
        ledger.checkpoint(passphrase)
    assert ("A5", "E24") in noticed(ledger)


def test_what_the_audit_and_the_verifier_say_agrees_for_an_honest_ledger(
    ledger: OpenLedger,
) -> None:
    do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "R1"}, by=("Chen Yu",))
    assert exported(ledger).genuine
    assert found(exported(ledger)) == set()
    assert ledger.audit().ok
