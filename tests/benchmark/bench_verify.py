"""Verify a bundle of 1,000 events against as many bare Ed25519 verifications, on this machine.

Run ``python tests/benchmark/bench_verify.py [EVENTS]``. Prints two lines: the work, in CPU
time of all cores; and the command as people type it, in elapsed time, against the same command that
starts up, reads its arguments and then only checks the signatures. Not a test: clocks lie.
"""

from __future__ import annotations

import os
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from custody.app.recording.intent import Intent, SignAs
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import SHIPMENT, Clock, passphrase, play
from custody.evidence.bundle import Bundle
from custody.evidence.entry import Entry, pae
from custody.wiring.ledger import open_ledger

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ROUNDS = 7


def made(events: int, folder: Path) -> tuple[bytes, bytes]:
    """Return (bundle, trust file) of the demo shipment, its logger read out very often."""
    played = play(folder / "demo", now=NOW)
    clock = Clock()
    clock.moment = NOW
    with open_ledger(played.folder, clock=clock) as ledger:
        courier = SignAs(ledger.signer("Tang Bo", passphrase))
        inside = played.report.evidence.events
        at = "2026-11-24T17:00:00+08:00"
        reading = {
            "logger": "LGR-7781",
            "started_at": "2026-11-24T08:00:00+08:00",
            "ended_at": "2026-11-24T09:00:00+08:00",
            "readings": 60,
            "minimum": "-188.0",
            "maximum": "-176.5",
            "gaps": 0,
            "occurred_at": at,
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
        intent = Intent("shipment.temperature_logged/v1", SHIPMENT, reading)
        for _ in range(events - inside):
            ledger.record(intent, [courier])
        return ledger.export(SHIPMENT, passphrase).data, played.trust.read_bytes()


Work = list[tuple[bytes, bytes, bytes]]
# The same command, up to where it would begin to judge; then the signatures and nothing else.
FLOOR = """
import gc, os, pickle, sys
from custody_cli import entry
entry.settle()
import custody.app.verification.memory

def only_signatures(*_, **__):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    for public, signature, message in pickle.load(open(os.environ["SIGNATURES"], "rb")):
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    gc.freeze()
    sys.exit(0)

custody.app.verification.memory.verify_remembering = only_signatures
sys.exit(entry.start())
"""


def signatures(data: bytes) -> Work:
    """Return (public key, signature, message) of every signature in the bundle."""
    entries = [Entry.parse(row.wire) for row in Bundle.parse(data).events]
    keys = {
        e.payload.stream.partition(":")[2]: e.payload.body["pub"]
        for e in entries
        if e.payload.type == "key.granted/v1"
    }
    return [
        (_raw(keys[kid]), signature, pae(e.payload_bytes))
        for e in entries
        for kid, signature in e.signatures
        if kid in keys
    ]


def bare(work: Work) -> Callable[[], None]:
    """Return the verification of these signatures, and of nothing else."""
    ready = [(Ed25519PublicKey.from_public_bytes(key), sig, message) for key, sig, message in work]

    def run() -> None:
        for key, signature, message in ready:
            key.verify(signature, message)

    return run


def elapsed(command: list[str], environment: dict[str, str]) -> float:
    """Return seconds of a whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def commands(data: bytes, trust: bytes, work: Work, folder: Path) -> tuple[float, float]:
    """Return the medians of `custody verify` and of its floor, run in turn."""
    bundle, file, floor = folder / "b.json", folder / "t.json", folder / "work.pickle"
    bundle.write_bytes(data)
    file.write_bytes(trust)
    floor.write_bytes(pickle.dumps(work))
    custody = Path(sys.executable).with_name("custody")
    typed = ["verify", str(bundle), "--trust", str(file), "--archive", "--quiet"]
    verify, only = [str(custody), *typed], [sys.executable, "-c", FLOOR, *typed]
    quiet = {**os.environ, "CUSTODY_MEMORY": "none", "SIGNATURES": str(floor)}
    # As people have it: compiled once, and compiled for both.
    quiet.pop("PYTHONDONTWRITEBYTECODE", None)
    for command in (verify, only):
        elapsed(command, quiet)
    pairs = [(elapsed(verify, quiet), elapsed(only, quiet)) for _ in range(ROUNDS)]
    whole, alone = (statistics.median(column) for column in zip(*pairs, strict=True))
    return whole, alone


def _raw(public: object) -> bytes:
    from custody.evidence.encoding import unb64

    assert isinstance(public, str)
    return unb64(public)


def timed(work: Callable[[], object]) -> float:
    """Return seconds of CPU time, ours and of what we started: other programs do not count."""
    start = _spent()
    work()
    return _spent() - start


def _spent() -> float:
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + started.ru_utime + started.ru_stime


def main() -> None:
    """Print the ratio of medians over alternating rounds."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as place:
        data, trust = made(events, Path(place))
    now = int(NOW.timestamp()) + 7200
    report = verify_bundle(data, trust, now=now)
    assert report.genuine, report.findings
    work = signatures(data)
    only = bare(work)
    pairs = [
        (timed(lambda: verify_bundle(data, trust, now=now)), timed(only)) for _ in range(ROUNDS)
    ]
    whole, alone = (statistics.median(column) for column in zip(*pairs, strict=True))
    sys.stdout.write(
        f"{report.evidence.events} events, {len(data)} bytes, {len(work)} signatures: verify"
        f" {whole * 1e3:.0f} ms, signatures alone {alone * 1e3:.0f} ms, ratio {whole / alone:.2f}\n"
    )
    with tempfile.TemporaryDirectory() as place:
        whole, alone = commands(data, trust, work, Path(place))
    sys.stdout.write(
        f"custody verify {whole * 1e3:.0f} ms, start-up and the signatures {alone * 1e3:.0f} ms,"
        f" ratio {whole / alone:.2f}\n"
    )


if __name__ == "__main__":
    main()
