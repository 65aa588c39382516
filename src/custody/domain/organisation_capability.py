"""What an organisation is proven to have: status, committees, qualification, by evidence.

Whether a study or a shipment needs it is for the rules to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from custody.domain.model import Body, Sig, event_type, said
from custody.domain.values import Day, Document, Number, Text, day_of

CapabilityCode = Literal[
    "legal_person",
    "grade_a_tertiary",
    "academic_committee",
    "ethics_committee",
    "research_qualification",
    "preparation_qualification",
    "laboratory_accreditation",
]
BY_QUALITY_OR_REGULATORY = (Sig("qa", "approved"), Sig("regulatory_affairs", "approved"))


@event_type(
    "organisation.capability_recorded/v1",
    kind="organisation",
    command="organisation capability",
    en="organisation capability recorded",
    zh="机构能力确认",
    meaning_zh="依据所附证明，确认该机构具备一项法定条件或能力。",
    signers=BY_QUALITY_OR_REGULATORY,
    next=("organisation assess",),
)
class CapabilityRecorded(Body):
    """On the evidence attached, the organisation was found to have a status or body it needs."""

    capability: CapabilityCode = said(
        "what it was found to have",
        "所具备的条件或能力",
        decisive="organisation withdraw-capability",
    )
    certificate: Number | None = said("number of the certificate", "证书编号", default=None)
    valid_from: Day = said(
        "first day on which it holds", "生效日", decisive="organisation withdraw-capability"
    )
    valid_until: Day | None = said(
        "last day on which it holds",
        "截止日",
        decisive="organisation withdraw-capability",
        default=None,
    )
    documents: tuple[Document, ...] = said(
        "the evidence it rests on", "所依据的证明文件", min_length=1, max_length=20
    )


@event_type(
    "organisation.capability_withdrawn/v1",
    kind="organisation",
    command="organisation withdraw-capability",
    en="organisation capability withdrawn",
    zh="机构能力取消",
    meaning_zh="自该日起，该机构不再具备所列条件或能力。",
    signers=BY_QUALITY_OR_REGULATORY,
    decides=True,  # it closes what rested on the capability; no rule may stand in its way
    next=("trace",),
)
class CapabilityWithdrawn(Body):
    """From this day on the organisation no longer has the status or body named."""

    capability: CapabilityCode = said("what it no longer has", "不再具备的条件或能力")
    reason: Text = said("why it was withdrawn", "取消理由")


@dataclass(frozen=True, slots=True)
class Capability:
    """One capability and when it holds; days are ISO dates, empty when open."""

    code: str
    valid_from: str
    valid_until: str = ""
    withdrawn: str = ""

    def holds(self, day: date) -> bool:
        """Whether it holds on `day`; from the day of its withdrawal on, it does not."""
        if day < day_of(self.valid_from) or (self.withdrawn and day >= day_of(self.withdrawn)):
            return False
        return not self.valid_until or day <= day_of(self.valid_until)
