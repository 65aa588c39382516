"""Ask a gate about an item without writing anything: what stands in the way, exceptions first.

The act is imagined: what is not said is taken from the item itself, from what it is linked to, or
stands in from the published example of the type. The answer is about the rules only; the state
machine and the signatures are judged when somebody really records the act.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from custody import contract
from custody.app.recording.bodies import body_of, stamp
from custody.app.recording.naming import resolve, schemes
from custody.domain.model import ANYONE, TYPES, Body, Event, Link, Signed, State, TypeSpec
from custody.errors import InputError
from custody.rules.model import Case, Ruling, evaluate

if TYPE_CHECKING:
    from custody.app.judgement.histories import World
    from custody.app.ledger import Ledger

LEAST: Final = "0.000000001"  # the smallest amount that can be drawn: may anything be taken at all?
NOBODY: Final = "0" * 32
ORDER: Final = ("violated", "unknown", "risk_assessed", "overridden", "not_applicable", "satisfied")


def gates() -> tuple[str, ...]:
    """Return the names of all gates that stand before an event type, in alphabetical order."""
    return tuple(sorted({spec.gate for spec in TYPES.values() if spec.gate}))


def explain_gate(
    ledger: Ledger,
    gate: str,
    ref: str,
    *,
    fields: Mapping[str, Any] | None = None,
    links: Sequence[tuple[str, str]] = (),
    by: str = "",
    at: str = "",
) -> list[Ruling]:
    """Return how each rule of `gate` would be decided for the item `ref`, exceptions first.

    Args:
        gate: name of a gate, for example ``export``.
        ref: number or stream of the item: the subject of the act, or what the act takes.
        fields: body fields of the imagined act, as far as they matter.
        links: (relation, number or stream), in addition to what the item itself names.
        by: staff number of the person who would sign; nobody is named when empty.
        at: instant of the act with its offset; now when empty.

    Raises:
        InputError: C162 no such gate, C163 the gate is not asked about this kind of item, C140 or
            C141 a number names nothing or too much.
    """
    wanted = [s for s in TYPES.values() if s.gate == gate]
    if not wanted:
        raise InputError("C162", where=gate, gate=gate, known=", ".join(gates()))
    with ledger.log.reading():
        stream = resolve(ledger.read, ref, tuple(schemes()))
        spec, subject, taken = _act(wanted, gate, ref, stream)
        histories = ledger.histories()
        world = histories.world()
        found = list(taken)
        for rel, target in links:
            rule = spec.link(rel)
            kinds = rule.kinds if rule else ("assessment",)
            found.append((rel, resolve(ledger.read, target, kinds)))
        named = {rel for rel, _ in found}
        found += [pair for pair in _own_links(spec, world.get(subject)) if pair[0] not in named]
        moment = at or _local(ledger.clock())
        given = {**(fields or {}), "occurred_at": moment}
        signers = _signers(spec, resolve(ledger.read, by, ("person",)) if by else "")
        event = Event(
            index=ledger.log.size(),
            leaf="",
            stream=subject,
            seq=len(histories.events(subject)),
            type=spec.name,
            time=stamp(ledger.clock()),
            signers=signers,
            links=tuple(Link(rel, target, "") for rel, target in dict.fromkeys(found)),
            body=_body(spec, given, world, subject, [t for _, t in found]),
        )
        return exceptions_first(evaluate(Case(event, histories.state(subject), world)))


def exceptions_first(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Sort rulings: what stops the act, what is advised against, what was lifted, what holds."""
    return sorted(rulings, key=lambda r: (not r.stops, ORDER.index(r.outcome), r.rule.id))


def _act(
    wanted: Sequence[TypeSpec], gate: str, ref: str, stream: str
) -> tuple[TypeSpec, str, list[tuple[str, str]]]:
    """Choose the act the gate stands before: on the item, or on a new item that would take it."""
    kind = stream.partition(":")[0]
    for spec in wanted:
        if kind in spec.kinds and not spec.opens:
            return spec, stream, []
    for spec in wanted:
        for rule in spec.links:
            if kind in rule.kinds:
                return spec, f"{spec.kinds[0]}:{NOBODY}", [(rule.rel, stream)]
    kinds = {k for s in wanted for k in (*s.kinds, *(k for r in s.links for k in r.kinds))}
    raise InputError("C163", where=ref, gate=gate, noun=kind, kinds=" / ".join(sorted(kinds)))


def _own_links(spec: TypeSpec, state: State | None) -> list[tuple[str, str]]:
    """Return the links the item already names: a shipment its permits, a vial its bank."""
    found = []
    for rule in spec.links:
        value = getattr(state, rule.rel, None) or getattr(state, f"{rule.rel}s", None) or ()
        streams = (value,) if isinstance(value, str) else tuple(value)
        found += [(rule.rel, s) for s in streams if str(s).partition(":")[0] in rule.kinds]
    return found


def _body(
    spec: TypeSpec, given: Mapping[str, Any], world: World, subject: str, taken: Sequence[str]
) -> Body:
    """Return the checked body; what the act must say and nobody said is filled in."""
    item, example = world.get(subject), _example(spec.name)
    fields = dict(given)
    for name, field in spec.body.model_fields.items():
        if name in fields or not field.is_required():
            continue
        fields[name] = example.get(name)
        if name == "quantity":
            doses = getattr(item, "doses", None)  # of these there are whole ones only
            fields[name] = LEAST if doses is None else str(doses or 1)
        elif name == "unit":
            units = [getattr(world.get(s), "unit", "") for s in taken]
            fields[name] = next((u for u in units if u), example.get(name))
    return body_of(spec, fields, subject)


def _example(type_name: str) -> dict[str, Any]:
    entry = contract.types().get(type_name)
    if entry is None:
        return {}
    found: dict[str, Any] = contract.read(f"{entry['path']}/example.json")
    body = found.get("body", found)
    return dict(body) if isinstance(body, dict) else {}


def _signers(spec: TypeSpec, person: str) -> tuple[Signed, ...]:
    """Return the signature the act would bear; the kid is empty, nothing is signed."""
    wanted = spec.signers if spec.every else spec.signers[:1]
    return tuple(
        Signed("", person if n == 0 else "", "" if s.role == ANYONE else s.role, s.meaning)
        for n, s in enumerate(wanted)
    )


def _local(now: int) -> str:
    return datetime.fromtimestamp(now, UTC).astimezone().isoformat(timespec="seconds")
