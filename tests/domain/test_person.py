"""Persons and their qualifications."""

from datetime import date

import pytest
from pydantic import ValidationError

from domain.play import Play, Refused
from domain.stories import paper

QUALIFIED = {
    "qualification": "quality_authority",
    "title": "senior",
    "experience_from": "2020-01-01",
    "valid_from": "2026-09-01",
    "valid_until": "2026-12-31",
    "documents": [paper("certificate")],
}


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    play.add("person.registered/v1", "Q1", {"number": "1001"})
    return play


def test_a_person_is_registered_with_the_name_withheld(play: Play) -> None:
    assert play.state("Q1").status == "registered"
    codes = play.codes("person.registered/v1", "Q2", {"number": "1002"}, private=[])
    assert codes == {"C247"}


def test_a_qualification_holds_from_its_first_to_its_last_day(play: Play) -> None:
    play.add("person.qualified/v1", "Q1", QUALIFIED)
    held = [
        play.state("Q1").qualified("quality_authority", day) is not None
        for day in (
            date(2026, 8, 31),
            date(2026, 9, 1),
            date(2026, 12, 31),
            date(2027, 1, 1),
        )
    ]
    assert held == [False, True, True, False]


def test_a_person_holds_only_the_qualifications_recorded(play: Play) -> None:
    play.add("person.qualified/v1", "Q1", QUALIFIED)
    assert play.state("Q1").qualified("operator", date(2026, 10, 1)) is None


def test_a_disqualified_person_keeps_the_past_and_loses_the_future(play: Play) -> None:
    play.add("person.qualified/v1", "Q1", QUALIFIED)
    play.add(
        "person.disqualified/v1",
        "Q1",
        {
            "qualification": "quality_authority",
            "reason": "left",
            "occurred_at": "2026-10-01T09:00:00+08:00",
        },
    )
    person = play.state("Q1")
    assert person.qualified("quality_authority", date(2026, 9, 30)) is not None
    assert person.qualified("quality_authority", date(2026, 10, 1)) is None


def test_a_person_can_be_qualified_again_after_a_disqualification(play: Play) -> None:
    play.add("person.qualified/v1", "Q1", QUALIFIED)
    body = {"qualification": "quality_authority", "reason": "leave"}
    play.add("person.disqualified/v1", "Q1", body)
    play.add("person.qualified/v1", "Q1", {**QUALIFIED, "title": "intermediate"})
    held = play.state("Q1").qualified("quality_authority", date(2026, 10, 1))
    assert held.title == "intermediate"


def test_a_qualification_without_a_certificate_is_refused(play: Play) -> None:
    with pytest.raises(ValidationError):
        play.add("person.qualified/v1", "Q1", {**QUALIFIED, "documents": []})


def test_a_person_cannot_be_registered_twice(play: Play) -> None:
    with pytest.raises(Refused) as refused:
        play.add("person.registered/v1", "Q1", {"number": "1001"})
    assert refused.value.codes == {"C242"}
