"""Cell banks: origins, consumption, tests and standing."""

import pytest

from domain.play import Play
from domain.stories import (
    accepted_lot,
    established_bank,
    frozen_vial,
    paper,
    received_sample,
    registered_donor,
)

CONSUMED = {"quantity": "20", "unit": "mL"}


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    registered_donor(play)
    received_sample(play)
    established_bank(play)
    return play


def test_establishing_a_bank_uses_its_samples_up(play: Play) -> None:
    assert play.state("S1").status == "used"
    assert play.state("B1").parents == (play.stream("S1"),)
    body = {"number": "B2", "level": "master", "passage": 2}
    assert play.codes("bank.established/v1", "B2", body, {"origin": "S1"}) == {"C243"}


def test_the_used_sample_does_not_say_for_which_bank(play: Play) -> None:
    used = play.events("S1")[-1]
    assert used.type == "sample.used/v1"
    assert used.links == ()


def test_a_working_bank_uses_thawed_vials_of_the_master_bank_up(play: Play) -> None:
    frozen_vial(play)
    body = {"number": "W1", "level": "working", "passage": 4}
    assert play.codes("bank.established/v1", "W1", body, {"origin": "V1"}) == {"C243"}
    play.add("vial.thawed/v1", "V1")
    play.add("bank.established/v1", "W1", body, {"origin": "V1"})
    assert play.state("V1").status == "used"


def test_a_master_bank_comes_from_samples_and_a_working_bank_from_vials(play: Play) -> None:
    frozen_vial(play)
    play.add("vial.thawed/v1", "V1")
    received_sample(play, "S2")
    master = {"number": "B2", "level": "master", "passage": 2}
    working = {"number": "W1", "level": "working", "passage": 4}
    assert play.codes("bank.established/v1", "B2", master, {"origin": "V1"}) == {"C269"}
    assert play.codes("bank.established/v1", "W1", working, {"origin": "S2"}) == {"C269"}


def test_a_bank_without_an_origin_is_refused(play: Play) -> None:
    body = {"number": "B2", "level": "master", "passage": 2}
    assert play.codes("bank.established/v1", "B2", body) == {"C246"}


def test_material_consumed_by_a_bank_is_drawn_from_its_lot(play: Play) -> None:
    accepted_lot(play)
    play.add("bank.material_consumed/v1", "B1", CONSUMED, {"material": "L1"})
    assert play.state("L1").remaining == 480
    assert play.state("B1").parents == (play.stream("S1"), play.stream("L1"))
    assert play.events("L1")[-1].links == ()


def test_a_refused_draw_leaves_bank_and_lot_as_they_were(play: Play) -> None:
    accepted_lot(play)
    too_much = {"quantity": "501", "unit": "mL"}
    codes = play.codes("bank.material_consumed/v1", "B1", too_much, {"material": "L1"})
    assert codes == {"C266"}
    assert play.state("B1").materials == ()
    assert play.state("L1").remaining == 500


def test_a_lot_consumed_twice_is_one_parent(play: Play) -> None:
    accepted_lot(play)
    for _ in range(2):
        play.add("bank.material_consumed/v1", "B1", CONSUMED, {"material": "L1"})
    assert play.state("B1").materials == (play.stream("L1"),)


def test_the_latest_verdict_of_a_test_counts(play: Play) -> None:
    for verdict in ("invalid", "fail", "pass"):
        body = {"test": "sterility", "verdict": verdict, "documents": [paper("report")]}
        play.add("bank.tested/v1", "B1", body)
    assert play.state("B1").verdicts == {"sterility": "pass"}
    assert len(play.state("B1").tests) == 3


def test_a_held_bank_can_be_qualified_again_and_a_rejected_one_cannot(play: Play) -> None:
    play.add("bank.held/v1", "B1", {"reason": "alarm"})
    assert play.state("B1").status == "held"
    play.add("bank.qualified/v1", "B1")
    assert play.state("B1").status == "qualified"
    play.add("bank.rejected/v1", "B1", {"reason": "karyotype"})
    assert play.codes("bank.qualified/v1", "B1") == {"C243"}
