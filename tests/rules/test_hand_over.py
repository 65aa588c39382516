"""Hand-overs in time, and the condition on the way, as rules."""

from __future__ import annotations

import pytest

from domain.journeys import accept, hand_over
from domain.play import Play
from domain.stories import paper
from rules.borders import copied, said, sealed

TRANSFER = {"seal": "SEAL1", "intact": True, "place": "gate"}


@pytest.fixture(scope="module")
def ready() -> Play:
    play = Play()
    sealed(play)
    return play


@pytest.fixture
def play(ready: Play) -> Play:
    return copied(ready)


def taken(play: Play, at: str) -> set[str]:
    links = {"giver": "MAKER", "receiver": "CARRIER"}
    return play.codes("shipment.accepted/v1", "S-1", {**TRANSFER, "occurred_at": at}, links)


def test_nothing_is_taken_over_before_it_was_given(play: Play) -> None:
    hand_over(play, "MAKER", "CARRIER", occurred_at="2026-09-02T10:00:00+08:00")
    assert taken(play, "2026-09-02T09:59:59+08:00") == {"COC-001"}
    assert taken(play, "2026-09-02T10:00:00+08:00") == set()


def test_nothing_is_given_before_it_was_sealed(play: Play) -> None:
    body = {**TRANSFER, "occurred_at": "2026-09-01T08:00:00+08:00"}
    links = {"giver": "MAKER", "receiver": "CARRIER"}
    assert play.codes("shipment.handed_over/v1", "S-1", body, links) == {"COC-001"}
    assert "sealed" in said(play, "COC-001")


def test_nothing_is_given_anew_before_the_hand_over_that_failed_was_called_off(play: Play) -> None:
    links = {"giver": "MAKER", "receiver": "CARRIER"}
    hand_over(play, "MAKER", "CARRIER", occurred_at="2026-09-02T10:00:00+08:00")
    off = {**TRANSFER, "why": "the courier did not come"}
    early, late = "2026-09-02T09:59:59+08:00", "2026-09-02T11:00:00+08:00"
    type_ = "shipment.hand_over_called_off/v1"
    assert play.codes(type_, "S-1", {**off, "occurred_at": early}, links) == {"COC-001"}
    play.add(type_, "S-1", {**off, "occurred_at": late}, links)
    for at, expected in ((early, {"COC-001"}), (late, set())):
        again = {**TRANSFER, "occurred_at": at}
        assert play.codes("shipment.handed_over/v1", "S-1", again, links) == expected


def test_a_flight_across_the_date_line_lands_on_the_day_before_and_not_too_early(
    play: Play,
) -> None:
    hand_over(play, "MAKER", "CARRIER", occurred_at="2026-09-02T09:00:00+13:00")
    assert taken(play, "2026-09-01T15:30:00-10:00") == set()
    assert taken(play, "2026-09-01T09:30:00-10:00") == {"COC-001"}


def arrived(play: Play) -> None:
    """The shipment is handed over twice and received by the hospital."""
    for giver, receiver in (("MAKER", "CARRIER"), ("CARRIER", "HOSPITAL")):
        hand_over(play, giver, receiver)
        accept(play, giver, receiver)
    body = {"seal": "SEAL1", "intact": True, "quantity": "4"}
    play.add("shipment.received/v1", "S-1", body)


def logged(play: Play, **body: object) -> None:
    """The logger was read out over the whole way."""
    usual = {
        "logger": "LOG1",
        "started_at": "2026-09-01T08:00:00+08:00",
        "ended_at": "2026-09-03T08:00:00+08:00",
        "readings": 90,
        "minimum": "-190",
        "maximum": "-160",
        "gaps": 0,
        "documents": [paper("logger_file")],
        "occurred_at": "2026-09-03T09:00:00+08:00",
    }
    play.add("shipment.temperature_logged/v1", "S-1", {**usual, **body})


LATER = "2026-09-03T12:00:00+08:00"


def reconciled(play: Play, **body: object) -> set[str]:
    fields = {"quantity": "4", "occurred_at": LATER, **body}
    return play.codes("shipment.reconciled/v1", "S-1", fields)


def test_a_shipment_is_reconciled_once_its_loggers_show_the_whole_way(play: Play) -> None:
    arrived(play)
    assert reconciled(play) == {"COC-002"}
    logged(play)
    assert reconciled(play) == set()


@pytest.mark.parametrize(
    "fault", [{"gaps": 1}, {"maximum": "-140"}, {"ended_at": "2026-09-01T08:30:00+08:00"}]
)
def test_a_logger_gap_or_an_excursion_needs_the_judgement_of_quality(
    play: Play, fault: dict[str, object]
) -> None:
    arrived(play)
    logged(play, **fault)
    assert reconciled(play) == {"COC-002"}
    body = {"assessment": "no effect", "disposition": "fit_for_use", "occurred_at": LATER}
    play.add("shipment.excursion_assessed/v1", "S-1", body)
    assert reconciled(play) == set()


def test_an_excursion_that_was_noticed_holds_the_doses_until_it_is_assessed(play: Play) -> None:
    arrived(play)
    logged(play)
    body = {"logger": "LOG1", "excursion": "tilt_or_shock", "started_at": LATER}
    play.add("shipment.excursion_detected/v1", "S-1", {**body, "occurred_at": LATER})
    assert play.state("S-1").holds == ("excursion",)
    assert reconciled(play) == {"COC-002"}
    bad = {**body, "logger": "LOG9"}
    assert play.codes("shipment.excursion_detected/v1", "S-1", bad) == {"C297"}


def test_a_count_that_differs_is_explained(play: Play) -> None:
    arrived(play)
    logged(play)
    assert reconciled(play, quantity="3") == {"C2407"}
    assert reconciled(play, quantity="3", differences="one bag broke on arrival") == set()
