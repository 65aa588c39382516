"""Erasure is carried through whatever happens: a kill half-way, an old vault, a broken disk."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.children import Child
from app.erasing import (
    DONATION,
    REQUEST,
    WHY,
    at,
    deciders,
    decisions,
    disclosures,
    erase,
    found_in,
)
from custody.adapters import vault_erasure
from custody.adapters.vault_erasure import VaultErasure
from custody.app.privacy import erasure
from custody.app.privacy.erasure import STEPS
from custody.errors import StorageError
from custody.wiring.ledger import open_ledger


def killed_at(folder: Path, step: str) -> None:
    """Run an erasure in a process of its own that is killed right after `step`."""

    def work() -> None:
        def die(reached: str) -> None:
            if reached == step:
                os.kill(os.getpid(), signal.SIGKILL)

        with open_ledger(folder, clock=at()) as ledger:
            by = deciders(ledger)
            erasure.erase(ledger, ledger.stores(), DONATION, REQUEST, by, reason=WHY, reached=die)

    child = Child(work)
    _, status = os.waitpid(child.pid, 0)
    os.close(child._read)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("step", STEPS)
def test_an_erasure_killed_at_any_step_is_finished_by_whoever_opens_the_ledger_next(
    later: Path, step: str
) -> None:
    with open_ledger(later, clock=at()) as ledger:
        strings = disclosures(ledger)
    killed_at(later, step)
    with open_ledger(later, clock=at(), readonly=True) as ledger:
        decided = decisions(ledger) == ["fulfil"]
        assert decided == (step != "intended")
        # What is decided is destroyed by the mere opening; what is only meant changes nothing.
        assert (disclosures(ledger) == []) == decided
        assert bool(ledger.replayed) == (step == "decided")
    assert bool(found_in_vault(later, strings)) is False
    with open_ledger(later, clock=at()) as ledger:
        finished = erase(ledger)
        assert decisions(ledger) == ["fulfil"]
        assert finished.remains == ()
        assert ledger.audit().ok
    assert found_in(later, strings) == set()


@pytest.mark.parametrize("restored", [False, True])
def test_an_erasure_killed_inside_the_vault_is_finished_by_the_next_opening(
    later: Path, tmp_path: Path, restored: bool
) -> None:
    with open_ledger(later, clock=at()) as ledger:
        stream = ledger.resolve(DONATION, ("donation",))
        secrets = ledger.stores().eraser.secrets(stream)
        if restored:
            shutil.copy(later / "vault.db", tmp_path / "backup.db")
            erase(ledger)
    if restored:
        shutil.copy(tmp_path / "backup.db", later / "vault.db")

    def work() -> None:
        forget_all = vault_erasure._forget_all

        def die(db: sqlite3.Connection, how: str, subjects: Sequence[str]) -> None:
            forget_all(db, how, subjects)
            os.kill(os.getpid(), signal.SIGKILL)

        vault_erasure._forget_all = die
        with open_ledger(later, clock=at()) as ledger:
            erase(ledger)

    child = Child(work)
    _, status = os.waitpid(child.pid, 0)
    os.close(child._read)
    assert os.WIFSIGNALED(status)
    assert vault_holds(later, secrets)  # in the journal that the killed process left behind
    with open_ledger(later, clock=at(), readonly=True) as ledger:
        assert [(r.number, r.interrupted) for r in ledger.replayed] == [(DONATION, True)]
    assert not vault_holds(later, secrets)
    with open_ledger(later, clock=at(), readonly=True) as ledger:
        assert ledger.replayed == ()


def vault_holds(folder: Path, secrets: tuple[bytes, ...]) -> bool:
    content = b"".join(path.read_bytes() for path in folder.glob("vault.db*"))
    return any(secret in content for secret in secrets)


def found_in_vault(folder: Path, strings: list[str]) -> set[tuple[str, str]]:
    """Return what the files of the vault hold in the clear: nothing, at any step."""
    return {hit for hit in found_in(folder, strings) if hit[0].startswith("vault")}


# ------------------------------------------------------------------ old copies come back


def test_a_vault_restored_from_a_backup_forgets_again_when_the_ledger_is_opened(
    later: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(later / "vault.db", backup)
    with open_ledger(later, clock=at()) as ledger:
        strings = disclosures(ledger)
        event = erase(ledger).event
    shutil.copy(backup, later / "vault.db")
    with open_ledger(later, clock=at(), readonly=True) as ledger:
        assert [(r.number, r.event) for r in ledger.replayed] == [(DONATION, event)]
        assert disclosures(ledger) == []
        assert ledger.queries.show("DON-2026-002")["private"] == {"donor_code": "INVENTED-DONOR-B"}
        assert ledger.audit().ok
    assert found_in(later, strings) == set()
    with open_ledger(later, clock=at(), readonly=True) as ledger:
        assert ledger.replayed == ()


def test_what_a_vault_still_holds_is_never_shown_and_the_audit_tells(
    later: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(later / "vault.db", backup)
    with open_ledger(later, clock=at()) as ledger:
        event = erase(ledger).event
    shutil.copy(backup, later / "vault.db")
    # As on a disk that cannot be written: what the record erased cannot be destroyed there.
    monkeypatch.setattr("custody.wiring.ledger.carried_out", lambda *_: ())
    with open_ledger(later, clock=at(), readonly=True) as ledger:
        assert ledger.queries.show(DONATION)["private"] == {}
        report = ledger.audit()
    assert [(f.step, f.code) for f in report.findings] == [("A8", "E36")]
    assert f"event {event}" in report.findings[0].detail


def test_the_decision_stands_and_nothing_is_shown_when_the_vault_cannot_be_written(
    later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StorageError("C705", where="vault.db")

    with open_ledger(later, clock=at()) as ledger:
        with monkeypatch.context() as broken:
            broken.setattr(VaultErasure, "destroy", refuse)
            with pytest.raises(StorageError) as failed:
                erase(ledger)
        assert failed.value.code == "C741"
        assert ledger.queries.show(DONATION)["private"] == {}
        assert decisions(ledger) == ["fulfil"]
    with open_ledger(later, clock=at()) as ledger:
        assert [r.number for r in ledger.replayed] == [DONATION]
        assert disclosures(ledger) == []
