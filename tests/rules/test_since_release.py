"""What was found after the release stops the seal, and what was settled does not."""

from __future__ import annotations

from typing import Any

import pytest

from domain.journeys import (
    allocated,
    assessed,
    declared,
    deviation,
    organisation,
    packed_shipment,
    planned_shipment,
    ready_shipment,
    reviewed_result,
    run_test,
)
from domain.play import Play
from domain.stories import paper, specification

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
    run_test(play, "sterility", outcome="negative", verdict="invalid")
    assert seal(play) == set()
    run_test(play, "sterility", outcome="positive", verdict="fail")
    run_test(play, "sterility", outcome="negative", verdict="invalid")
    assert seal(play) == {"REL-008"}


def test_a_run_after_a_failure_counts_once_a_reviewer_accepted_it(play: Play) -> None:
    run_test(play, "sterility", outcome="positive", verdict="fail")
    run_test(play, "sterility", outcome="negative", verdict="pass")
    assert seal(play) == {"REL-008"}
    reviewed = {"test": "sterility", "seq": last_seq(play)}
    other = [("another", "qc_reviewer", "reviewed")]
    play.add("batch.test_reviewed/v1", "X1", {**reviewed, "accepted": True}, None, other)
    assert seal(play) == set()
    play.add("batch.test_reviewed/v1", "X1", {**reviewed, "accepted": False}, None, other)
    assert seal(play) == {"REL-008"}


def test_an_invalid_run_or_report_takes_no_failure_outside_the_specification_back(
    play: Play,
) -> None:
    run_test(play, "mycoplasma_culture", outcome="positive", verdict="fail")
    run_test(play, "mycoplasma_culture", outcome="positive", verdict="invalid")
    assert seal(play) == {"REL-008"}


def test_a_bank_that_fails_a_test_after_its_qualification_stops_what_came_from_it(
    play: Play,
) -> None:
    bank = next(alias for alias, name in play.names.items() if name.startswith("bank:"))
    for verdict, codes in (("fail", {"REL-002"}), ("invalid", {"REL-002"}), ("pass", set())):
        body = {"test": "sterility", "verdict": verdict, "documents": [paper("report")]}
        play.add("bank.tested/v1", bank, body)
        assert seal(play) == codes


def last_seq(play: Play) -> int:
    return play.events("X1")[-1].seq


@pytest.mark.parametrize(
    ("finding", "codes"),
    [("laboratory_error", set()), ("sampling_error", set()), ("confirmed", {"REL-008"})],
)
def test_an_analyst_cannot_wave_a_failing_reading_away_an_investigation_can(
    play: Play, finding: str, codes: set[str]
) -> None:
    run_test(play, "viability", value="12", unit="%", verdict="invalid")
    seq = last_seq(play)
    assert seal(play) == {"REL-008"}
    opened = {"test": "viability", "seq": seq, "description": "12 %"}
    play.add("batch.oos_opened/v1", "X1", opened)
    assert seal(play) == {"REL-008"}
    conclusion = {"seq": seq, "finding": finding, "conclusion": "cause found"}
    play.add("batch.oos_closed/v1", "X1", conclusion)
    assert seal(play) == codes


def test_a_failing_run_that_a_reviewer_took_back_does_not_count(play: Play) -> None:
    run_test(play, "viability", value="12", unit="%", verdict="invalid")
    body = {"test": "viability", "seq": last_seq(play), "reason": "wrong dilution"}
    play.add("batch.test_invalidated/v1", "X1", body)
    assert "REL-008" not in seal(play)


def test_a_test_outside_of_the_specification_counts_when_it_fails(play: Play) -> None:
    run_test(play, "adventitious_virus", outcome="positive", verdict="fail")
    assert seal(play) == {"REL-008"}
    run_test(play, "adventitious_virus", outcome="negative", verdict="pass")
    assert seal(play) == set()


def test_a_failed_report_of_an_outside_laboratory_counts(play: Play) -> None:
    organisation(play, "LAB1")
    body = {
        "report": "TPR-1",
        "reported_on": "2026-08-20",
        "sample": "S1",
        "accreditation": "A",
        "accredited_until": "2027-01-01",
        "documents": [paper("report")],
    }
    for verdict, codes in (("fail", {"REL-008"}), ("pass", set())):
        told = {**body, "report": f"TPR-{verdict}"}
        tests = [{"test": "sterility", "verdict": verdict}]
        links = {"laboratory": "LAB1"}
        play.add("batch.third_party_reported/v1", "X1", {**told, "tests": tests}, links)
        assert seal(play) == codes


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


def test_doses_allocated_once_are_not_sent_twice(play: Play) -> None:
    play.add("shipment.sealed/v1", "S-1", SEAL, {"permit": ["EX1", "HG1", "SG1"]})
    planned_shipment(play, "S-2")
    play.add("shipment.scope_decided/v1", "S-2", {"in_scope": True, "reason": "class and use"})
    packed_shipment(play, "S-2")
    declared(play, "S-2")
    links = {"permit": ["EX1", "HG1", "SG1"]}
    assert "EXP-004" in play.codes("shipment.sealed/v1", "S-2", SEAL, links)
    allocated(play)
    assert "EXP-004" not in play.codes("shipment.sealed/v1", "S-2", SEAL, links)
