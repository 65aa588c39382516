"""Subjects of a study: consent, reactions and follow-up, under a pseudonymous number.

Who the subject is stays outside the ledger; the events hold a salted digest of the subject code.
What is given to a subject is recorded on the dose; a study learns of a serious reaction, not whose
it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from custody.domain.model import (
    Body,
    Companion,
    Event,
    LinkRule,
    Private,
    Sig,
    checks,
    event_type,
    evolves,
    said,
)
from custody.domain.study_planning import FollowUpItem
from custody.domain.subject_request import Pseudonymous, heard, objections
from custody.domain.values import Document, Number, Text
from custody.errors import Reason, reason

Grade = Annotated[int, Field(ge=1, le=5)]
Month = Annotated[int, Field(ge=0, le=1200)]
Relatedness = Literal["unrelated", "unlikely", "possible", "probable", "definite"]
BY_CLINICIAN = (Sig("clinician", "performed"), Sig("pi", "performed"))
STUDY = LinkRule("study", ("study",), "the study", "所属研究")


@event_type(
    "subject.enrolled/v1",
    kind="subject",
    command="subject enrol",
    en="subject enrolled",
    zh="受试者入组",
    meaning_zh="一名受试者书面同意后以假名编号入组；受试者身份不进入台账。",
    signers=BY_CLINICIAN,
    opens=True,
    then="enrolled",
    links=(
        STUDY,
        LinkRule("donation", ("donation",), "the subject's own donation", "本人捐献", least=0),
    ),
    private=(Private("subject_code", "the subject's code in the study", "受试者在研究中的代码"),),
    next=("dose administer", "subject consent"),
)
class SubjectEnrolled(Body):
    """A subject joined the study after written consent, under a pseudonymous number."""

    number: Number = said(
        "subject number, never changed", "受试者编号（永不更改）", alias="subject-no"
    )
    coi: Number | None = said(
        "chain-of-identity identifier, as it is on the label",
        "身份链标识（与标签一致）",
        decisive="subject withdraw",
        default=None,
    )
    consent_version: Number = said(
        "version of the consent form signed", "所签知情同意书版本", decisive="subject withdraw"
    )
    documents: tuple[Document, ...] = said(
        "the signed consent form", "已签署的知情同意书", min_length=1, max_length=20
    )


@event_type(
    "subject.consented/v1",
    kind="subject",
    command="subject consent",
    en="subject consented again",
    zh="受试者重新同意",
    meaning_zh="受试者（必要时由监护人）书面同意新版知情同意书。",
    signers=BY_CLINICIAN,
    when=("enrolled",),
    next=("dose administer",),
)
class SubjectConsented(Body):
    """The subject, or a guardian, agreed in writing to a newer version of the consent form."""

    consent_version: Number = said(
        "version of the consent form signed", "所签知情同意书版本", decisive="subject consent"
    )
    guardian: bool = said(
        "whether a guardian signed", "是否由监护人签署", decisive="subject consent"
    )
    documents: tuple[Document, ...] = said(
        "the signed consent form", "已签署的知情同意书", min_length=1, max_length=20
    )


@event_type(
    "subject.adverse_event_reported/v1",
    kind="subject",
    command="subject adverse-event",
    en="adverse event reported",
    zh="不良事件报告",
    meaning_zh="受试者发生不良事件，注明分级与相关性。",
    signers=BY_CLINICIAN,
    next=("subject follow-up", "subject serious-reaction"),
)
class SubjectAdverseEventReported(Body):
    """The subject had an adverse event that is not a serious reaction."""

    grade: Grade = said("grade, 1 (mild) to 5 (death)", "分级：1（轻）至 5（死亡）")
    relatedness: Relatedness = said("relation to the preparation", "与制剂的相关性")
    description: Text = said("what happened; no names", "经过（不含姓名）")


@event_type(
    "subject.serious_reaction_reported/v1",
    kind="subject",
    command="subject serious-reaction",
    en="serious adverse reaction reported",
    zh="严重不良反应报告",
    meaning_zh="受试者发生严重不良反应；所属研究随即暂停。",
    signers=BY_CLINICIAN,
    links=(STUDY,),
    companions=(Companion("study", "study.reaction_noted/v1"),),
    next=("study evaluate", "study report-progress"),
)
class SubjectSeriousReactionReported(Body):
    """The subject had a serious adverse reaction; the study is suspended in the same act."""

    grade: Grade = said("grade, 1 (mild) to 5 (death)", "分级：1（轻）至 5（死亡）")
    relatedness: Relatedness = said("relation to the preparation", "与制剂的相关性")
    description: Text = said("what happened; no names", "经过（不含姓名）")


@event_type(
    "subject.follow_up_visited/v1",
    kind="subject",
    command="subject follow-up",
    en="follow-up visit",
    zh="随访",
    meaning_zh="受试者完成一次随访，注明月份、内容与结果。",
    signers=BY_CLINICIAN,
    next=("subject follow-up",),
)
class SubjectFollowUpVisited(Body):
    """The subject was seen in follow-up; the month, what was looked at and the outcome are told."""

    month: Month = said("month after the last administration", "末次给药后的月份")
    items: tuple[FollowUpItem, ...] = said(
        "what was looked at", "随访内容", min_length=1, max_length=7
    )
    outcome: Literal["as_expected", "finding"] = said("outcome", "随访结果")


@event_type(
    "subject.follow_up_lost/v1",
    kind="subject",
    command="subject follow-up-lost",
    en="subject lost to follow-up",
    zh="失访",
    meaning_zh="多次联系未果，受试者失访。",
    signers=BY_CLINICIAN,
    when=("enrolled", "withdrawn"),
    then="lost",
    next=("subject follow-up",),
)
class SubjectFollowUpLost(Body):
    """The subject could not be reached any more, in spite of repeated attempts."""

    reason: Text = said("what was tried; no names", "所作努力（不含姓名）")


@event_type(
    "subject.withdrawn/v1",
    kind="subject",
    command="subject withdraw",
    en="subject withdrawn",
    zh="受试者退出",
    meaning_zh="受试者撤回同意或退出研究；此后不得再给药。",
    signers=BY_CLINICIAN,
    when=("enrolled", "lost"),
    then="withdrawn",
    next=("subject follow-up",),
)
class SubjectWithdrawn(Body):
    """The subject took consent back or left the study; no more dose may be given."""

    reason: Text = said("why; no names", "理由（不含姓名）")


@dataclass(frozen=True, slots=True)
class Visit:
    """One follow-up visit: the day and the month after the last administration it stands for."""

    on: str
    month: int
    items: tuple[str, ...]
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject(Pseudonymous):
    """A subject: the study, the consent in force and what came after.

    `donation` is the subject's own donation, empty unless autologous; `coi` may be empty;
    `consented_on` is the day the version in force was signed.
    """

    study: str
    donation: str
    coi: str
    consent_version: str
    consented_on: str
    reactions: tuple[str, ...] = ()
    visits: tuple[Visit, ...] = ()


@checks("subject")
def contradictions(state: Subject | None, event: Event) -> Iterable[Reason]:
    """Yield why `event` may not follow: a reaction concerns the subject's own study."""
    yield from objections(state, event)
    if state is None or not isinstance(event.body, SubjectSeriousReactionReported):
        return
    if event.linked("study") != (state.study,):
        yield reason("C2310", event.stream)


@evolves("subject")
def evolve(state: Subject | None, event: Event) -> Subject:
    """Return the subject after `event`."""
    on = event.body.occurred_at[:10]
    match event.body:
        case SubjectEnrolled() as body:
            return Subject(
                stream=event.stream,
                number=body.number,
                status="enrolled",
                opened=body.occurred_at,
                study=event.linked("study")[0],
                donation=next(iter(event.linked("donation")), ""),
                coi=body.coi or "",
                consent_version=body.consent_version,
                consented_on=on,
            )
        case SubjectConsented() as body if state is not None:
            return replace(state, consent_version=body.consent_version, consented_on=on)
        case SubjectSeriousReactionReported() if state is not None:
            return replace(state, reactions=(*state.reactions, on))
        case SubjectFollowUpVisited() as body if state is not None:
            found = "enrolled" if state.status == "lost" else state.status
            visit = Visit(on, body.month, body.items, body.outcome)
            return replace(state, status=found, visits=(*state.visits, visit))
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return heard(state, event)
