"""Organisations and their assessments."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain.play import Play

MAKER = {
    "number": "ORG-1",
    "legal_name": "华东细胞制备中心",
    "roles": ["cdmo"],
    "country": "CN",
    "foreign_controlled": False,
}


def assessed(**parts: str) -> Any:
    play = Play(gates=False)
    play.add("organisation.registered/v1", "O1", MAKER)
    usual = {"qualification": "pass", "facility": "pass", "quality_system": "pass"}
    body = {**usual, **parts, "valid_until": "2027-08-31"}
    play.add("organisation.assessed/v1", "O1", body)
    return play.state("O1")


def test_an_organisation_not_yet_assessed_is_not_approved() -> None:
    play = Play(gates=False)
    play.add("organisation.registered/v1", "O1", MAKER)
    assert not play.state("O1").approved(date(2026, 10, 1))


def test_an_organisation_is_approved_while_its_assessment_lasts() -> None:
    organisation = assessed()
    assert not organisation.approved(date(2026, 8, 31))
    assert organisation.approved(date(2026, 9, 1))
    assert organisation.approved(date(2027, 8, 31))
    assert not organisation.approved(date(2027, 9, 1))


@pytest.mark.parametrize("part", ["qualification", "facility", "quality_system"])
def test_one_failed_part_of_an_assessment_is_enough_to_deny_approval(part: str) -> None:
    organisation = assessed(**{part: "fail"})
    assert organisation.failed == (part,)
    assert not organisation.approved(date(2026, 10, 1))


def test_a_location_number_has_thirteen_digits() -> None:
    with pytest.raises(ValidationError):
        Play().add("organisation.registered/v1", "O1", {**MAKER, "gln": "123"})


def test_a_location_number_with_a_wrong_check_digit_is_refused() -> None:
    play = Play()
    wrong, right = {**MAKER, "gln": "6901234567893"}, {**MAKER, "gln": "6901234567892"}
    assert play.codes("organisation.registered/v1", "O1", wrong) == {"C2113"}
    assert play.codes("organisation.registered/v1", "O1", right) == set()
