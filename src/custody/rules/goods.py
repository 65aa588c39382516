"""What customs compare: the goods as declared, as approved and as made; their package.

The order of the customs administration holds from August 2026; goods that are managed as drugs
are outside of it, and then no approval is linked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from custody.domain.permit import Permit
from custody.domain.shipment_packing import DeclaredLot, Particulars
from custody.domain.values import amount, canonical_number
from custody.rules.export import GACC, products, specified
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated
from custody.rules.permits import Lot, leaving, out_of_scope, permits

FROM_AUGUST = date(2026, 8, 1)
COMPARED = {
    "name": "名称",
    "ingredient": "生物活性成分",
    "specification": "规格",
    "producer": "生产单位",
    "storage_min": "运输最低温度",
    "storage_max": "运输最高温度",
}


@rule(
    "GAC-002",
    "export",
    en="name, ingredient, lot, specification, producer and storage agree with the approval",
    zh="名称、成分、批号、规格、生产单位与储运条件与审批单一致",
    source=f"{GACC}, Art. 17 and 19",
    basis=Basis.PRIMARY,
    remedy_en="declare the goods as approved (custody shipment declare), or obtain an approval for "
    "what is packed",
    remedy_zh="请按审批内容申报（custody shipment declare），或就实际货物另行申请审批",
    effective_from=FROM_AUGUST,
    signer_roles=("regulatory_affairs",),
    exempt=True,
)
def declaration_matches_approval(case: Case) -> Iterable[Answer]:
    """Texts are compared as people read them: case, spaces and full-width digits do not count.

    The country of destination is compared by GAC-001, the quantity by GAC-003.
    """
    shipment = leaving(case)
    approvals = list(permits(case, "special_goods"))
    if shipment is None or not approvals:
        return
    declared = {goods.lot: goods for goods in shipment.goods}
    shipped = set()
    for lot, product in products(case):
        shipped.add(lot.number)
        goods = declared.get(lot.number)
        if goods is None:
            yield unknown(
                lot.stream,
                f"lot {lot.number} is not declared with its particulars",
                f"批号 {lot.number} 未申报货物要素",
            )
            continue
        version = specified(lot, product) if product else None
        if version and (
            amount(goods.storage_min) < amount(version.storage_min)
            or amount(goods.storage_max) > amount(version.storage_max)
        ):
            yield violated(
                lot.stream,
                f"lot {lot.number} is declared for {goods.storage_min} to {goods.storage_max} Cel; "
                f"the product allows {version.storage_min} to {version.storage_max}",
                f"批号 {lot.number} 申报 {goods.storage_min} 至 {goods.storage_max} Cel；"
                f"产品允许 {version.storage_min} 至 {version.storage_max}",
            )
        covering = [p for p in approvals if out_of_scope(p, lot, shipment) is None]
        yield from _compared(lot, goods, covering)
    for number in declared.keys() - shipped:
        yield violated(
            shipment.stream,
            f"lot {number} is declared but not in the shipment",
            f"已申报批号 {number}，但不在本次发运中",
        )


def _compared(lot: Lot, goods: DeclaredLot, approvals: list[Permit]) -> Iterator[Answer]:
    """One approval that agrees is enough; otherwise each says in what it differs."""
    faults = []
    for approval in approvals:
        if approval.goods is None:
            faults.append(
                unknown(
                    approval.stream,
                    f"approval {approval.number} is recorded without the particulars of the goods",
                    f"审批单 {approval.number} 未登记货物要素",
                )
            )
            continue
        differing = [n for n in COMPARED if not _same(n, goods, approval.goods)]
        if not differing:
            yield satisfied(lot.stream, approval.stream)
            return
        told = "; ".join(
            f"{n} '{getattr(goods, n)}', approved '{getattr(approval.goods, n)}'" for n in differing
        )
        zh = "；".join(
            f"{COMPARED[n]}“{getattr(goods, n)}”，审批为“{getattr(approval.goods, n)}”"
            for n in differing
        )
        faults.append(
            violated(
                approval.stream,
                f"lot {lot.number} differs from approval {approval.number}: {told}",
                f"批号 {lot.number} 与审批单 {approval.number} 不符：{zh}",
            )
        )
    yield from faults


def _same(field: str, goods: Particulars, approved: Particulars) -> bool:
    said, allowed = getattr(goods, field), getattr(approved, field)
    if field.startswith("storage"):
        return amount(said) == amount(allowed)
    return canonical_number(said) == canonical_number(allowed)


@rule(
    "GAC-004",
    "export",
    en="the package is leak-proof and bears the biosafety mark",
    zh="包装密封防渗漏并带有生物安全标识",
    source=f"{GACC}, Art. 17",
    basis=Basis.PRIMARY,
    remedy_en="check the package and state both when packing: custody shipment pack",
    remedy_zh="请检查包装并在装箱时注明：custody shipment pack",
    effective_from=FROM_AUGUST,
    signer_roles=("warehouse", "verifier"),
    exempt=True,
)
def package_is_safe(case: Case) -> Iterable[Answer]:
    """Both must be said; silence is not a safe package."""
    shipment = leaving(case)
    if shipment is None or not list(permits(case, "special_goods")):
        return
    for container in shipment.containers:
        told = (
            (container.leak_proof, "leak-proof", "密封防渗漏"),
            (container.biosafety_mark, "marked for biosafety", "带有生物安全标识"),
        )
        for state, en, zh in told:
            if state is None:
                yield unknown(
                    shipment.stream,
                    f"it is not recorded whether container {container.serial} is {en}",
                    f"未记录容器 {container.serial} 是否{zh}",
                )
            elif not state:
                yield violated(
                    shipment.stream,
                    f"container {container.serial} is not {en}",
                    f"容器 {container.serial} 未{zh}",
                )
            else:
                yield satisfied(shipment.stream)
