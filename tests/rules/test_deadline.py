"""Lead times of the authorities against the planned departure: an advice that stops nothing."""

from __future__ import annotations

from typing import Any

import pytest

from domain.journeys import packed_shipment, permit, planned_shipment, released_batch
from domain.play import Play

SEALED = "shipment.sealed/v1"


@pytest.fixture(scope="module")
def ready() -> Play:
    play = Play(gates=False)
    released_batch(play)
    return play


def asked(ready: Play, planned_on: str, kind: str = "hgr_exit", **body: Any) -> Play:
    """Seal a shipment planned for that day, with one permit applied for on 1 September 2026."""
    play = Play()
    play.streams = {stream: list(events) for stream, events in ready.streams.items()}
    play.names, play.count = dict(ready.names), ready.count
    permit(play, "HG1", kind, **{"state": "submitted", "valid_from": None, **body})
    planned_shipment(play, planned_on=planned_on)
    assert play.state("HG1").submitted_on in ("", "2026-09-01")
    packed_shipment(play)
    play.codes(SEALED, "S-1", {"seal": "SEAL1", "quantity": "4"}, {"permit": "HG1"})
    return play


@pytest.mark.sentence("A14", "blocks")
@pytest.mark.parametrize("kind", ["hgr_exit", "special_goods"])
def test_a_departure_inside_the_time_of_the_authority_is_remarked(ready: Play, kind: str) -> None:
    play = asked(ready, "2026-09-30", kind)
    assert play.outcome("EXP-008") == "violated"
    ruling = next(r for r in play.rulings if r.rule.id == "EXP-008")
    assert not ruling.stops
    assert "2026-09-30" in ruling.answers[0].why.en


@pytest.mark.sentence("A14", "passes")
def test_a_departure_after_the_time_of_the_authority_is_planned_well(ready: Play) -> None:
    assert asked(ready, "2026-10-20").outcome("EXP-008") == "satisfied"


@pytest.mark.sentence("A14", "passes")
def test_a_permit_already_granted_took_the_time_it_took(ready: Play) -> None:
    play = asked(ready, "2026-09-02", state="issued", valid_from="2026-08-01")
    assert play.outcome("EXP-008") == "satisfied"


def test_a_permit_without_a_time_limit_is_not_asked_about(ready: Play) -> None:
    assert asked(ready, "2026-09-02", "export_filing").outcome("EXP-008") == "satisfied"
