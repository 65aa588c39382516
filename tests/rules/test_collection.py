"""Taking and pooling donations: consent, fit donors, blood of the right day."""

from __future__ import annotations

from typing import Any

import pytest

from domain.play import Play
from domain.stories import (
    MARKERS,
    assessment,
    cleared_donor,
    consented,
    paper,
    received_sample,
    registered_donor,
)

COLLECTED = "sample.collected/v1"
TAKEN = {"number": "S1", "volume": "10", "unit": "mL", "container": "tube 1"}
POOL = {"number": "PL", "tissue": "umbilical_cord", "leukocyte_rich": False}
BANK = {"number": "B1", "level": "master", "passage": 2}


def test_nothing_is_collected_without_the_donors_written_consent() -> None:
    play = Play()
    registered_donor(play)
    assert play.codes(COLLECTED, "S1", TAKEN, {"donation": "D1"}) == {"DON-007"}
    assert play.outcome("DON-007") == "unknown"
    consented(play, "D1", "manufacture")
    assert play.codes(COLLECTED, "S1", TAKEN, {"donation": "D1"}) == {"DON-007"}


def test_a_sample_is_collected_after_the_consent() -> None:
    play = Play()
    registered_donor(play)
    consented(play, "D1", "collection")
    play.add(COLLECTED, "S1", TAKEN, {"donation": "D1"})
    assert play.outcome("DON-007") == "satisfied"


def test_nothing_more_is_collected_once_an_amendment_took_collection_off() -> None:
    play = Play()
    registered_donor(play)
    consented(play, "D1", "collection")
    form = {"version": "2", "removed": ["collection"], "reason": "电话中告知，随后来函"}
    play.add("donor.consent_amended/v1", "D1", {**form, "documents": [paper("consent_form")]})
    assert play.codes(COLLECTED, "S1", TAKEN, {"donation": "D1"}) == {"DON-007"}
    assert play.outcome("DON-007") == "violated"


def pool(play: Play) -> set[str]:
    return play.codes("donor.pooled/v1", "PL", POOL, {"donation": ["D1", "D2"]})


def test_eligible_donations_are_pooled() -> None:
    play = Play()
    cleared_donor(play, "D1")
    cleared_donor(play, "D2")
    assert pool(play) == set()
    assert play.outcome("DON-008") == "satisfied"


@pytest.mark.parametrize("second", ["registered", "on hold", "autologous", "a pool"])
def test_a_donation_that_is_not_fit_for_others_is_not_pooled(second: str) -> None:
    play = Play()
    cleared_donor(play, "D1")
    if second == "autologous":
        cleared_donor(play, "D2", relation="autologous")
    elif second == "a pool":
        cleared_donor(play, "D3")
        cleared_donor(play, "D4")
        play.add("donor.pooled/v1", "D2", {**POOL, "number": "D2"}, {"donation": ["D3", "D4"]})
    elif second == "on hold":
        cleared_donor(play, "D2")
        play.add("donor.notice_received/v1", "D2", {"notice": "late", "status": "reactive"})
    else:
        registered_donor(play, "D2")
    assert pool(play) == {"DON-008"}


def pooled_sample(play: Play) -> None:
    cleared_donor(play, "D1")
    cleared_donor(play, "D2")
    play.add("donor.pooled/v1", "PL", POOL, {"donation": ["D1", "D2"]})
    received_sample(play, "S1", "PL")


def banked(play: Play, **links: Any) -> set[str]:
    return play.codes("bank.established/v1", "B1", BANK, {"origin": "S1", **links})


def test_a_bank_of_a_pool_is_judged_by_every_donation_in_it() -> None:
    play = Play()
    pooled_sample(play)
    assert banked(play) == set()
    ruling = next(r for r in play.rulings if r.rule.id == "DON-005")
    assert set(ruling.evidence) == {play.stream("D1"), play.stream("D2")}


def test_bad_news_of_one_donor_stops_the_whole_pool() -> None:
    play = Play()
    pooled_sample(play)
    play.add("donor.notice_received/v1", "D2", {"notice": "late HBV", "status": "reactive"})
    assert "DON-005" in banked(play)


def test_consent_withdrawn_by_one_donor_closes_the_use_of_the_whole_pool() -> None:
    play = Play()
    pooled_sample(play)
    gone = {"scopes": ["manufacture"], "reason": "by letter"}
    play.add("donor.consent_withdrawn/v1", "D1", gone)
    assert "DON-004" in banked(play)


def screened_on(play: Play, *days: str) -> None:
    """A donor is tested in blood of these days; cells are collected on 1 September 2026."""
    registered_donor(play)
    consented(play)
    for day in days:
        each = {"outcome": "non_reactive", "method": "CLIA", "sampled_on": day}
        play.add("donor.screened/v1", "D1", {"results": [{"marker": m, **each} for m in MARKERS]})
    play.add("donor.cleared/v1", "D1", {"determination": "eligible"})
    received_sample(play)


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        ("2026-08-01", "violated"),
        ("2026-08-02", "satisfied"),
        ("2026-09-01", "satisfied"),
        ("2026-09-08", "satisfied"),
        ("2026-09-09", "violated"),
    ],
)
def test_results_count_when_the_blood_was_drawn_near_the_collection(day: str, outcome: str) -> None:
    play = Play()
    screened_on(play, day)
    banked(play)
    assert play.outcome("DON-009") == outcome


def test_blood_of_the_right_day_makes_up_for_an_early_draw() -> None:
    play = Play()
    screened_on(play, "2026-05-01", "2026-08-31")
    assert banked(play) == set()


def test_a_result_of_the_window_period_can_be_met_by_an_assessment() -> None:
    play = Play()
    screened_on(play, "2026-05-01")
    assert banked(play) == {"DON-009"}
    assessment(play, "RA1", "DON-009", "D1")
    assert banked(play, assessment="RA1") == set()
    assert play.outcome("DON-009") == "risk_assessed"
