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
from custody.rules.ancestry import ancestry
from custody.rules.model import (
    Answer,
    Basis,
    Case,
    rule,
    satisfied,
    unknown,
    violated,
)
from custody.rules.process import processes

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
    en="cells modified, expanded for long or screened for clones are made from a cell bank",
    zh="基因修饰、长期扩增或单克隆筛选的细胞须建立细胞库",
    source=f"{GUIDELINE}: cell banks",
    basis=Basis.GUIDELINE,
    remedy_en="establish a bank and start from its vials: custody bank establish",
    remedy_zh="请建库并由冻存管开始生产：custody bank establish",
    effective_from=IN_FORCE,
    signer_roles=("bank_custodian", "qa"),
    sentences=("B21",),
)
def demanding_ways_of_making_start_from_a_bank(case: Case) -> Iterable[Answer]:
    """By the class of the product or the flags of the process; a culture does not stand for one."""
    needed = [*_bank_needed(case)]
    for en, zh in needed:
        for sample in _samples(case):
            yield violated(
                sample.stream,
                f"{en}; sample {sample.number} is not banked",
                f"{zh}；样品 {sample.number} 未建库",
            )
    if needed:
        yield satisfied(*case.event.linked("product", "process"))


@rule(
    "BNK-002",
    "start",
    en="without a cell bank, the starting material is retained and the passage limited",
    zh="不建库时须留样并限定代次",
    source=f"{GUIDELINE}: cell banks",
    basis=Basis.GUIDELINE,
    remedy_en="take a retention sample (custody sample retain) and limit passages; a process that "
    "is not autologous, short and low in manipulation starts from a bank",
    remedy_zh="请留样（custody sample retain）并限定代次；非自体、短期且低操作的工艺须先建库",
    effective_from=IN_FORCE,
    signer_roles=("operator", "qa"),
    sentences=("B22",),
)
def unbanked_material_is_retained(case: Case) -> Iterable[Answer]:
    """Only a short, little manipulating process for the donor's own use does without a bank.

    Every sample it starts from has a retention sample, and passages are limited: by the process,
    or by the product where no process is named.
    """
    samples = list(_samples(case))
    if samples:
        yield from _spared(case)
    for sample in samples:
        if sample.retained == "0":
            yield unknown(
                sample.stream,
                f"sample {sample.number} has no retention sample",
                f"样品 {sample.number} 未留样",
            )
        else:
            yield satisfied(sample.stream)


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
    found = ancestry(case, *case.event.linked("origin"), kinds=("culture", "vial")).found
    vials = [v for v in found if isinstance(v, Vial)]
    if not vials:
        yield violated(
            case.event.stream,
            "no vial of a master bank is behind the working bank",
            "该工作库未追溯至主库的冻存管",
        )
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
    elif bank.status != "qualified":
        yield violated(
            stream,
            f"bank {bank.number} is {bank.status}, not qualified",
            f"细胞库 {bank.number} 的状态为 {bank.status}，尚未放行",
        )
    else:
        yield speaking_against(bank) or satisfied(stream)


def speaking_against(bank: Bank) -> Answer | None:
    """Return what results say against a bank, whenever they came in and whoever measured them."""
    if not bank.failed:
        return None
    return violated(
        bank.stream,
        f"bank {bank.number} failed {', '.join(bank.failed)}",
        f"细胞库 {bank.number} 的 {'、'.join(bank.failed)} 不合格",
    )


def _samples(case: Case) -> Iterator[Sample]:
    """The samples from which a batch starts without a bank in between, through cultures or not."""
    starts = case.event.linked("made_from")
    for state in ancestry(case, *starts, kinds=("culture", "sample")).found:
        if isinstance(state, Sample):
            yield state


def _bank_needed(case: Case) -> Iterator[tuple[str, str]]:
    """What makes a bank necessary, in both languages."""
    for product in case.linked("product"):
        if isinstance(product, Product) and product.product_class == "gene_edited_cell":
            number = product.number
            yield f"product {number} is gene-edited", f"产品 {number} 为基因修饰细胞"
    for process, version in processes(case):
        if version is not None and version.bank_needed:
            yield (
                f"process {process.number} modifies, screens or long expands cells",
                f"工艺 {process.number} 含基因修饰、单克隆筛选或长期扩增",
            )


def _spared(case: Case) -> Iterator[Answer]:
    """Whether the process may do without a bank, and whether passages are limited at all."""
    named = list(processes(case))
    for product in case.linked("product") if not named else ():
        if isinstance(product, Product) and product.current.max_passage is None:
            yield unknown(
                product.stream,
                f"product {product.number} sets no highest passage, and no process is named",
                f"产品 {product.number} 未设最高代次，亦未注明工艺",
            )
    for process, version in named:
        if version is None or version.bank_needed:
            continue  # PRC-001 and BNK-001 say so
        if version.bank_spared:
            yield satisfied(process.stream)
        else:
            yield violated(
                process.stream,
                f"process {process.number} is not autologous, short and low in manipulation",
                f"工艺 {process.number} 并非自体、短期且低操作",
            )
