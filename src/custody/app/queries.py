"""Questions people ask: what is this, where does it come from, what happened, what is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from custody.domain.model import TYPES
from custody.errors import InputError
from custody.evidence.checkpoint import parse_checkpoint
from custody.evidence.disclosure import open_disclosure
from custody.evidence.encoding import b64
from custody.evidence.payload import MEANINGS

if TYPE_CHECKING:
    from custody.app.ledger import Ledger

# Kinds people work with, in the order of the line of custody; the rest is plumbing.
STAGES = (
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
    "product",
    "organisation",
    "person",
)
# Statuses somebody has to do something about, by kind: exceptions come first.
OPEN = {
    "donation": ("registered", "on_hold"),
    "material": ("received", "quarantined"),
    "bank": ("established", "held"),
    "batch": ("started", "completed", "reviewed", "held"),
    "deviation": ("open", "opened", "assessed"),
    "shipment": ("planned", "packed", "sealed", "in_transit"),
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
            "events": size,
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
            "private": self._private(stream),
            "made_from": [self._edge(e, "parent") for e in models.edges(stream, up=True)],
            "went_into": [self._edge(e, "child") for e in models.edges(stream, up=False)],
            "history": [self._entry(row) for row in models.entries(stream=stream)],
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
        stream = self._ledger.resolve(ref) if ref else None
        shown = 0
        for row in self._ledger.models.entries(stream=stream, type=type, since=since):
            entry = self._entry(row)
            if who and all(who not in (s["name"], s["kid"]) for s in entry["signers"]):
                continue
            yield entry
            shown += 1
            if limit is not None and shown >= limit:
                return

    # ------------------------------------------------------------------ inside

    def _entry(self, row: Mapping[str, Any]) -> dict[str, Any]:
        spec = TYPES.get(row["type"])
        return {
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
        found: dict[str, Any] = {}
        for stored in self._ledger.log.stream(stream):
            for disclosure in self._ledger.vault.by_leaf(stored.leaf).values():
                name, value = open_disclosure(disclosure)
                found[name] = value
        return found

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
