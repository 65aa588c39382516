"""When manufacture may start: the product is defined, its cells are fit, its place was assessed.

Donor screening, consent and the need for a bank are judged in `donor` and `bank`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from custody.domain.batch_making import BatchStarted
from custody.domain.culture import Culture
from custody.domain.organisation import Organisation
from custody.domain.product import Product
from custody.domain.sample import Sample
from custody.domain.site import Site
from custody.domain.vial import Vial
from custody.rules.ancestry import ancestry
from custody.rules.bank import bank_answers
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated

GUIDELINE: Final = "Guidelines for clinical research of tissue stem cell therapy, version 1"
IN_FORCE: Final = date(2026, 5, 1)
FIT: Final = {"vial": ("thawed",), "sample": ("received",), "culture": ("growing",)}
CELLS: Final = ("culture", "vial", "bank", "sample", "donation")


@rule(
    "PTH-002",
    "start",
    en="the product is defined: its specification, its cells and what is done to them",
    zh="产品已定义：质量标准、细胞来源与体外操作",
    source=f"{GUIDELINE}, section 1: scope and definition",
    basis=Basis.GUIDELINE,
    remedy_en="specify the product with cell source and manipulations: custody product specify",
    remedy_zh="请制定产品质量标准并注明细胞来源与体外操作：custody product specify",
    effective_from=IN_FORCE,
    signer_roles=("qa", "quality_authority"),
    sentences=("B6",),
)
def product_is_specified(case: Case) -> Iterable[Answer]:
    """The version named by the batch exists; without one, the current version will count.

    Where the cells come from is known from the donations behind them, or stated by the product;
    what is done to them is stated by the process or the product.
    """
    body = case.event.body
    wanted = body.specification if isinstance(body, BatchStarted) else None
    for stream in case.event.linked("product"):
        product = case.world.get(stream)
        if not isinstance(product, Product):
            yield unknown(stream, "the product is not on record", "产品未登记")
        elif wanted and product.specification(wanted) is None:
            yield violated(
                stream,
                f"product {product.number} has no specification version {wanted}",
                f"产品 {product.number} 无质量标准版本 {wanted}",
            )
        elif gaps := list(_not_stated(case, product)):
            yield unknown(
                stream,
                f"product {product.number}: not stated: {', '.join(en for en, _ in gaps)}",
                f"产品 {product.number} 未注明：{'、'.join(zh for _, zh in gaps)}",
            )
        else:
            yield satisfied(stream)


def _not_stated(case: Case, product: Product) -> Iterator[tuple[str, str]]:
    starts = case.event.linked("made_from")
    if not product.cell_source and not ancestry(case, *starts, kinds=CELLS).donations:
        yield "source of the cells", "细胞来源"
    if not product.manipulations and not case.linked("process"):
        yield "manipulation of the cells", "体外操作"


@rule(
    "MFG-001",
    "culture",
    "start",
    en="cells going in are thawed from a qualified bank, received as a sample, or in culture",
    zh="投入的细胞须复苏自已放行的细胞库，或为已接收的样品或培养中的培养物",
    source="house rule: good manufacturing practice for starting materials",
    basis=Basis.HOUSE,
    remedy_en="thaw the vial or receive the sample first; use items that are fit",
    remedy_zh="请先复苏冻存管或接收样品；仅使用状态合格的物项",
    signer_roles=("bank_custodian", "operator"),
)
def starting_cells_are_fit(case: Case) -> Iterable[Answer]:
    """Asked about the items as they are before this act uses them up."""
    for stream in case.event.linked("made_from"):
        item = case.world.get(stream)
        if not isinstance(item, Vial | Sample | Culture):
            yield unknown(stream, "the item is not on record", "该物项未登记")
        elif item.status not in FIT[item.kind]:
            yield violated(
                stream,
                f"{item.kind} {item.number} is '{item.status}', not '{FIT[item.kind][0]}'",
                f"{item.number} 的状态为“{item.status}”，须为“{FIT[item.kind][0]}”",
            )
        else:
            yield satisfied(stream)
        if isinstance(item, Vial):
            yield from bank_answers(case, item.bank)


@rule(
    "COI-002",
    "culture",
    "start",
    en="autologous cells are never mixed with those of another donor",
    zh="自体细胞不得与其他供者的细胞混合",
    source="house rule: chain of identity for autologous products",
    basis=Basis.HOUSE,
    remedy_en="check the items; cells of another donor must not be pooled into it",
    remedy_zh="请核对物项；不得混入其他供者的细胞",
    signer_roles=("operator", "qa"),
)
def autologous_cells_are_not_mixed(case: Case) -> Iterable[Answer]:
    """Pooling is possible for allogeneic donations, never with an autologous one among them."""
    starts = case.event.linked("made_from", "parent")
    donations = ancestry(case, *starts, kinds=CELLS).donations
    own = [d for d in donations if d.autologous]
    if not donations:
        yield unknown(case.event.stream, "no donation is known to be behind it", "未能追溯至捐献")
    elif own and len(donations) > 1:
        numbers = ", ".join(d.number for d in donations)
        yield violated(
            own[0].stream,
            f"autologous donation {own[0].number} would be mixed: {numbers}",
            f"自体捐献 {own[0].number} 将与其他捐献混合：{numbers}",
        )
    else:
        yield satisfied(*(d.stream for d in donations))


@rule(
    "GMP-002",
    "start",
    en="an outside maker was assessed: qualification, facility, quality system",
    zh="外部生产机构已就资质、设施与质量体系评估合格",
    source=f"{GUIDELINE}, section 3: preparation by a partner",
    basis=Basis.GUIDELINE,
    remedy_en="assess the organisation: custody organisation assess",
    remedy_zh="请评估该机构：custody organisation assess",
    effective_from=IN_FORCE,
    signer_roles=("qa",),
    sentences=("B13",),
)
def maker_was_assessed(case: Case) -> Iterable[Answer]:
    """All three parts passed and the assessment is not over; own premises need not be named."""
    for stream in case.event.linked("site"):
        site = case.world.get(stream)
        if isinstance(site, Site):
            site = case.world.get(site.operator)
        if not isinstance(site, Organisation) or not site.assessed_on:
            yield unknown(stream, "the site was not assessed", "该生产场所未经评估")
        elif not site.approved(case.day):
            yield violated(
                site.stream,
                f"the assessment of {site.number} failed or does not cover {case.day}",
                f"{site.number} 的评估不合格，或不涵盖 {case.day}",
            )
        else:
            yield satisfied(stream)
