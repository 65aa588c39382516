"""Rules about donors: screening, consent and eligibility, asked again at every use of the cells.

The guideline is known through its published summary; Order 717 by its text. A rule here judges one
donation at a time and says nothing about the product made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from custody.domain.assessment import Assessment
from custody.domain.donation import Donation, DonorCleared
from custody.domain.values import day_of
from custody.domain.vial import Vial
from custody.rules.ancestry import Ancestry, ancestry
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

GATES = ("accept-donor", "bank", "culture", "start")
GUIDELINE = "Guidelines for clinical research of tissue stem cell therapy, version 1, section 3"
IN_FORCE = date(2026, 5, 1)
MANDATORY = ("hiv", "hbv", "hcv", "syphilis")
CELLS = ("batch", "culture", "vial", "bank", "sample", "donation")
LEUKOCYTE = ("htlv", "cmv", "ebv")
COMMON = ("cmv", "ebv")
NAMES_ZH = {"syphilis": "梅毒"}


@rule(
    "DON-001",
    *GATES,
    en="allogeneic donors are screened for HIV, HBV, HCV and syphilis",
    zh="异体供者须筛查 HIV、HBV、HCV 与梅毒",
    source=f"{GUIDELINE}: allogeneic donors",
    basis=Basis.GUIDELINE,
    remedy_en="record the missing results: custody donor screen",
    remedy_zh="请补录检测结果：custody donor screen",
    effective_from=IN_FORCE,
    signer_roles=("donor_physician", "qc_analyst"),
    sentences=("B14",),
)
def allogeneic_donors_are_screened(case: Case) -> Iterable[Answer]:
    """Every mandatory marker has a result, and none is reactive."""
    for donation in _asked(case):
        if not donation.autologous:
            yield from _markers(donation, MANDATORY)


@rule(
    "DON-002",
    *GATES,
    en="leukocyte-rich allogeneic donations are also screened for HTLV, CMV and EBV",
    zh="富含白细胞的异体捐献还须筛查 HTLV、CMV 与 EBV",
    source=f"{GUIDELINE}: samples rich in white blood cells",
    basis=Basis.GUIDELINE,
    remedy_en="record the missing results: custody donor screen",
    remedy_zh="请补录检测结果：custody donor screen",
    effective_from=IN_FORCE,
    signer_roles=("donor_physician", "qc_analyst"),
    sentences=("B15",),
)
def leukocyte_rich_donations_are_screened_further(case: Case) -> Iterable[Answer]:
    """The three further markers have results; for the common ones DON-006 judges the finding."""
    for donation in _asked(case):
        if donation.leukocyte_rich and not donation.autologous:
            yield from _markers(donation, LEUKOCYTE, tolerated=COMMON)


@rule(
    "DON-003",
    *GATES,
    en="untested or reactive autologous donations need a cross-contamination assessment",
    zh="未筛查或有反应的自体捐献须评估交叉污染风险",
    source=f"{GUIDELINE}: autologous donors",
    basis=Basis.GUIDELINE,
    severity=Severity.NEEDS_ASSESSMENT,
    remedy_en="have the risk and its prevention assessed, and name the assessment",
    remedy_zh="请评估风险及预防措施，并指明该评估",
    effective_from=IN_FORCE,
    signer_roles=("qa",),
    sentences=("B16",),
)
def autologous_donations_are_kept_apart(case: Case) -> Iterable[Answer]:
    """Screened without a finding, or an assessment named at clearance still stands."""
    for donation in _asked(case):
        if not donation.autologous:
            continue
        open_markers = [m for m in MANDATORY if donation.outcome(m) != "non_reactive"]
        standing = _standing_assessment(case, donation, "DON-003")
        if not open_markers:
            yield satisfied(donation.stream)
        elif standing:
            yield satisfied(donation.stream, standing)
        else:
            yield violated(
                donation.stream,
                f"autologous donation {donation.number} is not shown free of "
                f"{_listed(open_markers)}; no assessment is named",
                f"自体捐献 {donation.number} 未证明{_listed_zh(open_markers)}为阴性，且未指明评估",
            )


@rule(
    "DON-004",
    "bank",
    "culture",
    "thaw",
    "start",
    en="the donor's written consent covers manufacture and was not withdrawn",
    zh="供者的书面同意涵盖制备用途且未撤回",
    source="Regulation on human genetic resources (Order 717, 2024 version), Articles 9 and 12",
    basis=Basis.PRIMARY,
    remedy_en="record the consent (custody donor consent); withdrawn consent closes the use",
    remedy_zh="请记录同意（custody donor consent）；撤回后不得使用",
    signer_roles=("donor_physician",),
)
def consent_covers_manufacture(case: Case) -> Iterable[Answer]:
    """Every donation upstream has an open consent for manufacture on the day of the act."""
    yield from consent_answers(case, _taken(case), "manufacture")


@rule(
    "DON-005",
    "bank",
    "culture",
    "thaw",
    "start",
    en="every donor upstream was determined eligible and is not on hold",
    zh="所有上游供者均已判定合格且未被暂停",
    source="house rule: cells are used only after physician and quality cleared the donor",
    basis=Basis.HOUSE,
    remedy_en="have the donor's eligibility determined: custody donor clear",
    remedy_zh="请判定供者合格性：custody donor clear",
    signer_roles=("donor_physician", "qa"),
)
def donors_are_cleared(case: Case) -> Iterable[Answer]:
    """The way up ends at donations only, and each of them is eligible or exempt."""
    yield from eligibility_answers(case, _taken(case))


@rule(
    "DON-006",
    *GATES,
    en="a CMV or EBV finding in a leukocyte-rich donation needs an assessment",
    zh="富含白细胞的捐献 CMV 或 EBV 有反应时须评估",
    source=f"{GUIDELINE}: samples rich in white blood cells; the assessment is a house rule",
    basis=Basis.GUIDELINE,
    severity=Severity.NEEDS_ASSESSMENT,
    remedy_en="have the risk for the recipients assessed, and name the assessment",
    remedy_zh="请评估对受者的风险，并指明该评估",
    effective_from=IN_FORCE,
    signer_roles=("qa",),
)
def common_viruses_are_assessed(case: Case) -> Iterable[Answer]:
    """CMV and EBV are so common that a finding asks for judgement instead of refusal."""
    for donation in _asked(case):
        if not donation.leukocyte_rich or donation.autologous:
            continue
        reactive = [m for m in COMMON if donation.outcome(m) == "reactive"]
        standing = _standing_assessment(case, donation, "DON-006")
        if not reactive:
            yield satisfied(donation.stream)
        elif standing:
            yield satisfied(donation.stream, standing)
        else:
            yield violated(
                donation.stream,
                f"donation {donation.number} is reactive for {_listed(reactive)}",
                f"捐献 {donation.number} 的{_listed_zh(reactive)}有反应",
            )


def consent_answers(case: Case, starts: Iterable[str], scope: str) -> Iterator[Answer]:
    """Yield whether each donation upstream of `starts` has an open consent for `scope`."""
    for donation in _behind(case, starts).donations:
        if scope in donation.closed:
            yield violated(
                donation.stream,
                f"consent of donation {donation.number} for {scope} was withdrawn",
                f"捐献 {donation.number} 对 {scope} 的同意已撤回",
            )
        elif donation.consented(scope, case.day):
            yield satisfied(donation.stream)
        else:
            yield unknown(
                donation.stream,
                f"no consent of donation {donation.number} for {scope} is recorded by {case.day}",
                f"截至 {case.day}，未记录捐献 {donation.number} 对 {scope} 的同意",
            )


def eligibility_answers(case: Case, starts: Iterable[str]) -> Iterator[Answer]:
    """Yield whether `starts` lead to donations, and whether each of them may be used."""
    behind = _behind(case, starts)
    for stream in behind.broken:
        yield unknown(
            stream,
            "the way up to a donation breaks off at this item",
            "向上追溯至捐献的链条在此中断",
        )
    if not behind.donations:
        yield unknown(case.event.stream, "no donation is known behind it", "未能追溯到任何捐献")
    for donation in behind.donations:
        if donation.status in ("eligible", "autologous_exempt"):
            yield satisfied(donation.stream)
        elif donation.status == "registered":
            yield unknown(
                donation.stream,
                f"the eligibility of donation {donation.number} is not determined",
                f"捐献 {donation.number} 尚未判定合格性",
            )
        else:
            yield violated(
                donation.stream,
                f"donation {donation.number} is {donation.status}",
                f"捐献 {donation.number} 的状态为 {donation.status}",
            )


def _taken(case: Case) -> tuple[str, ...]:
    """The items whose cells go into the bank, culture or batch, or the bank of a vial thawed."""
    if isinstance(case.state, Vial):
        return case.state.parents
    return case.event.linked("origin", "made_from", "parent")


def _behind(case: Case, starts: Iterable[str]) -> Ancestry:
    """The way up along cells only; lots say nothing about whose cells these are."""
    return ancestry(case, *starts, kinds=CELLS)


def _asked(case: Case) -> Iterator[Donation]:
    """The donations a rule looks at: the one being cleared, or all behind the cells to be used."""
    if isinstance(case.event.body, DonorCleared):
        if isinstance(case.state, Donation) and case.event.body.determination != "ineligible":
            yield case.state
    else:
        yield from _behind(case, _taken(case)).donations


def _markers(
    donation: Donation, markers: Iterable[str], tolerated: tuple[str, ...] = ()
) -> Iterator[Answer]:
    for marker in markers:
        outcome, name, zh = donation.outcome(marker), marker.upper(), _zh(marker)
        if outcome == "non_reactive" or (outcome == "reactive" and marker in tolerated):
            yield satisfied(donation.stream)
        elif outcome == "reactive":
            yield violated(
                donation.stream,
                f"donation {donation.number} is reactive for {name}",
                f"捐献 {donation.number} 的 {zh} 有反应",
            )
        else:
            yield unknown(
                donation.stream,
                f"{name} of donation {donation.number} is {outcome or 'not recorded'}",
                f"捐献 {donation.number} 的 {zh} 结果{_STANDING_ZH[outcome]}",
            )


_STANDING_ZH = {"": "缺失", "pending": "待出", "invalid": "无效"}


def _standing_assessment(case: Case, donation: Donation, rule_id: str) -> str:
    """Return an assessment named when the donor was cleared that still holds, or ''."""
    for stream in donation.assessments:
        found = case.world.get(stream)
        if not isinstance(found, Assessment) or found.status != "approved":
            continue
        expired = found.valid_until and case.day > day_of(found.valid_until)
        answers = found.purpose == "risk_assessment" and found.rule == rule_id
        if answers and not expired and donation.stream in found.covers:
            return stream
    return ""


def _zh(marker: str) -> str:
    return NAMES_ZH.get(marker, marker.upper())


def _listed(markers: Iterable[str]) -> str:
    return ", ".join(m.upper() for m in markers)


def _listed_zh(markers: Iterable[str]) -> str:
    return "、".join(_zh(m) for m in markers)
