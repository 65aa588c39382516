"""What the tests of witnesses share: invented witnesses with unlocked keys, and small ledgers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from app.acts import UNLOCKED, do
from custody.adapters.witness_state import WitnessState
from custody.app.oversight import witnessing
from custody.app.oversight.witness import Served, Witness, public_keys
from custody.evidence.cosigning import Request
from custody.evidence.note import VerifierKey
from custody.evidence.quorum import WitnessPolicy
from custody.evidence.trust import TrustRoot
from custody.wiring import witnesses as others
from custody.wiring.ledger import OpenLedger
from evidence.cast import ORIGIN, _mldsa, _private, trust
from evidence.ledgers import Ledger

NOW = 1_795_600_000
SHIPMENT = "SHP-2026-001"
LOG_KEYS = trust().log_keys
SMALL = Served(ORIGIN, LOG_KEYS)


@dataclass(frozen=True)
class Card:
    """The public side of an invented key."""

    name: str
    alg: str
    public: bytes
    kid: str = ""


@dataclass(frozen=True)
class Unlocked:
    """An invented key that needs no passphrase."""

    public: Card
    private: Any
    kid: str = ""

    def sign(self, message: bytes) -> bytes:
        signature: bytes = self.private.sign(message)
        return signature


def unlocked(seed: int, alg: str = "ed25519") -> Unlocked:
    private: Any = _private(seed) if alg == "ed25519" else _mldsa(seed)
    return Unlocked(Card(f"key {seed}", alg, private.public_key().public_bytes_raw()), private)


def witness(
    folder: Path,
    number: int = 1,
    *,
    algs: Sequence[str] = ("ed25519",),
    clock: Callable[[], int] = lambda: NOW,
    serves: Served | None = SMALL,
) -> Witness:
    """A witness in a new folder that signs for the small ledger."""
    name = f"witness.example/w{number}"
    state = WitnessState.create(folder / f"witness-{number}", name)
    if serves is not None:
        state.serve(serves)
    return Witness(name, [unlocked(0x90 + number, alg) for alg in algs], state, clock)


def keys_of(one: Witness) -> tuple[VerifierKey, ...]:
    """The public keys of a witness."""
    return public_keys(one.name, [signer.public for signer in one._signers])


def witnessed(trust: TrustRoot, witnesses: Sequence[Witness], threshold: int) -> TrustRoot:
    """The trust file with a quorum of these witnesses (their first keys)."""
    names = [f"w{n}" for n in range(1, len(witnesses) + 1)]
    lines = [
        f"witness {name} {keys_of(one)[0].text()}"
        for name, one in zip(names, witnesses, strict=True)
    ]
    group = f"group q {threshold} {' '.join(names)}"
    return replace(trust, policy=WitnessPolicy.parse([*lines, group, "quorum q"]))


def grown(ledger: Ledger) -> Ledger:
    """The ledger with three more leaves and a seal."""
    for _ in range(3):
        ledger._leaf(f'{{"leaf":{len(ledger.leaves)}}}'.encode())
    ledger.seal(streams=1)
    return ledger


def small() -> Ledger:
    """A sealed ledger of four leaves that are no events: a witness does not look at them."""
    return grown(Ledger())


def asked(ledger: Ledger, old: int = 0, **checkpoint: Any) -> bytes:
    """A request to co-sign the ledger as it stands."""
    proof = ledger.consistency(old, len(ledger.leaves)) if old else []
    return Request(old, tuple(proof), ledger.checkpoint(witnesses=(), **checkpoint)).to_bytes()


def signed_by(ledger: OpenLedger, *witnesses: Witness) -> None:
    """Let these witnesses sign the newest checkpoint, by carrying files."""
    for one in witnesses:
        key = keys_of(one)[0]
        request = witnessing.request(ledger, old=witnessing.last_signed(ledger, key))
        others.add_lines(ledger, one.cosign(request.to_bytes()).lines)


def newest(ledger: OpenLedger) -> tuple[int, bytes]:
    last = ledger.log.last_checkpoint()
    assert last is not None
    return last


def moved(ledger: OpenLedger) -> None:
    """Record something that no shipment rests on."""
    number = f"P-9{ledger.log.size()}"
    private = {"printed_name": "Invented Person"}
    do(ledger, "person.registered/v1", number, private=private, by=("Zhao Lan",))


def once_unlocked(ledger: OpenLedger, monkeypatch: pytest.MonkeyPatch) -> OpenLedger:
    """The ledger, whose copies all have the same keys: each needs to be opened only once."""
    real = ledger.keys.unlock

    def unlock(public: Any, source: Any) -> Any:
        if public.kid not in UNLOCKED:
            UNLOCKED[public.kid] = real(public, source)
        return UNLOCKED[public.kid]

    monkeypatch.setattr(ledger.keys, "unlock", unlock)
    return ledger


def fork(ledger: Ledger) -> Ledger:
    """Another history of the same length."""
    other = Ledger()
    other._leaf(b'{"another":1}')
    for _ in range(len(ledger.leaves) - 2):
        other._leaf(b'{"leaf":0}')
    other.seal(streams=1)
    return other


def history(number: int, sizes: int) -> list[bytes]:
    """First requests, one per size, out of a history that differs from the others in all leaves."""
    ledger, requests = Ledger(), []
    for size in range(1, sizes + 1):
        ledger._leaf(b'{"history":%d,"leaf":%d}' % (number, size))
        ledger.seal(streams=1)
        requests.append(asked(ledger, 2 * (size - 1)))
    return requests
