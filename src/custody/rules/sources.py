"""Remarks on sources: numbers cited wrongly, dates, authorities, what is provisional or unread.

They are asked about every event and stop none: the words of an event stay as they were written,
and the remark stands beside them. Standards: the State Council's Order No. 818 and the guideline
that supports it; where a text was not read in full, the remark says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from custody.domain.instrument import Instrument, InstrumentRegistered, PackAdopted
from custody.domain.permit import GRANTED, Permit, PermitRecorded, PermitUpdated
from custody.rules.citations import misattributed, misdated, misnumbered, names_drug_authority
from custody.rules.model import (
    ANY,
    PACK,
    REVIEW_BY,
    Answer,
    Basis,
    Case,
    Severity,
    rule,
    satisfied,
    unknown,
    violated,
)

ORDER_818: Final = "State Council Order No. 818, promulgated 2025-09-28, in force 2026-05-01"
IN_FORCE: Final = date(2026, 5, 1)
FILINGS: Final = ("study_filing_818", "change_filing", "export_filing")


@rule(
    "SRC-001",
    ANY,
    en="the order on new biomedical technologies is cited by its own number and date",
    zh="生物医学新技术条例以其正确的文号与日期引用",
    source=f"{ORDER_818}; Order No. 789 of 2024-08-30 is the regulation on filing review",
    basis=Basis.PRIMARY,
    severity=Severity.ADVISORY,
    remedy_en="nothing has to be changed; cite Order No. 818 from now on",
    remedy_zh="无须更改；今后请引用第 818 号令",
    sentences=("A1", "A40"),
)
def order_is_cited_rightly(case: Case) -> Iterable[Answer]:
    """The text is kept as written; only the reader is told what the number belongs to."""
    body, stream = case.event.body.plain(), case.event.stream
    for cited in misnumbered(body):
        meant_en = "by title or date" if cited.by_title else "if new biomedical technologies"
        meant_zh = "按标题或日期" if cited.by_title else "若指生物医学新技术条例，则"
        yield violated(
            stream,
            f"{cited.field} cites {cited.words}; that number belongs to another regulation of "
            f"2024-08-30. {meant_en[0].upper()}{meant_en[1:]}"
            f"{'' if cited.by_title else ' are meant,'} Order No. 818 is meant. Kept as written",
            f"{cited.field} 引用“{cited.words}”；该文号属于 2024-08-30 的另一部法规。{meant_zh}"
            "应为第 818 号令。原文照录",
        )
    for cited in misdated(body):
        yield violated(
            stream,
            f"{cited.field} says '{cited.words}'; Order No. 818 was promulgated on 2025-09-28. "
            "Kept as written",
            f"{cited.field} 称“{cited.words}”；第 818 号令公布于 2025-09-28。原文照录",
        )


@rule(
    "SRC-002",
    ANY,
    en="the act falls on or after the day Order No. 818 came into force",
    zh="行为发生于第 818 号令施行当日或之后",
    source=ORDER_818,
    basis=Basis.PRIMARY,
    severity=Severity.ADVISORY,
    remedy_en="nothing to do; rules in force on the day were asked",
    remedy_zh="无须处理；已按当日有效的规则判定",
    sentences=("A5",),
)
def order_was_in_force(case: Case) -> Iterable[Answer]:
    """Rules have dates; whoever reads an early act should know which were not asked yet."""
    if case.event.spec.gate is None:
        return
    if case.day < IN_FORCE:
        yield violated(
            case.event.stream,
            f"the act of {case.day} precedes {IN_FORCE}; rules that rest on Order No. 818 or its "
            "guideline were not asked",
            f"{case.day} 的行为早于 {IN_FORCE}；未适用以第 818 号令及其指导原则为依据的规则",
        )
    else:
        yield satisfied()


@rule(
    "SRC-003",
    ANY,
    en="a filing names the authority of the law, and its form is known",
    zh="备案的主管部门与法规一致，且表格已知",
    source=f"{ORDER_818}, Art. 6: the health department of the State Council",
    basis=Basis.PRIMARY,
    severity=Severity.ADVISORY,
    remedy_en="check the authority; treat the form as provisional until one is published",
    remedy_zh="请核对主管部门；官方表格公布前按暂定格式处理",
    sentences=("A19", "A41"),
)
def authority_is_that_of_the_law(case: Case) -> Iterable[Answer]:
    """Reports name the drug authority; the order itself names the health department."""
    event, body = case.event, case.event.body
    for cited in misattributed(body.plain()):
        yield violated(
            event.stream,
            f"{cited.field} names {cited.words} beside the order; Order No. 818, Art. 6 names the "
            "health department. Kept as written",
            f"{cited.field} 提及“{cited.words}”；第 818 号令第六条规定由卫生健康部门负责。原文照录",
        )
    if not isinstance(body, PermitRecorded) or body.permit_kind not in FILINGS:
        return
    if names_drug_authority(body.authority):
        yield violated(
            event.stream,
            f"filing {body.number} names {body.authority}; Order No. 818, Art. 6 names the health "
            "department",
            f"备案 {body.number} 的主管部门为“{body.authority}”；"
            "第 818 号令第六条规定由卫生健康部门负责",
        )
    elif body.permit_kind == "export_filing" and body.state not in GRANTED:
        yield unknown(
            event.stream,
            f"no official form of an export filing is known; that of {body.number} is provisional",
            f"尚无已知的出境备案官方表格；{body.number} 所用格式为暂定",
        )
    else:
        yield satisfied()


@rule(
    "SRC-004",
    ANY,
    en="the sources of the rules were reviewed in time",
    zh="规则来源已按期复核",
    source="house rule: announcements are followed, and every rule pack has a review date",
    basis=Basis.HOUSE,
    severity=Severity.ADVISORY,
    remedy_en="look for new announcements and take the next rule pack into use: instrument adopt",
    remedy_zh="请查阅最新公告，并采用新版规则包：instrument adopt",
    sentences=("A20",),
)
def pack_is_reviewed(case: Case) -> Iterable[Answer]:
    """A pack does not stop working after its date; somebody has to look."""
    if case.event.spec.gate is None:
        return
    if case.day > REVIEW_BY:
        yield violated(
            case.event.stream,
            f"rule pack {PACK} is past its review date {REVIEW_BY}",
            f"规则包 {PACK} 已过复核日期 {REVIEW_BY}",
        )
    else:
        yield satisfied()


@rule(
    "SRC-005",
    ANY,
    en="the time from submission to decision can be measured",
    zh="可测算自提交至决定的时间",
    source="house rule: practice is measured, since no turnaround is known yet",
    basis=Basis.HOUSE,
    severity=Severity.ADVISORY,
    remedy_en="record a permit when submitted, then its decision: permit record, permit update",
    remedy_zh="请在提交时登记许可，再登记决定：permit record、permit update",
    sentences=("A32", "A33", "A34", "A35"),
)
def turnaround_is_measured(case: Case) -> Iterable[Answer]:
    """Only submission and decision on record show how an authority works in practice."""
    body, before = case.event.body, case.state
    if not isinstance(body, PermitRecorded | PermitUpdated) or body.state not in GRANTED:
        return
    if isinstance(before, Permit) and before.status == "submitted":
        yield satisfied(before.stream)
        return
    number = before.number if before is not None else getattr(body, "number", "")
    yield unknown(
        case.event.stream,
        f"the submission of {number} is not on record: its turnaround cannot be measured",
        f"{number} 的提交未登记：无法测算办理时间",
    )


@rule(
    "SRC-010",
    ANY,
    en="the text of a guideline that rules rest on was read in the original",
    zh="规则所依据的指导原则已阅读原文",
    source="Guidelines for clinical research of tissue stem cell therapy, version 1: its summary",
    basis=Basis.GUIDELINE,
    severity=Severity.ADVISORY,
    remedy_en="load the Chinese original and register it: instrument register",
    remedy_zh="请取得中文原文并登记：instrument register",
    sentences=("B1", "B2", "B42"),
)
def guideline_was_read(case: Case) -> Iterable[Answer]:
    """Attachments and tables of the guideline are lost in the summary."""
    event, body = case.event, case.event.body
    if isinstance(body, InstrumentRegistered):
        yield _read(event.stream, body.number, body.text_form, body.text_language or "")
    if isinstance(body, PackAdopted):
        for base in case.linked("rests_on"):
            if isinstance(base, Instrument):
                yield _read(base.stream, base.number, base.text_form, base.text_language)


def _read(stream: str, number: str, form: str, language: str) -> Answer:
    if form == "full":
        return satisfied(stream)
    known_en = f"a summary ({language or 'language unknown'})" if form == "summary" else "its name"
    known_zh = f"摘要（{language or '语种不明'}）" if form == "summary" else "名称"
    return unknown(
        stream,
        f"{number} is known here by {known_en} only; rules resting on it may differ from its text",
        f"{number} 在此仅以{known_zh}为据；相应规则可能与原文不符",
    )
