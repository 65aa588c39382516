"""Names say what a thing is, files stay short, and importing a module does nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
BANNED = {"manager", "helper", "util", "utils", "data", "info", "process", "blockchain"}
# Where "process" is the thing itself: how a product is made, one of the kinds in the contract.
OF_MAKING = {"src/custody/domain/process.py", "src/custody/rules/process.py"}
LINES = 400
# A longer file needs an entry here, with the reason why it is one concept.
LONGER: dict[str, str] = {}
# Calls that have no place outside a function.
INPUT_OUTPUT = {
    "open", "print", "input", "connect", "read_text", "read_bytes", "write_text", "write_bytes",
    "run", "Popen", "mkdir", "unlink", "getenv", "urlopen", "exec", "eval",
}  # fmt: skip


def sources() -> list[Path]:
    return sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])


def with_tests() -> list[Path]:
    return [*sources(), *sorted((ROOT / "tests").rglob("*.py"))]


def words(name: str) -> set[str]:
    return {w.lower() for w in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def named(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def at_import(tree: ast.Module) -> Iterator[ast.Call]:
    """Every call that runs when the module is imported: outside functions and the main guard."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += getattr(node, "decorator_list", [])
            continue
        if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Call):
            yield node
        waiting += ast.iter_child_nodes(node)


def called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


PARSED = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in sources()
}


def test_names_avoid_the_words_that_say_nothing() -> None:
    found = {
        (path, name)
        for path, tree in PARSED.items()
        for name in [Path(path).stem, *named(tree)]
        if words(name) & (BANNED - {"process"} if path in OF_MAKING else BANNED)
    }
    assert not found


def test_a_file_holds_one_concept_and_stays_short() -> None:
    long = {
        str(path.relative_to(ROOT))
        for path in with_tests()
        if len(path.read_text(encoding="utf-8").splitlines()) > LINES
    }
    assert long == set(LONGER), "split the file, or give the reason in LONGER"


def test_every_module_says_what_it_is_for() -> None:
    silent = {path for path, tree in PARSED.items() if tree.body and not ast.get_docstring(tree)}
    assert not silent


def test_importing_a_module_reads_and_writes_nothing() -> None:
    found = {
        (path, called(call))
        for path, tree in PARSED.items()
        for call in at_import(tree)
        if called(call) in INPUT_OUTPUT
    }
    assert not found
