"""REL-002: what comes from something bad is stopped at its gates, held already or not."""

from __future__ import annotations

import pytest

from domain.journeys import qualified_authority, ready_shipment, started_batch, thawed_vial
from domain.play import Play
from rules.borders import copied, issue, said, seal, sealed

BAD = [
    ("donor.notice_received/v1", "D1", {"notice": "later reactive", "status": "reactive"}),
    ("bank.held/v1", "B1", {"reason": "doubt"}),
    ("material.recalled/v1", "L-X1", {"reason": "by the maker"}),
]


@pytest.fixture(scope="module")
def ready() -> Play:
    play = Play()
    ready_shipment(play)
    return play


@pytest.fixture(scope="module")
def under_way() -> Play:
    play = Play()
    sealed(play)
    return play


@pytest.mark.parametrize(("type_", "alias", "body"), BAD)
def test_bad_news_upstream_stops_the_seal_of_a_shipment_that_escaped_the_look_back(
    ready: Play, type_: str, alias: str, body: dict[str, str]
) -> None:
    play = copied(ready)
    play.add(type_, alias, body)
    assert play.state("S-1").holds == ()
    assert "REL-002" in seal(play)
    assert alias in said(play, "REL-002")


@pytest.mark.parametrize(("type_", "alias", "body"), BAD)
def test_bad_news_upstream_stops_the_bundle_for_customs(
    under_way: Play, type_: str, alias: str, body: dict[str, str]
) -> None:
    play = copied(under_way)
    play.add(type_, alias, body)
    assert "REL-002" in issue(play)


def test_a_held_shipment_gets_no_bundle(under_way: Play) -> None:
    play = copied(under_way)
    play.add("shipment.held/v1", "S-1", {"reason": "complaint"})
    assert "REL-002" in issue(play)


@pytest.mark.parametrize(
    ("type_", "alias", "body"),
    [BAD[0], BAD[1]],
)
def test_a_batch_begun_at_the_moment_of_the_news_is_not_started(
    type_: str, alias: str, body: dict[str, str]
) -> None:
    play = Play()
    thawed_vial(play)
    batch = {"number": "X1", "process_version": "2", "planned_doses": 10}
    links = {"made_from": "V1", "product": "P1"}
    assert play.codes("batch.started/v1", "X1", batch, links) == set()
    play.add(type_, alias, body)
    assert "REL-002" in play.codes("batch.started/v1", "X1", batch, links)


def test_a_lot_recalled_after_its_use_stops_the_release() -> None:
    from domain.journeys import completed_batch, passed_tests

    play = Play()
    qualified_authority(play)
    thawed_vial(play)
    started_batch(play)
    completed_batch(play)
    passed_tests(play)
    play.add("batch.reviewed/v1", "X1")
    play.add("material.recalled/v1", "L-X1", {"reason": "by the maker"})
    assert play.codes("batch.released/v1", "X1") == {"REL-002"}
