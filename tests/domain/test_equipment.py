"""Equipment and sites: in service only while fit, and never silently wrong."""

from __future__ import annotations

from datetime import date

import pytest

from domain.journeys import organisation
from domain.making import device
from domain.play import Play
from domain.stories import paper

FAULT = {"since": "2026-09-01T08:00:00+08:00", "finding": "reads 0.9 Cel too low"}


@pytest.fixture
def play() -> Play:
    play = Play()
    device(play)
    return play


def test_a_device_is_in_service_once_it_is_calibrated_and_qualified(play: Play) -> None:
    state = play.state("E1")
    assert state.status == "in_service"
    days = ("2026-08-31", "2026-09-01", "2026-12-31", "2027-01-01")
    covered = [state.calibrated_on(date.fromisoformat(d)) for d in days]
    assert covered == [False, True, True, False]


def test_a_device_that_needs_no_calibration_is_fit_without_one() -> None:
    play = Play()
    device(play, calibrated=False)
    assert play.state("E1").calibrations == ()
    assert play.state("E1").calibrated_on(date(2026, 9, 1))


def test_a_fault_puts_the_uses_since_then_in_doubt_and_a_calibration_ends_it(play: Play) -> None:
    body = {**FAULT, "occurred_at": "2026-09-05T08:00:00+08:00"}
    play.add("equipment.out_of_tolerance/v1", "E1", body)
    state = play.state("E1")
    assert state.status == "out_of_tolerance"
    assert state.doubtful_at("2026-09-03T08:00:00Z")
    assert not state.doubtful_at("2026-08-31T08:00:00Z")
    again = {
        "verdict": "pass",
        "valid_until": "2027-09-06",
        "documents": [paper("calibration_certificate")],
        "occurred_at": "2026-09-06T08:00:00+08:00",
    }
    play.add("equipment.calibrated/v1", "E1", again)
    assert play.state("E1").status == "in_service"
    assert not play.state("E1").doubtful_at("2026-09-07T08:00:00Z")
    assert play.state("E1").doubtful_at("2026-09-03T08:00:00Z")


def test_a_calibration_that_failed_takes_the_device_out_of_service(play: Play) -> None:
    failed = {"verdict": "fail", "valid_until": "2026-12-31", "documents": [paper("report")]}
    play.add("equipment.calibrated/v1", "E1", failed)
    assert play.state("E1").status == "out_of_tolerance"


def test_a_period_does_not_end_before_it_begins(play: Play) -> None:
    body = {"verdict": "pass", "valid_until": "2026-08-31", "documents": [paper("report")]}
    assert play.codes("equipment.calibrated/v1", "E1", body) == {"C2201"}
    body = {"scope": "use", "valid_until": "2026-08-31"}
    assert play.codes("equipment.qualified/v1", "E1", body) == {"C2201"}


def test_a_fault_does_not_begin_after_it_was_found(play: Play) -> None:
    body = {**FAULT, "since": "2026-09-02T08:00:00+08:00"}
    assert play.codes("equipment.out_of_tolerance/v1", "E1", body) == {"C2202"}


def test_a_retired_device_stays_retired(play: Play) -> None:
    play.add("equipment.retired/v1", "E1", {"reason": "replaced"})
    body = {"verdict": "pass", "valid_until": "2026-12-31", "documents": [paper("report")]}
    assert play.codes("equipment.calibrated/v1", "E1", body) == {"C243"}


def test_the_units_of_a_site_are_told_apart() -> None:
    play = Play()
    organisation(play, "MAKER")
    play.add("site.registered/v1", "SI1", {"number": "SI1", "name": "suite"}, {"operator": "MAKER"})
    unit = {"unit_code": "LN2-1", "unit_kind": "cryo_tank", "lowest": "-196", "highest": "-150"}
    play.add("site.unit_registered/v1", "SI1", unit)
    assert play.codes("site.unit_registered/v1", "SI1", unit) == {"C2200"}
    assert play.state("SI1").units == (("LN2-1", "cryo_tank"),)
