"""Subjects: a pseudonym with consent, reactions and follow-up."""

from __future__ import annotations

import pytest

from domain.play import Play
from domain.stories import paper, registered_donor
from domain.studies import active_study, enrolled

VISIT = {"month": 6, "items": ["safety"], "outcome": "as_expected"}


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    active_study(play)
    return play


def test_a_subject_is_a_number_and_the_code_is_kept_as_a_digest_only(play: Play) -> None:
    enrolled(play, coi="COI-0001")
    subject = play.state("J1")
    assert (subject.number, subject.coi, subject.status) == ("J1", "COI-0001", "enrolled")
    body = {"number": "J2", "consent_version": "1.0", "documents": [paper("consent_form")]}
    links = {"study": "T1"}
    assert play.codes("subject.enrolled/v1", "J2", body, links, private=()) == {"C247"}


def test_a_subject_without_a_signed_consent_form_is_not_enrolled(play: Play) -> None:
    with pytest.raises(ValueError, match="documents"):
        enrolled(play, documents=[])


def test_an_autologous_subject_names_the_own_donation(play: Play) -> None:
    registered_donor(play, "D1", relation="autologous")
    enrolled(play, donation="D1")
    assert play.state("J1").donation == play.stream("D1")


def test_a_new_consent_replaces_the_version_signed_before(play: Play) -> None:
    enrolled(play)
    body = {"consent_version": "2.0", "guardian": True, "documents": [paper("consent_form")]}
    play.add("subject.consented/v1", "J1", body)
    assert play.state("J1").consent_version == "2.0"


def test_follow_up_goes_on_after_withdrawal_and_consent_does_not(play: Play) -> None:
    enrolled(play)
    play.add("subject.withdrawn/v1", "J1", {"reason": "迁居外地"})
    play.add("subject.follow_up_visited/v1", "J1", VISIT)
    assert (play.state("J1").status, play.state("J1").visits[0].month) == ("withdrawn", 6)
    body = {"consent_version": "2.0", "guardian": False, "documents": [paper("consent_form")]}
    assert play.codes("subject.consented/v1", "J1", body) == {"C243"}


def test_a_lost_subject_who_comes_back_is_in_the_study_again(play: Play) -> None:
    enrolled(play)
    play.add("subject.follow_up_lost/v1", "J1", {"reason": "多次联系未果"})
    assert play.state("J1").status == "lost"
    play.add("subject.follow_up_visited/v1", "J1", VISIT)
    assert play.state("J1").status == "enrolled"


def test_an_adverse_event_that_is_no_serious_reaction_suspends_nothing(play: Play) -> None:
    enrolled(play)
    body = {"grade": 2, "relatedness": "possible", "description": "发热一天"}
    play.add("subject.adverse_event_reported/v1", "J1", body)
    assert play.state("T1").status == "active"
