"""What an export filing is and is not: accepted, complete, its own, and for trials only.

That such a filing exists is a claim in the press, so its rules can be overridden by regulatory
affairs; that each authority decides for itself stands in the law.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from custody.domain.permit import Permit
from custody.rules.export import CLAIM, GACC, HGR, OVERSEAS, in_scope, products
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated
from custody.rules.permits import exempted, leaving, not_in_force, permits

# Shape of the numbers seen on filings of studies at home; two samples only, so it never proves.
STUDY_NUMBER: Final = re.compile(r"MR-N-\d{2}-\d{4}-\d{6}")
SLOTS: Final = (
    "product_characterisation",
    "process_description",
    "stability",
    "foreign_trial_authorisation",
)
SLOTS_ZH: Final = {
    "product_characterisation": "产品表征",
    "process_description": "工艺描述",
    "stability": "稳定性",
    "foreign_trial_authorisation": "境外试验许可",
}
# The authorities of a material export, each with its permit and the rule that asks for it.
AUTHORITIES: Final = {
    "hgr_exit": ("HGR-001", "exit certificate", "出境证明"),
    "special_goods": ("GAC-001", "special-goods approval", "特殊物品审批单"),
}


@rule(
    "EXP-005",
    "export",
    en="an export filing counts only once accepted or issued",
    zh="出境备案仅在受理或签发后有效",
    source=CLAIM,
    basis=Basis.SECONDARY,
    remedy_en="record acceptance with its document; a consultation opens nothing",
    remedy_zh="请登记受理及其凭证；沟通交流不产生效力",
    effective_from=date(2026, 5, 1),
    override_role="regulatory_affairs",
    signer_roles=("regulatory_affairs",),
    sentences=("A8", "A24", "A26"),
)
def filing_is_accepted(case: Case) -> Iterable[Answer]:
    """Talks with an authority are recorded as a permit too, and must not pass for one."""
    for permit in permits(case, "export_filing"):
        if permit.granted:
            yield satisfied(permit.stream)
        else:
            yield violated(
                permit.stream,
                f"export filing {permit.number} is '{permit.status}'",
                f"出境备案 {permit.number} 状态为“{permit.status}”",
            )


@rule(
    "EXP-010",
    "export",
    en="an export filing for trials does not carry commercial goods",
    zh="临床试验出境备案不适用于商业供货",
    source=CLAIM,
    basis=Basis.SECONDARY,
    remedy_en="take the filing off, or plan the shipment for the trial it was made for",
    remedy_zh="请取消关联该备案，或按其所对应的试验计划发运",
    effective_from=date(2026, 5, 1),
    override_role="regulatory_affairs",
    signer_roles=("regulatory_affairs",),
    sentences=("A16",),
)
def filing_is_for_trials(case: Case) -> Iterable[Answer]:
    """The filing names a use; goods for another one do not travel under it."""
    shipment = leaving(case)
    if shipment is None:
        return
    for permit in permits(case, "export_filing"):
        if shipment.purpose != OVERSEAS:
            yield violated(
                permit.stream,
                f"filing {permit.number} is for trials abroad, the shipment {shipment.purpose}",
                f"备案 {permit.number} 用于境外临床试验，而发运用途为 {shipment.purpose}",
            )
        else:
            yield satisfied(permit.stream)


@rule(
    "EXP-007",
    "export",
    en="each authority's permit stands for itself",
    zh="各主管部门的许可互不替代",
    source=f"{HGR}, Art. 27; {GACC}, Art. 9",
    basis=Basis.PRIMARY,
    remedy_en="record and link the missing permit (custody permit record), or a signed finding "
    "that its rule does not apply",
    remedy_zh="请登记并关联所缺许可（custody permit record），或经签署的不适用认定",
    signer_roles=("regulatory_affairs",),
    sentences=("A12",),
)
def no_permit_implies_another(case: Case) -> Iterable[Answer]:
    """One certificate present and another missing is the usual mistake, and is named as such."""
    shipment = leaving(case)
    if shipment is None:
        return
    held = {permit.permit_kind: permit for permit in permits(case)}
    present = next((held[kind] for kind in AUTHORITIES if kind in held), None)
    for kind, (asked_by, en, zh) in AUTHORITIES.items():
        if kind in held:
            yield satisfied(held[kind].stream)
        elif present is not None and not exempted(case, asked_by):
            yield violated(
                shipment.stream,
                f"permit {present.number} is present, the {en} is missing: "
                "one does not replace the other",
                f"已有许可 {present.number}，缺少{zh}：二者不能互相代替",
            )


@rule(
    "EXP-009",
    "export",
    en="a study filing or a trial authorisation is no export filing",
    zh="研究备案或试验许可不能充当出境备案",
    source=CLAIM,
    basis=Basis.SECONDARY,
    remedy_en="link the export filing itself: custody permit record (kind export_filing)",
    remedy_zh="请关联出境备案本身：custody permit record（种类 export_filing）",
    effective_from=date(2026, 5, 1),
    override_role="regulatory_affairs",
    signer_roles=("regulatory_affairs",),
    sentences=("A15",),
)
def no_study_number_stands_in(case: Case) -> Iterable[Answer]:
    """Asked where the filing is; where it is missing, it says what was taken for it."""
    if not any(in_scope(case, product) for _, product in products(case)):
        return
    filings = list(permits(case, "export_filing"))
    for permit in filings:
        if STUDY_NUMBER.fullmatch(permit.number):
            yield violated(
                permit.stream,
                f"number {permit.number} is that of a study filing, not of an export filing",
                f"编号 {permit.number} 属研究备案，而非出境备案",
            )
        else:
            yield satisfied(permit.stream)
    if filings:
        return
    for permit in permits(case, "study_filing_818", "change_filing", "ind_cta"):
        yield violated(
            permit.stream,
            f"{permit.number} is a {permit.permit_kind}, not an export filing",
            f"{permit.number} 的种类为 {permit.permit_kind}，而非出境备案",
        )


@rule(
    "EXP-013",
    "export",
    en="the dossier of the export filing is complete, with the authorisation of the trial abroad",
    zh="出境备案材料齐全，含境外试验许可",
    source=CLAIM,
    basis=Basis.SECONDARY,
    remedy_en="fill the missing slots: custody permit fill-dossier; the authorisation abroad is a "
    "permit of kind ind_cta",
    remedy_zh="请补齐所缺材料：custody permit fill-dossier；境外许可登记为 ind_cta 种类",
    effective_from=date(2026, 5, 1),
    override_role="regulatory_affairs",
    signer_roles=("regulatory_affairs",),
    sentences=("A27",),
)
def dossier_is_complete(case: Case) -> Iterable[Answer]:
    """Four slots, and an authorisation that is valid on the day in the country of destination."""
    for permit in permits(case, "export_filing") if leaving(case) else ():
        missing = [slot for slot in SLOTS if slot not in permit.dossier]
        if missing:
            zh = "、".join(SLOTS_ZH[slot] for slot in missing)
            yield unknown(
                permit.stream,
                f"the dossier of {permit.number} lacks: {', '.join(missing)}",
                f"{permit.number} 的材料缺少：{zh}",
            )
        else:
            yield from _authorised(case, permit)


def _authorised(case: Case, filing: Permit) -> Iterator[Answer]:
    shipment = leaving(case)
    abroad = case.world.get(filing.authorisation)
    if not isinstance(abroad, Permit) or shipment is None:
        yield unknown(
            filing.stream, "the authorisation abroad is not on record", "境外试验许可未登记"
        )
    elif abroad.permit_kind != "ind_cta" or abroad.country != shipment.destination:
        yield violated(
            abroad.stream,
            f"{abroad.number} does not authorise a trial in {shipment.destination}",
            f"{abroad.number} 并非 {shipment.destination} 的试验许可",
        )
    else:
        fault = not_in_force(abroad, case)
        if fault is None:
            yield satisfied(filing.stream, abroad.stream)
        else:
            yield violated(
                abroad.stream,
                f"authorisation {abroad.number} {fault.en}",
                f"许可 {abroad.number} {fault.zh}",
            )
