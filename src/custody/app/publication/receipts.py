"""What a signer takes home: a receipt for an event, or a signed promise until there can be one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from custody.app.ledger import Ledger
from custody.app.ports import StoredLeaf
from custody.app.publication.publishing import log_keys
from custody.app.recording.bodies import stamp
from custody.app.verification.unprovable import unprovable
from custody.errors import EvidenceError, InputError
from custody.evidence.acknowledgement import Promise
from custody.evidence.entry import Entry
from custody.evidence.receipt import Receipt, check_receipt
from custody.evidence.receipt import ReceiptReport as ReceiptReport  # noqa: PLC0414 - for the CLI
from custody.evidence.trust import TrustRoot

HOUR: Final = 3_600
MOST_HOURS: Final = 30 * 24


@dataclass(frozen=True, slots=True)
class Proof:
    """A receipt or a promise that was made.

    `event` is the log index, `number` that of the item, `size` the checkpoint's of a receipt,
    `deadline` the Unix second of a promise.
    """

    data: bytes
    event: int
    type: str
    number: str
    size: int | None = None
    deadline: int | None = None


def receipt(ledger: Ledger, event: int) -> Proof:
    """Return the receipt for the event at index `event`, under the newest checkpoint.

    Raises:
        InputError: C131 there is no such event; C132 no checkpoint covers it yet.
    """
    with ledger.log.reading():
        stored, entry = _event(ledger, event)
        last = ledger.log.last_checkpoint()
        size = last[0] if last else 0
        if last is None or event >= size:
            raise InputError("C132", where=f"event {event}", event=event, size=size)
        path = tuple(ledger.log.inclusion(event, size))
        made = Receipt(event, path, last[1], stored.wire)
    payload = entry.payload
    number = ledger.number_of(payload.stream)
    return Proof(made.to_bytes(), event, payload.type, number, size=size)


def promise(ledger: Ledger, event: int, hours: int, passphrase: Callable[[str], bytes]) -> Proof:
    """Return the ledger's promise to have the event under a checkpoint within `hours`.

    Raises:
        InputError: C131, C133 it is under one already, C134 no usable number of hours.
        SigningKeyError: the ledger's key does not open.
    """
    if not 1 <= hours <= MOST_HOURS:
        raise InputError("C134", where="--within", hours=hours, most=MOST_HOURS)
    stored, entry = _event(ledger, event)
    last = ledger.log.last_checkpoint()
    if last is not None and event < last[0]:
        raise InputError("C133", where=f"event {event}", event=event)
    payload, deadline = entry.payload, ledger.clock() + hours * HOUR
    made = Promise(ledger.origin, payload.stream, payload.seq, stored.leaf, deadline)
    signer = ledger.keys.unlock(log_keys(ledger)[0], passphrase)
    number = ledger.number_of(payload.stream)
    return Proof(made.signed(signer.private), event, payload.type, number, deadline=deadline)


def _event(ledger: Ledger, index: int) -> tuple[StoredLeaf, Entry]:
    size = ledger.log.size()
    stored = next(iter(ledger.log.scan(index, index + 1)), None) if 0 <= index < size else None
    if stored is None or stored.stream is None:
        raise InputError("C131", where=f"event {index}", event=index, last=size - 1)
    try:
        return stored, Entry.parse(stored.wire)
    except EvidenceError:
        raise InputError("C131", where=f"event {index}", event=index, last=size - 1) from None


def verify_receipt(
    data: bytes,
    trust: bytes,
    now: int,
    pin: str | None = None,
    earlier: Sequence[bytes] = (),
) -> ReceiptReport:
    """Verify a receipt against a trust file; see `custody.evidence.receipt.check_receipt`.

    A receipt may be older than the ledger's present keys: with `earlier` trust files the newest one
    whose keys signed its checkpoint is the one it is judged by.

    Raises:
        TrustError: a trust file is not usable, or an earlier one is not in the chain.
    """
    root = TrustRoot.parse(trust).after(earlier)
    report = check_receipt(data, root, now, pin=pin)
    for file in reversed(root.earlier):
        if not any(f.code == "E04" for f in report.findings):
            break
        before = check_receipt(data, file, now)
        if not any(f.code == "E04" for f in before.findings):
            return before
    return report


def plain(report: ReceiptReport) -> dict[str, Any]:
    """Return what a receipt proves as JSON, for ``--json``."""
    payload = report.entry.payload if report.entry else None
    last = max(report.times.values(), default=None)
    clauses = unprovable(None, single_operator=report.single_operator)
    return {
        "verdict": report.verdict.value,
        "level": None,
        "as_of": last,
        "origin": report.origin,
        "trust": report.trust,
        "event": report.index,
        "size": report.size,
        "type": payload.type if payload else None,
        "stream": payload.stream if payload else None,
        "seq": payload.seq if payload else None,
        "time": payload.time if payload else None,
        "signers": [
            {"kid": s.kid, "role": s.role, "meaning": s.meaning}
            for s in (payload.signers if payload else ())
        ],
        "number": str(payload.body.get("number", "")) if payload else "",
        "witnesses": list(report.witnesses),
        "auditors": list(report.auditors),
        "single_operator": report.single_operator,
        "signed": {name: stamp(time) for name, time in report.times.items()},
        "findings": [
            {
                "step": f.step,
                "code": f.code,
                "where": f.where,
                "detail": f.detail,
                "verdict": f.verdict.value,
            }
            for f in report.findings
        ],
        "unproved": [{"en": w.en, "zh": w.zh} for w in clauses],
    }
