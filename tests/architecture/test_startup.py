"""`custody --help` loads no heavy library: the work that needs one loads it."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("cryptography", "eventsourcing", "pydantic", "sqlite3", "custody.wiring", "custody.domain")
SCRIPT = """
import sys
from custody_cli.main import main
try:
    main({arguments!r})
except SystemExit:
    pass
print("loaded:", *sorted(m for m in sys.modules if m in {heavy!r}), file=sys.stderr)
"""


def loaded(*arguments: str) -> str:
    script = SCRIPT.format(arguments=list(arguments), heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout, done.stderr
    return done.stderr.splitlines()[-1]


def test_help_loads_no_heavy_library() -> None:
    assert loaded("--help") == "loaded:"


def test_the_version_loads_no_heavy_library() -> None:
    assert loaded("--version") == "loaded:"


def test_help_of_one_noun_loads_neither_the_store_nor_the_domain() -> None:
    # Typer itself loads pydantic as soon as a command has options.
    assert loaded("vial", "thaw", "--help") in ("loaded:", "loaded: pydantic")
