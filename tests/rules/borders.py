"""A shipment ready to be sealed, or on its way with its papers, for the tests of export rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.journeys import ready_shipment
from domain.play import Play
from domain.stories import paper

SEALED = "shipment.sealed/v1"
ISSUED = "shipment.bundle_issued/v1"
PERMITS = ("EX1", "HG1", "SG1")
BUNDLE = {
    "sha256": "7c" * 32,
    "events": 120,
    "redaction": "all_withheld",
    "genetic_information": False,
    "personal_data": False,
}


def copied(ready: Play) -> Play:
    """Return a fresh copy of a ledger, gates open for questions."""
    play = Play()
    play.streams = {stream: list(events) for stream, events in ready.streams.items()}
    play.names, play.count = dict(ready.names), ready.count
    return play


def seal(play: Play, *permits: str, **body: Any) -> set[str]:
    """Return what stands against sealing the shipment."""
    fields = {"seal": "SEAL1", "quantity": "4", **body}
    return play.codes(SEALED, "S-1", fields, {"permit": permits or PERMITS})


def issue(play: Play, links: dict[str, Any] | None = None, **body: Any) -> set[str]:
    """Return what stands against giving the bundle to customs."""
    return play.codes(ISSUED, "S-1", {**BUNDLE, **body}, links or {})


def attached(play: Play, kind: str, permits: Iterable[str] = PERMITS, number: str = "") -> None:
    """A transport document with these permit numbers is on file."""
    body = {"paper": kind, "paper_number": number or f"{kind}-1", "documents": [paper(kind)]}
    play.add("shipment.paper_attached/v1", "S-1", body, {"permit": list(permits)})


def sealed(play: Play) -> None:
    """A shipment with everything is sealed."""
    found = ready_shipment(play)
    play.add(SEALED, "S-1", {"seal": "SEAL1", "quantity": "4"}, {"permit": found})


def said(play: Play, rule: str) -> str:
    """Return what a rule said against the event judged last, in English."""
    ruling = next(r for r in play.rulings if r.rule.id == rule)
    return "; ".join(a.why.en for a in ruling.answers if a.why.en)
