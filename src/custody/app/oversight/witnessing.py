"""The ledger's side of witnessing: ask for co-signatures, take them in, say which are there.

A co-signature is only ever added to a checkpoint that is kept already. Map auditors sign in the
same way and are taken in by the same function. C2SP tlog-witness, tlog-cosignature, tlog-policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from custody.app.ledger import Ledger
from custody.errors import EvidenceError, InputError, RefusedError, Text
from custody.evidence.checkpoint import Checkpoint, parse_checkpoint, verify_line
from custody.evidence.cosigning import Request, parse_lines, signed_by, with_lines
from custody.evidence.note import Signature, VerifierKey
from custody.evidence.trust import TrustRoot

LATE: Final = 64
"""Of so many checkpoints, the newest, an answer may be about one: answers take their time."""

ASKS: Final = 3
"""Most requests to one witness at a time: a guess, the size it said, and once more in a race."""


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness or auditor of the trust file, and the time of its line (None: not there)."""

    name: str
    kind: str
    key: VerifierKey
    time: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Who has co-signed the newest checkpoint; `met` is what a recipient would say of it.

    Attributes:
        size: of the newest checkpoint, None when there is none yet.
        since: leaves written after it.
        demanded: False when the trust file asks for no witness at all.
    """

    size: int | None
    since: int
    cosigners: tuple[Cosigner, ...]
    demanded: bool
    met: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """The witnesses whose line is not there."""
        return tuple(c.name for c in self.cosigners if c.kind == "witness" and c.time is None)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an answer: names of those whose lines are new, were there, or are unknown."""

    size: int
    text: bytes
    added: tuple[str, ...]
    present: tuple[str, ...]
    unknown: tuple[str, ...]


def cosigners(trust: TrustRoot) -> list[tuple[str, str, VerifierKey]]:
    """Return (name, kind, key) of everybody whose line the trust file knows, except the ledger."""
    witnesses = [(name, "witness", key) for name, key in trust.policy.witnesses.items()]
    return [*witnesses, *((key.name, "auditor", key) for key in trust.auditors)]


def standing(ledger: Ledger) -> Standing:
    """Return who has co-signed the newest checkpoint of `ledger`."""
    last = ledger.log.last_checkpoint()
    trust, policy = ledger.trust, ledger.trust.policy
    listed = cosigners(trust)
    if last is None:
        rows = tuple(Cosigner(name, kind, key, None) for name, kind, key in listed)
        met = policy.single_operator
        return Standing(None, ledger.log.size(), rows, not policy.single_operator, met)
    size, text = last
    checkpoint, note = parse_checkpoint(text)
    rows = tuple(
        Cosigner(name, kind, key, signed_by(key, checkpoint, note)) for name, kind, key in listed
    )
    good = [row.name for row in rows if row.kind == "witness" and row.time is not None]
    return Standing(
        size=size,
        since=ledger.log.size() - size,
        cosigners=rows,
        demanded=not policy.single_operator,
        met=policy.satisfied_by(good),
    )


def last_signed(ledger: Ledger, key: VerifierKey) -> int:
    """Return the size of the largest kept checkpoint that bears a good line by `key`, or 0."""
    mark = f" {key.name} ".encode()
    for size in reversed(ledger.log.checkpoint_sizes()):
        text = ledger.log.checkpoint(size) or b""
        if mark in text and signed_by(key, *parse_checkpoint(text)) is not None:
            return size
    return 0


def request(ledger: Ledger, *, old: int | None = None, witness: str | None = None) -> Request:
    """Return the request to co-sign the newest checkpoint.

    Args:
        old: the size the witness signed last, when it said so itself.
        witness: name of the witness in the trust file; its last line tells the old size. Without
            either, all witnesses of the trust file must have signed the same checkpoint last.

    Raises:
        RefusedError: C2606 there is no checkpoint yet.
        InputError: C188 no witness of this name, or several and they are at different sizes.
        EvidenceError: C448 the witness signed more than this ledger's newest checkpoint holds.
    """
    last = ledger.log.last_checkpoint()
    if last is None:
        raise RefusedError("C2606", where=ledger.origin)
    size, text = last
    start = _start(ledger, witness) if old is None else old
    if start > size:
        raise EvidenceError("C448", where=ledger.origin, size=start, at=size)
    proof = ledger.log.consistency(start, size) if start else []
    return Request(start, tuple(proof), text)


def _start(ledger: Ledger, witness: str | None) -> int:
    keys = ledger.trust.policy.witnesses
    if witness is not None and witness not in keys:
        raise InputError("C188", where=witness, names=", ".join(keys) or "–")
    wanted = [keys[witness]] if witness is not None else list(keys.values())
    starts = {last_signed(ledger, key) for key in wanted}
    if len(starts) > 1:
        raise InputError("C188", where="--witness", names=", ".join(keys))
    return starts.pop() if starts else 0


def add_lines(ledger: Ledger, raw: bytes) -> Added:
    """Check the lines of an answer and keep those by known witnesses and auditors.

    Adding the same answer again changes nothing. One false line refuses all of them.

    Raises:
        InputError: C192 not an answer, or no line in it is by anybody the trust file knows.
        RefusedError: C2606 there is no checkpoint yet.
        EvidenceError: C449 a line does not hold for any of the latest checkpoints.
    """
    try:
        given = parse_lines(raw)
    except EvidenceError as error:
        raise InputError("C192", where="answer", detail=error.params.get("detail", "")) from error
    known = {(key.name, key.keyid): (name, key) for name, _, key in cosigners(ledger.trust)}
    log = {(key.name, key.keyid) for key in ledger.trust.log_keys}
    lines = {(line.name, line.keyid): line for line in given}
    unknown = tuple(dict.fromkeys(n for n, i in lines if (n, i) not in known.keys() | log))
    wanted = [(*known[row], line) for row, line in lines.items() if row in known]
    if not wanted:
        names = ", ".join(unknown) or "–"
        detail = Text(
            f"no line is by a witness or auditor that the trust file names ({names})",
            f"没有一行来自信任文件所列的见证方或审计方（{names}）",
        )
        raise InputError("C192", where=ledger.origin, detail=detail)
    size = _about(ledger, [(key, line) for _, key, line in wanted])
    added: list[str] = []

    def extend(text: bytes) -> bytes:
        added.clear()
        _, note = parse_checkpoint(text)
        there = {(line.name, line.keyid) for line in note.signatures}
        added.extend(name for name, key, _ in wanted if (key.name, key.keyid) not in there)
        return with_lines(text, [line for _, _, line in wanted])

    text = ledger.log.extend_checkpoint(size, extend)
    present = tuple(name for name, _, _ in wanted if name not in added)
    return Added(size, text, tuple(added), present, unknown)


def latest(ledger: Ledger) -> Iterator[tuple[int, Checkpoint]]:
    """Yield (size, checkpoint) of the newest kept checkpoints, newest first.

    Raises RefusedError C2606 when there is none.
    """
    sizes = ledger.log.checkpoint_sizes()
    if not sizes:
        raise RefusedError("C2606", where=ledger.origin)
    for size in sizes[: -LATE - 1 : -1]:
        text = ledger.log.checkpoint(size)
        if text is not None:
            yield size, parse_checkpoint(text)[0]


def _about(ledger: Ledger, wanted: list[tuple[VerifierKey, Signature]]) -> int:
    """Return the size of the checkpoint that all of these lines sign."""
    best: set[str] = set()
    for size, checkpoint in latest(ledger):
        false = {key.name for key, line in wanted if verify_line(key, checkpoint, line) is None}
        if not false:
            return size
        if not best or len(false) < len(best):
            best = false
    detail = Text(
        f"the line of {', '.join(sorted(best))} signs none of the latest checkpoints",
        f"{'、'.join(sorted(best))} 的签名行与最近的检查点均不相符",
    )
    raise EvidenceError("C449", where=ledger.origin, detail=detail)


def ask(ledger: Ledger, post: Callable[[bytes], bytes | int], address: str) -> Added:
    """Ask one witness over a line of communication and keep its answer.

    Args:
        post: sends a request and returns the answer, or the size that the witness signed last when
            it says that the request does not begin there.

    Raises:
        EvidenceError: C447, C448 what the witness signed before is not in this ledger.
        InputError: as `add_lines`, and C193 when the witness changes its mind all the time; more
            by `post`.
    """
    keys = list(ledger.trust.policy.witnesses.values())
    old = max((last_signed(ledger, key) for key in keys), default=0)
    for _ in range(ASKS):
        wanted = request(ledger, old=old)
        said = post(wanted.to_bytes())
        if isinstance(said, bytes):
            return add_lines(ledger, said)
        if said == old:
            at = wanted.parts()[0].size
            raise EvidenceError("C447", where=address, size=said, at=at)
        old = said
    detail = Text("it says another size each time", "它每次给出的大小都不同")
    raise InputError("C193", where=address, detail=detail)
