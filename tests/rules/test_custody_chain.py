"""The chain: origins on record, containers fit to travel, temperature within the limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from custody.domain.shipment_state import Leg, TemperatureLog
from custody.rules.custody_chain import condition
from custody.rules.model import Outcome
from domain.journeys import (
    accept,
    allocated,
    hand_over,
    made_batch,
    packed_shipment,
    ready_shipment,
    sealed_shipment,
)
from domain.play import Play
from domain.stories import paper

SEAL = {"seal": "SEAL1", "quantity": "4"}


def test_a_batch_whose_origin_is_on_record_down_to_donation_and_lot_is_released() -> None:
    play = Play()
    made_batch(play)
    assert play.codes("batch.released/v1", "X1") == set()
    ruling = next(r for r in play.rulings if r.rule.id == "TRC-001")
    assert play.stream("D1") in ruling.evidence


@pytest.mark.parametrize("lost", ["D1", "S1", "B1", "V1", "L-X1"])
def test_a_lineage_that_breaks_off_anywhere_stops_the_release(lost: str) -> None:
    play = Play()
    made_batch(play)
    del play.streams[play.stream(lost)]
    assert "TRC-001" in play.codes("batch.released/v1", "X1")
    assert play.outcome("TRC-001") == "unknown"


def test_a_batch_for_which_no_material_lot_is_on_record_is_not_released() -> None:
    """A verifier abroad will ask for the lots, so the release does."""
    play = Play()
    made_batch(play)
    stream = play.stream("X1")
    play.streams[stream] = [e for e in play.events("X1") if e.type != "batch.material_consumed/v1"]
    assert play.codes("batch.released/v1", "X1") == {"TRC-001"}
    assert play.outcome("TRC-001") == "unknown"


def test_a_container_past_its_requalification_stops_the_seal() -> None:
    play = Play()
    permits = {"permit": ready_shipment(play)}
    assert play.codes("shipment.sealed/v1", "S-1", SEAL, permits) == set()
    late = {**SEAL, "occurred_at": "2026-10-01T08:00:00+08:00"}
    assert play.codes("shipment.sealed/v1", "S-1", late, permits) == {"COC-003"}


def test_a_container_must_last_to_the_planned_departure() -> None:
    play = Play()
    permits = {"permit": ready_shipment(play, planned_on="2026-09-30")}
    assert play.codes("shipment.sealed/v1", "S-1", SEAL, permits) == set()
    packed_shipment(
        play, quantity="1", container="C2", logger="LOG2", shipper_qualified_until="2026-09-29"
    )
    allocated(play, doses=1)
    more = {**SEAL, "quantity": "5"}
    assert play.codes("shipment.sealed/v1", "S-1", more, permits) == {"COC-003"}


GIVEN, TAKEN = "2026-09-01T09:00:00+08:00", "2026-09-29T00:00:00Z"
LEG = Leg("MAKER", "CARRIER", (), GIVEN, "gate", intact=True, accepted_at=TAKEN)
LOG = {
    "logger": "LOG1",
    "started_at": "2026-08-31T00:00:00+08:00",
    "ended_at": "2026-09-30T00:00:00+08:00",
    "readings": 1000,
    "minimum": "-190",
    "maximum": "-151",
    "gaps": 0,
    "documents": [paper("raw_log")],
    "occurred_at": "2026-09-30T00:00:00+08:00",
}


def outcomes(body: dict[str, Any] | None, *, assess: str = "") -> set[Outcome]:
    play = Play()
    sealed_shipment(play)
    hand_over(play, "MAKER", "CARRIER")
    accept(play, "MAKER", "CARRIER")
    if body is not None:
        play.add("shipment.temperature_logged/v1", "S-1", body)
    if assess:
        judged = {"assessment": "short and small", "disposition": assess}
        play.add("shipment.excursion_assessed/v1", "S-1", judged)
    return {a.outcome for a in condition(play.state("S-1"), play.state("P1").current)}


def test_a_record_over_the_whole_way_within_the_limits_is_good() -> None:
    assert outcomes(LOG) == {Outcome.SATISFIED}


def test_a_logger_that_was_not_read_leaves_the_condition_unknown() -> None:
    assert outcomes(None) == {Outcome.UNKNOWN}


@pytest.mark.parametrize(
    "fault",
    [
        {"maximum": "-149.9"},
        {"minimum": "-196.1"},
        {"gaps": 1},
        {"started_at": "2026-09-15T00:00:00+08:00"},
        {"ended_at": "2026-08-31T12:00:00+08:00"},
        {"readings": 300},  # one in two and a half hours
    ],
)
def test_an_excursion_or_a_gap_counts_until_quality_finds_the_doses_fit(fault: Any) -> None:
    assert outcomes({**LOG, **fault}) == {Outcome.VIOLATED}
    assert outcomes({**LOG, **fault}, assess="under_investigation") == {Outcome.VIOLATED}
    assert outcomes({**LOG, **fault}, assess="fit_for_use") == {Outcome.SATISFIED}


@pytest.mark.parametrize(
    ("ended_at", "readings", "outcome"),
    [
        ("2026-09-01T11:50:01+08:00", 214, Outcome.SATISFIED),
        ("2026-09-01T11:49:00+08:00", 214, Outcome.VIOLATED),
        ("2026-09-01T11:30:00+08:00", 20, Outcome.SATISFIED),
        ("2026-09-01T11:29:00+08:00", 20, Outcome.VIOLATED),
        ("2026-09-01T11:59:59+08:00", 1, Outcome.VIOLATED),
    ],
    ids=["within an interval", "longer", "rare, half an hour", "rare, longer", "one reading"],
)
def test_a_logger_may_end_one_reading_before_the_arrival_but_half_an_hour_at_most(
    ended_at: str, readings: int, outcome: Outcome
) -> None:
    play = Play()
    sealed_shipment(play)
    hand_over(play, "MAKER", "CARRIER")
    accept(play, "MAKER", "CARRIER", occurred_at="2026-09-01T12:00:00+08:00")
    body = {**LOG, "started_at": "2026-08-31T00:20:00+08:00", "ended_at": ended_at}
    play.add("shipment.temperature_logged/v1", "S-1", {**body, "readings": readings})
    found = {a.outcome for a in condition(play.state("S-1"), play.state("P1").current)}
    assert found == {outcome}


def test_two_readouts_of_a_logger_must_follow_each_other() -> None:
    play = Play()
    sealed_shipment(play)
    shipment = play.state("S-1")
    day = "2026-09-05T{}:00+08:00".format
    log = TemperatureLog("LOG1", "2026-08-31T00:00:00Z", day("12:00"), 1000, "-190", "-160", 0)
    whole = replace(log, started_at=day("12:05"), ended_at="2026-09-30T00:00:00+08:00")
    hole = replace(whole, started_at=day("13:30"))
    nothing = replace(whole, readings=0)
    limits = play.state("P1").current
    for logs, outcome in (
        ((log, whole), Outcome.SATISFIED),
        ((whole, log), Outcome.SATISFIED),
        ((log, hole), Outcome.VIOLATED),
        ((nothing,), Outcome.VIOLATED),
    ):
        arrived = replace(shipment, logs=logs, legs=(LEG,))
        assert {a.outcome for a in condition(arrived, limits)} == {outcome}


def test_every_container_is_judged_on_its_own() -> None:
    play = Play()
    sealed_shipment(play)
    shipment = play.state("S-1")
    other = replace(shipment.containers[0], logger="LOG2")
    both = replace(shipment, containers=(*shipment.containers, other))
    assert len(list(condition(both, play.state("P1").current))) == 2
