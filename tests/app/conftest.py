"""One campaign, played once per worker; every test works on a copy of its folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.erasing import let_time_pass
from custody.demo.play import Clock, DemoResult, play
from custody.wiring.ledger import OpenLedger, open_ledger

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp()) + 60
LATER = SECONDS + 2 * 3600  # when a recipient verifies, unless a test says otherwise


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


@pytest.fixture(scope="session")
def expired(played: DemoResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The campaign's ledger in 2090: every period of keeping is over. Copy it before use."""
    place = tmp_path_factory.mktemp("expired") / "ledger"
    shutil.copytree(played.folder, place, ignore=shutil.ignore_patterns("forged"))
    let_time_pass(place)
    return place


@pytest.fixture
def later(expired: Path, tmp_path: Path) -> Path:
    """A copy of the ledger of 2090 that the test may spoil."""
    return Path(shutil.copytree(expired, tmp_path / "later"))
