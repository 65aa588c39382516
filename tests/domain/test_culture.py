"""Cultures: nothing is lost, nothing is used twice, no passage is skipped."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.making import CELLS, cultured, passaged, split
from domain.play import Play, Refused
from domain.stories import accepted_lot


@pytest.fixture
def play() -> Play:
    return cultured(Play())


def test_a_vial_put_into_culture_is_used_up(play: Play) -> None:
    assert play.state("V1").status == "used"
    assert play.state("C1").parents == ("vial:V1",)


def test_children_and_remainder_of_a_split_make_up_the_parent(play: Play) -> None:
    split(play, "C2", "C1", "400.5")
    split(play, "C3", "C1", "599.5")
    assert play.state("C1").remaining == 0
    body = {"number": "C4", "passage": 2, "quantity": "0.000000001", "unit": CELLS}
    assert play.codes("culture.split/v1", "C4", body, {"parent": "C1"}) == {"C266"}


@settings(max_examples=30, deadline=None)
@given(parts=st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_whatever_is_split_off_the_sum_stays_the_same(parts: list[int]) -> None:
    play = cultured(Play(), quantity="1000000")
    children = Decimal(0)
    for number, part in enumerate(parts):
        try:
            split(play, f"K{number}", "C1", str(part))
        except Refused as refused:
            assert refused.codes == {"C266"}
        else:
            children += part
    assert play.state("C1").remaining + children == 1000000
    assert play.state("C1").remaining >= 0


def test_a_child_of_a_split_is_measured_in_the_unit_of_its_parent(play: Play) -> None:
    body = {"number": "C2", "passage": 2, "quantity": "1", "unit": "mL"}
    assert "C264" in play.codes("culture.split/v1", "C2", body, {"parent": "C1"})


def test_a_passage_counts_one_up_and_is_measured_anew(play: Play) -> None:
    split(play, "C2", "C1", "400")
    for wrong in (2, 4):
        body = {"passage": wrong, "quantity": "9000", "unit": CELLS}
        assert play.codes("culture.passaged/v1", "C1", body) == {"C2210"}
    passaged(play, "C1", 3, "9000")
    assert (play.state("C1").passage, play.state("C1").remaining) == (3, 9000)


def test_a_culture_that_was_used_or_discarded_is_used_no_more(play: Play) -> None:
    split(play, "C2", "C1", "400")
    body = {"number": "C3", "passage": 2, "quantity": "1000", "unit": CELLS}
    play.add("culture.pooled/v1", "C3", body, {"parent": ["C1", "C2"]})
    assert play.state("C1").status == play.state("C2").status == "used"
    again = {"number": "C4", "passage": 2, "quantity": "1", "unit": CELLS}
    assert "C243" in play.codes("culture.split/v1", "C4", again, {"parent": "C1"})
    play.add("culture.discarded/v1", "C3", {"method": "autoclave", "reason": "contaminated"})
    assert "C243" in play.codes("culture.split/v1", "C4", again, {"parent": "C3"})


def test_a_culture_of_which_nothing_is_left_cannot_be_pooled(play: Play) -> None:
    split(play, "C2", "C1", "1000")
    body = {"number": "C3", "passage": 2, "quantity": "1000", "unit": CELLS}
    assert "C2211" in play.codes("culture.pooled/v1", "C3", body, {"parent": ["C1", "C2"]})


def test_a_culture_is_never_its_own_parent(play: Play) -> None:
    body = {"number": "C9", "passage": 2, "quantity": "1", "unit": CELLS}
    links = {"parent": "culture:C9"}
    assert {"TRC-002", "C241"} <= play.codes("culture.split/v1", "C9", body, links)
    again = {"number": "C1", "passage": 2, "quantity": "1", "unit": CELLS}
    assert "C242" in play.codes("culture.split/v1", "C1", again, {"parent": "C1"})


def test_material_of_a_culture_is_taken_off_its_lot(play: Play) -> None:
    accepted_lot(play, "L1", quantity="50")
    body = {"quantity": "50", "unit": "mL"}
    play.add("culture.material_consumed/v1", "C1", body, {"material": "L1"})
    assert play.state("L1").remaining == 0
    assert play.state("C1").materials == ("material:L1",)
    more = play.codes("culture.material_consumed/v1", "C1", body, {"material": "L1"})
    assert more == {"MAT-005", "C266"}


def test_the_quantity_of_a_part_is_not_corrected_behind_its_parents_back(play: Play) -> None:
    split(play, "C2", "C1", "400")
    for field, was, now in (("quantity", "400", "900"), ("passage", 2, 1)):
        change = {"field": field, "was": was, "now": now}
        body = {"corrects": play.events("C2")[0].leaf, "changes": [change], "reason": "miscounted"}
        assert play.codes("record.corrected/v1", "C2", body) == {"C2212"}
    change = {"field": "vessel", "was": None, "now": "flask 7"}
    body = {"corrects": play.events("C2")[0].leaf, "changes": [change], "reason": "left out"}
    assert play.codes("record.corrected/v1", "C2", body) == set()


def test_an_empty_culture_is_not_started(play: Play) -> None:
    body = {"number": "C2", "passage": 2, "quantity": "0", "unit": CELLS}
    assert "C265" in play.codes("culture.split/v1", "C2", body, {"parent": "C1"})
