"""The examples of the small proof formats, made from the short ledger of the vectors."""

from __future__ import annotations

from contract.bundle_cases import SHIPMENT, sealed, short
from contract.vector_ledger import VectorLedger
from custody.evidence.acknowledgement import Promise
from custody.evidence.bundle import BundledEvent
from custody.evidence.fraud import Fraud, MapAnswer
from custody.evidence.headmap import DictNodes, apply, prove
from custody.evidence.receipt import Receipt
from custody.evidence.refresh import Refresh, SealedHead
from evidence.cast import LOG_SEED, _private


def examples() -> dict[str, bytes]:
    """Return every example, by path below `events`."""
    honest = sealed(short())
    return {
        "fraud/v1/example.json": lying(sealed_lie()).to_bytes(),
        "receipt/v1/example.tlog-proof": receipt(honest).to_bytes(),
        "receipt/v1/promise.txt": promise(honest),
        "refresh/v1/example.json": refresh(honest).to_bytes(),
    }


def receipt(ledger: VectorLedger) -> Receipt:
    """Return the receipt of the shipment's last event."""
    index, entry = ledger.events(SHIPMENT)[-1]
    path = tuple(ledger.inclusion(index, len(ledger.leaves)))
    return Receipt(index, path, ledger.note(), entry.wire)


def promise(ledger: VectorLedger) -> bytes:
    """Return a promise for the shipment's last event, due an hour later."""
    _, entry = ledger.events(SHIPMENT)[-1]
    stream, seq = entry.payload.stream, entry.payload.seq
    due = ledger.clock + 3_600
    return Promise(ledger.origin, stream, seq, entry.leaf, due).signed(_private(LOG_SEED))


def refresh(ledger: VectorLedger) -> Refresh:
    """Return the refresh file of the shipment's bundle, under the same checkpoint."""
    bundle = ledger.export(SHIPMENT)
    streams = (SealedHead(row.stream, row.head, row.copath) for row in bundle.streams)
    return Refresh(SHIPMENT, ledger.note(), bundle.seal, bundle.seal_path, tuple(streams))


def sealed_lie() -> VectorLedger:
    """Return a ledger whose seal denies that the shipment exists."""
    ledger = short()
    heads = {s: h for s in ledger.streams if s != SHIPMENT and (h := ledger.head(s)) is not None}
    lie = DictNodes()
    ledger.seal(map_root=apply(lie, heads), streams=len(heads))
    ledger.sealed, ledger.sealed_heads = lie, heads
    return ledger


def lying(ledger: VectorLedger) -> Fraud:
    """Return the proof (F2) that such a seal hides an event."""
    seal, size = ledger.seals[-1], len(ledger.leaves)
    index, entry = ledger.events(SHIPMENT)[-1]
    return Fraud(
        "F2",
        (ledger.note(),),
        ledger.wires[seal.index],
        tuple(ledger.inclusion(seal.index, size)),
        (BundledEvent(index, entry.wire, tuple(ledger.inclusion(index, size))),),
        index,
        (MapAnswer(SHIPMENT, None, prove(ledger.sealed, SHIPMENT)),),
    )
