"""Processes: versions that do not contradict themselves and are never edited."""

from __future__ import annotations

import pytest

from domain.making import process_for
from domain.play import Play
from domain.stories import PROCESS, SPARING

CHANGE = {"change": "CC-1", "scope": "s", "impact": "i", "reason": "r"}
NEXT = {k: v for k, v in PROCESS.items() if k not in ("number", "name")} | {
    "version": "3",
    "reason": "fewer passages",
}


@pytest.fixture
def play() -> Play:
    play = Play()
    process_for(play)
    return play


def test_a_revision_adds_a_version_and_keeps_the_older_one(play: Play) -> None:
    play.add("process.revised/v1", "PR1", {**NEXT, "max_passage": 4})
    state = play.state("PR1")
    assert [v.version for v in state.versions] == ["2", "3"]
    assert (state.named("2").max_passage, state.current.max_passage) == (6, 4)


def test_a_version_cannot_be_approved_twice(play: Play) -> None:
    assert play.codes("process.revised/v1", "PR1", {**NEXT, "version": "２"}) == {"C2205"}


def test_a_revision_carries_out_only_a_change_that_was_approved(play: Play) -> None:
    body = {**NEXT, "change": "CC-1"}
    assert play.codes("process.revised/v1", "PR1", body) == {"C2206"}
    play.add("process.change_approved/v1", "PR1", CHANGE)
    assert play.codes("process.change_approved/v1", "PR1", CHANGE) == {"C2207"}
    assert play.codes("process.revised/v1", "PR1", body) == set()


def test_a_change_of_a_product_is_approved_once(play: Play) -> None:
    play.add("product.change_approved/v1", "P1", CHANGE)
    assert play.state("P1").changes == ("CC-1",)
    assert play.codes("product.change_approved/v1", "P1", CHANGE) == {"C2207"}


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        ({"vector_type": "lentivirus"}, "C2203"),
        ({"long_expansion": True, "short_cycle": True}, "C2204"),
    ],
)
def test_a_process_does_not_contradict_itself(flags: dict[str, object], code: str) -> None:
    body = {**PROCESS, **flags}
    assert Play().codes("process.approved/v1", "PR9", body) == {code}


@pytest.mark.parametrize("flag", ["long_expansion", "genetic_modification", "clone_screening"])
def test_each_of_three_flags_makes_a_bank_necessary(flag: str) -> None:
    play = Play()
    none = dict.fromkeys(("long_expansion", "genetic_modification", "clone_screening"), False)
    process_for(play, **{**none, flag: True})
    assert play.state("PR1").current.bank_needed
    assert not play.state("PR1").current.bank_spared


@pytest.mark.parametrize("flag", ["", "autologous", "short_cycle", "low_manipulation"])
def test_only_all_three_flags_together_spare_a_bank(flag: str) -> None:
    play = Play()
    process_for(play, **{**SPARING, **({flag: False} if flag else {})})
    assert play.state("PR1").current.bank_spared == (not flag)
