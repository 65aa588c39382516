"""Vials: frozen once, thawed once, used once."""

import pytest

from domain.play import Play
from domain.stories import established_bank, frozen_vial, received_sample, registered_donor


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    registered_donor(play)
    received_sample(play)
    established_bank(play)
    frozen_vial(play)
    return play


def test_a_vial_cannot_be_thawed_twice(play: Play) -> None:
    play.add("vial.thawed/v1", "V1")
    assert play.codes("vial.thawed/v1", "V1") == {"C243"}


def test_a_thawed_vial_cannot_be_moved_back_into_the_tank(play: Play) -> None:
    play.add("vial.thawed/v1", "V1")
    assert play.codes("vial.moved/v1", "V1", {"position": "tank 2"}) == {"C243"}


def test_a_frozen_vial_cannot_be_used(play: Play) -> None:
    assert play.codes("vial.used/v1", "V1") == {"C243"}


def test_a_thaw_needs_a_second_person(play: Play) -> None:
    alone = [("X", "bank_custodian", "performed")]
    assert "C244" in play.codes("vial.thawed/v1", "V1", signers=alone)


def test_a_moved_vial_is_found_at_its_new_position(play: Play) -> None:
    play.add("vial.moved/v1", "V1", {"position": "tank 2"})
    assert play.state("V1").position == "tank 2"
    assert play.state("V1").status == "frozen"


def test_a_vial_comes_from_its_bank(play: Play) -> None:
    assert play.state("V1").parents == (play.stream("B1"),)


def test_a_discarded_vial_can_neither_be_thawed_nor_used(play: Play) -> None:
    play.add("vial.discarded/v1", "V1", {"method": "autoclave"})
    assert play.codes("vial.thawed/v1", "V1") == {"C243"}
    assert play.codes("vial.used/v1", "V1") == {"C243"}
