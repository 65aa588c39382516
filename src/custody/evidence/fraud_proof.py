"""Judges a fraud proof: does it show, by the ledger's own signatures, that its operator lied?

Used by whoever makes a proof, before it is handed out, and by whoever is shown one. It convicts the
ledger, never a person, and never on a guess: whatever is missing means "not proved". Both keys of
the ledger must have signed each checkpoint, except that a promise carries the Ed25519 key alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from custody.errors import EvidenceError
from custody.evidence.acknowledgement import Promise, open_promise
from custody.evidence.authority import Authority
from custody.evidence.checkpoint import Checkpoint, parse_checkpoint
from custody.evidence.cosigning import signed_by
from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.encoding import ZERO, b64
from custody.evidence.entry import Entry, pae
from custody.evidence.grants import GRANTED, granted_public_key
from custody.evidence.headmap import Head, verify_map
from custody.evidence.judgement import ROOT
from custody.evidence.merkle import leaf_hash, verify_inclusion
from custody.evidence.names import AUTHORITY
from custody.evidence.root_history import wrong_trust
from custody.evidence.seal import Seal

if TYPE_CHECKING:
    from custody.evidence.closure import Placed
    from custody.evidence.fraud import Fraud, MapAnswer
    from custody.evidence.note import VerifierKey
    from custody.evidence.trust import TrustRoot


@dataclass(frozen=True, slots=True)
class FraudVerdict:
    """Whether a fraud is proved, and in one English clause what was done, or what is lacking.

    `known` is False when the file is about a ledger the trust file does not name, or of a time for
    which another version of it is needed: then nothing can be told. `kind` is F1 to F5, `origin`
    the ledger accused, `size` that of its checkpoint.
    """

    proved: bool
    kind: str
    detail: str
    origin: str
    known: bool = True
    size: int | None = None


class _LackingError(Exception):
    """The file does not prove it; the message says what is lacking."""


def check_fraud(fraud: Fraud, trust: TrustRoot) -> FraudVerdict:
    """Judge a proof against the keys in a trust file; never raises because of its content."""
    try:
        signed = [_signed(note, trust) for note in fraud.checkpoints]
    except _StrangerError as stranger:
        return FraudVerdict(False, fraud.kind, str(stranger), trust.origin, known=False)
    except _LackingError as lacking:
        return FraudVerdict(False, fraud.kind, str(lacking), trust.origin)
    judge = {"F1": _fork, "F2": _map, "F3": _twice, "F4": _unlawful, "F5": _broken_promise}
    size = signed[0].size
    try:
        detail = judge[fraud.kind](fraud, signed, trust)
    except _StrangerError as stranger:
        return FraudVerdict(False, fraud.kind, str(stranger), trust.origin, False, size)
    except _LackingError as lacking:
        return FraudVerdict(False, fraud.kind, str(lacking), trust.origin, size=size)
    except EvidenceError as error:
        lack = str(error.params.get("detail", error.code))
        return FraudVerdict(False, fraud.kind, lack, trust.origin, size=size)
    return FraudVerdict(True, fraud.kind, detail, trust.origin, size=size)


class _StrangerError(Exception):
    """The trust files at hand are not those that the file can be judged with."""


def _signed(note: bytes, trust: TrustRoot) -> Checkpoint:
    """Return a checkpoint both of whose ledger signatures hold."""
    try:
        checkpoint, parsed = parse_checkpoint(note)
    except EvidenceError as error:
        raise _LackingError(
            f"a checkpoint is malformed: {error.params.get('detail', '')}"
        ) from error
    if checkpoint.origin != trust.origin:
        raise _StrangerError(
            f"it is about ledger {checkpoint.origin}, the trust file of {trust.origin}"
        )
    for pair in _key_pairs(trust):
        if all(signed_by(key, checkpoint, parsed) is not None for key in pair):
            return checkpoint
    raise _LackingError("a checkpoint is not signed by both keys of the ledger")


def _key_pairs(trust: TrustRoot) -> list[tuple[VerifierKey, VerifierKey]]:
    """Return the ledger's keys, and those it had before: what they signed still binds it."""
    return [file.log_keys for file in trust.chain]


def _fork(_fraud: Fraud, signed: list[Checkpoint], _trust: TrustRoot) -> str:
    first, second = signed
    if first.size != second.size:
        raise _LackingError("the two checkpoints are of different sizes")
    if first.root == second.root:
        raise _LackingError("the two checkpoints are of the same ledger")
    return f"the ledger signed two different histories of {first.size} entries"


def _map(fraud: Fraud, signed: list[Checkpoint], _trust: TrustRoot) -> str:
    seal = _sealed(fraud, signed[0])
    answer = _said(fraud, seal)
    index, entry = _accused(fraud, _included(fraud, signed[0]))
    payload = entry.payload
    if payload.stream != answer.stream or index >= seal.index:
        raise _LackingError("the event is not one that the seal speaks of")
    if answer.head is None:
        return f"the seal denies {answer.stream}, of which event {index} is in the log before it"
    count = answer.head.count
    if payload.seq >= count:
        return f"the seal hides event {index} of {answer.stream}: it counts {count} records"
    last = (answer.head.index, answer.head.leaf)
    if payload.seq == count - 1 and (index, entry.leaf) != last:
        return f"the seal names another last record of {answer.stream} than event {index}"
    raise _LackingError("the map does not contradict the event")


def _twice(fraud: Fraud, signed: list[Checkpoint], _trust: TrustRoot) -> str:
    events = _included(fraud, signed[0])
    if len(events) != 2:
        raise _LackingError("two events are needed")
    (one, first), (two, second) = events
    place = (first.payload.stream, first.payload.seq)
    if place != (second.payload.stream, second.payload.seq):
        raise _LackingError("the two events have different places")
    return f"events {one} and {two} are both record {place[1]} of {place[0]}"


def _unlawful(fraud: Fraud, signed: list[Checkpoint], trust: TrustRoot) -> str:
    events = _included(fraud, signed[0])
    index, entry = _accused(fraud, events)
    said = _chain(index, entry, events) or _signature(index, entry, events, trust)
    return said or _authority(fraud, signed[0], events, trust)


def _chain(index: int, entry: Entry, events: list[Placed]) -> str:
    """Where the record before it is shown, it must be before it, and be the one it names."""
    payload = entry.payload
    for at, other in events:
        before = other.payload
        if (before.stream, before.seq + 1) != (payload.stream, payload.seq):
            continue
        if at > index:
            return f"event {index} stands before event {at}, which it follows"
        if b64(other.leaf) != payload.prev:
            return f"event {index} does not follow event {at}, the record before it"
    return ""


def _signature(index: int, entry: Entry, events: list[Placed], trust: TrustRoot) -> str:
    keys = trust.every_root | {
        other.payload.stream.partition(":")[2]: granted_public_key(other.payload)
        for _, other in events
        if other.payload.type == GRANTED
    }
    message = pae(entry.payload_bytes)
    for kid, signature in entry.signatures:
        # A kid is the hash of its key, so whoever shows a key under it shows the right one.
        if kid in keys and not verify_ed25519(keys[kid], signature, message):
            return f"event {index} was taken in with a false signature of key {kid[:8]}"
    return ""


def _authority(fraud: Fraud, checkpoint: Checkpoint, events: list[Placed], trust: TrustRoot) -> str:
    """Judge the accused by all that the log held about keys and policy, and nothing later.

    Whoever accuses must show those streams whole, as the map has them: else a grant could be left
    out to make an honest event look unlawful.
    """
    seal = _sealed(fraud, checkpoint)
    accused, entry = _accused(fraud, events)
    if accused >= seal.index:
        raise _LackingError("the event is not one that the seal speaks of")
    for doubt in wrong_trust([placed for placed in events if placed[0] <= accused], trust):
        raise _StrangerError(doubt.detail)
    answers = {answer.stream: answer for answer in fraud.answers}
    by_stream: dict[str, list[Placed]] = {}
    for placed in events:
        by_stream.setdefault(placed[1].payload.stream, []).append(placed)
    waiting, whole = [AUTHORITY, *signing_streams(entry, trust)], set[str]()
    while waiting:
        stream = waiting.pop()
        if stream in whole:
            continue
        whole.add(stream)
        answer = answers.get(stream)
        if answer is None or not verify_map(seal.map_root, stream, answer.head, answer.proof):
            raise _LackingError(f"what the map says of {stream} is not shown")
        shown = by_stream.get(stream, [])
        _whole(stream, shown, answer.head)
        waiting += [stream for _, other in shown for stream in signing_streams(other, trust)]
    law = Authority.under(trust)
    for index, other in events:
        if index == accused:
            found = law.judge(index, other)
            if found:
                return f"event {index} was taken in without authority: {found[0].detail}"
            break
        if other.payload.stream in whole and not law.judge(index, other):
            law.apply(index, other)
    raise _LackingError("the event breaks no chain, its signatures hold, and it was authorised")


def signing_streams(entry: Entry, trust: TrustRoot) -> list[str]:
    """Return the key streams that say whether the signers of `entry` were allowed to sign it.

    For a root key that acts as one the trust file says so; it can be somebody's own key as well.
    """
    return [
        f"key:{signer.kid}"
        for signer in entry.payload.signers
        if signer.role != ROOT or signer.kid not in trust.every_root
    ]


def _whole(stream: str, shown: list[Placed], head: Head | None) -> None:
    previous = b64(ZERO)
    for seq, (_, entry) in enumerate(shown):
        if entry.payload.seq != seq or entry.payload.prev != previous:
            raise _LackingError(f"{stream} is not shown from its beginning without a gap")
        previous = b64(entry.leaf)
    last = Head(len(shown), shown[-1][0], shown[-1][1].leaf) if shown else None
    if last != head:
        raise _LackingError(f"{stream} is not shown to its end")


def _broken_promise(fraud: Fraud, signed: list[Checkpoint], trust: TrustRoot) -> str:
    promise = _promised(fraud.promise, trust)
    seal = _sealed(fraud, signed[0])
    if seal.time <= promise.deadline:
        raise _LackingError("the seal is not later than the deadline of the promise")
    answer = _said(fraud, seal)
    if answer.stream != promise.stream:
        raise _LackingError("the map answer is about another stream than the promise")
    if answer.head is None or answer.head.count <= promise.seq:
        return f"record {promise.seq} of {promise.stream} was promised and is not under the seal"
    for index, entry in _included(fraud, signed[0]):
        place = (entry.payload.stream, entry.payload.seq)
        if place == (promise.stream, promise.seq) and index < seal.index:
            if entry.leaf != promise.leaf:
                return f"event {index} took the place that was promised to another record"
            raise _LackingError("the promise was kept")
    raise _LackingError("the stream has that many records, and the one promised is not shown")


def _promised(note: bytes, trust: TrustRoot) -> Promise:
    """Return the promise in a note that one of the ledger's Ed25519 keys signed."""
    for key, _ in _key_pairs(trust)[:-1]:
        try:
            return open_promise(note, key)
        except EvidenceError:
            continue
    return open_promise(note, trust.log_keys[0])


def _sealed(fraud: Fraud, checkpoint: Checkpoint) -> Seal:
    """Return the seal, once it is found in the log; any seal of the log binds its operator."""
    seal = Seal.parse(fraud.seal)
    leaf, size = leaf_hash(fraud.seal), checkpoint.size
    if seal.origin != checkpoint.origin or not verify_inclusion(
        leaf, seal.index, size, fraud.seal_path, checkpoint.root
    ):
        raise _LackingError("the seal is not in the ledger the checkpoint signs")
    return seal


def _said(fraud: Fraud, seal: Seal) -> MapAnswer:
    if len(fraud.answers) != 1:
        raise _LackingError("one answer of the map is needed")
    answer = fraud.answers[0]
    if not verify_map(seal.map_root, answer.stream, answer.head, answer.proof):
        raise _LackingError("the map under the seal does not say so")
    return answer


def _included(fraud: Fraud, checkpoint: Checkpoint) -> list[Placed]:
    events: list[Placed] = []
    for row in fraud.events:
        entry = Entry.parse(row.wire)
        if entry.payload.log != checkpoint.origin:
            raise _LackingError(f"event {row.index} was signed for another ledger")
        if not verify_inclusion(entry.leaf, row.index, checkpoint.size, row.path, checkpoint.root):
            raise _LackingError(f"event {row.index} is not in the ledger the checkpoint signs")
        events.append((row.index, entry))
    return events


def _accused(fraud: Fraud, events: list[Placed]) -> Placed:
    for placed in events:
        if placed[0] == fraud.accused:
            return placed
    raise _LackingError("the accused event is not shown")
