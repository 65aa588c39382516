"""Organisations: hospitals, makers, laboratories, carriers and others, and how they were assessed.

Company names are not personal data and stand in the event.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from custody.domain.model import Body, Event, Sig, State, event_type, evolves, said
from custody.domain.values import Country, Day, Name, Number, day_of

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
    next=("organisation assess",),
)
class OrganisationRegistered(Body):
    """An organisation was registered with its name, country, roles and control."""

    number: Number = said("organisation number in this ledger", "机构编号", alias="org-no")
    legal_name: Name = said("legal name", "法定名称")
    roles: tuple[OrganisationRole, ...] = said(
        "what it does here", "机构职能", min_length=1, max_length=10
    )
    country: Country = said("country, ISO 3166-1 alpha-2", "国家（ISO 3166-1 两位代码）")
    foreign_controlled: bool = said(
        "set up or actually controlled by a foreign party", "是否由境外方设立或实际控制"
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
    """An organisation, with its latest assessment; `assessed_on` is empty before the first."""

    legal_name: str
    roles: tuple[str, ...]
    country: str
    foreign_controlled: bool
    gln: str
    assessed_on: str = ""
    valid_until: str = ""
    failed: tuple[str, ...] = ()

    def approved(self, day: date) -> bool:
        """Whether an assessment without a failed part covers `day`."""
        if not self.assessed_on or self.failed:
            return False
        return day_of(self.assessed_on) <= day <= day_of(self.valid_until)


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
            )
        case OrganisationAssessed() as body if state is not None:
            parts = ("qualification", "facility", "quality_system")
            return replace(
                state,
                assessed_on=body.occurred_at[:10],
                valid_until=body.valid_until,
                failed=tuple(p for p in parts if getattr(body, p) == "fail"),
            )
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return state
