"""Tests that need a program of the system: they fail without it in the full check, and elsewhere
are left out with a line that says so.

A test says what it needs with ``@pytest.mark.needs("chromium")``. `.ci/run` installs the programs
and sets CUSTODY_CI, so that nothing is left out there.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).parent
# Program → names it may be installed under, and what its tests are called.
PROGRAMS: Final = {
    "chromium": (("chromium", "chromium-browser", "google-chrome"), "browser tests", "page"),
    "softhsm2": (("softhsm2-util",), "token tests", "adapters"),
}


def missing(program: str) -> bool:
    """Whether none of the names of `program` is installed."""
    return not any(shutil.which(name) for name in PROGRAMS[program][0])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(program): the test runs a program of the system")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("CUSTODY_CI"):
        return  # there they run, and fail when the program is missing
    left_out = [
        item for item in items if any(missing(m.args[0]) for m in item.iter_markers("needs"))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if os.environ.get("CUSTODY_CI"):
        return
    config = terminalreporter.config
    asked = [Path(arg.partition("::")[0]).resolve() for arg in config.args]
    for program, (_, title, folder) in PROGRAMS.items():
        place = HERE / folder
        touched = any(place in (p, *p.parents) or p in place.parents for p in asked)
        if touched and missing(program):
            terminalreporter.write_line(f"{title} did not run: no {program} on this machine")
