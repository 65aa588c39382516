"""Facts and law are pure: no files, no network, no clock, no chance, no shared state."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import custody.domain
import custody.rules

ROOTS = [Path(p.__path__[0]) for p in (custody.domain, custody.rules)]
SOURCES = [path for root in ROOTS for path in sorted(root.glob("*.py"))]
PURE = {
    *("__future__", "collections.abc", "dataclasses", "datetime", "decimal", "enum", "re"),
    *("typing", "unicodedata", "pydantic"),
}
IMPURE = {"open", "print", "input", "exec", "eval", "now", "today", "utcnow", "getenv"}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", "") or getattr(node.func, "attr", "")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_a_module_of_facts_or_law_has_no_way_to_the_outside(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    facts = ("custody.domain", "custody.errors")
    own = (*facts, "custody.rules") if path.parent.name == "rules" else facts
    assert {n for n in imported(tree) if n not in PURE and not n.startswith(own)} == set()
    assert set(called(tree)) & IMPURE == set()
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Global | ast.Nonlocal)]


def test_the_check_sees_a_clock_and_a_file_when_there_is_one() -> None:
    tree = ast.parse("import time\ndef f():\n    return datetime.now(), open('x'), time.time()")
    assert set(imported(tree)) - PURE == {"time"}
    assert set(called(tree)) & IMPURE == {"now", "open"}
