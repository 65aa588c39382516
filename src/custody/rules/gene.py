"""Rules about gene modification: the vector or tool lots, and the tests of what was made of them.

Whether a batch is modified shows in its product, its process, and in the lots its cells met.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from custody.domain.bank import Bank
from custody.domain.batch import Batch
from custody.domain.culture import Culture
from custody.domain.material import Material
from custody.domain.product import Product
from custody.rules.ancestry import Ancestry, ancestry
from custody.rules.batch_case import specification_of
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated
from custody.rules.process import process_of

GUIDELINE: Final = "Guidelines for clinical research of tissue stem cell therapy, version 1"
IN_FORCE: Final = date(2026, 5, 1)
OFF_TARGET: Final = "off_target"
RESIDUE: Final = "residual_vector"
LIVE_VIRUS: Final = "replication_competent_virus"
GENE_TESTS: Final = (OFF_TARGET, RESIDUE, LIVE_VIRUS)
RETROVIRAL: Final = ("lentivirus", "gamma_retrovirus")
TEST_ZH: Final = {OFF_TARGET: "脱靶评估", RESIDUE: "载体残留", LIVE_VIRUS: "复制型病毒"}


@rule(
    "MAT-007",
    "modify",
    en="a vector or editing-tool lot is characterised before cells are modified with it",
    zh="载体或编辑工具批次须先表征，方可用于基因修饰",
    source=f"{GUIDELINE}, section 3: gene modification",
    basis=Basis.GUIDELINE,
    remedy_en="record type, sequence and virus test of the lot: custody material characterise",
    remedy_zh="请登记该批的类型、序列与复制型病毒检测：custody material characterise",
    effective_from=IN_FORCE,
    signer_roles=("qc_analyst", "qc_reviewer", "qa"),
)
def tool_is_characterised(case: Case) -> Iterable[Answer]:
    """The lot's sequence is known, no live virus was found, and its type fits the process."""
    wanted = _vector_laid_down(case)
    for lot in case.linked("material"):
        if not isinstance(lot, Material):
            continue
        if lot.reagent is None or not lot.reagent.sequence:
            yield unknown(
                lot.stream,
                f"lot {lot.number} is not characterised by its sequence",
                f"批号 {lot.number} 未作序列表征",
            )
        elif lot.reagent.rcv_verdict == "fail":
            yield violated(
                lot.stream,
                f"replication-competent virus was found in lot {lot.number}",
                f"批号 {lot.number} 检出复制型病毒",
            )
        elif lot.reagent.kind == "vector" and wanted and lot.reagent.vector_type != wanted:
            yield violated(
                lot.stream,
                f"lot {lot.number} is {lot.reagent.vector_type}, the process says {wanted}",
                f"批号 {lot.number} 为 {lot.reagent.vector_type}，工艺规定为 {wanted}",
            )
        else:
            yield satisfied(lot.stream)


def _vector_laid_down(case: Case) -> str:
    for state in ancestry(case, case.event.stream, kinds=("culture",)).found:
        if isinstance(state, Culture) and state.process:
            version = process_of(case, state.process, state.process_version)
            return version.vector_type if version else ""
    return ""


@rule(
    "GEN-001",
    "release",
    "release-provisionally",
    en="gene-modified cells were tested for off-target editing, vector residue and live virus",
    zh="基因修饰细胞须检测脱靶编辑、载体残留与复制型病毒",
    source=f"{GUIDELINE}, section 3: gene-modified cells",
    basis=Basis.GUIDELINE,
    remedy_en="record and review the tests off_target, residual_vector and "
    "replication_competent_virus (custody batch test), and the tool lot used",
    remedy_zh="请登记并复核脱靶评估、载体残留与复制型病毒检验（custody batch test），"
    "并登记所用载体或工具批次",
    effective_from=IN_FORCE,
    signer_roles=("qc_analyst", "qc_reviewer"),
    sentences=("B23",),
)
def modified_cells_are_tested(case: Case) -> Iterable[Answer]:
    """Each test passed and was accepted by its reviewer, within the limits if there are any.

    Without a viral vector there is no virus to look for; everything else is still asked.
    """
    batch = case.state
    if not isinstance(batch, Batch):
        return
    behind = ancestry(case, batch.stream)
    tools = _tools(behind)
    if not (tools or _declared(case, batch)):
        return
    if not tools:
        yield unknown(
            batch.stream,
            f"no vector or editing-tool lot is recorded for batch {batch.number}",
            f"{batch.number} 批未登记载体或编辑工具批次",
        )
    viral = _vectors(case, batch, tools) - {"none", "non_viral"}
    for test in GENE_TESTS if viral or not tools else (OFF_TARGET, RESIDUE):
        yield _passed(case, batch, test)


@rule(
    "GEN-002",
    "release",
    "release-provisionally",
    en="with a lentiviral or gamma-retroviral vector, live virus was tested for and not found",
    zh="使用慢病毒或 γ-逆转录病毒载体的，须作复制型病毒专项检测且合格",
    source=f"{GUIDELINE}, section 3: lentiviral and gamma-retroviral vectors",
    basis=Basis.GUIDELINE,
    remedy_en="test the vector lot (custody material characterise), the bank or the batch for "
    "replication_competent_virus",
    remedy_zh="请对载体批（custody material characterise）、细胞库或本批作复制型病毒检测",
    effective_from=IN_FORCE,
    signer_roles=("qc_analyst", "qc_reviewer"),
    sentences=("B24",),
)
def live_virus_is_ruled_out(case: Case) -> Iterable[Answer]:
    """Every vector lot, or the cells made with it, was tested; one finding anywhere is enough."""
    batch = case.state
    if not isinstance(batch, Batch):
        return
    behind = ancestry(case, batch.stream)
    tools = _tools(behind)
    used = _vectors(case, batch, tools) & set(RETROVIRAL)
    if not used:
        return
    result = batch.latest(LIVE_VIRUS)
    banks = (s for s in behind.found if isinstance(s, Bank))
    verdicts = {b.stream: b.verdicts.get(LIVE_VIRUS, "") for b in banks}
    if result is not None:
        verdicts[batch.stream] = result.verdict
    for lot in tools:
        if lot.reagent is not None and lot.reagent.vector_type in RETROVIRAL:
            verdicts[lot.stream] = lot.reagent.rcv_verdict
    bad = [stream for stream, verdict in verdicts.items() if verdict == "fail"]
    for stream in bad:
        yield violated(
            stream,
            f"replication-competent virus was found, upstream of or in batch {batch.number}",
            f"{batch.number} 批或其上游检出复制型病毒",
        )
    if not bad and "pass" in verdicts.values():
        yield satisfied(*(s for s, verdict in verdicts.items() if verdict == "pass"))
    elif not bad:
        vector = ", ".join(sorted(used))
        yield unknown(
            batch.stream,
            f"the vector is {vector}; no test for replication-competent virus is on record",
            f"载体为 {vector}，未见复制型病毒检测",
        )


def _tools(behind: Ancestry) -> list[Material]:
    """The vector and editing-tool lots among the ancestors."""
    used = {t for s in behind.found if isinstance(s, Culture) for t in s.tools}
    lots = (s for s in behind.found if isinstance(s, Material))
    return [m for m in lots if m.reagent is not None or m.stream in used]


def _declared(case: Case, batch: Batch) -> bool:
    """Whether product or process say that the cells are modified."""
    product = case.world.get(batch.product)
    version = process_of(case, batch.process, batch.process_version)
    edited = isinstance(product, Product) and product.product_class == "gene_edited_cell"
    return edited or (version is not None and version.genetic_modification)


def _vectors(case: Case, batch: Batch, tools: Iterable[Material]) -> set[str]:
    version = process_of(case, batch.process, batch.process_version)
    used = {m.reagent.vector_type for m in tools if m.reagent is not None}
    return used | ({version.vector_type} if version is not None else set())


def _passed(case: Case, batch: Batch, test: str) -> Answer:
    result = batch.latest(test)
    en, zh = f"{test} of batch {batch.number}", f"{batch.number} 批的{TEST_ZH[test]}"
    if result is None:
        return unknown(batch.stream, f"{en} is missing", f"{zh}缺失")
    specification = specification_of(case, batch)
    asked = specification.release_tests if specification else ()
    limits = next((t for t in asked if t.test == test), None)
    if result.verdict != "pass" or (limits is not None and not result.meets(limits)):
        return violated(batch.stream, f"{en} did not pass", f"{zh}不合格")
    if not result.accepted:
        return unknown(batch.stream, f"{en} was not reviewed and accepted", f"{zh}未经复核认可")
    return satisfied(batch.stream)
