"""What the events of a shipment add up to: contents, papers, custody, condition."""

from __future__ import annotations

from dataclasses import dataclass

from custody.domain.model import State
from custody.domain.shipment_packing import DeclaredLot


@dataclass(frozen=True, slots=True)
class Container:
    """Doses of one batch in one transport container, with its logger."""

    batch: str
    doses: int
    serial: str
    logger: str
    qualified_until: str
    unit: str = ""
    requalified_on: str = ""
    hold_hours: int | None = None
    transit_hours: int | None = None
    leak_proof: bool | None = None
    biosafety_mark: bool | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One hand-over; `accepted_at` is empty while the receiver has not signed."""

    giver: str
    receiver: str
    givers: tuple[str, ...]
    given_at: str
    place: str
    intact: bool
    accepted_at: str = ""

    @property
    def open(self) -> bool:
        """Whether the receiver has still to accept it."""
        return not self.accepted_at


@dataclass(frozen=True, slots=True)
class TemperatureLog:
    """The summary of one logger's record; temperatures in degrees Celsius."""

    logger: str
    started_at: str
    ended_at: str
    readings: int
    minimum: str
    maximum: str
    gaps: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A transport document and the permits whose numbers are printed on it."""

    kind: str
    number: str
    permits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment(State):
    """A shipment: what is in it, who has it now, and how it fared.

    `holds` lists what stands against using the doses: ``seal`` (found broken), ``excursion``,
    ``customs`` (refused), ``decision``, or the stream of bad news that a look-back followed down;
    `disposition` is quality's latest judgement of the journey, which answers the first two.
    `scope` and `customs` are empty until decided; `legs` holds no hand-over that was called off.
    """

    batches: tuple[str, ...]
    shipper: str
    consignee: str
    carriers: tuple[str, ...]
    permits: tuple[str, ...]
    destination: str
    purpose: str
    trial: str
    planned_on: str
    custodian: str
    containers: tuple[Container, ...] = ()
    declaration: str = ""
    hs_code: str = ""
    seal: str = ""
    sealed_at: str = ""
    legs: tuple[Leg, ...] = ()
    called_off_at: str = ""
    logs: tuple[TemperatureLog, ...] = ()
    received_doses: int | None = None
    disposition: str = ""
    activity: str = ""
    goods: tuple[DeclaredLot, ...] = ()
    control_codes: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()
    scope: str = ""
    dangerous_goods: str = ""
    customs: str = ""
    excursions: int = 0
    bundles: tuple[str, ...] = ()
    reconciled: bool = False

    @property
    def parents(self) -> tuple[str, ...]:
        """The batches it was planned to carry."""
        return self.batches

    @property
    def doses(self) -> int:
        """Number of doses packed so far."""
        return sum(c.doses for c in self.containers)

    @property
    def open_leg(self) -> Leg | None:
        """The hand-over that waits for its receiver, None when there is none."""
        return self.legs[-1] if self.legs and self.legs[-1].open else None
