"""Rules about the numbers of donations: given once, never altered, put right only in the open.

That no two donations share a number is kept by the ledger itself: a number is claimed once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.domain.donation import Donation
from custody.domain.donation_identity import IdentifierAllocated, IdentifierCorrected
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated

DIRECTIVE: Final = "Directive 2006/86/EC, Article 10b and Annex VII"


@rule(
    "TRC-003",
    "identify",
    en="the number of a donation is never altered and never given to another",
    zh="捐献标识不得更改，亦不得用于其他捐献",
    source=DIRECTIVE,
    basis=Basis.PRIMARY,
    remedy_en="keep the number; an error of encoding is put right by two persons: "
    "custody donor correct-identifier",
    remedy_zh="请保留原标识；编码错误由两人更正：custody donor correct-identifier",
    signer_roles=("collector", "qa"),
)
def numbers_are_never_altered(case: Case) -> Iterable[Answer]:
    """One number per scheme; a correction needs a number to correct, and is not a return to it."""
    donation, body = case.state, case.event.body
    if not isinstance(donation, Donation):
        return
    if isinstance(body, IdentifierAllocated):
        for scheme, value in body.given().items():
            yield _allocated(donation, scheme, value)
    elif isinstance(body, IdentifierCorrected):
        for scheme, value in body.given().items():
            yield _corrected(donation, scheme, value)


def _allocated(donation: Donation, scheme: str, value: str) -> Answer:
    there = donation.identifier(scheme)
    if not there:
        return satisfied(donation.stream)
    return violated(
        donation.stream,
        f"donation {donation.number} has {scheme} {there} already; {value} cannot take its place",
        f"捐献 {donation.number} 已有 {scheme} 标识 {there}，不得改为 {value}",
    )


def _corrected(donation: Donation, scheme: str, value: str) -> Answer:
    there = donation.identifier(scheme)
    if not there:
        return unknown(
            donation.stream,
            f"donation {donation.number} has no {scheme} that could be wrong",
            f"捐献 {donation.number} 没有可更正的 {scheme} 标识",
        )
    if value == there:
        return violated(
            donation.stream,
            f"{scheme} of donation {donation.number} is {value} already",
            f"捐献 {donation.number} 的 {scheme} 标识已为 {value}",
        )
    return satisfied(donation.stream)
