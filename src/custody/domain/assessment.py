"""Assessments: a signed judgement that lifts or answers one rule for named items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from custody.domain.model import Body, Event, LinkRule, Sig, State, event_type, evolves, said
from custody.domain.values import Day, Number, Text

COVERED = (
    "donation",
    "sample",
    "material",
    "bank",
    "vial",
    "batch",
    "product",
    "permit",
    "shipment",
    "organisation",
    "site",
    "process",
    "equipment",
    "dose",
    "culture",
    "study",
    "subject",
)


@event_type(
    "assessment.approved/v1",
    kind="assessment",
    command="assessment approve",
    en="assessment approved",
    zh="评估已批准",
    meaning_zh="针对一条规则与所列物项的风险评估、不适用认定或豁免已获批准。",
    signers=(Sig("qa", "approved"), Sig("regulatory_affairs", "approved")),
    opens=True,
    then="approved",
    links=(LinkRule("covers", COVERED, "an item it covers", "所涵盖的物项", least=0, most=50),),
    next=("show",),
)
class AssessmentApproved(Body):
    """A risk assessment, a finding that a rule does not apply, or an override was approved."""

    number: Number = said("assessment number", "评估编号", alias="assessment-no")
    purpose: Literal["risk_assessment", "non_applicability", "override"] = said(
        "what it does to the rule", "对规则的作用"
    )
    rule: str = said("the rule it is about", "所涉规则", pattern=r"^[A-Z]{3}-[0-9]{3}$")
    conclusion: Text = said("the conclusion and its grounds", "结论与依据")
    valid_until: Day | None = said("last day it may be used", "有效期至", default=None)


@event_type(
    "assessment.withdrawn/v1",
    kind="assessment",
    command="assessment withdraw",
    en="assessment withdrawn",
    zh="评估撤回",
    meaning_zh="评估不再可用于今后的决定。",
    signers=(Sig("qa", "approved"), Sig("regulatory_affairs", "approved")),
    when=("approved",),
    then="withdrawn",
    next=("assessment approve",),
)
class AssessmentWithdrawn(Body):
    """An assessment may not be used for decisions any more."""

    reason: Text = said("why it was withdrawn", "撤回理由")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(State):
    """An assessment: which rule it answers, for which items, and who approved it."""

    purpose: str
    rule: str
    covers: tuple[str, ...]
    approver_roles: tuple[str, ...]
    valid_until: str


@evolves("assessment")
def evolve(state: Assessment | None, event: Event) -> Assessment:
    """Return the assessment after `event`."""
    if isinstance(event.body, AssessmentApproved):
        body = event.body
        return Assessment(
            stream=event.stream,
            number=body.number,
            status="approved",
            opened=body.occurred_at,
            purpose=body.purpose,
            rule=body.rule,
            covers=event.linked("covers"),
            approver_roles=tuple(s.role for s in event.signers if s.meaning == "approved"),
            valid_until=body.valid_until or "",
        )
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return state
