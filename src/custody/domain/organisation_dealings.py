"""Dealings with another organisation: the agreement with it, and what it was told of a study.

They stand in the stream of the other organisation, so that what one partner is told or has agreed
to never shows in the record of another. A notice says which points it covered; its text stays in
the letter, which is referred to by digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from custody.domain.model import Body, LinkRule, Sig, event_type, said
from custody.domain.organisation_capability import BY_QUALITY_OR_REGULATORY
from custody.domain.values import Day, Document, Number, Text, day_of

AgreementKind = Literal["quality", "research", "sponsor", "material_transfer"]
NoticePoint = Literal["purpose", "protocol", "filing_status", "use_of_samples"]
FilingStatus = Literal["not_filed", "submitted", "filed", "not_required"]
POINTS: Final = ("purpose", "protocol", "filing_status", "use_of_samples")


@event_type(
    "organisation.agreement_recorded/v1",
    kind="organisation",
    command="organisation agree",
    en="agreement recorded",
    zh="协议登记",
    meaning_zh="与该机构签订的书面协议已登记，注明类别、范围、当事方与有效期。",
    signers=BY_QUALITY_OR_REGULATORY,
    links=(
        LinkRule("party", ("organisation",), "the other parties", "其他当事方", least=1, most=10),
    ),
    next=("shipment plan",),
)
class AgreementRecorded(Body):
    """A written agreement with this organisation is on record: kind, scope, parties and term."""

    agreement: Number = said("number of the agreement", "协议编号", alias="agreement-no")
    agreement_kind: AgreementKind = said(
        "kind of agreement", "协议类别", decisive="organisation end-agreement"
    )
    scope: Text = said(
        "what it covers, for example the services",
        "协议范围（例如所委托的服务）",
        decisive="organisation end-agreement",
    )
    valid_from: Day = said(
        "first day on which it holds", "生效日", decisive="organisation end-agreement"
    )
    valid_until: Day = said(
        "last day on which it holds", "截止日", decisive="organisation end-agreement"
    )
    foreign_sponsor: bool = said(
        "one of the parties is a sponsor abroad or controlled from abroad",
        "当事方之一为境外或受境外控制的申办方",
        decisive="organisation end-agreement",
    )
    documents: tuple[Document, ...] = said(
        "the signed agreement", "已签署的协议", min_length=1, max_length=20
    )


@event_type(
    "organisation.agreement_ended/v1",
    kind="organisation",
    command="organisation end-agreement",
    en="agreement ended",
    zh="协议终止",
    meaning_zh="一份协议提前终止；自该日起不得再作依据。",
    signers=BY_QUALITY_OR_REGULATORY,
    decides=True,
    next=("trace",),
)
class AgreementEnded(Body):
    """An agreement ended before its term; from this day on nothing may rest on it."""

    agreement: Number = said("number of the agreement", "协议编号")
    reason: Text = said("why it ended", "终止理由")


@event_type(
    "organisation.upstream_notified/v1",
    kind="organisation",
    command="organisation notify",
    en="upstream party notified",
    zh="告知上游机构",
    meaning_zh="已将研究目的、方案、备案情况及样品用途告知提供技术支持或人体细胞的机构。",
    signers=(Sig("qa", "given"), Sig("regulatory_affairs", "given")),
    next=("organisation acknowledge",),
)
class UpstreamNotified(Body):
    """An organisation that supplies cells or support was told what a study is and where it stands.

    Source: Order 818, Article 23.
    """

    study: Number = said("number of the study", "研究编号")
    covered: tuple[NoticePoint, ...] = said(
        "what it was told", "告知内容", min_length=1, max_length=4
    )
    filing_status: FilingStatus = said("standing of the filing on that day", "当日备案状态")
    documents: tuple[Document, ...] = said(
        "the letter of notice", "告知函", min_length=1, max_length=20
    )


@event_type(
    "organisation.upstream_acknowledged/v1",
    kind="organisation",
    command="organisation acknowledge",
    en="notice acknowledged",
    zh="确认收到告知",
    meaning_zh="该机构确认已收到关于该研究的告知；由其人员签名，或附其回函。",
    signers=(
        Sig("receiver", "received"),
        Sig("collector", "received"),
        Sig("qa", "received"),
        Sig("regulatory_affairs", "received"),
    ),
    gate="acknowledge",
    next=("trace",),
)
class UpstreamAcknowledged(Body):
    """The organisation confirmed that it was told; its own person signs, or its letter is attached.

    It answers the latest notice about the study.
    """

    study: Number = said("number of the study", "研究编号")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement: with whom (streams), of which kind and for how long."""

    number: str
    kind: str
    parties: tuple[str, ...]
    valid_from: str
    valid_until: str
    ended: str = ""

    def holds(self, day: date) -> bool:
        """Whether it holds on `day`; from the day of its end on, it does not."""
        if self.ended and day >= day_of(self.ended):
            return False
        return day_of(self.valid_from) <= day <= day_of(self.valid_until)


@dataclass(frozen=True, slots=True)
class Notice:
    """What the organisation was told of one study, and whether it confirmed that; days or ''."""

    study: str
    covered: tuple[str, ...]
    filing_status: str
    given_on: str
    acknowledged_on: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The points that had to be told and were not."""
        return tuple(p for p in POINTS if p not in self.covered)
