"""Deviations: noted by every batch they concern, and closed by another person."""

from __future__ import annotations

import pytest

from domain.journeys import assessed, deviation, started_batch, thawed_vial
from domain.play import Play

CONCLUSION = {"conclusion": "door seal replaced"}


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    thawed_vial(play)
    started_batch(play)
    deviation(play, "DEV1", "major")
    return play


def test_the_batch_points_to_the_deviation_and_not_the_other_way(play: Play) -> None:
    assert play.events("DEV1")[0].links == ()
    assert play.events("X1")[-1].linked("deviation") == (play.stream("DEV1"),)


def test_a_deviation_concerns_batches_only(play: Play) -> None:
    body = {"number": "DEV2", "title": "t", "severity": "minor", "description": "d"}
    assert "C246" in play.codes("deviation.opened/v1", "DEV2", body, {"affects": "V1"})


def test_a_deviation_is_assessed_before_it_is_closed(play: Play) -> None:
    assert play.codes("deviation.closed/v1", "DEV1", CONCLUSION) == {"C243"}
    assessed(play, "DEV1")
    play.add("deviation.closed/v1", "DEV1", CONCLUSION)
    assert play.state("DEV1").status == "closed"


def test_nobody_closes_a_deviation_of_their_own(play: Play) -> None:
    assessed(play, "DEV1")
    opener = [("operator", "qa", "approved")]
    assert play.codes("deviation.closed/v1", "DEV1", CONCLUSION, signers=opener) == {"C276"}


def test_a_minor_deviation_is_settled_by_its_assessment_a_major_one_is_not(play: Play) -> None:
    deviation(play, "DEV2", "minor")
    for alias in ("DEV1", "DEV2"):
        assert not play.state(alias).settled
        assessed(play, alias)
    assert not play.state("DEV1").settled
    assert play.state("DEV2").settled
