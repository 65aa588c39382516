"""The import contracts of `pyproject.toml` hold: dependencies point one way."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = {
    "chinesecalendar",
    "cryptography",
    "eventsourcing",
    "jinja2",
    "pydantic",
    "segno",
    "typer",
}
# What an extra is imported as, where that differs from the name of its package.
IMPORTED_AS = {"python-pkcs11": "pkcs11"}
# Rich comes with Typer and is used by the command line only, on a terminal.
WITH_TYPER = {"rich"}


def sources() -> list[Path]:
    return sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports name the package in full"
            names.add(node.module or "")
    return names


def test_every_import_contract_is_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    kept = len(PYPROJECT["tool"]["importlinter"]["contracts"])
    assert f"{kept} kept, 0 broken" in done.stdout


def test_the_product_imports_nothing_but_what_it_declares() -> None:
    declared = {
        requirement.split(">")[0].split("=")[0].split("[")[0]
        for requirement in PYPROJECT["project"]["dependencies"]
    }
    assert declared == RUNTIME
    extras = {
        IMPORTED_AS.get(package := requirement.split(">")[0].split("=")[0])
        or package.replace("-", "_")
        for wanted in PYPROJECT["project"]["optional-dependencies"].values()
        for requirement in wanted
    }
    foreign = {
        (str(path.relative_to(ROOT)), top)
        for path in sources()
        for name in imported(path)
        if (top := name.split(".")[0]) not in sys.stdlib_module_names
        and top not in RUNTIME | WITH_TYPER | extras | {"custody", "custody_cli"}
    }
    assert not foreign


def offending(banned: Callable[[str], bool]) -> set[tuple[str, str]]:
    return {
        (str(path.relative_to(ROOT)), name)
        for path in sources()
        for name in imported(path)
        if banned(name)
    }


def test_only_the_witness_and_the_line_to_one_can_reach_the_network() -> None:
    networked = {"asyncio", "ftplib", "http", "smtplib", "socket", "socketserver", "ssl"}
    found = offending(lambda n: n.split(".")[0] in networked or n == "urllib.request")
    assert {path for path, _ in found} == {
        "src/custody/adapters/post.py",
        "src/custody/adapters/witness_http.py",
    }


def test_recording_exporting_and_verifying_load_nothing_that_reaches_the_network() -> None:
    script = (
        "import sys, custody.wiring.ledger, custody.adapters.published, "
        "custody.app.verification.verifying, custody.app.publication.publishing; "
        "sys.exit(any(m.startswith(('custody.adapters.post', 'custody.adapters.witness_http')) "
        "for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


def test_the_private_copy_of_click_inside_typer_is_left_alone() -> None:
    assert not offending(lambda name: name.startswith(("typer._", "click")))
