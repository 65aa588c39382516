"""What must be reviewed and filed before a study starts, changes or goes on.

A filing that is missing blocks; one that came late does not: the five working days are watched
with the other deadlines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from custody.domain.study import COMMITTEES, Study
from custody.domain.study_filing import SLOTS, StudyProtocolAmended
from custody.domain.values import day_of
from custody.rules.model import Answer, Basis, Case, rule, satisfied, violated
from custody.rules.study_case import IN_FORCE, ORDER_818, granted, technology

COMMITTEE_ZH: Final = {"academic": "学术", "ethics": "伦理"}
# One month from the day the order came into force, the first day not counted.
LAST_DAY_FOR_OLD_STUDIES: Final = date(2026, 6, 1)


@rule(
    "FIL-001",
    "study-start",
    en="both reviews passed and the study is filed",
    zh="学术与伦理审查均已通过且研究已备案",
    source=f"{ORDER_818}, Art. 14 and 15",
    basis=Basis.PRIMARY,
    remedy_en="record both reviews (custody study academic-review, ethics-review), then the filing "
    "(custody study file)",
    remedy_zh="请登记两项审查（custody study academic-review、ethics-review）及备案"
    "（custody study file）",
    effective_from=IN_FORCE,
    signer_roles=("academic_secretary", "ethics_secretary", "regulatory_affairs"),
)
def reviewed_and_filed(case: Case) -> Iterable[Answer]:
    """The protocol version that would be used must have passed, not an older one."""
    study = technology(case)
    if study is None:
        return
    yield from _reviews(study, study.protocol_version)
    if study.filing:
        yield granted(case, study, study.filing, "study_filing_818")
    else:
        yield violated(
            study.stream,
            f"study {study.number} is not filed",
            f"研究 {study.number} 未备案",
        )


def _reviews(study: Study, version: str) -> Iterator[Answer]:
    for committee in COMMITTEES:
        if study.passed(committee, version):
            yield satisfied(study.stream)
        else:
            yield violated(
                study.stream,
                f"version {version} of the protocol of {study.number} has not passed the "
                f"{committee} review",
                f"{study.number} 方案版本 {version} 未通过{COMMITTEE_ZH[committee]}审查",
            )


@rule(
    "FIL-002",
    "study-start",
    en="the nine items of the filing dossier are filled",
    zh="九项备案材料齐备",
    source=f"{ORDER_818}, Art. 16",
    basis=Basis.PRIMARY,
    remedy_en="fill what is missing with documents: custody study fill-dossier",
    remedy_zh="请补齐所缺材料：custody study fill-dossier",
    effective_from=IN_FORCE,
    signer_roles=("regulatory_affairs",),
)
def dossier_is_complete(case: Case) -> Iterable[Answer]:
    """Items are counted, not judged: whether they are true is for those who review them."""
    study = technology(case)
    if study is None:
        return
    missing = [slot for slot in SLOTS if slot not in study.slots]
    if missing:
        yield violated(
            study.stream,
            f"the dossier of study {study.number} lacks {', '.join(missing)}",
            f"研究 {study.number} 备案材料缺少：{'、'.join(missing)}",
        )
    else:
        yield satisfied(study.stream)


@rule(
    "FIL-003",
    "amend",
    "administer",
    en="a substantive change was reviewed again and filed",
    zh="实质性变更已重新审查并办理变更备案",
    source=f"{ORDER_818}, Art. 18",
    basis=Basis.PRIMARY,
    remedy_en="let both committees review the new version; after the amendment, file the change: "
    "custody study file-change",
    remedy_zh="请两委员会审查新版本；变更后办理变更备案：custody study file-change",
    effective_from=IN_FORCE,
    signer_roles=("academic_secretary", "ethics_secretary", "regulatory_affairs"),
)
def change_is_reviewed_and_filed(case: Case) -> Iterable[Answer]:
    """Before the first filing a change is part of what is filed.

    After it no dose is given under a changed protocol whose change is not filed.
    """
    study = technology(case)
    if study is None:
        return
    body = case.event.body
    if isinstance(body, StudyProtocolAmended):
        if body.substantive and study.status not in ("drafted", "reviewed"):
            yield from _reviews(study, body.protocol_version)
        return
    for amendment in study.amendments:
        if not (amendment.substantive and amendment.after_filing):
            continue
        filed = [c.permit for c in study.changes if c.what == amendment.version]
        if filed:
            yield granted(case, study, filed[-1], "change_filing")
        else:
            yield violated(
                study.stream,
                f"the substantive change of {study.number} to version {amendment.version} is not "
                f"filed",
                f"{study.number} 变更至版本 {amendment.version} 未办理变更备案",
            )


@rule(
    "FIL-004",
    "administer",
    en="a study under way is filed; one begun before 1 May 2026 had one month for it",
    zh="进行中的研究已备案；2026 年 5 月 1 日前开始的研究应于一个月内备案",
    source=f"{ORDER_818}, Art. 15 and 57",
    basis=Basis.PRIMARY,
    remedy_en="record both reviews and the filing: custody study file",
    remedy_zh="请登记两项审查与备案：custody study file",
    effective_from=IN_FORCE,
    signer_roles=("regulatory_affairs",),
)
def old_study_is_filed(case: Case) -> Iterable[Answer]:
    """A filing refused or revoked later stops the next dose, too."""
    study = technology(case)
    if study is None:
        return
    if study.filing:
        yield granted(case, study, study.filing, "study_filing_818")
    elif _begun_before(study) and case.day <= LAST_DAY_FOR_OLD_STUDIES:
        yield satisfied(study.stream)
    elif _begun_before(study):
        yield violated(
            study.stream,
            f"study {study.number} began on {study.started_on} and was to be filed by "
            f"{LAST_DAY_FOR_OLD_STUDIES}; it is not",
            f"研究 {study.number} 于 {study.started_on} 开始，"
            f"应于 {LAST_DAY_FOR_OLD_STUDIES} 前备案，但未备案",
        )
    else:
        yield violated(
            study.stream,
            f"study {study.number} is not filed",
            f"研究 {study.number} 未备案",
        )


def _begun_before(study: Study) -> bool:
    return bool(study.started_on) and day_of(study.started_on) < IN_FORCE
