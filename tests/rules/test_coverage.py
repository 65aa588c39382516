"""Every sentence of the two articles is context, or has a rule and two tests that prove it."""

from __future__ import annotations

import pytest

from custody.app.asking.rulebook import articles
from custody.rules.model import RULES
from rules import coverage

ROWS = {row.id: row for row in coverage.rows()}
MARKS = coverage.all_marks()


def test_every_sentence_of_both_articles_has_a_row_in_both_languages() -> None:
    ids = [f"A{n}" for n in range(1, 42)] + [f"B{n}" for n in range(1, 43)]
    assert list(articles()) == ids
    for row in articles().values():
        assert row["kind"] in ("rule", "context")
        assert row["gist"]["en"] and row["gist"]["zh"]
        assert row["gist"]["en"].isascii()


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_sentence_that_asks_for_something_has_a_rule_and_tests_of_both_answers(
    row: coverage.Row,
) -> None:
    assert row.missing == [], f"{row.id}: {row.gist['en']}"


def test_a_sentence_that_is_context_is_answered_by_no_rule() -> None:
    assert [r.id for r in ROWS.values() if r.kind == "context" and r.rules] == []


def test_rules_and_tests_name_only_sentences_there_are() -> None:
    named = {(r.id, s) for r in RULES for s in r.sentences}
    named |= {(place, s) for place, s, _ in MARKS}
    assert {n for n in named if n[1] not in articles()} == set()


def test_every_mark_says_which_of_the_two_it_proves() -> None:
    assert [m for m in MARKS if m[2] not in coverage.PROOFS] == []


def test_marks_are_found_on_single_cases_of_a_test_too() -> None:
    source = (
        "@pytest.mark.sentence('B1', 'blocks')\n"
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.sentence('B2'))])\n"
        "def test_a(x): pass\n"
    )
    assert list(coverage.marks(source)) == [("test_a", "B1", "blocks"), ("test_a", "B2", "")]
