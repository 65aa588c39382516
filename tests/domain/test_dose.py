"""Doses: one container, one patient, every millilitre accounted for."""

from __future__ import annotations

import pytest

from domain.journeys import released_batch
from domain.making import clinic, filled_dose, received_dose
from domain.play import Play

ML = {"unit": "mL"}
GIVEN = {"identifiers": ["coi", "subject_code"], **ML}
GONE = {"method": "autoclave", "reason": "remainder", **ML}


@pytest.fixture
def play() -> Play:
    """A released batch and a clinic; the rules of the bedside are tested elsewhere."""
    play = clinic(Play())
    play.gates = False
    for name in ("SU1", "SU2"):
        play.names[name] = f"subject:{name}"
    return play


def test_no_more_doses_are_registered_than_the_batch_has() -> None:
    play = Play()
    released_batch(play, doses=2)
    filled_dose(play, "DO1")
    filled_dose(play, "DO2")
    body = {"number": "DO3", "quantity": "20", "expires_at": "2026-12-01T08:00:00Z", **ML}
    assert play.codes("dose.filled/v1", "DO3", body, {"batch": "X1"}) == {"C2232"}


def test_a_dose_dispensed_is_taken_off_the_stock_of_its_batch_and_of_no_other(play: Play) -> None:
    filled_dose(play)
    play.names["X2"] = "batch:X2"
    links = {"batch": "X2", "site": "CLINIC"}
    assert "C2223" in play.codes("dose.dispensed/v1", "DO1", {"quantity": "1"}, links)
    play.add("dose.dispensed/v1", "DO1", {"quantity": "1"}, {**links, "batch": "X1"})
    assert play.state("X1").remaining == 9


def test_a_dose_arrives_dispensed_or_with_a_shipment(play: Play) -> None:
    filled_dose(play)
    play.names["S-1"] = "shipment:S-1"
    arrived, links = {"condition": "intact"}, {"site": "CLINIC"}
    assert play.codes("dose.received_at_site/v1", "DO1", arrived, links) == {"C2224"}
    play.add("dose.received_at_site/v1", "DO1", arrived, {**links, "shipment": "S-1"})
    assert play.state("DO1").shipment == "shipment:S-1"


def test_a_split_dose_keeps_its_remainder_until_that_is_given_or_destroyed(play: Play) -> None:
    received_dose(play)
    play.add("dose.administered/v1", "DO1", {"quantity": "12.5", **GIVEN}, {"subject": "SU1"})
    assert play.state("DO1").status == "partly_administered"
    more = {"quantity": "7.6", **GIVEN}
    assert play.codes("dose.administered/v1", "DO1", more, {"subject": "SU1"}) == {"C266"}
    assert play.codes("dose.destroyed/v1", "DO1", {"quantity": "7", **GONE}) == {"C2222"}
    play.add(
        "dose.destroyed/v1",
        "DO1",
        {"quantity": "7.5", **GONE},
        signers=[("A", "clinician", "performed"), ("B", "verifier", "verified")],
    )
    state = play.state("DO1")
    assert (state.status, state.given, state.destroyed, state.remaining) == (
        "destroyed",
        "12.5",
        "7.5",
        0,
    )


def test_a_split_dose_given_whole_is_given_once(play: Play) -> None:
    received_dose(play)
    play.add("dose.administered/v1", "DO1", {"quantity": "20", **GIVEN}, {"subject": "SU1"})
    assert play.state("DO1").status == "administered"
    again = play.codes(
        "dose.administered/v1", "DO1", {"quantity": "1", **GIVEN}, {"subject": "SU1"}
    )
    assert again == {"C243"}


def test_the_parts_of_a_split_dose_go_to_one_patient(play: Play) -> None:
    received_dose(play)
    play.add("dose.administered/v1", "DO1", {"quantity": "10", **GIVEN}, {"subject": "SU1"})
    other = play.codes(
        "dose.administered/v1", "DO1", {"quantity": "1", **GIVEN}, {"subject": "SU2"}
    )
    assert other == {"C2221"}


def test_a_dose_allocated_to_one_patient_is_for_no_other(play: Play) -> None:
    filled_dose(play, coi="COI-1")
    assert play.codes("dose.allocated/v1", "DO1", {}) == {"C2220"}
    assert play.codes("dose.allocated/v1", "DO1", {"coi": "COI-2"}) == {"C2221"}
    play.add("dose.allocated/v1", "DO1", {"coi": "COI-1"}, {"subject": "SU1"})
    found = play.codes("dose.allocated/v1", "DO1", {"coi": "COI-1"}, {"subject": "SU2"})
    assert found == {"C2221"}


def test_a_thawed_dose_is_given_or_destroyed_and_never_goes_back(play: Play) -> None:
    received_dose(play)
    play.add("dose.thawed/v1", "DO1")
    assert play.codes("dose.thawed/v1", "DO1") == {"C243"}
    assert play.codes("dose.returned/v1", "DO1", {"reason": "visit cancelled"}) == {"C243"}
    assert play.codes("dose.destroyed/v1", "DO1", {"quantity": "20", **GONE}) == set()


def test_a_dose_that_came_back_is_only_destroyed(play: Play) -> None:
    received_dose(play)
    play.add("dose.returned/v1", "DO1", {"reason": "visit cancelled"})
    given = {"quantity": "1", **GIVEN}
    assert play.codes("dose.administered/v1", "DO1", given, {"subject": "SU1"}) == {"C243"}


def test_a_hold_of_a_dose_is_lifted_to_what_the_dose_was_before(play: Play) -> None:
    received_dose(play)
    play.add("dose.held/v1", "DO1", {"reason": "label in doubt"})
    given = {"quantity": "1", **GIVEN}
    assert play.codes("dose.administered/v1", "DO1", given, {"subject": "SU1"}) == {"C243"}
    play.add("dose.hold_lifted/v1", "DO1", {"reason": "label compared"})
    assert play.state("DO1").status == "received_at_site"
