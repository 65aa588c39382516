"""Equipment is fit on the day it is used, and what was made with a faulty device is assessed."""

from __future__ import annotations

import pytest

from domain.journeys import (
    completed_batch,
    passed_tests,
    qualified_authority,
    started_batch,
    thawed_vial,
)
from domain.making import device
from domain.play import Play
from domain.stories import assessment, paper

CLEAR = "batch.line_cleared/v1"
RELEASE = "batch.released/v1"
STEP = {"step": "expand", "description": "five days"}


@pytest.fixture
def play() -> Play:
    """A batch under way and a device that is calibrated until 3 September."""
    play = Play()
    qualified_authority(play)
    thawed_vial(play)
    started_batch(play)
    device(play, "E1", "2026-09-03")
    return play


def made_with(play: Play, at: str) -> None:
    """The batch is made with the device, completed, tested and reviewed."""
    play.add("batch.step_executed/v1", "X1", {**STEP, "occurred_at": at}, {"uses": "E1"})
    completed_batch(play)
    passed_tests(play)
    play.add("batch.reviewed/v1", "X1")


@pytest.mark.sentence("B12", "passes")
def test_a_line_is_cleared_with_equipment_fit_on_the_day(play: Play) -> None:
    assert play.codes(CLEAR, "X1", {"area": "room 1"}, {"uses": "E1"}) == set()
    assert play.outcome("EQP-001") == "satisfied"


@pytest.mark.sentence("B12", "blocks")
def test_a_line_is_not_cleared_with_equipment_out_of_calibration(play: Play) -> None:
    late = {"area": "room 1", "occurred_at": "2026-09-04T00:00:00+08:00"}
    assert play.codes(CLEAR, "X1", late, {"uses": "E1"}) == {"EQP-001"}


def test_a_device_never_qualified_or_retired_is_not_used(play: Play) -> None:
    body = {"number": "E2", "name": "n", "equipment_kind": "counter", "calibrated": False}
    play.add("equipment.registered/v1", "E2", body)
    area = {"area": "room 1"}
    assert play.codes(CLEAR, "X1", area, {"uses": "E2"}) == {"EQP-001"}
    assert play.outcome("EQP-001") == "unknown"
    play.add("equipment.retired/v1", "E1", {"reason": "replaced"})
    assert play.codes(CLEAR, "X1", area, {"uses": "E1"}) == {"EQP-001"}


@pytest.mark.sentence("B12", "blocks")
def test_a_step_done_with_equipment_out_of_calibration_stops_the_release(play: Play) -> None:
    made_with(play, "2026-09-04T08:00:00+08:00")
    assert play.codes(RELEASE, "X1") == {"EQP-001"}


def test_the_day_of_the_use_counts_and_not_that_of_the_release(play: Play) -> None:
    made_with(play, "2026-09-01T08:30:00+08:00")
    assert play.codes(RELEASE, "X1", {"occurred_at": "2026-09-20T08:00:00+08:00"}) == set()


def test_a_fault_found_after_the_use_stops_the_release_until_it_is_assessed(play: Play) -> None:
    made_with(play, "2026-09-01T08:30:00+08:00")
    fault = {
        "occurred_at": "2026-09-10T08:00:00+08:00",
        "since": "2026-09-01T08:00:00+08:00",
        "finding": "0.9 Cel too low",
    }
    play.add("equipment.out_of_tolerance/v1", "E1", fault)
    assert play.codes(RELEASE, "X1") == {"EQP-002"}
    assessment(play, "R1", "EQP-002", "E1")
    assert play.codes(RELEASE, "X1", {}, {"assessment": "R1"}) == set()
    assert play.outcome("EQP-002") == "risk_assessed"


def test_a_fault_from_after_the_use_does_not_matter_to_the_batch(play: Play) -> None:
    made_with(play, "2026-09-01T08:30:00+08:00")
    fault = {
        "occurred_at": "2026-09-10T08:00:00+08:00",
        "since": "2026-09-02T08:00:00+08:00",
        "finding": "0.9 Cel too low",
    }
    play.add("equipment.out_of_tolerance/v1", "E1", fault)
    assert play.codes(RELEASE, "X1") == set()


def test_a_device_out_of_tolerance_is_not_used_before_it_is_calibrated_again(play: Play) -> None:
    fault = {"since": "2026-09-01T08:00:00+08:00", "finding": "0.9 Cel too low"}
    play.add("equipment.out_of_tolerance/v1", "E1", fault)
    area = {"area": "room 1"}
    assert play.codes(CLEAR, "X1", area, {"uses": "E1"}) == {"EQP-002"}
    again = {"verdict": "pass", "valid_until": "2026-12-31", "documents": [paper("report")]}
    play.add("equipment.calibrated/v1", "E1", again)
    later = {**area, "occurred_at": "2026-09-02T08:00:00+08:00"}
    assert play.codes(CLEAR, "X1", later, {"uses": "E1"}) == set()
