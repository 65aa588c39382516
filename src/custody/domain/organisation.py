"""Organisations: hospitals, makers, laboratories, carriers and others, and how they were assessed.

Company names are not personal data and stand in the event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from custody.domain.identifier import is_gln
from custody.domain.model import (
    Body,
    Event,
    LinkRule,
    Sig,
    State,
    checks,
    event_type,
    evolves,
    said,
)
from custody.domain.organisation_capability import (
    Capability,
    CapabilityRecorded,
    CapabilityWithdrawn,
)
from custody.domain.organisation_dealings import (
    Agreement,
    AgreementEnded,
    AgreementRecorded,
    Notice,
    UpstreamAcknowledged,
    UpstreamNotified,
)
from custody.domain.values import Country, Day, Name, Number, day_of
from custody.errors import Reason, reason

OrganisationRole = Literal[
    "hospital",
    "cdmo",
    "laboratory",
    "carrier",
    "sponsor",
    "regulator",
    "supplier",
    "consignee",
    "collection_site",
    "research_institution",
]
Finding = Literal["pass", "fail"]
Gln = Annotated[str, StringConstraints(pattern=r"^[0-9]{13}$")]


@event_type(
    "organisation.registered/v1",
    kind="organisation",
    command="organisation register",
    en="organisation registered",
    zh="机构登记",
    meaning_zh="一家机构已登记，注明名称、国家、职能及是否受外方控制。",
    signers=(
        Sig("qa", "approved"),
        Sig("system_admin", "approved"),
        Sig("regulatory_affairs", "approved"),
    ),
    opens=True,
    then="registered",
    links=(
        LinkRule(
            "controlled_by",
            ("organisation",),
            "an organisation that owns or controls it",
            "所有方或控制方",
            least=0,
            most=5,
        ),
    ),
    next=("organisation assess",),
)
class OrganisationRegistered(Body):
    """An organisation was registered with its name, country, roles and control."""

    number: Number = said("organisation number in this ledger", "机构编号", alias="org-no")
    legal_name: Name = said("legal name", "法定名称")
    roles: tuple[OrganisationRole, ...] = said(
        "what it does here", "机构职能", decisive="organisation assess", min_length=1, max_length=10
    )
    country: Country = said(
        "country, ISO 3166-1 alpha-2", "国家（ISO 3166-1 两位代码）", decisive="organisation assess"
    )
    foreign_controlled: bool = said(
        "set up or actually controlled by a foreign party",
        "是否由境外方设立或实际控制",
        decisive="organisation assess",
    )
    gln: Gln | None = said("GS1 global location number", "GS1 全球位置码", default=None)


@event_type(
    "organisation.assessed/v1",
    kind="organisation",
    command="organisation assess",
    en="organisation assessed",
    zh="机构评估",
    meaning_zh="已评估该机构的资质、设施与质量体系，结论在有效期内适用。",
    signers=(Sig("qa", "approved"),),
    then="assessed",
    next=("shipment plan",),
)
class OrganisationAssessed(Body):
    """Its qualification, facility and quality system were assessed, for a limited time."""

    qualification: Finding = said("legal and professional qualification", "资质")
    facility: Finding = said("facility and equipment", "设施与设备")
    quality_system: Finding = said("quality system", "质量体系")
    valid_until: Day = said("last day the assessment may be relied on", "评估有效期至")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(State):
    """An organisation, with its latest assessment; `assessed_on` is empty before the first.

    `notices` holds the latest notice about each study it was told of.
    """

    legal_name: str
    roles: tuple[str, ...]
    country: str
    foreign_controlled: bool
    gln: str
    controlled_by: tuple[str, ...] = ()
    assessed_on: str = ""
    valid_until: str = ""
    failed: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    notices: tuple[Notice, ...] = ()

    def approved(self, day: date) -> bool:
        """Whether an assessment without a failed part covers `day`."""
        if not self.assessed_on or self.failed:
            return False
        return day_of(self.assessed_on) <= day <= day_of(self.valid_until)

    def capable(self, code: str, day: date) -> bool:
        """Whether the capability `code` was evidenced and holds on `day`."""
        return any(c.code == code and c.holds(day) for c in self.capabilities)

    def agreement(self, day: date, *kinds: str, party: str = "") -> Agreement | None:
        """Return an agreement of one of `kinds` that holds on `day`, with `party` if given."""
        return next(
            (
                a
                for a in self.agreements
                if a.kind in kinds and a.holds(day) and (not party or party in a.parties)
            ),
            None,
        )

    def notice(self, study: str) -> Notice | None:
        """Return the latest notice about the study of that number."""
        return next((n for n in self.notices if n.study == study), None)


@checks("organisation")
def organisation_checks(state: Organisation | None, event: Event) -> Iterable[Reason]:
    """Yield why a number is wrong, or nothing can be ended, withdrawn or confirmed.

    What is ended must be there and not be over already.
    """
    body = event.body
    if isinstance(body, OrganisationRegistered) and body.gln and not is_gln(body.gln):
        yield reason("C2113", event.stream, gln=body.gln)
    if state is None:
        return
    match event.body:
        case CapabilityWithdrawn() as body:
            if not any(c.code == body.capability and not c.withdrawn for c in state.capabilities):
                yield reason("C2110", event.stream, capability=body.capability)
        case AgreementEnded() as body:
            if not any(a.number == body.agreement and not a.ended for a in state.agreements):
                yield reason("C2111", event.stream, agreement=body.agreement)
        case UpstreamAcknowledged() as body:
            notice = state.notice(body.study)
            if notice is None or notice.acknowledged_on:
                yield reason("C2112", event.stream, study=body.study)


@evolves("organisation")
def evolve(state: Organisation | None, event: Event) -> Organisation:
    """Return the organisation after `event`."""
    match event.body:
        case OrganisationRegistered() as body:
            return Organisation(
                stream=event.stream,
                number=body.number,
                status="registered",
                opened=body.occurred_at,
                legal_name=body.legal_name,
                roles=body.roles,
                country=body.country,
                foreign_controlled=body.foreign_controlled,
                gln=body.gln or "",
                controlled_by=event.linked("controlled_by"),
            )
        case OrganisationAssessed() as body if state is not None:
            parts = ("qualification", "facility", "quality_system")
            return replace(
                state,
                assessed_on=body.occurred_at[:10],
                valid_until=body.valid_until,
                failed=tuple(p for p in parts if getattr(body, p) == "fail"),
            )
        case CapabilityRecorded() | CapabilityWithdrawn() as body if state is not None:
            return replace(state, capabilities=_capabilities(state, body))
        case AgreementRecorded() | AgreementEnded() as body if state is not None:
            return replace(state, agreements=_agreements(state, body, event))
        case UpstreamNotified() | UpstreamAcknowledged() as body if state is not None:
            return replace(state, notices=_notices(state, body))
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return state


def _capabilities(
    state: Organisation, body: CapabilityRecorded | CapabilityWithdrawn
) -> tuple[Capability, ...]:
    if isinstance(body, CapabilityRecorded):
        gained = Capability(body.capability, body.valid_from, body.valid_until or "")
        return (*state.capabilities, gained)
    return tuple(
        replace(c, withdrawn=body.occurred_at[:10])
        if c.code == body.capability and not c.withdrawn
        else c
        for c in state.capabilities
    )


def _agreements(
    state: Organisation, body: AgreementRecorded | AgreementEnded, event: Event
) -> tuple[Agreement, ...]:
    if isinstance(body, AgreementRecorded):
        made = Agreement(
            number=body.agreement,
            kind=body.agreement_kind,
            parties=event.linked("party"),
            valid_from=body.valid_from,
            valid_until=body.valid_until,
        )
        return (*state.agreements, made)
    return tuple(
        replace(a, ended=body.occurred_at[:10]) if a.number == body.agreement else a
        for a in state.agreements
    )


def _notices(
    state: Organisation, body: UpstreamNotified | UpstreamAcknowledged
) -> tuple[Notice, ...]:
    day = body.occurred_at[:10]
    if isinstance(body, UpstreamNotified):
        others = (n for n in state.notices if n.study != body.study)
        return (*others, Notice(body.study, body.covered, body.filing_status, day))
    return tuple(
        replace(n, acknowledged_on=day) if n.study == body.study else n for n in state.notices
    )
