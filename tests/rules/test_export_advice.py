"""Advice before goods leave: it is given, and stops nothing."""

from __future__ import annotations

import pytest

from domain.journeys import complete_dossier, permit, ready_shipment
from domain.play import Play
from domain.stories import paper
from rules.borders import copied, seal


@pytest.fixture(scope="module")
def ready() -> Play:
    play = Play()
    ready_shipment(play)
    return play


@pytest.fixture
def play(ready: Play) -> Play:
    return copied(ready)


@pytest.mark.sentence("A3", "blocks")
@pytest.mark.sentence("A7", "blocks")
@pytest.mark.sentence("A25", "blocks")
def test_a_green_channel_without_published_criteria_is_remarked(play: Play) -> None:
    permit(play, "EX2", "export_filing", review_route="expedited")
    assert seal(play, "EX2", "HG1", "SG1") == set()
    assert play.outcome("EXP-002") == "violated"


@pytest.mark.sentence("A3", "passes")
@pytest.mark.sentence("A7", "passes")
@pytest.mark.sentence("A25", "passes")
@pytest.mark.parametrize("route", ["expedited", "ordinary"])
def test_an_expedited_route_with_criteria_or_an_ordinary_one_needs_no_remark(
    play: Play, route: str
) -> None:
    papers = [paper("permit"), paper("review_criteria")]
    permit(play, "EX2", "export_filing", review_route=route, documents=papers)
    seal(play, "EX2", "HG1", "SG1")
    assert play.outcome("EXP-002") == "satisfied"


@pytest.mark.sentence("A4", "blocks")
def test_a_shipment_that_does_not_say_whether_know_how_leaves_is_remarked() -> None:
    play = Play()
    ready_shipment(play, activity=None)
    assert seal(play) == set()
    assert play.outcome("EXP-003") == "unknown"


@pytest.mark.sentence("A4", "passes")
@pytest.mark.sentence("A22", "passes")
@pytest.mark.sentence("A23", "passes")
def test_a_shipment_with_activity_and_scope_decision_needs_no_remark(play: Play) -> None:
    seal(play)
    assert [play.outcome(r) for r in ("EXP-003", "EXP-011", "EXP-012")] == ["satisfied"] * 3


def decided(play: Play, *, in_scope: bool) -> None:
    """Regulatory affairs decides on the scope once more."""
    body = {"in_scope": in_scope, "reason": "class and use"}
    play.add("shipment.scope_decided/v1", "S-1", body)


@pytest.mark.sentence("A22", "blocks")
def test_goods_out_of_scope_need_that_decision_on_record() -> None:
    play = Play()
    permits = ready_shipment(play, purpose="non_clinical", trial=None)
    decided(play, in_scope=True)
    seal(play, *permits)
    assert play.outcome("EXP-011") == "unknown"
    assert {r.rule.id for r in play.rulings if r.stops} >= {"EXP-004"}
    assert play.outcome("HGR-001") == "satisfied", "other permits are asked for all the same"
    decided(play, in_scope=False)
    seal(play, *permits)
    assert play.outcome("EXP-011") == "satisfied"


@pytest.mark.sentence("A22", "blocks")
def test_a_decision_that_leaves_trial_goods_out_of_scope_is_contradicted(play: Play) -> None:
    decided(play, in_scope=False)
    assert seal(play) == set()
    assert play.outcome("EXP-011") == "violated"


@pytest.mark.sentence("A23", "blocks")
def test_a_shipment_without_a_scope_decision_is_remarked(play: Play) -> None:
    stream = play.stream("S-1")
    play.streams[stream] = [e for e in play.streams[stream] if "scope" not in e.type]
    seal(play)
    assert play.outcome("EXP-012") == "unknown"


def test_advice_is_never_written_as_if_it_had_been_followed(play: Play) -> None:
    permit(play, "EX2", "export_filing", review_route="expedited")
    complete_dossier(play, "EX2")
    seal(play, "EX2", "HG1", "SG1")
    remark = next(r for r in play.rulings if r.rule.id == "EXP-002")
    assert (remark.outcome, remark.stops) == ("violated", False)
