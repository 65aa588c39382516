"""Doses: one final container each; where it is, for whom, and what is left of it.

The events of its way to the patient are in `dose_use`. A dose thawed is given or destroyed, never
frozen again; what was given, destroyed and is left adds up to what was filled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from custody.domain.balance import added, left, overdrawn, plain
from custody.domain.dose_use import (
    DoseAdministered,
    DoseAllocated,
    DoseDestroyed,
    DoseDispensed,
    DoseHeld,
    DoseHoldLifted,
    DoseReceivedAtSite,
)
from custody.domain.holding import lift_hold, put_on_hold, wrongly_lifted
from custody.domain.model import (
    Body,
    Companion,
    Event,
    LinkRule,
    Sig,
    State,
    checks,
    event_type,
    evolves,
    said,
)
from custody.domain.values import Amount, Instant, Number, Text, Unit, amount
from custody.errors import Reason, reason


@event_type(
    "dose.filled/v1",
    kind="dose",
    command="dose fill",
    en="dose filled",
    zh="制剂分装",
    meaning_zh="一剂制剂已分装并贴标；每批登记的剂数不得超过所得剂数。",
    signers=(Sig("operator", "performed"), Sig("verifier", "verified")),
    every=True,
    opens=True,
    then="filled",
    links=(LinkRule("batch", ("batch",), "the batch it is of", "所属批次", lineage=True),),
    companions=(Companion("batch", "batch.filled/v1"),),
    next=("dose allocate", "dose dispense"),
)
class DoseFilled(Body):
    """One final container was filled and labelled; a batch has no more of them than its doses."""

    number: Number = said("number on the label", "标签编号", alias="dose-no")
    quantity: Amount = said("cells or volume in it", "细胞数或体积", decisive="dose destroy")
    unit: Unit = said("unit of that quantity", "单位", decisive="dose destroy")
    expires_at: Instant = said("end of the shelf life", "有效期截止时刻", decisive="dose destroy")
    coi: Number | None = said(
        "chain-of-identity identifier, when it is for one patient",
        "身份链标识（专供某一患者时）",
        decisive="dose destroy",
        default=None,
    )
    container: Text | None = said("container and its label", "容器及标识", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose(State):
    """One dose: its batch, its patient, and what is left; `subject` and `coi` empty when open.

    `gone` is what was given or destroyed; `resume` the status a held dose goes back to.
    """

    batch: str
    quantity: str
    unit: str
    expires_at: str
    coi: str
    subject: str = ""
    study: str = ""
    site: str = ""
    condition: str = ""
    shipment: str = ""
    given: str = "0"
    destroyed: str = "0"
    administered_at: str = ""
    resume: str = ""

    @property
    def parents(self) -> tuple[str, ...]:
        """The batch it is of."""
        return (self.batch,)

    @property
    def remaining(self) -> Decimal:
        """What was neither given nor destroyed, in `unit`."""
        return left(self.quantity, added(self.given, self.destroyed))


@checks("dose")
def amounts_and_identity_agree(state: Dose | None, event: Event) -> Iterable[Reason]:
    """Yield why `event` contradicts what is on record: quantities, the patient it is for."""
    match event.body:
        case DoseFilled() as body:
            if not amount(body.quantity):
                yield reason("C265", event.stream)
        case DoseAllocated() as body if state is not None:
            if not body.coi and not event.linked("subject"):
                yield reason("C2220", event.stream)
            yield from _same_patient(state, event, body.coi)
        case DoseAdministered() as body if state is not None:
            yield from overdrawn(event, body.quantity, body.unit, state.unit, state.remaining)
            yield from _same_patient(state, event, body.coi)
        case DoseDispensed() if state is not None:
            if event.linked("batch") != (state.batch,):
                yield reason("C2223", event.stream)
        case DoseReceivedAtSite() if state is not None:
            if (state.status == "dispensed") == bool(event.linked("shipment")):
                yield reason("C2224", event.stream)
        case DoseDestroyed() as body if state is not None:
            if body.unit != state.unit:
                yield reason("C264", event.stream, kept=state.unit, drawn=body.unit)
            elif amount(body.quantity) != state.remaining:
                kept = plain(state.remaining)
                yield reason("C2222", event.stream, quantity=body.quantity, left=kept)
        case DoseHoldLifted() if state is not None:
            yield from wrongly_lifted(state, event)


def _same_patient(state: Dose, event: Event, coi: str | None) -> Iterator[Reason]:
    """A dose once meant for a patient is for no other; who erred destroys it."""
    subject = next(iter(event.linked("subject")), "")
    other = state.coi and coi and coi != state.coi
    if other or (state.subject and subject and subject != state.subject):
        yield reason("C2221", event.stream, coi=state.coi or "-")


@evolves("dose")
def evolve(state: Dose | None, event: Event) -> Dose:
    """Return the dose after `event`."""
    if isinstance(event.body, DoseFilled):
        return Dose(
            stream=event.stream,
            number=event.body.number,
            status="filled",
            opened=event.body.occurred_at,
            batch=event.linked("batch")[0],
            quantity=event.body.quantity,
            unit=event.body.unit,
            expires_at=event.body.expires_at,
            coi=event.body.coi or "",
        )
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    subject = next(iter(event.linked("subject")), state.subject)
    match event.body:
        case DoseAllocated() as body:
            study = next(iter(event.linked("study")), state.study)
            return replace(state, coi=body.coi or state.coi, subject=subject, study=study)
        case DoseDispensed():
            return replace(state, site=event.linked("site")[0])
        case DoseReceivedAtSite() as body:
            shipment = next(iter(event.linked("shipment")), "")
            site = event.linked("site")[0]
            return replace(state, site=site, shipment=shipment, condition=body.condition)
        case DoseAdministered() as body:
            given = replace(
                state,
                given=added(state.given, body.quantity),
                subject=subject,
                coi=state.coi or body.coi or "",
                study=next(iter(event.linked("study")), state.study),
                administered_at=body.occurred_at,
            )
            return replace(
                given, status="partly_administered" if given.remaining else "administered"
            )
        case DoseDestroyed() as body:
            return replace(state, destroyed=added(state.destroyed, body.quantity))
        case DoseHeld():
            return put_on_hold(replace(state, resume=state.resume or state.status), event)
        case DoseHoldLifted():
            freed = lift_hold(state, event)
            return freed if freed.holds else replace(freed, status=state.resume, resume="")
    return state
