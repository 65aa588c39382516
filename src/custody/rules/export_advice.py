"""What is worth saying before goods leave, and stops nothing: route, activity, scope, lead time.

Advisories answer claims that no text supports, or habits of our own; they are shown, and recorded
as satisfied or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from custody.domain.values import day_of
from custody.rules.export import CLAIM, GACC, HGR, in_scope, products
from custody.rules.model import Answer, Basis, Case, Severity, rule, satisfied, unknown, violated
from custody.rules.permits import leaving, permits

DECISION_DAYS: Final = 30  # 20 working days and an extension of 10, at both authorities


@rule(
    "EXP-002",
    "export",
    en="an expedited route of review rests on published criteria",
    zh="加快审查通道须有已公布的标准",
    source=f"{CLAIM}; no text defines a green channel",
    basis=Basis.SECONDARY,
    severity=Severity.ADVISORY,
    remedy_en="treat the route as ordinary, or attach the criteria (document kind "
    "review_criteria): custody permit update",
    remedy_zh="请按普通通道处理，或附上标准文件（review_criteria）：custody permit update",
    effective_from=date(2026, 5, 1),
    override_role="regulatory_affairs",
    signer_roles=("regulatory_affairs",),
    sentences=("A3", "A7", "A25"),
)
def expedited_route_has_criteria(case: Case) -> Iterable[Answer]:
    """A route without criteria promises nothing that can be planned with."""
    for permit in permits(case):
        if permit.route == "expedited" and not permit.criteria:
            yield violated(
                permit.stream,
                f"permit {permit.number} names an expedited route whose criteria nobody published",
                f"许可 {permit.number} 所称加快通道并无已公布的标准",
            )
        elif permit.route:
            yield satisfied(permit.stream)


@rule(
    "EXP-003",
    "export",
    en="it is said whether material or know-how leaves",
    zh="已注明出境的是材料还是技术",
    source=CLAIM,
    basis=Basis.SECONDARY,
    severity=Severity.ADVISORY,
    remedy_en="state the activity when planning: custody shipment plan --activity",
    remedy_zh="请在计划时注明出境活动：custody shipment plan --activity",
    effective_from=date(2026, 5, 1),
    override_role="regulatory_affairs",
    signer_roles=("regulatory_affairs",),
    sentences=("A4",),
)
def activity_is_stated(case: Case) -> Iterable[Answer]:
    """Technology can need permits of its own, which this ledger does not know."""
    shipment = leaving(case)
    if shipment is None:
        return
    if not shipment.activity:
        yield unknown(
            shipment.stream,
            f"it is not said whether material or only know-how goes to {shipment.destination}",
            f"未注明前往 {shipment.destination} 的是材料还是仅为技术",
        )
    else:
        yield satisfied(shipment.stream)


@rule(
    "EXP-008",
    "export",
    en="the planned day leaves the authorities their time",
    zh="计划发运日为主管部门审批预留足够时间",
    source=f"{HGR}, Art. 32; {GACC}, Art. 14: 20 working days, extended by 10",
    basis=Basis.PRIMARY,
    severity=Severity.ADVISORY,
    remedy_en="plan a later day, or apply earlier: custody due shows when a decision is likely",
    remedy_zh="请推迟计划日或提前申请：custody due 显示可能的决定日",
    signer_roles=("regulatory_affairs",),
    sentences=("A14",),
)
def plan_leaves_time(case: Case) -> Iterable[Answer]:
    """The earliest likely day counts Mondays to Fridays; holidays can only make it later."""
    shipment = leaving(case)
    if shipment is None:
        return
    for permit in permits(case, "hgr_exit", "special_goods"):
        if permit.granted or not permit.submitted_on:
            continue
        earliest = _weekdays_after(day_of(permit.submitted_on), DECISION_DAYS)
        if day_of(shipment.planned_on) < earliest:
            yield violated(
                permit.stream,
                f"the shipment is planned for {shipment.planned_on}; permit {permit.number}, "
                f"applied for on {permit.submitted_on}, is not likely before {earliest}",
                f"计划发运日为 {shipment.planned_on}；{permit.submitted_on} 申请的许可 "
                f"{permit.number} 不大可能早于 {earliest} 获批",
            )
        else:
            yield satisfied(permit.stream)


def _weekdays_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


@rule(
    "EXP-011",
    "export",
    en="what is out of the filing's scope is recorded as such",
    zh="不属于备案范围的情形已作记录",
    source=f"{CLAIM}; {HGR} and {GACC} apply all the same",
    basis=Basis.SECONDARY,
    severity=Severity.ADVISORY,
    remedy_en="record the decision with class and use: custody shipment decide-scope",
    remedy_zh="请登记判定及产品类别与用途：custody shipment decide-scope",
    effective_from=date(2026, 5, 1),
    override_role="regulatory_affairs",
    signer_roles=("regulatory_affairs",),
    sentences=("A22",),
)
def exclusion_is_recorded(case: Case) -> Iterable[Answer]:
    """Being out of one scope says nothing about human genetic resources or quarantine."""
    shipment = leaving(case)
    if shipment is None:
        return
    for lot, product in products(case):
        inside = in_scope(case, product)
        if not inside and shipment.scope != "out_of_scope":
            said = product.product_class if product else "?"
            yield unknown(
                lot.stream,
                f"batch {lot.number} ({said}, {shipment.purpose}) is out of the filing's scope, "
                "and nobody recorded that decision",
                f"{lot.number} 批（{said}，{shipment.purpose}）不属于备案范围，但未登记该判定",
            )
        elif inside and shipment.scope == "out_of_scope":
            yield violated(
                lot.stream,
                f"batch {lot.number} is in the filing's scope, against the decision on record",
                f"{lot.number} 批属于备案范围，与所登记的判定不符",
            )
        else:
            yield satisfied(lot.stream)


@rule(
    "EXP-012",
    "export",
    en="every shipment abroad has a decision on the filing's scope",
    zh="每次出境发运均已判定备案范围",
    source="house rule: exports are audited against the scope first",
    basis=Basis.HOUSE,
    severity=Severity.ADVISORY,
    remedy_en="record the decision: custody shipment decide-scope",
    remedy_zh="请登记判定：custody shipment decide-scope",
    signer_roles=("regulatory_affairs",),
    sentences=("A23",),
)
def scope_is_decided(case: Case) -> Iterable[Answer]:
    """Planned shipments without a decision are listed by ``custody list shipment``."""
    shipment = leaving(case)
    if shipment is None:
        return
    if not shipment.scope:
        yield unknown(
            shipment.stream,
            f"shipment {shipment.number} has no scope decision",
            f"发运 {shipment.number} 未作范围判定",
        )
    else:
        yield satisfied(shipment.stream)
