"""Rules that follow from the process a batch names: its version, banks, retention samples."""

from __future__ import annotations

import pytest

from domain.making import CELLS, batch_of, own_sample, process_for
from domain.play import Play
from domain.stories import SPARING, approved_process, frozen_vial, qualified_bank, specified_product

START = "batch.started/v1"


def start(play: Play, source: str, **more: str) -> set[str]:
    body = {"number": "X1", "process_version": "2", "planned_doses": 10, **more}
    links = {"made_from": source, "product": "P1", "process": "PR1"}
    return play.codes(START, "X1", body, links)


@pytest.fixture
def play() -> Play:
    """A thawed vial of a qualified bank, and a received autologous sample with its retention."""
    play = Play()
    qualified_bank(play)
    frozen_vial(play)
    play.add("vial.thawed/v1", "V1")
    own_sample(play)
    return play


# PRC-001


def test_a_batch_follows_an_approved_version_of_its_products_process(play: Play) -> None:
    process_for(play)
    assert start(play, "V1") == set()
    assert play.outcome("PRC-001") == "satisfied"
    assert start(play, "V1", process_version="２") == set()
    assert start(play, "V1", process_version="9") == {"PRC-001"}


def test_a_process_of_another_product_is_refused(play: Play) -> None:
    specified_product(play, "P2")
    specified_product(play, "P1")
    play.names["P1"], play.names["P2"] = play.names["P2"], play.names["P1"]
    approved_process(play)
    play.names["P1"], play.names["P2"] = play.names["P2"], play.names["P1"]
    assert start(play, "V1") == {"PRC-001"}


def test_a_process_nobody_approved_is_unknown(play: Play) -> None:
    specified_product(play)
    play.names["PR1"] = "process:PR1"
    assert "PRC-001" in start(play, "V1")
    assert play.outcome("PRC-001") == "unknown"


# BNK-001


@pytest.mark.sentence("B21", "blocks")
@pytest.mark.parametrize("flag", ["long_expansion", "genetic_modification", "clone_screening"])
def test_each_demanding_process_needs_a_bank(play: Play, flag: str) -> None:
    none = dict.fromkeys(("long_expansion", "genetic_modification", "clone_screening"), False)
    process_for(play, **{**none, flag: True})
    assert start(play, "S5") == {"BNK-001"}


@pytest.mark.sentence("B21", "blocks")
def test_a_culture_does_not_stand_for_a_bank(play: Play) -> None:
    process_for(play)
    body = {"number": "C5", "passage": 1, "quantity": "10", "unit": CELLS}
    play.add("culture.started/v1", "C5", body, {"made_from": "S5"})
    assert start(play, "C5") == {"BNK-001"}


@pytest.mark.sentence("B21", "passes")
def test_a_demanding_process_starts_from_a_vial_of_a_bank(play: Play) -> None:
    process_for(play, genetic_modification=True, vector_type="lentivirus")
    assert start(play, "V1") == set()
    assert play.outcome("BNK-001") == "satisfied"


# BNK-002


@pytest.mark.sentence("B22", "passes")
def test_an_autologous_short_and_simple_process_starts_without_a_bank(play: Play) -> None:
    process_for(play, **SPARING)
    assert start(play, "S5") == set()


@pytest.mark.sentence("B22", "blocks")
@pytest.mark.parametrize("flag", ["autologous", "short_cycle", "low_manipulation"])
def test_a_process_that_lacks_one_of_the_three_does_not(play: Play, flag: str) -> None:
    process_for(play, **{**SPARING, flag: False})
    assert start(play, "S5") == {"BNK-002"}


@pytest.mark.sentence("B22", "blocks")
def test_without_a_retention_sample_it_does_not_start() -> None:
    play = Play()
    own_sample(play)
    process_for(play, **SPARING)
    retained = play.streams["sample:S5"].pop()
    assert retained.type == "sample.retained/v1"
    assert start(play, "S5") == {"BNK-002"}


def test_a_master_bank_comes_from_samples_and_a_working_bank_from_vials_through_cultures(
    play: Play,
) -> None:
    body = {"passage": 2, "quantity": "10", "unit": CELLS}
    play.add("culture.started/v1", "C5", {**body, "number": "C5"}, {"made_from": "S5"})
    play.add("culture.started/v1", "C1", {**body, "number": "C1"}, {"made_from": "V1"})
    master = {"number": "B9", "level": "master", "passage": 3}
    working = {**master, "level": "working"}
    established = "bank.established/v1"
    assert play.codes(established, "B9", master, {"origin": "C5"}) == set()
    assert play.codes(established, "B9", working, {"origin": "C1"}) == set()
    assert play.codes(established, "B9", working, {"origin": "C5"}) == {"BNK-005"}


def test_a_batch_made_from_a_culture_uses_the_culture_up(play: Play) -> None:
    specified_product(play)
    body = {"number": "C1", "passage": 2, "quantity": "10", "unit": CELLS}
    play.add("culture.started/v1", "C1", body, {"made_from": "V1"})
    batch_of(play, "C1")
    assert play.state("C1").status == "used"
    assert play.state("X1").parents[0] == "culture:C1"
