"""Prints how the gate of one release compares with what its act costs anyway; run it, no test.

    python tests/benchmark/bench_gates.py [rounds] [upstream events]

Base: checking one Ed25519 signature of the act and bringing its event to the disk (``fsync``).
Measured is the evaluation of every rule of the gate over a batch with so many events above it, once
with the states at hand, as in an open session, and once folding every stream anew.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from adapters.entries import OPERATOR, signed, stream_named
from custody.app.judgement.histories import Histories
from custody.domain.model import TYPES, Event
from custody.evidence.entry import pae
from custody.rules.model import Case, Ruling, evaluate
from domain.journeys import (
    completed_batch,
    passed_tests,
    qualified_authority,
    started_batch,
    thawed_vial,
)
from domain.play import Play
from domain.stories import accepted_lot

AIM = "< 1"


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def story(wanted: int) -> Play:
    """Return a batch ready for release with at least `wanted` events in the streams above it."""
    play = Play(gates=False)
    qualified_authority(play)
    thawed_vial(play)
    started_batch(play)
    lot = 0
    while upstream(play) < wanted - 10:
        lot += 1
        accepted_lot(play, f"L{lot}")
        drawn = {"quantity": "1", "unit": "mL"}
        play.add("batch.material_consumed/v1", "X1", drawn, {"material": f"L{lot}"})
    completed_batch(play)
    passed_tests(play)
    play.add("batch.reviewed/v1", "X1")
    return play


def upstream(play: Play) -> int:
    """Return the number of events on record: all of them belong to the one batch."""
    return sum(len(events) for events in play.streams.values())


def release(play: Play) -> Event:
    """Return the release as it would be judged; it is not written."""
    play.add("batch.released/v1", "X1")
    made = play.streams[play.stream("X1")].pop()
    return replace(made, leaf="")


def asked(histories: Histories, event: Event) -> list[Ruling]:
    """Ask the gate of the release."""
    return evaluate(Case(event, histories.state(event.stream), histories.world()))


def main(rounds: int = 50, wanted: int = 200) -> None:
    """Measure and print."""
    play = story(wanted)
    event = release(play)
    events = sorted((e for found in play.streams.values() for e in found), key=lambda e: e.index)
    known = Histories.of(events)
    rulings = asked(known, event)
    stops = [r.rule.id for r in rulings if r.stops]
    entry = signed(stream_named("release"), type_=event.type, body={"reason": "x" * 2000})
    message, signature = pae(entry.payload_bytes), entry.signatures[0][1]
    public = OPERATOR.public_key()
    warm, cold, base = [], [], []
    with tempfile.NamedTemporaryFile(dir=Path.cwd(), prefix=".bench-") as file:

        def flush() -> None:
            file.write(entry.wire)
            file.flush()
            os.fsync(file.fileno())

        for _ in range(rounds):
            base.append(seconds(lambda: public.verify(signature, message)) + seconds(flush))
            warm.append(seconds(lambda: asked(known, event)))
            fresh: Any = Histories.of(events)
            cold.append(seconds(lambda fresh=fresh: asked(fresh, event)))
    sys.stdout.write(
        f"{len(rulings)} rules asked at '{TYPES[event.type].gate}', {len(events)} events upstream"
        f"{', stopped by ' + ', '.join(stops) if stops else ', open'}\n"
    )
    for what, times in (("states at hand", warm), ("folding every stream anew", cold)):
        ratio = statistics.median(t / b for t, b in zip(times, base, strict=True))
        label = f"gates of a release / its signature check and flush, {what}"
        sys.stdout.write(f"{label:<86} {ratio:8.2f}  {AIM}\n")


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:3]))
