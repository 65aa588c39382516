"""Instruments, citations and claims behind the rules: those known here and the ledger's own.

They are kept as data. What a source said is shown word for word, beside what the text of the law
says to it and how it was resolved; nothing is rewritten.
"""

from __future__ import annotations

from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any

from custody.app.asking.rulebook import known_sources, pack_digest
from custody.domain.instrument import Instrument
from custody.domain.values import canonical_number, day_of
from custody.rules.model import PACK, REVIEW_BY

if TYPE_CHECKING:
    from custody.app.ledger import Ledger


def sources(ledger: Ledger | None = None) -> dict[str, Any]:
    """Return instruments, doubtful citations and claims: those known here, and the ledger's own."""
    known = known_sources()
    found = {"pack": PACK, "sha256": pack_digest(), "review_by": REVIEW_BY.isoformat()}
    document: dict[str, Any] = {
        **found,
        "instruments": [dict(row) for row in known["instruments"]],
        "aliases": [dict(row) for row in known["aliases"]],
        "claims": [{**row, "resolved_by": ""} for row in known["claims"]],
        "adopted": [],
        "turnaround": [],
    }
    if ledger is not None:
        with ledger.log.reading():
            _add_own(ledger, document)
        document["turnaround"] = turnaround(ledger)
    return document


def _add_own(ledger: Ledger, document: dict[str, Any]) -> None:
    histories = ledger.histories()
    ours = {canonical_number(row["id"]) for row in document["instruments"]}
    for item in ledger.models.items("instrument"):
        state = histories.state(item["stream"])
        if not isinstance(state, Instrument):
            continue
        if state.number not in ours and state.instrument_kind != "rule_pack":
            document["instruments"].append(_own_instrument(state))
        for alias in state.aliases:
            document["aliases"].append(
                {
                    "instrument": state.number,
                    "text_as_cited": alias.text_as_cited,
                    "cited_in": alias.cited_in,
                    "standing": alias.standing,
                    "belongs_to": alias.belongs_to,
                }
            )
        for claim in state.claims:
            document["claims"].append(
                {
                    "claim": claim.claim,
                    "instrument": state.number,
                    "statement": claim.statement,
                    "source": claim.source,
                    "source_kind": claim.source_kind,
                    "support": claim.support,
                    "checked_on": claim.checked_on,
                    "resolution": {"en": claim.chosen, "zh": claim.chosen},
                    "resolved_by": "regulatory_affairs" if claim.chosen else "",
                }
            )
        for adoption in state.packs:
            current = adoption.pack == PACK
            document["adopted"].append(
                {
                    "pack": adoption.pack,
                    "sha256": adoption.sha256,
                    "adopted_at": adoption.adopted_at,
                    "matches": adoption.sha256 == pack_digest() if current else None,
                }
            )


def _own_instrument(state: Instrument) -> dict[str, Any]:
    return {
        "id": state.number,
        "kind": state.instrument_kind,
        "order_number": state.order_number,
        "title": {"en": state.title_en, "zh": state.title_zh},
        "issuer": state.issuer,
        "promulgated": state.promulgated,
        "in_force_from": state.in_force_from,
        "in_force_until": state.in_force_until,
        "source": state.source,
        "text_form": state.text_form,
        "text_language": state.text_language,
    }


def turnaround(ledger: Ledger) -> list[dict[str, Any]]:
    """Return, by kind of permit, the median of calendar days from submission to decision."""
    histories = ledger.histories()
    taken: dict[str, list[int]] = {}
    for item in ledger.models.items("permit"):
        submitted: date | None = None
        for event in histories.events(item["stream"]):
            state, day = getattr(event.body, "state", ""), day_of(event.body.occurred_at)
            if state == "submitted":
                submitted = day
            elif state in ("accepted", "issued", "refused") and submitted is not None:
                kind = str(item["state"].get("permit_kind", ""))
                taken.setdefault(kind, []).append((day - submitted).days)
                submitted = None
    return [
        {"permit_kind": kind, "cases": len(days), "median_days": median(days)}
        for kind, days in sorted(taken.items())
    ]
