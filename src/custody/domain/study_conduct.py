"""What happens to a study under way: started, suspended, resumed, ended, followed up, closed.

Suspension is always possible and asks no rule; going on does (Order No. 818, Art. 14, 25, 26).
"""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from custody.domain.model import Body, LinkRule, Sig, event_type, said
from custody.domain.study_planning import BY_INVESTIGATOR
from custody.domain.values import Count, Day, Document, Text

ORDER_IN_FORCE: Final = date(2026, 5, 1)
SuspensionCause = Literal[
    "serious_adverse_reaction",
    "directive",
    "ethics_decision",
    "sponsor_decision",
    "institution_decision",
]
# The first four are those of Art. 25 (1) to (4).
TerminationCause = Literal[
    "safety_or_efficacy",
    "social_effect",
    "uncontrollable_risk",
    "other_by_authority",
    "directive",
    "ethics_decision",
    "sponsor_decision",
]


@event_type(
    "study.started/v1",
    kind="study",
    command="study start",
    en="study started",
    zh="研究启动",
    meaning_zh="研究启动；可关联已由第三方复核的细胞库与终产品批。",
    signers=BY_INVESTIGATOR,
    every=True,
    when=("drafted", "reviewed", "filed"),
    then="active",
    links=(
        LinkRule("bank", ("bank",), "a cell bank it draws on", "所用细胞库", least=0, most=20),
        LinkRule("batch", ("batch",), "a lot of the preparation", "制剂批次", least=0, most=20),
    ),
    gate="study-start",
    next=("subject enrol",),
)
class StudyStarted(Body):
    """The study began; banks and lots whose third-party reports it rests on are linked."""


@event_type(
    "study.taken_over/v1",
    kind="study",
    command="study take-over",
    en="study begun before the order taken over",
    zh="条例施行前已开展的研究转入",
    meaning_zh="一项在条例施行（2026 年 5 月 1 日）前已开展的研究转入本台账，附当时开展的凭证。",
    signers=BY_INVESTIGATOR,
    every=True,
    when=("drafted", "reviewed"),
    then="active",
    next=("study file", "subject enrol"),
)
class StudyTakenOver(Body):
    """A study that was under way before the order (1 May 2026) came into this ledger, with proof.

    Source: Order No. 818, Art. 57: such a study may go on, and is to be filed within one month.
    """

    began_on: Day = said("day the study began", "研究开始日")
    documents: tuple[Document, ...] = said(
        "what proves that it had begun", "证明其已开展的凭证", min_length=1, max_length=20
    )


@event_type(
    "study.suspended/v1",
    kind="study",
    command="study suspend",
    en="study suspended",
    zh="研究暂停",
    meaning_zh="研究暂停；暂停期间不得给药，随访与保存照常。",
    signers=(
        Sig("pi", "approved"),
        Sig("ethics_secretary", "approved"),
        Sig("sponsor", "approved"),
        Sig("regulatory_affairs", "approved"),
    ),
    when=("active",),
    then="suspended",
    next=("study evaluate", "study report-progress"),
)
class StudySuspended(Body):
    """The study is suspended: no dose may be given until it is resumed."""

    cause: SuspensionCause = said("why it is suspended", "暂停原因")


@event_type(
    "study.reaction_noted/v1",
    kind="study",
    command="study note-reaction",
    en="serious reaction noted",
    zh="严重不良反应关联",
    meaning_zh="一名受试者发生严重不良反应；研究即刻暂停。不写明受试者。",
    signers=(Sig("clinician", "performed"), Sig("pi", "performed")),
    plumbing=True,
)
class StudyReactionNoted(Body):
    """A subject had a serious adverse reaction: the study is suspended; who, is not said here."""


@event_type(
    "study.ethics_evaluated/v1",
    kind="study",
    command="study evaluate",
    en="suspension evaluated by the ethics committee",
    zh="伦理委员会评估暂停",
    meaning_zh="伦理委员会评估暂停原因，提出继续或终止的意见。",
    signers=(Sig("ethics_secretary", "approved"),),
    when=("suspended",),
    next=("study resume", "study terminate"),
    decides=True,
)
class StudyEthicsEvaluated(Body):
    """The ethics committee judged whether the suspended study may go on."""

    decision: Literal["continue", "terminate"] = said("the decision", "评估意见")
    documents: tuple[Document, ...] = said(
        "the written decision", "书面意见", min_length=1, max_length=20
    )


@event_type(
    "study.resumed/v1",
    kind="study",
    command="study resume",
    en="study resumed",
    zh="研究恢复",
    meaning_zh="研究恢复；须在规定期限内报告。",
    signers=BY_INVESTIGATOR,
    every=True,
    when=("suspended",),
    then="active",
    gate="resume-study",
    next=("study report-progress",),
)
class StudyResumed(Body):
    """The suspended study goes on; the authority is to be told within the time laid down."""

    reason: Text = said("why it may go on", "恢复理由")


@event_type(
    "study.terminated/v1",
    kind="study",
    command="study terminate",
    en="study terminated",
    zh="研究终止",
    meaning_zh="研究终止，注明法定情形；须在规定期限内报告。",
    signers=BY_INVESTIGATOR,
    when=("filed", "active", "suspended"),
    then="terminated",
    next=("study report-progress", "study begin-follow-up"),
)
class StudyTerminated(Body):
    """The study ended early for good; subjects who were treated are still followed up."""

    cause: TerminationCause = said("why it is terminated", "终止情形")
    reason: Text = said("what happened", "事由")
    sponsor_told_on: Day | None = said("day the sponsor was told", "告知发起机构之日", default=None)


@event_type(
    "study.completed/v1",
    kind="study",
    command="study complete",
    en="study completed",
    zh="研究完成",
    meaning_zh="研究按方案完成；注明末次给药日与受试者人数。",
    signers=BY_INVESTIGATOR,
    when=("active",),
    then="completed",
    next=("study begin-follow-up", "study report-progress"),
)
class StudyCompleted(Body):
    """The study was carried out as planned; follow-up counts from the last administration."""

    last_administration_on: Day = said("day of the last administration", "末次给药日")
    subjects: Count = said("number of subjects treated", "已给药受试者人数")


@event_type(
    "study.follow_up_begun/v1",
    kind="study",
    command="study begin-follow-up",
    en="follow-up begun",
    zh="随访开始",
    meaning_zh="给药结束，研究进入长期随访。",
    signers=BY_INVESTIGATOR,
    when=("completed", "terminated"),
    then="follow_up",
    next=("subject follow-up", "study close"),
)
class StudyFollowUpBegun(Body):
    """Treatment is over; the study goes on as long-term follow-up."""

    last_administration_on: Day | None = said(
        "day of the last administration, if not yet stated; none when nobody was treated",
        "末次给药日（尚未注明时填写；无人给药则不填）",
        default=None,
    )


@event_type(
    "study.closed/v1",
    kind="study",
    command="study close",
    en="study closed",
    zh="研究关闭",
    meaning_zh="随访期满，研究关闭；提前关闭须说明理由。",
    signers=BY_INVESTIGATOR,
    when=("follow_up",),
    then="closed",
    next=("show",),
)
class StudyClosed(Body):
    """Follow-up is over and the study closed; closing before the planned end needs a reason."""
