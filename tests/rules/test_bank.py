"""Rules about cell banks, from their establishment to the start of a batch."""

from typing import Any

import pytest

from domain.play import Play
from domain.stories import (
    SAFETY,
    assessment,
    cleared_donor,
    established_bank,
    frozen_vial,
    paper,
    passed_tests,
    qualified_bank,
    received_sample,
    specification,
)


@pytest.fixture
def master() -> Play:
    play = Play()
    qualified_bank(play)
    return play


def thawed_vial(play: Play, alias: str = "V1", bank: str = "B1") -> None:
    frozen_vial(play, alias, bank)
    play.add("vial.thawed/v1", alias)


def freeze(play: Play, bank: str) -> set[str]:
    body = {"number": "V9", "position": "tank 1", "cells": "1", "unit": "mL"}
    return play.codes("vial.frozen/v1", "V9", body, {"bank": bank})


# BNK-003, BNK-004


def test_a_vial_of_a_qualified_bank_is_thawed(master: Play) -> None:
    frozen_vial(master)
    assert master.codes("vial.thawed/v1", "V1") == set()
    assert master.outcome("BNK-003") == "satisfied"


def test_a_vial_of_a_bank_not_yet_qualified_is_not_thawed() -> None:
    play = Play()
    cleared_donor(play)
    received_sample(play)
    established_bank(play)
    frozen_vial(play)
    assert play.codes("vial.thawed/v1", "V1") == {"BNK-003"}


@pytest.mark.parametrize("standing", ["held", "rejected"])
def test_a_vial_of_a_bank_that_lost_its_standing_is_not_thawed(master: Play, standing: str) -> None:
    frozen_vial(master)
    master.add(f"bank.{standing}/v1", "B1", {"reason": "alarm"})
    assert master.codes("vial.thawed/v1", "V1") == {"BNK-003"}


def test_a_vial_is_frozen_into_a_bank_and_not_into_a_rejected_one(master: Play) -> None:
    assert freeze(master, "B1") == set()
    master.add("bank.rejected/v1", "B1", {"reason": "karyotype"})
    assert freeze(master, "B1") == {"BNK-004"}


def test_a_vial_is_not_frozen_into_a_bank_nobody_recorded() -> None:
    play = Play()
    assert freeze(play, "bank:unknown") == {"BNK-004"}
    assert play.outcome("BNK-004") == "unknown"


# BNK-005


def working(play: Play, *vials: str, passage: int = 4) -> set[str]:
    body = {"number": "W1", "level": "working", "passage": passage}
    return play.codes("bank.established/v1", "W1", body, {"origin": vials})


def test_a_working_bank_comes_from_vials_of_one_qualified_master_bank(master: Play) -> None:
    thawed_vial(master, "V1")
    thawed_vial(master, "V2")
    assert working(master, "V1", "V2") == set()


def test_a_working_bank_does_not_mix_vials_of_two_banks(master: Play) -> None:
    received_sample(master, "S2")
    established_bank(master, "B2", "S2")
    passed_tests(master, "B2")
    master.add("bank.qualified/v1", "B2")
    thawed_vial(master, "V1", "B1")
    thawed_vial(master, "V2", "B2")
    assert working(master, "V1", "V2") == {"BNK-005"}


def test_a_working_bank_does_not_come_from_a_working_bank(master: Play) -> None:
    thawed_vial(master)
    body = {"number": "W0", "level": "working", "passage": 3}
    master.add("bank.established/v1", "W0", body, {"origin": "V1"})
    passed_tests(master, "W0")
    master.add("bank.qualified/v1", "W0")
    thawed_vial(master, "V2", "W0")
    assert working(master, "V2") == {"BNK-005"}


def test_a_working_bank_is_not_younger_than_its_master_bank(master: Play) -> None:
    thawed_vial(master)
    assert working(master, "V1", passage=1) == {"BNK-005"}
    assert working(master, "V1", passage=2) == set()


def test_a_working_bank_is_not_made_while_the_master_bank_is_on_hold(master: Play) -> None:
    thawed_vial(master)
    master.add("bank.held/v1", "B1", {"reason": "alarm"})
    assert working(master, "V1") == {"BNK-005"}


def test_the_donor_behind_the_master_bank_is_asked_for_again(master: Play) -> None:
    thawed_vial(master)
    master.add("donor.notice_received/v1", "D1", {"notice": "HBV", "status": "reactive"})
    assert working(master, "V1") == {"DON-005"}


# BNK-006


def bank_with(**verdicts: str) -> Play:
    play = Play()
    cleared_donor(play)
    received_sample(play)
    established_bank(play)
    for test, verdict in {**dict.fromkeys(SAFETY, "pass"), **verdicts}.items():
        if verdict:
            body = {"test": test, "verdict": verdict, "documents": [paper("report")]}
            play.add("bank.tested/v1", "B1", body)
    return play


def test_a_bank_that_passed_all_its_tests_is_qualified() -> None:
    assert bank_with(identity="pass").codes("bank.qualified/v1", "B1") == set()


@pytest.mark.parametrize("test", SAFETY)
@pytest.mark.parametrize(
    ("verdict", "outcome"), [("", "unknown"), ("invalid", "unknown"), ("fail", "violated")]
)
def test_a_bank_is_not_qualified_with_a_safety_test_open_or_failed(
    test: str, verdict: str, outcome: str
) -> None:
    play = bank_with(**{test: verdict})
    assert play.codes("bank.qualified/v1", "B1") == {"BNK-006"}
    assert play.outcome("BNK-006") == outcome


def test_a_failed_further_test_stops_the_bank_too() -> None:
    assert bank_with(karyotype="fail").codes("bank.qualified/v1", "B1") == {"BNK-006"}


def test_a_repeated_test_that_passes_makes_the_bank_good_again() -> None:
    play = bank_with(sterility="invalid")
    passed_tests(play, "B1", ["sterility"])
    assert play.codes("bank.qualified/v1", "B1") == set()


def test_quality_may_override_the_house_rule_with_a_signed_assessment_and_a_reason() -> None:
    play = bank_with(endotoxin="")
    assessment(play, "R1", "BNK-006", "B1", "override")
    because = {"reason": "the laboratory is closed; the test follows before use"}
    assert play.codes("bank.qualified/v1", "B1", because, {"assessment": "R1"}) == set()
    assert play.outcome("BNK-006") == "overridden"


# BNK-001, BNK-002


def start(play: Play, source: str, **product: Any) -> set[str]:
    play.add("product.specified/v1", "P1", specification(**product))
    body = {"number": "X1", "process_version": "1", "planned_doses": 10}
    links = {"made_from": source, "product": "P1"}
    return {c for c in play.codes("batch.started/v1", "X1", body, links) if c.startswith("BNK")}


@pytest.fixture
def sampled() -> Play:
    play = Play()
    cleared_donor(play)
    received_sample(play)
    return play


def keep(play: Play) -> None:
    body = {"amount": "1", "unit": "mL", "position": "freezer"}
    play.add("sample.retained/v1", "S1", body)


@pytest.mark.sentence("B21", "blocks")
def test_gene_edited_cells_do_not_start_from_a_sample(sampled: Play) -> None:
    keep(sampled)
    found = start(sampled, "S1", product_class="gene_edited_cell", max_passage=5)
    assert found == {"BNK-001"}


@pytest.mark.sentence("B21", "passes")
def test_gene_edited_cells_start_from_a_banked_vial(master: Play) -> None:
    thawed_vial(master)
    assert start(master, "V1", product_class="gene_edited_cell") == set()


@pytest.mark.sentence("B22", "passes")
def test_unbanked_cells_start_with_a_retention_sample_and_a_passage_limit(sampled: Play) -> None:
    keep(sampled)
    assert start(sampled, "S1", max_passage=5) == set()


@pytest.mark.sentence("B22", "blocks")
def test_unbanked_cells_do_not_start_without_a_retention_sample(sampled: Play) -> None:
    assert start(sampled, "S1", max_passage=5) == {"BNK-002"}


@pytest.mark.sentence("B22", "blocks")
def test_unbanked_cells_do_not_start_without_a_passage_limit(sampled: Play) -> None:
    keep(sampled)
    assert start(sampled, "S1") == {"BNK-002"}
