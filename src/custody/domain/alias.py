"""Aliases: a business number, claimed once for one item, so that no two items share a number.

The stream id of an alias follows from its scheme and value; deriving it is not done here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import StringConstraints

from custody.domain.model import (
    ANYONE,
    Body,
    Event,
    LinkRule,
    Sig,
    State,
    event_type,
    evolves,
    said,
)
from custody.domain.values import Number

MEANINGS: Final = (
    "performed",
    "witnessed",
    "verified",
    "reviewed",
    "approved",
    "released",
    "rejected",
    "given",
    "received",
)
NUMBERED_KINDS: Final = (
    "person",
    "organisation",
    "product",
    "donation",
    "sample",
    "material",
    "bank",
    "vial",
    "batch",
    "deviation",
    "assessment",
    "permit",
    "shipment",
    "study",
    "subject",
    "site",
    "process",
    "instrument",
    "equipment",
    "dose",
    "culture",
)


@event_type(
    "alias.claimed/v1",
    kind="alias",
    command="alias claim",
    en="number claimed",
    zh="编号占用",
    meaning_zh="一个业务编号归于一个物项，台账内不得再用。",
    signers=tuple(Sig(ANYONE, meaning) for meaning in MEANINGS),
    opens=True,
    then="claimed",
    links=(LinkRule("names", NUMBERED_KINDS, "the item it names", "所指物项"),),
    plumbing=True,
)
class AliasClaimed(Body):
    """A business number now belongs to one item and can never name another."""

    scheme: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")] = said(
        "kind of number, for example batch-no", "编号类别，例如 batch-no"
    )
    value: Number = said("the number", "编号")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias(State):
    """A business number and the item it names."""

    scheme: str
    names: str


@evolves("alias")
def evolve(state: Alias | None, event: Event) -> Alias:
    """Return the alias after `event`."""
    if isinstance(event.body, AliasClaimed):
        return Alias(
            stream=event.stream,
            number=event.body.value,
            status="claimed",
            opened=event.body.occurred_at,
            scheme=event.body.scheme,
            names=event.linked("names")[0],
        )
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return state
