"""What the evidence finds wrong is said in Chinese as well, clause by clause."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import custody.evidence as evidence
from custody.app.verification.details import detail_zh

FOLDER = Path(evidence.__file__).parent
# Who says what is wrong: the last argument is the clause.
SAYS = ("malformed", "unfit", "no", "Error", "Finding", "_LackingError", "_no")
SHORTEST = 12  # characters of a clause; less is a name


def spoken(node: ast.expr) -> str:
    """The clause behind a text, with 7 in the place of every value; empty when it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(spoken(p) if isinstance(p, ast.Constant) else "7" for p in node.values)
    return ""


def clauses() -> Iterator[tuple[str, str]]:
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for clause in map(spoken, said_by(node, path.stem)):
                if " " in clause and len(clause) >= SHORTEST:
                    yield path.stem, clause


def said_by(node: ast.AST, module: str) -> list[ast.expr]:
    if isinstance(node, ast.Return) and module == "fraud_proof":
        return [node.value] if node.value else []
    if not isinstance(node, ast.Call):
        return []
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    said = [k.value for k in node.keywords if k.arg == "detail"]
    return [*said, *node.args[-1:]] if name in SAYS else said


CLAUSES = sorted(set(clauses()))


def test_the_clauses_were_found() -> None:
    assert len(CLAUSES) > 150


@pytest.mark.parametrize(("module", "clause"), CLAUSES)
def test_every_clause_has_its_chinese(module: str, clause: str) -> None:
    chinese = detail_zh(clause)
    assert chinese, f"{module}: {clause}"
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
