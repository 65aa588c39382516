"""The rules as people read them: what is asked where, on which ground, and what was ruled before.

Every answer is plain JSON with texts in both languages. It decides nothing; gates do that. The
sentences a rule answers are data beside the rules, told in our own words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from custody.domain.model import TYPES, Event
from custody.domain.values import day_of
from custody.errors import InputError
from custody.errors import Text as Words
from custody.rules import pack  # noqa: F401 - importing declares every rule
from custody.rules.model import PACK, REVIEW_BY, RULES, Case, Rule, Ruling, remarks

if TYPE_CHECKING:
    from custody.app.judgement.histories import Histories
    from custody.app.ledger import Ledger

REGIONS: Final = ("CN",)  # the law the pack knows; other countries' permits are recorded only


@cache
def articles() -> dict[str, Any]:
    """Return the sentences of the two articles, by id: gist in both languages, rule or context."""
    return {row["id"]: row for row in _read("articles.json")["sentences"]}


@cache
def known_sources() -> dict[str, Any]:
    """Return the instruments, citations and claims known to the program, whatever the ledger."""
    found: dict[str, Any] = _read("instruments.json")
    return found


def _read(name: str) -> Any:
    place = resources.files("custody.rules") / name
    return json.loads(place.read_text(encoding="utf-8"))


# ---------------------------------------------------------------------- rules


def listed(gate: str | None = None) -> list[dict[str, Any]]:
    """Return the rules, of one gate if given, as cards in order of their ids.

    Raises:
        InputError: C162 no rule is asked at a gate of that name.
    """
    known = sorted({g for r in RULES for g in r.gates})
    if gate is not None and gate not in known:
        raise InputError("C162", where=gate, gate=gate, known=", ".join(known))
    return [card(r) for r in _ordered() if gate is None or gate in r.gates]


def versions(rule_id: str) -> list[dict[str, Any]]:
    """Return every version of one rule, the earliest first; InputError C118 when there is none."""
    found = [r for r in _ordered() if r.id == rule_id]
    if not found:
        near = ", ".join(sorted({r.id for r in RULES if r.id[:3] == rule_id[:3]})) or "–"
        raise InputError("C118", where=rule_id, typed=rule_id, near=near)
    return [card(r) for r in found]


def _ordered() -> list[Rule]:
    return sorted(RULES, key=lambda r: (r.id, r.effective_from))


def card(rule: Rule) -> dict[str, Any]:
    """Return everything there is to say about one version of a rule."""
    return {
        "rule": rule.id,
        "title": both(rule.title),
        "gates": list(rule.gates),
        "severity": rule.severity.value,
        "basis": rule.basis.value,
        "source": rule.source,
        "effective_from": rule.effective_from.isoformat(),
        "effective_to": rule.effective_to.isoformat() if rule.effective_to else "",
        "since_pack": rule.since_pack,
        "until_pack": rule.until_pack or "",
        "remedy": both(rule.remedy),
        "signer_roles": list(rule.signer_roles),
        "override_role": rule.override_role or "",
        "exempt": rule.exempt,
        "sentences": [{"id": s, "gist": articles()[s]["gist"]} for s in rule.sentences],
        "claims": [
            {k: claim[k] for k in ("claim", "statement", "support", "resolution")}
            for claim in known_sources()["claims"]
            if set(claim["sentences"]) & set(rule.sentences)
        ],
    }


def pack_document(version: str = PACK) -> dict[str, Any]:
    """Return what is published about version `version` of the rule pack.

    The digest of a rule covers its texts, so that a released pack shows any change of a word.
    """
    rows = [r for r in _ordered() if r.in_pack(version)]
    return {
        "format": "custody-rule-pack/v1",
        "pack": version,
        "review_by": REVIEW_BY.isoformat(),
        "regions": list(REGIONS),
        "rules": [_published(r) for r in rows],
    }


def pack_digest(version: str = PACK) -> str:
    """Return the SHA-256 of the rules of a pack, in hex, as `instrument adopt` states it."""
    spelt = json.dumps(pack_document(version), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(spelt.encode()).hexdigest()


def _published(rule: Rule) -> dict[str, Any]:
    whole = card(rule)
    texts = [rule.title.en, rule.title.zh, rule.source, rule.remedy.en, rule.remedy.zh]
    kept = (
        *("rule", "gates", "severity", "basis", "effective_from", "effective_to"),
        *("signer_roles", "override_role", "exempt"),
    )
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    return {**{k: whole[k] for k in kept}, "sentences": list(rule.sentences), "texts": digest}


# ---------------------------------------------------------------------- what was ruled


def why(ledger: Ledger, ref: str) -> dict[str, Any]:
    """Return the rulings that let an event pass, or all events of an item, with their evidence.

    Args:
        ref: index of an event in the log, or number or stream of an item.

    Raises:
        InputError: C140 or C141 when `ref` names nothing, or several things.
    """
    with ledger.log.reading():
        histories = ledger.histories()
        events = _named(ledger, histories, ref)
        told = [_told(ledger, histories, event) for event in events]
    return {"ref": ref, "events": [t for t in told if t["rulings"] or t["remarks"]]}


def _named(ledger: Ledger, histories: Histories, ref: str) -> Sequence[Event]:
    if ref.isascii() and ref.isdigit():
        row = next(iter(ledger.models.entries(since=int(ref))), None)
        if row is not None and row["idx"] == int(ref):
            return [e for e in histories.events(row["stream"]) if e.index == int(ref)]
    return list(histories.events(ledger.resolve(ref)))


def _told(ledger: Ledger, histories: Histories, event: Event) -> dict[str, Any]:
    spec, written = TYPES[event.type], event.body.rulings
    return {
        "event": event.index,
        "type": event.type,
        "title": both(spec.title),
        "number": ledger.number_of(event.stream),
        "occurred_at": event.body.occurred_at,
        "gate": spec.gate or "",
        "pack": written.pack if written else "",
        "rulings": [
            {
                **_short(result.rule, day_of(event.body.occurred_at)),
                "outcome": result.outcome,
                "evidence": [
                    {"stream": s, "noun": s.partition(":")[0], "number": ledger.number_of(s)}
                    for s in result.evidence
                ],
            }
            for result in (written.results if written else ())
        ],
        "remarks": remarks_on(histories, event),
    }


def _short(rule_id: str, day: date) -> dict[str, Any]:
    """Return what a rule is about as it read on `day`; a rule of another pack has only its id."""
    for rule in _ordered():
        if rule.id == rule_id and rule.in_force(day):
            named = {"title": both(rule.title), "source": rule.source}
            return {"rule": rule_id, **named, "basis": rule.basis.value}
    return {"rule": rule_id, "title": {"en": "", "zh": ""}, "source": "", "basis": ""}


def remarks_on(histories: Histories, event: Event) -> list[dict[str, Any]]:
    """Return what is to be said beside a written event; the event itself keeps its words."""
    before = histories.state(event.stream, event.index)
    case = Case(event, before, histories.world(event.index))
    return [remark for ruling in remarks(case) for remark in told_answers(ruling)]


def told_answers(ruling: Ruling) -> Iterator[dict[str, Any]]:
    """Yield what a ruling found that does not hold, one row per item."""
    rule = ruling.rule
    for answer in ruling.answers:
        if answer.outcome.value != "satisfied":
            yield {
                "rule": rule.id,
                "outcome": ruling.outcome,
                "where": answer.where,
                "why": both(answer.why),
                "remedy": both(rule.remedy),
                "source": rule.source,
                "basis": rule.basis.value,
                "severity": rule.severity.value,
                "signer_roles": list(rule.signer_roles),
                "override_role": rule.override_role or "",
                "stops": ruling.stops,
            }


def both(words: Words) -> dict[str, str]:
    """Return a text as JSON."""
    return {"en": words.en, "zh": words.zh}
