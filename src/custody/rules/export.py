"""When a shipment may leave the country: its lots, and the permit of each authority on its own.

The export filing, the certificate for human genetic resources and the approval for special goods
are asked for one by one; none stands for another (EXP-007). Whether the export filing is demanded
by law is a claim, not a text that was read, so that rule can be overridden; the others cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from custody.domain.organisation import Organisation
from custody.domain.permit import Permit
from custody.domain.product import Product, Specification
from custody.domain.shipment import Shipment
from custody.domain.shipment_packing import ShipmentSealed
from custody.domain.values import canonical_number, day_of, instant
from custody.errors import Text as Words
from custody.rules.batch_case import limits_of
from custody.rules.donor import consent_answers
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated
from custody.rules.permits import (
    HOME,
    Lot,
    covered,
    leaving,
    lots,
    over_on,
    permits,
    relied_on,
    within_quantity,
)

CLAIM: Final = "claim in the trade press on exports for overseas trials; not in Order No. 818"
HGR: Final = "Regulation on human genetic resources (Order 717, 2024 version)"
QUARANTINE: Final = "Frontier Health and Quarantine Law (2024), Art. 22"
GACC: Final = "Order No. 281 of the General Administration of Customs"
EXPIRING: Final = ("export_filing", "hgr_exit", "special_goods", "import_permit")
FILED: Final = ("stem_cell_preparation", "gene_edited_cell")
OVERSEAS: Final = "overseas_clinical_trial"
FILING: Final = Words("export filing", "出境备案")
CERTIFICATE: Final = Words(
    "exit certificate for human genetic resources", "人类遗传资源材料出境证明"
)
APPROVAL: Final = Words("special-goods approval", "特殊物品卫生检疫审批单")


@rule(
    "REL-004",
    "export",
    en="every batch is released, neither held nor recalled, and in date",
    zh="各批均已放行、未暂停或召回，且在有效期内",
    source="house rule: nothing leaves that the quality authority did not release",
    basis=Basis.HOUSE,
    remedy_en="let the quality authority release the batch, or send another",
    remedy_zh="请由质量受权人放行，或改发其他批次",
    signer_roles=("quality_authority",),
)
def batches_are_released(case: Case) -> Iterable[Answer]:
    """In date means at the moment of sealing, not on the day only."""
    for lot in lots(case):
        batch = lot.batch
        if batch is None:
            yield unknown(lot.stream, "the batch is not on record", "该批次未登记")
        elif batch.status != "released":
            yield violated(
                lot.stream,
                f"batch {batch.number} is '{batch.status}', not released",
                f"{batch.number} 批状态为“{batch.status}”，未放行",
            )
        elif instant(batch.expires_at) <= instant(case.event.body.occurred_at):
            yield violated(
                lot.stream,
                f"batch {batch.number} expired at {batch.expires_at}",
                f"{batch.number} 批已于 {batch.expires_at} 过期",
            )
        else:
            yield satisfied(lot.stream)


@rule(
    "EXP-001",
    "export",
    en="an export filing names the lot and the destination",
    zh="出境备案列明批次与目的国",
    source=CLAIM,
    basis=Basis.SECONDARY,
    remedy_en="link the export filing; a study filing or an ethics letter does not replace it",
    remedy_zh="请关联出境备案；研究备案或伦理意见不能代替",
    effective_from=date(2026, 5, 1),
    override_role="regulatory_affairs",
    signer_roles=("regulatory_affairs",),
    sentences=("A2",),
)
def filing_is_linked(case: Case) -> Iterable[Answer]:
    """Only stem cell preparations and gene-edited cells for trials abroad are in its scope."""
    filed = {lot.stream for lot, product in products(case) if in_scope(case, product)}
    for answer in covered(case, "export_filing", FILING, in_force=False):
        where = answer.where or answer.evidence[0]
        yield answer if where in filed else satisfied(where)


@rule(
    "EXP-004",
    "export",
    en="product, purpose and trial agree, so that the scope of the filing is known",
    zh="产品、用途与试验相符，可判定备案范围",
    source=CLAIM,
    basis=Basis.SECONDARY,
    remedy_en="plan for the use the product is made for, name the trial and allocate the batch to "
    "it: custody batch allocate",
    remedy_zh="请按产品预期用途计划发运，注明试验并将批次分配给它：custody batch allocate",
    effective_from=date(2026, 5, 1),
    override_role="regulatory_affairs",
    signer_roles=("regulatory_affairs",),
    sentences=("A6", "A13", "A21"),
)
def scope_is_known(case: Case) -> Iterable[Answer]:
    """A product whose class or use is not on record cannot be said to be out of scope."""
    shipment = leaving(case)
    if shipment is None:
        return
    if shipment.purpose == OVERSEAS and not shipment.trial:
        yield unknown(shipment.stream, "the trial abroad is not named", "未注明境外临床试验")
    for lot, product in products(case):
        if product is None:
            yield unknown(
                lot.stream,
                f"the product of batch {lot.number} is not on record",
                f"{lot.number} 批的产品未登记",
            )
        elif _use(lot, product) != shipment.purpose:
            yield violated(
                lot.stream,
                f"batch {lot.number} is made for {_use(lot, product)}, not {shipment.purpose}",
                f"{lot.number} 批的预期用途为 {_use(lot, product)}，而非 {shipment.purpose}",
            )
        elif shipment.purpose == OVERSEAS and shipment.trial and not _allocated(lot, shipment):
            yield violated(
                lot.stream,
                f"batch {lot.number} is not allocated to trial {shipment.trial} in "
                f"{shipment.destination}",
                f"{lot.number} 批未分配至 {shipment.destination} 的试验 {shipment.trial}",
            )
        elif shipment.purpose == OVERSEAS and shipment.trial and _overdrawn(lot):
            yield violated(
                lot.stream,
                f"more doses of batch {lot.number} were packed in all than are allocated",
                f"{lot.number} 批累计装箱剂数超过已分配剂数",
            )
        elif shipment.trial and _packed(lot, shipment) > _allocated(lot, shipment):
            yield violated(
                lot.stream,
                f"{_allocated(lot, shipment)} doses of batch {lot.number} are allocated to trial "
                f"{shipment.trial}, and {_packed(lot, shipment)} are packed",
                f"{lot.number} 批分配至试验 {shipment.trial} 的为 {_allocated(lot, shipment)} 剂，"
                f"装箱 {_packed(lot, shipment)} 剂",
            )
        else:
            yield satisfied(lot.stream, product.stream)


@rule(
    "CUS-002",
    "export",
    "customs-bundle",
    en="every permit relied on is valid on the day, for the quantity",
    zh="所依据的各项许可当日有效且数量足够",
    source=f"{HGR}, Art. 27; {GACC}, Art. 15 and 19",
    basis=Basis.PRIMARY,
    remedy_en="renew the permit, send less, or leave out a permit that is not needed",
    remedy_zh="请续办许可、减少数量，或不关联非必需的许可",
    signer_roles=("regulatory_affairs",),
    sentences=("A18",),
)
def permits_hold_on_the_day(case: Case) -> Iterable[Answer]:
    """The day of the act counts, and no letter of a committee stands for a permit.

    Study filings and trial authorisations need not state a period.
    """
    body = case.event.body
    streams = relied_on(case)
    shipment = leaving(case)
    if shipment is not None and not streams:
        yield violated(
            shipment.stream,
            "no permit is linked; an approval of an ethics committee is none",
            "未关联任何许可；伦理审查意见不是许可",
        )
    for stream in streams:
        permit = case.world.get(stream)
        if not isinstance(permit, Permit):
            yield unknown(stream, "the permit is not on record", "该许可未登记")
        elif not permit.granted:
            yield violated(
                stream,
                f"permit {permit.number} is '{permit.status}'",
                f"许可 {permit.number} 状态为“{permit.status}”",
            )
        elif (over := over_on(permit, case)) is not None:
            yield violated(
                stream,
                f"permit {permit.number} is valid from {permit.valid_from or 'an unknown day'} to "
                f"{permit.valid_until or 'an unknown day'}, not on {over}",
                f"许可 {permit.number} 有效期为 {permit.valid_from or '未记录'} 至 "
                f"{permit.valid_until or '未记录'}，不含 {over}",
            )
        elif not (permit.valid_from and permit.valid_until):
            if permit.permit_kind not in EXPIRING:
                continue
            yield unknown(
                stream,
                f"the validity of permit {permit.number} is not recorded",
                f"许可 {permit.number} 未记录有效期",
            )
        elif isinstance(body, ShipmentSealed):
            yield within_quantity(permit, body.quantity, body.unit, limited=False)


@rule(
    "HGR-001",
    "export",
    en="an exit certificate for human genetic resources covers every lot",
    zh="人类遗传资源材料出境证明涵盖各批",
    source=f"{HGR}, Art. 27",
    basis=Basis.PRIMARY,
    remedy_en="link the certificate, or a signed finding that the rule does not apply",
    remedy_zh="请关联出境证明，或经签署的不适用认定",
    signer_roles=("regulatory_affairs",),
    exempt=True,
)
def exit_certificate_covers(case: Case) -> Iterable[Answer]:
    """Cells are such material; no other authority's permit stands for the certificate."""
    yield from covered(case, "hgr_exit", CERTIFICATE, in_force=True)


@rule(
    "HGR-002",
    "export",
    en="the exporter is neither foreign nor under foreign control",
    zh="出境方非境外机构，亦不受境外机构实际控制",
    source=f"{HGR}, Art. 7; Biosecurity Law, Art. 56",
    basis=Basis.PRIMARY,
    remedy_en="let a domestic organisation that is not controlled from abroad send it",
    remedy_zh="请由不受境外控制的境内机构作为发货方",
    signer_roles=("regulatory_affairs",),
)
def exporter_is_domestic(case: Case) -> Iterable[Answer]:
    """The shipper of the plan is the exporter."""
    shipment = leaving(case)
    if shipment is None:
        return
    shipper = case.world.get(shipment.shipper)
    if not isinstance(shipper, Organisation):
        yield unknown(shipment.shipper, "the shipper is not on record", "发货方未登记")
    elif shipper.country != HOME or shipper.foreign_controlled:
        yield violated(
            shipper.stream,
            f"{shipper.number} is foreign or under foreign control",
            f"{shipper.number} 为境外机构或受境外控制",
        )
    else:
        yield satisfied(shipper.stream)


@rule(
    "HGR-003",
    "export",
    en="the donors' written consent covers export and was not withdrawn",
    zh="供者书面同意涵盖出境用途且未撤回",
    source=f"{HGR}, Art. 9 and 12",
    basis=Basis.PRIMARY,
    remedy_en="record the consent (custody donor consent); without it the lot stays",
    remedy_zh="请记录同意（custody donor consent）；否则该批不得出境",
    signer_roles=("donor_physician",),
)
def donors_agreed_to_export(case: Case) -> Iterable[Answer]:
    """Every donation behind every lot has an open consent on the day of sealing."""
    shipment = leaving(case)
    if shipment is not None:
        yield from consent_answers(case, shipment.batches, "export")


def special_goods_are_approved(case: Case) -> Iterator[Answer]:
    """An approval in force names each lot; it never lasts longer than twelve months."""
    yield from covered(case, "special_goods", APPROVAL, in_force=True)
    for permit in permits(case, "special_goods") if leaving(case) else ():
        if permit.valid_from and permit.valid_until and _over_a_year(permit):
            yield violated(
                permit.stream,
                f"approval {permit.number} is recorded as valid for more than twelve months",
                f"审批单 {permit.number} 记录的有效期超过十二个月",
            )


# The same question under two texts: until 31 July 2026 the law alone, from then on the order.
for _source, _first, _last in (
    (QUARANTINE, date(2025, 1, 1), date(2026, 7, 31)),
    (f"{GACC}, Art. 9, 15, 17 and 19; {QUARANTINE}", date(2026, 8, 1), None),
):
    rule(
        "GAC-001",
        "export",
        en="a special-goods approval covers every lot",
        zh="特殊物品卫生检疫审批涵盖各批",
        source=_source,
        basis=Basis.PRIMARY,
        remedy_en="link the approval, or a signed finding that the goods are managed as drugs",
        remedy_zh="请关联审批单，或经签署的按药品管理认定",
        effective_from=_first,
        effective_to=_last,
        signer_roles=("regulatory_affairs",),
        exempt=True,
    )(special_goods_are_approved)


@rule(
    "GAC-003",
    "export",
    en="the quantity is left on the special-goods approval",
    zh="特殊物品审批数量足以核销",
    source=f"{GACC}, Art. 15 and 19",
    basis=Basis.PRIMARY,
    remedy_en="send less, or record a further approval",
    remedy_zh="请减少数量，或另行登记审批单",
    effective_from=date(2026, 8, 1),
    signer_roles=("regulatory_affairs",),
    exempt=True,
)
def special_goods_quantity_is_left(case: Case) -> Iterable[Answer]:
    """Every approval linked is written off by the whole shipment; it must state a quantity."""
    body = case.event.body
    if leaving(case) and isinstance(body, ShipmentSealed):
        for permit in permits(case, "special_goods"):
            yield within_quantity(permit, body.quantity, body.unit, limited=True)


def _over_a_year(permit: Permit) -> bool:
    first, last = day_of(permit.valid_from), day_of(permit.valid_until)
    return (last.year, last.month, last.day) > (first.year + 1, first.month, first.day)


def products(case: Case) -> Iterator[tuple[Lot, Product | None]]:
    """Yield the lots of the shipment with their products, None when a product is not on record."""
    for lot in lots(case):
        product = case.world.get(lot.batch.product) if lot.batch else None
        yield lot, product if isinstance(product, Product) else None


def specified(lot: Lot, product: Product) -> Specification:
    """Return the version of the specification the lot was made to, the current one if none."""
    return limits_of(product, lot.batch) if lot.batch else product.current


def _use(lot: Lot, product: Product) -> str:
    return specified(lot, product).intended_use


def _allocated(lot: Lot, shipment: Shipment) -> int:
    """Return how many doses of the lot are meant for the shipment's trial."""
    trial = canonical_number(shipment.trial)
    shares = lot.batch.allocations if lot.batch else ()
    return sum(
        doses
        for said, country, doses in shares
        if (canonical_number(said), country) == (trial, shipment.destination)
    )


def _packed(lot: Lot, shipment: Shipment) -> int:
    return sum(box.doses for box in shipment.containers if box.batch == lot.stream)


def _overdrawn(lot: Lot) -> bool:
    """Whether earlier shipments and this one take more together than all trials were allocated."""
    batch = lot.batch
    return batch is not None and batch.drawn > sum(doses for _, _, doses in batch.allocations)


def in_scope(case: Case, product: Product | None) -> bool:
    """Whether the export filing is asked for this product and use; what is unknown is."""
    purpose = case.state.purpose if isinstance(case.state, Shipment) else ""
    return purpose == OVERSEAS and (product is None or product.product_class in FILED)
