"""Make refresh files: what shows the holder of a bundle that nothing was added since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from custody import contract
from custody.app.ledger import Ledger
from custody.app.publication.publishing import current_checkpoint, sizes_known
from custody.evidence.closure import Placed, closure
from custody.evidence.refresh import Refresh, SealedHead


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A refresh file that was made: for which shipment, under a checkpoint of `size` entries."""

    number: str
    data: bytes
    size: int
    streams: int


def refresh(
    ledger: Ledger,
    shipment: str,
    passphrase: Callable[[str], bytes],
    known: Sequence[int] = (),
) -> Refreshed:
    """Make the refresh file of a shipment under a checkpoint that covers all recorded so far.

    Args:
        known: sizes of checkpoints its recipients have, besides the likely ones; the size of the
            bundle it refreshes must be among them.

    Raises:
        InputError: no such shipment; C130 a known size this ledger never had.
        SigningKeyError: a new checkpoint is needed and a ledger key does not open.
    """
    stream = ledger.resolve(shipment, ("shipment",))
    note, seal = current_checkpoint(ledger, passphrase)
    with ledger.log.reading():
        size = seal.index + 1

        @cache  # the closure asks for many streams more than once
        def read(name: str) -> list[Placed]:
            return [placed for placed in ledger.read(name) if placed[0] < seal.index]

        wanted = closure(
            stream,
            read,
            contract.alias_fields,
            ledger.trust.every_root.keys(),
        )
        rows = []
        for name in sorted(wanted.first):
            head, proof = ledger.log.map_proof(name)
            if head is not None:
                rows.append(SealedHead(name, head, tuple(proof.copath)))
        made = Refresh(
            shipment=stream,
            checkpoint=note,
            seal=seal.to_bytes(),
            seal_path=tuple(ledger.log.inclusion(seal.index, size)),
            streams=tuple(rows),
            consistency={
                old: tuple(ledger.log.consistency(old, size))
                for old in sizes_known(ledger, known)
                if 1 <= old < size
            },
        )
    return Refreshed(ledger.number_of(stream), made.to_bytes(), size, len(rows))
