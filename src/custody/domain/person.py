"""Persons: who may be asked to sign, with which qualification and since when.

Names never enter an event; only their salted digest does. Which key speaks for a person, and in
which roles, is recorded apart from this.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from custody.domain.model import (
    Body,
    Event,
    LinkRule,
    Private,
    Sig,
    State,
    event_type,
    evolves,
    said,
)
from custody.domain.values import Day, Document, Number, Text, day_of

BY_QUALITY_OR_ADMINISTRATION = (Sig("qa", "approved"), Sig("system_admin", "approved"))

QualificationCode = Literal[
    "quality_authority",
    "qa",
    "qc_analyst",
    "qc_reviewer",
    "operator",
    "verifier",
    "collector",
    "donor_physician",
    "bank_custodian",
    "warehouse",
    "courier",
    "receiver",
    "regulatory_affairs",
    "clinician",
]


@event_type(
    "person.registered/v1",
    kind="person",
    command="person register",
    en="person registered",
    zh="人员登记",
    meaning_zh="一名人员以工号登记；姓名仅以加盐摘要留存。",
    signers=BY_QUALITY_OR_ADMINISTRATION,
    opens=True,
    then="registered",
    links=(LinkRule("employer", ("organisation",), "the employer", "所属机构", least=0),),
    private=(Private("printed_name", "the name as printed on records", "记录上所用姓名"),),
    next=("person qualify",),
)
class PersonRegistered(Body):
    """A person was registered under a staff number; the name is kept as a salted digest only."""

    number: Number = said("staff number", "工号", alias="staff-no")


@event_type(
    "person.qualified/v1",
    kind="person",
    command="person qualify",
    en="person qualified",
    zh="人员资质确认",
    meaning_zh="依据所附证书，确认该人员具备一项资质；不得由本人确认。",
    signers=BY_QUALITY_OR_ADMINISTRATION,
    gate="qualify",
    next=("key enrol",),
)
class PersonQualified(Body):
    """On the evidence attached, another person found this person qualified for a role."""

    qualification: QualificationCode = said("what the person may act as", "所具备的资质")
    title: Literal["senior", "intermediate", "junior", "none"] = said(
        "professional title", "专业技术职称"
    )
    experience_from: Day | None = said(
        "first day of the experience that counts for it; for a quality authority, of quality "
        "management of cell preparations",
        "相关经历起始日；质量受权人为从事细胞制剂质量管理的起始日",
        default=None,
    )
    valid_from: Day = said("first day on which it holds", "资质生效日")
    valid_until: Day | None = said("last day on which it holds", "资质截止日", default=None)
    documents: tuple[Document, ...] = said(
        "the certificates it rests on", "所依据的证书", min_length=1, max_length=20
    )


@event_type(
    "person.disqualified/v1",
    kind="person",
    command="person disqualify",
    en="person disqualified",
    zh="人员资质取消",
    meaning_zh="自该日起，该人员不再具备所列资质；此前的签名不受影响。",
    signers=BY_QUALITY_OR_ADMINISTRATION,
    gate="qualify",
    next=("key revoke",),
)
class PersonDisqualified(Body):
    """From this day on the person no longer holds the qualification; earlier signatures stand."""

    qualification: QualificationCode = said("the qualification withdrawn", "被取消的资质")
    reason: Text = said("why it was withdrawn", "取消理由")


@event_type(
    "person.trained/v1",
    kind="person",
    command="person train",
    en="person trained",
    zh="人员培训",
    meaning_zh="该人员完成一项培训并经考核；不得由本人确认。",
    signers=BY_QUALITY_OR_ADMINISTRATION,
    gate="qualify",
    next=("person qualify",),
)
class PersonTrained(Body):
    """The person completed a training and was examined; another person confirms it."""

    topic: Text = said("what the training was about, with its version", "培训内容及版本")
    valid_until: Day | None = said("day by which it is to be repeated", "复训期限", default=None)
    documents: tuple[Document, ...] = said(
        "the training record", "培训记录", min_length=1, max_length=20
    )


@dataclass(frozen=True, slots=True)
class Qualification:
    """One qualification and when it holds; days are ISO dates, empty when open."""

    code: str
    title: str
    experience_from: str
    valid_from: str
    valid_until: str
    withdrawn: str = ""

    def holds(self, day: date) -> bool:
        """Whether it holds on `day`; from the day of its withdrawal on, it does not."""
        if day < day_of(self.valid_from) or (self.withdrawn and day >= day_of(self.withdrawn)):
            return False
        return not self.valid_until or day <= day_of(self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(State):
    """A person: the employer, every qualification ever recorded, and trainings.

    `trainings` holds topic, day and the day of repetition ('' when open).
    """

    employer: str
    qualifications: tuple[Qualification, ...] = ()
    trainings: tuple[tuple[str, str, str], ...] = ()

    def qualified(self, code: str, day: date) -> Qualification | None:
        """Return the latest qualification `code` that holds on `day`, None when there is none."""
        held = [q for q in self.qualifications if q.code == code and q.holds(day)]
        return held[-1] if held else None


@evolves("person")
def evolve(state: Person | None, event: Event) -> Person:
    """Return the person after `event`."""
    match event.body:
        case PersonRegistered() as body:
            return Person(
                stream=event.stream,
                number=body.number,
                status="registered",
                opened=body.occurred_at,
                employer=next(iter(event.linked("employer")), ""),
            )
        case PersonQualified() as body if state is not None:
            gained = Qualification(
                code=body.qualification,
                title=body.title,
                experience_from=body.experience_from or "",
                valid_from=body.valid_from,
                valid_until=body.valid_until or "",
            )
            return replace(state, qualifications=(*state.qualifications, gained))
        case PersonDisqualified() as body if state is not None:
            kept = tuple(
                replace(q, withdrawn=body.occurred_at[:10])
                if q.code == body.qualification and not q.withdrawn
                else q
                for q in state.qualifications
            )
            return replace(state, qualifications=kept)
        case PersonTrained() as body if state is not None:
            done = (body.topic, body.occurred_at[:10], body.valid_until or "")
            return replace(state, trainings=(*state.trainings, done))
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return state
