"""The memory of a verifier: whole or absent, shared by processes, never quietly wrong."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
from pathlib import Path

import pytest

from custody.adapters.verifier_memory import SqliteVerifierMemory, usual_place
from custody.app.verification.memory import Kept, Seen
from custody.errors import StorageError

LEDGER = "cells.example/1 0123"
SEEN = Seen(LEDGER, "shipment:" + "51" * 16, "SHP-1", "DECL-1", 1_795_000_000)


@pytest.fixture
def memory(tmp_path: Path) -> SqliteVerifierMemory:
    return SqliteVerifierMemory(tmp_path / "state" / "memory.db")


def test_it_remembers_the_largest_checkpoint_across_openings(memory: SqliteVerifierMemory) -> None:
    assert memory.largest(LEDGER) is None
    assert memory.keep(LEDGER, None, Kept(5, b"five"))
    assert memory.keep(LEDGER, Kept(5, b"five"), Kept(9, b"nine"))
    memory.close()
    again = SqliteVerifierMemory(memory.path)
    assert again.largest(LEDGER) == Kept(9, b"nine")
    assert again.largest("another") is None


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    memory: SqliteVerifierMemory,
) -> None:
    other = SqliteVerifierMemory(memory.path)
    assert memory.keep(LEDGER, None, Kept(5, b"five"))
    assert not other.keep(LEDGER, None, Kept(5, b"another five"))
    assert memory.keep(LEDGER, Kept(5, b"five"), Kept(7, b"seven"))
    assert not other.keep(LEDGER, Kept(5, b"five"), Kept(8, b"eight"))
    assert other.largest(LEDGER) == Kept(7, b"seven")


def test_it_never_goes_back(memory: SqliteVerifierMemory) -> None:
    memory.keep(LEDGER, None, Kept(9, b"nine"))
    assert not memory.keep(LEDGER, Kept(9, b"nine"), Kept(8, b"eight"))
    assert not memory.keep(LEDGER, Kept(9, b"nine"), Kept(9, b"another nine"))
    assert memory.largest(LEDGER) == Kept(9, b"nine")


def test_shipments_are_found_by_stream_and_by_declaration(memory: SqliteVerifierMemory) -> None:
    memory.keep_shipment(SEEN)
    memory.keep_shipment(Seen(LEDGER, SEEN.shipment, "SHP-1", "DECL-1", 1_795_999_999))
    assert memory.seen(LEDGER, SEEN.shipment, "") == [SEEN]
    assert memory.seen("another", "shipment:" + "52" * 16, "DECL-1") == [SEEN]
    assert memory.seen("another", SEEN.shipment, "") == []
    assert memory.seen(LEDGER, "shipment:" + "52" * 16, "DECL-2") == []


def test_shipments_without_a_declaration_are_not_the_same_shipment(
    memory: SqliteVerifierMemory,
) -> None:
    memory.keep_shipment(Seen(LEDGER, SEEN.shipment, "SHP-1", "", 1))
    assert memory.seen(LEDGER, "shipment:" + "52" * 16, "") == []


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\0" * 80])
def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "memory.db"
    path.write_bytes(content)
    if not content:  # an empty file is what a database begins as
        assert SqliteVerifierMemory(path).largest(LEDGER) is None
        return
    for lenient in (False, True):
        with pytest.raises(StorageError) as refused:
            SqliteVerifierMemory(path, lenient=lenient)
        assert refused.value.code == "C735"
    assert path.read_bytes() == content


def test_a_database_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE photographs (id INTEGER)")
    db.close()
    with pytest.raises(StorageError) as refused:
        SqliteVerifierMemory(path)
    assert refused.value.code == "C735"


def test_a_memory_of_a_later_version_is_refused(memory: SqliteVerifierMemory) -> None:
    memory.close()
    with sqlite3.connect(memory.path) as db:
        db.execute("PRAGMA user_version = 2")
    db.close()
    with pytest.raises(StorageError) as refused:
        SqliteVerifierMemory(memory.path)
    assert refused.value.code == "C735"


def test_a_place_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError) as refused:
        SqliteVerifierMemory(tmp_path / "file" / "memory.db")
    assert (refused.value.code, refused.value.where[-9:]) == ("C736", "memory.db")


def test_a_disk_that_takes_nothing_more_does_not_stop_a_verification(
    memory: SqliteVerifierMemory,
) -> None:
    memory.close()
    strict, lenient = (
        SqliteVerifierMemory(memory.path, lenient=wanted) for wanted in (False, True)
    )
    for one in (strict, lenient):
        one._db.execute("PRAGMA query_only = 1")
    with pytest.raises(StorageError) as refused:
        strict.keep(LEDGER, None, Kept(5, b"five"))
    assert refused.value.code == "C736"
    assert lenient.keep(LEDGER, None, Kept(5, b"five"))
    lenient.keep_shipment(SEEN)
    assert lenient.trouble is not None and lenient.trouble.code == "C736"
    assert lenient.largest(LEDGER) is None


def test_only_its_owner_may_read_it(memory: SqliteVerifierMemory) -> None:
    assert memory.path.stat().st_mode & 0o777 == 0o600
    assert memory.path.parent.stat().st_mode & 0o077 == 0


def test_it_lies_where_such_files_lie(tmp_path: Path) -> None:
    home = tmp_path / "home"
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    name = Path("custody") / "verifier-memory.db"
    assert usual_place({}, home) == home / ".local" / "state" / name
    assert usual_place(state, home) == tmp_path / "state" / name
    assert usual_place({"XDG_STATE_HOME": "relative"}, home) == home / ".local" / "state" / name


def _grow(path: str, start: int) -> None:
    memory = SqliteVerifierMemory(Path(path))
    for size in range(start, 120, 3):
        for _ in range(1_000):
            before = memory.largest(LEDGER)
            if before is not None and before.size >= size:
                break
            if memory.keep(LEDGER, before, Kept(size, f"{os.getpid()} {size}".encode())):
                break


def test_verifiers_that_race_never_lose_the_largest(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_grow, args=(str(path), n)) for n in (1, 2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
        assert worker.exitcode == 0
    found = SqliteVerifierMemory(path).largest(LEDGER)
    assert found is not None
    assert found.size == 119
