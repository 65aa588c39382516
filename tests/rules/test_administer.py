"""Whether a dose may be given, and a suspended study resumed."""

from __future__ import annotations

import pytest

from custody.domain.model import TYPES
from domain.journeys import EXPIRY
from domain.play import Play
from domain.stories import paper, registered_donor
from domain.studies import (
    GIVEN,
    active_study,
    administration,
    answer,
    completed_lot,
    dose_at_the_bedside,
    drafted_study,
    enrolled,
    giving,
    ready_study,
)

RESUMED = "study.resumed/v1"
REACTION = {"grade": 4, "relatedness": "probable", "description": "急性肝损伤"}
DECIDED = {"documents": [paper("review_opinion")]}


@pytest.fixture
def play() -> Play:
    """A study under way, a subject and a dose at the bedside; no rule is asked yet."""
    play = Play(gates=False)
    active_study(play)
    completed_lot(play)
    dose_at_the_bedside(play)
    enrolled(play)
    return play


def give(play: Play, rule: str, **more: str) -> str:
    play.gates = True
    return giving(play, rule, **more)


def resume(play: Play, rule: str) -> str:
    play.gates = True
    return answer(play, rule, play.codes(RESUMED, "T1", {"reason": "可以继续"}))


def reaction(play: Play) -> None:
    play.add("subject.serious_reaction_reported/v1", "J1", REACTION, {"study": "T1"})


def evaluated(play: Play, decision: str = "continue") -> None:
    play.add("study.ethics_evaluated/v1", "T1", {**DECIDED, "decision": decision})


def suspended(play: Play, cause: str) -> None:
    play.add("study.suspended/v1", "T1", {"cause": cause})


def directive(play: Play, demand: str) -> None:
    body = {"demand": demand, "authority": "国家卫生健康委员会", "documents": [paper("directive")]}
    play.add("study.directive_received/v1", "T1", body)


@pytest.mark.sentence("B40", "passes")
@pytest.mark.sentence("B41", "passes")
def test_a_dose_is_given_in_a_study_under_way(play: Play) -> None:
    play.gates = True
    assert play.codes(GIVEN, "K1", administration(), {"subject": "J1"}) == set()
    for rule in ("STU-003", "STU-004", "CON-001", "COI-001", "FIL-003", "FIL-004"):
        assert play.outcome(rule) == "satisfied"


@pytest.mark.sentence("B40", "blocks")
@pytest.mark.parametrize(
    "cause",
    ["safety_or_efficacy", "social_effect", "uncontrollable_risk", "other_by_authority"],
)
def test_no_dose_is_given_once_the_study_is_terminated_for_a_cause_of_the_law(
    play: Play, cause: str
) -> None:
    play.add("study.terminated/v1", "T1", {"cause": cause, "reason": "法定情形"})
    assert give(play, "STU-003") == "violated"


@pytest.mark.sentence("B40", "blocks")
@pytest.mark.parametrize(
    "cause", ["directive", "ethics_decision", "sponsor_decision", "institution_decision"]
)
def test_no_dose_is_given_while_the_study_is_suspended(play: Play, cause: str) -> None:
    suspended(play, cause)
    assert give(play, "STU-003") == "violated"


@pytest.mark.sentence("B40", "blocks")
@pytest.mark.parametrize("demand", ["suspend", "terminate"])
def test_no_dose_is_given_after_the_authority_told_the_study_to_stop(
    play: Play, demand: str
) -> None:
    directive(play, demand)
    assert give(play, "STU-003") == "violated"


def test_no_dose_is_given_before_the_start_or_after_the_end(play: Play) -> None:
    done = {"last_administration_on": "2026-09-01", "subjects": 1}
    play.add("study.completed/v1", "T1", done)
    assert give(play, "STU-003") == "violated"
    play.gates = False
    ready_study(play, "T2")
    body = {"number": "J2", "consent_version": "1.0", "documents": [paper("consent_form")]}
    play.add("subject.enrolled/v1", "J2", body, {"study": "T2"})
    assert give(play, "STU-003", subject="J2") == "violated"


def test_a_dose_is_given_in_the_study_the_subject_takes_part_in(play: Play) -> None:
    drafted_study(play, "T2")
    play.gates = True
    links = {"subject": "J1", "study": "T2"}
    found = play.codes(GIVEN, "K1", administration(), links)
    assert answer(play, "STU-003", found) == "violated"
    found = play.codes(GIVEN, "K1", administration(), {**links, "study": "T1"})
    assert answer(play, "STU-003", found) == "satisfied"


@pytest.mark.sentence("B41", "blocks")
def test_after_a_serious_reaction_no_dose_is_given(play: Play) -> None:
    reaction(play)
    assert give(play, "STU-004") == "violated"
    assert play.outcome("STU-003") == "satisfied"


@pytest.mark.sentence("B41", "blocks")
def test_a_decision_to_continue_is_not_yet_a_resumption(play: Play) -> None:
    reaction(play)
    evaluated(play)
    assert give(play, "STU-004") == "violated"


@pytest.mark.sentence("B41", "blocks")
@pytest.mark.parametrize("decision", ["", "terminate"])
def test_a_study_is_not_resumed_without_a_decision_to_continue(play: Play, decision: str) -> None:
    reaction(play)
    if decision:
        evaluated(play, decision)
    assert resume(play, "STU-004") == "violated"


@pytest.mark.sentence("B41", "passes")
def test_after_the_decision_the_study_is_resumed_and_doses_are_given_again(play: Play) -> None:
    reaction(play)
    evaluated(play)
    assert resume(play, "STU-004") == "satisfied"
    assert play.outcome("STU-003") == "satisfied"
    play.add(RESUMED, "T1", {"reason": "与制剂无关"})
    assert give(play, "STU-004") == "satisfied"


def test_a_reaction_after_the_decision_needs_another_one(play: Play) -> None:
    reaction(play)
    evaluated(play)
    reaction(play)
    assert resume(play, "STU-004") == "violated"


def test_a_resumption_that_was_never_reported_stops_doses_after_three_weeks(play: Play) -> None:
    reaction(play)
    evaluated(play)
    play.add(RESUMED, "T1", {"reason": "与制剂无关"})
    late = "2026-09-23"
    assert give(play, "STU-004", day="2026-09-22") == "satisfied"
    assert give(play, "STU-004", day=late) == "violated"
    body = {"report": "resumption", "documents": [paper("report")]}
    play.add("study.progress_reported/v1", "T1", body)
    assert give(play, "STU-004", day=late) == "satisfied"


@pytest.mark.sentence("B40", "blocks")
@pytest.mark.sentence("B40", "passes")
def test_a_study_stopped_by_the_authority_goes_on_when_the_authority_allows_it(play: Play) -> None:
    directive(play, "suspend")
    assert resume(play, "STU-003") == "violated"
    directive(play, "resumption_allowed")
    assert resume(play, "STU-003") == "satisfied"


@pytest.mark.sentence("B40", "passes")
def test_a_study_suspended_by_its_sponsor_can_be_resumed(play: Play) -> None:
    suspended(play, "sponsor_decision")
    assert resume(play, "STU-003") == "satisfied"


def test_a_study_suspended_by_the_ethics_committee_needs_its_decision(play: Play) -> None:
    suspended(play, "ethics_decision")
    assert resume(play, "STU-003") == "violated"
    evaluated(play)
    assert resume(play, "STU-003") == "satisfied"


def test_a_dose_in_transit_when_the_study_is_suspended_arrives_is_not_given_and_can_go_back(
    play: Play,
) -> None:
    quantity = {"quantity": "5", "unit": "mL"}
    body = {"number": "K2", "expires_at": EXPIRY, **quantity}
    play.add("dose.filled/v1", "K2", body, {"batch": "X1"})
    play.add("dose.dispensed/v1", "K2", {}, {"batch": "X1", "site": "H1"})
    reaction(play)
    play.gates = True
    arrival = ("dose.received_at_site/v1", "K2", {"condition": "intact"}, {"site": "H1"})
    assert play.codes(*arrival) == set()
    play.add(*arrival)
    assert give(play, "STU-004", dose="K2") == "violated"
    assert play.codes("dose.returned/v1", "K2", {"reason": "研究暂停"}) == set()


def test_suspension_and_keeping_ask_no_rule() -> None:
    for name in (
        "study.suspended/v1",
        "study.directive_received/v1",
        "subject.serious_reaction_reported/v1",
        "subject.follow_up_visited/v1",
        "dose.returned/v1",
        "dose.destroyed/v1",
    ):
        assert TYPES[name].gate is None


def test_a_donor_on_record_alone_makes_nobody_a_subject(play: Play) -> None:
    """A dose for a subject nobody enrolled: nothing is known, so nothing is given."""
    registered_donor(play, "D9")
    play.gates = True
    found = play.codes(GIVEN, "K1", administration(), {"subject": "subject:nobody"})
    assert {"STU-003", "STU-004", "CON-001", "COI-001"} <= found
    assert play.outcome("CON-001") == "unknown"
