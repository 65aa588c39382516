"""The start of manufacture: a defined product, fit cells, one donor where it must be one."""

from __future__ import annotations

from typing import Any

import pytest

from domain.journeys import organisation, thawed_vial
from domain.play import Play
from domain.stories import (
    accepted_lot,
    cleared_donor,
    consented,
    frozen_vial,
    received_sample,
    registered_donor,
    results,
)

START = "batch.started/v1"
MARKERS = ("hiv", "hbv", "hcv", "syphilis")


def codes(
    play: Play, made_from: Any = "V1", body: dict[str, Any] | None = None, **links: Any
) -> set[str]:
    usual = {"number": "X1", "process_version": "2", "planned_doses": 10}
    return play.codes(
        START, "X1", {**usual, **(body or {})}, {"made_from": made_from, "product": "P1", **links}
    )


@pytest.fixture
def play() -> Play:
    play = Play()
    thawed_vial(play, max_passage=8)
    return play


@pytest.mark.sentence("B6", "passes")
def test_a_thawed_vial_of_a_qualified_bank_starts_a_batch(play: Play) -> None:
    assert codes(play) == set()
    for rule in ("PTH-002", "MFG-001", "COI-002", "DON-004", "DON-005"):
        assert play.outcome(rule) == "satisfied"


@pytest.mark.sentence("B6", "blocks")
def test_a_product_that_is_not_specified_cannot_be_made(play: Play) -> None:
    play.names["P9"] = "product:P9"
    assert "PTH-002" in codes(play, product="P9")


def test_a_specification_version_that_does_not_exist_cannot_be_named(play: Play) -> None:
    assert codes(play, body={"specification": "9.9"}) == {"PTH-002"}
    assert codes(play, body={"specification": "1.0"}) == set()


def test_a_vial_of_a_bank_put_on_hold_after_the_thaw_starts_no_batch(play: Play) -> None:
    play.add("bank.held/v1", "B1", {"reason": "identity in doubt"})
    assert codes(play) == {"MFG-001", "REL-002"}


def test_a_sample_that_has_not_arrived_starts_no_batch(play: Play) -> None:
    cleared_donor(play, "D2")
    body = {"number": "S2", "volume": "10", "unit": "mL", "container": "tube"}
    play.add("sample.collected/v1", "S2", body, {"donation": "D2"})
    assert {"C243"} <= codes(play, "S2")


def autologous(play: Play, number: int) -> None:
    """A cleared autologous donation with a received and retained sample."""
    donor, sample = f"D{number}", f"S{number}"
    registered_donor(play, donor, relation="autologous")
    consented(play, donor)
    play.add("donor.screened/v1", donor, {"results": results(MARKERS)})
    play.add("donor.cleared/v1", donor, {"determination": "eligible"})
    received_sample(play, sample, donor)
    play.add("sample.retained/v1", sample, {"amount": "1", "unit": "mL", "position": "tank"})


def test_autologous_cells_are_not_mixed_with_those_of_another_donor(play: Play) -> None:
    autologous(play, 2)
    autologous(play, 3)
    assert codes(play, "S2") == set()
    assert codes(play, ["S2", "S3"]) == {"COI-002"}
    assert codes(play, ["S2", "V1"]) == {"COI-002"}


def test_two_vials_of_one_donor_may_be_pooled(play: Play) -> None:
    frozen_vial(play, "V2")
    play.add("vial.thawed/v1", "V2")
    assert codes(play, ["V1", "V2"]) == set()


@pytest.mark.sentence("B13", "passes")
@pytest.mark.sentence("B13", "blocks")
def test_an_outside_maker_needs_an_assessment_that_passed_and_is_not_over(play: Play) -> None:
    organisation(play, "CDMO")
    assert codes(play, site="CDMO") == {"GMP-002"}
    parts = dict.fromkeys(("qualification", "facility", "quality_system"), "pass")
    play.add("organisation.assessed/v1", "CDMO", {**parts, "valid_until": "2026-08-31"})
    assert codes(play, site="CDMO") == {"GMP-002"}
    failed = {**parts, "facility": "fail", "valid_until": "2027-08-31"}
    play.add("organisation.assessed/v1", "CDMO", failed)
    assert codes(play, site="CDMO") == {"GMP-002"}
    play.add("organisation.assessed/v1", "CDMO", {**parts, "valid_until": "2027-08-31"})
    assert codes(play, site="CDMO") == set()


def test_consuming_a_lot_asks_for_its_stock_and_takes_it_off(play: Play) -> None:
    accepted_lot(play, "L1", quantity="5")
    usual = {"number": "X1", "process_version": "2", "planned_doses": 10}
    play.add(START, "X1", usual, {"made_from": "V1", "product": "P1"})
    body = {"quantity": "5.1", "unit": "mL"}
    consume = "batch.material_consumed/v1"
    assert "C266" in play.codes(consume, "X1", body, {"material": "L1"})
    play.add(consume, "X1", {**body, "quantity": "5.0"}, {"material": "L1"})
    assert play.state("L1").remaining == 0
