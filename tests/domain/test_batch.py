"""Batches: made once, tested openly, released by one, and never more doses than there are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.journeys import completed_batch, deviation, run_test, started_batch, thawed_vial
from domain.play import Play


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    thawed_vial(play)
    started_batch(play)
    return play


def released(play: Play, doses: int = 10) -> None:
    completed_batch(play, doses=doses)
    play.add("batch.reviewed/v1", "X1")
    play.add("batch.released/v1", "X1")


def test_starting_a_batch_uses_up_its_vial_without_naming_the_batch_there(play: Play) -> None:
    assert play.state("V1").status == "used"
    assert play.events("V1")[-1].links == ()


def test_one_vial_cannot_start_two_batches(play: Play) -> None:
    body = {"number": "X2", "process_version": "2", "planned_doses": 1}
    links = {"made_from": "V1", "product": "P1"}
    assert play.codes("batch.started/v1", "X2", body, links) == {"C243"}


def test_a_batch_remembers_where_it_came_from_and_who_made_it(play: Play) -> None:
    completed_batch(play)
    batch = play.state("X1")
    assert batch.parents == (play.stream("V1"), play.stream("L-X1"))
    assert batch.makers == ("person:operator", "person:verifier")
    assert play.state("L-X1").drawn == "5"


def test_the_highest_passage_of_any_step_is_that_of_the_batch(play: Play) -> None:
    step = {"step": "expansion", "description": "harvest"}
    play.add("batch.step_executed/v1", "X1", {**step, "passage": 6})
    completed_batch(play, passage=4)
    assert play.state("X1").passage == 6


def test_a_step_needs_a_second_person(play: Play) -> None:
    body = {"step": "expansion", "description": "harvest"}
    same = [("A", "operator", "performed"), ("A", "verifier", "verified")]
    assert play.codes("batch.step_executed/v1", "X1", body, signers=same) == {"C245"}


def test_nothing_is_added_to_a_completed_batch(play: Play) -> None:
    completed_batch(play)
    body = {"step": "expansion", "description": "harvest"}
    assert play.codes("batch.step_executed/v1", "X1", body) == {"C243"}


def test_a_result_needs_a_value_with_its_unit_or_an_outcome(play: Play) -> None:
    bare = {"test": "viability", "verdict": "pass", "method": "m", "sample": "Q1"}
    assert play.codes("batch.tested/v1", "X1", bare) == {"C270"}
    assert play.codes("batch.tested/v1", "X1", {**bare, "value": "9"}) == {"C270"}
    assert play.codes("batch.tested/v1", "X1", {**bare, "value": "9", "unit": "%"}) == set()
    assert play.codes("batch.tested/v1", "X1", {**bare, "outcome": "negative"}) == set()


def test_an_analyst_cannot_review_their_own_result(play: Play) -> None:
    seq = run_test(play, "sterility", outcome="negative")
    body = {"test": "sterility", "seq": seq, "accepted": True}
    own = [("qc_analyst", "qc_reviewer", "reviewed")]
    assert play.codes("batch.test_reviewed/v1", "X1", body, signers=own) == {"C272"}
    play.add("batch.test_reviewed/v1", "X1", body)
    assert play.state("X1").latest("sterility").accepted is True


def test_only_a_result_on_record_can_be_reviewed(play: Play) -> None:
    seq = run_test(play, "sterility", outcome="negative")
    wrong = ({"test": "sterility", "seq": seq + 1}, {"test": "viability", "seq": seq})
    for body in wrong:
        found = play.codes("batch.test_reviewed/v1", "X1", {**body, "accepted": True})
        assert found == {"C271"}


def test_a_failed_run_stays_visible_beside_the_later_one(play: Play) -> None:
    run_test(play, "sterility", outcome="positive", verdict="fail")
    run_test(play, "sterility", outcome="negative")
    assert [r.verdict for r in play.state("X1").results] == ["fail", "pass"]


def test_a_release_bears_exactly_one_signature(play: Play) -> None:
    completed_batch(play)
    two = [("A", "quality_authority", "released"), ("B", "quality_authority", "released")]
    assert play.codes("batch.released/v1", "X1", signers=two) == {"C273"}


@pytest.mark.parametrize("status", ["started", "completed", "reviewed", "released"])
def test_a_lifted_hold_gives_back_the_status_the_batch_had(play: Play, status: str) -> None:
    if status != "started":
        completed_batch(play)
    if status in ("reviewed", "released"):
        play.add("batch.reviewed/v1", "X1")
    if status == "released":
        play.add("batch.released/v1", "X1")
    play.add("batch.held/v1", "X1", {"reason": "alarm"})
    assert play.state("X1").status == "held"
    play.add("batch.hold_lifted/v1", "X1", {"reason": "no finding"})
    assert play.state("X1").status == status


def test_lifting_a_hold_is_a_decision_and_cannot_be_voided(play: Play) -> None:
    play.add("batch.held/v1", "X1", {"reason": "alarm"})
    lifted = play.add("batch.hold_lifted/v1", "X1", {"reason": "no finding"})
    leaf = play.events("X1")[lifted.seq].leaf
    signers = [("A", "qa", "approved"), ("B", "operator", "performed")]
    body = {"voids": leaf, "reason": "mistake"}
    assert play.codes("record.voided/v1", "X1", body, signers=signers) == {"C249"}


def test_a_held_batch_is_neither_released_nor_taken_from(play: Play) -> None:
    released(play)
    play.add("batch.held/v1", "X1", {"reason": "alarm"})
    assert play.codes("batch.released/v1", "X1") == {"C243"}
    assert play.codes("batch.drawn/v1", "X1", {"quantity": "1"}) == {"C243"}


def test_a_rejected_batch_stays_rejected(play: Play) -> None:
    completed_batch(play)
    play.add("batch.rejected/v1", "X1", {"reason": "contaminated"})
    for type_ in ("batch.released/v1", "batch.reviewed/v1"):
        assert play.codes(type_, "X1") == {"C243"}
    assert play.codes("batch.hold_lifted/v1", "X1", {"reason": "no"}) == {"C243"}


def test_only_a_batch_that_was_released_can_be_recalled(play: Play) -> None:
    play.add("batch.held/v1", "X1", {"reason": "alarm"})
    assert play.codes("batch.recalled/v1", "X1", {"reason": "complaint"}) == {"C274"}


def test_a_released_batch_on_hold_can_be_recalled(play: Play) -> None:
    released(play)
    play.add("batch.held/v1", "X1", {"reason": "complaint"})
    play.add("batch.recalled/v1", "X1", {"reason": "complaint"})
    assert play.state("X1").status == "recalled"


def test_a_critical_deviation_puts_the_batch_on_hold(play: Play) -> None:
    deviation(play, "DEV1", "critical")
    assert play.state("X1").status == "held"
    play.add("batch.hold_lifted/v1", "X1", {"reason": "closed"})
    assert play.state("X1").status == "started"


@pytest.mark.parametrize("severity", ["minor", "major"])
def test_a_lesser_deviation_is_noted_and_holds_nothing(play: Play, severity: str) -> None:
    deviation(play, "DEV1", severity)
    assert play.state("X1").status == "started"
    assert play.state("X1").deviations == (play.stream("DEV1"),)


def test_a_critical_deviation_does_not_bring_a_rejected_batch_back(play: Play) -> None:
    completed_batch(play)
    play.add("batch.rejected/v1", "X1", {"reason": "contaminated"})
    deviation(play, "DEV1", "critical")
    assert play.state("X1").status == "rejected"


@settings(max_examples=25, deadline=None)
@given(doses=st.integers(0, 30), draws=st.lists(st.integers(1, 12), max_size=8))
def test_doses_balance_exactly_and_never_fall_below_zero(doses: int, draws: list[int]) -> None:
    play = Play(gates=False)
    thawed_vial(play)
    started_batch(play)
    released(play, doses)
    left = doses
    for draw in draws:
        found = play.codes("batch.drawn/v1", "X1", {"quantity": str(draw)})
        if draw <= left:
            assert found == set()
            play.add("batch.drawn/v1", "X1", {"quantity": str(draw)})
            left -= draw
        else:
            assert found == {"C275"}
        assert play.state("X1").remaining == left
