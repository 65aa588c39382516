"""Read models are thrown away when nobody can read them, never when somebody else is using them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.entries import ORIGIN
from custody.adapters import readmodels
from custody.adapters.readmodels import SqliteReadModels
from custody.adapters.store import LedgerStore
from custody.errors import StorageError


@pytest.fixture
def models(tmp_path: Path) -> Iterator[SqliteReadModels]:
    with LedgerStore.create(tmp_path / "ledger.db", ORIGIN) as store:
        made = SqliteReadModels(tmp_path / "read-models.db", store, lambda _: None)
        yield made
        made.close()


def test_a_file_that_another_process_has_locked_is_left_alone(
    models: SqliteReadModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    models.items()
    models.close()
    monkeypatch.setattr(readmodels, "WAIT", 0.1)
    before = models.path.stat().st_ino
    with closing(sqlite3.connect(models.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError) as caught:
            models.items()
        assert caught.value.code == "C703"
        assert models.path.stat().st_ino == before
        other.execute("ROLLBACK")
    assert models.items() == []


@pytest.mark.parametrize("content", [b"notes" * 3000, b"SQLite format 3\x00" + b"\x01" * 9000])
def test_a_file_that_nobody_can_read_is_made_anew(models: SqliteReadModels, content: bytes) -> None:
    models.path.write_bytes(content)
    assert models.items() == []
    assert models.path.read_bytes()[:6] == b"SQLite"
    assert models.rebuild_differs() == []


def test_tables_of_another_shape_are_made_anew(models: SqliteReadModels) -> None:
    with closing(sqlite3.connect(models.path)) as other:
        other.execute("CREATE TABLE position (something)")
        other.execute("CREATE TABLE items (something)")
    assert models.items() == []
    assert models.rebuild_differs() == []


def test_a_place_that_cannot_be_written_is_replaced_by_memory(tmp_path: Path) -> None:
    with LedgerStore.create(tmp_path / "ledger.db", ORIGIN) as store:
        models = SqliteReadModels(tmp_path / "no such folder" / "rows.db", store, lambda _: None)
        assert models.items() == []
        models.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ledger.db"]
