"""What the vault destroys is gone from every byte of its files, and nothing else is."""

from __future__ import annotations

import os
import secrets
import signal
import sqlite3
from contextlib import closing
from dataclasses import astuple
from pathlib import Path

import pytest

from adapters.children import Child
from custody.adapters import vault_erasure
from custody.adapters.vault import Vault
from custody.adapters.vault_erasure import Given, VaultErasure
from custody.errors import StorageError
from custody.evidence.disclosure import commit

LEAF, OTHER = bytes([1]) * 32, bytes([2]) * 32
WANG, LI = "donation:" + "1" * 32, "donation:" + "2" * 32


def filled(folder: Path, values: int = 40) -> dict[str, str]:
    """Make a vault with many values of two invented persons; return Li's, which must stay."""
    kept = {}
    with Vault.create(folder) as vault:
        rows = []
        for number in range(values):
            for subject, leaf in ((WANG, LEAF), (LI, OTHER)):
                disclosure, digest = commit(
                    "donor_code", f"INVENTED-{number}-{subject}", secrets.token_bytes(32)
                )
                rows.append((leaf, digest, subject, disclosure))
                if subject == LI:
                    kept[digest] = disclosure
        vault.put_all(rows)
    return kept


def hidden(folder: Path, subject: str) -> tuple[bytes, ...]:
    with Vault.open(folder) as vault:
        return VaultErasure(vault).secrets(subject)


def still_there(folder: Path, wanted: tuple[bytes, ...]) -> int:
    files = [path.read_bytes() for path in folder.iterdir()]
    return sum(any(secret in content for content in files) for secret in wanted)


def destroy(folder: Path) -> None:
    with Vault.open(folder) as vault:
        VaultErasure(vault).destroy([WANG])


def test_no_byte_of_key_or_ciphertext_remains_and_nobody_else_is_touched(tmp_path: Path) -> None:
    kept = filled(tmp_path)
    before = hidden(tmp_path, WANG)
    assert len(before) == 41
    assert still_there(tmp_path, before) == 41
    destroy(tmp_path)
    assert still_there(tmp_path, before) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault.db", "vault.key"]
    with Vault.open(tmp_path) as vault:
        assert vault.of_subject(WANG) == {}
        assert vault.of_subject(LI) == kept
        assert not VaultErasure(vault).holds(WANG)
        assert VaultErasure(vault).holds(LI)


def test_nothing_is_ever_kept_again_for_a_person_who_was_erased(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    stranger = "subject:" + "3" * 32
    disclosure, digest = commit("subject_code", "INVENTED", secrets.token_bytes(32))
    with Vault.open(tmp_path) as vault:
        VaultErasure(vault).destroy([WANG, stranger])
        VaultErasure(vault).destroy([WANG, stranger])
        for subject in (WANG, stranger):
            with pytest.raises(StorageError) as refused:
                vault.put(LEAF, digest, subject, disclosure)
            assert refused.value.code == "C724"


def test_freed_pages_and_a_vault_in_another_journal_mode_hold_nothing_either(
    tmp_path: Path,
) -> None:
    filled(tmp_path)
    before = hidden(tmp_path, WANG)
    with closing(sqlite3.connect(tmp_path / "vault.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA secure_delete=OFF")
        # Copies of the rows in pages that are freed again, as a program without care leaves them.
        database.execute("CREATE TABLE copy AS SELECT * FROM disclosures")
        database.execute("DROP TABLE copy")
    destroy(tmp_path)
    assert still_there(tmp_path, before) == 0


def killed_at(folder: Path, place: str) -> None:
    """Run the destruction in a process that is killed where `place` is reached."""

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        setattr(vault_erasure, place, die)
        destroy(folder)

    child = Child(work)
    _, status = os.waitpid(child.pid, 0)
    os.close(child._read)
    assert os.WIFSIGNALED(status)


def test_killed_in_the_middle_of_the_transaction_everything_is_as_before(tmp_path: Path) -> None:
    kept = filled(tmp_path)
    before = hidden(tmp_path, WANG)
    killed_at(tmp_path, "_forget")
    with Vault.open(tmp_path) as vault:
        assert len(vault.of_subject(WANG)) == 40
        assert vault.of_subject(LI) == kept
    destroy(tmp_path)
    assert still_there(tmp_path, before) == 0


def test_killed_before_the_journal_was_overwritten_the_next_run_overwrites_it(
    tmp_path: Path,
) -> None:
    kept = filled(tmp_path)
    before = hidden(tmp_path, WANG)
    killed_at(tmp_path, "_overwrite")
    assert still_there(tmp_path, before) > 0  # in the journal: this is why it is overwritten
    with Vault.open(tmp_path) as vault:
        assert vault.of_subject(WANG) == {}
    destroy(tmp_path)
    assert still_there(tmp_path, before) == 0
    with Vault.open(tmp_path) as vault:
        assert vault.of_subject(LI) == kept


def test_a_vault_that_is_a_link_to_another_disk_is_overwritten_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, folder = tmp_path / "disk", tmp_path / "ledger"
    disk.mkdir()
    folder.mkdir()
    kept = filled(disk)
    (folder / "vault.key").write_bytes((disk / "vault.key").read_bytes())
    (folder / "vault.key").chmod(0o600)
    (folder / "vault.db").symlink_to(disk / "vault.db")
    overwritten: list[Path] = []
    monkeypatch.setattr(vault_erasure, "_overwrite", overwritten.append)
    destroy(folder)
    assert overwritten == [disk / "vault.db-journal"]
    with Vault.open(folder) as vault:
        assert vault.of_subject(LI) == kept


def test_another_process_that_writes_meanwhile_waits_and_loses_nothing(tmp_path: Path) -> None:
    filled(tmp_path)
    disclosure, digest = commit("donor_code", "INVENTED-LATE", secrets.token_bytes(32))

    def write() -> None:
        with Vault.open(tmp_path) as vault:
            vault.put(OTHER, digest, LI, disclosure)

    child = Child(write)
    destroy(tmp_path)
    child.result()
    with Vault.open(tmp_path) as vault:
        assert vault.get(digest) == disclosure


def test_how_far_an_erasure_came_and_who_was_given_a_value_are_remembered(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    given = Given("d" * 43, "0" * 64, "SHP-1", "customs")
    with Vault.open(tmp_path) as vault:
        erasing = VaultErasure(vault)
        assert (erasing.stages(), erasing.applied(), erasing.given(["d" * 43])) == ({}, 0, ())
        erasing.intend(WANG, "DSR-1")
        assert erasing.stages() == {WANG: "intended"}
        erasing.carried_out(WANG, "done")
        erasing.intend(WANG, "DSR-2")  # values came back with an old copy: it begins anew
        assert erasing.stages() == {WANG: "intended"}
        erasing.carried_out(WANG, "done")
        assert erasing.stages() == {WANG: "done"}
        erasing.applied_below(512)
        erasing.note_given([astuple(given)] * 2)
        erasing.destroy([WANG])
    with Vault.open(tmp_path) as vault:
        erasing = VaultErasure(vault)
        assert (erasing.applied(), erasing.given(["d" * 43])) == (512, (given,))
        assert erasing.given(["e" * 43]) == ()
