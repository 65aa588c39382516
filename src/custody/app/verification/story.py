"""V9, the custody story: does what the events tell hold together for this shipment?

Works over events that are already proved. Lineage reaches donations and lots, what was released
still stands, and the journey was in order. `tell` gives the same facts as plain JSON for people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from custody.app.judgement.histories import Histories, World
from custody.app.judgement.judging import Judged, told
from custody.app.judgement.projecting import is_lineage
from custody.app.judgement.upstream import failed_banks, fallen, unanswered
from custody.app.verification.amendments import amendments
from custody.app.verification.journey import journey, specification
from custody.domain.batch import Batch
from custody.domain.model import Event
from custody.domain.permit import Permit
from custody.domain.private_values import erased_rows
from custody.domain.shipment import Shipment
from custody.domain.shipment_journey import ShipmentExcursionDetected
from custody.evidence.payload import MEANINGS
from custody.rules.model import Outcome
from custody.rules.since_release import speaking_against


def check(
    histories: Histories, shipment: str, events: Sequence[Event], as_of: int
) -> Iterator[Judged]:
    """Yield what does not hold in the story of `shipment` (codes E25, E26, E32 to E34)."""
    world = histories.world()
    state = world.get(shipment)
    if not isinstance(state, Shipment):
        yield told("E25", shipment, "the shipment was never planned", "该发运从未计划")
        return
    if not state.sealed_at:
        yield told("E25", state.number, "the shipment was never sealed", "该发运从未封箱")
    if state.status in ("cancelled", "recalled"):
        yield told(
            "E25",
            state.number,
            f"the shipment is {state.status}",
            f"该发运状态为“{state.status}”",
        )
    if any(h not in ("seal", "excursion") for h in state.holds):
        en, zh = "the shipment is on hold", "该发运处于暂停"
        yield told("E25", state.number, en, zh)
    above = lineage(events, shipment)
    yield from fallen(world, above)
    yield from failed_banks(world, above)
    yield from unanswered(histories, above, events)
    yield from _reaches_the_start(world, state, events)
    yield from journey(histories, state, events, as_of)


def lineage(events: Sequence[Event], start: str) -> list[str]:
    """Return the streams that material flowed from into `start`, itself first."""
    parents = _parents(events)
    reached = {start: None}  # a dict keeps the order and finds quickly
    waiting = [start]
    for stream in waiting:
        new = [p for p in dict.fromkeys(parents.get(stream, ())) if p not in reached]
        reached.update(dict.fromkeys(new))
        waiting += new
    return waiting


def _parents(events: Sequence[Event]) -> dict[str, list[str]]:
    """Return stream → the streams that material flowed from into it, as its events link them."""
    parents: dict[str, list[str]] = {}
    for event in events:
        for link in event.links:
            if is_lineage(event.type, link.rel):
                parents.setdefault(event.stream, []).append(link.stream)
    return parents


def _reaches_the_start(
    world: World, shipment: Shipment, events: Sequence[Event]
) -> Iterator[Judged]:
    for stream in shipment.batches:
        batch = world.get(stream)
        if not isinstance(batch, Batch):
            en, zh = "a batch in the shipment was never started", "发运中有批次从未开始生产"
            yield told("E33", shipment.number, en, zh)
            continue
        number = batch.number
        if not batch.released_at:
            yield told("E33", number, f"batch {number} was never released", f"{number} 从未放行")
        yield from _still_passes(world, batch)
        kinds = {s.partition(":")[0] for s in lineage(events, stream)}
        if "donation" not in kinds:
            en = "the lineage does not reach a donation"
            yield told("E33", number, en, "谱系未追溯至捐献")
        if "material" not in kinds:
            en = "no raw-material lot is recorded for the batch"
            yield told("E33", number, en, "该批次未记录任何物料批")


def _still_passes(world: World, batch: Batch) -> Iterator[Judged]:
    """A test that failed after the release counts as much as one before it."""
    for answer in speaking_against(batch, specification(world, batch.stream)):
        if answer.outcome is Outcome.VIOLATED:
            yield told("E25", batch.number, answer.why.en, answer.why.zh)


def tell(
    histories: Histories,
    shipment: str,
    events: Sequence[Event],
    printed: Callable[[str], str],
) -> dict[str, Any]:
    """Return the story of a shipment as plain JSON; `printed` gives the name behind a key."""
    world = histories.world()
    state = world.get(shipment)
    if not isinstance(state, Shipment):
        return {}

    def name(stream: str) -> str:
        found = world.get(stream)
        if found is None:
            return stream
        legal = getattr(found, "name", "") or getattr(found, "legal_name", "")
        return f"{legal} ({found.number})" if legal else found.number

    reached = lineage(events, shipment)
    parents = _parents(events)
    return {
        "shipment": state.number,
        "status": state.status,
        "shipper": name(state.shipper),
        "consignee": name(state.consignee),
        "custodian": name(state.custodian),
        "destination": state.destination,
        "purpose": state.purpose,
        "trial": state.trial,
        "seal": state.seal,
        "sealed_at": state.sealed_at,
        "doses": state.doses,
        "hs_code": state.hs_code,
        "declaration": state.declaration,
        "customs": state.customs,
        "holds": list(state.holds),
        "disposition": state.disposition,
        "batches": [_batch(world, s, name) for s in state.batches],
        "lineage": [
            {
                "noun": s.partition(":")[0],
                "number": found.number,
                "status": found.status,
                "from": [
                    {"noun": p.partition(":")[0], "number": parent.number}
                    for p in dict.fromkeys(parents.get(s, ()))
                    if (parent := world.get(p)) is not None
                ],
            }
            for s in reached
            if (found := world.get(s)) is not None
        ],
        "permits": [
            {
                "number": p.number,
                "kind": p.permit_kind,
                "authority": p.authority,
                "status": p.status,
                "valid_from": p.valid_from,
                "valid_until": p.valid_until,
            }
            for p in sorted(
                (p for p in map(world.get, state.permits) if isinstance(p, Permit)),
                key=lambda p: p.number,
            )
        ],
        "containers": [
            {"serial": c.serial, "logger": c.logger, "doses": c.doses, "batch": name(c.batch)}
            for c in state.containers
        ],
        "hand_overs": [
            {
                "from": name(leg.giver),
                "to": name(leg.receiver),
                "given_at": leg.given_at,
                "accepted_at": leg.accepted_at,
                "place": leg.place,
                "seal_intact": leg.intact,
            }
            for leg in state.legs
        ],
        "temperatures": [
            {
                "logger": log.logger,
                "from": log.started_at,
                "to": log.ended_at,
                "readings": log.readings,
                "minimum": log.minimum,
                "maximum": log.maximum,
                "unit": "Cel",
                "gaps": log.gaps,
            }
            for log in state.logs
        ],
        "excursions": [
            {
                "logger": event.body.logger,
                "kind": event.body.excursion,
                "from": event.body.started_at,
                "to": event.body.ended_at or "",
                "extreme": event.body.extreme or "",
            }
            for event in events
            if isinstance(event.body, ShipmentExcursionDetected) and event.stream == shipment
        ],
        "amendments": amendments(world, events, printed),
        "documents": _documents(world, events),
        "erased": erased_rows(histories.events, events, name),
        "signatures": _signatures(world, events, reached, printed),
    }


def _batch(world: World, stream: str, name: Callable[[str], str]) -> dict[str, Any]:
    batch = world.get(stream)
    if not isinstance(batch, Batch):
        return {"number": stream}
    limits = specification(world, stream)
    return {
        "number": batch.number,
        "product": name(batch.product),
        "status": batch.status,
        "released_at": batch.released_at,
        "expires_at": batch.expires_at,
        "made_from": [name(s) for s in batch.made_from],
        "deviations": [name(s) for s in batch.deviations],
        "storage_min": limits.storage_min if limits else "",
        "storage_max": limits.storage_max if limits else "",
    }


def _documents(world: World, events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return every document the record speaks of, at its first mention, by digest."""
    rows: dict[str, dict[str, Any]] = {}
    for event in events:
        state = world.get(event.stream)
        for document in event.body.documents:
            if document.sha256 not in rows:
                rows[document.sha256] = {
                    "kind": document.kind,
                    "name": document.name,
                    "sha256": document.sha256,
                    "size": document.size,
                    "number": state.number if state else event.stream,
                }
    return list(rows.values())


def _signatures(
    world: World, events: Sequence[Event], reached: Sequence[str], printed: Callable[[str], str]
) -> list[dict[str, Any]]:
    """Return every signature on the material's way: printed name, time and meaning."""
    rows = []
    for event in events:
        state = world.get(event.stream)
        rows += [
            {
                "event": event.index,
                "type": event.type,
                "number": state.number if state else event.stream,
                "name": printed(signed.kid),
                "role": signed.role,
                "meaning": signed.meaning,
                "signed_at": event.time,
                "occurred_at": event.body.occurred_at,
            }
            for signed in sorted(event.signers, key=lambda s: MEANINGS.index(s.meaning))
            if event.stream in reached
        ]
    return rows
