"""Requests about personal data: received once, decided for good or for the time being."""

from __future__ import annotations

import pytest

from custody.domain.retention import Claim
from domain.play import Play
from domain.stories import registered_donor

RECEIVED, DECIDED, SET = "request.received/v1", "request.decided/v1", "retention.set/v1"
WHY = {"reason": "kept by law"}


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    registered_donor(play)
    play.add(RECEIVED, "D1", {"request": "DSR-1", "asks": "erasure"})
    return play


def decision(verdict: str, ground: str = "retention_period", **more: str) -> dict[str, str]:
    return {"request": "DSR-1", "decision": verdict, "ground": ground, **WHY, **more}


def test_a_request_is_received_once_under_its_number(play: Play) -> None:
    assert play.codes(RECEIVED, "D1", {"request": "dsr-1", "asks": "access"}) == {"C2600"}
    assert play.codes(RECEIVED, "D1", {"request": "DSR-2", "asks": "access"}) == set()


def test_only_a_request_on_record_can_be_decided(play: Play) -> None:
    other = {**decision("restrict"), "request": "DSR-9"}
    assert play.codes(DECIDED, "D1", other) == {"C2601"}
    assert play.codes(DECIDED, "D1", decision("restrict")) == set()


def test_a_restriction_can_be_decided_again_a_final_decision_cannot(play: Play) -> None:
    play.add(DECIDED, "D1", decision("restrict"))
    assert play.state("D1").restricted
    assert not play.state("D1").erased
    play.add(DECIDED, "D1", decision("fulfil", "request_met"))
    assert not play.state("D1").restricted
    assert play.state("D1").erased
    assert play.codes(DECIDED, "D1", decision("restrict")) == {"C2601"}


def test_only_a_restriction_has_a_last_day(play: Play) -> None:
    until = {"until": "2057-02-26"}
    assert play.codes(DECIDED, "D1", decision("refuse", "nothing_held", **until)) == {"C2602"}
    assert play.codes(DECIDED, "D1", decision("restrict", **until)) == set()


def test_data_protection_and_quality_decide_together(play: Play) -> None:
    alone = [("P1", "dpo", "approved")]
    assert "C244" in play.codes(DECIDED, "D1", decision("restrict"), signers=alone)
    one_person = [("P1", "dpo", "approved"), ("P1", "qa", "approved")]
    assert play.codes(DECIDED, "D1", decision("restrict"), signers=one_person) == {"C245"}


def test_a_request_leaves_the_standing_of_the_donation_as_it_is(play: Play) -> None:
    before = play.state("D1").status
    play.add(DECIDED, "D1", decision("restrict"))
    assert play.state("D1").status == before == "registered"


def test_a_period_starts_running_when_its_first_day_is_recorded(play: Play) -> None:
    play.add(SET, "D1", {"basis": "order_818_study"})
    assert play.state("D1").retention == (Claim("order_818_study"),)
    play.add(SET, "D1", {"basis": "order_818_study", "starts_on": "2027-02-26"})
    [claim] = play.state("D1").retention
    assert str(claim.until) == "2057-02-26"


def test_a_running_period_is_changed_only_with_a_reason(play: Play) -> None:
    first = {"basis": "gacc_281", "starts_on": "2026-09-01"}
    play.add(SET, "D1", first)
    assert play.codes(SET, "D1", first) == set()
    for later in ({**first, "starts_on": "2026-01-01"}, {"basis": "gacc_281"}):
        assert play.codes(SET, "D1", later) == {"C2604"}
        assert play.codes(SET, "D1", {**later, "reason": "wrong form"}) == set()


def test_a_permanent_period_has_no_first_day(play: Play) -> None:
    permanent = {"basis": "order_818_offspring"}
    assert play.codes(SET, "D1", {**permanent, "starts_on": "2027-01-01"}) == {"C2603"}
    assert play.codes(SET, "D1", permanent) == set()
