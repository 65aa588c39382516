"""The audit finds what was changed, cut or added in the ledger's file, and says where."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.acts import do, lawless
from custody.app.oversight.audit import AuditReport
from custody.demo.play import Clock, DemoResult, passphrase
from custody.errors import CustodyError
from custody.wiring.ledger import OpenLedger, open_ledger


def audited(folder: Path, clock: Clock) -> AuditReport:
    with open_ledger(folder, clock=clock, readonly=True, whole=False) as ledger:
        return ledger.audit()


def found(report: AuditReport) -> set[tuple[str, str]]:
    return {(f.step, f.code) for f in report.findings}


def spoil(folder: Path, *statements: str) -> None:
    """Change the file as somebody with write access could: triggers dropped first."""
    with sqlite3.connect(folder / "ledger.db") as db:
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)
    db.close()


def test_an_untouched_ledger_has_no_findings(
    played: DemoResult, folder: Path, clock: Clock
) -> None:
    report = audited(folder, clock)
    assert report.ok, report.findings
    assert (report.events, report.seals, report.checkpoints) == (played.events, 1, 1)


def test_one_changed_byte_in_one_event_is_found(folder: Path, clock: Clock) -> None:
    spoil(
        folder,
        "UPDATE stored_events SET state = "
        "CAST(replace(CAST(state AS TEXT), 'payload', 'paylOad') AS BLOB) WHERE rowid = 90",
    )
    assert "A1" in {step for step, _ in found(audited(folder, clock))}


def test_events_cut_off_the_end_are_found_by_the_published_checkpoint(
    folder: Path, clock: Clock
) -> None:
    spoil(
        folder,
        "DELETE FROM stored_events WHERE rowid > 200",
        "DELETE FROM checkpoints",
    )
    assert not audited(folder, clock).ok


def test_a_checkpoint_that_was_never_made_here_is_found(
    played: DemoResult, folder: Path, clock: Clock
) -> None:
    note = next((folder / "checkpoints").glob("*.txt"))
    size = f"\n{played.events + 1}\n"
    assert size in note.read_text()
    note.write_text(note.read_text().replace(size, f"\n{played.events + 2}\n"))
    codes = {code for _, code in found(audited(folder, clock))}
    assert codes & {"E04", "E06"}


def test_a_read_model_that_was_edited_is_found_and_can_be_thrown_away(
    folder: Path, clock: Clock
) -> None:
    with open_ledger(folder, clock=clock) as ledger:
        ledger.queries.status()
    with sqlite3.connect(folder / "read-models.db") as db:
        db.execute("UPDATE items SET status = 'released' WHERE number = 'B-2026-002'")
    db.close()
    report = audited(folder, clock)
    assert [(f.step, f.code) for f in report.findings] == [("A7", "E25")]
    for path in folder.glob("read-models.db*"):
        path.unlink()
    assert audited(folder, clock).ok


@pytest.mark.parametrize(
    ("what", "step"),
    [
        ("a used vial thawed again", "A6"),
        ("a review by somebody without the role", "A3"),
    ],
)
def test_what_an_insider_wrote_past_the_rules_is_found(
    ledger: OpenLedger, what: str, step: str
) -> None:
    with lawless():
        if step == "A6":
            do(ledger, "vial.thawed/v1", "WCB-01-001", by=("Chen Yu", "Sun Jie"))
        else:
            do(ledger, "batch.reviewed/v1", "B-2026-003", by=("Chen Yu:qa:reviewed",))
    assert step in {s for s, _ in found(ledger.audit())}, what


def test_recording_goes_on_after_an_audit_and_the_audit_stays_clean(ledger: OpenLedger) -> None:
    assert ledger.audit().ok
    do(ledger, "vial.moved/v1", "WCB-01-004", {"position": "LN2-3 / 1"}, by=("Chen Yu",))
    ledger.checkpoint(passphrase)
    report = ledger.audit()
    assert report.ok
    assert report.checkpoints == 2


@pytest.mark.parametrize("keep", [0, 100, 4096, 5000, 60_000])
def test_a_truncated_file_is_an_error_with_a_remedy_never_a_crash(
    folder: Path, clock: Clock, keep: int
) -> None:
    path = folder / "ledger.db"
    for extra in ("-wal", "-shm"):
        Path(str(path) + extra).unlink(missing_ok=True)
    path.write_bytes(path.read_bytes()[:keep])
    try:
        report = audited(folder, clock)
    except CustodyError as error:
        assert error.render("zh").fix
    else:
        assert not report.ok
