"""Rules about cell banks: when one is needed, what it is made of and when it may be opened.

It says nothing about where vials lie. The guideline is known through its published summary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from custody.domain.bank import Bank, BankEstablished
from custody.domain.product import Product
from custody.domain.sample import Sample
from custody.domain.vial import Vial
from custody.rules.model import (
    Answer,
    Basis,
    Case,
    rule,
    satisfied,
    unknown,
    violated,
)

GUIDELINE = "Guidelines for clinical research of tissue stem cell therapy, version 1, section 3"
IN_FORCE = date(2026, 5, 1)
SAFETY_TESTS = ("sterility", "mycoplasma", "endotoxin", "adventitious_virus")
SAFETY_ZH = {
    "sterility": "无菌",
    "mycoplasma": "支原体",
    "endotoxin": "内毒素",
    "adventitious_virus": "外源病毒",
}


@rule(
    "BNK-001",
    "start",
    en="gene-edited cells are made from a cell bank",
    zh="基因修饰细胞须建立细胞库",
    source=f"{GUIDELINE}: cell banks",
    basis=Basis.GUIDELINE,
    remedy_en="establish a bank and start from its vials: custody bank establish",
    remedy_zh="请建库并由冻存管开始生产：custody bank establish",
    effective_from=IN_FORCE,
)
def gene_edited_cells_come_from_a_bank(case: Case) -> Iterable[Answer]:
    """A product of class gene_edited_cell does not start straight from a donor's sample."""
    for product in case.linked("product"):
        if not isinstance(product, Product) or product.product_class != "gene_edited_cell":
            continue
        for sample in _samples(case):
            yield violated(
                sample.stream,
                f"product {product.number} is gene-edited; sample {sample.number} is not banked",
                f"产品 {product.number} 为基因修饰细胞；样品 {sample.number} 未建库",
            )


@rule(
    "BNK-002",
    "start",
    en="without a cell bank, the starting material is retained and the passage limited",
    zh="不建库时须留样并限定代次",
    source=f"{GUIDELINE}: cell banks",
    basis=Basis.GUIDELINE,
    remedy_en="take a retention sample (custody sample retain) and set max_passage of the product",
    remedy_zh="请留样（custody sample retain）并在产品标准中设定最高代次",
    effective_from=IN_FORCE,
)
def unbanked_material_is_retained(case: Case) -> Iterable[Answer]:
    """Every sample a batch starts from has a retention sample; the product limits passages."""
    samples = list(_samples(case))
    for sample in samples:
        if sample.retained == "0":
            yield unknown(
                sample.stream,
                f"sample {sample.number} has no retention sample",
                f"样品 {sample.number} 未留样",
            )
        else:
            yield satisfied(sample.stream)
    for product in case.linked("product") if samples else ():
        if isinstance(product, Product) and product.current.max_passage is None:
            yield unknown(
                product.stream,
                f"product {product.number} sets no highest passage",
                f"产品 {product.number} 未设最高代次",
            )


@rule(
    "BNK-003",
    "thaw",
    en="vials are thawed only from a qualified bank that is not on hold",
    zh="仅可复苏已放行且未暂停的细胞库的冻存管",
    source="house rule: good manufacturing practice for cell banks",
    basis=Basis.HOUSE,
    remedy_en="have the bank qualified first: custody bank qualify",
    remedy_zh="请先放行细胞库：custody bank qualify",
    signer_roles=("qa",),
)
def bank_is_qualified(case: Case) -> Iterable[Answer]:
    """The vial's bank is qualified at the moment of the thaw."""
    if isinstance(case.state, Vial):
        yield from bank_answers(case, case.state.bank)


@rule(
    "BNK-004",
    "freeze",
    en="vials are frozen only into a bank that is recorded and not rejected",
    zh="冻存管仅可归入已登记且未被拒绝的细胞库",
    source="house rule: good manufacturing practice for cell banks",
    basis=Basis.HOUSE,
    remedy_en="establish the bank first: custody bank establish",
    remedy_zh="请先建库：custody bank establish",
)
def bank_takes_vials(case: Case) -> Iterable[Answer]:
    """The bank exists and quality has not rejected it."""
    for stream in case.event.linked("bank"):
        bank = case.world.get(stream)
        if not isinstance(bank, Bank):
            yield unknown(stream, "this bank is not recorded", "该细胞库未登记")
        elif bank.status == "rejected":
            yield violated(
                stream, f"bank {bank.number} was rejected", f"细胞库 {bank.number} 已被拒绝"
            )
        else:
            yield satisfied(stream)


@rule(
    "BNK-005",
    "bank",
    en="a working bank comes from one qualified master bank and is no younger than it",
    zh="工作库源自同一个已放行的主库，代次不低于主库",
    source="house rule: two-tiered cell banks",
    basis=Basis.HOUSE,
    remedy_en="use thawed vials of one qualified master bank, and check the passage",
    remedy_zh="请使用同一已放行主库的冻存管，并核对代次",
)
def working_bank_has_one_master(case: Case) -> Iterable[Answer]:
    """All vials are of one bank, of level master and qualified; passages only count upwards."""
    body = case.event.body
    if not isinstance(body, BankEstablished) or body.level != "working":
        return
    vials = [v for v in case.linked("origin") if isinstance(v, Vial)]
    masters = sorted({v.bank for v in vials})
    if len(masters) > 1:
        numbers = ", ".join(v.number for v in vials)
        yield violated(
            case.event.stream,
            f"the vials {numbers} are of different banks",
            f"冻存管 {numbers} 不属于同一细胞库",
        )
    for stream in masters:
        bank = case.world.get(stream)
        if isinstance(bank, Bank) and bank.level != "master":
            yield violated(
                stream, f"bank {bank.number} is no master bank", f"细胞库 {bank.number} 不是主库"
            )
        elif isinstance(bank, Bank) and body.passage < bank.passage:
            yield violated(
                stream,
                f"passage {body.passage} is below passage {bank.passage} of bank {bank.number}",
                f"代次 {body.passage} 低于主库 {bank.number} 的代次 {bank.passage}",
            )
        else:
            yield from bank_answers(case, stream)


@rule(
    "BNK-006",
    "qualify-bank",
    en="a bank is qualified on passed tests for sterility, mycoplasma, endotoxin and viruses",
    zh="细胞库放行须无菌、支原体、内毒素与外源病毒检定合格",
    source=f"{GUIDELINE}: safety indicators re-tested for cell banks; here asked before first use",
    basis=Basis.HOUSE,
    remedy_en="record the missing tests: custody bank test",
    remedy_zh="请补录检定结果：custody bank test",
    override_role="qa",
    signer_roles=("qc_analyst", "lab_external"),
)
def bank_passed_its_tests(case: Case) -> Iterable[Answer]:
    """Each safety test is on record, and the latest verdict of every recorded test is pass."""
    bank = case.state
    if not isinstance(bank, Bank):
        return
    for test in dict.fromkeys((*SAFETY_TESTS, *bank.verdicts)):
        verdict, zh = bank.verdicts.get(test, ""), SAFETY_ZH.get(test, test)
        if verdict == "pass":
            yield satisfied(bank.stream)
        elif verdict == "fail":
            yield violated(
                bank.stream,
                f"bank {bank.number} failed {test}",
                f"细胞库 {bank.number} 的{zh}检定不合格",
            )
        else:
            yield unknown(
                bank.stream,
                f"{test} of bank {bank.number} is {verdict or 'not recorded'}",
                f"细胞库 {bank.number} 的{zh}检定{'无效' if verdict else '未记录'}",
            )


def bank_answers(case: Case, stream: str) -> Iterator[Answer]:
    """Yield whether the bank `stream` is qualified now; a bank not on record is unknown."""
    bank = case.world.get(stream)
    if not isinstance(bank, Bank):
        yield unknown(stream, "this bank is not recorded", "该细胞库未登记")
    elif bank.status == "qualified":
        yield satisfied(stream)
    else:
        yield violated(
            stream,
            f"bank {bank.number} is {bank.status}, not qualified",
            f"细胞库 {bank.number} 的状态为 {bank.status}，尚未放行",
        )


def _samples(case: Case) -> Iterator[Sample]:
    """The samples from which a batch starts without a bank in between."""
    for state in case.linked("made_from"):
        if isinstance(state, Sample):
            yield state
