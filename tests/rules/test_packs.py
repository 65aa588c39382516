"""A rule pack has a version; what was ruled under one version can be asked again under it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

import pytest

from custody.domain.model import TYPES
from custody.errors import Text
from custody.rules import model
from custody.rules.model import PACK, RULES, Answer, Case, evaluate, recorded, violated
from domain.play import Play
from domain.stories import registered_donor
from rules import packs


def test_every_published_pack_is_what_the_program_says_of_that_version() -> None:
    assert packs.differing(packs.published()) == [], "run: make contract"


def as_released() -> dict[str, dict[str, Any]]:
    """The pack of this version as if it had been released just now."""
    made: dict[str, Any] = json.loads(packs.text_of("released", PACK))
    return {PACK: made}


def test_a_released_pack_cannot_lose_change_or_gain_a_rule(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released = as_released()
    assert packs.differing(released) == []
    first = RULES[0]
    other = dataclasses.replace(first, title=Text("another title", "另一标题"))
    grown = [*RULES, dataclasses.replace(first, id="ZZZ-001")]
    for changed in ([other, *RULES[1:]], RULES[1:], grown):
        monkeypatch.setattr("custody.app.asking.rulebook.RULES", changed)
        assert packs.differing(released) == [PACK]


def test_a_rule_of_a_new_pack_leaves_the_published_one_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released = as_released()
    new = dataclasses.replace(RULES[0], id="ZZZ-001", since_pack="2026.10")
    monkeypatch.setattr("custody.app.asking.rulebook.RULES", [*RULES, new])
    assert packs.differing(released) == []


@pytest.mark.parametrize(
    ("since", "until", "pack", "belongs"),
    [
        ("2026.1", None, "2026.1", True),
        ("2026.2", None, "2026.1", False),
        ("2026.2", None, "2026.10", True),
        ("2026.1", "2026.2", "2026.2", True),
        ("2026.1", "2026.9", "2026.10", False),
        ("2026.1", "2026.9", "2027.1", False),
    ],
)
def test_a_rule_belongs_to_the_packs_between_its_first_and_its_last(
    since: str, until: str | None, pack: str, belongs: bool
) -> None:
    rule = dataclasses.replace(RULES[0], since_pack=since, until_pack=until)
    assert rule.in_pack(pack) is belongs


def test_a_new_pack_never_changes_what_was_ruled_under_an_older_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(case: Case) -> Iterable[Answer]:
        yield violated(case.event.stream, "not under the new pack", "新规则包不允许")

    play = Play(gates=False)
    registered_donor(play)
    event = play.events("D1")[0]
    monkeypatch.setitem(TYPES, event.type, dataclasses.replace(event.spec, gate="trial"))
    some = dataclasses.replace(RULES[0], gates=("trial",))
    old = dataclasses.replace(some, id="ZZZ-001", until_pack="2026.1", require=lambda _: ())
    new = dataclasses.replace(some, id="ZZZ-002", since_pack="2026.2", require=never)
    monkeypatch.setattr(model, "RULES", [old, new])
    case = Case(event, None, {})
    then, now = evaluate(case, "2026.1"), evaluate(case, "2026.2")
    assert [(r.rule.id, r.stops) for r in then] == [("ZZZ-001", False)]
    assert [(r.rule.id, r.stops) for r in now] == [("ZZZ-002", True)]
    written = recorded(then, "2026.1")
    assert written is not None
    assert written.pack == "2026.1"
