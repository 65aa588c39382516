"""Prints how the store compares with bare `sqlite3` on the same bytes; run it, it is no test.

    python tests/benchmark/bench_append.py [rounds] [events per round]

Base: one durable insert per transaction into a plain table, WAL, ``synchronous=FULL``. Rounds of
both are interleaved, and the median of the ratios is printed, because disks are noisy.
"""

from __future__ import annotations

import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from adapters.entries import OPERATOR, ORIGIN, signed, stream_named
from custody.adapters.store import LedgerStore
from custody.evidence.entry import pae

BODY = {"occurred_at": "2026-11-24T09:00:00+01:00", "reason": "planned step of the batch record"}


def seconds(work: object, *arguments: object) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    work(*arguments)  # type: ignore[operator]
    return time.perf_counter() - started


def say(what: str, ratio: float, aim: str = "") -> None:
    """Print one line of the table."""
    sys.stdout.write(f"{what:<66} {ratio:8.2f}  {aim}\n")


def main(rounds: int, count: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        base = sqlite3.connect(Path(folder) / "base.db", isolation_level=None)
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=FULL")
        base.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, state BLOB)")
        store = LedgerStore.create(Path(folder) / "ledger.db", ORIGIN)
        single: list[float] = []
        bulk: list[float] = []
        for number in range(rounds):
            entries = [signed(stream_named(f"{number} {k}"), body=BODY) for k in range(count)]
            bare = seconds(
                lambda made=entries: [
                    base.execute("INSERT INTO events (state) VALUES (?)", (e.wire,)) for e in made
                ]
            )
            ours = seconds(lambda made=entries: [store.append([e]) for e in made])
            single.append(bare / ours)
            many = [signed(stream_named(f"{number} b {k}"), body=BODY) for k in range(1000)]
            messages = [pae(e.payload_bytes) for e in many]
            signing = seconds(lambda made=messages: [OPERATOR.sign(m) for m in made])
            bulk.append(signing / seconds(store.append, many))
        say("durable appends per second / bare inserts", statistics.median(single), ">= 0.7")
        say("storing 1,000 events in one save / signing them", statistics.median(bulk))
        size = store.size()
        read = seconds(lambda: base.execute("SELECT state FROM events").fetchall()) / (
            rounds * count
        )
        scan = seconds(lambda: [None for _ in store.scan()]) / size
        say("scan with leaf hashes / bare fetchall, per event", read / scan)
        say(
            "seal over all streams, in bare inserts",
            seconds(store.seal, 1_795_000_000) / (bare / count),
        )
        store.append([signed(stream_named("one more"))])
        say(
            "seal over one stream, in bare inserts",
            seconds(store.seal, 1_795_000_001) / (bare / count),
        )
        say("check, per event / scan, per event", seconds(store.check) / size / scan)
        store.close()
        start = [sys.executable, "-c"]
        bare_start = min(seconds(subprocess.run, [*start, "pass"]) for _ in range(5))
        opening = (
            "import sys; from pathlib import Path; from custody.adapters.store import LedgerStore; "
            f"LedgerStore.open(Path({str(Path(folder) / 'ledger.db')!r}), readonly=True).size()"
        )
        opened = min(seconds(subprocess.run, [*start, opening]) for _ in range(5))
        say("open and read, in bare interpreter starts", opened / bare_start)
        writing = f"{opening}; import custody.adapters.sqlite_recorder"
        opened = min(seconds(subprocess.run, [*start, writing]) for _ in range(5))
        say("the same with the event library, in bare interpreter starts", opened / bare_start)


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:3] or ("5", "200")))
