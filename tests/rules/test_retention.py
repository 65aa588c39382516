"""Erasure inside a period of keeping: refused, and turned into a restriction."""

from __future__ import annotations

import pytest

from domain.play import Play
from domain.stories import registered_donor

DECIDED = "request.decided/v1"


@pytest.fixture
def play() -> Play:
    play = Play()
    registered_donor(play)
    play.add("request.received/v1", "D1", {"request": "DSR-1", "asks": "erasure"})
    return play


def kept(play: Play, basis: str = "order_818_study", starts_on: str | None = None) -> None:
    play.add("retention.set/v1", "D1", {"basis": basis, "starts_on": starts_on})


def decided(play: Play, decision: str, ground: str = "request_met", **more: str) -> set[str]:
    body = {"request": "DSR-1", "decision": decision, "ground": ground, "reason": "see file"}
    return play.codes(DECIDED, "D1", {**body, **more})


def test_nothing_is_erased_while_the_longest_period_runs(play: Play) -> None:
    kept(play, "gacc_281", "2020-01-01")
    kept(play, "order_818_study", "2026-01-01")
    assert decided(play, "fulfil") == {"REC-002"}
    [answer] = next(r for r in play.rulings if r.rule.id == "REC-002").answers
    assert "until 2056-01-01" in answer.why.en
    assert "2056-01-01" in answer.why.zh


def test_nothing_is_erased_when_a_period_is_permanent(play: Play) -> None:
    kept(play, "gacc_281", "2020-01-01")
    kept(play, "order_818_offspring")
    assert decided(play, "fulfil") == {"REC-002"}


def test_nothing_is_erased_while_a_period_is_not_running_yet(play: Play) -> None:
    kept(play)
    assert decided(play, "fulfil") == {"REC-002"}
    assert play.outcome("REC-002") == "violated"


def test_nothing_is_erased_while_nobody_said_how_long_it_is_kept(play: Play) -> None:
    assert decided(play, "fulfil") == {"REC-002"}
    assert play.outcome("REC-002") == "unknown"


def test_what_every_period_has_left_behind_may_be_erased(play: Play) -> None:
    kept(play, "gacc_281", "2020-01-01")
    assert decided(play, "fulfil") == set()
    assert play.outcome("REC-002") == "satisfied"


def test_an_erasure_inside_the_period_becomes_a_restriction(play: Play) -> None:
    kept(play)
    assert decided(play, "restrict", "retention_period") == set()


def test_to_refuse_because_of_the_period_is_not_enough(play: Play) -> None:
    kept(play)
    assert decided(play, "refuse", "retention_period") == {"PIP-003"}


@pytest.mark.parametrize("ground", ["identity_not_shown", "nothing_held"])
def test_a_request_nobody_can_be_given_an_answer_to_may_be_refused(play: Play, ground: str) -> None:
    kept(play)
    assert decided(play, "refuse", ground) == set()


def test_a_restriction_lasts_at_least_as_long_as_the_period(play: Play) -> None:
    kept(play, starts_on="2026-01-01")
    assert decided(play, "restrict", "retention_period", until="2055-12-31") == {"PIP-003"}
    assert decided(play, "restrict", "retention_period", until="2056-01-01") == set()


def test_a_restriction_names_no_last_day_while_none_is_known(play: Play) -> None:
    kept(play)
    assert decided(play, "restrict", "retention_period", until="2099-01-01") == {"PIP-003"}


def test_a_request_for_access_is_met_inside_the_period(play: Play) -> None:
    kept(play)
    play.add("request.received/v1", "D1", {"request": "DSR-2", "asks": "access"})
    body = {"request": "DSR-2", "decision": "fulfil", "ground": "request_met", "reason": "copy"}
    assert play.codes(DECIDED, "D1", body) == set()


@pytest.mark.parametrize("rule", ["REC-002", "PIP-003"])
def test_no_assessment_lifts_the_protection_of_records(play: Play, rule: str) -> None:
    kept(play)
    body = {"number": "RA-1", "rule": rule, "conclusion": "see file", "purpose": "override"}
    signers = [("P1", "regulatory_affairs", "approved")]
    play.add("assessment.approved/v1", "RA1", body, {"covers": "D1"}, signers)
    verdict = "fulfil" if rule == "REC-002" else "refuse"
    body = {"request": "DSR-1", "ground": "retention_period", "reason": "asked for"}
    found = play.codes(DECIDED, "D1", {**body, "decision": verdict}, {"assessment": "RA1"})
    assert rule in found
