"""Which streams a custody record must contain: everything its shipment rests on, and no more.

From the shipment the closure follows every link but those of scope, every signer's key, every
business number, and the authority stream. Builder and verifier share this code, so "nothing was
left out" means the same to both. Reads events through a callable; knows no store and no bundle.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from custody.errors import EvidenceError
from custody.evidence import names
from custody.evidence.encoding import b64
from custody.evidence.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from custody.evidence.canonical import JSON
    from custody.evidence.entry import Entry

Placed: TypeAlias = "tuple[int, Entry]"
"""A log index and the entry there."""

Reader: TypeAlias = Callable[[str], Sequence["Placed"]]
"""stream -> its events in order, empty when there are none."""

AliasFields: TypeAlias = Callable[[str], Mapping[str, str]]
"""event type -> {body field: alias scheme} of the business numbers the event gives its stream."""

# Things that are used, not changed: years of earlier calibrations need not travel with a shipment.
USED_KINDS = frozenset({"equipment", "instrument", "material", "site"})
USES = "uses"
# What a permit or an assessment is *for*: (kind of its stream, relation). The shipment reaches its
# own lots anyway; those of another customer under the same permit must not travel with it.
SCOPES = frozenset({("assessment", "covers"), ("permit", "batch"), ("permit", "product")})
ALIAS_CLAIMED = "alias.claimed/v1"
NAMES = "names"


@dataclass(slots=True)
class Closure:
    """A closed set of streams.

    Attributes:
        first: stream -> the first seq that belongs to the record (0 except for used things).
        named: alias stream -> the streams whose events carry that business number.
        findings: what kept a branch from being followed (E18).
    """

    first: dict[str, int] = field(default_factory=dict)
    named: dict[str, set[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def closure(
    shipment: str, read: Reader, alias_fields: AliasFields, roots: Collection[str]
) -> Closure:
    """Compute the least closed set that holds `shipment` and the authority stream.

    Args:
        shipment: the stream to start from.
        read: may return the whole stream or only the part in a bundle.
        alias_fields: business numbers by event type.
        roots: kids of root keys, which as such have no key streams.
    """
    found = Closure()
    seqs: dict[str, dict[str, int]] = {}
    sorted_by_seq: dict[str, list[Placed]] = {}
    work: list[tuple[str, int, int | None]] = []

    def need(stream: str, seq: int) -> None:
        known = found.first.get(stream)
        if known is None or seq < known:
            found.first[stream] = seq
            work.append((stream, seq, known))

    def linked_seq(stream: str, head: str) -> int:
        if stream not in seqs:
            seqs[stream] = {b64(entry.leaf): entry.payload.seq for _, entry in read(stream)}
        # A head that is not there is reported by `check_read_set`; the whole stream is due then.
        return seqs[stream].get(head, 0)

    def part(stream: str, start: int, stop: int | None) -> Sequence[Placed]:
        """Return the events with start <= seq < stop; each event is visited once in all."""
        events = sorted_by_seq.get(stream)
        if events is None:
            events = sorted_by_seq[stream] = sorted(read(stream), key=_seq)
        low = bisect_left(events, start, key=_seq)
        return events[low : None if stop is None else bisect_left(events, stop, key=_seq)]

    need(names.AUTHORITY, 0)
    need(shipment, 0)
    while work:
        stream, start, stop = work.pop()
        for index, entry in part(stream, start, stop):
            payload = entry.payload
            for signer in payload.signers:
                key = "key:" + signer.kid
                # A root key has no such stream, unless it was somebody's own key before or after.
                if signer.kid not in roots or read(key):
                    need(key, 0)
            for link in payload.links:
                if is_scope(stream, link.rel):
                    continue
                used = link.rel == USES and names.stream_kind(link.stream) in USED_KINDS
                need(link.stream, linked_seq(link.stream, link.head) if used else 0)
            for name, scheme in alias_fields(payload.type).items():
                for number in _numbers(payload.body.get(name)):
                    try:
                        alias = names.alias_stream(scheme, number)
                    except EvidenceError:
                        detail = f"the {name} given here is not a usable number"
                        found.findings.append(Finding("V4", "E18", f"event {index}", detail))
                        continue
                    found.named.setdefault(alias, set()).add(payload.stream)
                    need(alias, 0)
    return found


def is_scope(stream: str, rel: str) -> bool:
    """Say whether a link only tells what the item of `stream` is for, and leads nowhere."""
    return (names.stream_kind(stream), rel) in SCOPES


def check_aliases(named: Mapping[str, Collection[str]], read: Reader) -> list[Finding]:
    """Every business number belongs to one stream: the one that its first event names (E18)."""
    findings = []
    for alias, owners in named.items():
        events = read(alias)
        if not events:
            continue  # reported as a missing stream
        claim = events[0][1].payload
        targets = {link.stream for link in claim.links if link.rel == NAMES}
        for owner in sorted(owners):
            if claim.type != ALIAS_CLAIMED or targets != {owner}:
                detail = f"its business number does not belong to {owner}"
                findings.append(Finding("V4", "E18", f"stream {alias}", detail))
    return findings


def check_read_set(events: Iterable[Placed]) -> list[Finding]:
    """Every link names the latest event of its stream below the linking event (E18).

    Args:
        events: all events in index order. A decision on an outdated head was not allowed to be
            recorded; a head that lies ahead or does not exist is a forgery.
    """
    findings = []
    heads: dict[str, str] = {}
    for index, entry in events:
        stream = entry.payload.stream
        for link in entry.payload.links:
            if is_scope(stream, link.rel) and link.stream not in heads:
                continue
            if heads.get(link.stream) != link.head:
                detail = f"does not rest on the latest record of {link.stream} before it"
                findings.append(Finding("V4", "E18", f"event {index}", detail))
        heads[stream] = b64(entry.leaf)
    return findings


def _seq(placed: Placed) -> int:
    return placed[1].payload.seq


def _numbers(value: JSON | None) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [number for number in value if isinstance(number, str)]
    return []
