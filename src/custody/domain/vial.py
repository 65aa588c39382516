"""Vials: one container of a bank, frozen once, thawed once, used once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from custody.domain.model import (
    Body,
    Event,
    LinkRule,
    Sig,
    State,
    event_type,
    evolves,
    said,
)
from custody.domain.values import Amount, Number, Text, Unit

BY_CUSTODIAN = (Sig("bank_custodian", "performed"),)
BY_CUSTODIAN_AND_VERIFIER = (Sig("bank_custodian", "performed"), Sig("verifier", "verified"))


@event_type(
    "vial.frozen/v1",
    kind="vial",
    command="vial freeze",
    en="vial frozen",
    zh="冻存管入库",
    meaning_zh="一支冻存管已冻存并放入指定位置。",
    signers=BY_CUSTODIAN,
    opens=True,
    then="frozen",
    gate="freeze",
    links=(LinkRule("bank", ("bank",), "the bank it belongs to", "所属细胞库", lineage=True),),
    next=("vial thaw",),
)
class VialFrozen(Body):
    """A vial of a bank was frozen and put at its storage position."""

    number: Number = said(
        "vial code, unique in this ledger", "冻存管编号（台账内唯一）", alias="vial-no"
    )
    position: Text = said("storage position: tank, rack, box, place", "储存位置：罐、架、盒、孔")
    cells: Amount = said(
        "number of cells or volume in the vial", "管内细胞数或体积", decisive="vial discard"
    )
    unit: Unit = said("unit of that quantity", "单位", decisive="vial discard")


@event_type(
    "vial.moved/v1",
    kind="vial",
    command="vial move",
    en="vial moved",
    zh="冻存管移位",
    meaning_zh="冻存管移至另一储存位置，未曾复苏。",
    signers=BY_CUSTODIAN,
    when=("frozen",),
    next=("vial thaw",),
)
class VialMoved(Body):
    """A frozen vial was moved to another storage position."""

    position: Text = said("the new storage position", "新的储存位置")


@event_type(
    "vial.thawed/v1",
    kind="vial",
    command="vial thaw",
    en="vial thawed",
    zh="冻存管复苏",
    meaning_zh="冻存管已取出并复苏；只能复苏一次。",
    signers=BY_CUSTODIAN_AND_VERIFIER,
    every=True,
    when=("frozen",),
    then="thawed",
    gate="thaw",
    next=("batch start",),
)
class VialThawed(Body):
    """A vial was taken out and thawed; this can happen once only."""

    viability: Amount | None = said(
        "viability after thawing, in %", "复苏后活率（%）", default=None
    )


@event_type(
    "vial.used/v1",
    kind="vial",
    command="vial use",
    en="vial used",
    zh="冻存管已用",
    meaning_zh="复苏的冻存管已投入使用；不写明用于何处。",
    signers=(
        Sig("operator", "performed"),
        Sig("bank_custodian", "performed"),
        Sig("verifier", "verified"),
    ),
    when=("thawed",),
    then="used",
    plumbing=True,
)
class VialUsed(Body):
    """A thawed vial was used up; the event does not say for which batch or bank."""


@event_type(
    "vial.discarded/v1",
    kind="vial",
    command="vial discard",
    en="vial discarded",
    zh="冻存管销毁",
    meaning_zh="冻存管已销毁，不得再用。",
    signers=BY_CUSTODIAN_AND_VERIFIER,
    every=True,
    when=("frozen", "thawed"),
    then="discarded",
    next=("trace",),
)
class VialDiscarded(Body):
    """A vial was destroyed and can never be used again."""

    method: Text = said("how it was destroyed", "销毁方式")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vial(State):
    """A vial: where it lies and of which bank it is."""

    bank: str
    position: str
    cells: str
    unit: str

    @property
    def parents(self) -> tuple[str, ...]:
        """The bank the vial is of."""
        return (self.bank,)


@evolves("vial")
def evolve(state: Vial | None, event: Event) -> Vial:
    """Return the vial after `event`."""
    match event.body:
        case VialFrozen() as body:
            return Vial(
                stream=event.stream,
                number=body.number,
                status="frozen",
                opened=body.occurred_at,
                bank=event.linked("bank")[0],
                position=body.position,
                cells=body.cells,
                unit=body.unit,
            )
        case VialMoved() as body if state is not None:
            return replace(state, position=body.position)
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return state
