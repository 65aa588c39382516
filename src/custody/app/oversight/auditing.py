"""A map auditor: somebody independent replays a whole ledger and co-signs its checkpoint.

The co-signature states: I replayed every leaf up to the seal, every chain, role and rule holds, and
the sealed map is the one my own replay gives. It is given only when the replay finds nothing at
all. What the auditor signed last is remembered; the next replay begins there, once the copy is
shown to be the same up to that point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from custody.app.ledger import Ledger
from custody.app.oversight.audit import AuditReport, Progress, audit
from custody.app.oversight.fraud_proofs import prove
from custody.app.ports import Signer
from custody.app.verification.memory import Kept, VerifierMemory, ledger_key, usable
from custody.errors import EvidenceError, InputError, StorageError, Text
from custody.evidence.checkpoint import parse_checkpoint
from custody.evidence.cosigning import cosign, format_lines
from custody.evidence.findings import Finding
from custody.evidence.fraud import Fraud
from custody.evidence.fraud_proof import check_fraud

TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found.

    Attributes:
        size: of the checkpoint that was replayed; `since` is where signatures and rules were asked
            again, 0 for a first replay. `as_of` is the Unix second of its seal.
        findings: what does not hold; empty when the auditor may sign.
        proofs: what can be proved of it to others.
        lines: the co-signature, to be sent to the holder of the ledger; empty when not signed.
    """

    origin: str
    size: int
    since: int
    as_of: int
    events: int
    streams: int
    findings: tuple[Finding, ...] = ()
    proofs: tuple[Fraud, ...] = ()
    lines: bytes = b""

    @property
    def signed(self) -> bool:
        """Whether the auditor stands behind this checkpoint."""
        return bool(self.lines)


def replay(
    ledger: Ledger,
    memory: VerifierMemory,
    name: str,
    unlock: Callable[[], Signer],
    progress: Progress | None = None,
) -> Replay:
    """Replay a copy of a ledger and co-sign its newest checkpoint when everything holds.

    Args:
        ledger: the copy, opened with the auditor's own trust file.
        memory: what this auditor signed last, by ledger.
        name: of the auditor, as on its lines.
        unlock: gives the auditor's key; called only when there is something to sign.

    Raises:
        InputError: C138 the copy holds no checkpoint over its last seal, C139 it is another ledger.
        EvidenceError: C453 the copy does not continue what was audited before.
        SigningKeyError: the key does not open.
    """
    trust = ledger.trust
    if ledger.origin != trust.origin:
        raise InputError("C139", where=ledger.origin, origin=ledger.origin, trusted=trust.origin)
    key = ledger_key(trust)
    before = memory.largest(key)
    known = usable(before, trust) if before else None
    with ledger.log.reading():
        last, seal = ledger.log.last_checkpoint(), ledger.log.last_seal()
        if last is None or seal is None or last[0] != seal.index + 1:
            raise InputError("C138", where=ledger.origin)
        size, note = last
        since = _continued(ledger, known, size)
        report = audit(ledger, (), progress, since=since, derived=False)
        proofs = tuple(prove(ledger, note, report.findings)) if report.findings else ()
    if report.findings:
        return _told(ledger, report, size, since, seal.time, proofs=proofs)
    signer = unlock()
    _kept(ledger, memory, Kept(size, note))
    checkpoint, _ = parse_checkpoint(note)
    line = cosign(signer.private, name, checkpoint, max(ledger.clock(), 1))
    return _told(ledger, report, size, since, seal.time, lines=format_lines([line]))


def _kept(ledger: Ledger, memory: VerifierMemory, now: Kept) -> None:
    """Keep what will be signed before the line leaves: never two histories of one size.

    Another replay that ends at the same moment must have seen the same history.
    """
    key = ledger_key(ledger.trust)
    for _ in range(TRIES):
        before = memory.largest(key)
        known = usable(before, ledger.trust) if before else None
        old = _continued(ledger, known, now.size)
        if (before is not None and old == now.size) or memory.keep(key, before, now):
            return
    raise StorageError("C737", where=ledger.origin, detail="")


def _continued(ledger: Ledger, known: tuple[int, bytes] | None, size: int) -> int:
    """Return where to begin: what was audited before need not be asked again if it is the same."""
    if known is None:
        return 0
    old, root = known
    if size < old:
        detail = Text(
            f"the copy ends at {size} entries; {old} were audited before",
            f"副本止于 {size} 条记录；此前已审计 {old} 条",
        )
        raise EvidenceError("C453", where=ledger.origin, detail=detail)
    if ledger.log.root(old) != root:
        detail = Text(
            f"its first {old} entries are not those that were audited",
            f"其前 {old} 条记录与此前审计过的不同",
        )
        raise EvidenceError("C453", where=ledger.origin, detail=detail)
    return old


def fork(ledger: Ledger, memory: VerifierMemory) -> Fraud | None:
    """Return the proof (F1) that the copy and what was audited before are two histories.

    None when it cannot be proved to others: a checkpoint of the same size must be in the copy.
    """
    before = memory.largest(ledger_key(ledger.trust))
    for size, note in ledger.log.checkpoints() if before else ():
        if before is not None and size == before.size:
            fraud = Fraud("F1", (before.note, note))
            if check_fraud(fraud, ledger.trust).proved:
                return fraud
    return None


def _told(
    ledger: Ledger, report: AuditReport, size: int, since: int, as_of: int, **more: Any
) -> Replay:
    return Replay(
        ledger.origin,
        size,
        since,
        as_of,
        report.events,
        report.streams,
        report.findings,
        **more,
    )
