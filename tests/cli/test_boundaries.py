"""Where the program meets the world: pipes, encodings, odd arguments, odd files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.stage import CUSTODY, PLAIN, started, typed
from custody_cli.exits import Exit


def test_a_closed_pipe_ends_quietly(demo: Path) -> None:
    script = f"'{CUSTODY}' --ledger '{demo}' log --jsonl | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", script], capture_output=True, env={**os.environ, **PLAIN}
    )
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""
    assert done.returncode == Exit.CLOSED


@pytest.mark.parametrize("form", [["--json"], []])
def test_a_verdict_that_nobody_could_read_is_never_exit_code_0(demo: Path, form: list[str]) -> None:
    for bundle in (demo / "SHP-2026-001.custody.json", *sorted((demo / "forged").iterdir())[:2]):
        reading, writing = os.pipe()
        os.close(reading)
        words = [CUSTODY, *form, "verify", str(bundle), "--trust", str(demo / "trust.json")]
        environment = {**os.environ, **PLAIN, "CUSTODY_MEMORY": "none"}
        done = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, env=environment)
        os.close(writing)
        assert (done.returncode, done.stderr) == (Exit.CLOSED, b"")


def test_a_step_that_was_done_is_told_even_when_nobody_reads_its_answer(ledger: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    step = ("vial", "move", "WCB-01-004", "--position", "R7", "--as", "Chen Yu")
    words = [CUSTODY, "--ledger", str(ledger), *step]
    environment = {**os.environ, **PLAIN, "CUSTODY_PASSPHRASE_COMMAND": "echo demo"}
    done = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, env=environment)
    os.close(writing)
    assert done.returncode == Exit.STORAGE
    assert b"C716" in done.stderr and b"recorded as event" in done.stderr
    assert "R7" in typed("--ledger", str(ledger), "show", "WCB-01-004").out


def test_an_output_that_knows_only_ascii_loses_nothing(demo: Path) -> None:
    done = started("--ledger", str(demo), "show", "B-2026-001", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert b"\\u674e\\u7ef4 Li Wei" in done.stdout


def test_arguments_that_are_not_utf8_are_refused_without_a_traceback(demo: Path) -> None:
    for words in ([b"\xff\xfe"], [b"show", b"\xff"], [b"verify", b"\xff", b"--trust", b"\xfe"]):
        done = started("--ledger", str(demo), *words)
        assert done.returncode in (2, 6)
        assert b"Traceback" not in done.stderr
        assert done.stdout == b""


@pytest.mark.parametrize("name", ["/nonexistent/x", "/", "a\x00b", "", "x" * 5000])
def test_a_file_that_cannot_be_read_is_an_input_error(name: str, demo: Path) -> None:
    for words in (
        ["verify", name, "--trust", str(demo / "trust.json")],
        ["verify", str(demo / "SHP-2026-001.custody.json"), "--trust", name],
        ["inspect", name],
        ["record", "vial.moved/v1", "--from", name, "--as", "x"],
    ):
        said = typed(*words, "--json")
        assert said.code in (6, 11), words
        assert said.error["kind"] == "custody.error/v1"


WORDS = [
    "vial",
    "thaw",
    "batch",
    "show",
    "list",
    "record",
    "key",
    "explain",
    "--json",
    "--as",
    "--second",
    "--role",
    "--document",
    "--lang",
    "zh",
    "--",
    "-",
    "--help",
    "--results",
    "a=b",
    "{",
    "，",
    "--position",
    "schema",
    "verify",
    "--trust",
]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(WORDS),
        ),
        max_size=6,
    )
)
def test_whatever_is_typed_the_answer_is_ours(tmp_path: Path, words: list[str]) -> None:
    if any(w.startswith(("init", "demo", "--install", "--show")) for w in words):
        words = ["status"]
    said = typed("--ledger", str(tmp_path / "none"), "--no-input", *words)
    assert said.code in {0, 2, 3, 4, 6, 9, 10, 11}, said
    assert "Traceback" not in said.err


def test_the_front_page_costs_at_most_six_bare_starts() -> None:
    """Measured side by side, best of several, because the machine may be busy."""
    bare = [sys.executable, "-c", "pass"]
    assert best([CUSTODY, "--help"]) <= 6 * best(bare)


def best(command: list[str]) -> float:
    spent = []
    for _ in range(9):
        begun = time.perf_counter()
        subprocess.run(command, capture_output=True, env={**os.environ, **PLAIN}, check=True)
        spent.append(time.perf_counter() - begun)
    return min(spent)


def test_a_passphrase_may_come_from_an_open_file(ledger: Path) -> None:
    move = [CUSTODY, "--ledger", str(ledger), "vial", "move", "WCB-01-003", "--position", "T9"]
    move += ["--as", "Chen Yu"]
    read, write = os.pipe()
    os.write(write, b"demo\n")
    os.close(write)
    done = subprocess.run(
        [*move, "--passphrase-fd", str(read)],
        pass_fds=[read],
        capture_output=True,
        env={**os.environ, **PLAIN},
    )
    os.close(read)
    assert done.returncode == 0, done.stderr


def test_quiet_keeps_the_answer_and_drops_the_advice(ledger: Path) -> None:
    words = ["--ledger", str(ledger), "checkpoint", "--passphrase-command", "echo demo", "--quiet"]
    said = typed(*words)
    assert said.code == 0
    assert len(said.out.splitlines()) == 3
    assert said.err == ""
