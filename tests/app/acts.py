"""Short ways to record an act in a test, by the rules and, as an insider, without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from custody.app.ports import Signer
from custody.app.recording.intent import Act, Intent, SignAs
from custody.demo.play import passphrase
from custody.evidence.authority import Authority
from custody.wiring.ledger import OpenLedger

UNLOCKED: dict[str, Signer] = {}


def do(
    ledger: OpenLedger,
    type_name: str,
    number: str | None,
    body: Mapping[str, Any] | None = None,
    links: Mapping[str, list[str]] | None = None,
    by: tuple[str, ...] = (),
    **options: Any,
) -> Act:
    """Record one act; `by` are ``Name`` or ``Name:role:meaning``."""
    from custody import contract

    opens = contract.types()[type_name]["opens"]
    fields = {"occurred_at": moment(ledger), **(body or {})}
    if opens and number:
        fields["number"] = number
    intent = Intent(
        type_name,
        None if opens else number,
        fields,
        tuple((rel, to) for rel, targets in (links or {}).items() for to in targets),
        options.pop("private", {}),
    )
    return ledger.record(intent, [sign(ledger, text) for text in by], **options)


def sign(ledger: OpenLedger, text: str) -> SignAs:
    """Return one signature, written ``Name`` or ``Name:role:meaning``."""
    name, role, meaning = (*text.split(":"), "", "")[:3]
    return SignAs(unlocked(ledger, name), role, meaning)


def unlocked(ledger: OpenLedger, name: str) -> Signer:
    """Unlock a key once for all copies of its ledger: it is slow on purpose."""
    kid = ledger.keys.find(name).kid
    if kid not in UNLOCKED:
        UNLOCKED[kid] = ledger.signer(name, passphrase)
    return UNLOCKED[kid]


def moment(ledger: OpenLedger) -> str:
    """Return the ledger's time as an instant for a body."""
    return datetime.fromtimestamp(ledger.clock(), UTC).isoformat(timespec="seconds")


def moved(ledger: OpenLedger, box: str = "R1") -> None:
    """Record something that has nothing to do with any shipment."""
    do(ledger, "vial.moved/v1", "WCB-01-004", {"position": box}, by=("Chen Yu",))


def paper(kind: str, **other: Any) -> dict[str, Any]:
    """Return an invented document as a body names it."""
    media = {"media_type": "application/pdf", "size": 1, "sha256": "0" * 64}
    return {"kind": kind, "name": f"{kind}.pdf", **media, **other}


@contextmanager
def lawless() -> Iterator[None]:
    """Run the program as an insider who took every check out of it; keys and bytes are real."""
    with (
        patch("custody.app.recording.acting.objections", lambda *_: []),
        patch("custody.app.recording.acting.evaluate", lambda _: []),
        patch.object(Authority, "judge_payload", lambda *_: []),
    ):
        yield
