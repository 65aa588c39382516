"""The demonstration is played once; every test that writes works on its own copy."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from cli.stage import Said, typed

# A test run started in the background of a script ignores Ctrl-C, and so would every command it
# starts (POSIX, asynchronous lists); people start commands in the foreground.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    folder = tmp_path_factory.mktemp("played") / "demo"
    return folder, typed("demo", str(folder))


@pytest.fixture(scope="session")
def demo(played: tuple[Path, Said]) -> Path:
    return played[0]


@pytest.fixture
def ledger(demo: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "ledger"
    shutil.copytree(demo, copy)
    return copy
