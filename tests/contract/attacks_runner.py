"""Run one attack vector from its folder alone, as any other implementation would.

A folder with a bundle is given to the verifier. One of the ledger file is built from the honest
ledger beside it, tampered with as it says, and audited.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from custody.adapters.store import LedgerStore
from custody.app.audit import audit
from custody.app.verifying import verify_bundle
from custody.errors import CustodyError, TrustError
from custody.evidence.checkpoint import parse_checkpoint
from custody.evidence.encoding import sha256
from custody.evidence.entry import Entry
from custody.evidence.payload import seconds_of
from custody.evidence.seal import Seal
from custody.wiring.ledger import open_ledger

HONEST = "ledger"


def expected(folder: Path) -> dict[str, Any]:
    """Return what `expect.json` of a vector says."""
    found: dict[str, Any] = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    return found


def verified(folder: Path) -> dict[str, Any]:
    """Return verdict and findings of the verifier for a folder with a bundle."""
    wanted = expected(folder)
    documents = {
        sha256(path.read_bytes()).hex(): path.read_bytes()
        for path in sorted((folder / "attachments").glob("*"))
    }
    try:
        report = verify_bundle(
            (folder / "bundle.custody.json").read_bytes(),
            (folder / "trust.json").read_bytes(),
            now=seconds_of(wanted["at"]),
            archive=bool(wanted.get("archive")),
            attachments=documents,
            pin=wanted.get("pin"),
        )
    except TrustError as unusable:
        return {"verdict": "cannot_tell", "found": [["V2", unusable.code]]}
    found = sorted({(f.step, f.code) for f in report.findings})
    return {"verdict": report.verdict.value, "found": [list(pair) for pair in found]}


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
