"""Which rule answers which sentence of the two articles, and which tests prove it.

Rules say it in their `sentences`, tests in ``@pytest.mark.sentence("B14", "blocks")`` (the rule
says no, or for a remark, speaks) and ``"passes"``. Read from the source, without running anything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from custody.app.asking.rulebook import articles
from custody.rules.model import RULES, Rule

TESTS = Path(__file__).parents[1]
PROOFS = ("blocks", "passes")


@dataclass
class Row:
    """One sentence: what it says, which rules answer it, which tests prove that."""

    id: str
    kind: str
    gist: dict[str, str]
    rules: list[Rule] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    passes: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """What a sentence of kind rule still lacks."""
        if self.kind != "rule":
            return []
        lacking = [] if self.rules else ["a rule"]
        return lacking + [f"a test marked {p}" for p in PROOFS if not getattr(self, p)]


def marks(source: str) -> Iterator[tuple[str, str, str]]:
    """Yield (test function, sentence, proof) for every mark in a test file's source."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef) or not function.name.startswith("test_"):
            continue
        for decorator in function.decorator_list:
            for call in ast.walk(decorator):
                if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "sentence":
                    yield from _marked(function.name, call)


def _marked(test: str, call: ast.Call) -> Iterator[tuple[str, str, str]]:
    said = [str(a.value) for a in call.args if isinstance(a, ast.Constant)]
    proofs = [word for word in said if word in PROOFS]
    for sentence in (word for word in said if word not in PROOFS):
        for proof in proofs or [""]:
            yield test, sentence, proof


def all_marks() -> list[tuple[str, str, str]]:
    """Return (file::test, sentence, proof) of all tests."""
    found = []
    for path in sorted(TESTS.rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        if "mark.sentence" in source:
            place = path.relative_to(TESTS)
            found += [(f"{place}::{test}", s, p) for test, s, p in marks(source)]
    return found


def rows() -> list[Row]:
    """Return a row per sentence, in the order of the articles."""
    made = {s["id"]: _row(s) for s in articles().values()}
    for rule in sorted(RULES, key=lambda r: (r.id, r.effective_from)):
        for sentence in rule.sentences:
            if sentence in made:
                made[sentence].rules.append(rule)
    for place, sentence, proof in all_marks():
        if sentence in made and proof in PROOFS:
            listed = getattr(made[sentence], proof)
            if place not in listed:
                listed.append(place)
    return list(made.values())


def _row(sentence: dict[str, Any]) -> Row:
    return Row(sentence["id"], sentence["kind"], sentence["gist"])
