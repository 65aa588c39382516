"""What a clinical study is planned to be: its path, its reviews, its evidence, its safety net.

What is filed with the authority is in `study_filing`, what happens to a study under way in
`study_conduct`. Terms follow Order No. 818, Art. 8 to 14, and the tissue stem cell guideline.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from custody.domain.model import Body, LinkRule, Sig, event_type, said
from custody.domain.values import Day, Document, Name, Number, Text

Path = Literal["technology_filing_818", "drug_828", "device", "routine_care", "undecided"]
NonclinicalKind = Literal[
    "safety",
    "tumorigenicity_in_vitro",
    "tumorigenicity_in_vivo",
    "immunogenicity",
    "long_term_toxicity",
    "biodistribution",
    "animal_model_rationale",
    "comparability",
]
FollowUpItem = Literal[
    "safety", "efficacy", "tumour", "persistence", "growth", "neurocognition", "reproduction"
]
Months = Annotated[int, Field(ge=1, le=1200)]
Members = Annotated[int, Field(ge=1, le=100)]

BEFORE_THE_END: Final = ("drafted", "reviewed", "filed", "active", "suspended")
BY_REGULATORY_AFFAIRS: Final = (Sig("regulatory_affairs", "performed"),)
BY_INVESTIGATOR: Final = (Sig("pi", "approved"), Sig("regulatory_affairs", "approved"))
ORGANISATION: Final = ("organisation",)


@event_type(
    "study.drafted/v1",
    kind="study",
    command="study draft",
    en="study drafted",
    zh="研究立项",
    meaning_zh="拟订一项临床研究：路径、阶段、风险、各方与拟用制剂的工艺和质量标准版本。",
    signers=BY_INVESTIGATOR,
    opens=True,
    then="drafted",
    links=(
        LinkRule("sponsor", ORGANISATION, "the sponsor", "发起机构"),
        LinkRule(
            "institution", ORGANISATION, "the (lead) research institution", "（牵头）研究机构"
        ),
        LinkRule(
            "participant", ORGANISATION, "another institution", "其他参与机构", least=0, most=50
        ),
        LinkRule("investigator", ("person",), "the principal investigator", "主要研究者"),
        LinkRule("product", ("product",), "a product it uses", "所用产品", most=20),
        LinkRule("process", ("process",), "the process of the product", "制备工艺", least=0),
        LinkRule(
            "follows", ("study",), "the exploratory study before", "此前的探索性研究", least=0
        ),
    ),
    next=("study academic-review", "study ethics-review"),
)
class StudyDrafted(Body):
    """A clinical study was drawn up: path, stage, risk, parties and versions it will use."""

    number: Number = said("study number", "研究编号", alias="study-no")
    title: Name = said("title of the study", "研究名称")
    path: Path = said("regulatory path", "监管路径", decisive="study amend")
    rationale: Text = said("why that path", "选择该路径的理由")
    stage: Literal["exploratory", "confirmatory"] = said(
        "stage", "研究阶段", decisive="study amend"
    )
    risk: Literal["low", "high"] = said("risk class", "风险等级", decisive="study amend")
    paediatric: bool = said(
        "whether children take part", "是否纳入儿童受试者", decisive="study amend"
    )
    long_surviving: bool = said(
        "whether the cells may survive long in the body",
        "细胞是否可能在体内长期存活",
        decisive="study amend",
    )
    protocol_version: Number = said(
        "version of the protocol", "研究方案版本", decisive="study amend"
    )
    consent_version: Number = said(
        "version of the consent form", "知情同意书版本", decisive="study amend"
    )
    process_version: Number = said(
        "process version of the preparation", "拟用制剂的工艺版本", decisive="study amend"
    )
    specification_version: Number = said(
        "specification version of the preparation", "拟用制剂的质量标准版本", decisive="study amend"
    )


@event_type(
    "study.path_decided/v1",
    kind="study",
    command="study decide-path",
    en="regulatory path decided",
    zh="监管路径确定",
    meaning_zh="确定研究适用的监管路径并说明理由。",
    signers=(Sig("regulatory_affairs", "approved"),),
    when=("drafted", "reviewed", "filed"),
    decides=True,
    next=("study fill-dossier", "study file"),
)
class StudyPathDecided(Body):
    """The regulatory path of the study was decided, with the grounds for it."""

    path: Path = said("regulatory path", "监管路径")
    rationale: Text = said("why that path", "选择该路径的理由")


@event_type(
    "study.academic_reviewed/v1",
    kind="study",
    command="study academic-review",
    en="academic review concluded",
    zh="学术审查结论",
    meaning_zh="学术委员会就所列方案版本作出审查结论。",
    signers=(Sig("academic_secretary", "approved"),),
    when=BEFORE_THE_END,
    decides=True,
    next=("study ethics-review", "study fill-dossier"),
)
class StudyAcademicReviewed(Body):
    """The academic committee came to its opinion on the protocol version named."""

    protocol_version: Number = said("version of the protocol reviewed", "所审方案版本")
    verdict: Literal["pass", "fail"] = said("the opinion", "审查结论")
    documents: tuple[Document, ...] = said(
        "the written opinion", "书面审查意见", min_length=1, max_length=20
    )


@event_type(
    "study.ethics_reviewed/v1",
    kind="study",
    command="study ethics-review",
    en="ethics review concluded",
    zh="伦理审查结论",
    meaning_zh="伦理委员会就所列方案版本作出审查结论。",
    signers=(Sig("ethics_secretary", "approved"),),
    when=BEFORE_THE_END,
    decides=True,
    next=("study academic-review", "study fill-dossier"),
)
class StudyEthicsReviewed(Body):
    """The ethics committee came to its opinion on the protocol version named."""

    protocol_version: Number = said("version of the protocol reviewed", "所审方案版本")
    verdict: Literal["pass", "fail"] = said("the opinion", "审查结论")
    documents: tuple[Document, ...] = said(
        "the written opinion", "书面审查意见", min_length=1, max_length=20
    )


@event_type(
    "study.nonclinical_recorded/v1",
    kind="study",
    command="study record-nonclinical",
    en="non-clinical result recorded",
    zh="非临床研究结果登记",
    meaning_zh="登记一项非临床研究：种类、供试品的工艺与质量标准版本、结论与报告。",
    signers=(Sig("regulatory_affairs", "performed"), Sig("sponsor", "performed")),
    when=BEFORE_THE_END,
    next=("study academic-review", "study fill-dossier"),
)
class StudyNonclinicalRecorded(Body):
    """A non-clinical result was recorded, with the versions of the article that was tested.

    A record of kind comparability states that the article of these versions equals the
    preparation meant for people.
    """

    study_kind: NonclinicalKind = said(
        "what was examined", "研究种类", decisive="study record-nonclinical"
    )
    process_version: Number = said(
        "process version of the article tested",
        "供试品的工艺版本",
        decisive="study record-nonclinical",
    )
    specification_version: Number = said(
        "specification version of the article tested",
        "供试品的质量标准版本",
        decisive="study record-nonclinical",
    )
    verdict: Literal["pass", "fail"] = said(
        "conclusion", "结论", decisive="study record-nonclinical"
    )
    documents: tuple[Document, ...] = said("the report", "研究报告", min_length=1, max_length=20)


@event_type(
    "study.dsmb_established/v1",
    kind="study",
    command="study establish-dsmb",
    en="data safety monitoring board established",
    zh="数据安全监查委员会成立",
    meaning_zh="成立数据安全监查委员会，附章程，并注明成员人数与独立性。",
    signers=(Sig("sponsor", "approved"), Sig("pi", "approved")),
    when=BEFORE_THE_END,
    next=("study start",),
)
class StudyDsmbEstablished(Body):
    """A board that watches over the safety of subjects was set up, with its charter."""

    members: Members = said("number of members", "成员人数", decisive="study establish-dsmb")
    independent: bool = said(
        "whether no member takes part in the study or depends on the sponsor",
        "成员是否均未参与研究且独立于发起机构",
        decisive="study establish-dsmb",
    )
    documents: tuple[Document, ...] = said("the charter", "章程", min_length=1, max_length=20)


@event_type(
    "study.follow_up_planned/v1",
    kind="study",
    command="study plan-follow-up",
    en="follow-up planned",
    zh="随访计划",
    meaning_zh="确定末次给药后对受试者随访的期限与内容。",
    signers=BY_INVESTIGATOR,
    when=(*BEFORE_THE_END, "terminated", "completed", "follow_up"),
    next=("study start",),
)
class StudyFollowUpPlanned(Body):
    """It was laid down how long after the last dose subjects are followed up, and for what."""

    months: Months = said(
        "months after the last administration", "末次给药后的月数", decisive="study plan-follow-up"
    )
    items: tuple[FollowUpItem, ...] = said(
        "what is looked at", "随访内容", decisive="study plan-follow-up", min_length=1, max_length=7
    )
    starts_on: Day | None = said(
        "first planned visit, when known",
        "首次随访日",
        decisive="study plan-follow-up",
        default=None,
    )
