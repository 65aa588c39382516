"""Accusations of a ledger: proofs of fraud, the lies they are about, and how they are judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from custody.evidence import headmap, names
from custody.evidence.acknowledgement import Promise
from custody.evidence.bundle import BundledEvent
from custody.evidence.fraud import Fraud, MapAnswer
from custody.evidence.fraud_proof import FraudVerdict, check_fraud
from custody.evidence.headmap import DictNodes, Head
from evidence.cast import LOG_SEED, OPERATOR, ORIGIN, QUALITY, _private, trust
from evidence.ledgers import BATCH, FREEZER, Ledger

PERFORMED = [(OPERATOR, "performed", "operator")]
REJECTED = [(QUALITY, "rejected", "quality_authority")]


def judged(fraud: Fraud, **changes: Any) -> FraudVerdict:
    """Judge a proof as it arrives: after a journey as a file."""
    return check_fraud(Fraud.parse(fraud.to_bytes()), trust(**changes))


def shown(ledger: Ledger, *indexes: int) -> tuple[BundledEvent, ...]:
    size = len(ledger.leaves)
    return tuple(
        BundledEvent(i, ledger.wires[i], tuple(ledger.inclusion(i, size))) for i in sorted(indexes)
    )


def sealed(ledger: Ledger, kind: str, **parts: Any) -> Fraud:
    """Return a proof under the last seal of `ledger`."""
    seal, size = ledger.seals[-1], len(ledger.leaves)
    path = tuple(ledger.inclusion(seal.index, size))
    return Fraud(kind, (ledger.checkpoint(),), ledger.wires[seal.index], path, **parts)


def answer(ledger: Ledger, stream: str) -> MapAnswer:
    return MapAnswer(stream, ledger.sealed_heads.get(stream), headmap.prove(ledger.sealed, stream))


def lying_seal(ledger: Ledger, change: Callable[[dict[str, Head]], object]) -> Ledger:
    """Seal a map that differs from the truth as `change` wants it."""
    heads = {s: h for s in ledger.streams if (h := ledger.head(s)) is not None}
    change(heads)
    lie = DictNodes()
    ledger.seal(map_root=headmap.apply(lie, heads), streams=len(heads))
    ledger.sealed, ledger.sealed_heads = lie, heads
    return ledger


def held() -> tuple[Ledger, int]:
    """Return a story in which the batch was put on hold at the end, and the index of that."""
    ledger = Ledger().establish().story()
    return ledger, ledger.append(BATCH, "batch.held/v1", REJECTED)


def hide_the_hold(heads: dict[str, Head], ledger: Ledger) -> None:
    index, entry = ledger.events(BATCH)[-2]
    heads[BATCH] = Head(len(ledger.events(BATCH)) - 1, index, entry.leaf)


def two_histories() -> tuple[Ledger, Ledger]:
    one, other = Ledger().establish().story(), Ledger().establish().story()
    one.append(BATCH, "batch.held/v1", REJECTED)
    other.append(FREEZER, "equipment.calibrated/v1", PERFORMED)
    for ledger in (one, other):
        ledger.seal()
    return one, other


def authority(ledger: Ledger, accused: int, *leave_out: str) -> Fraud:
    """Return an F4 with every stream about keys and policy but those left out."""
    streams = [s for s in ledger.streams if s.startswith("key:") or s == names.AUTHORITY]
    used = [s for s in sorted(streams) if s not in leave_out]
    indexes = {i for s in used for i, _ in ledger.events(s)} | {accused}
    return sealed(
        ledger,
        "F4",
        events=shown(ledger, *indexes),
        accused=accused,
        answers=tuple(answer(ledger, s) for s in used),
    )


def promised(ledger: Ledger, seq: int, deadline: int, leaf: bytes = bytes(32)) -> bytes:
    return Promise(ORIGIN, BATCH, seq, leaf, deadline).signed(_private(LOG_SEED))
