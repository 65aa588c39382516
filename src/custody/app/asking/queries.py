"""Questions people ask: what is this, where does it come from, what happened, what is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from custody.app.recording.naming import lookup
from custody.domain.model import TYPES
from custody.domain.private_values import standing
from custody.errors import InputError
from custody.evidence.checkpoint import parse_checkpoint
from custody.evidence.disclosure import open_disclosure
from custody.evidence.encoding import b64
from custody.evidence.grants import GRANTED
from custody.evidence.payload import MEANINGS

if TYPE_CHECKING:
    from custody.app.ledger import Ledger
    from custody.app.ports import KeyCard
    from custody.evidence.authority import Authority

# Kinds people work with, in the order of the line of custody; the rest is plumbing.
STAGES = (
    "donation",
    "sample",
    "material",
    "bank",
    "vial",
    "culture",
    "batch",
    "dose",
    "deviation",
    "assessment",
    "permit",
    "shipment",
    "study",
    "subject",
    "product",
    "process",
    "organisation",
    "site",
    "equipment",
    "person",
    "instrument",
)
# Statuses somebody has to do something about, by kind: exceptions come first.
OPEN = {
    "donation": ("registered", "on_hold"),
    "material": ("received", "quarantined"),
    "bank": ("established", "held"),
    "batch": ("started", "completed", "reviewed", "held"),
    "deviation": ("open", "opened", "assessed"),
    "shipment": ("planned", "packed", "sealed", "in_transit"),
    "dose": ("thawed", "held"),
    "equipment": ("out_of_tolerance",),
    "study": ("suspended",),
}
DEEPEST = 64


def meaning_order(meaning: str) -> int:
    """Place signatures as people read them: who performed first, then who verified, and so on."""
    return MEANINGS.index(meaning) if meaning in MEANINGS else len(MEANINGS)


class Queries:
    """Questions to one ledger; every answer is plain JSON."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def status(self) -> dict[str, Any]:
        """Return counts by stage and status, open items, the last checkpoint."""
        ledger = self._ledger
        items = ledger.models.items()
        stages: dict[str, dict[str, int]] = {}
        for item in items:
            if item["kind"] in STAGES:
                counts = stages.setdefault(item["kind"], {})
                counts[item["status"]] = counts.get(item["status"], 0) + 1
        waiting = [_brief(item) for item in items if item["status"] in OPEN.get(item["kind"], ())]
        last = ledger.log.last_checkpoint()
        size = ledger.log.size()
        return {
            "kind": "custody.status/v1",
            "origin": ledger.origin,
            "events": ledger.log.events(),
            "stages": {kind: stages[kind] for kind in STAGES if kind in stages},
            "open": waiting,
            "checkpoint": _checkpoint(last[1]) if last else None,
            "since_checkpoint": size - last[0] if last else size,
        }

    def list(self, noun: str, where: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Return the items of one kind, those with open business first.

        Raises:
            InputError: C152 the kind is not known.
        """
        if noun not in STAGES:
            raise InputError("C152", where=noun, noun=noun, known=", ".join(STAGES))
        rows = self._ledger.models.items(noun)
        for name, value in (where or {}).items():
            rows = [r for r in rows if str(r.get(name, r["state"].get(name))) == value]
        waiting = OPEN.get(noun, ())
        rows.sort(key=lambda r: (r["status"] not in waiting, r["number"]))
        return [
            {**_brief(r), "opened": r["opened"], "state": self._named(r["state"])} for r in rows
        ]

    def show(self, ref: str) -> dict[str, Any]:
        """Return one item: its facts, its lineage one step up and down, its whole history."""
        stream = self._ledger.resolve(ref)
        item = self._ledger.models.item(stream)
        if item is None:
            raise InputError("C140", where=ref, ref=ref, kinds=" / ".join(STAGES))
        models = self._ledger.models
        return {
            "kind": "custody.show/v1",
            **_brief(item),
            "opened": item["opened"],
            "facts": self._named(item["state"]),
            **self._private(stream),
            "made_from": [self._edge(e, "parent") for e in models.edges(stream, up=True)],
            "went_into": [self._edge(e, "child") for e in models.edges(stream, up=False)],
            "history": self._history(stream),
        }

    def trace(self, ref: str, *, up: bool) -> dict[str, Any]:
        """Return where an item comes from (`up`) or what came of it, as a nested tree.

        A branch that was already shown is named again without its children.
        """
        stream = self._ledger.resolve(ref)
        seen: set[str] = set()

        def branch(at: str, rel: str, depth: int) -> dict[str, Any]:
            item = self._ledger.models.item(at)
            node: dict[str, Any] = {
                **(_brief(item) if item else {"stream": at, "number": at, "status": ""}),
                "rel": rel,
                "children": [],
                "again": at in seen,
            }
            if at in seen or depth > DEEPEST:
                return node
            seen.add(at)
            end = "parent" if up else "child"
            node["children"] = [
                branch(edge[end], edge["rel"], depth + 1)
                for edge in self._ledger.models.edges(at, up=up)
            ]
            return node

        return {"kind": "custody.trace/v1", "up": up, "tree": branch(stream, "", 0)}

    def log(
        self,
        ref: str | None = None,
        *,
        type: str | None = None,  # noqa: A002 - the word people use
        who: str | None = None,
        since: int | None = None,
        limit: int | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield the audit trail in order: what, when, who with which meaning."""
        if limit is not None and limit < 1:
            return
        stream = self._ledger.resolve(ref) if ref else None
        keys = self._kids(who) if who else ()
        shown = 0
        for row in self._ledger.models.entries(stream=stream, type=type, since=since):
            entry = self._entry(row)
            if who and all(who != s["name"] and s["kid"] not in keys for s in entry["signers"]):
                continue
            yield entry
            shown += 1
            if limit is not None and shown >= limit:
                return

    def keys(self) -> Sequence[dict[str, Any]]:
        """Return the keys kept here, each with its standing in this ledger."""
        cards = self._ledger.keys.list()
        law = self._ledger.people.authority([card.kid for card in cards])
        return [{**_card(card), **self._standing(card, law)} for card in cards]

    def key(self, name: str) -> dict[str, Any]:
        """Return one key with its standing; SigningKeyError C601 or C602 when it is not one."""
        card = self._ledger.keys.find(name)
        law = self._ledger.people.authority([card.kid])
        return {**_card(card), **self._standing(card, law)}

    def _standing(self, card: KeyCard, law: Authority) -> dict[str, Any]:
        """Return ``standing`` (a word), roles, person, and the event that made it so."""
        known = law.key(card.kid)
        if known is None:
            root = law.public_key(card.kid) is not None
            word = "root" if root else "of_the_ledger" if self._of_ledger(card) else "unknown"
            return {"standing": word, "roles": ["root"] if root else [], "person": "", "event": -1}
        word = "active" if known.accepted is not None else "granted"
        word = "revoked" if known.revoked is not None else word
        event = next(e for e in (known.revoked, known.accepted, known.granted) if e is not None)
        stream = f"person:{known.person}"
        number = self._ledger.number_of(stream)
        person = "" if number == stream else number
        roles = sorted(known.roles)
        return {"standing": word, "roles": roles, "person": person, "event": event}

    def _of_ledger(self, card: KeyCard) -> bool:
        return any(card.public in key.public for key in self._ledger.trust.log_keys)

    # ------------------------------------------------------------------ inside

    def _history(self, stream: str) -> Sequence[dict[str, Any]]:
        """Return the events of an item, each with what is remarked or was said later about it."""
        from custody.app.asking.rulebook import remarks_on

        with self._ledger.log.reading():
            histories = self._ledger.histories()
            beside = {e.index: remarks_on(histories, e) for e in histories.events(stream)}
        rows = [
            {**self._entry(row), "remarks": beside.get(row["idx"], [])}
            for row in self._ledger.models.entries(stream=stream)
        ]
        for row in rows:
            later = [e for e in rows if e.get("about", {}).get("seq") == row["seq"]]
            row["read_again"] = [{k: e[k] for k in ("event", "seq", "title")} for e in later]
        return rows

    def _kids(self, who: str) -> frozenset[str]:
        """Return the ids of the keys called `who`, whose id starts so, or of that staff number."""
        cards = self._ledger.keys.list()
        named = {c.kid for c in cards if c.name == who or (len(who) > 7 and c.kid.startswith(who))}
        person = lookup(self._ledger.read, who, "person")
        rows = self._ledger.models.entries(type=GRANTED) if person else ()
        for row in rows:
            for _, entry in self._ledger.read(row["stream"])[:1]:
                if f"person:{entry.payload.body.get('person')}" == person:
                    named.add(row["stream"].partition(":")[2])
        return frozenset({*named, who})

    def _about(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an event says about an earlier one: which, how it reads now, and why."""
        if not row["type"].startswith("record."):
            return {}
        history = self._ledger.read(row["stream"])
        body = history[row["seq"]][1].payload.body
        leaf = body.get("corrects") or body.get("voids") or body.get("leaf")
        seq = next((e.payload.seq for _, e in history if b64(e.leaf) == leaf), None)
        changes = [
            {"field": c["field"], "was": c.get("was"), "now": c.get("now")}
            for c in body.get("changes", ())
        ]
        return {"about": {"seq": seq, "reason": body.get("reason", ""), "changes": changes}}

    def _entry(self, row: Mapping[str, Any]) -> dict[str, Any]:
        spec = TYPES.get(row["type"])
        return {
            **self._about(row),
            "event": row["idx"],
            "type": row["type"],
            "title": {"en": spec.title.en, "zh": spec.title.zh} if spec else {},
            "number": self._ledger.number_of(row["stream"]),
            "stream": row["stream"],
            "seq": row["seq"],
            "time": row["time"],
            "occurred_at": row["occurred_at"],
            "leaf": row["leaf"],
            "signers": [
                {
                    "name": self._ledger.printed_name(s["kid"]),
                    "kid": s["kid"],
                    "role": s["role"],
                    "meaning": s["meaning"],
                }
                for s in sorted(row["signers"], key=lambda s: meaning_order(s["meaning"]))
            ],
        }

    def _private(self, stream: str) -> dict[str, Any]:
        """Return the private values of an item, or which event keeps them from being shown.

        What an event has restricted or erased is not shown, whatever the vault holds.
        """
        found = standing(self._ledger.histories().events(stream))
        if found.by is not None:
            withheld = {"status": found.status, "event": found.by.index, "request": found.request}
            return {"private": {}, "withheld": withheld}
        values: dict[str, Any] = {}
        for stored in self._ledger.log.stream(stream):
            for disclosure in self._ledger.vault.by_leaf(stored.leaf).values():
                name, value = open_disclosure(disclosure)
                values[name] = value
        return {"private": values, "withheld": None}

    def _edge(self, edge: Mapping[str, Any], end: str) -> dict[str, Any]:
        item = self._ledger.models.item(edge[end])
        return {"rel": edge["rel"], **(_brief(item) if item else {"stream": edge[end]})}

    def _named(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Replace stream ids by the numbers people know."""

        def named(value: Any) -> Any:
            if isinstance(value, str) and _looks_like_stream(value):
                return self._ledger.number_of(value)
            if isinstance(value, Mapping):
                return {k: named(v) for k, v in value.items()}
            if isinstance(value, Sequence) and not isinstance(value, str):
                return [named(v) for v in value]
            return value

        hidden = ("stream", "number", "status", "opened")
        return {k: named(v) for k, v in state.items() if k not in hidden}


def _card(card: KeyCard) -> dict[str, Any]:
    return {"name": card.name, "alg": card.alg, "kid": card.kid, "public": b64(card.public)}


def _looks_like_stream(text: str) -> bool:
    kind, colon, rest = text.partition(":")
    return bool(colon) and kind in STAGES and len(rest) == 32


def _brief(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": item["number"] or item["stream"],
        "noun": item["kind"],
        "status": item["status"],
        "stream": item["stream"],
    }


def _checkpoint(note: bytes) -> dict[str, Any]:
    checkpoint, _ = parse_checkpoint(note)
    return {"size": checkpoint.size, "root": b64(checkpoint.root)}
