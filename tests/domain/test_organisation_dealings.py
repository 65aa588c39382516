"""Capabilities of organisations, agreements with them and what they were told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.journeys import organisation
from domain.play import Play
from domain.stories import paper

DAY = date(2026, 9, 1)
CAPABLE = {
    "capability": "ethics_committee",
    "valid_from": "2026-09-01",
    "valid_until": "2027-08-31",
    "documents": [paper("organisation_certificate")],
}
AGREED = {
    "agreement": "AGR-1",
    "agreement_kind": "quality",
    "scope": "manufacture",
    "valid_from": "2026-09-01",
    "valid_until": "2027-08-31",
    "foreign_sponsor": False,
    "documents": [paper("agreement")],
}
TOLD: dict[str, Any] = {
    "study": "STU-1",
    "covered": ["purpose", "protocol", "filing_status", "use_of_samples"],
    "filing_status": "filed",
    "documents": [paper("notice_letter")],
}


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    organisation(play, "O1")
    organisation(play, "O2")
    return play


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 8, 31), False),
        (date(2026, 9, 1), True),
        (date(2027, 8, 31), True),
        (date(2027, 9, 1), False),
    ],
)
def test_a_capability_holds_from_its_first_to_its_last_day(
    play: Play, day: date, holds: bool
) -> None:
    play.add("organisation.capability_recorded/v1", "O1", CAPABLE)
    assert play.state("O1").capable("ethics_committee", day) is holds
    assert not play.state("O1").capable("academic_committee", day)


def test_a_withdrawn_capability_is_over_from_that_day_and_was_good_before(play: Play) -> None:
    early = {**CAPABLE, "valid_from": "2026-01-01"}
    play.add("organisation.capability_recorded/v1", "O1", early)
    gone = {"capability": "ethics_committee", "reason": "dissolved"}
    play.add("organisation.capability_withdrawn/v1", "O1", gone)
    assert not play.state("O1").capable("ethics_committee", DAY)
    assert play.state("O1").capable("ethics_committee", date(2026, 8, 31))
    assert play.codes("organisation.capability_withdrawn/v1", "O1", gone) == {"C2110"}


def test_a_capability_withdrawn_can_be_evidenced_anew(play: Play) -> None:
    play.add("organisation.capability_recorded/v1", "O1", CAPABLE)
    gone = {"capability": "ethics_committee", "reason": "dissolved"}
    play.add("organisation.capability_withdrawn/v1", "O1", gone)
    play.add("organisation.capability_recorded/v1", "O1", CAPABLE)
    assert play.state("O1").capable("ethics_committee", DAY)


def test_an_agreement_is_found_by_kind_party_and_day(play: Play) -> None:
    play.add("organisation.agreement_recorded/v1", "O1", AGREED, {"party": "O2"})
    partner, other = play.state("O1"), play.stream("O2")
    assert partner.agreement(DAY, "quality", party=other).number == "AGR-1"
    assert partner.agreement(DAY, "quality", "sponsor") is not None
    assert partner.agreement(DAY, "sponsor", party=other) is None
    assert partner.agreement(DAY, "quality", party="organisation:x") is None
    assert partner.agreement(date(2027, 9, 1), "quality", party=other) is None


def test_an_agreement_ended_early_is_over_and_cannot_end_again(play: Play) -> None:
    play.add("organisation.agreement_recorded/v1", "O1", AGREED, {"party": "O2"})
    over = {"agreement": "AGR-1", "reason": "by both parties"}
    play.add("organisation.agreement_ended/v1", "O1", over)
    assert play.state("O1").agreement(DAY, "quality") is None
    assert play.codes("organisation.agreement_ended/v1", "O1", over) == {"C2111"}
    assert play.codes("organisation.agreement_ended/v1", "O2", over) == {"C2111"}


def test_a_notice_is_open_until_it_is_acknowledged_once(play: Play) -> None:
    answer = {"study": "STU-1"}
    kind = "organisation.upstream_acknowledged/v1"
    assert play.codes(kind, "O1", answer) == {"C2112"}
    play.add("organisation.upstream_notified/v1", "O1", TOLD)
    assert play.state("O1").notice("STU-1").acknowledged_on == ""
    play.add(kind, "O1", answer)
    assert play.state("O1").notice("STU-1").acknowledged_on == "2026-09-01"
    assert play.codes(kind, "O1", answer) == {"C2112"}
    assert play.codes(kind, "O1", {"study": "STU-2"}) == {"C2112"}


def test_a_new_notice_about_a_study_is_to_be_acknowledged_anew(play: Play) -> None:
    play.add("organisation.upstream_notified/v1", "O1", {**TOLD, "filing_status": "not_filed"})
    play.add("organisation.upstream_acknowledged/v1", "O1", {"study": "STU-1"})
    play.add("organisation.upstream_notified/v1", "O1", TOLD)
    notice = play.state("O1").notice("STU-1")
    assert (notice.filing_status, notice.acknowledged_on) == ("filed", "")


def test_a_notice_says_what_it_leaves_out(play: Play) -> None:
    play.add("organisation.upstream_notified/v1", "O1", {**TOLD, "covered": ["purpose"]})
    assert play.state("O1").notice("STU-1").missing == (
        "protocol",
        "filing_status",
        "use_of_samples",
    )


def test_a_training_is_kept_with_the_day_of_its_repetition() -> None:
    play = Play(gates=False)
    play.add("person.registered/v1", "N1", {"number": "7"})
    body = {"topic": "无菌操作 SOP 31 v4", "valid_until": "2027-08-31"}
    play.add("person.trained/v1", "N1", {**body, "documents": [paper("training_record")]})
    assert play.state("N1").trainings == (("无菌操作 SOP 31 v4", "2026-09-01", "2027-08-31"),)
