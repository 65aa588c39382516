"""Sites: premises where cells are handled or kept, and their rooms and storage units.

Who runs a site and how that organisation was assessed is a matter of `organisation`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

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
from custody.domain.values import Name, Number, Reading
from custody.errors import Reason, reason

BY_QUALITY = (Sig("qa", "approved"), Sig("system_admin", "approved"))


@event_type(
    "site.registered/v1",
    kind="site",
    command="site register",
    en="site registered",
    zh="场所登记",
    meaning_zh="一处处理或储存细胞的场所已登记，注明由哪家机构运营。",
    signers=BY_QUALITY,
    opens=True,
    then="registered",
    links=(LinkRule("operator", ("organisation",), "the organisation that runs it", "运营机构"),),
    next=("site register-unit", "equipment register"),
)
class SiteRegistered(Body):
    """Premises where cells are handled or kept were registered, with who runs them."""

    number: Number = said("site number in this ledger", "场所编号", alias="site-no")
    name: Name = said("name of the site", "场所名称")
    address: Name | None = said("where it is", "地址", default=None)


@event_type(
    "site.unit_registered/v1",
    kind="site",
    command="site register-unit",
    en="room or storage unit registered",
    zh="场所单元登记",
    meaning_zh="场所内的一间洁净室或一台储存设备已登记，注明级别或温度范围。",
    signers=BY_QUALITY,
    when=("registered",),
    next=("site register-unit", "equipment register"),
)
class SiteUnitRegistered(Body):
    """A clean room or storage unit of the site was registered, with its class or temperatures."""

    unit_code: Number = said("code of the unit, unique in this site", "单元代码（场所内唯一）")
    unit_kind: Literal["clean_room", "cryo_tank", "freezer", "refrigerator", "store"] = said(
        "what it is", "单元类别", decisive="site register-unit"
    )
    clean_class: Literal["a", "b", "c", "d"] | None = said(
        "grade of a clean room", "洁净级别", decisive="site register-unit", default=None
    )
    lowest: Reading | None = said(
        "lowest temperature, in Cel", "最低温度（℃）", decisive="site register-unit", default=None
    )
    highest: Reading | None = said(
        "highest temperature, in Cel", "最高温度（℃）", decisive="site register-unit", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(State):
    """A site: who runs it, and its units as (code, kind)."""

    name: str
    operator: str
    units: tuple[tuple[str, str], ...] = ()


@checks("site")
def units_are_told_apart(state: Site | None, event: Event) -> Iterable[Reason]:
    """Yield why a unit cannot be registered: its code is taken."""
    match event.body:
        case SiteUnitRegistered() as body if state is not None:
            if body.unit_code in dict(state.units):
                yield reason("C2200", event.stream, unit=body.unit_code)


@evolves("site")
def evolve(state: Site | None, event: Event) -> Site:
    """Return the site after `event`."""
    if isinstance(event.body, SiteRegistered):
        return Site(
            stream=event.stream,
            number=event.body.number,
            status="registered",
            opened=event.body.occurred_at,
            name=event.body.name,
            operator=event.linked("operator")[0],
        )
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    if isinstance(event.body, SiteUnitRegistered):
        unit = (event.body.unit_code, event.body.unit_kind)
        return replace(state, units=(*state.units, unit))
    return state
