"""A short run of the fuzzer over every reader of a stranger's bytes; `make fuzz` runs for long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.targets import EVENTS, TARGETS

RUN = Path(__file__).with_name("run.py")
TARGETS_PER_TEST = 11
NAMES = list(TARGETS)
GROUPS = [NAMES[at : at + TARGETS_PER_TEST] for at in range(0, len(NAMES), TARGETS_PER_TEST)]


@pytest.mark.parametrize("names", GROUPS, ids=" ".join)
@pytest.mark.usefixtures("atheris")
def test_whatever_bytes_come_only_the_programs_own_errors_come_out(names: list[str]) -> None:
    command = [sys.executable, str(RUN), "--runs", "20000", "--seconds", "1", *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-4_000:]
    assert "nothing was found" in done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_every_seed_is_read_without_a_fault(name: str) -> None:
    for path in TARGETS[name].seed_files():
        TARGETS[name].try_one(path.read_bytes())


def test_most_targets_start_from_published_vectors() -> None:
    without = [name for name, target in TARGETS.items() if not list(target.seed_files())]
    assert set(without) <= {"barcode"}, f"no seeds below {EVENTS}"
