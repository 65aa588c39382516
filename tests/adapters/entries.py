"""Makes signed entries with keys from fixed seeds, for the tests of the adapters."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.evidence.encoding import ZERO, b64
from custody.evidence.entry import Entry, encode, pae
from custody.evidence.names import kid
from custody.evidence.payload import Link, Payload, Signer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from custody.adapters.store import LedgerStore

ORIGIN = "custody.example/site-1"
OPERATOR = Ed25519PrivateKey.from_private_bytes(bytes([0x11]) * 32)


def stream_named(name: str, kind: str = "vial") -> str:
    """Return a stream of `kind` whose 128 bits follow from `name`."""
    return f"{kind}:{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def signed(
    stream: str,
    seq: int = 0,
    prev: bytes = ZERO,
    *,
    type_: str = "vial.thawed/v1",
    links: Iterable[tuple[str, bytes]] = (),
    body: dict[str, Any] | None = None,
    log: str = ORIGIN,
    key: Ed25519PrivateKey = OPERATOR,
) -> Entry:
    """Return the entry of one event of `stream`, signed by `key`."""
    who = kid(key.public_key().public_bytes_raw())
    payload = Payload(
        log=log,
        stream=stream,
        seq=seq,
        prev=b64(prev),
        type=type_,
        time="2026-11-24T08:00:00Z",
        signers=(Signer(kid=who, meaning="performed", role="operator"),),
        links=tuple(Link(head=b64(head), rel="relied_on", stream=to) for to, head in sorted(links)),
        body=body or {},
    ).to_bytes()
    return Entry.parse(encode(payload, {who: key.sign(pae(payload))}))


def following(store: LedgerStore, stream: str, **more: Any) -> Entry:
    """Return an entry that continues `stream` as `store` holds it now."""
    head = store.head(stream)
    seq, prev = (0, ZERO) if head is None else (head.count, head.leaf)
    return signed(stream, seq, prev, **more)


def chain(stream: str, length: int, **more: Any) -> list[Entry]:
    """Return the first `length` entries of a new stream, each with its own body."""
    made: list[Entry] = []
    for seq in range(length):
        prev = made[-1].leaf if made else ZERO
        made.append(signed(stream, seq, prev, body={"step": seq}, **more))
    return made
