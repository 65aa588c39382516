"""Rows cannot be changed by the way; when somebody forces it, reading or checking finds it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from adapters.entries import ORIGIN, chain, signed, stream_named
from custody.adapters.store import LedgerStore
from custody.errors import EvidenceError
from custody.evidence.merkle import leaf_hash
from custody.evidence.seal import Seal

if TYPE_CHECKING:
    from pathlib import Path

AGAIN = (
    "INTO stored_events SELECT {rowid}, originator_id, originator_version, topic, leaf, x'00' "
    "FROM stored_events WHERE rowid = 3"
)
VIAL, BATCH = stream_named("v"), stream_named("b", "batch")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with LedgerStore.create(path, ORIGIN) as store:
        store.append(chain(VIAL, 6))
        store.append([signed(BATCH)])
        store.seal(1_795_000_000)
        store.append(chain(stream_named("w"), 4))
        store.save_checkpoint(b"note", 12)
    return path


def forced(path: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
    """Do to the file what a person with full access to it can do, and hide the traces."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        kept = triggers.fetchall()
        for name, _ in kept:
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement, values)
        for _, sql in kept:
            database.execute(sql)


def exchange(path: Path, index: int, wire: bytes) -> None:
    """Put other bytes at `index`, with the leaf hash that fits them."""
    statement = "UPDATE stored_events SET state = ?, leaf = ? WHERE rowid = ?"
    forced(path, statement, values=(wire, leaf_hash(wire), index + 1))


def found(path: Path) -> list[str]:
    with LedgerStore.open(path, readonly=True, whole=False) as store:
        return [f"{finding.where}: {finding.detail}" for finding in store.check()]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET state = x'00'",
        "UPDATE stored_events SET topic = 'vial.kept/v1' WHERE rowid = 1",
        "DELETE FROM stored_events WHERE rowid = 10",
        "DELETE FROM stored_events",
        f"INSERT OR REPLACE {AGAIN.format(rowid=3)}",
        f"REPLACE {AGAIN.format(rowid=13)}",
        "INSERT OR IGNORE INTO stored_events VALUES (3, 'a', 1, 't', x'00', x'00')",
        "INSERT INTO stored_events VALUES (99, 'a', 1, 't', x'00', x'00')",
        "INSERT INTO stored_events VALUES (0, 'a', 1, 't', x'00', x'00')",
        "INSERT INTO stored_events VALUES (13, 'a', 2, 't', x'00', x'00')",
        f"INSERT {AGAIN.format(rowid=3)} ON CONFLICT DO UPDATE SET state = x'00'",
        "UPDATE nodes SET hash = x'00' WHERE id = 0",
        "DELETE FROM nodes WHERE id = 0",
        "INSERT OR REPLACE INTO nodes VALUES (0, x'00')",
        "INSERT INTO nodes VALUES (99, x'00')",
        "UPDATE checkpoints SET note = x'00'",
        "DELETE FROM checkpoints",
        "INSERT OR REPLACE INTO checkpoints VALUES (1, 12, x'00')",
        "UPDATE ledger SET origin = 'elsewhere'",
        "DELETE FROM ledger",
        "INSERT OR REPLACE INTO ledger VALUES (1, 'elsewhere')",
    ],
)
def test_no_statement_changes_or_removes_what_was_recorded(ledger: Path, statement: str) -> None:
    with closing(sqlite3.connect(ledger, isolation_level=None)) as database:
        before = list(database.iterdump())
        with pytest.raises(sqlite3.IntegrityError):
            database.execute(statement)
        assert list(database.iterdump()) == before
    assert found(ledger) == []


def test_an_edited_event_is_found_on_reading(ledger: Path) -> None:
    forced(
        ledger,
        "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), 'e', 'E') AS BLOB) "
        "WHERE rowid = 3",
    )
    with LedgerStore.open(ledger) as store:
        for read in (lambda: list(store.scan()), lambda: store.stream(VIAL)):
            with pytest.raises(EvidenceError) as caught:
                read()
            assert (caught.value.code, caught.value.params["index"]) == ("C490", 2)
    assert any(line.startswith("entry 2: its bytes") for line in found(ledger))


def test_an_event_exchanged_together_with_its_leaf_hash_is_found_by_the_tree(ledger: Path) -> None:
    exchange(ledger, 0, signed(VIAL, body={"step": "another"}).wire)
    lines = found(ledger)
    assert any(line.startswith("node 0: a tree node differs") for line in lines)


@pytest.mark.parametrize(
    ("statement", "sign"),
    [
        ("DELETE FROM stored_events WHERE rowid = 3", "missing"),
        ("DELETE FROM stored_events WHERE rowid = 12", "tree nodes for entries that do not exist"),
        ("DELETE FROM stored_events WHERE rowid = 12", "checkpoints: one covers 12 entries"),
        ("UPDATE stored_events SET originator_id = 'vial:x' WHERE rowid = 7", "columns"),
        ("UPDATE stored_events SET topic = 'vial.kept/v1' WHERE rowid = 7", "columns"),
        ("UPDATE stored_events SET originator_version = 7 WHERE rowid = 6", "missing"),
        ("UPDATE stored_events SET originator_version = 9 WHERE rowid = 7", "columns"),
        ("UPDATE nodes SET hash = zeroblob(32) WHERE id = 2", "node 2"),
        ("DELETE FROM nodes WHERE id = 3", "node 3"),
        ("INSERT INTO nodes VALUES (99, zeroblob(32))", "do not exist"),
        ("UPDATE map_nodes SET second = zeroblob(32) WHERE path <> ''", "map node"),
        ("UPDATE map_nodes SET first = zeroblob(32) WHERE path = ''", "map"),
        ("INSERT INTO map_nodes VALUES ('111111', 2, zeroblob(32), zeroblob(32))", "map nodes"),
        ("DELETE FROM map_nodes", "map"),
        ("CREATE TABLE extra (a)", "not part of a ledger"),
        ("CREATE TRIGGER sly AFTER INSERT ON nodes BEGIN DELETE FROM map_nodes; END", "sly"),
        ("DROP TABLE checkpoints", "missing or altered: CREATE TABLE checkpoints"),
        ("DROP INDEX stored_events_by_stream", "missing or altered: CREATE UNIQUE INDEX"),
    ],
)
def test_every_kind_of_forced_change_is_named_by_the_check(
    ledger: Path, statement: str, sign: str
) -> None:
    with closing(sqlite3.connect(ledger, isolation_level=None)) as database:
        guards = database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        for (name,) in guards.fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement)
    lines = found(ledger)
    assert any(sign in line and "CREATE TRIGGER stored" not in line for line in lines), lines


def test_guards_that_were_taken_away_are_named_by_the_check(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger, isolation_level=None)) as database:
        database.execute("DROP TRIGGER stored_events_no_update")
    assert found(ledger) == [
        "schema: missing or altered: CREATE TRIGGER stored_events_no_update BEFORE"
    ]


def test_a_seal_with_a_false_map_root_is_found(ledger: Path) -> None:
    with LedgerStore.open(ledger) as store:
        seal = store.last_seal()
    assert seal is not None
    false = Seal(seal.origin, seal.index, seal.time, bytes(32), 2, None)
    exchange(ledger, seal.index, false.to_bytes())
    assert "map: the last seal does not have the map root of its events" in found(ledger)


def test_a_missing_event_is_found_on_reading(ledger: Path) -> None:
    forced(ledger, "DELETE FROM stored_events WHERE rowid = 3")
    with LedgerStore.open(ledger) as store:
        with pytest.raises(EvidenceError) as caught:
            list(store.scan())
        assert (caught.value.code, caught.value.params["index"]) == ("C492", 2)
        with pytest.raises(EvidenceError) as caught:
            store.stream(VIAL)
        assert (caught.value.code, caught.value.params["seq"]) == ("C493", 2)


def test_a_proof_over_missing_nodes_is_refused(ledger: Path) -> None:
    forced(ledger, "DELETE FROM nodes WHERE id = 0", "DELETE FROM map_nodes WHERE path <> ''")
    with LedgerStore.open(ledger) as store:
        with pytest.raises(EvidenceError) as caught:
            store.inclusion(2, 4)
        assert caught.value.code == "C492"
        with pytest.raises(EvidenceError) as caught:
            store.map_proof(VIAL)
        assert caught.value.code == "C494"
