"""Materials: one lot of a raw or ancillary material, its acceptance and its stock.

Draws name no customer: the lot shows what is gone, the bank or batch shows what it took.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from custody.domain.balance import added, left, overdrawn
from custody.domain.material_reagent import MaterialCharacterised, Reagent, reagent_of
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
from custody.domain.values import Amount, Country, Day, Name, Number, Text, Unit
from custody.errors import Reason, reason

BY_QUALITY = (Sig("qc_reviewer", "approved"), Sig("qa", "approved"))
REJECTED_BY_QUALITY = (Sig("qc_reviewer", "rejected"), Sig("qa", "rejected"))


@event_type(
    "material.received/v1",
    kind="material",
    command="material receive",
    en="material received",
    zh="物料接收",
    meaning_zh="一批物料已接收，待检。",
    signers=(Sig("warehouse", "performed"), Sig("receiver", "received")),
    opens=True,
    then="received",
    links=(LinkRule("supplier", ("organisation",), "the supplier", "供应商", least=0),),
    next=("material accept", "material reject"),
)
class MaterialReceived(Body):
    """A lot of material arrived and waits for acceptance."""

    number: Number = said("lot number", "批号", alias="lot-no")
    item: Name = said("name of the material", "物料名称")
    supplier_name: Name | None = said(
        "supplier, when it is not a registered organisation",
        "供应商名称（未登记机构时）",
        default=None,
    )
    grade: Literal["medicinal", "gmp_ancillary", "research"] = said(
        "grade", "级别", decisive="material recall"
    )
    contains_beta_lactam: bool = said(
        "contains penicillin or another beta-lactam",
        "是否含青霉素或其他 β-内酰胺类",
        decisive="material recall",
    )
    animal_origin: Literal["none", "bovine", "porcine", "human", "other"] = said(
        "species it comes from", "动物来源", decisive="material recall"
    )
    serum: bool = said(
        "is or contains animal serum",
        "是否为动物血清或含动物血清",
        decisive="material recall",
        default=False,
    )
    origin_country: Country | None = said(
        "country the animals lived in", "动物来源国家", decisive="material recall", default=None
    )
    epidemic_area: bool | None = said(
        "by its certificate, whether the animals lived in an epidemic area at the time",
        "据证书，采集血清时来源地是否为疫区",
        decisive="material recall",
        default=None,
    )
    quantity: Amount = said("quantity received", "接收数量", decisive="material recall")
    unit: Unit = said("unit of that quantity", "单位", decisive="material recall")
    expires_on: Day = said("last day of use", "有效期至", decisive="material recall")


@event_type(
    "material.accepted/v1",
    kind="material",
    command="material accept",
    en="material accepted",
    zh="物料放行",
    meaning_zh="该批物料经质量部门批准，可以使用。",
    signers=BY_QUALITY,
    when=("received", "quarantined"),
    then="accepted",
    gate="accept-material",
    next=("batch consume", "bank consume"),
)
class MaterialAccepted(Body):
    """Quality approved the lot for use."""


@event_type(
    "material.rejected/v1",
    kind="material",
    command="material reject",
    en="material rejected",
    zh="物料拒收",
    meaning_zh="该批物料不合格，不得使用。",
    signers=REJECTED_BY_QUALITY,
    when=("received", "quarantined", "accepted"),
    then="rejected",
    next=("trace",),
)
class MaterialRejected(Body):
    """Quality rejected the lot; it must not be used."""

    reason: Text = said("why it was rejected", "拒收理由")


@event_type(
    "material.quarantined/v1",
    kind="material",
    command="material quarantine",
    en="material quarantined",
    zh="物料隔离",
    meaning_zh="该批物料暂停使用，待质量部门决定。",
    signers=BY_QUALITY,
    when=("received", "accepted"),
    then="quarantined",
    next=("material accept", "material reject"),
)
class MaterialQuarantined(Body):
    """The lot may not be used until quality decides."""

    reason: Text = said("why it is put aside", "隔离理由")


@event_type(
    "material.drawn/v1",
    kind="material",
    command="material draw",
    en="material drawn",
    zh="物料领用",
    meaning_zh="已从该批领用一定数量；不写明用于何处。",
    signers=(
        Sig("operator", "performed"),
        Sig("bank_custodian", "performed"),
        Sig("warehouse", "performed"),
        Sig("verifier", "verified"),
    ),
    when=("accepted",),
    plumbing=True,
)
class MaterialDrawn(Body):
    """A quantity was taken from the lot; the event does not say for which bank or batch."""

    quantity: Amount = said("quantity taken", "领用数量")
    unit: Unit = said("unit of that quantity", "单位")


@event_type(
    "material.recalled/v1",
    kind="material",
    command="material recall",
    en="material recalled",
    zh="物料召回",
    meaning_zh="该批物料已被召回；使用过它的产品须评估。",
    signers=(Sig("qa", "approved"), Sig("quality_authority", "approved")),
    when=("received", "quarantined", "accepted"),
    then="recalled",
    next=("trace", "batch hold"),
)
class MaterialRecalled(Body):
    """The lot was recalled; whatever it went into needs an assessment."""

    reason: Text = said("by whom and why it was recalled", "召回方与理由")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material(State):
    """A lot: what it is, its papers (kinds of document on file), and how much was drawn.

    `reagent` says more of a vector or editing tool; None for other materials.
    """

    item: str
    supplier: str
    grade: str
    contains_beta_lactam: bool
    animal_origin: str
    serum: bool
    origin_country: str
    epidemic_area: bool | None
    quantity: str
    unit: str
    expires_on: str
    papers: tuple[str, ...]
    drawn: str = "0"
    reagent: Reagent | None = None

    @property
    def remaining(self) -> Decimal:
        """What is left, in `unit`."""
        return left(self.quantity, self.drawn)


@checks("material")
def lot_is_traceable_and_sufficient(state: Material | None, event: Event) -> Iterable[Reason]:
    """Yield why a lot is not traceable to a supplier, or a draw is more than what is left."""
    match event.body:
        case MaterialReceived() as body if not body.supplier_name and not event.linked("supplier"):
            yield reason("C268", event.stream)
        case MaterialDrawn() as body if state is not None:
            yield from overdrawn(event, body.quantity, body.unit, state.unit, state.remaining)


@evolves("material")
def evolve(state: Material | None, event: Event) -> Material:
    """Return the lot after `event`."""
    papers = tuple(d.kind for d in event.body.documents)
    match event.body:
        case MaterialReceived() as body:
            return Material(
                stream=event.stream,
                number=body.number,
                status="received",
                opened=body.occurred_at,
                item=body.item,
                supplier=next(iter(event.linked("supplier")), body.supplier_name or ""),
                grade=body.grade,
                contains_beta_lactam=body.contains_beta_lactam,
                animal_origin=body.animal_origin,
                serum=body.serum,
                origin_country=body.origin_country or "",
                epidemic_area=body.epidemic_area,
                quantity=body.quantity,
                unit=body.unit,
                expires_on=body.expires_on,
                papers=papers,
            )
        case MaterialDrawn() as body if state is not None:
            return replace(state, drawn=added(state.drawn, body.quantity))
        case MaterialCharacterised() as body if state is not None:
            return replace(state, reagent=reagent_of(body), papers=(*state.papers, *papers))
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return replace(state, papers=(*state.papers, *papers)) if papers else state
