"""When a dose may be given, and when a suspended study may go on: the study must be under way.

Keeping, testing, returning and follow-up ask none of this; they stay possible in every standing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from custody.domain.study import Study, Suspension
from custody.domain.values import day_of
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated
from custody.rules.study_case import (
    IN_FORCE,
    ORDER_818,
    SURELY_OVERDUE_DAYS,
    study_of,
    subject_of,
)

REACTION: Final = "serious_adverse_reaction"
GIVE: Final = "administer"


@rule(
    "STU-003",
    GIVE,
    "resume-study",
    en="no dose is given while the study is not under way, or after it was terminated",
    zh="研究未进行或已终止时不得给药",
    source=f"{ORDER_818}, Art. 17 and 25",
    basis=Basis.PRIMARY,
    remedy_en="return or keep the dose; a suspended study is resumed with the decision that lifts "
    "the cause: custody study resume",
    remedy_zh="请退回或保存该剂；暂停的研究须凭解除原因的决定恢复：custody study resume",
    effective_from=IN_FORCE,
    signer_roles=("pi", "regulatory_affairs"),
    sentences=("B40",),
)
def study_is_under_way(case: Case) -> Iterable[Answer]:
    """A study stopped by the authority goes on when the authority allows it."""
    study = study_of(case)
    if study is None:
        yield unknown(case.event.stream, "the study is not on record", "所属研究未登记")
        return
    if case.event.spec.gate == GIVE:
        yield from _the_subjects_study(case, study)
        yield _may_give(study)
    for suspension in study.open_suspensions:
        if suspension.cause != REACTION:
            yield _lifted(case, study, suspension)
    if case.event.spec.gate != GIVE and all(s.cause == REACTION for s in study.open_suspensions):
        yield satisfied(study.stream)


def _the_subjects_study(case: Case, study: Study) -> Iterator[Answer]:
    for stream in case.event.linked("study"):
        if stream != study.stream:
            subject = subject_of(case)
            number = subject.number if subject else ""
            yield violated(
                stream,
                f"subject {number} takes part in study {study.number}, not in the one linked",
                f"受试者 {number} 参加的研究为 {study.number}，与所关联的研究不符",
            )


def _may_give(study: Study) -> Answer:
    if study.status in ("active", "suspended"):  # what suspends it is answered on its own
        return satisfied(study.stream)
    if study.status == "terminated":
        return violated(
            study.stream,
            f"study {study.number} was terminated on {study.terminated_on} "
            f"({study.termination_cause}); no dose may be given",
            f"研究 {study.number} 已于 {study.terminated_on} 终止（{study.termination_cause}），"
            f"不得给药",
        )
    return violated(
        study.stream,
        f"study {study.number} is '{study.status}', not under way",
        f"研究 {study.number} 状态为“{study.status}”，并非进行中",
    )


def _lifted(case: Case, study: Study, suspension: Suspension) -> Answer:
    """Whether the cause is lifted; while the study stands still no dose is given anyway."""
    told = suspension.cause, suspension.on
    if case.event.spec.gate == GIVE:
        return violated(
            study.stream,
            f"study {study.number} is suspended since {told[1]} ({told[0]})",
            f"研究 {study.number} 自 {told[1]} 起暂停（{told[0]}）",
        )
    if suspension.cause == "directive" and not suspension.allowed_on:
        return violated(
            study.stream,
            f"study {study.number} was suspended by the authority on {told[1]}; it has not "
            f"allowed to resume",
            f"研究 {study.number} 于 {told[1]} 被主管部门要求暂停，尚未获准恢复",
        )
    if suspension.cause == "ethics_decision" and suspension.decision != "continue":
        return _no_decision(study, suspension)
    return satisfied(study.stream)


def _no_decision(study: Study, suspension: Suspension) -> Answer:
    if suspension.decision == "terminate":
        return violated(
            study.stream,
            f"the ethics committee decided on {suspension.decided_on} that study {study.number} "
            f"must end",
            f"伦理委员会于 {suspension.decided_on} 决定研究 {study.number} 应终止",
        )
    return violated(
        study.stream,
        f"study {study.number} is suspended since {suspension.on} ({suspension.cause}); the "
        f"decision of the ethics committee is missing",
        f"研究 {study.number} 自 {suspension.on} 起暂停（{suspension.cause}），缺少伦理委员会意见",
    )


@rule(
    "STU-004",
    GIVE,
    "resume-study",
    en="after a serious adverse reaction the study stands still until the ethics committee decides",
    zh="发生严重不良反应后，研究暂停至伦理委员会作出决定",
    source=f"{ORDER_818}, Art. 25",
    basis=Basis.PRIMARY,
    remedy_en="record the decision (custody study evaluate), resume (custody study resume) and "
    "report it (custody study report-progress)",
    remedy_zh="请登记伦理意见（custody study evaluate）、恢复研究（custody study resume）"
    "并报告（custody study report-progress）",
    effective_from=IN_FORCE,
    signer_roles=("ethics_secretary", "pi", "regulatory_affairs"),
    sentences=("B41",),
)
def reaction_is_evaluated(case: Case) -> Iterable[Answer]:
    """Each reaction needs a decision after it; a resumption never reported stops the next dose."""
    study = study_of(case)
    if study is None:
        yield unknown(case.event.stream, "the study is not on record", "所属研究未登记")
        return
    faults = list(_reactions(case, study))
    yield from faults or [satisfied(study.stream)]


def _reactions(case: Case, study: Study) -> Iterator[Answer]:
    giving = case.event.spec.gate == GIVE
    for suspension in study.suspensions:
        if suspension.cause != REACTION:
            continue
        if not suspension.over_on:
            if suspension.decision != "continue":
                yield _no_decision(study, suspension)
            elif giving:
                yield violated(
                    study.stream,
                    f"study {study.number} is suspended since {suspension.on}; it may go on by "
                    f"decision of {suspension.decided_on}, but was not resumed",
                    f"研究 {study.number} 自 {suspension.on} 起暂停；"
                    f"{suspension.decided_on} 决定可继续，但尚未恢复",
                )
        elif giving and suspension.decision == "continue" and _unreported(case, study, suspension):
            yield violated(
                study.stream,
                f"study {study.number} was resumed on {suspension.over_on} and this was never "
                f"reported to the authority",
                f"研究 {study.number} 于 {suspension.over_on} 恢复，但一直未向主管部门报告",
            )


def _unreported(case: Case, study: Study, suspension: Suspension) -> bool:
    """Whether a report is missing that is overdue by any calendar."""
    over = day_of(suspension.over_on)
    sent = any(r.what == "resumption" and day_of(r.on) >= over for r in study.reports)
    return not sent and case.day > over + timedelta(days=SURELY_OVERDUE_DAYS)
