"""A ledger is created whole or not at all, whatever ends the creation."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from cli.stage import CUSTODY, PLAIN, in_room, typed
from custody.adapters.keys import KeyFolder
from custody_cli.exits import Exit

ENV = {**os.environ, **PLAIN}
ARGUMENTS = ("--organisation", "A", "--registrar", "wang.min", "--passphrase-command")


def created(folder: Path) -> bool:
    """Create it as one should, and look into it."""
    said = typed("init", str(folder), *ARGUMENTS, "echo demo")
    return said.code == typed("--ledger", str(folder), "status").code == Exit.DONE


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "x " * 150, "海\n港"])
@pytest.mark.parametrize(("lang", "what"), [("en", "cannot be the name"), ("zh", "机构名称")])
def test_what_cannot_name_an_organisation_is_told_before_anything_is_asked(
    name: str, lang: str, what: str, tmp_path: Path
) -> None:
    ask = ("--passphrase-command", f"touch {tmp_path / 'asked'}; echo demo", "--lang", lang)
    said = typed("init", str(tmp_path / "k"), "--organisation", name, *ask, "--json")
    assert (said.code, said.error["code"]) == (Exit.INPUT, "C177")
    assert what in said.error["what"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "  "])
def test_a_registrar_without_a_name_is_refused(name: str, tmp_path: Path) -> None:
    """Not taken for none: whoever types the option wants somebody who can enrol others."""
    words = ("--organisation", "A", "--registrar", name, "--passphrase-command", "echo demo")
    said = typed("init", str(tmp_path / "k"), *words, "--json")
    assert (said.code, said.error["code"]) == (Exit.SIGNING_KEY, "C611")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["root-1", "ledger", "wang.min"])
def test_a_passphrase_that_is_not_given_leaves_nothing_and_the_next_try_succeeds(
    tmp_path: Path, name: str
) -> None:
    ask = f'case "$CUSTODY_KEY_NAME" in {name}*) exit 1;; esac; echo demo'
    said = typed("init", str(tmp_path / "k"), *ARGUMENTS, ask, "--json")
    assert said.code == Exit.SIGNING_KEY
    assert list(tmp_path.iterdir()) == []
    assert created(tmp_path / "k")


def test_ctrl_c_at_a_passphrase_leaves_nothing(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [CUSTODY, "init", str(tmp_path / "k"), *ARGUMENTS, "sleep 20"],
        env=ENV,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + 20
    while not children.read_text().strip() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == Exit.INTERRUPTED
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("room", [100, 1_000, 20_000, 60_000])
def test_a_full_disk_leaves_nothing_and_the_next_try_succeeds(tmp_path: Path, room: int) -> None:
    done = in_room(room, "init", str(tmp_path / "k"), *ARGUMENTS, "echo demo")
    assert done.returncode in (Exit.STORAGE, Exit.SIGNING_KEY), done.stderr
    assert b"Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert created(tmp_path / "k")


def test_after_kill_9_the_next_try_succeeds(tmp_path: Path) -> None:
    folder = tmp_path / "k"
    process = subprocess.Popen(
        [CUSTODY, "init", str(folder), *ARGUMENTS, "echo demo"], env=ENV, stdout=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 20
    while not list(folder.glob(".new.*/keys/*")) and time.monotonic() < deadline:
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(timeout=20) == -signal.SIGKILL
    assert not (folder / "ledger.db").exists()
    assert created(folder)


def test_the_rest_of_a_start_is_named_with_its_cure(tmp_path: Path) -> None:
    KeyFolder(tmp_path / "keys").create("root-1", "ed25519", b"demo")
    before = sorted(tmp_path.rglob("*"))
    said = typed("init", str(tmp_path), *ARGUMENTS, "echo demo", "--json")
    assert (said.code, said.error["code"]) == (Exit.STORAGE, "C715")
    assert "keys/" in said.error["why"]
    assert "move them out" in said.error["fix"]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_second_ledger_does_not_replace_the_first(tmp_path: Path) -> None:
    assert created(tmp_path)
    content = (tmp_path / "ledger.db").read_bytes()
    said = typed("init", str(tmp_path), *ARGUMENTS, "echo demo", "--json")
    assert (said.code, said.error["code"]) == (Exit.STORAGE, "C709")
    assert (tmp_path / "ledger.db").read_bytes() == content
