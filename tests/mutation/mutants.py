"""Take one check out of the verifier at a time, and see whether a vector notices.

    python tests/mutation/mutants.py            search killers for new mutants; writes killers.json
    python tests/mutation/mutants.py --again    search them all anew

A mutant is the verifier with one condition of one ``if`` never true, or one comparison that is
returned always true. Only the code of that one function is exchanged, in place, so every importer
sees it. The corpus covers a check when some vector comes out differently without it.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script

from contract.vector_runner import AREAS, bundle, run
from custody.errors import CustodyError

PATIENCE: Final = 20.0  # seconds; a vector takes a fraction of one
KILLERS: Final = Path(__file__).with_name("killers.json")
VECTORS: Final = Path(__file__).parents[2] / "events" / "vectors"
MODULES: Final = (
    "authority",
    "bundle",
    "canonical",
    "checkpoint",
    "closure",
    "disclosure",
    "documents",
    "encoding",
    "entry",
    "grants",
    "headmap",
    "judgement",
    "merkle",
    "names",
    "note",
    "payload",
    "quorum",
    "rows",
    "seal",
    "signatures",
    "standing",
    "times",
    "trust",
    "verify",
    "verify_log",
    "verify_streams",
)

# What only writes: it stands in nobody's way who reads.
WRITERS: Final = frozenset(
    {
        "Bundle.build",
        "Bundle.to_bytes",
        "_check",
        "apply",
        "commit",
        "cosign_ed25519",
        "decimal",
        "decoys",
        "dumps",
        "encode",
        "grow",
        "inclusion_path",
        "consistency_path",
        "padded",
        "prove",
        "root_at",
        "sign_ed25519",
        "sign_mldsa44",
        "time_of",
        "_write",
        "_child",
    }
)


@dataclass(frozen=True)
class Mutant:
    """One check that is out: the function it stood in, and its source, which names it."""

    module: str
    function: str
    check: str
    code: CodeType

    @property
    def name(self) -> str:
        """A name that stays while the check stays, wherever it moves in the file."""
        return f"{self.module}.{self.function}: {self.check}"


def mutants() -> Iterator[Mutant]:
    """Yield every mutant of the verifier."""
    for name in MODULES:
        module = importlib.import_module(f"custody.evidence.{name}")
        tree = ast.parse(inspect.getsource(module))
        for function, path in _functions(tree):
            if ".".join(path) in WRITERS:
                continue
            seen: dict[str, int] = {}
            for check in _checks(function):
                text = ast.unparse(check.test)[:160]
                seen[text] = seen.get(text, 0) + 1
                if seen[text] > 1:
                    text += f" #{seen[text]}"
                with check.disabled():
                    code = _code_of(function, path)
                yield Mutant(name, ".".join(path), text, code)


def _functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, tuple[str, ...]]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node, (node.name,)
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, ast.FunctionDef):
                    yield member, (node.name, member.name)


@dataclass(frozen=True)
class Check:
    """A condition of a function, or a comparison it returns, and the field of `node` it is in."""

    test: ast.expr
    node: ast.AST
    field: str
    without: Any  # what stands in the field when the check is out

    @contextmanager
    def disabled(self) -> Iterator[None]:
        """Have the function without the check for the length of a block."""
        kept = getattr(self.node, self.field)
        setattr(self.node, self.field, self.without)
        try:
            yield
        finally:
            setattr(self.node, self.field, kept)


def _checks(function: ast.FunctionDef) -> Iterator[Check]:
    """Yield the checks of a function, in order of the source."""
    for node in ast.walk(function):
        match node:
            case ast.If(test=test):
                yield Check(test, node, "test", _never(test))
            case ast.comprehension(ifs=[test, *rest]):
                yield Check(test, node, "ifs", [_always(test), *rest])
            case ast.Return(value=ast.Compare() | ast.BoolOp() as value):
                yield Check(value, node, "value", _always(value))


def _never(test: ast.expr) -> ast.expr:
    return ast.BoolOp(ast.And(), [test, ast.Constant(value=False)])


def _always(test: ast.expr) -> ast.expr:
    return ast.BoolOp(ast.Or(), [test, ast.Constant(value=True)])


def _code_of(function: ast.FunctionDef, path: tuple[str, ...]) -> CodeType:
    """Compile a function alone, as a member of its class when it is one."""
    body: ast.stmt = function
    for name in reversed(path[:-1]):
        body = ast.ClassDef(name, [], [], [body], [])
    alone = ast.fix_missing_locations(ast.Module([body], []))
    code = compile(alone, path[0], "exec")  # with the future import above, which all modules have
    for name in path:
        code = next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name)
    return code


@contextmanager
def alive(mutant: Mutant) -> Iterator[None]:
    """Let the verifier run without the check for the length of a block."""
    function = _real(mutant)
    kept = function.__code__
    _forget()
    function.__code__ = mutant.code
    try:
        yield
    finally:
        function.__code__ = kept
        _forget()


def _real(mutant: Mutant) -> FunctionType:
    found: Any = importlib.import_module(f"custody.evidence.{mutant.module}")
    for name in mutant.function.split("."):
        found = inspect.getattr_static(found, name)
    if isinstance(found, property):
        found = found.fget
    found = getattr(found, "__func__", found)
    return inspect.unwrap(found)  # type: ignore[return-value]


def _forget() -> None:
    """Empty the caches of the verifier: what was read with a check must not hide its absence."""
    for name in MODULES:
        for value in vars(importlib.import_module(f"custody.evidence.{name}")).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


# ------------------------------------------------------------------ the corpus


@cache
def corpus() -> dict[str, Path]:
    """Return every vector that asks about evidence, by name; the quick ones first.

    Those about the story (V9) are left out: its rules have tests of their own.
    """
    found = {
        f"{p.parent.parent.name}/{p.parent.name}": p.parent for p in VECTORS.rglob("expect.json")
    }
    kept = {name: p for name, p in found.items() if p.parent.name in AREAS or _bundle(p)}
    kept = {name: p for name, p in kept.items() if not _about_the_story(p)}

    def cost(name: str) -> tuple[int, str]:
        path = kept[name] / "bundle.custody.json"
        return (path.stat().st_size if path.exists() else 0), name

    return {name: kept[name] for name in sorted(kept, key=cost)}


def _bundle(folder: Path) -> bool:
    return (folder / "bundle.custody.json").exists()


def _about_the_story(folder: Path) -> bool:
    said = json.loads((folder / "expect.json").read_text(encoding="utf-8")).get("step")
    return said == "V9" or (said is not None and re.match(r"d[0-9]{2}_", folder.name) is not None)


def outcome(folder: Path) -> Any:
    """Return what comes out of a vector; a fault of the program is an outcome, too."""
    try:
        return bundle(folder) if _bundle(folder) else run(folder)
    except CustodyError as refused:
        return {"ok": False, "code": refused.code}
    except Exception as fault:  # a mutant may break in any way
        return {"fault": type(fault).__name__}


def wanted(folder: Path) -> Any:
    """Return what must come out of a vector."""
    expect = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    if _bundle(folder):
        return {"verdict": expect["verdict"], "found": expect["found"]}
    return expect


def killed(mutant: Mutant, name: str) -> bool:
    """Whether the vector `name` comes out differently with the mutant."""
    folder = corpus()[name]
    with alive(mutant), _patience():
        return bool(outcome(folder) != wanted(folder))


@contextmanager
def _patience() -> Iterator[None]:
    """Interrupt a mutant that never ends; that is a different outcome, too."""

    def give_up(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def noticed(mutant: Mutant, known: dict[str, str]) -> bool:
    """Whether any vector comes out differently; the one on record is tried first."""
    first = known.get(mutant.name, "")
    if first in corpus() and killed(mutant, first):
        return True
    return any(killed(mutant, name) for name in corpus())


def killers() -> dict[str, str]:
    """Return mutant → a vector that notices; empty where none does."""
    found: dict[str, str] = json.loads(KILLERS.read_text(encoding="utf-8"))
    return found


def search(known: dict[str, str], report: Callable[[str], object]) -> dict[str, str]:
    """Return a killer for every mutant; what is known already is kept."""
    found: dict[str, str] = {}
    for mutant in mutants():
        name = mutant.name
        if name in known:
            found[name] = known[name]
            continue
        found[name] = next((vector for vector in corpus() if killed(mutant, vector)), "")
        report(f"{found[name] or '---':50} {name}\n")
    return found


def main() -> None:
    """Search killers for the mutants that have none on record; `--again` for all of them."""
    known = killers() if KILLERS.exists() and "--again" not in sys.argv else {}
    found = search(known, sys.stdout.write)
    KILLERS.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
