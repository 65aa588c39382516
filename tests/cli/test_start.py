"""The very first and the very last moment of a call: Ctrl-C, closed channels, old locales."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.stage import CUSTODY, PLAIN
from custody_cli.exits import Exit

ENV = {**os.environ, **PLAIN}


@pytest.mark.parametrize(
    "module",
    ["custody_cli.main", "custody_cli.console", "custody.errors", "typer", "custody_cli.root"],
)
def test_ctrl_c_while_the_program_loads_ends_with_130_and_without_a_traceback(
    module: str, demo: Path
) -> None:
    script = f"""
import os, signal, sys
class Interrupt:
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
from custody_cli.entry import start
sys.exit(start())
"""
    done = subprocess.run(
        [sys.executable, "-c", script, "--ledger", str(demo), "show", "B-2026-001"],
        capture_output=True,
        env=ENV,
    )
    assert done.returncode == Exit.INTERRUPTED
    assert done.stderr == b"stopped; nothing half-written remains\n"


def test_closed_channels_change_neither_the_verdict_nor_the_ledger(
    demo: Path, ledger: Path
) -> None:
    bundle, trust = demo / "SHP-2026-001.custody.json", demo / "trust.json"
    forged = next((demo / "forged").iterdir())
    for path, code in ((bundle, Exit.DONE), (forged, Exit.NOT_GENUINE)):
        line = f"'{CUSTODY}' verify '{path}' --trust '{trust}' >&-"
        done = subprocess.run(["bash", "-c", line], capture_output=True, env=ENV)
        assert (done.returncode, done.stderr) == (code, b"")
    move = "vial move WCB-01-003 --position T9 --as 'Chen Yu' --passphrase-command 'echo demo'"
    line = f"'{CUSTODY}' --ledger '{ledger}' {move} >&- 2>&- <&-"
    assert subprocess.run(["bash", "-c", line], env=ENV).returncode == Exit.DONE
    audited = subprocess.run(
        [CUSTODY, "--ledger", str(ledger), "audit"], stdout=subprocess.DEVNULL, env=ENV
    )
    assert audited.returncode == Exit.DONE


def test_a_folder_with_a_chinese_name_works_in_a_locale_that_cannot_spell_it(
    demo: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "研究所 一"
    shutil.copytree(demo, folder)
    old = {**ENV, "LC_ALL": "C", "PYTHONUTF8": "0"}
    move = ["vial", "move", "WCB-01-003", "--position", "T9", "--as", "Chen Yu"]
    for words in (["status"], ["audit"], [*move, "--passphrase-command", "echo demo"]):
        done = subprocess.run(
            [CUSTODY, "--ledger", str(folder), *words], env=old, stdout=subprocess.DEVNULL
        )
        assert done.returncode == Exit.DONE, words
