"""Material lots: acceptance and stock."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.domain.balance import added, left, plain
from domain.play import Play, Refused
from domain.stories import accepted_lot, paper, received_lot

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("999999999999999.999999999"), places=9)


def drawn(quantity: str, unit: str = "mL") -> dict[str, str]:
    return {"quantity": quantity, "unit": unit}


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    accepted_lot(play)
    return play


def test_a_lot_is_not_drawn_before_it_is_accepted() -> None:
    play = Play(gates=False)
    received_lot(play)
    assert play.codes("material.drawn/v1", "L1", drawn("1")) == {"C243"}


@pytest.mark.parametrize("standing", ["rejected", "quarantined", "recalled"])
def test_a_lot_that_lost_its_acceptance_is_not_drawn(play: Play, standing: str) -> None:
    play.add(f"material.{standing}/v1", "L1", {"reason": "out of specification"})
    assert play.codes("material.drawn/v1", "L1", drawn("1")) == {"C243"}


def test_a_quarantined_lot_can_be_accepted_again_and_a_rejected_one_cannot(play: Play) -> None:
    play.add("material.quarantined/v1", "L1", {"reason": "label"})
    play.add("material.accepted/v1", "L1")
    play.add("material.rejected/v1", "L1", {"reason": "label"})
    assert play.codes("material.accepted/v1", "L1") == {"C243"}


def test_a_draw_in_another_unit_is_refused(play: Play) -> None:
    assert play.codes("material.drawn/v1", "L1", drawn("1", "L")) == {"C264"}


def test_a_draw_of_nothing_is_refused(play: Play) -> None:
    assert play.codes("material.drawn/v1", "L1", drawn("0.000")) == {"C265"}


def test_a_draw_of_more_than_is_left_is_refused_by_the_smallest_excess(play: Play) -> None:
    play.add("material.drawn/v1", "L1", drawn("499.9"))
    assert play.codes("material.drawn/v1", "L1", drawn("0.100000001")) == {"C266"}
    play.add("material.drawn/v1", "L1", drawn("0.1"))
    assert play.state("L1").remaining == 0


@given(st.lists(st.decimals(min_value="0.000000001", max_value=300, places=9), max_size=12))
def test_the_stock_of_a_lot_is_exact_and_never_negative(parts: list[Decimal]) -> None:
    play = Play(gates=False)
    accepted_lot(play)
    gone = Decimal(0)
    for part in parts:
        try:
            play.add("material.drawn/v1", "L1", drawn(format(part, "f")))
        except Refused as refused:
            assert refused.codes == {"C266"}
            assert gone + part > 500
        else:
            gone += part
    assert play.state("L1").remaining == 500 - gone >= 0


@given(AMOUNTS, AMOUNTS)
def test_sums_of_amounts_are_exact_and_have_one_spelling(a: Decimal, b: Decimal) -> None:
    total = added(plain(a), plain(b))
    assert left(total, plain(a)) == b
    assert total == added(format(b, "f"), format(a, "f"))
    assert "E" not in total


def test_a_lot_without_any_supplier_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        received_lot(Play(gates=False), supplier_name=None)
    assert refused.value.codes == {"C268"}


def test_papers_that_arrive_with_a_later_event_are_kept_with_the_lot() -> None:
    play = Play(gates=False)
    received_lot(play, documents=[])
    play.add("material.quarantined/v1", "L1", {"reason": "x", "documents": [paper("coa")]})
    assert play.state("L1").papers == ("coa",)
    assert play.state("L1").status == "quarantined"
