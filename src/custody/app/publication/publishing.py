"""Make what leaves the house: signed checkpoints, and the bundle of a shipment."""

from __future__ import annotations

import binascii
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from custody import contract
from custody.app.judgement.histories import decode
from custody.app.ledger import Ledger
from custody.app.oversight.witnessed import require_nothing_later, require_witnesses
from custody.app.ports import KeyCard, Signer
from custody.app.recording.bodies import stamp
from custody.errors import EvidenceError, InputError, RefusedError, SigningKeyError, StorageError
from custody.evidence import note as notes
from custody.evidence.bundle import Attachment, Bundle
from custody.evidence.checkpoint import (
    Checkpoint,
    parse_checkpoint,
    sign_ed25519,
    sign_mldsa44,
)
from custody.evidence.closure import Placed
from custody.evidence.cosigning import signed_by
from custody.evidence.encoding import b64
from custody.evidence.headmap import Head, MapProof
from custody.evidence.seal import Seal

# A shipment in one of these states has not been closed for transport: nothing to show yet.
NOT_READY = ("planned", "packed", "declared", "cancelled")
# A checkpoint is shipped only while it is younger than this part of the age recipients accept.
AGES = 3
# Checkpoints a recipient may know, besides the one in the trust file: the first and the latest.
PINNED_FIRST, PINNED_LATEST = 8, 48
MAX_KNOWN = 64  # proofs a bundle may hold
HEAD = b'{"payload":"'


@dataclass(frozen=True, slots=True)
class CheckpointView:
    """A checkpoint as published: `text` is the whole signed note, `root` base64."""

    size: int
    root: str
    time: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle made for one shipment."""

    number: str
    shipment: str
    data: bytes
    sha256: str
    events: int
    streams: int
    documents: tuple[Attachment, ...]


def log_keys(ledger: Ledger) -> tuple[KeyCard, KeyCard]:
    """Return the cards of the two ledger keys, found by the public keys in the trust file.

    Raises:
        SigningKeyError: C613 one of them is not in the keys folder.
    """
    by_public = {card.public: card for card in ledger.keys.list()}
    found = [by_public.get(key.public) for key in ledger.trust.log_keys]
    if found[0] is None or found[1] is None:
        raise SigningKeyError("C613", where=ledger.origin)
    return found[0], found[1]


def checkpoint(ledger: Ledger, passphrase: Callable[[str], bytes]) -> CheckpointView:
    """Seal the log and sign its size and root with both ledger keys.

    Raises:
        SigningKeyError: a ledger key does not open; nothing is written.
        InputError: C147 this clock is behind the last events, which would look forged.
        StorageError: nothing was recorded yet, or the disk.
    """
    _require_time(ledger)
    signers = [ledger.keys.unlock(card, passphrase) for card in log_keys(ledger)]
    seal, size, root = ledger.log.seal(ledger.clock())
    return _publish(ledger, seal, size, root, signers)


def _require_time(ledger: Ledger) -> None:
    """Refuse to seal events that were signed later than the seal would say it is."""
    last = ledger.log.last_seal()
    now = stamp(ledger.clock() + ledger.trust.max_skew)
    for stored in ledger.log.scan(last.index + 1 if last else 0):
        signed = _signed_at(stored.wire) if stored.stream is not None else ""
        if signed > now:
            raise InputError("C147", where=str(stored.stream), now=now, last=signed)


def _signed_at(wire: bytes) -> str:
    """Return the time of an entry without parsing all of it; `time` is the last key but two."""
    payload = binascii.a2b_base64(wire[len(HEAD) : wire.index(b'"', len(HEAD))])
    return payload.rpartition(b'"time":"')[2][:20].decode("ascii")


def _publish(
    ledger: Ledger, seal: Seal, size: int, root: bytes, signers: Sequence[Signer]
) -> CheckpointView:
    made = Checkpoint(ledger.origin, size, root)
    first, second = signers
    note = notes.SignedNote(
        made.body().decode("ascii"),
        (
            sign_ed25519(first.private, ledger.origin, made),
            sign_mldsa44(second.private, ledger.origin, made, max(seal.time, 1)),
        ),
    )
    text = notes.encode(note)
    ledger.log.save_checkpoint(text, size)
    return CheckpointView(size, b64(root), seal.time, text)


def export(
    ledger: Ledger,
    shipment: str,
    passphrase: Callable[[str], bytes],
    known: Sequence[int] = (),
    *,
    stamps: Callable[[int], Sequence[bytes]] = lambda _: (),
) -> Exported:
    """Make the bundle of a shipment under a checkpoint that covers everything recorded so far.

    Where the trust file demands witnesses, none is made here: the newest must bear their lines
    already, and cover everything that the shipment rests on.

    Args:
        known: sizes of checkpoints its recipients have, besides the likely ones.
        stamps: size of a checkpoint → the RFC 3161 replies over it, which go along.

    Raises:
        InputError: no such shipment; C130 a known size this ledger never had.
        RefusedError: C203 the shipment has not been sealed; C2605 too few witnesses signed the
            newest checkpoint, or it is too old, or more was recorded since.
        SigningKeyError: a new checkpoint is needed and a ledger key does not open.
        StorageError: C726 the vault cannot give the names of the signers.
    """
    stream = ledger.resolve(shipment, ("shipment",))
    state = ledger.histories().state(stream)
    if state is None or state.status in NOT_READY:
        raise RefusedError("C203", where=shipment, status=state.status if state else "")
    _require_names(ledger)
    _ready(ledger, passphrase)
    with ledger.log.reading():
        last = ledger.log.last_checkpoint()
        seal = ledger.log.last_seal()
        if last is None or seal is None or last[0] != seal.index + 1:
            raise EvidenceError("C443", where=ledger.origin)
        _require_own_signatures(ledger, last[1])
        source = _Source(ledger)
        draft = Bundle.build(
            stream,
            source,
            checkpoint=last[1],
            seal=seal.to_bytes(),
            seal_index=seal.index,
            alias_fields=contract.alias_fields,
            roots=ledger.trust.every_root.keys(),
            consistency_from=sizes_known(ledger, known),
            disclosures=source.disclosures,
            timestamps=stamps(last[0]),
        )
        if not ledger.trust.policy.single_operator:
            require_nothing_later(ledger, {row.stream: row.head for row in draft.streams})
        documents = _documents(ledger, source, {e.index for e in draft.events})
        bundle = replace(draft, attachments=documents)
    _require_names(ledger)
    data = bundle.to_bytes()
    return Exported(
        number=state.number,
        shipment=stream,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        events=len(bundle.events),
        streams=len(bundle.streams),
        documents=documents,
    )


def _require_names(ledger: Ledger) -> None:
    """Refuse a bundle without the printed names of its signers (21 CFR 11.50)."""
    lost = ledger.vault.trouble
    if lost is not None:
        raise StorageError("C726", where=lost.where, cause=lost.code) from lost


def _fresh(ledger: Ledger) -> bool:
    """Whether the last checkpoint covers everything and leaves the recipient time to look."""
    last, seal = ledger.log.last_checkpoint(), ledger.log.last_seal()
    if last is None or seal is None or last[0] != ledger.log.size():
        return False
    return ledger.clock() - seal.time <= ledger.trust.max_age // AGES


def _ready(ledger: Ledger, passphrase: Callable[[str], bytes]) -> None:
    """See to it that the newest checkpoint can be handed out; make one, or refuse with C2605."""
    if not ledger.trust.policy.single_operator:
        require_witnesses(ledger, ledger.trust.max_age // AGES)
    elif not _fresh(ledger):
        checkpoint(ledger, passphrase)


def current_checkpoint(ledger: Ledger, passphrase: Callable[[str], bytes]) -> tuple[bytes, Seal]:
    """Return a checkpoint that covers everything recorded so far, with its seal; made if need be.

    Where witnesses are demanded it is the newest one they signed, which may cover less.

    Raises:
        EvidenceError: C443 the last checkpoint is not usable.
        RefusedError: C2605 too few witnesses signed it, or it is too old.
        SigningKeyError: a new one is needed and a ledger key does not open.
    """
    _ready(ledger, passphrase)
    with ledger.log.reading():
        last, seal = ledger.log.last_checkpoint(), ledger.log.last_seal()
    if last is None or seal is None or last[0] != seal.index + 1:
        raise EvidenceError("C443", where=ledger.origin)
    _require_own_signatures(ledger, last[1])
    return last[1], seal


class _Source:
    """Feeds the bundle: events, proofs, and the printed names of signers (21 CFR 11.50)."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._cache: dict[str, list[Placed]] = {}
        self.disclosures: dict[str, tuple[str, ...]] = {}

    def events(self, stream: str) -> list[Placed]:
        """Return the stream; notes which values of it go along: names of signers, nothing else."""
        if stream not in self._cache:
            self._cache[stream] = self._ledger.read(stream)
            if stream.startswith("key:"):
                for _, entry in self._cache[stream]:
                    strings = self._ledger.vault.by_leaf(entry.leaf)
                    if strings:
                        self.disclosures[b64(entry.leaf)] = tuple(sorted(strings.values()))
        return self._cache[stream]

    def map_proof(self, stream: str) -> tuple[Head, MapProof]:
        """Return head and proof under the last seal."""
        head, proof = self._ledger.log.map_proof(stream)
        if head is None:
            raise EvidenceError("C422", where=stream, missing=stream)
        return head, proof

    def inclusion(self, index: int, size: int) -> Sequence[bytes]:
        """Return the audit path of a leaf."""
        return self._ledger.log.inclusion(index, size)

    def consistency(self, old: int, new: int) -> Sequence[bytes]:
        """Return the proof that the log only grew."""
        return self._ledger.log.consistency(old, new)

    def placed(self) -> list[Placed]:
        """Return every event read so far, by index."""
        return sorted((p for events in self._cache.values() for p in events), key=lambda p: p[0])


def _documents(ledger: Ledger, source: _Source, indexes: set[int]) -> tuple[Attachment, ...]:
    """Return every document that an event of the bundle refers to, once, by digest."""
    found: dict[str, Attachment] = {}
    for index, entry in source.placed():
        if index in indexes:
            try:
                event = decode(index, entry, ledger.people.person_of)
            except EvidenceError:
                continue  # it goes along, and the recipient's verifier says what is wrong with it
            for document in event.body.documents:
                found.setdefault(
                    document.sha256,
                    Attachment(document.media_type, document.sha256, document.size),
                )
    return tuple(found[digest] for digest in sorted(found))


def sizes_known(ledger: Ledger, known: Sequence[int] = ()) -> list[int]:
    """Return the sizes recipients may know: the trust file's, the likely ones, and those named.

    Raises:
        InputError: C130 one that is named is no size this ledger ever had.
    """
    size = ledger.log.size()
    for named in known:
        if not 1 <= named <= size:
            raise InputError("C130", where="--known", known=named, size=size)
    published = ledger.log.checkpoint_sizes()
    asked = {ledger.trust.known[0], *known} - {0}
    likely = [*published[:PINNED_FIRST], *published[-PINNED_LATEST:]]
    room = MAX_KNOWN - len(asked)
    return sorted({*asked, *likely[max(0, len(likely) - room) :]})


def _require_own_signatures(ledger: Ledger, text: bytes) -> None:
    """Refuse to ship a checkpoint that our own trust file would not accept."""
    made, note = parse_checkpoint(text)
    for key in ledger.trust.log_keys:
        if signed_by(key, made, note) is None:
            raise EvidenceError("C443", where=ledger.origin)
