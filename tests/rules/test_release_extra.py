"""Provisional release, investigations, labels, line clearance: what else a release needs."""

from __future__ import annotations

import pytest

from domain.journeys import (
    assessed,
    completed_batch,
    deviation,
    made_batch,
    passed_tests,
    planned_shipment,
    qualified_authority,
    reviewed_result,
    run_test,
    started_batch,
    thawed_vial,
)
from domain.play import Play

RELEASE = "batch.released/v1"
PROVISIONAL = "batch.released_provisionally/v1"
PENDING = {"conditions": "for one patient", "pending": ["sterility"]}
OOS = {"test": "viability", "description": "78 %"}


@pytest.fixture
def play() -> Play:
    """A reviewed batch with its viability tested, sterility still pending."""
    play = Play()
    qualified_authority(play)
    thawed_vial(play)
    started_batch(play)
    completed_batch(play)
    reviewed_result(play, "viability", value="92.5", unit="%")
    play.add("batch.reviewed/v1", "X1")
    return play


# a provisional release is named as such


def test_a_batch_with_pending_tests_is_released_provisionally_and_then_fully(play: Play) -> None:
    assert play.codes(RELEASE, "X1") == {"REL-001"}
    play.add(PROVISIONAL, "X1", PENDING)
    assert (play.state("X1").status, play.state("X1").pending) == (
        "released_provisionally",
        ("sterility",),
    )
    assert play.codes(RELEASE, "X1") == {"REL-001"}
    reviewed_result(play, "sterility", outcome="negative")
    play.add(RELEASE, "X1")
    assert (play.state("X1").status, play.state("X1").pending) == ("released", ())


@pytest.mark.parametrize(
    ("pending", "codes"),
    [
        (["sterility", "potency"], {"REL-007"}),
        (["viability"], {"REL-001", "REL-007"}),
        (["sterility", "viability"], {"REL-007"}),
    ],
)
def test_only_tests_without_a_result_are_pending(
    play: Play, pending: list[str], codes: set[str]
) -> None:
    assert play.codes(PROVISIONAL, "X1", {**PENDING, "pending": pending}) == codes


def test_a_failed_test_is_not_passed_over_by_calling_it_pending(play: Play) -> None:
    deviation(play, "DEV1", "minor")
    assessed(play, "DEV1")
    reviewed_result(play, "sterility", outcome="positive", verdict="fail")
    assert play.codes(PROVISIONAL, "X1", PENDING) == {"REL-001", "REL-007"}


def test_a_provisional_release_is_signed_by_the_quality_authority_alone(play: Play) -> None:
    signers = [("quality_authority", "qa", "released")]
    assert play.codes(PROVISIONAL, "X1", PENDING, signers=signers) == {"QUA-002"}


def test_a_batch_released_provisionally_does_not_leave_the_country(play: Play) -> None:
    play.add(PROVISIONAL, "X1", PENDING)
    planned_shipment(play)
    body = {"quantity": "4", "container": "C1", "logger": "L1"}
    play.add(
        "shipment.packed/v1",
        "S-1",
        {**body, "shipper_qualified_until": "2026-09-30"},
        {"batch": "X1"},
    )
    seal = {"seal": "SEAL1", "quantity": "4"}
    assert "REL-004" in play.codes("shipment.sealed/v1", "S-1", seal)


# REL-006


def test_an_open_investigation_stops_the_release_and_a_closed_one_does_not(play: Play) -> None:
    seq = run_test(play, "viability", value="78", unit="%", verdict="fail")
    play.add("batch.oos_opened/v1", "X1", {**OOS, "seq": seq})
    reviewed_result(play, "viability", value="93", unit="%")
    reviewed_result(play, "sterility", outcome="negative")
    assert play.codes(RELEASE, "X1") == {"REL-001", "REL-006"}
    body = {"seq": seq, "finding": "laboratory_error", "conclusion": "wrong dilution"}
    play.add("batch.oos_closed/v1", "X1", body)
    assert play.codes(RELEASE, "X1") == set()


def test_a_confirmed_result_out_of_specification_stays_a_reason_against_release(
    play: Play,
) -> None:
    seq = run_test(play, "viability", value="78", unit="%", verdict="fail")
    play.add("batch.oos_opened/v1", "X1", {**OOS, "seq": seq})
    body = {"seq": seq, "finding": "confirmed", "conclusion": "cells died"}
    play.add("batch.oos_closed/v1", "X1", body)
    reviewed_result(play, "viability", value="93", unit="%")
    reviewed_result(play, "sterility", outcome="negative")
    assert play.codes(RELEASE, "X1") == {"REL-006"}


# LBL-001


def test_labels_not_accounted_for_stop_the_release() -> None:
    play = Play()
    made_batch(play)
    play.add("batch.labels_printed/v1", "X1", {"printed": 12})
    assert play.codes(RELEASE, "X1") == {"LBL-001"}
    play.add("batch.labels_reconciled/v1", "X1", {"used": 10, "destroyed": 1, "kept": 1})
    assert play.codes(RELEASE, "X1") == set()


# GMP-001: line clearance


@pytest.mark.sentence("B12", "blocks")
def test_a_batch_made_without_line_clearance_needs_a_deviation_that_answers_for_it() -> None:
    play = Play()
    qualified_authority(play)
    thawed_vial(play)
    started_batch(play)
    body = {"doses": 10, "expires_at": "2026-12-01T08:00:00+08:00", "passage": 4}
    play.add("batch.completed/v1", "X1", body)
    passed_tests(play)
    play.add("batch.reviewed/v1", "X1")
    assert "GMP-001" in play.codes(RELEASE, "X1")
    assert play.outcome("GMP-001") == "unknown"
    deviation(play, "DEV1", "minor")
    assessed(play, "DEV1")
    play.codes(RELEASE, "X1")
    assert play.outcome("GMP-001") == "satisfied"
