"""What a signed assessment can lift, tried on rules made for the purpose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from custody.errors import Text as Words
from custody.rules import model
from custody.rules.model import Answer, Basis, Case, Rule, Severity, unknown, violated
from domain.play import Play
from domain.stories import frozen_vial, qualified_bank

RULE = "TST-001"
OPENING = ("vial.frozen/v1", "V2", {"number": "V2", "position": "t", "cells": "1", "unit": "mL"})


@pytest.fixture
def play() -> Play:
    play = Play(gates=False)
    qualified_bank(play)
    frozen_vial(play)
    play.gates = True
    return play


def bad(play: Play, monkeypatch: pytest.MonkeyPatch, *items: str, **fields: Any) -> list[Case]:
    """Make one rule that finds fault with `items` ("own" is the event's stream); lists its use."""
    asked: list[Case] = []

    def require(case: Case) -> Iterator[Answer]:
        asked.append(case)
        for item in items:
            where = case.event.stream if item == "own" else play.stream(item)
            yield violated(where, "wrong", "错误")

    usual: dict[str, Any] = {"severity": Severity.BLOCK, "basis": Basis.HOUSE, **fields}
    made = Rule(
        id=RULE,
        gates=("thaw", "freeze"),
        title=Words("a rule", "规则"),
        source="made for this test",
        remedy=Words("mend it", "请纠正"),
        require=require,
        **usual,
    )
    monkeypatch.setattr(model, "RULES", [made])
    return asked


def approve(play: Play, purpose: str, covers: list[str], role: str = "qa", **body: Any) -> None:
    usual = {"number": "R1", "purpose": purpose, "rule": RULE, "conclusion": "acceptable"}
    signers = [(role, role, "approved")]
    play.add("assessment.approved/v1", "R1", {**usual, **body}, {"covers": covers}, signers)


def thaw(play: Play, **body: Any) -> str:
    found = play.codes("vial.thawed/v1", "V1", body, {"assessment": "R1"})
    outcome = play.outcome(RULE)
    assert (found == {RULE}) == (outcome in ("violated", "unknown"))
    return outcome


def test_an_assessment_must_name_every_item_found_wanting(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad(play, monkeypatch, "B1", "D1", severity=Severity.NEEDS_ASSESSMENT)
    approve(play, "risk_assessment", ["B1"])
    assert thaw(play) == "violated"


def test_an_assessment_that_names_every_item_lifts_the_rule(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad(play, monkeypatch, "B1", "D1", severity=Severity.NEEDS_ASSESSMENT)
    approve(play, "risk_assessment", ["B1", "D1"])
    assert thaw(play) == "risk_assessed"


def test_an_item_that_exists_must_be_named_even_where_the_event_is_about_it(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad(play, monkeypatch, "own", severity=Severity.NEEDS_ASSESSMENT)
    approve(play, "risk_assessment", [])
    assert thaw(play) == "violated"


def test_the_item_an_event_is_about_can_be_named_like_any_other(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad(play, monkeypatch, "own", severity=Severity.NEEDS_ASSESSMENT)
    approve(play, "risk_assessment", ["V1"])
    assert thaw(play) == "risk_assessed"


def test_only_an_item_that_the_event_itself_opens_needs_no_naming(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad(play, monkeypatch, "own", severity=Severity.NEEDS_ASSESSMENT)
    approve(play, "risk_assessment", [])
    assert play.codes(*OPENING, {"bank": "B1", "assessment": "R1"}) == set()
    assert play.outcome(RULE) == "risk_assessed"
    bad(play, monkeypatch, "own", "B1", severity=Severity.NEEDS_ASSESSMENT)
    assert play.codes(*OPENING, {"bank": "B1", "assessment": "R1"}) == {RULE}


def test_a_rule_is_asked_once_however_many_assessments_are_named(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = bad(play, monkeypatch, "B1", severity=Severity.NEEDS_ASSESSMENT)
    approve(play, "risk_assessment", ["B1"])
    thaw(play)
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("severity", "outcome"),
    [(Severity.NEEDS_ASSESSMENT, "risk_assessed"), (Severity.BLOCK, "violated")],
)
def test_a_risk_assessment_lifts_only_rules_that_ask_for_one(
    play: Play, monkeypatch: pytest.MonkeyPatch, severity: Severity, outcome: str
) -> None:
    bad(play, monkeypatch, "B1", severity=severity)
    approve(play, "risk_assessment", ["B1"])
    assert thaw(play) == outcome


@pytest.mark.parametrize(
    ("allowed", "signed", "outcome"),
    [
        ("qa", "qa", "overridden"),
        ("regulatory_affairs", "qa", "violated"),
        (None, "qa", "violated"),
    ],
)
def test_an_override_needs_the_role_the_rule_names(
    play: Play, monkeypatch: pytest.MonkeyPatch, allowed: str | None, signed: str, outcome: str
) -> None:
    bad(play, monkeypatch, "B1", override_role=allowed)
    approve(play, "override", ["B1"], signed)
    assert thaw(play, reason="the only vial left") == outcome


def test_an_override_is_used_with_a_reason_or_not_at_all(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad(play, monkeypatch, "B1", override_role="qa")
    approve(play, "override", ["B1"])
    assert thaw(play) == "violated"
    assert "gives no reason" in play.rulings[0].answers[-1].why.en
    assert "R1" in play.rulings[0].answers[-1].why.zh


@pytest.mark.parametrize(
    ("exempt", "role", "outcome"),
    [
        (True, "regulatory_affairs", "not_applicable"),
        (True, "qa", "violated"),
        (False, "regulatory_affairs", "violated"),
    ],
)
def test_a_finding_that_a_rule_does_not_apply_needs_an_exception_in_its_source(
    play: Play, monkeypatch: pytest.MonkeyPatch, exempt: bool, role: str, outcome: str
) -> None:
    bad(play, monkeypatch, "B1", basis=Basis.PRIMARY, exempt=exempt)
    approve(play, "non_applicability", ["B1"], role)
    assert thaw(play) == outcome


@pytest.mark.parametrize(
    ("last", "outcome"), [("2026-09-01", "risk_assessed"), ("2026-08-31", "violated")]
)
def test_an_assessment_is_used_until_its_last_day(
    play: Play, monkeypatch: pytest.MonkeyPatch, last: str, outcome: str
) -> None:
    bad(play, monkeypatch, "B1", severity=Severity.NEEDS_ASSESSMENT)
    approve(play, "risk_assessment", ["B1"], valid_until=last)
    assert thaw(play) == outcome


def test_what_is_unknown_stops_like_what_is_violated(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad(play, monkeypatch)
    made = model.RULES[0]
    assert play.codes("vial.thawed/v1", "V1") == set()
    unclear = Rule(
        **{
            **{name: getattr(made, name) for name in Rule.__slots__},
            "require": lambda case: [unknown(case.event.stream, "not known", "未知")],
        }
    )
    monkeypatch.setattr(model, "RULES", [unclear])
    assert play.codes("vial.thawed/v1", "V1") == {RULE}
    assert play.outcome(RULE) == "unknown"
