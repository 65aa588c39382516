"""Rules about donors, at clearance, at banking and at the start of a batch."""

from typing import Any

import pytest

from domain.play import Play
from domain.stories import (
    MARKERS,
    assessment,
    cleared_donor,
    consented,
    frozen_vial,
    passed_tests,
    qualified_bank,
    received_sample,
    registered_donor,
    results,
    specification,
)

ELIGIBLE = {"determination": "eligible"}
EXEMPT = {"determination": "autologous_exempt"}
MASTER = {"number": "B1", "level": "master", "passage": 2}


def screened(outcomes: dict[str, str], **body: Any) -> Play:
    play = Play()
    registered_donor(play, **body)
    for marker, outcome in outcomes.items():
        play.add("donor.screened/v1", "D1", {"results": results([marker], outcome)})
    return play


def clear(play: Play, determination: dict[str, str], *assessments: str) -> set[str]:
    return play.codes("donor.cleared/v1", "D1", determination, {"assessment": assessments})


def bank(play: Play, *assessments: str, **body: Any) -> set[str]:
    links = {"origin": "S1", "assessment": assessments}
    return play.codes("bank.established/v1", "B1", {**MASTER, **body}, links)


CLEAN = dict.fromkeys(MARKERS, "non_reactive")


# DON-001


@pytest.mark.sentence("B14", "passes")
def test_an_allogeneic_donor_without_a_finding_is_cleared() -> None:
    assert clear(screened(CLEAN), ELIGIBLE) == set()


@pytest.mark.sentence("B14", "blocks")
@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("outcome", ["reactive", "pending", "invalid"])
def test_an_allogeneic_donor_is_not_cleared_on_any_other_result(marker: str, outcome: str) -> None:
    play = screened({**CLEAN, marker: outcome})
    assert clear(play, ELIGIBLE) == {"DON-001"}
    assert play.outcome("DON-001") == ("violated" if outcome == "reactive" else "unknown")


@pytest.mark.sentence("B14", "blocks")
@pytest.mark.parametrize("marker", MARKERS)
def test_an_allogeneic_donor_is_not_cleared_with_a_marker_missing(marker: str) -> None:
    play = screened({m: o for m, o in CLEAN.items() if m != marker})
    assert clear(play, ELIGIBLE) == {"DON-001"}
    assert play.outcome("DON-001") == "unknown"


def test_no_assessment_clears_a_reactive_allogeneic_donor() -> None:
    play = screened({**CLEAN, "hiv": "reactive"})
    for number, purpose in enumerate(("risk_assessment", "override", "non_applicability")):
        assessment(play, f"R{number}", "DON-001", "D1", purpose)
        assert clear(play, ELIGIBLE, f"R{number}") == {"DON-001"}


def test_a_donor_can_always_be_found_ineligible() -> None:
    assert clear(screened({"hiv": "reactive"}), {"determination": "ineligible"}) == set()


def test_screening_was_not_yet_a_rule_before_the_guideline_was_in_force() -> None:
    before = {**ELIGIBLE, "occurred_at": "2026-04-30T23:59:59+08:00"}
    on_the_day = {**ELIGIBLE, "occurred_at": "2026-05-01T00:00:00+08:00"}
    assert clear(screened({}), before) == set()
    assert clear(screened({}), on_the_day) == {"DON-001"}


# DON-002 and DON-006


@pytest.mark.sentence("B15", "blocks")
def test_a_leukocyte_rich_donation_needs_three_further_markers() -> None:
    assert clear(screened(CLEAN, leukocyte_rich=True), ELIGIBLE) == {"DON-002"}
    more = {**CLEAN, "htlv": "non_reactive", "cmv": "non_reactive", "ebv": "non_reactive"}
    assert clear(screened(more, leukocyte_rich=True), ELIGIBLE) == set()


def test_a_leukocyte_rich_donation_reactive_for_htlv_is_refused() -> None:
    more = {**CLEAN, "htlv": "reactive", "cmv": "non_reactive", "ebv": "non_reactive"}
    assert clear(screened(more, leukocyte_rich=True), ELIGIBLE) == {"DON-002"}


@pytest.mark.parametrize("marker", ["cmv", "ebv"])
def test_a_common_virus_asks_for_an_assessment_instead_of_refusal(marker: str) -> None:
    more = {**CLEAN, **dict.fromkeys(("htlv", "cmv", "ebv"), "non_reactive"), marker: "reactive"}
    play = screened(more, leukocyte_rich=True)
    assert clear(play, ELIGIBLE) == {"DON-006"}
    assessment(play, "R1", "DON-006", "D1")
    assert clear(play, ELIGIBLE, "R1") == set()
    assert play.outcome("DON-006") == "risk_assessed"


@pytest.mark.sentence("B15", "passes")
def test_further_markers_are_not_asked_of_other_donations() -> None:
    assert clear(screened({**CLEAN, "cmv": "reactive"}), ELIGIBLE) == set()


# DON-003


@pytest.mark.sentence("B16", "blocks")
def test_an_untested_autologous_donation_needs_an_assessment() -> None:
    play = screened({}, relation="autologous")
    assert clear(play, EXEMPT) == {"DON-003"}
    assessment(play, "R1", "DON-003", "D1")
    assert clear(play, EXEMPT, "R1") == set()


@pytest.mark.sentence("B16", "passes")
def test_an_autologous_donation_tested_without_a_finding_needs_none() -> None:
    assert clear(screened(CLEAN, relation="autologous"), ELIGIBLE) == set()


def test_an_assessment_of_another_rule_or_a_withdrawn_one_does_not_help() -> None:
    play = screened({}, relation="autologous")
    assessment(play, "R1", "DON-001", "D1")
    assessment(play, "R2", "DON-003", "D1")
    play.add("assessment.withdrawn/v1", "R2", {"reason": "new facts"})
    assert clear(play, EXEMPT, "R1", "R2") == {"DON-003"}


def exempted() -> Play:
    play = screened({}, relation="autologous")
    consented(play)
    assessment(play, "R1", "DON-003", "D1")
    play.add("donor.cleared/v1", "D1", EXEMPT, {"assessment": "R1"})
    received_sample(play)
    return play


def test_the_assessment_named_at_clearance_carries_over_to_the_bank() -> None:
    assert bank(exempted()) == set()


def test_an_assessment_withdrawn_after_clearance_stops_the_bank() -> None:
    play = exempted()
    play.add("assessment.withdrawn/v1", "R1", {"reason": "new facts"})
    assert bank(play) == {"DON-003"}
    assessment(play, "R2", "DON-003", "D1")
    assert bank(play, "R2") == set()


# DON-004


def test_cells_are_not_banked_without_consent_for_manufacture() -> None:
    play = Play()
    registered_donor(play)
    consented(play, "D1", "collection", "export")
    play.add("donor.screened/v1", "D1", {"results": results(MARKERS)})
    play.add("donor.cleared/v1", "D1", ELIGIBLE)
    received_sample(play)
    assert bank(play) == {"DON-004"}
    assert play.outcome("DON-004") == "unknown"
    consented(play, "D1", "manufacture")
    assert bank(play) == set()


def test_cells_are_not_banked_after_consent_was_withdrawn() -> None:
    play = Play()
    cleared_donor(play)
    received_sample(play)
    play.add("donor.consent_withdrawn/v1", "D1", {"scopes": ["manufacture"], "reason": "letter"})
    assert bank(play) == {"DON-004"}
    assert play.outcome("DON-004") == "violated"


def test_consent_given_later_does_not_cover_an_earlier_act() -> None:
    play = Play()
    cleared_donor(play)
    received_sample(play)
    assert "DON-004" in bank(play, occurred_at="2026-08-31T10:00:00+08:00")


# DON-005


def test_cells_are_not_banked_before_the_donor_is_cleared() -> None:
    play = Play()
    registered_donor(play)
    consented(play)
    play.add("donor.screened/v1", "D1", {"results": results(MARKERS)})
    received_sample(play)
    assert bank(play) == {"DON-005"}
    assert play.outcome("DON-005") == "unknown"


def test_cells_are_not_banked_while_the_donor_is_on_hold() -> None:
    play = Play()
    cleared_donor(play)
    received_sample(play)
    play.add("donor.notice_received/v1", "D1", {"notice": "fever", "status": "other"})
    assert bank(play) == {"DON-005"}
    assert play.outcome("DON-005") == "violated"
    play.add("donor.cleared/v1", "D1", ELIGIBLE)
    assert bank(play) == set()


def test_one_uncleared_donor_among_several_is_enough_to_stop_a_bank() -> None:
    play = Play()
    cleared_donor(play)
    received_sample(play)
    registered_donor(play, "D2")
    consented(play, "D2")
    play.add("donor.screened/v1", "D2", {"results": results(MARKERS)})
    received_sample(play, "S2", "D2")
    links = {"origin": ["S1", "S2"]}
    assert play.codes("bank.established/v1", "B1", MASTER, links) == {"DON-005"}


def test_a_result_that_arrives_after_clearance_stops_the_next_use() -> None:
    play = Play()
    cleared_donor(play)
    received_sample(play)
    play.add("donor.screened/v1", "D1", {"results": results(["hbv"], "reactive")})
    assert bank(play) == {"DON-001"}


# at the thaw of a vial, through its bank


@pytest.fixture
def frozen() -> Play:
    play = Play()
    qualified_bank(play)
    frozen_vial(play)
    return play


def test_a_vial_is_thawed_while_its_donor_is_eligible_and_consents(frozen: Play) -> None:
    assert frozen.codes("vial.thawed/v1", "V1") == set()
    assert frozen.outcome("DON-004") == frozen.outcome("DON-005") == "satisfied"


def test_no_vial_is_lost_to_a_donor_on_hold(frozen: Play) -> None:
    frozen.add("donor.notice_received/v1", "D1", {"notice": "HBV", "status": "reactive"})
    assert frozen.codes("vial.thawed/v1", "V1") == {"DON-005"}
    assert frozen.state("V1").status == "frozen"


def test_no_vial_is_thawed_after_its_donor_took_consent_back(frozen: Play) -> None:
    frozen.add("donor.consent_withdrawn/v1", "D1", {"scopes": ["manufacture"], "reason": "letter"})
    assert frozen.codes("vial.thawed/v1", "V1") == {"DON-004"}


def test_the_donor_is_found_through_a_working_bank_and_its_master(frozen: Play) -> None:
    frozen.add("vial.thawed/v1", "V1")
    body = {"number": "W1", "level": "working", "passage": 4}
    frozen.add("bank.established/v1", "W1", body, {"origin": "V1"})
    passed_tests(frozen, "W1")
    frozen.add("bank.qualified/v1", "W1")
    frozen_vial(frozen, "W-V1", "W1")
    assert frozen.codes("vial.thawed/v1", "W-V1") == set()
    frozen.add("donor.notice_received/v1", "D1", {"notice": "HBV", "status": "reactive"})
    assert frozen.codes("vial.thawed/v1", "W-V1") == {"DON-005"}


# at the start of a batch, through vial and bank


@pytest.fixture
def ready() -> Play:
    play = Play()
    qualified_bank(play)
    frozen_vial(play)
    play.add("vial.thawed/v1", "V1")
    play.add("product.specified/v1", "P1", specification())
    return play


def start(play: Play, source: str = "V1") -> set[str]:
    body = {"number": "X1", "process_version": "1", "planned_doses": 10}
    links = {"made_from": source, "product": "P1"}
    return {c for c in play.codes("batch.started/v1", "X1", body, links) if c.startswith("DON")}


def test_a_batch_starts_from_vials_of_a_cleared_donor(ready: Play) -> None:
    assert start(ready) == set()
    assert ready.outcome("DON-005") == "satisfied"


def test_a_batch_does_not_start_when_the_donor_behind_the_bank_took_consent_back(
    ready: Play,
) -> None:
    ready.add("donor.consent_withdrawn/v1", "D1", {"scopes": ["manufacture"], "reason": "letter"})
    assert start(ready) == {"DON-004"}


def test_a_batch_does_not_start_when_the_donor_behind_the_bank_is_on_hold(ready: Play) -> None:
    ready.add("donor.notice_received/v1", "D1", {"notice": "HBV", "status": "reactive"})
    assert start(ready) == {"DON-005"}


def test_a_batch_does_not_start_from_cells_whose_donor_cannot_be_found(ready: Play) -> None:
    del ready.streams[ready.stream("B1")]
    assert start(ready) == {"DON-005"}
    assert ready.outcome("DON-005") == "unknown"
