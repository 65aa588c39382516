"""Whatever the tests of facts and rules ask Python is asked again in the page.

They run once more in a process of their own, with a recorder in the place of the functions that
they ask; so every rule is tried on its blocking and on its passing side.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.rules import pack  # noqa: F401 - importing declares every rule
from custody.rules.model import RULES
from page.law.conftest import Ask
from page.law.recorder import WHERE

TESTS = Path(__file__).parents[2]
# They ask nothing of facts or rules, ask it of no ledger, or ask the same again and again.
LEFT_OUT = (
    *("domain/test_calendar.py", "domain/test_identifier.py", "domain/test_lint.py"),
    *("domain/test_nouns.py", "domain/test_purity.py", "domain/test_random_histories.py"),
    *("domain/test_reasons.py", "rules/test_coverage.py", "rules/test_pack.py"),
)
# Rules whose breach no ledger can hold: the form of a body forbids it already.
NEVER_BROKEN = {"PIP-001", "REC-001"}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The questions and Python's answers."""
    path = tmp_path_factory.mktemp("recorded") / "record.json"
    given = [str(TESTS / folder) for folder in ("rules", "domain")]
    given += [f"--ignore={TESTS / name}" for name in LEFT_OUT]
    options = ("-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "page.law.recorder")
    subprocess.run(
        [sys.executable, "-m", "pytest", *options, *given],
        cwd=TESTS.parent,
        env={**os.environ, WHERE: str(path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        timeout=600,
    )
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def compared(record: Any, ask: Ask) -> Any:
    """What the page answered."""
    return ask("(record) => asking.answers(record)", record)


def outcomes(record: Any) -> Iterator[tuple[str, str]]:
    """Yield (rule, outcome) of every ruling on record."""
    for question in record["questions"]:
        if question["what"] != "refusals":
            for rule, outcome, _, _ in question["answer"]:
                yield rule, outcome


def test_every_question_about_facts_and_rules_is_answered_as_in_python(compared: Any) -> None:
    assert compared["differing"] == []
    asked = compared["asked"]
    assert asked["refusals"] > 4000
    assert asked["evaluate"] > 2000


def test_every_rule_was_asked_on_its_passing_and_on_its_blocking_side(record: Any) -> None:
    found: dict[str, set[str]] = {}
    for rule, outcome in outcomes(record):
        found.setdefault(rule, set()).add(outcome)
    known = {r.id for r in RULES}
    assert set(found) == known
    assert {r for r in known if "satisfied" not in found[r]} == set()
    blocked = {r for r in known if found[r] & {"violated", "unknown"}}
    assert known - blocked == NEVER_BROKEN


def test_refusals_of_every_kind_of_stream_are_among_the_questions(record: Any) -> None:
    events, kinds = record["events"], set()
    for question in record["questions"]:
        if question["what"] == "refusals" and question["answer"]:
            kinds.add(events[question["event"]]["stream"].partition(":")[0])
    assert len(kinds) > 15
