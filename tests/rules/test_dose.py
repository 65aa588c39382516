"""A dose is given in date, and only while its batch may be used."""

from __future__ import annotations

import pytest

from domain.making import clinic, filled_dose, received_dose
from domain.play import Play

GIVEN = {"quantity": "20", "unit": "mL", "identifiers": ["coi", "subject_code"]}


@pytest.fixture
def play() -> Play:
    play = clinic(Play())
    received_dose(play, expires_at="2026-11-01T08:00:00+08:00")
    play.names["SU1"] = "subject:SU1"
    return play


def given(play: Play, **body: str) -> str:
    play.codes("dose.administered/v1", "DO1", {**GIVEN, **body}, {"subject": "SU1"})
    return play.outcome("DOS-001")


def test_a_dose_in_date_of_a_released_batch_is_fit(play: Play) -> None:
    assert given(play) == "satisfied"
    assert given(play, occurred_at="2026-10-31T23:59:59Z") == "satisfied"


def test_a_dose_that_arrived_damaged_is_not() -> None:
    play = clinic(Play())
    filled_dose(play)
    play.names["SU1"] = "subject:SU1"
    play.add("dose.dispensed/v1", "DO1", {"quantity": "1"}, {"batch": "X1", "site": "CLINIC"})
    arrived = {"condition": "leaking"}
    play.add("dose.received_at_site/v1", "DO1", arrived, {"site": "CLINIC"})
    assert given(play) == "violated"


def test_a_dose_past_its_date_is_not(play: Play) -> None:
    assert given(play, occurred_at="2026-11-01T00:00:00Z") == "violated"


@pytest.mark.parametrize("standing", ["held", "recalled"])
def test_a_dose_of_a_batch_held_or_recalled_is_not(play: Play, standing: str) -> None:
    play.add(f"batch.{standing}/v1", "X1", {"reason": "complaint"})
    assert given(play) == "violated"
