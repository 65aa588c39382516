"""Short ways to record an act in a test, by the rules and, as an insider, without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from custody.app.intent import Act, Intent, SignAs
from custody.demo.play import passphrase
from custody.evidence.authority import Authority
from custody.wiring.ledger import OpenLedger


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
    moment = datetime.fromtimestamp(ledger.clock(), UTC).isoformat(timespec="seconds")
    fields = {"occurred_at": moment, **(body or {})}
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
    """Unlock the key of one signer."""
    name, role, meaning = (*text.split(":"), "", "")[:3]
    return SignAs(ledger.signer(name, passphrase), role, meaning)


@contextmanager
def lawless() -> Iterator[None]:
    """Run the program as an insider who took every check out of it; keys and bytes are real."""
    with (
        patch("custody.app.acting.refusals", lambda *_: []),
        patch("custody.app.acting.evaluate", lambda _: []),
        patch.object(Authority, "judge_payload", lambda *_: []),
    ):
        yield
