"""Rules about taking and pooling donations: consent first, fit donors only, blood of the right day.

Whether a donor's results are good enough is judged in `donor`; here only when and from whom.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from custody.domain.donation import Donation
from custody.domain.sample import Sample
from custody.domain.values import day_of
from custody.rules.ancestry import ancestry
from custody.rules.donor import CELLS, IN_FORCE, MANDATORY, consent_answers
from custody.rules.model import (
    Answer,
    Basis,
    Case,
    Severity,
    rule,
    satisfied,
    unknown,
    violated,
)

HGR: Final = "Regulation on human genetic resources (Order 717, 2024 version)"
BEFORE: Final = timedelta(days=30)
AFTER: Final = timedelta(days=7)
FIT: Final = ("eligible",)


@rule(
    "DON-007",
    "collect",
    en="nothing is collected before the donor agreed to it in writing",
    zh="未经供者书面同意不得采集",
    source=f"{HGR}, Article 12",
    basis=Basis.PRIMARY,
    remedy_en="record the consent first: custody donor consent",
    remedy_zh="请先登记知情同意：custody donor consent",
    signer_roles=("donor_physician",),
)
def consent_comes_before_collection(case: Case) -> Iterable[Answer]:
    """The donation, or each donation of a pool, has an open consent for collection on the day."""
    yield from consent_answers(case, case.event.linked("donation"), "collection")


@rule(
    "DON-008",
    "pool",
    en="only eligible donations for other persons are pooled",
    zh="仅合格的异体捐献可合并",
    source="Directive 2006/86/EC, Annex VII; who may be pooled is a house rule",
    basis=Basis.HOUSE,
    remedy_en="have each donor's eligibility determined (custody donor clear); leave out others",
    remedy_zh="请判定各供者的合格性（custody donor clear），并剔除其余捐献",
    signer_roles=("operator", "verifier", "qa"),
)
def pools_are_of_fit_donations(case: Case) -> Iterable[Answer]:
    """An autologous donation goes back to its donor; a donation on hold goes nowhere."""
    for stream in case.event.linked("donation"):
        donation = case.world.get(stream)
        if not isinstance(donation, Donation):
            yield unknown(stream, "the donation is not on record", "该捐献未登记")
        elif donation.sources:
            yield violated(
                stream,
                f"{donation.number} is a pool itself; name the donations it was made of",
                f"{donation.number} 本身为合并捐献；请指明其各份捐献",
            )
        elif donation.autologous:
            yield violated(
                stream,
                f"donation {donation.number} is autologous and cannot be pooled",
                f"捐献 {donation.number} 为自体捐献，不得合并",
            )
        elif donation.status == "registered":
            yield unknown(
                stream,
                f"the eligibility of donation {donation.number} is not determined",
                f"捐献 {donation.number} 尚未判定合格性",
            )
        elif donation.status not in FIT:
            yield violated(
                stream,
                f"donation {donation.number} is {donation.status}",
                f"捐献 {donation.number} 的状态为 {donation.status}",
            )
        else:
            yield satisfied(stream)


@rule(
    "DON-009",
    "bank",
    "start",
    en="the blood tested was drawn near the day of collection",
    zh="筛查血样的采集日期须接近捐献采集日",
    source="FACT-JACIE standards, B6.4: within 30 days before collection; adopted as a house rule",
    basis=Basis.HOUSE,
    severity=Severity.NEEDS_ASSESSMENT,
    remedy_en="test blood of the right day (custody donor screen), or have the window assessed",
    remedy_zh="请检测相应日期的血样（custody donor screen），或评估窗口期风险",
    effective_from=IN_FORCE,
    signer_roles=("qa",),
)
def results_are_of_the_right_day(case: Case) -> Iterable[Answer]:
    """An infection caught after an early draw, or not yet visible in it, would pass unseen.

    Donations without a result are left to the rules that ask for one; autologous ones are exempt.
    """
    starts = case.event.linked("origin", "made_from")
    for sample in ancestry(case, *starts, kinds=CELLS).found:
        donation = case.world.get(sample.donation) if isinstance(sample, Sample) else None
        if isinstance(donation, Donation) and not donation.autologous and not donation.sources:
            yield from _timed(donation, day_of(sample.opened))


def _timed(donation: Donation, collected: date) -> Iterable[Answer]:
    for marker in MANDATORY:
        drawn = [
            day_of(r.sampled_on)
            for r in donation.results
            if r.marker == marker and r.outcome == "non_reactive"
        ]
        if any(collected - BEFORE <= day <= collected + AFTER for day in drawn):
            yield satisfied(donation.stream)
        elif drawn:
            yield violated(
                donation.stream,
                f"{marker.upper()} of donation {donation.number} was tested in blood of "
                f"{max(drawn)}; cells were collected on {collected}",
                f"捐献 {donation.number} 的 {marker.upper()} 血样采于 {max(drawn)}，"
                f"而细胞采于 {collected}",
            )
