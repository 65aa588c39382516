"""Products, their specifications and the judgement of single results."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.domain.product import ReleaseTest
from domain.play import Play
from domain.stories import specification

DECIMALS = st.decimals(min_value=-1000, max_value=1000, places=3).map(lambda d: format(d + 0, "f"))
REVISION = {
    k: v
    for k, v in specification(version="2.0", reason="tighter limits").items()
    if k not in ("number", "name", "product_class")
}


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    play.add("product.specified/v1", "P1", specification(max_passage=5))
    return play


def test_a_revision_adds_a_version_and_keeps_the_older_one(play: Play) -> None:
    play.add("product.revised/v1", "P1", REVISION)
    product = play.state("P1")
    assert product.current.version == "2.0"
    assert product.specification("1.0").max_passage == 5
    assert product.specification("3.0") is None


def test_a_version_cannot_be_specified_twice(play: Play) -> None:
    assert play.codes("product.revised/v1", "P1", {**REVISION, "version": "1.0"}) == {"C263"}


def test_a_specification_with_crossed_limits_is_refused() -> None:
    play = Play(gates=False)
    crossed = [{"test": "ph", "unit": "[pH]", "minimum": "7.5", "maximum": "6.5"}]
    assert play.codes("product.specified/v1", "P1", specification(release_tests=crossed)) == {
        "C260"
    }
    assert play.codes("product.specified/v1", "P1", specification(storage_min="0")) == {"C260"}


@pytest.mark.parametrize(
    "test",
    [{"test": "ph"}, {"test": "ph", "minimum": "7"}, {"test": "ph", "unit": "%"}],
    ids=["nothing", "limit without unit", "unit without limit"],
)
def test_a_release_test_without_something_to_judge_by_is_refused(test: dict[str, str]) -> None:
    body = specification(release_tests=[test])
    assert Play(gates=False).codes("product.specified/v1", "P1", body) == {"C261"}


def test_a_release_test_named_twice_is_refused() -> None:
    twice = [{"test": "sterility", "expected": "negative"}] * 2
    body = specification(release_tests=twice)
    assert Play(gates=False).codes("product.specified/v1", "P1", body) == {"C262"}


@given(DECIMALS, DECIMALS, DECIMALS)
def test_a_result_passes_exactly_when_it_lies_within_both_limits(a: str, b: str, v: str) -> None:
    low, high = sorted((a, b), key=Decimal)
    limits = ReleaseTest(test="ph", unit="[pH]", minimum=low, maximum=high)
    assert limits.passes(v, "[pH]", None) == (Decimal(low) <= Decimal(v) <= Decimal(high))


def test_limits_themselves_pass() -> None:
    limits = ReleaseTest(test="viability", unit="%", minimum="80.0", maximum="100")
    assert limits.passes("80", "%", None)
    assert limits.passes("100.000", "%", None)


def test_a_result_in_another_unit_or_without_a_value_does_not_pass() -> None:
    limits = ReleaseTest(test="endotoxin", unit="[EU]/mL", maximum="0.5")
    assert not limits.passes("0.1", "[EU]/dL", None)
    assert not limits.passes(None, None, None)


def test_an_expected_outcome_must_be_met_even_when_the_number_is_in_the_limits() -> None:
    limits = ReleaseTest(test="vcn", unit="1", maximum="5", expected="detected")
    assert limits.passes("3", "1", "detected")
    assert not limits.passes("3", "1", "not_detected")
    assert not limits.passes("6", "1", "detected")


def test_a_qualitative_result_passes_only_with_the_expected_outcome() -> None:
    sterile = ReleaseTest(test="sterility", expected="negative")
    assert sterile.passes(None, None, "negative")
    assert not sterile.passes(None, None, "positive")
    assert not sterile.passes(None, None, None)
