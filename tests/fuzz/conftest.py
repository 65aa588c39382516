"""Fuzzing needs atheris, which has no wheel for every Python and system.

Without it the fuzz tests are left out with a line that says so; in the full check (CUSTODY_CI) they
fail instead.
"""

from __future__ import annotations

import importlib.util
import os

import pytest

HERE = importlib.util.find_spec("atheris") is not None
FORGIVEN = "CUSTODY_CI" not in os.environ


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if HERE or not FORGIVEN:
        return
    left_out = [item for item in items if "atheris" in item.fixturenames]  # type: ignore[attr-defined]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not HERE and FORGIVEN:
        line = "fuzz tests did not run: no atheris for this Python and system"
        terminalreporter.write_line(line)


@pytest.fixture
def atheris() -> None:
    """The test cannot run without atheris."""
    assert HERE, "no atheris here: it is among the development packages"
