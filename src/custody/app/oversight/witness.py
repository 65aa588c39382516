"""The witness: looks at the checkpoints of other people's ledgers and signs that they only grew.

It keeps one thing, the last checkpoint it signed of each ledger, and refuses whatever does not
continue it. Events and rules mean nothing to it. Protocol: C2SP tlog-witness ``add-checkpoint``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from custody.app.ports import Clock, KeyCard, Signer
from custody.errors import CustodyError, EvidenceError, InputError, StorageError
from custody.evidence import note as notes
from custody.evidence.checkpoint import Checkpoint, verify_line
from custody.evidence.cosigning import Request, cosign, format_lines
from custody.evidence.merkle import verify_consistency
from custody.evidence.note import COSIGNATURE, MLDSA44, SignedNote, VerifierKey, check_name
from custody.evidence.trust import TrustRoot

CLOCK_BACK: Final = 300
"""Seconds the clock of a witness may go back without its statements contradicting each other."""

TYPES: Final = {"ed25519": COSIGNATURE, "mldsa44": MLDSA44}
"""Key type on signature lines by algorithm (tlog-cosignature)."""


@dataclass(frozen=True, slots=True)
class Served:
    """A ledger the witness signs for: its name and both its public keys."""

    origin: str
    keys: tuple[VerifierKey, VerifierKey]


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint the witness decided to sign, at Unix second `time`; `text` is the note."""

    size: int
    root: bytes
    time: int
    text: bytes


class WitnessMemory(Protocol):
    """What a witness must not forget; every call is durable when it returns."""

    def ledgers(self) -> Sequence[Served]: ...
    def serve(self, ledger: Served) -> None: ...
    def latest(self, origin: str) -> Seen | None: ...
    def advance(
        self, origin: str, size: int, judge: Callable[[Seen | None, Seen | None], Seen]
    ) -> Seen:
        """Ask `judge` about the last checkpoint and the one of `size`; keep what it returns.

        All under one lock: of two callers the second sees what the first one kept. An error of
        `judge` passes through and nothing is kept.
        """
        ...

    def keep_fork(self, origin: str, size: int, texts: Sequence[bytes]) -> None:
        """Keep two contradicting notes over the same size: they prove what the ledger did."""
        ...


@dataclass(frozen=True, slots=True)
class Cosigned:
    """An answer: the lines as text, and what they are about."""

    checkpoint: Checkpoint
    time: int
    lines: bytes


def witness_name(name: str) -> str:
    """Return `name` when it can name a witness; InputError C195 otherwise."""
    try:
        check_name(name)
    except EvidenceError as error:
        detail = str(error.params.get("detail", ""))
        raise InputError("C195", where=name, detail=detail) from error
    return name


def public_keys(name: str, cards: Sequence[KeyCard]) -> tuple[VerifierKey, ...]:
    """Return the keys of a witness as trust files list them."""
    return tuple(VerifierKey(name, TYPES[card.alg], card.public) for card in cards)


def serve_ledger(memory: WitnessMemory, trust: TrustRoot, *, replace: bool = False) -> Served:
    """Let the witness sign for the ledger that `trust` is about.

    Args:
        replace: the ledger has new keys, and the person was told so by the ledger's owners.

    Raises:
        InputError: C194 the ledger is served already, with other keys.
    """
    ledger = Served(trust.origin, trust.log_keys)
    known = {served.origin: served for served in memory.ledgers()}.get(ledger.origin)
    if known is not None and known != ledger and not replace:
        raise InputError("C194", where=ledger.origin, origin=ledger.origin)
    memory.serve(ledger)
    return ledger


class Witness:
    """A witness that is ready to sign: its keys are unlocked.

    Args:
        name: as on its signature lines.
        signers: an Ed25519 key, an ML-DSA-44 key, or both; each gives one line.
    """

    def __init__(
        self, name: str, signers: Sequence[Signer], memory: WitnessMemory, clock: Clock
    ) -> None:
        self.name, self.memory, self.clock = name, memory, clock
        self._signers = tuple(signers)

    def cosign(self, raw: bytes, *, repeat: bool = False) -> Cosigned:
        """Judge a request and return the lines; what was signed is kept before they exist.

        Args:
            repeat: give the lines of the very checkpoint signed last again, from whichever size the
                request begins: its file was carried here twice, or the answer was lost. Over HTTP
                the protocol wants C189 then.

        Raises:
            InputError: C186 not a request, C187 an unknown ledger, C189 the request does not begin
                where this witness is (`size` says where that is).
            EvidenceError: C446 the ledger did not sign it with both keys, C447 another checkpoint
                of this size was signed before, C448 it does not continue what was signed before.
            StorageError: C732, C733 the memory or the clock of the witness cannot be relied on.
        """
        request, checkpoint, note = _read(raw)
        origin = checkpoint.origin
        served = {ledger.origin: ledger for ledger in self.memory.ledgers()}.get(origin)
        if served is None:
            raise InputError("C187", where=origin, origin=origin)
        text = _with_log_lines_only(served, checkpoint, note)

        def judge(last: Seen | None, same: Seen | None) -> Seen:
            again = repeat and last is not None and last == same and last.root == checkpoint.root
            if not again:
                _require_continued(request, checkpoint, last, same)
            if last is not None and last.size == checkpoint.size:
                return last  # asked again: an answer was lost; the same statement is repeated
            return Seen(checkpoint.size, checkpoint.root, self._now(last), text)

        try:
            seen = self.memory.advance(origin, checkpoint.size, judge)
        except CustodyError as error:
            if error.code == "C447":
                self._keep_fork(error, checkpoint, text)
            raise
        lines = [cosign(s.private, self.name, checkpoint, seen.time) for s in self._signers]
        return Cosigned(checkpoint, seen.time, format_lines(lines))

    def _now(self, last: Seen | None) -> int:
        """Return the time of the statement: never before that of the last one about this ledger."""
        now = self.clock()
        if last is not None and now < last.time:
            if last.time - now > CLOCK_BACK:
                raise StorageError("C733", where=self.name, now=now, last=last.time)
            return last.time
        return max(now, 1)

    def _keep_fork(self, error: CustodyError, checkpoint: Checkpoint, text: bytes) -> None:
        earlier = error.params.get("earlier")
        if isinstance(earlier, bytes):
            # A full disk must not hide the contradiction itself.
            with suppress(StorageError):
                self.memory.keep_fork(checkpoint.origin, checkpoint.size, [earlier, text])


def _read(raw: bytes) -> tuple[Request, Checkpoint, SignedNote]:
    try:
        request = Request.parse(raw)
        checkpoint, note = request.parts()
    except EvidenceError as error:
        detail = str(error.params.get("detail", ""))
        raise InputError("C186", where="request", detail=detail) from error
    return request, checkpoint, note


def _with_log_lines_only(served: Served, checkpoint: Checkpoint, note: SignedNote) -> bytes:
    """Return the note with the ledger's two lines, which are all that is worth keeping.

    Both keys must have signed, once each: one line alone is a downgrade.
    """
    kept = []
    for key in served.keys:
        lines = [s for s in note.signatures if (s.name, s.keyid) == (key.name, key.keyid)]
        if len(lines) != 1 or verify_line(key, checkpoint, lines[0]) is None:
            raise EvidenceError("C446", where=f"{served.origin} {checkpoint.size}")
        kept += lines
    return notes.encode(SignedNote(note.text, tuple(kept)))


def _require_continued(
    request: Request, checkpoint: Checkpoint, last: Seen | None, same: Seen | None
) -> None:
    size = last.size if last is not None else 0
    if same is not None and same.root != checkpoint.root:
        raise EvidenceError(
            "C447",
            where=checkpoint.origin,
            size=size,
            at=checkpoint.size,
            earlier=same.text,
        )
    if request.old != size:
        raise InputError("C189", where=checkpoint.origin, old=request.old, size=size)
    if last is None:
        continued = not request.proof
    else:
        continued = verify_consistency(
            size, checkpoint.size, request.proof, last.root, checkpoint.root
        )
    if not continued:
        raise EvidenceError("C448", where=checkpoint.origin, size=size, at=checkpoint.size)
