"""Bodies of events: what pydantic takes, turns down and says to it, the page does and says."""

from __future__ import annotations

from custody.domain.model import TYPES
from page.law.conftest import Ask
from page.law.unfit_bodies import answer, bodies

BODIES = "(rows) => rows.map(([name, body]) => asking.bodyOf(name, body))"


def test_bodies_of_every_type_fit_or_not_for_the_same_reasons_in_the_same_words(ask: Ask) -> None:
    rows = list(bodies())
    mine = [answer(name, body) for name, body in rows]
    assert {name for name, _ in rows} == set(TYPES)
    assert sum("errors" in a for a in mine) > 5000 < len(rows) - 2000
    theirs = ask(BODIES, rows)
    differing = [(row, a, b) for row, a, b in zip(rows, mine, theirs, strict=True) if a != b]
    assert differing == []
