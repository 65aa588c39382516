"""Which committed values of a bundle are open, withheld or erased, by what the bundle says itself.

It judges nothing: digests are matched with the strings beside them, and a decision to erase is
believed as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from custody.app.judgement.histories import decode
from custody.domain.model import Event
from custody.domain.private_values import Standing, standing
from custody.domain.subject_request import KINDS
from custody.errors import EvidenceError
from custody.evidence.disclosure import digest_of, open_disclosure
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry


def private_values(
    events: Sequence[tuple[int, Entry]], disclosures: Mapping[str, Sequence[str]]
) -> dict[int, dict[str, Any] | None]:
    """Return, by index of the event, what became of the values it committed to.

    Each is ``{"disclosed": names, "withheld": count, "erased_by": index or None}``, or None for an
    event without any. Decoys count as withheld; what is erased and not disclosed counts so, too.
    """
    standings = _standings(events)
    return {index: _of(index, entry, disclosures, standings) for index, entry in events}


def _of(
    index: int,
    entry: Entry,
    disclosures: Mapping[str, Sequence[str]],
    standings: Mapping[str, Standing],
) -> dict[str, Any] | None:
    if not entry.payload.sd:
        return None
    committed, names = set(entry.payload.sd), []
    for string in disclosures.get(b64(entry.leaf), ()):
        with suppress(EvidenceError):
            if digest_of(string) in committed:
                names.append(open_disclosure(string)[0])
    found = standings.get(entry.payload.stream)
    by = found.by if found is not None and found.status == "erased" else None
    erased = by is not None and index < by.index
    return {
        "disclosed": sorted(names),
        "withheld": len(committed) - len(names),
        "erased_by": by.index if by is not None and erased else None,
    }


def _standings(events: Sequence[tuple[int, Entry]]) -> dict[str, Standing]:
    streams: dict[str, list[Event]] = {}
    for index, entry in events:
        if entry.payload.stream.partition(":")[0] in KINDS:
            with suppress(EvidenceError):
                event = decode(index, entry, lambda _kid: None)
                streams.setdefault(entry.payload.stream, []).append(event)
    return {stream: standing(found) for stream, found in streams.items()}
