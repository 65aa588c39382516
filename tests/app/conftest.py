"""One campaign, played once per worker; every test works on a copy of its folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custody.demo.play import Clock, DemoResult, play
from custody.wiring import OpenLedger, open_ledger

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp()) + 60


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    """The campaign as it ends on a fixed day."""
    return play(tmp_path_factory.mktemp("campaign") / "demo", now=NOW)


@pytest.fixture
def folder(played: DemoResult, tmp_path: Path) -> Path:
    """A copy of the campaign's ledger that the test may spoil."""
    place = tmp_path / "ledger"
    shutil.copytree(played.folder, place, ignore=shutil.ignore_patterns("forged"))
    return place


@pytest.fixture
def clock() -> Clock:
    """A clock an hour after the campaign."""
    made = Clock()
    made.moment = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    return made


@pytest.fixture
def ledger(folder: Path, clock: Clock) -> Iterator[OpenLedger]:
    """The copy, open."""
    with open_ledger(folder, clock=clock) as opened:
        yield opened


@pytest.fixture
def at() -> Callable[[], str]:
    """An instant of the present day of the campaign."""
    return lambda: "2026-11-24T17:30:00+08:00"
