"""A genuine bundle of very many events: the demo's shipment, its logger read out again and again.

The first reading is recorded as people record it, by every rule. The others repeat it with the same
key, each continuing the one before, and go into the log in one transaction: recording thousands by
the rules would take minutes and prove nothing more.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from app.acts import do, sign
from app.conftest import SECONDS as AT
from custody.demo.play import SHIPMENT, DemoResult, passphrase
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry, encode, pae
from custody.wiring.ledger import open_ledger

READING = {
    "logger": "LGR-7781",
    "started_at": "2026-11-24T08:00:00+08:00",
    "ended_at": "2026-11-24T09:00:00+08:00",
    "readings": 60,
    "minimum": "-188.0",
    "maximum": "-176.5",
    "gaps": 0,
    "documents": [
        {
            "kind": "logger_file",
            "name": "logger.csv",
            "media_type": "text/csv",
            "size": 3,
            "sha256": "0" * 64,
        }
    ],
}


def large_bundle(played: DemoResult, events: int, place: Path) -> bytes:
    """Return a bundle of exactly `events` events about the demo's shipment."""
    folder = place / "large"
    shutil.copytree(played.folder, folder, ignore=shutil.ignore_patterns("forged"))
    with open_ledger(folder, clock=lambda: AT) as ledger:
        index = do(
            ledger, "shipment.temperature_logged/v1", SHIPMENT, READING, by=("Tang Bo",)
        ).main.index
        courier = sign(ledger, "Tang Bo").signer
        assert courier is not None
        last = Entry.parse(next(iter(ledger.log.scan(index, index + 1))).wire)
        entries = []
        for _ in range(events - played.report.evidence.events - 1):
            payload = replace(last.payload, seq=last.payload.seq + 1, prev=b64(last.leaf))
            raw = payload.to_bytes()
            last = Entry.parse(encode(raw, {courier.kid: courier.sign(pae(raw))}))
            entries.append(last)
        ledger.log.append(entries)
        return ledger.export(SHIPMENT, passphrase).data
