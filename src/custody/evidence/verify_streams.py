"""Step V4: nothing was left out and nothing was slipped in.

Every stream is whole and chained, its head is the one the sealed map gives, and the set of streams
is exactly the closure of the shipment. Signatures and authority are later steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from custody.evidence.closure import check_aliases, check_read_set, closure
from custody.evidence.encoding import b64
from custody.evidence.findings import Finding
from custody.evidence.headmap import MapProof, verify_map

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from custody.evidence.bundle import Bundle, BundledStream
    from custody.evidence.closure import AliasFields, Placed
    from custody.evidence.seal import Seal


def check_streams(
    bundle: Bundle,
    events: Sequence[Placed],
    seal: Seal,
    alias_fields: AliasFields,
    roots: Collection[str],
) -> list[Finding]:
    """Run V4 over events already proved to be in the log, in index order."""
    by_stream: dict[str, list[Placed]] = {}
    for placed in events:
        by_stream.setdefault(placed[1].payload.stream, []).append(placed)
    listed = {row.stream: row for row in bundle.streams}

    findings = [
        _found("E17", stream, "has events here but is not listed")
        for stream in by_stream
        if stream not in listed
    ]
    for stream, row in listed.items():
        if stream not in by_stream:
            findings.append(_found("E17", stream, "is listed but has no events here"))
        else:
            findings += _chain(row, by_stream[stream])
        proof = MapProof("present", row.copath)
        if not verify_map(seal.map_root, stream, row.head, proof):
            findings.append(_found("E16", stream, "its last record is not the one under the seal"))

    wanted = closure(bundle.shipment, lambda s: by_stream.get(s, ()), alias_fields, roots)
    findings += wanted.findings
    for stream in sorted(wanted.first.keys() - listed.keys()):
        findings.append(_found("E18", stream, "the shipment rests on it, but it was left out"))
    for stream in sorted(listed.keys() - wanted.first.keys()):
        findings.append(_found("E17", stream, "nothing in this shipment rests on it"))
    findings += _beginnings(listed, wanted.first)
    findings += check_aliases(wanted.named, lambda s: by_stream.get(s, ()))
    findings += check_read_set(events)
    return findings


def _chain(row: BundledStream, events: Sequence[Placed]) -> list[Finding]:
    """Consecutive seq from `first` to the head's count, each naming the one before it."""
    findings = []
    previous: str | None = None
    for seq, (index, entry) in enumerate(events, start=row.first):
        payload = entry.payload
        if payload.seq != seq:
            detail = f"record {seq} is missing or out of order at event {index}"
            findings.append(_found("E15", row.stream, detail))
            break
        if previous is not None and payload.prev != previous:
            detail = f"event {index} does not follow the record before it"
            findings.append(_found("E15", row.stream, detail))
        previous = b64(entry.leaf)
    last_index, last = events[-1]
    ends = (last.payload.seq + 1, last_index, last.leaf)
    if ends != (row.head.count, row.head.index, row.head.leaf):
        findings.append(_found("E15", row.stream, "its last record here is not its listed head"))
    return findings


def _beginnings(listed: Mapping[str, BundledStream], first: Mapping[str, int]) -> list[Finding]:
    return [
        _found("E15", stream, f"begins at record {row.first} instead of {first[stream]}")
        for stream, row in listed.items()
        if stream in first and row.first != first[stream]
    ]


def _found(code: str, stream: str, detail: str) -> Finding:
    return Finding("V4", code, f"stream {stream}", detail)
