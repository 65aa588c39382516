"""Rules about material lots, at acceptance and at use."""

from typing import Any

import pytest

from domain.play import Play
from domain.stories import (
    accepted_lot,
    assessment,
    cleared_donor,
    established_bank,
    paper,
    received_lot,
    received_sample,
)


def accept(*assessments: str, play: Play | None = None, **lot: Any) -> set[str]:
    play = play or Play()
    received_lot(play, **lot)
    return play.codes("material.accepted/v1", "L1", {}, {"assessment": assessments})


def consume(play: Play, quantity: str = "20", unit: str = "mL", **body: Any) -> set[str]:
    body = {"quantity": quantity, "unit": unit, **body}
    return play.codes("bank.material_consumed/v1", "B1", body, {"material": "L1"})


@pytest.fixture
def play() -> Play:
    """A bank in the making, before any of its tests."""
    play = Play()
    cleared_donor(play)
    received_sample(play)
    established_bank(play)
    return play


# MAT-001, MAT-003


@pytest.mark.sentence("B19", "passes")
@pytest.mark.sentence("B18", "passes")
@pytest.mark.sentence("B17", "passes")
def test_a_medicinal_lot_without_animal_components_is_accepted() -> None:
    assert accept() == set()


@pytest.mark.sentence("B17", "blocks")
@pytest.mark.parametrize("grade", ["gmp_ancillary", "research"])
def test_another_grade_needs_a_risk_assessment(grade: str) -> None:
    assert accept(grade=grade) == {"MAT-001"}


@pytest.mark.sentence("B19", "blocks")
@pytest.mark.parametrize("origin", ["bovine", "porcine", "other"])
def test_animal_origin_needs_a_risk_assessment(origin: str) -> None:
    assert accept(animal_origin=origin) == {"MAT-003"}


def test_material_of_human_origin_is_not_animal_derived() -> None:
    assert accept(animal_origin="human") == set()


@pytest.mark.parametrize(
    ("rule", "lot"), [("MAT-001", {"grade": "research"}), ("MAT-003", {"animal_origin": "porcine"})]
)
def test_a_risk_assessment_of_the_lot_lifts_the_rule(rule: str, lot: dict[str, Any]) -> None:
    play = Play()
    received_lot(play, **lot)
    received_lot(play, "L2")
    assessment(play, "R1", rule, "L1")
    assert play.codes("material.accepted/v1", "L1", {}, {"assessment": "R1"}) == set()
    assert play.outcome(rule) == "risk_assessed"


# MAT-002


@pytest.mark.sentence("B18", "blocks")
def test_a_lot_with_a_beta_lactam_is_refused_and_no_assessment_helps() -> None:
    play = Play()
    received_lot(play, contains_beta_lactam=True)
    for number, purpose in enumerate(("risk_assessment", "override", "non_applicability")):
        assessment(play, f"R{number}", "MAT-002", "L1", purpose)
        links = {"assessment": f"R{number}"}
        assert play.codes("material.accepted/v1", "L1", {}, links) == {"MAT-002"}


def test_a_lot_found_to_hold_a_beta_lactam_after_acceptance_is_recalled_and_not_used(
    play: Play,
) -> None:
    accepted_lot(play)
    received = play.events("L1")[0]
    change = {"field": "contains_beta_lactam", "was": False, "now": True}
    body = {"corrects": received.leaf, "reason": "supplier letter", "changes": [change]}
    assert play.codes("record.corrected/v1", "L1", body) == {"C2700"}
    play.add("material.recalled/v1", "L1", {"reason": "supplier letter"})
    assert consume(play) == {"MAT-005", "C243"}


# MAT-004

SERUM = {
    "serum": True,
    "animal_origin": "bovine",
    "origin_country": "AU",
    "epidemic_area": False,
    "documents": [paper("coa"), paper("origin_certificate")],
}


@pytest.mark.sentence("B20", "passes")
def test_certified_serum_from_a_free_area_passes() -> None:
    assert "MAT-004" not in accept(**SERUM)


@pytest.mark.sentence("B20", "blocks")
def test_serum_from_an_epidemic_area_is_refused() -> None:
    play = Play()
    assert "MAT-004" in accept(play=play, **{**SERUM, "epidemic_area": True})
    assert play.outcome("MAT-004") == "violated"


@pytest.mark.parametrize(
    "gap",
    [
        {"origin_country": None},
        {"epidemic_area": None},
        {"documents": [paper("coa")]},
        {"animal_origin": "none"},
    ],
    ids=["country", "status", "certificate", "species"],
)
def test_serum_of_which_the_origin_is_not_fully_known_is_refused(gap: dict[str, Any]) -> None:
    play = Play()
    assert "MAT-004" in accept(play=play, **{**SERUM, **gap})
    assert play.outcome("MAT-004") == "unknown"


def test_human_serum_needs_no_certificate_of_animal_origin() -> None:
    assert accept(serum=True, animal_origin="human") == set()


# MAT-005


def test_a_lot_is_accepted_on_its_last_day_and_not_after() -> None:
    assert accept(expires_on="2026-09-01") == set()
    assert accept(expires_on="2026-08-31") == {"MAT-005"}


def test_an_accepted_lot_is_used_within_its_stock(play: Play) -> None:
    accepted_lot(play)
    assert consume(play, "500") == set()


def test_a_lot_is_used_on_its_last_day_by_the_local_calendar_and_not_after(play: Play) -> None:
    accepted_lot(play, expires_on="2026-09-10")
    assert consume(play, occurred_at="2026-09-10T23:59:59+08:00") == set()
    assert consume(play, occurred_at="2026-09-11T00:00:00+08:00") == {"MAT-005"}


@pytest.mark.parametrize("standing", ["rejected", "quarantined", "recalled"])
def test_a_lot_that_lost_its_acceptance_is_not_used(play: Play, standing: str) -> None:
    accepted_lot(play)
    play.add(f"material.{standing}/v1", "L1", {"reason": "deviation"})
    assert consume(play) == {"MAT-005", "C243"}


def test_more_than_is_left_or_another_unit_is_not_used(play: Play) -> None:
    accepted_lot(play)
    assert consume(play, "500.000000001") == {"MAT-005", "C266"}
    assert consume(play, "1", "L") == {"MAT-005", "C264"}


# MAT-006


def test_a_lot_without_a_certificate_of_analysis_is_not_accepted() -> None:
    assert accept(documents=[paper("delivery_note")]) == {"MAT-006"}


def test_the_certificate_may_come_with_the_acceptance() -> None:
    play = Play()
    received_lot(play, documents=[])
    body = {"documents": [paper("coa")]}
    assert play.codes("material.accepted/v1", "L1", body) == set()
