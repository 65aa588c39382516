"""Step V7, evidence part: claimed times never contradict the order of the record.

The order comes from the log; a signer's clock is only held against it. Knows no states of things:
those belong to the domain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from custody.evidence.encoding import b64
from custody.evidence.findings import Finding
from custody.evidence.payload import seconds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from custody.evidence.closure import Placed


def check_times(events: Sequence[Placed], seal_time: int, max_skew: int) -> list[Finding]:
    """Check times of signing (E24).

    Args:
        events: ``(index, entry)`` in index order.
        seal_time: Unix seconds of the seal above all events.
        max_skew: seconds by which honest clocks may differ.
    """
    findings = []
    latest: dict[str, str] = {}
    times: dict[str, str] = {}
    for index, entry in events:
        payload = entry.payload
        where, time = f"event {index}", payload.time
        # Times have one fixed-width spelling, so comparing texts compares times.
        if time < latest.get(payload.stream, ""):
            detail = "it was signed at an earlier time than the record before it"
            findings.append(Finding("V7", "E24", where, detail))
        else:
            latest[payload.stream] = time
        if seconds_of(time) > seal_time + max_skew:
            detail = "it claims a later time than the seal above it"
            findings.append(Finding("V7", "E24", where, detail))
        for link in payload.links:
            target = times.get(link.head)
            if (
                target is not None
                and target > time
                and (seconds_of(target) > seconds_of(time) + max_skew)
            ):
                detail = f"it claims an earlier time than the record of {link.stream} it rests on"
                findings.append(Finding("V7", "E24", where, detail))
        times[b64(entry.leaf)] = time
    return findings
