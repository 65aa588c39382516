"""Full disks, shortened files, read-only folders, lost vaults: what is said is true each time."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.children import NOBODY, as_other_user, open_place
from cli.stage import CUSTODY, PLAIN, Said, in_room, typed
from custody_cli.exits import Exit

KEY = ("--passphrase-command", "echo demo")
MOVE = ("vial", "move", "WCB-01-003", "--position", "T9", "--as", "Chen Yu", *KEY)
READS = (("status",), ("show", "B-2026-001"), ("list", "vial"), ("log", "--limit", "3"), ("audit",))


@pytest.mark.parametrize("room", [0, 9_000, 60_000, 200_000])
def test_a_disk_without_room_can_be_read_and_audited(ledger: Path, room: int) -> None:
    for path in ledger.glob("read-models.db*"):
        path.unlink()
    for words in (("status",), ("audit",)):
        said = in_room(room, "--ledger", str(ledger), *words)
        assert said.returncode == Exit.DONE, said.stderr
        assert said.stderr == b""


def cut(database: Path) -> None:
    os.truncate(database, database.stat().st_size - 3000)


def drop_the_last_rows(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        guards = db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for (name,) in guards:
            db.execute(f"DROP TRIGGER {name}")
        db.execute(
            "DELETE FROM stored_events WHERE rowid > (SELECT max(rowid) - 10 FROM stored_events)"
        )


@pytest.mark.parametrize(
    ("shorten", "code", "ends"),
    [(cut, "C704", Exit.STORAGE), (drop_the_last_rows, "C492", Exit.NOT_GENUINE)],
)
def test_a_shortened_ledger_is_refused_by_every_command_and_never_looks_healthy(
    ledger: Path, shorten: object, code: str, ends: int
) -> None:
    assert callable(shorten)
    shorten(ledger / "ledger.db")
    for words in (*READS[:-1], MOVE):
        said = typed("--ledger", str(ledger), *words, "--json")
        assert (said.code, said.error["code"], said.out) == (ends, code, "")
    audited = typed("--ledger", str(ledger), "audit")
    assert audited.code == Exit.NOT_GENUINE
    assert "does not hold  file" in audited.out


@pytest.fixture
def sealed_off(demo: Path) -> Iterator[Path]:
    """A copy of the ledger in a folder where its reader may write nothing."""
    with open_place() as top:
        folder = top / "ledger"
        shutil.copytree(demo, folder, ignore=shutil.ignore_patterns("read-models.db*"))
        if os.getuid() == 0:
            keys = folder / "keys"
            for path in (folder / "vault.db", folder / "vault.key", keys, *keys.iterdir()):
                os.chown(path, NOBODY, NOBODY)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_can_be_read_in_every_way(
    demo: Path, sealed_off: Path
) -> None:
    for words in READS:  # the same commands where writing is allowed, for comparison
        assert typed("--ledger", str(demo), *words).code == Exit.DONE
    assert typed("--ledger", str(demo), *MOVE, "--dry-run").code == Exit.DONE

    def visit() -> list[Said]:
        return [typed("--ledger", str(sealed_off), *words) for words in (*READS, MOVE)]

    *read, moved = as_other_user(visit)
    for words, said in zip(READS, read, strict=True):
        assert (said.code, said.err) == (Exit.DONE, ""), words
        assert said.out == typed("--ledger", str(demo), *words).out
    assert moved.code == Exit.STORAGE
    assert "error C706" in moved.err


def lose(folder: Path) -> None:
    (folder / "vault.db").unlink()


def swap(folder: Path) -> None:
    (folder / "vault.db").write_bytes(b"notes of somebody else" * 1000)


def scratch(folder: Path) -> None:
    path = folder / "vault.db"
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    path.write_bytes(content)


@pytest.mark.parametrize(("spoil", "code"), [(lose, "C720"), (swap, "C720"), (scratch, "C725")])
def test_without_its_vault_a_ledger_is_read_audited_and_continued_but_not_exported(
    ledger: Path, spoil: object, code: str
) -> None:
    assert callable(spoil)
    spoil(ledger)
    shown = typed("--ledger", str(ledger), "show", "B-2026-001")
    assert shown.code == Exit.DONE
    assert shown.err.count("\n") == 1
    assert f"{code}  names and private values are not shown" in shown.err
    assert typed("--ledger", str(ledger), "audit").code == Exit.DONE
    assert typed("--ledger", str(ledger), *MOVE).code == Exit.DONE
    words = ["person", "register", "P-900", "--printed-name", "Hu", "--as", "Wang Min:system_admin"]
    named = typed("--ledger", str(ledger), *words, *KEY, "--json")
    assert (named.code, named.error["code"]) == (Exit.STORAGE, code)
    assert "vault" in named.error["what"]
    words = ["export", "SHP-2026-001", "--bundle-only", *KEY, "--json"]
    exported = typed("--ledger", str(ledger), *words)
    assert (exported.code, exported.error["code"]) == (Exit.STORAGE, "C726")


def test_a_ledger_without_its_own_keys_sends_for_the_key_holder(ledger: Path) -> None:
    shutil.rmtree(ledger / "keys")
    said = typed("--ledger", str(ledger), "checkpoint", *KEY, "--json")
    assert (said.code, said.error["code"]) == (Exit.SIGNING_KEY, "C613")


def test_a_broken_trust_file_is_named_by_its_path(ledger: Path) -> None:
    (ledger / "trust.json").write_text("{")
    said = typed("--ledger", str(ledger), "status", "--json")
    assert said.error["where"] == str(ledger / "trust.json")


def test_an_answer_that_cannot_be_written_still_says_what_was_recorded(ledger: Path) -> None:
    before = typed("--ledger", str(ledger), "status", "--json").object["events"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [CUSTODY, "--ledger", str(ledger), *MOVE],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, **PLAIN},
        )
    assert done.returncode == Exit.STORAGE
    assert done.stderr.startswith(b"error C716  the step is done (recorded as event ")
    assert typed("--ledger", str(ledger), "status", "--json").object["events"] == before + 1


def test_a_demo_that_was_used_further_is_not_deleted_by_the_next_one(ledger: Path) -> None:
    assert typed("--ledger", str(ledger), *MOVE).code == Exit.DONE
    said = typed("demo", str(ledger), "--json")
    assert (said.code, said.error["code"]) == (Exit.INPUT, "C168")
    assert '"T9"' in typed("--ledger", str(ledger), "show", "WCB-01-003", "--json").out
