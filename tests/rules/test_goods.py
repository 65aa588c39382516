"""Goods, papers and package as customs compare them with the approval."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.journeys import (
    PARTICULARS,
    all_permits,
    declared,
    packed_shipment,
    permit,
    planned_shipment,
    ready_shipment,
    released_batch,
)
from domain.play import Play
from rules.borders import copied, said, seal


@pytest.fixture(scope="module")
def ready() -> Play:
    play = Play()
    ready_shipment(play)
    return play


@pytest.fixture
def play(ready: Play) -> Play:
    return copied(ready)


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("name", "bone marrow cells"),
        ("ingredient", "fibroblasts"),
        ("specification", "2E7 cells / 2 mL"),
        ("producer", "ANOTHER MAKER"),
        ("storage_min", "-180"),
    ],
)
def test_a_declaration_that_differs_from_the_approval_in_one_field_stops_the_seal(
    play: Play, field: str, other: str
) -> None:
    declared(play, **{field: other})
    assert seal(play) == {"GAC-002"}
    assert other in said(play, "GAC-002") and PARTICULARS[field] in said(play, "GAC-002")


def test_spelling_that_people_do_not_see_makes_no_difference(play: Play) -> None:
    declared(play, lot="ｘ１", name="Cord  Cell Injection", producer="maker")
    assert seal(play) == set()


def test_a_lot_that_is_not_declared_or_not_shipped_stops_the_seal(play: Play) -> None:
    declared(play, lot="X7")
    assert seal(play) == {"GAC-002"}
    assert "X7" in said(play, "GAC-002") and "X1" in said(play, "GAC-002")


def test_a_temperature_beyond_the_product_s_limits_cannot_be_declared(play: Play) -> None:
    wide = {**PARTICULARS, "storage_max": "-20"}
    permit(play, "SG2", "special_goods", quantity="20", unit="dose", goods=wide)
    declared(play, storage_max="-20")
    assert seal(play, "EX1", "HG1", "SG2") == {"GAC-002"}


def test_an_approval_recorded_without_its_particulars_cannot_be_compared(play: Play) -> None:
    permit(play, "SG2", "special_goods", quantity="20", unit="dose", goods=None)
    assert seal(play, "EX1", "HG1", "SG2") == {"GAC-002"}
    assert play.outcome("GAC-002") == "unknown"


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"leak_proof": False}, "violated"),
        ({"biosafety_mark": False}, "violated"),
        ({"leak_proof": None}, "unknown"),
    ],
)
def test_a_package_not_said_to_be_leak_proof_and_marked_stops_the_seal(
    told: dict[str, object], outcome: str
) -> None:
    play = Play()
    released_batch(play)
    permits = all_permits(play)
    planned_shipment(play)
    packed_shipment(play, **told)
    declared(play)
    assert seal(play, *permits) == {"GAC-004"}
    assert play.outcome("GAC-004") == outcome


def test_before_august_2026_the_order_asks_for_nothing(play: Play) -> None:
    declared(play, name="anything")
    seal(play, occurred_at="2026-07-31T12:00:00+08:00")
    assert [play.outcome(r) for r in ("GAC-002", "GAC-004")] == ["", ""]


@pytest.mark.parametrize(
    ("kind", "body", "found"),
    [
        ("hgr_cooperation", {"full_copy": True}, set()),
        ("hgr_trial_filing", {"full_copy": True}, set()),
        ("hgr_cooperation", {"full_copy": False}, {"HGR-004"}),
        ("hgr_cooperation", {}, {"HGR-004"}),
        ("hgr_cooperation", {"full_copy": True, "valid_until": "2026-08-31"}, {"HGR-004"}),
    ],
    ids=["approval", "filing", "no copy", "copy not recorded", "expired"],
)
def test_a_cooperation_is_approved_and_the_home_side_holds_a_full_copy(
    play: Play, kind: str, body: dict[str, object], found: set[str]
) -> None:
    permit(play, "CO2", kind, **body)
    stream = play.stream("HG1")
    first = play.streams[stream][0]
    kept = tuple(link for link in first.links if link.rel != "cooperation")
    play.streams[stream][0] = replace(first, links=kept)
    assert "HGR-004" in seal(play)
    codes = seal(play, "EX1", "HG1", "SG1", "CO2")
    assert codes - {"CUS-002"} == found
