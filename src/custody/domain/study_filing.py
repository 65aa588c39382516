"""What passes between a study and the authority: dossier, filing, changes, directives, reports.

The filing number is a permit of its own; a study only says which one it rests on. Deadlines are
computed elsewhere, from the days recorded here (Order No. 818, Art. 15 to 18, 24 to 26).
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from custody.domain.model import Body, LinkRule, Sig, event_type, said
from custody.domain.study_planning import BEFORE_THE_END, BY_INVESTIGATOR, BY_REGULATORY_AFFAIRS
from custody.domain.values import Digest, Document, Frozen, Name, Number, Text

Slot = Literal[
    "institutions",
    "researchers",
    "research_basis",
    "protocol",
    "risk_control",
    "review_opinions",
    "consent_sample",
    "funds",
    "other",
]
SLOTS: Final[tuple[str, ...]] = get_args(Slot)
STARTED: Final = ("active", "suspended", "terminated", "completed", "follow_up", "closed")


class DossierSlot(Frozen):
    """One of the nine items of the filing dossier, and the documents that fill it."""

    slot: Slot = said("item of the dossier", "备案材料项目")
    files: tuple[Digest, ...] = said(
        "SHA-256 of each document of this event that fills it",
        "本事件中所用各文件的 SHA-256",
        min_length=1,
        max_length=20,
    )


@event_type(
    "study.dossier_filled/v1",
    kind="study",
    command="study fill-dossier",
    en="filing dossier filled",
    zh="备案材料归集",
    meaning_zh="九项备案材料中所列各项已归集，文件以摘要引用。",
    signers=BY_REGULATORY_AFFAIRS,
    when=BEFORE_THE_END,
    next=("study file",),
)
class StudyDossierFilled(Body):
    """Items of the nine-part filing dossier were filled with documents."""

    slots: tuple[DossierSlot, ...] = said(
        "the items filled",
        "已归集的项目",
        decisive="study fill-dossier",
        min_length=1,
        max_length=9,
    )
    documents: tuple[Document, ...] = said(
        "the documents of the dossier", "备案文件", min_length=1, max_length=20
    )


@event_type(
    "study.filed/v1",
    kind="study",
    command="study file",
    en="study filed",
    zh="研究备案",
    meaning_zh="研究已向主管部门备案（或取得临床试验批准），所依据的许可已关联。",
    signers=BY_REGULATORY_AFFAIRS,
    when=("reviewed", "active", "suspended"),
    decides=True,
    links=(LinkRule("permit", ("permit",), "the filing or approval", "备案或批准"),),
    next=("study start",),
)
class StudyFiled(Body):
    """The study was filed with, or approved by, the authority under the permit linked."""


@event_type(
    "study.filing_refused/v1",
    kind="study",
    command="study refuse-filing",
    en="filing refused",
    zh="备案未获接受",
    meaning_zh="主管部门未接受备案；研究不得据此开展。",
    signers=BY_REGULATORY_AFFAIRS,
    when=("filed", "active", "suspended"),
    decides=True,
    next=("study fill-dossier", "study file"),
)
class StudyFilingRefused(Body):
    """The authority did not accept the filing; nothing may rest on it."""

    reason: Text = said("why it was not accepted", "未获接受的理由")


@event_type(
    "study.protocol_amended/v1",
    kind="study",
    command="study amend",
    en="protocol amended",
    zh="方案变更",
    meaning_zh="新版方案生效；实质性变更须先经学术与伦理审查，其后办理变更备案。",
    signers=BY_INVESTIGATOR,
    when=BEFORE_THE_END,
    gate="amend",
    next=("study file-change",),
)
class StudyProtocolAmended(Body):
    """A new version of the protocol takes effect; what it changes is stated, with the versions."""

    protocol_version: Number = said("the new version of the protocol", "新方案版本")
    substantive: bool = said("whether the change is substantive", "是否为实质性变更")
    reason: Text = said("what changes and why", "变更内容与理由")
    consent_version: Number | None = said(
        "new version of the consent form; subjects must consent again",
        "新的知情同意书版本；受试者须重新同意",
        default=None,
    )
    process_version: Number | None = said(
        "new process version of the preparation", "制剂的新工艺版本", default=None
    )
    specification_version: Number | None = said(
        "new specification version of the preparation", "制剂的新质量标准版本", default=None
    )


@event_type(
    "study.change_filed/v1",
    kind="study",
    command="study file-change",
    en="change filed",
    zh="变更备案",
    meaning_zh="实质性变更已办理变更备案，所依据的许可已关联。",
    signers=BY_REGULATORY_AFFAIRS,
    when=("filed", "active", "suspended"),
    links=(LinkRule("permit", ("permit",), "the filing of the change", "变更备案"),),
    next=("show",),
)
class StudyChangeFiled(Body):
    """A substantive change of the protocol was filed under the permit linked."""

    protocol_version: Number = said(
        "version of the protocol filed", "所备案的方案版本", decisive="study file-change"
    )


@event_type(
    "study.directive_received/v1",
    kind="study",
    command="study receive-directive",
    en="directive of the authority received",
    zh="收到主管部门要求",
    meaning_zh="收到主管部门的要求；要求暂停或终止的，自收到时起生效。",
    signers=(Sig("regulatory_affairs", "performed"), Sig("pi", "performed")),
    when=("filed", *STARTED[:-1]),
    decides=True,
    next=("study report-progress",),
)
class StudyDirectiveReceived(Body):
    """The authority demanded something; a demand to stop takes effect when it is received."""

    demand: Literal["suspend", "change_protocol", "terminate", "resumption_allowed"] = said(
        "what is demanded or allowed", "要求或许可的内容"
    )
    authority: Name = said("name of the authority", "主管部门名称")
    documents: tuple[Document, ...] = said(
        "the directive in writing", "书面要求", min_length=1, max_length=20
    )


@event_type(
    "study.progress_reported/v1",
    kind="study",
    command="study report-progress",
    en="report sent to the authority",
    zh="向主管部门报告",
    meaning_zh="已向主管部门提交报告：进展、暂停、恢复、终止或结题。",
    signers=BY_REGULATORY_AFFAIRS,
    when=("filed", *STARTED),
    next=("show",),
)
class StudyProgressReported(Body):
    """A report on the study went to the authority."""

    report: Literal["progress", "suspension", "resumption", "termination", "end"] = said(
        "kind of report", "报告种类"
    )
    documents: tuple[Document, ...] = said(
        "the report as sent", "所提交的报告", min_length=1, max_length=20
    )
