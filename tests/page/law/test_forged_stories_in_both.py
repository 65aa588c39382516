"""Stories no honest ledger holds: both judge them alike, whatever was changed in them."""

from __future__ import annotations

import random

from page.law.conftest import Ask, Questions
from page.law.forged_stories import answer, forged
from page.law.questions import differing

STORIES = 80


def test_a_story_changed_at_random_is_judged_and_told_as_in_python(
    ask: Ask, questions: Questions
) -> None:
    chance = random.Random(20261124)  # noqa: S311 - the same stories in every run
    honest = [question for question, _ in questions.values()]
    cases = {}
    for number in range(STORIES):
        story = forged(chance.choice(honest), chance)
        cases[f"story {number}"] = (story, answer(story))
    found = [f["code"] for _, mine in cases.values() for f in (*mine["states"], *mine["told"])]
    assert len(set(found)) > 20
    assert sum(bool(mine["states"]) for _, mine in cases.values()) > STORIES // 3
    assert differing(ask, cases) == {}
