"""Donations: consent, screening and determination."""

from datetime import date

import pytest

from domain.play import Play
from domain.stories import cleared_donor, consented, registered_donor, results

TODAY = date(2026, 9, 1)


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    registered_donor(play)
    return play


def test_consent_opens_only_the_scopes_named(play: Play) -> None:
    consented(play, "D1", "collection")
    donation = play.state("D1")
    assert donation.consented("collection", TODAY)
    assert not donation.consented("export", TODAY)


def test_consent_does_not_reach_back_before_the_day_it_was_given(play: Play) -> None:
    consented(play, "D1", "export")
    assert not play.state("D1").consented("export", date(2026, 8, 31))


def test_withdrawn_consent_closes_its_scopes_and_no_others(play: Play) -> None:
    consented(play, "D1", "manufacture", "export")
    play.add("donor.consent_withdrawn/v1", "D1", {"scopes": ["export"], "reason": "by letter"})
    donation = play.state("D1")
    assert not donation.consented("export", TODAY)
    assert donation.consented("manufacture", TODAY)
    assert donation.closed == ("export",)


def test_consent_can_be_given_again_after_a_withdrawal(play: Play) -> None:
    consented(play, "D1", "export")
    play.add("donor.consent_withdrawn/v1", "D1", {"scopes": ["export"], "reason": "by letter"})
    consented(play, "D1", "export")
    assert play.state("D1").consented("export", TODAY)
    assert play.state("D1").closed == ()


def test_the_withdrawal_of_consent_can_be_neither_corrected_nor_voided(play: Play) -> None:
    consented(play, "D1", "export")
    play.add("donor.consent_withdrawn/v1", "D1", {"scopes": ["export"], "reason": "by letter"})
    withdrawn = play.events("D1")[-1]
    void = {"voids": withdrawn.leaf, "reason": "mistake"}
    assert play.codes("record.voided/v1", "D1", void) == {"C249"}


@pytest.mark.parametrize(
    ("measured", "known"),
    [
        ([], ""),
        (["pending"], "pending"),
        (["pending", "non_reactive"], "non_reactive"),
        (["non_reactive", "invalid"], "non_reactive"),
        (["reactive", "non_reactive"], "reactive"),
        (["non_reactive", "reactive"], "reactive"),
    ],
)
def test_a_reactive_result_is_not_outweighed_by_a_later_one(
    play: Play, measured: list[str], known: str
) -> None:
    for outcome in measured:
        play.add("donor.screened/v1", "D1", {"results": results(["hiv"], outcome)})
    assert play.state("D1").outcome("hiv") == known


def test_voiding_a_wrong_result_takes_it_back(play: Play) -> None:
    play.add("donor.screened/v1", "D1", {"results": results(["hiv"], "reactive")})
    wrong = play.events("D1")[-1]
    void = {"voids": wrong.leaf, "reason": "result of another donor"}
    play.add("record.voided/v1", "D1", void)
    assert play.state("D1").outcome("hiv") == ""


@pytest.mark.parametrize("determination", ["eligible", "ineligible"])
def test_the_determination_becomes_the_status(play: Play, determination: str) -> None:
    play.add("donor.cleared/v1", "D1", {"determination": determination})
    assert play.state("D1").status == determination


def test_only_an_autologous_donation_can_be_exempt_from_screening(play: Play) -> None:
    exempt = {"determination": "autologous_exempt"}
    assert play.codes("donor.cleared/v1", "D1", exempt) == {"C267"}
    registered_donor(play, "D2", relation="autologous")
    play.add("donor.cleared/v1", "D2", exempt)
    assert play.state("D2").status == "autologous_exempt"


def test_a_determination_needs_the_physician_and_quality_assurance(play: Play) -> None:
    alone = [("X", "donor_physician", "approved")]
    same = [("X", "donor_physician", "approved"), ("X", "qa", "approved")]
    body = {"determination": "eligible"}
    assert "C244" in play.codes("donor.cleared/v1", "D1", body, signers=alone)
    assert play.codes("donor.cleared/v1", "D1", body, signers=same) == {"C245"}


def test_a_later_notice_puts_the_donation_on_hold_until_it_is_determined_anew() -> None:
    play = Play(gates=False)
    cleared_donor(play)
    play.add("donor.notice_received/v1", "D1", {"notice": "late HBV", "status": "reactive"})
    assert play.state("D1").status == "on_hold"
    play.add("donor.cleared/v1", "D1", {"determination": "ineligible"})
    assert play.state("D1").status == "ineligible"
