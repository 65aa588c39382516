"""Files that are no ledger, folders without permission, full disks: one clear error each."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.children import as_other_user, in_child
from adapters.entries import ORIGIN, chain, following, signed, stream_named
from custody.adapters.store import LedgerStore
from custody.errors import EvidenceError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VIAL = stream_named("v")


def code_of(work: Callable[[], object]) -> str:
    """Return the code of the storage error that `work` raises."""
    with pytest.raises(StorageError) as caught:
        work()
    return caught.value.code


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with LedgerStore.create(path, ORIGIN) as store:
        store.append(chain(VIAL, 40))
        store.seal(1_795_000_000)
    return path


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder other users can reach; those of the test runner are private."""
    folder = Path(tempfile.mkdtemp(prefix="custody-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_opening_never_creates_a_ledger(tmp_path: Path) -> None:
    assert code_of(lambda: LedgerStore.open(tmp_path / "ledger.db")) == "C701"
    assert code_of(lambda: LedgerStore.open(tmp_path / "ledger.db", readonly=True)) == "C701"
    assert list(tmp_path.iterdir()) == []


def test_creating_never_replaces_a_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"notes")
    assert code_of(lambda: LedgerStore.create(path, ORIGIN)) == "C709"
    assert path.read_bytes() == b"notes"
    assert list(tmp_path.iterdir()) == [path]


def test_a_ledger_is_not_created_in_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    assert code_of(lambda: LedgerStore.create(tmp_path / "no" / "ledger.db", ORIGIN)) == "C713"


def test_a_ledger_is_not_created_under_a_malformed_name(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError):
        LedgerStore.create(tmp_path / "ledger.db", "two words\n")
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_can_live_under_a_name_with_spaces_and_signs(tmp_path: Path) -> None:
    path = tmp_path / "台账 50%? #1.db"
    LedgerStore.create(path, ORIGIN).close()
    with LedgerStore.open(path) as store:
        assert store.append([signed(VIAL)]) == [0]


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00" * 9000, os.urandom(20_000)])
def test_a_file_of_another_kind_is_not_a_ledger(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(content)
    assert code_of(lambda: LedgerStore.open(path)) == "C702"
    assert code_of(lambda: LedgerStore.open(path, readonly=True)) == "C702"
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_not_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE ledger (origin TEXT)")
    other.close()
    assert code_of(lambda: LedgerStore.open(path)) == "C702"


def test_a_folder_is_not_a_ledger(tmp_path: Path) -> None:
    assert code_of(lambda: LedgerStore.open(tmp_path)) == "C702"


def test_a_ledger_of_a_later_version_is_left_alone(ledger: Path) -> None:
    other = sqlite3.connect(ledger)
    other.execute("PRAGMA user_version=2")
    other.close()
    assert code_of(lambda: LedgerStore.open(ledger)) == "C712"


def test_a_ledger_without_its_tables_is_damaged(ledger: Path) -> None:
    other = sqlite3.connect(ledger)
    other.execute("DROP TABLE ledger")
    other.close()
    assert code_of(lambda: LedgerStore.open(ledger)) == "C704"


@pytest.mark.parametrize("keep", [150, 4096, 9000, 40_000])
def test_a_truncated_ledger_is_damaged_and_never_a_short_ledger(ledger: Path, keep: int) -> None:
    content = ledger.read_bytes()
    assert keep < len(content)
    ledger.write_bytes(content[:keep])

    def use() -> None:
        with LedgerStore.open(ledger) as store:
            findings = store.check()
            assert findings
            list(store.scan())
            store.append([following(store, VIAL)])

    assert code_of(use) in {"C702", "C704"}


def test_noise_inside_the_file_never_escapes_as_a_foreign_error(ledger: Path) -> None:
    content = ledger.read_bytes()
    for offset in range(100, len(content), 1501):
        damaged = bytearray(content)
        damaged[offset : offset + 300] = bytes(byte ^ 0x5A for byte in damaged[offset:][:300])
        ledger.write_bytes(damaged)
        try:
            with LedgerStore.open(ledger) as store:
                store.check()
                store.append([signed(stream_named(str(offset)))])
                store.stream(VIAL)
                list(store.scan())
                store.seal(1_795_000_000)
                store.map_proof(VIAL)
                store.root(store.size())
        except (StorageError, EvidenceError):
            pass
        for leftover in ("-wal", "-shm"):
            ledger.with_name(ledger.name + leftover).unlink(missing_ok=True)


def test_a_folder_without_write_permission_can_be_read_but_not_written(open_folder: Path) -> None:
    path = open_folder / "ledger.db"
    with LedgerStore.create(path, ORIGIN) as store:
        store.append([signed(VIAL)])
    path.chmod(0o444)
    open_folder.chmod(0o555)

    def visit() -> tuple[int, str, str]:
        with LedgerStore.open(path, readonly=True) as store:
            size = store.size()
        write = code_of(lambda: LedgerStore.open(path).append([signed(VIAL, body={"a": 1})]))
        return size, write, code_of(lambda: LedgerStore.create(open_folder / "b.db", ORIGIN))

    assert as_other_user(visit) == (1, "C706", "C706")


def test_a_ledger_that_may_not_be_read_says_so(open_folder: Path) -> None:
    path = open_folder / "ledger.db"
    LedgerStore.create(path, ORIGIN).close()
    path.chmod(0o000)
    assert as_other_user(lambda: code_of(lambda: LedgerStore.open(path, readonly=True))) == "C706"


def fill(path: Path) -> tuple[str, int]:
    """Append until the store refuses; return the error's code and how many were acknowledged."""
    with LedgerStore.open(path) as store:
        for acknowledged in range(5000):
            try:
                store.append([signed(stream_named(f"fill {acknowledged}"), body={"b": "x" * 900})])
            except StorageError as error:
                return error.code, acknowledged
    return "never", 0


def test_a_write_the_system_cuts_short_is_refused_and_the_ledger_goes_on_after(
    ledger: Path,
) -> None:
    with LedgerStore.open(ledger) as store:
        before = store.size()

    def limited() -> tuple[str, int]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
        return fill(ledger)

    code, acknowledged = in_child(limited)
    assert code in {"C705", "C707"}
    assert acknowledged > 0
    with LedgerStore.open(ledger) as store:
        assert store.size() == before + acknowledged
        assert store.check() == []
        assert store.append([following(store, VIAL)]) == [before + acknowledged]


def test_a_full_disk_is_refused_and_the_ledger_goes_on_after(ledger: Path) -> None:
    with LedgerStore.open(ledger) as store:
        before = store.size()
        with store._writer().immediate() as cursor:
            # SQLite's own limit ends in the very code path of a full disk, on any machine.
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count={cursor.fetchone()[0] + 3}")
        with pytest.raises(StorageError) as caught:
            for number in range(100):
                store.append([signed(stream_named(f"{number}"), body={"b": "x" * 900})])
        assert caught.value.code == "C705"
    with LedgerStore.open(ledger) as store:
        assert store.size() > before
        assert store.check() == []
        store.append([following(store, VIAL)])
