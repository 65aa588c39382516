"""Attacks on what the verifier knew before: older states, other histories (35, 57, 60, 81)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract.attacks_case import (
    SHIPMENT,
    Attack,
    edited,
    exported,
    tiny,
    tiny_sealed,
    vectors_of,
    written,
)
from contract.vector_cases import Vector
from contract.vector_ledger import trust
from custody.evidence.encoding import b64


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def growth() -> Iterator[Attack]:
    ledger = tiny_sealed()
    whole = exported(ledger)
    known = trust(known=(5, ledger.root(5))).to_bytes()
    yield Attack(
        "35_growth_from_nothing",
        "35",
        "An empty proof from a ledger of size nought, which would prove anything.",
        "自空台账起的空证明，可“证明”任何内容。",
        edited(whole, lambda f: f.update(consistency=[{"proof": [], "size": 0}])),
        "V2",
        "E06",
        open=True,
        trust=known,
    )
    yield _rolled_back()
    proof = [b64(h) for h in ledger.consistency(5, len(ledger.leaves))]
    yield Attack(
        "60_growth_of_another_ledger",
        "60",
        "The ledger grew from another state than the one that is known; its own proof is good.",
        "该台账由另一状态增长而来；其自身的证明成立，但与已知状态不符。",
        edited(whole, lambda f: f.update(consistency=[{"proof": proof, "size": 5}])),
        "V2",
        "E06",
        trust=trust(known=(5, ledger.root(4))).to_bytes(),
    )
    yield Attack(
        "81_trust_file_of_somebody_else",
        "81",
        "The trust file came along with the goods; its fingerprint is not the one given by phone.",
        "信任文件随货而来；其指纹与电话核对的不同。",
        whole,
        "V2",
        "E02",
        open=True,
        pin="5a" * 32,
    )


def _rolled_back() -> Attack:
    """An old bundle with the true proof that the ledger went on: nothing hides, and it is old."""
    ledger = tiny()
    ledger.seal()
    old = exported(ledger)
    size = len(ledger.leaves)
    written(ledger, SHIPMENT, "batch.completed/v1")
    ledger.seal()
    now = len(ledger.leaves)
    proof = [b64(h) for h in ledger.consistency(size, now)]
    return Attack(
        "57_old_state_with_a_true_proof",
        "57",
        "An older state than the one known, with the true proof that the known one continues it.",
        "提交比已知更旧的状态，并附“已知状态由其延续”的真实证明。",
        edited(old, lambda f: f.update(consistency=[{"proof": proof, "size": now}])),
        "V2",
        "E06",
        open=True,
        trust=trust(known=(now, ledger.root(now))).to_bytes(),
    )


GROUPS: Final = (growth,)
