"""The whole story, bent: acts left out, changed or put in, whatever the rules and states say.

What a program without any check would write, signed with the real keys. The evidence of such a
ledger is sound; only the order of things (V7) and the custody story (V9) tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

from contract.attacks_case import Attack
from contract.vector_ledger import VectorLedger
from contract.vector_story import CONSIGNEE, PEOPLE, By, play
from custody.app.recording import acting
from custody.app.recording.acting import Draft
from custody.domain.values import Rulings
from custody.evidence.authority import Authority
from custody.evidence.bundle import Bundle
from evidence.cast import Person


@dataclass(frozen=True)
class Act:
    """One act as the story would do it."""

    type: str
    subject: str
    body: Mapping[str, Any]
    by: By
    links: tuple[tuple[str, str], ...] = ()
    private: Mapping[str, str] = field(default_factory=dict)

    def saying(self, **changes: Any) -> Act:
        """Return the act with other values in its body; None takes a value away."""
        body = {k: v for k, v in {**self.body, **changes}.items() if v is not None}
        return replace(self, body=body)

    def signed_by(self, *by: tuple[Person, str, str]) -> Act:
        """Return the act with other signers (person, role, meaning)."""
        return replace(self, by=list(by))

    def to(self, **links: str | list[str]) -> Act:
        """Return the act with other links for these relations; an empty list takes them away."""
        kept = tuple(row for row in self.links if row[0] not in links)
        more = [(rel, s) for rel, t in links.items() for s in ([t] if isinstance(t, str) else t)]
        return replace(self, links=(*kept, *more))


Bend = Callable[[Act], Iterable[Act]]


@dataclass
class BentLedger(VectorLedger):
    """Does what `bends` say instead of the acts named (type without version, and subject)."""

    bends: Mapping[str, Bend] = field(default_factory=dict)
    roles: Mapping[Person, list[str]] = field(default_factory=dict)
    ruled: Mapping[str, Callable[[Rulings], Rulings]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def act(self, type_name: str, subject: str, body: Any, by: Any, **rest: Any) -> None:
        """Do one act of the story, or what stands for it."""
        short = type_name.partition("/")[0]
        rest.pop("lawless", None)
        given = Act(
            type_name, subject, body, by, rest.pop("links", ()), rest.pop("private", {}) or {}
        )
        for key in (f"{short} {subject}", short):
            if key in self.bends:
                self.used.add(key)
                for act in self.bends[key](given):
                    self.force(act, **rest)
                return
        self.force(given, **rest)

    def force(self, act: Act, minutes: int = 10) -> None:
        """Write an act past every check of the program; numbers are claimed as usual."""
        short = act.type.partition("/")[0]
        real, lie = acting.recorded, self.ruled.get(short)

        def recorded(rulings: Any) -> Any:
            told = real(rulings)
            return lie(told) if lie and told else told

        with (
            patch.object(acting, "recorded", recorded),
            patch.object(acting, "objections", lambda *_: []),
            patch.object(Authority, "judge_payload", lambda *_: []),
            patch.object(Draft, "_not_before", lambda *_: None),
        ):
            super().act(
                act.type,
                act.subject,
                act.body,
                act.by,
                links=act.links,
                private=dict(act.private),
                minutes=minutes,
                lawless=True,
            )

    def grant(self, who: Person, roles: list[str], *rest: Any, **changes: Any) -> None:
        """Grant a key, with the roles that this story gives to that person."""
        super().grant(who, self.roles.get(who, roles), *rest, **changes)


def bent(
    bends: Mapping[str, Bend] | None = None,
    *types: str,
    roles: Mapping[Person, list[str]] | None = None,
    ruled: Mapping[str, Callable[[Rulings], Rulings]] | None = None,
    then: Callable[[BentLedger], object] | None = None,
) -> Callable[[], BentLedger]:
    """Return what builds the ledger of a bent story, sealed.

    Args:
        types: event types allowed beside those of the story.
        roles: person -> the roles granted in this story.
        ruled: event type without version -> changes what the event says the rules answered.
        then: does more after the story.
    """

    def build() -> BentLedger:
        ledger = BentLedger(bends=bends or {}, roles=roles or {}, ruled=ruled or {})
        assert not set(ledger.roles) - set(PEOPLE)
        play(ledger, *types)
        missing = set(ledger.bends) - ledger.used
        assert not missing, f"the story has no {missing}"
        if then:
            then(ledger)
        ledger.seal()
        return ledger

    return build


def nothing(_: Act) -> Iterable[Act]:
    """Leave the act out."""
    return ()


def saying(**changes: Any) -> Bend:
    """Do the act with other values in its body."""
    return lambda act: (act.saying(**changes),)


def declaring(**changes: Any) -> Bend:
    """Do the declaration with other particulars of its goods."""
    return lambda act: (act.saying(goods=[{**act.body["goods"][0], **changes}]),)


def read_again(ledger: VectorLedger, by: Person = CONSIGNEE, **changes: Any) -> None:
    """Read the logger of the shipment, whose reading comes last, once more."""
    shipment = ledger.stream("SHP-2026-007")
    body = {**ledger.events(shipment)[-1][1].payload.body, "occurred_at": ledger.local()}
    by_reader: By = [(by, "performed", "receiver")]
    ledger.append(shipment, "shipment.temperature_logged/v1", by_reader, body=body, **changes)


def told_in(
    name: str,
    en: str,
    zh: str,
    whole: Bundle | Callable[[], VectorLedger],
    code: str,
    *also: str,
    step: str = "V9",
    number: str = "",
    **rest: Any,
) -> Attack:
    """Return an attack on the story; `also` are further codes of V9 it cannot avoid."""
    more = tuple(("V9", c) for c in also)
    return Attack(name, number, en, zh, whole, step, code, also=more, **rest)
