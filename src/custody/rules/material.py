"""Rules about materials: what a lot must show before it is accepted and before it is used.

It says nothing about suppliers or about what becomes of the product. The guideline is known through
its published summary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from custody.domain.balance import overdrawn
from custody.domain.material import Material, MaterialAccepted
from custody.domain.values import day_of
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

GUIDELINE = "Guidelines for clinical research of tissue stem cell therapy, version 1, section 3"
IN_FORCE = date(2026, 5, 1)
ANIMALS = ("bovine", "porcine", "other")


@rule(
    "MAT-001",
    "accept-material",
    en="materials are of medicinal grade, or their risk is assessed",
    zh="物料应为药用级，否则须作风险评估",
    source=f"{GUIDELINE}: raw and auxiliary materials",
    basis=Basis.GUIDELINE,
    severity=Severity.NEEDS_ASSESSMENT,
    remedy_en="have the risk of the grade assessed, and name the assessment",
    remedy_zh="请就其级别作风险评估，并指明该评估",
    effective_from=IN_FORCE,
    signer_roles=("qa",),
    sentences=("B17",),
)
def medicinal_grade_comes_first(case: Case) -> Iterable[Answer]:
    """The grade is medicinal."""
    for lot in _lots(case):
        if lot.grade == "medicinal":
            yield satisfied(lot.stream)
        else:
            yield violated(
                lot.stream,
                f"lot {lot.number} is of {lot.grade} grade",
                f"批号 {lot.number} 的级别为 {lot.grade}",
            )


@rule(
    "MAT-002",
    "accept-material",
    "consume",
    "modify",
    en="penicillin and other beta-lactam antibiotics are prohibited",
    zh="禁止使用青霉素及其他 β-内酰胺类抗生素",
    source=f"{GUIDELINE}: raw and auxiliary materials",
    basis=Basis.GUIDELINE,
    remedy_en="use a lot without beta-lactams; no assessment lifts this rule",
    remedy_zh="请改用不含 β-内酰胺类的批次；本规则不可豁免",
    effective_from=IN_FORCE,
    sentences=("B18",),
)
def no_beta_lactams(case: Case) -> Iterable[Answer]:
    """The lot is declared free of beta-lactams."""
    for lot in _lots(case):
        if lot.contains_beta_lactam:
            yield violated(
                lot.stream,
                f"lot {lot.number} contains a beta-lactam antibiotic",
                f"批号 {lot.number} 含 β-内酰胺类抗生素",
            )
        else:
            yield satisfied(lot.stream)


@rule(
    "MAT-003",
    "accept-material",
    en="animal-derived materials are avoided, or their use is justified",
    zh="尽量避免动物源性物料，否则须说明理由",
    source=f"{GUIDELINE}: raw and auxiliary materials",
    basis=Basis.GUIDELINE,
    severity=Severity.NEEDS_ASSESSMENT,
    remedy_en="have it assessed why there is no alternative, and name the assessment",
    remedy_zh="请评估为何无可替代，并指明该评估",
    effective_from=IN_FORCE,
    signer_roles=("qa",),
    sentences=("B19",),
)
def animal_origin_is_avoided(case: Case) -> Iterable[Answer]:
    """The material does not come from an animal."""
    for lot in _lots(case):
        if lot.animal_origin in ANIMALS:
            yield violated(
                lot.stream,
                f"lot {lot.number} is of animal origin ({lot.animal_origin})",
                f"批号 {lot.number} 为动物来源（{lot.animal_origin}）",
            )
        else:
            yield satisfied(lot.stream)


@rule(
    "MAT-004",
    "accept-material",
    en="animal serum does not come from an epidemic area",
    zh="不得使用来自疫区的动物血清",
    source=f"{GUIDELINE}: raw and auxiliary materials",
    basis=Basis.GUIDELINE,
    remedy_en="record country and status of the origin, and attach the origin_certificate",
    remedy_zh="请记录来源国与疫区状态，并附来源证明（origin_certificate）",
    effective_from=IN_FORCE,
    sentences=("B20",),
)
def serum_is_not_from_an_epidemic_area(case: Case) -> Iterable[Answer]:
    """For serum: species and country are known, and a certificate says the area was free."""
    for lot in _lots(case):
        if lot.serum and lot.epidemic_area:
            yield violated(
                lot.stream,
                f"serum lot {lot.number} comes from an epidemic area",
                f"血清批号 {lot.number} 来自疫区",
            )
        elif lot.serum and lot.animal_origin != "human" and (gaps := _serum_gaps(case, lot)):
            yield unknown(
                lot.stream,
                f"serum lot {lot.number}: not stated: {', '.join(en for en, _ in gaps)}",
                f"血清批号 {lot.number} 缺少：{'、'.join(zh for _, zh in gaps)}",
            )
        else:
            yield satisfied(lot.stream)


@rule(
    "MAT-005",
    "accept-material",
    "consume",
    "modify",
    en="a lot is used only accepted, in date and within its stock",
    zh="物料仅可在已放行、有效期内且库存充足时使用",
    source="house rule: good manufacturing practice for starting and raw materials",
    basis=Basis.HOUSE,
    remedy_en="take another lot, or have this one accepted: custody material accept",
    remedy_zh="请改用其他批次，或先放行：custody material accept",
)
def lot_is_usable(case: Case) -> Iterable[Answer]:
    """In date on the day of the act; for a draw also accepted and sufficient, in the same unit."""
    for lot in _lots(case):
        found = list(_unusable(case, lot))
        yield from found or [satisfied(lot.stream)]
    for stream in case.event.linked("material"):
        if stream not in case.world:
            yield unknown(stream, "this lot is not recorded", "该批物料未登记")


@rule(
    "MAT-006",
    "accept-material",
    en="a certificate of analysis is on file",
    zh="须附检验报告书（CoA）",
    source="house rule: good manufacturing practice for starting and raw materials",
    basis=Basis.HOUSE,
    remedy_en="attach the certificate as a document of kind coa",
    remedy_zh="请附检验报告书，文件类型为 coa",
)
def certificate_is_on_file(case: Case) -> Iterable[Answer]:
    """A document of kind `coa` came with the lot or with its acceptance."""
    for lot in _lots(case):
        if "coa" in _papers(case, lot):
            yield satisfied(lot.stream)
        else:
            yield unknown(
                lot.stream,
                f"lot {lot.number} has no certificate of analysis",
                f"批号 {lot.number} 无检验报告书",
            )


def _lots(case: Case) -> Iterator[Material]:
    if isinstance(case.event.body, MaterialAccepted):
        if isinstance(case.state, Material):
            yield case.state
    else:
        yield from (s for s in case.linked("material") if isinstance(s, Material))


def _papers(case: Case, lot: Material) -> set[str]:
    return {*lot.papers, *(d.kind for d in case.event.body.documents)}


def _serum_gaps(case: Case, lot: Material) -> list[tuple[str, str]]:
    gaps = []
    if lot.animal_origin == "none":
        gaps.append(("species", "动物种类"))
    if not lot.origin_country:
        gaps.append(("country of origin", "来源国"))
    if lot.epidemic_area is None:
        gaps.append(("epidemic status of the area", "疫区状态"))
    if "origin_certificate" not in _papers(case, lot):
        gaps.append(("certificate of origin", "来源证明"))
    return gaps


def _unusable(case: Case, lot: Material) -> Iterator[Answer]:
    if case.day > day_of(lot.expires_on):
        yield violated(
            lot.stream,
            f"lot {lot.number} expired on {lot.expires_on}; the act is of {case.day}",
            f"批号 {lot.number} 已于 {lot.expires_on} 过期；操作日期为 {case.day}",
        )
    if isinstance(case.event.body, MaterialAccepted):
        return
    if lot.status != "accepted":
        yield violated(
            lot.stream,
            f"lot {lot.number} is {lot.status}, not accepted",
            f"批号 {lot.number} 的状态为 {lot.status}，尚未放行",
        )
    drawn: Any = case.event.body
    for reason in overdrawn(case.event, drawn.quantity, drawn.unit, lot.unit, lot.remaining):
        yield violated(
            lot.stream,
            f"lot {lot.number}: {reason.why.en}",
            f"批号 {lot.number}：{reason.why.zh}",
        )
