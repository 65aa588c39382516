"""Gene-modified cells: characterised tools, three tests, and no live virus."""

from __future__ import annotations

from typing import Any

import pytest

from domain.journeys import completed_batch, passed_tests, qualified_authority, reviewed_result
from domain.making import CELLS, batch_of, cultured, vector_lot
from domain.play import Play
from domain.stories import approved_process, frozen_vial, paper, received_lot

RELEASE = "batch.released/v1"
MODIFY = "culture.gene_modified/v1"
DOSE = {"quantity": "2", "unit": "mL", "method": "transduction"}
TESTS = ("off_target", "residual_vector", "replication_competent_virus")


@pytest.fixture
def play() -> Play:
    """A culture and an accepted lot of a lentiviral vector."""
    play = Play()
    qualified_authority(play)
    cultured(play)
    vector_lot(play)
    return play


def modified(play: Play, lot: str = "VL1", *tests: str, without: str = "", **batch: Any) -> Play:
    """From the culture to a reviewed batch of modified cells, with the tests given."""
    play.add(MODIFY, "C1", DOSE, {"material": lot})
    batch_of(play, "C1", **batch)
    completed_batch(play)
    passed_tests(play)
    for test in tests or TESTS:
        if test != without:
            reviewed_result(play, test, outcome="negative")
    play.add("batch.reviewed/v1", "X1")
    return play


# MAT-007


def test_cells_are_modified_with_a_characterised_lot_that_is_drawn_from(play: Play) -> None:
    play.add(MODIFY, "C1", DOSE, {"material": "VL1"})
    assert play.state("VL1").remaining == 8
    assert play.state("C1").tools == ("material:VL1",)


def test_cells_are_not_modified_with_a_lot_nobody_characterised(play: Play) -> None:
    received_lot(play, "VL2", item="vector")
    play.add("material.accepted/v1", "VL2")
    assert play.codes(MODIFY, "C1", DOSE, {"material": "VL2"}) == {"MAT-007"}
    assert play.outcome("MAT-007") == "unknown"


def test_a_vector_lot_with_live_virus_is_not_used(play: Play) -> None:
    vector_lot(play, "VL2", rcv_verdict="fail")
    assert play.codes(MODIFY, "C1", DOSE, {"material": "VL2"}) == {"MAT-007"}


def test_a_vector_lot_is_of_the_type_the_process_lays_down() -> None:
    play = Play()
    cultured(play)
    approved_process(play, genetic_modification=True, vector_type="aav")
    frozen_vial(play, "V2")
    play.add("vial.thawed/v1", "V2")
    body = {"number": "C2", "passage": 2, "quantity": "9", "unit": CELLS, "process_version": "2"}
    play.add("culture.started/v1", "C2", body, {"made_from": "V2", "process": "PR1"})
    vector_lot(play)
    assert play.codes(MODIFY, "C2", DOSE, {"material": "VL1"}) == {"MAT-007"}
    vector_lot(play, "VL2", vector_type="aav")
    assert play.codes(MODIFY, "C2", DOSE, {"material": "VL2"}) == set()


def test_no_more_of_a_vector_is_used_than_there_is(play: Play) -> None:
    more = {**DOSE, "quantity": "10.5"}
    assert play.codes(MODIFY, "C1", more, {"material": "VL1"}) == {"MAT-005", "C266"}


# GEN-001


@pytest.mark.sentence("B23", "passes")
@pytest.mark.sentence("B24", "passes")
def test_modified_cells_that_passed_the_three_tests_are_released(play: Play) -> None:
    modified(play)
    assert play.codes(RELEASE, "X1") == set()
    assert play.outcome("GEN-001") == play.outcome("GEN-002") == "satisfied"


@pytest.mark.sentence("B23", "blocks")
@pytest.mark.parametrize("test", TESTS)
def test_modified_cells_with_one_of_the_three_tests_missing_are_not_released(
    play: Play, test: str
) -> None:
    modified(play, without=test)
    assert play.codes(RELEASE, "X1") == {"GEN-001"}
    assert play.outcome("GEN-001") == "unknown"


@pytest.mark.sentence("B23", "blocks")
def test_modified_cells_with_off_target_edits_are_not_released(play: Play) -> None:
    modified(play)
    reviewed_result(play, "off_target", outcome="positive", verdict="fail")
    assert play.codes(RELEASE, "X1") == {"GEN-001"}


@pytest.mark.sentence("B23", "blocks")
def test_a_product_said_to_be_edited_without_any_tool_lot_is_not_released() -> None:
    play = Play()
    qualified_authority(play)
    cultured(play)
    approved_process(play, genetic_modification=True, vector_type="non_viral")
    batch_of(play, "C1", process="PR1")
    completed_batch(play)
    passed_tests(play)
    for test in TESTS:
        reviewed_result(play, test, outcome="negative")
    play.add("batch.reviewed/v1", "X1")
    assert play.codes(RELEASE, "X1") == {"GEN-001"}


@pytest.mark.sentence("B23", "passes")
def test_without_a_viral_vector_no_virus_is_looked_for(play: Play) -> None:
    tool = {"reagent": "editing_tool", "vector_type": "none", "rcv_verdict": "not_tested"}
    vector_lot(play, "RNP1", tool="Cas9 protein with guide", **tool)
    modified(play, "RNP1", without="replication_competent_virus")
    assert play.codes(RELEASE, "X1") == set()


def test_cells_that_were_not_modified_are_asked_nothing(play: Play) -> None:
    batch_of(play, "C1")
    completed_batch(play)
    passed_tests(play)
    play.add("batch.reviewed/v1", "X1")
    assert play.codes(RELEASE, "X1") == set()


# GEN-002


@pytest.mark.sentence("B24", "blocks")
@pytest.mark.parametrize("vector", ["lentivirus", "gamma_retrovirus"])
def test_a_retroviral_vector_asks_for_a_test_for_live_virus(play: Play, vector: str) -> None:
    vector_lot(play, "VL2", vector_type=vector, rcv_verdict="not_tested")
    modified(play, "VL2", without="replication_competent_virus")
    assert play.codes(RELEASE, "X1") == {"GEN-001", "GEN-002"}
    assert play.outcome("GEN-002") == "unknown"


@pytest.mark.sentence("B24", "passes")
def test_the_test_may_be_of_the_vector_lot_or_of_the_cells(play: Play) -> None:
    vector_lot(play, "VL2", rcv_verdict="not_tested")
    modified(play, "VL2")
    assert play.codes(RELEASE, "X1") == set()


@pytest.mark.sentence("B24", "blocks")
def test_live_virus_found_anywhere_outweighs_a_pass_elsewhere(play: Play) -> None:
    modified(play)
    bad = {"test": "replication_competent_virus", "verdict": "fail"}
    play.add("bank.tested/v1", "B1", {**bad, "documents": [paper("report")]})
    assert play.codes(RELEASE, "X1") == {"GEN-002", "REL-002"}
