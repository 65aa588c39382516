"""Who takes part: people with seeded keys, the ledger's own keys, witnesses, an auditor.

Also what these are allowed, as a policy, and what a verifier believes of them, as a trust file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from custody.evidence import merkle, names
from custody.evidence.note import COSIGNATURE, ED25519, MLDSA44, VerifierKey
from custody.evidence.quorum import WitnessPolicy
from custody.evidence.trust import NO_PREVIOUS, TrustRoot

ORIGIN = "custody.example/site-1"


@dataclass(frozen=True)
class Person:
    """Somebody with a seeded key."""

    name: str
    seed: int
    person: str = ""

    @property
    def private(self) -> Ed25519PrivateKey:
        return _private(self.seed)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    @property
    def kid(self) -> str:
        return names.kid(self.public)

    @property
    def stream(self) -> str:
        return "key:" + self.kid


@cache
def _private(seed: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)


@cache
def _mldsa(seed: int) -> MLDSA44PrivateKey:
    return MLDSA44PrivateKey.from_seed_bytes(bytes([seed]) * 32)


ROOTS = tuple(Person(f"root {n}", 0x70 + n) for n in (1, 2, 3))
REGISTRAR = Person("registrar", 0x01, "a1" * 16)
OPERATOR = Person("operator", 0x11, "a2" * 16)
SECOND = Person("second operator", 0x12, "a3" * 16)
QUALITY = Person("quality authority", 0x22, "a4" * 16)
STRANGER = Person("stranger", 0x66, "a5" * 16)
WITNESSES = {f"w{n}": (f"witness.example/w{n}", 0x50 + n) for n in (1, 2, 3, 4)}
AUDITOR = ("auditor.example/a1", 0x61)
LOG_SEED, LOG_MLDSA_SEED = 0x33, 0x44

POLICY = [
    {
        "type": event_type,
        "allowed": [{"meaning": m, "role": r} for m, r in pairs],
        "minimum": minimum,
        "distinct_person": minimum > 1,
    }
    for event_type, minimum, pairs in sorted(
        [
            ("alias.claimed/v1", 1, [("performed", "operator")]),
            ("batch.held/v1", 1, [("rejected", "quality_authority")]),
            ("batch.opened/v1", 1, [("performed", "operator")]),
            (
                "batch.released/v1",
                2,
                [("reviewed", "operator"), ("released", "quality_authority")],
            ),
            ("batch.voided/v1", 1, [("rejected", "quality_authority")]),
            ("donation.collected/v1", 1, [("performed", "operator"), ("witnessed", "operator")]),
            ("equipment.calibrated/v1", 1, [("performed", "operator")]),
            ("record.reaffirmed/v1", 1, [("approved", "quality_authority")]),
            ("shipment.packed/v1", 1, [("performed", "operator")]),
            ("shipment.released/v1", 1, [("released", "quality_authority")]),
        ]
    )
]


def by_roots(*which: int) -> list[tuple[Person, str, str]]:
    return [(ROOTS[n], "approved", "root") for n in which or (0, 1)]


def by_registrar() -> list[tuple[Person, str, str]]:
    return [(REGISTRAR, "approved", "registrar")]


def vkey(name: str, kind: int, seed: int) -> VerifierKey:
    if kind == MLDSA44:
        return VerifierKey(name, kind, _mldsa(seed).public_key().public_bytes_raw())
    return VerifierKey(name, kind, _private(seed).public_key().public_bytes_raw())


def policy_lines(quorum: str = "quorum q") -> list[str]:
    lines = [f"witness {w} {vkey(n, COSIGNATURE, s).text()}" for w, (n, s) in WITNESSES.items()]
    return [*lines, "group q 3 w1 w2 w3 w4", quorum]


def trust(**changes: Any) -> TrustRoot:
    return replace(
        TrustRoot(
            origin=ORIGIN,
            version=1,
            prev=NO_PREVIOUS,
            roots={root.kid: root.public for root in ROOTS},
            root_threshold=2,
            log_keys=(vkey(ORIGIN, ED25519, LOG_SEED), vkey(ORIGIN, MLDSA44, LOG_MLDSA_SEED)),
            policy=WitnessPolicy.parse(policy_lines()),
            auditors=(vkey(AUDITOR[0], MLDSA44, AUDITOR[1]),),
            auditor_threshold=1,
            known=(0, merkle.EMPTY),
            max_age=259_200,
            max_skew=300,
        ),
        **changes,
    )
