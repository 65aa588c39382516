"""The tables behind judging: event types, rules and the states of a whole ledger."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from custody.app.judgement.histories import Histories
from custody.app.judgement.projecting import plain
from custody.demo.play import DemoResult
from custody.domain import nouns  # noqa: F401 - importing declares every type
from custody.domain.model import TYPES, TypeSpec
from custody.rules import pack  # noqa: F401 - importing declares every rule
from custody.rules.model import PACK, RULES, Rule
from custody.wiring.ledger import open_ledger
from page.law.conftest import Ask
from page.law.questions import proved

TABLE = "() => asking.tables()"
STATES = "(given) => asking.states(given)"


def row(of: Any, names: list[str]) -> dict[str, Any]:
    """Return fields of a declaration as JSON; functions and classes by their names."""
    return {name: shown(getattr(of, name)) for name in names}


def shown(value: Any) -> Any:
    """Return a value of a declaration as JSON."""
    if hasattr(value, "__dataclass_fields__"):
        return row(value, [f.name for f in fields(value)])
    if isinstance(value, tuple):
        return [shown(part) for part in value]
    if isinstance(value, dict):
        return {key: shown(part) for key, part in value.items()}
    if isinstance(value, str | int | bool) or value is None:
        return value
    return getattr(value, "__name__", str(value))


def test_event_types_are_declared_alike(ask: Ask) -> None:
    names = [f.name for f in fields(TypeSpec) if f.name != "meaning"]
    derived = ["aliases", "decisive", "takes", "settles", "correctable", "voidable"]
    mine = {name: row(spec, names + derived) for name, spec in TYPES.items()}
    assert ask(TABLE, None)["types"] == mine
    assert len(mine) > 190


def test_rules_are_declared_alike_and_belong_to_the_same_pack(ask: Ask) -> None:
    mine = [row(rule, [f.name for f in fields(Rule)]) for rule in RULES]
    theirs = ask(TABLE, None)
    assert sorted(theirs["rules"], key=order) == sorted(mine, key=order)
    assert theirs["pack"] == PACK


def order(rule: dict[str, Any]) -> tuple[str, str]:
    """Order rules by id and the day from which they are asked."""
    return rule["id"], rule["effective_from"]


def test_every_event_of_the_demo_ledger_leads_to_the_same_state(
    ask: Ask, played: DemoResult
) -> None:
    with open_ledger(played.folder) as ledger:
        histories = ledger.histories()
        streams = dict.fromkeys(row["stream"] for row in ledger.models.entries())
        entries = sorted((pair for s in streams for pair in ledger.read(s)), key=lambda p: p[0])
        keys = {s.kid for _, entry in entries for s in entry.payload.signers}
        given = {
            "proved": [proved(index, entry) for index, entry in entries],
            "persons": {kid: ledger.people.person_of(kid) for kid in sorted(keys)},
        }
        mine = [state(histories, entry.payload.stream, index) for index, entry in entries]
    assert len(mine) > 400
    theirs = ask(STATES, given)
    assert [n for n, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b] == []


def state(histories: Histories, stream: str, index: int) -> Any:
    """Return the state of a stream after the event at `index`, as JSON."""
    found = histories.state(stream, index + 1)
    return plain(asdict(found)) if found is not None else None
