"""Composition root of passing trust on: the trust file of a ledger folder, and its successors.

Beside `custody.wiring.ledger`, which makes the first one, the only module that puts them in place.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from custody.adapters.files import beside, sync_folder, write_once
from custody.app.publication.trust_succession import (
    Changes,
    Proposed,
    accept,
    announce,
    next_file,
    read,
    sign,
)
from custody.errors import StorageError, TrustError
from custody.evidence.names import kid
from custody.evidence.trust import TrustRoot
from custody.wiring.ledger import EARLIER, TRUST, OpenLedger, Passphrase, read_trust

if TYPE_CHECKING:
    from custody.app.ports import KeyCard
    from custody.app.recording.intent import Act, SignAs

__all__ = [
    "Changes",
    "Proposed",
    "TrustRoot",
    "accept",
    "adopt",
    "kid",
    "new_ledger_keys",
    "next_file",
    "read",
    "read_trust",
    "sign",
]


def new_ledger_keys(ledger: OpenLedger, passphrase: Passphrase) -> tuple[KeyCard, KeyCard]:
    """Make the next pair of ledger keys in the ledger's key folder, or return it if it is there."""
    number = ledger.trust.version + 1
    names = [f"ledger {ledger.origin} {alg} {number}" for alg in ("ed25519", "mldsa44")]
    there = {card.name: card for card in ledger.keys.list()}
    first, second = (
        there.get(name) or ledger.keys.create(name, alg, passphrase(name))
        for name, alg in zip(names, ("ed25519", "mldsa44"), strict=True)
    )
    return first, second


def adopt(ledger: OpenLedger, signed: bytes, by: Sequence[SignAs]) -> tuple[TrustRoot, Act | None]:
    """Announce the next trust file in the ledger and put it in place of the present one.

    The announcement comes first: whoever is stopped in between repeats the command, and it goes on.

    Raises:
        TrustError: C504 it does not follow or lacks signatures, C512 another one was announced.
        RefusedError: `by` are not enough present root keys.
        StorageError: the folder cannot be written.
    """
    following = accept(ledger.trust, [signed])
    act = announce(ledger, following, by)
    _put(ledger.folder, ledger.trust, following)
    return following, act


def _put(folder: Path, present: TrustRoot, following: TrustRoot) -> None:
    place = folder / EARLIER / f"{present.version:06d}.json"
    draft = beside(folder / TRUST)
    try:
        place.parent.mkdir(exist_ok=True)
        if not place.exists():
            write_once(place, present.to_bytes(), 0o644)
        write_once(draft, following.to_bytes(), 0o644)
        os.replace(draft, folder / TRUST)  # noqa: PTH105 - durable together with its folder
        sync_folder(folder)
    except OSError as error:
        raise StorageError("C706", where=str(place), detail=error.strerror or "") from error
    finally:
        draft.unlink(missing_ok=True)


def lacking(present: TrustRoot, proposed: Proposed) -> TrustError | None:
    """Return C513 while signatures are missing."""
    old, new = proposed.lacking(present)
    if not old and not new:
        return None
    return TrustError("C513", where="trust file", present=old, new=new)
