"""Hostile files cost bounded memory and time: at most 512 MiB and 10 seconds of a processor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fuzz import hostile_files
from fuzz.hostile_files import ALLOWED, FILES, LARGE, MEGABYTE, SIZES, UNDER
from fuzz.targets import EVENTS

TRUST = EVENTS / "trust/v1/example.json"
PEAK, SECONDS = 512 * MEGABYTE, 10


def costs(rows: list[tuple[str, int]], scratch: Path) -> list[dict[str, Any]]:
    """Verify hostile files in one process and return what each cost."""
    command = [sys.executable, hostile_files.__file__, str(scratch / "hostile.json"), str(TRUST)]
    done = subprocess.run(
        [*command, json.dumps(rows)], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["name"] for row in found] == [name for name, _ in rows]
    return found


def test_files_of_a_hundred_megabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    names = ("lists_in_lists", "many_numbers", "a_million_events")
    for row in costs([(name, LARGE) for name in names], tmp_path):
        assert row["size"] > 0.98 * LARGE
        assert (row["verdict"], row["codes"]) == ("not_genuine", ["E01"]), row
        assert row["peak"] <= row["size"] + 128 * MEGABYTE, row
        assert row["seconds"] <= 1, row


@pytest.mark.parametrize("half", [0, 1])
def test_files_just_below_the_size_limit_cost_bounded_memory_and_time(
    half: int, tmp_path: Path
) -> None:
    for row in costs([(name, UNDER) for name in list(FILES)[half::2]], tmp_path):
        assert row["size"] > 0.98 * UNDER
        assert row["verdict"] == "not_genuine", row
        assert row["peak"] <= PEAK, row
        assert row["seconds"] <= SECONDS, row


def test_files_with_as_many_values_as_allowed_cost_bounded_memory_and_time(tmp_path: Path) -> None:
    for row in costs([(name, SIZES[name]) for name in ALLOWED], tmp_path):
        assert row["verdict"] == "not_genuine", row
        assert row["peak"] <= PEAK, row
        assert row["seconds"] <= SECONDS, row


def test_the_command_refuses_a_hostile_file_in_bounded_memory(tmp_path: Path) -> None:
    hostile_files.write("many_texts", LARGE, tmp_path / "shipment.custody.json")
    measured = (
        "import sys; from custody_cli.entry import start; from fuzz.hostile_files import peak"
    )
    script = f"{measured}; done = start(); sys.stderr.write(f'peak {{peak()}}'); sys.exit(done)"
    file = str(tmp_path / "shipment.custody.json")
    done = subprocess.run(
        [sys.executable, "-c", script, "verify", file, "--trust", str(TRUST)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert done.returncode == 6, "larger than any bundle: an input that is not usable"
    assert int(done.stderr.rpartition("peak ")[2]) <= PEAK
