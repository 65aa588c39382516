"""Run one attack on a ledger file from its folder alone, as any other implementation would.

The file is built from the honest ledger beside it, tampered with as the folder says, and audited.
Attacks on a bundle run like any vector of one (`vector_runner.bundle`).
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from custody.adapters.store import LedgerStore
from custody.app.oversight.audit import audit
from custody.errors import CustodyError
from custody.evidence.checkpoint import parse_checkpoint
from custody.evidence.entry import Entry
from custody.evidence.seal import Seal
from custody.wiring.ledger import open_ledger

HONEST = "ledger"


def expected(folder: Path) -> dict[str, Any]:
    """Return what `expect.json` of a vector says."""
    found: dict[str, Any] = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    return found


def audited(folder: Path, scratch: Path) -> list[list[str]]:
    """Return every pair of step and code the audit reports; `scratch` is an empty folder."""
    honest = folder.parent / HONEST
    note = (honest / "checkpoint.txt").read_bytes()
    _build(folder, honest, scratch, note)
    database = scratch / "ledger.db"
    _force(database, folder / "tamper.sql")
    if (folder / "after.sql").exists():
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.executescript((folder / "after.sql").read_text(encoding="utf-8"))
    (scratch / "trust.json").write_bytes((honest / "trust.json").read_bytes())
    try:
        with open_ledger(scratch, whole=False) as ledger:
            found = {(f.step, f.code) for f in audit(ledger, [note]).findings}
    except CustodyError as refused:
        found = {("open", refused.code)}
    return [list(pair) for pair in sorted(found)]


def _build(folder: Path, honest: Path, scratch: Path, note: bytes) -> None:
    """Write the honest ledger, or the history that the operator made up instead."""
    lines = (honest / "entries.jsonl").read_text(encoding="utf-8").splitlines()
    leaves: dict[int, str | None] = dict(enumerate(json.loads(line) for line in lines))
    more: list[str] = []
    if (folder / "rewritten.json").exists():
        history = json.loads((folder / "rewritten.json").read_text(encoding="utf-8"))
        leaves |= dict(history["changes"])
        more = history["more"]
    checkpoint, _ = parse_checkpoint(note)
    with LedgerStore.create(scratch / "ledger.db", checkpoint.origin) as store:
        sealed = 0
        for text in leaves.values():
            if text is None:
                continue
            if text.startswith("custody-seal/"):
                sealed = Seal.parse(text.encode()).time
                store.seal(sealed)
            else:
                store.append([Entry.parse(text.encode())])
        for text in more:
            store.append([Entry.parse(text.encode())])
        if more:
            store.seal(sealed + 3_600)
        if store.size() >= checkpoint.size and store.root(checkpoint.size) == checkpoint.root:
            store.save_checkpoint(note, checkpoint.size)


def _force(database: Path, script: Path) -> None:
    """Run a script with every guard taken off, and put the guards on again."""
    if not script.exists():
        return
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        kept = guards.fetchall()
        for name, _ in kept:
            connection.execute(f"DROP TRIGGER {name}")
        connection.executescript(script.read_text(encoding="utf-8"))
        for _, sql in kept:
            connection.execute(sql)
