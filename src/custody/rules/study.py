"""When a study may start: its path, its stage, its monitoring and its follow-up.

What must be filed is in `filing`, what must be known from animals and cells in `nonclinical`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.domain.study import Study
from custody.rules.model import Answer, Basis, Case, Severity, rule, satisfied, unknown, violated
from custody.rules.study_case import (
    GUIDELINE,
    IN_FORCE,
    ORDER_818,
    gene_modified,
    granted,
    study_of,
    technology,
)

TWO_YEARS: Final = 24
FIVE_YEARS: Final = 60
FOR_CHILDREN: Final = ("growth", "neurocognition", "reproduction")
DONE: Final = ("completed", "follow_up", "closed")


@rule(
    "PTH-001",
    "study-start",
    en="the regulatory path is decided, and what was filed belongs to it",
    zh="监管路径已确定，且备案或批准与路径相符",
    source=f"{ORDER_818}, Art. 55",
    basis=Basis.PRIMARY,
    remedy_en="decide the path (custody study decide-path), file on it (custody study file)",
    remedy_zh="请确定路径（custody study decide-path）并按该路径备案（custody study file）",
    effective_from=IN_FORCE,
    signer_roles=("regulatory_affairs",),
    sentences=("B3", "B5", "B7"),
)
def path_is_decided(case: Case) -> Iterable[Answer]:
    """A trial meant for registration does not start under a technology filing, nor the reverse."""
    study = study_of(case)
    if study is None:
        return
    number = study.number
    match study.path:
        case "undecided":
            en, zh = f"the path of study {number} is undecided", f"研究 {number} 的监管路径未确定"
            yield unknown(study.stream, en, zh)
        case "routine_care":
            yield violated(
                study.stream,
                f"{number} is routine care; it cannot start as a clinical study",
                f"{number} 属常规诊疗，不得作为临床研究启动",
            )
        case "drug_828" | "device" if not study.filing:
            yield violated(
                study.stream,
                f"study {number} is on the path '{study.path}'; no trial approval is linked",
                f"研究 {number} 的路径为“{study.path}”，未关联临床试验批准",
            )
        case "drug_828" | "device":
            yield granted(case, study, study.filing, "ind_cta")
        case _ if study.filing:
            yield granted(case, study, study.filing, "study_filing_818")
        case _:
            yield satisfied(study.stream)


@rule(
    "STU-001",
    "study-start",
    en="a confirmatory study follows an exploratory one",
    zh="确证性研究以探索性研究为前提",
    source=f"{GUIDELINE}, section 5: stages of clinical research",
    basis=Basis.GUIDELINE,
    remedy_en="draft the study with --follows and a completed study, or attach its report "
    "(document kind exploratory_report)",
    remedy_zh="立项时以 --follows 关联已完成的研究，或附其报告（文件类别 exploratory_report）",
    effective_from=IN_FORCE,
    signer_roles=("pi", "regulatory_affairs"),
    sentences=("B35",),
)
def confirmatory_follows_exploratory(case: Case) -> Iterable[Answer]:
    """The study before must be over; one still under way has no result yet."""
    study = technology(case)
    if study is None:
        return
    if study.stage != "confirmatory" or "exploratory_report" in study.papers:
        yield satisfied(study.stream)
        return
    before = case.world.get(study.follows) if study.follows else None
    if not isinstance(before, Study):
        yield violated(
            study.stream,
            f"study {study.number} is confirmatory; no exploratory result is linked",
            f"研究 {study.number} 为确证性研究，未关联探索性研究结果",
        )
    elif before.stage != "exploratory" or before.status not in DONE:
        yield violated(
            before.stream,
            f"{before.number} is a {before.stage} study and '{before.status}'",
            f"{before.number} 的阶段为“{before.stage}”，状态为“{before.status}”",
        )
    else:
        yield satisfied(study.stream, before.stream)


@rule(
    "STU-002",
    "study-start",
    en="a high-risk study has an independent data safety monitoring board",
    zh="高风险研究设有独立的数据安全监查委员会",
    source=f"{GUIDELINE}, section 5: risk management",
    basis=Basis.GUIDELINE,
    remedy_en="set up the board and attach its charter: custody study establish-dsmb",
    remedy_zh="请成立委员会并附章程：custody study establish-dsmb",
    effective_from=IN_FORCE,
    signer_roles=("sponsor", "pi"),
    sentences=("B39",),
)
def high_risk_is_monitored(case: Case) -> Iterable[Answer]:
    """A board whose members depend on the sponsor or the study does not count."""
    study = technology(case)
    if study is None or study.risk != "high":
        return
    if study.dsmb:
        yield satisfied(study.stream)
    elif study.dsmb is None:
        yield violated(
            study.stream,
            f"high-risk study {study.number} has no data safety monitoring board",
            f"高风险研究 {study.number} 未设数据安全监查委员会",
        )
    else:
        yield violated(
            study.stream,
            f"the data safety monitoring board of study {study.number} is not independent",
            f"研究 {study.number} 的数据安全监查委员会不独立",
        )


def _long_enough(study: Study, months: int) -> Answer:
    if study.follow_up_months >= months:
        return satisfied(study.stream)
    if not study.follow_up_months:
        return violated(
            study.stream,
            f"study {study.number} has no follow-up plan; {months} months are needed",
            f"研究 {study.number} 无随访计划；须至少 {months} 个月",
        )
    return violated(
        study.stream,
        f"study {study.number} plans {study.follow_up_months} months of follow-up, "
        f"{months} are needed",
        f"研究 {study.number} 计划随访 {study.follow_up_months} 个月，须至少 {months} 个月",
    )


def _months_needed(case: Case, study: Study) -> int:
    risky = study.long_surviving or study.risk == "high"
    return FIVE_YEARS if risky or gene_modified(case, study) else TWO_YEARS


PLAN_EN: Final = "plan a longer follow-up: custody study plan-follow-up"
PLAN_ZH: Final = "请延长随访计划：custody study plan-follow-up"


@rule(
    "FUP-001",
    "study-start",
    en="subjects are followed up for two years at least",
    zh="受试者随访至少两年",
    source=f"{GUIDELINE}, section 5: follow-up of unmodified cells",
    basis=Basis.GUIDELINE,
    remedy_en=PLAN_EN,
    remedy_zh=PLAN_ZH,
    effective_from=IN_FORCE,
    signer_roles=("pi", "regulatory_affairs"),
    sentences=("B36",),
)
def follow_up_lasts_two_years(case: Case) -> Iterable[Answer]:
    """Counted from the last administration, whatever the cells are."""
    study = technology(case)
    if study is not None:
        yield _long_enough(study, TWO_YEARS)


@rule(
    "FUP-002",
    "study-start",
    en="modified, long-surviving or high-risk cells are followed up for five years at least",
    zh="基因修饰、长期存活或高风险细胞随访至少五年",
    source=f"{GUIDELINE}, section 5: follow-up of modified cells",
    basis=Basis.GUIDELINE,
    remedy_en=PLAN_EN,
    remedy_zh=PLAN_ZH,
    effective_from=IN_FORCE,
    signer_roles=("pi", "regulatory_affairs"),
    sentences=("B37",),
)
def follow_up_lasts_five_years(case: Case) -> Iterable[Answer]:
    """The product class, the process and what the study says of itself all count."""
    study = technology(case)
    if study is not None and _months_needed(case, study) == FIVE_YEARS:
        yield _long_enough(study, FIVE_YEARS)


@rule(
    "FUP-003",
    "study-start",
    en="children are followed up longer, for growth, neurocognition and reproduction",
    zh="儿童受试者延长随访，并关注生长发育、神经认知与生殖系统",
    source=f"{GUIDELINE}, section 5: follow-up of children",
    basis=Basis.GUIDELINE,
    severity=Severity.NEEDS_ASSESSMENT,
    remedy_en="extend the plan (custody study plan-follow-up), or link a risk assessment that "
    "covers the study",
    remedy_zh="请补充随访计划（custody study plan-follow-up），或关联涵盖该研究的风险评估",
    effective_from=IN_FORCE,
    signer_roles=("pi", "qa"),
    sentences=("B38",),
)
def children_are_followed_up(case: Case) -> Iterable[Answer]:
    """How much longer is not laid down; not longer at all is not enough."""
    study = technology(case)
    if study is None or not study.paediatric:
        return
    missing = [item for item in FOR_CHILDREN if item not in study.follow_up_items]
    if missing:
        yield violated(
            study.stream,
            f"study {study.number} includes children; follow-up lacks {', '.join(missing)}",
            f"研究 {study.number} 纳入儿童，随访缺少：{'、'.join(missing)}",
        )
    needed = _months_needed(case, study)
    if study.follow_up_months <= needed:
        yield violated(
            study.stream,
            f"study {study.number} includes children; follow-up must exceed {needed} months",
            f"研究 {study.number} 纳入儿童，随访须长于 {needed} 个月",
        )
    if not missing and study.follow_up_months > needed:
        yield satisfied(study.stream)
