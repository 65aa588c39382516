"""What must be known from cells and animals before a study starts.

Only records that passed count; a report that is on record but failed is as good as none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.domain.study import Nonclinical, Study
from custody.rules.model import Answer, Basis, Case, Severity, rule, satisfied, violated
from custody.rules.study_case import GUIDELINE, IN_FORCE, ORDER_818, technology

SECTION: Final = f"{GUIDELINE}, section 4"
RECORD_EN: Final = "record the report: custody study record-nonclinical"
RECORD_ZH: Final = "请登记报告：custody study record-nonclinical"
NO_ARTICLE: Final = ("animal_model_rationale", "comparability")
FURTHER: Final = {
    "immunogenicity": ("immunogenicity and immunotoxicity", "免疫原性与免疫毒性"),
    "long_term_toxicity": ("long-term toxicity", "长期毒性"),
    "biodistribution": ("biodistribution", "体内分布"),
}


def _passed(study: Study, kind: str) -> bool:
    return any(e.study_kind == kind and e.verdict == "pass" for e in study.evidence)


def _needs(study: Study, kind: str, en: str, zh: str) -> Answer:
    if _passed(study, kind):
        return satisfied(study.stream)
    return violated(
        study.stream,
        f"study {study.number} has no {en} report that passed",
        f"研究 {study.number} 无合格的{zh}报告",
    )


@rule(
    "NCL-001",
    "study-start",
    en="safety was shown with the very preparation that people will get",
    zh="非临床研究证明安全有效，且供试品与临床制剂一致",
    source=f"{ORDER_818}, Art. 9; {SECTION}: consistency of the test article",
    basis=Basis.GUIDELINE,
    remedy_en="record the study made with these versions, or a comparability report for the other "
    "article: custody study record-nonclinical",
    remedy_zh="请登记以相同版本完成的研究，或该供试品的可比性报告："
    "custody study record-nonclinical",
    effective_from=IN_FORCE,
    signer_roles=("regulatory_affairs", "sponsor"),
    sentences=("B26",),
)
def article_is_the_preparation(case: Case) -> Iterable[Answer]:
    """Process and specification versions are compared; a comparability report bridges them."""
    study = technology(case)
    if study is None:
        return
    yield _needs(study, "safety", "safety and efficacy", "安全性与有效性")
    for tested in study.evidence:
        if tested.study_kind in NO_ARTICLE or _same_article(study, tested):
            continue
        yield violated(
            study.stream,
            f"the {tested.study_kind} study used process {tested.process_version} and "
            f"specification {tested.specification_version}; study {study.number} uses "
            f"{study.process_version} and {study.specification_version}",
            f"{tested.study_kind} 研究所用工艺为 {tested.process_version}、质量标准为 "
            f"{tested.specification_version}；研究 {study.number} 为 {study.process_version} 与 "
            f"{study.specification_version}",
        )


def _same_article(study: Study, tested: Nonclinical) -> bool:
    versions = (tested.process_version, tested.specification_version)
    bridged = {
        (e.process_version, e.specification_version)
        for e in study.evidence
        if e.study_kind == "comparability" and e.verdict == "pass"
    }
    return versions in {(study.process_version, study.specification_version), *bridged}


@rule(
    "NCL-002",
    "study-start",
    en="the choice of the animal model is explained",
    zh="已说明动物模型的选择依据",
    source=f"{SECTION}: relevance of the animal model",
    basis=Basis.GUIDELINE,
    severity=Severity.ADVISORY,
    remedy_en=f"{RECORD_EN} (animal_model_rationale)",
    remedy_zh=f"{RECORD_ZH}（animal_model_rationale）",
    effective_from=IN_FORCE,
    signer_roles=("regulatory_affairs", "sponsor"),
    sentences=("B27", "B28", "B29"),
)
def animal_model_is_explained(case: Case) -> Iterable[Answer]:
    """Immunodeficient animals, large animals and organoids are choices to be explained."""
    study = technology(case)
    if study is not None:
        yield _needs(study, "animal_model_rationale", "animal model", "动物模型依据")


@rule(
    "NCL-003",
    "study-start",
    en="tumorigenicity was tested in vitro",
    zh="已完成体外致瘤性试验",
    source=f"{SECTION}: tumorigenicity",
    basis=Basis.GUIDELINE,
    remedy_en=f"{RECORD_EN} (tumorigenicity_in_vitro)",
    remedy_zh=f"{RECORD_ZH}（tumorigenicity_in_vitro）",
    effective_from=IN_FORCE,
    signer_roles=("regulatory_affairs", "sponsor"),
    sentences=("B30",),
)
def tumorigenicity_in_vitro(case: Case) -> Iterable[Answer]:
    """The least that is known before the first person is treated."""
    study = technology(case)
    if study is not None:
        yield _needs(study, "tumorigenicity_in_vitro", "in-vitro tumorigenicity", "体外致瘤性")


@rule(
    "NCL-004",
    "study-start",
    en="before a confirmatory study tumorigenicity was tested in vivo",
    zh="确证性研究前已完成体内致瘤性试验",
    source=f"{SECTION}: tumorigenicity, complete report",
    basis=Basis.GUIDELINE,
    remedy_en=f"{RECORD_EN} (tumorigenicity_in_vivo)",
    remedy_zh=f"{RECORD_ZH}（tumorigenicity_in_vivo）",
    effective_from=IN_FORCE,
    signer_roles=("regulatory_affairs", "sponsor"),
    sentences=("B31",),
)
def tumorigenicity_in_vivo(case: Case) -> Iterable[Answer]:
    """Reports may come in stages; at the confirmatory stage all are there."""
    study = technology(case)
    if study is not None and study.stage == "confirmatory":
        yield _needs(study, "tumorigenicity_in_vivo", "in-vivo tumorigenicity", "体内致瘤性")


@rule(
    "NCL-005",
    "study-start",
    en="immunogenicity, long-term toxicity and biodistribution are reported",
    zh="已报告免疫原性、长期毒性与体内分布",
    source=f"{SECTION}: immunogenicity, long-term toxicity, distribution in the body",
    basis=Basis.GUIDELINE,
    severity=Severity.NEEDS_ASSESSMENT,
    remedy_en=f"{RECORD_EN}, or link a risk assessment that covers the study",
    remedy_zh=f"{RECORD_ZH}，或关联涵盖该研究的风险评估",
    effective_from=IN_FORCE,
    signer_roles=("regulatory_affairs", "qa"),
    sentences=("B32", "B33", "B34"),
)
def further_safety_is_reported(case: Case) -> Iterable[Answer]:
    """Each of the three reports is asked for on its own."""
    study = technology(case)
    if study is None:
        return
    for kind, (en, zh) in FURTHER.items():
        yield _needs(study, kind, en, zh)
