"""What a stolen key signed: the list of it, and the acts by which others confirm or void a record.

The number claimed for an item belongs to the event that introduces it: both were signed in one act,
and whoever answers for the one answers for the other. A number is never void; it stays taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from custody.app.recording.acting import Draft, Drafted
from custody.app.recording.bodies import spec_of
from custody.app.recording.intent import Intent, SignAs
from custody.app.recording.naming import ReadStream, resolve
from custody.app.recording.people import People
from custody.app.recording.signing import assign
from custody.domain.model import TYPES, Sig
from custody.domain.record import REAFFIRMABLE_KINDS
from custody.errors import InputError, RefusedError
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry
from custody.evidence.grants import REAFFIRMED, VOIDED, answered
from custody.evidence.names import alias_stream, key_stream

if TYPE_CHECKING:
    from custody.app.ledger import Ledger
    from custody.evidence.authority import Authority
    from custody.evidence.trust import TrustRoot

Placed: TypeAlias = tuple[int, Entry]
STAYS_TAKEN: Final = "the number stays taken, its record is void / 编号仍被占用，所属记录已作废"


@dataclass(frozen=True, slots=True)
class Doubted:
    """A record that is believed no longer; `item` and `seq` are what `custody reaffirm` takes."""

    index: int
    type: str
    item: str
    seq: int


def doubted(ledger: Ledger, name: str, start: int) -> list[Doubted]:
    """Return what the key called `name` signed from log index `start` on, in order.

    Left out is what another person has answered for, and each number that is answered for together
    with the event that introduces it.

    Raises:
        SigningKeyError: C601 there is no such key here.
    """
    kid = ledger.keys.find(name).kid
    signed = [
        row
        for row in ledger.models.entries(since=start)
        if row["stream"] != key_stream(kid) and any(s["kid"] == kid for s in row["signers"])
    ]
    settled = {s: _settled(ledger, kid, s) for s in {row["stream"] for row in signed}}
    rows = [row for row in signed if row["leaf"] not in settled[row["stream"]]]
    claimed = {
        index
        for row in rows
        if TYPES[row["type"]].aliases
        for index, _ in _claims(ledger.read, ledger.read(row["stream"])[row["seq"]][1])
    }
    typed = {stream: _typed(ledger, stream) for stream in {row["stream"] for row in rows}}
    return [
        Doubted(row["idx"], row["type"], typed[row["stream"]], row["seq"])
        for row in rows
        if row["idx"] not in claimed
    ]


def _settled(ledger: Ledger, kid: str, stream: str) -> set[str]:
    """Return the leaves for which somebody answered who is not the person of the key."""
    person = ledger.people.person_of
    return {
        leaf
        for _, entry in ledger.read(stream)
        if (leaf := answered(entry.payload)) is not None
        and any(person(s.kid) != person(kid) for s in entry.payload.signers)
    }


def _typed(ledger: Ledger, stream: str) -> str:
    """Return what to type for a stream: its number, where that leads to it and nowhere else."""
    number = ledger.number_of(stream)
    try:
        return number if resolve(ledger.read, number, REAFFIRMABLE_KINDS) == stream else stream
    except InputError:
        return stream


def reaffirmation(
    draft: Draft,
    trust: TrustRoot,
    place: tuple[str, int],
    fields: Mapping[str, Any],
    by: Sequence[SignAs],
) -> Drafted:
    """Return the act by which `by` stand by one record, and by the numbers claimed with it.

    Args:
        place: stream and sequence number of the record.
        fields: the body, without the leaf.

    Raises:
        InputError: C151 there is no such event, others as `Draft.act`.
        RefusedError: C207 nobody doubts it, C208 it would be doubted all the same; others as
            `Draft.act`.
    """
    stream, seq = place
    target = _at(draft, place)
    law = _law(draft.read, trust, target, by)
    if not law.doubted(*target):
        raise RefusedError("C207", where=draft.number(stream), seq=seq)
    if not _answers(law, target, by):
        raise RefusedError("C208", where=draft.number(stream), seq=seq)
    body = {**fields, "leaf": b64(target[1].leaf)}
    made = draft.act(Intent(REAFFIRMED, stream, body), by)
    return _with_numbers(draft, made, law, target, fields)


def voiding(
    draft: Draft,
    trust: TrustRoot,
    place: tuple[str, int],
    fields: Mapping[str, Any],
    by: Sequence[SignAs],
) -> Drafted:
    """Return the act by which `by` declare that one event did not happen.

    The number it introduced stays taken; where its claim is doubted, too, quality stands by that.

    Raises:
        InputError: C151 there is no such event, others as `Draft.act`.
        RefusedError: as `Draft.act`.
    """
    target = _at(draft, place)
    body = {**fields, "voids": b64(target[1].leaf)}
    made = draft.act(Intent(VOIDED, place[0], body), by)
    law = _law(draft.read, trust, target, by)
    return _with_numbers(draft, made, law, target, {**fields, "reason": STAYS_TAKEN})


def _with_numbers(
    draft: Draft, made: Drafted, law: Authority, target: Placed, fields: Mapping[str, Any]
) -> Drafted:
    """Add to an act the confirmations of the numbers claimed with `target`, where doubted."""
    spec = spec_of(REAFFIRMED)
    by = [a for a in made.signed_as if Sig(a.role, a.meaning) in spec.signers]
    for claim in _claims(draft.read, target[1]):
        if _answers(law, claim, by):
            body = {**fields, "leaf": b64(claim[1].leaf)}
            signers = assign(spec, by, draft.law)
            draft.beside(REAFFIRMED, claim[1].payload.stream, body, (), signers)
    return replace(made, entries=tuple(draft.entries), numbers=tuple(draft.numbers))


def _at(draft: Draft, place: tuple[str, int]) -> Placed:
    stream, seq = place
    found = next((p for p in draft.read(stream) if p[1].payload.seq == seq), None)
    if found is None:
        raise InputError("C151", where=draft.number(stream), seq=seq)
    return found


def _claims(read: ReadStream, entry: Entry) -> Iterator[Placed]:
    """Yield the numbers that were claimed for an item in the same act as `entry`."""
    payload = entry.payload
    for name, scheme in TYPES[payload.type].aliases.items():
        number = payload.body.get(name)
        if not isinstance(number, str):
            continue
        for index, claim in read(alias_stream(scheme, number))[:1]:
            names = [link.stream for link in claim.payload.links]
            act = (claim.payload.time, claim.payload.signers)
            if names == [payload.stream] and act == (payload.time, payload.signers):
                yield index, claim


def _law(read: ReadStream, trust: TrustRoot, target: Placed, by: Sequence[SignAs]) -> Authority:
    """Return the authority that knows who answered for a record and the numbers claimed with it."""
    streams = [e.payload.stream for _, e in (target, *_claims(read, target[1]))]
    events = [placed for stream in streams for placed in read(stream)]
    kids = {s.kid for _, entry in events for s in entry.payload.signers}
    law = People(read, trust).authority([*kids, *(a.signer.kid for a in by)])
    law.collect_distrust(events)
    return law


def _answers(law: Authority, placed: Placed, by: Sequence[SignAs]) -> bool:
    """Whether one of `by` is another person than the holder of a key that is doubted there."""
    doubts = {law.person_of(kid) for kid in law.doubted(*placed)}
    return any(law.person_of(a.signer.kid) != person for a in by for person in doubts)
