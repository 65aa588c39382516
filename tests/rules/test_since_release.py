"""What was found after the release stops the seal, and what was settled does not."""

from __future__ import annotations

from typing import Any

import pytest

from domain.journeys import assessed, deviation, ready_shipment, reviewed_result, run_test
from domain.play import Play
from domain.stories import specification

SEAL = {"seal": "SEAL1", "quantity": "4"}


@pytest.fixture(scope="module")
def ready() -> Play:
    play = Play()
    ready_shipment(play)
    return play


@pytest.fixture
def play(ready: Play) -> Play:
    """A fresh copy of the ledger with a shipment ready to be sealed."""
    copy = Play()
    copy.streams = {stream: list(events) for stream, events in ready.streams.items()}
    copy.names, copy.count = dict(ready.names), ready.count
    return copy


def seal(play: Play) -> set[str]:
    return play.codes("shipment.sealed/v1", "S-1", SEAL, {"permit": ["EX1", "HG1", "SG1"]})


def closed(play: Play, alias: str) -> None:
    signers = [("another", "qa", "approved")]
    play.add("deviation.closed/v1", alias, {"conclusion": "cause found"}, None, signers)


@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_a_batch_that_fails_a_test_after_its_release_is_not_sent(play: Play, verdict: str) -> None:
    """Whatever the analyst calls it: the limits decide."""
    assert seal(play) == set()
    run_test(play, "viability", value="12", unit="%", verdict=verdict)
    assert seal(play) == {"REL-008"}


def test_an_invalid_run_neither_fails_a_batch_nor_takes_a_failure_back(play: Play) -> None:
    run_test(play, "sterility", outcome="positive", verdict="invalid")
    assert seal(play) == set()
    run_test(play, "sterility", outcome="positive", verdict="fail")
    run_test(play, "sterility", outcome="negative", verdict="invalid")
    assert seal(play) == {"REL-008"}


def test_a_batch_whose_failure_was_answered_by_a_good_run_is_sent(play: Play) -> None:
    run_test(play, "viability", value="12", unit="%", verdict="fail")
    reviewed_result(play, "viability", value="93", unit="%")
    assert seal(play) == set()


@pytest.mark.parametrize(
    ("severity", "codes"), [("minor", set()), ("major", {"REL-008"}), ("critical", {"REL-008"})]
)
def test_a_major_deviation_noted_after_the_release_must_be_closed(
    play: Play, severity: str, codes: set[str]
) -> None:
    deviation(play, "DEV1", severity)
    assert seal(play) >= codes
    assert ("REL-008" in seal(play)) == bool(codes)
    assessed(play, "DEV1")
    assert ("REL-008" in seal(play)) == bool(codes)
    closed(play, "DEV1")
    assert "REL-008" not in seal(play)


def test_a_batch_is_judged_by_the_specification_it_was_released_to(play: Play) -> None:
    """A stricter version, approved later, is for later batches."""
    wanted = ("intended_use", "storage_min", "storage_max", "release_tests")
    old: dict[str, Any] = {k: v for k, v in specification().items() if k in wanted}
    more = [*old["release_tests"], {"test": "potency", "minimum": "1", "unit": "1"}]
    body = {**old, "version": "99", "reason": "potency is asked for", "release_tests": more}
    play.add("product.revised/v1", "P1", body)
    assert seal(play) == set()
