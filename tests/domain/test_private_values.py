"""What became of a donor's values, read from the decisions as they stood when they were taken."""

from __future__ import annotations

import pytest

from custody.domain.private_values import erased, erased_rows, is_erasure, standing
from domain.play import Play
from domain.stories import registered_donor

RECEIVED, DECIDED = "request.received/v1", "request.decided/v1"


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    registered_donor(play)
    return play


def asked(play: Play, asks: str, request: str = "DSR-1") -> None:
    play.add(RECEIVED, "D1", {"request": request, "asks": asks})


def decided(play: Play, decision: str, request: str = "DSR-1") -> None:
    body = {"request": request, "decision": decision, "ground": "request_met", "reason": "see file"}
    play.add(DECIDED, "D1", body)


def status(play: Play) -> str:
    return standing(play.events("D1")).status


def test_values_are_kept_until_somebody_decides_otherwise(play: Play) -> None:
    assert status(play) == "kept"
    asked(play, "erasure")
    assert (status(play), standing([]).status) == ("kept", "kept")


@pytest.mark.parametrize(
    ("asks", "decision", "outcome"),
    [
        ("erasure", "fulfil", "erased"),
        ("erasure", "restrict", "restricted"),
        ("erasure", "refuse", "kept"),
        ("restriction", "fulfil", "restricted"),
        ("restriction", "restrict", "restricted"),
        ("access", "fulfil", "kept"),
        ("correction", "fulfil", "kept"),
    ],
)
def test_what_a_decision_means_depends_on_what_was_asked(
    play: Play, asks: str, decision: str, outcome: str
) -> None:
    asked(play, asks)
    decided(play, decision)
    found = standing(play.events("D1"))
    assert found.status == outcome
    assert found.given_out == (outcome == "kept")
    assert (found.by is not None) == (outcome != "kept")


def test_one_restriction_of_two_that_ends_leaves_the_other(play: Play) -> None:
    for request in ("DSR-1", "DSR-2"):
        asked(play, "restriction", request)
        decided(play, "restrict", request)
    decided(play, "refuse", "DSR-1")
    assert (status(play), standing(play.events("D1")).request) == ("restricted", "DSR-2")
    decided(play, "refuse", "DSR-2")
    assert status(play) == "kept"


def test_an_erasure_is_final_whatever_is_decided_later(play: Play) -> None:
    asked(play, "restriction", "DSR-2")
    asked(play, "erasure")
    decided(play, "fulfil")
    by = standing(play.events("D1")).by
    decided(play, "restrict", "DSR-2")
    assert (status(play), standing(play.events("D1")).by) == ("erased", by)


def test_an_erasure_concerns_what_was_committed_to_before_it_and_nothing_else(play: Play) -> None:
    asked(play, "erasure")
    decided(play, "fulfil")
    events = play.events("D1")
    found = list(erased(lambda _: events, events))
    assert [e.seq for e, _ in found] == [e.seq for e in events if e.private]
    rows = erased_rows(lambda _: events, events, lambda stream: stream[:8])
    assert [(row["event"], row["by"]) for row in rows] == [(e.index, b.index) for e, b in found]
    assert rows


def test_a_request_is_known_by_its_number_alone(play: Play) -> None:
    asked(play, "erasure")
    asked(play, "access", "DSR-2")
    events = play.events("D1")
    assert is_erasure(events, "DSR-1")
    assert not is_erasure(events, "DSR-2")
    assert not is_erasure(events, "DSR-3")
