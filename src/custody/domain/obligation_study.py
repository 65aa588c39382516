"""What a clinical study owes: filings, reports, decisions, and the follow-up of its subjects.

Order No. 818 counts in working days from an act that is on record; where it names no time limit,
none is made up. Studies on another path than the technical filing owe nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from custody.domain.calendar import add_months, add_working_days, add_years
from custody.domain.obligation import Asked, Due, Duty, Obligation, owed_by
from custody.domain.process import Process
from custody.domain.product import Product
from custody.domain.study import COMMITTEES, Study, Suspension
from custody.domain.subject import Subject
from custody.domain.values import day_of
from custody.errors import Text as Words

FILED_PATH: Final = "technology_filing_818"
IN_FORCE: Final = date(2026, 5, 1)
WORKING_DAYS: Final = 5
SHORT, LONG = 24, 60  # months of follow-up
BY_REGULATORY: Final = ("regulatory_affairs",)
BY_INVESTIGATOR: Final = ("pi", "regulatory_affairs")
ORDER: Final = "Order No. 818"
GUIDELINE: Final = "Guidelines for tissue stem cell therapy, version 1: follow-up"
FILING: Final = Duty("study_filing", BY_REGULATORY, f"{ORDER}, Art. 15: within 5 working days")
BEGUN_BEFORE: Final = Duty("transitional_filing", BY_REGULATORY, f"{ORDER}, Art. 57: one month")
CHANGE: Final = Duty("change_filing", BY_REGULATORY, f"{ORDER}, Art. 18: within 5 working days")
TERMINATION: Final = Duty(
    "termination_report", BY_INVESTIGATOR, f"{ORDER}, Art. 25: within 5 working days"
)
EVALUATION: Final = Duty("ethics_evaluation", ("ethics_secretary",), f"{ORDER}, Art. 25")
REACTION: Final = Duty(
    "reaction_report", BY_INVESTIGATOR, f"{ORDER}, Art. 25: within 5 working days"
)
PROGRESS: Final = Duty(
    "progress_report", BY_INVESTIGATOR, f"{ORDER}, Art. 24: periodically; yearly is a house rule"
)
END: Final = Duty("end_report", BY_INVESTIGATOR, f"{ORDER}, Art. 26: no time limit stated")
FOLLOW_UP: Final = Duty("follow_up", ("clinician", "pi"), GUIDELINE)
NO_LIMIT: Final = Words("the text names no time limit", "条文未规定时限")


@owed_by(Study)
def the_study_is_filed(study: Study, asked: Asked) -> Iterator[Obligation]:
    """Five working days from the day both committees had passed the protocol."""
    if study.path != FILED_PATH:
        return
    filed = _day(study.filed_on)
    what = Words(f"file study {study.number}", f"为研究 {study.number} 办理备案")
    versions = dict.fromkeys(r.version for r in study.reviews)
    passed = [
        day for v in versions if (day := _passed_on(study, v)) and (not filed or day <= filed)
    ]
    if passed or not study.started_on:
        yield FILING.of(study, what, _soon(max(passed, default=None), asked), asked, done=filed)
    if study.started_on and day_of(study.started_on) < IN_FORCE:
        yield BEGUN_BEFORE.of(study, what, add_months(IN_FORCE, 1), asked, done=filed)


@owed_by(Study)
def substantive_changes_are_filed(study: Study, asked: Asked) -> Iterator[Obligation]:
    """Each from the day both committees had passed it; what is not substantive is exempt."""
    for change in study.amendments:
        if not (change.substantive and change.after_filing):
            continue
        what = Words(
            f"file protocol {change.version} of study {study.number}",
            f"为研究 {study.number} 的方案 {change.version} 办理变更备案",
        )
        filed = next((c.on for c in study.changes if c.what == change.version), "")
        due = _soon(_passed_on(study, change.version), asked)
        yield CHANGE.of(study, what, due, asked, done=_day(filed))


@owed_by(Study)
def termination_is_reported(study: Study, asked: Asked) -> Iterator[Obligation]:
    """From the day of termination."""
    if study.terminated_on and study.path == FILED_PATH:
        ended = day_of(study.terminated_on)
        what = Words(f"report the termination of {study.number}", f"报告终止研究 {study.number}")
        sent = _report(study, ended, "termination")
        yield TERMINATION.of(study, what, _soon(ended, asked), asked, done=sent)


@owed_by(Study)
def serious_reactions_are_evaluated_and_reported(
    study: Study, asked: Asked
) -> Iterator[Obligation]:
    """The committee decides first; the report is due from its decision."""
    for suspension in study.suspensions:
        if study.path == FILED_PATH and suspension.cause == "serious_adverse_reaction":
            yield from _after_reaction(study, suspension, asked)


def _after_reaction(study: Study, suspension: Suspension, asked: Asked) -> Iterator[Obligation]:
    number, on = study.number, suspension.on
    decided = _day(suspension.decided_on)
    what = Words(
        f"ethics decision on {number} after the reaction of {on}",
        f"伦理委员会就研究 {number}（{on} 严重不良反应）作出决定",
    )
    yield EVALUATION.of(study, what, None, asked, done=decided, note=NO_LIMIT, limited=False)
    what = Words(
        f"report on {number} after the reaction of {on}",
        f"就研究 {number}（{on} 严重不良反应）提交报告",
    )
    sent = _report(study, decided, "suspension", "resumption", "termination") if decided else None
    yield REACTION.of(study, what, _soon(decided, asked), asked, done=sent)


@owed_by(Study)
def progress_and_end_are_reported(study: Study, asked: Asked) -> Iterator[Obligation]:
    """Progress while it runs, the end once it is completed."""
    if study.path != FILED_PATH:
        return
    if study.status in ("active", "suspended") and study.started_on:
        reports = [day_of(r.on) for r in study.reports if r.what == "progress"]
        last = max([day_of(study.started_on), *reports])
        what = Words(f"report the progress of {study.number}", f"报告研究 {study.number} 的进展")
        yield PROGRESS.of(study, what, add_years(last, 1), asked)
    if study.completed_on:
        what = Words(f"report the end of {study.number}", f"提交研究 {study.number} 的结束报告")
        sent = _report(study, day_of(study.completed_on), "end")
        yield END.of(study, what, None, asked, done=sent, note=NO_LIMIT, limited=False)


@owed_by(Subject)
def subjects_are_followed_up(subject: Subject, asked: Asked) -> Iterator[Obligation]:
    """At least two years, five for modified, long-surviving or high-risk cells, or as planned."""
    study = asked.world.get(subject.study)
    if not isinstance(study, Study):
        return
    months = follow_up_months(study, asked)
    last = _day(study.last_administration_on)
    ends = add_months(last, months) if last else None
    reached = [day_of(v.on) for v in subject.visits if v.month >= months]
    reached += [day_of(v.on) for v in subject.visits if ends and day_of(v.on) >= ends]
    what = Words(
        f"follow up subject {subject.number} for {months} months",
        f"受试者 {subject.number} 随访满 {months} 个月",
    )
    if subject.status == "lost":
        note = Words("lost to follow-up", "失访")
        yield FOLLOW_UP.of(subject, what, ends, asked, done=True, note=note)
    else:
        yield FOLLOW_UP.of(subject, what, ends, asked, done=bool(reached))


def follow_up_months(study: Study, asked: Asked) -> int:
    """Return how many months after the last administration subjects are to be followed up."""
    products = [asked.world.get(p) for p in study.products]
    modified = any(
        isinstance(p, Product) and p.product_class == "gene_edited_cell" for p in products
    )
    process = asked.world.get(study.process)
    if isinstance(process, Process):
        modified = modified or process.current.genetic_modification
    least = LONG if modified or study.long_surviving or study.risk == "high" else SHORT
    return max(least, study.follow_up_months)


def _soon(start: date | None, asked: Asked) -> Due:
    return add_working_days(start, WORKING_DAYS, asked.calendar) if start else None


def _passed_on(study: Study, version: str) -> date | None:
    """Return the day on which the second committee passed `version`, None when not both did."""
    reviews = [study.passed(committee, version) for committee in COMMITTEES]
    days = [day_of(r.on) for r in reviews if r]
    return max(days) if len(days) == len(COMMITTEES) else None


def _report(study: Study, since: date, *kinds: str) -> date | None:
    """Return the day of the first report of `kinds` not before `since`, None when none was sent."""
    sent = (day_of(r.on) for r in study.reports if r.what in kinds)
    return min((day for day in sent if day >= since), default=None)


def _day(text: str) -> date | None:
    return day_of(text) if text else None
