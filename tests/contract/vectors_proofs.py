"""Vectors of bundles in which something was changed, left out or put in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from contract.bundle_cases import (
    BATCH,
    BY_COLLECTOR,
    BY_MAKER,
    BY_WAREHOUSE,
    OTHER_SAMPLE,
    SAMPLE,
    SHIPMENT,
    Case,
    Edit,
    bundle,
    edited,
    made,
    payload_of,
    sealed,
    short,
    short_sealed,
    type_of,
    write,
)
from contract.vector_cases import Vector
from contract.vector_ledger import VectorLedger
from contract.vector_story import MAKER, QA, SECOND
from custody.evidence import names
from custody.evidence.bundle import Bundle, BundledEvent, BundledStream
from custody.evidence.encoding import b64
from custody.evidence.payload import Link
from evidence.cast import STRANGER
from evidence.ledgers import sign


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from made(seals, entries, streams)


def seals() -> Iterator[Case]:
    ledger = short()
    first = ledger.seal()
    heads = {s: ledger.map_proof(s) for s in (BATCH, SAMPLE)}
    last = write(ledger, BATCH, "batch.completed/v1", BY_MAKER)
    ledger.seal()
    whole = bundle(ledger)
    size = len(ledger.leaves)
    before = replace(
        whole,
        seal=ledger.wires[first.index],
        seal_path=tuple(ledger.inclusion(first.index, size)),
    )
    yield Case("earlier_seal", "The seal is not the last leaf.", before, "E08", "V3")
    mixed = edited(whole, lambda f: f["seal"]["lines"].__setitem__(3, str(first.time)))
    yield Case("seal_changed", "The time of another seal.", mixed, "E08", "V3")

    def as_before(row: BundledStream) -> BundledStream:
        if row.stream != BATCH:
            return row
        head, proof = heads[BATCH]
        return replace(row, head=head, copath=proof.copath)

    kept = tuple(e for e in whole.events if e.index != last)
    cut = replace(whole, events=kept, streams=tuple(map(as_before, whole.streams)))
    why = "The last event is left out, with the map proof of an earlier seal."
    yield Case("last_event_cut_off", why, cut, "E16", "V4")


def entries() -> Iterator[Case]:
    whole = bundle(short_sealed())

    def changed(name: str, why: str, edit: Edit, code: str) -> Case:
        return Case(name, why, edited(whole, edit), code, "V3")

    def swap(fields: dict[str, Any]) -> None:
        first, second = fields["events"][3], fields["events"][4]
        first["p"], second["p"] = second["p"], first["p"]

    def text(position: int, change: Callable[[str], str]) -> Edit:
        def edit(fields: dict[str, Any]) -> None:
            event = fields["events"][position]
            event["e"] = change(event["e"])

        return edit

    def reworded(old: bytes, new: bytes) -> Callable[[str], str]:
        def change(entry: str) -> str:
            inner = payload_of(entry.encode())
            assert old in inner
            return entry.replace(b64(inner), b64(inner.replace(old, new)))

        return change

    yield changed("proofs_swapped", "The proofs of two events.", swap, "E14")
    yield changed("proof_cut", "A hash is missing.", lambda f: f["events"][3]["p"].pop(), "E14")
    body = text(-1, reworded(b"+08:00", b"+09:00"))
    yield changed("body_changed", "The local offset of what happened.", body, "E14")
    yield changed(
        "signature_replaced",
        "Another signature under the same key.",
        text(-1, _other_signature),
        "E14",
    )
    yield changed(
        "payload_type_changed",
        "Not the type of an event.",
        text(-1, lambda e: e.replace("custody.event", "custody.trust-root")),
        "E11",
    )
    yield changed(
        "space_in_entry",
        "Another spelling of the same event.",
        text(-1, lambda e: e.replace(",", ", ", 1)),
        "E11",
    )
    yield changed(
        "payload_not_canonical",
        "Another spelling of the same words.",
        text(-1, reworded(b'"v":1', b'"v": 1')),
        "E12",
    )
    later = edited(whole, text(-1, reworded(b'"v":1', b'"v":2')))
    yield Case(
        "later_payload_format",
        "A version this verifier cannot know.",
        later,
        "E12",
        "V3",
        open=True,
    )

    ledger = short()
    write(ledger, SHIPMENT, "shipment.teleported/v1", BY_MAKER)
    why = "A type this verifier cannot know; it may mean anything."
    yield Case("unknown_type", why, bundle(sealed(ledger)), "E12", "V3", open=True)
    ledger = short()
    write(ledger, SHIPMENT, "shipment.planned/v1", BY_WAREHOUSE, log="custody.example/site-2")
    why = "Signed for another ledger and put into this one."
    yield Case("event_of_another_ledger", why, bundle(sealed(ledger)), "E13", "V3")


def _other_signature(entry: str) -> str:
    fields = json.loads(entry)
    for row in fields["signatures"]:
        row["sig"] = b64(STRANGER.private.sign(b"something else"))
    return json.dumps(fields, separators=(",", ":"))


def streams() -> Iterator[Case]:
    ledger = short_sealed()
    whole = bundle(ledger)

    def without(*gone: str) -> Bundle:
        kept = tuple(
            e for e in whole.events if json.loads(payload_of(e.wire))["stream"] not in gone
        )
        rows = tuple(row for row in whole.streams if row.stream not in gone)
        return replace(whole, events=kept, streams=rows)

    completed = [e for e in whole.events if type_of(e.wire) != "batch.completed/v1"]
    why = "The last event of the batch is left out, the head kept."
    yield Case("last_event_left_out", why, replace(whole, events=tuple(completed)), "E15", "V4")
    accepted = _at(ledger, MAKER.stream, 1)
    kept = tuple(e for e in whole.events if e.index != accepted)
    yield Case(
        "acceptance_left_out", "The last event of a key.", replace(whole, events=kept), "E15", "V4"
    )
    ledger = short()
    write(ledger, BATCH, "batch.released/v1", [(QA, "released", "quality_authority")])
    full = bundle(sealed(ledger))
    middle = tuple(e for e in full.events if type_of(e.wire) != "batch.completed/v1")
    why = "An event in the middle is left out."
    yield Case("middle_event_left_out", why, replace(full, events=middle), "E15", "V4")
    yield Case(
        "parent_left_out", "The sample the batch is made from.", without(SAMPLE), "E18", "V4"
    )
    yield Case(
        "key_left_out",
        "The key of a signer, and so its revocation.",
        without(SECOND.stream),
        "E18",
        "V4",
    )
    alias = names.alias_stream("batch-no", "B-2026-014")
    yield Case("number_left_out", "The stream of the batch number.", without(alias), "E18", "V4")

    ledger = short()
    write(ledger, OTHER_SAMPLE, "sample.collected/v1", BY_COLLECTOR)
    whole = bundle(sealed(ledger))
    yield Case(
        "stream_too_many",
        "Somebody else's sample.",
        _with_stream(ledger, whole, OTHER_SAMPLE),
        "E17",
        "V4",
    )
    yield from _numbers_and_links()


def _numbers_and_links() -> Iterator[Case]:
    ledger = short()
    other = "batch:" + "bb" * 16
    write(ledger, other, "batch.started/v1", BY_MAKER, links=[("made_from", SAMPLE)])
    write(ledger, SHIPMENT, "shipment.planned/v1", BY_WAREHOUSE, links=[("batch", other)])
    why = "A second batch under the number of the first."
    yield Case("number_used_twice", why, bundle(sealed(ledger)), "E18", "V4")
    ledger = short()
    past = Link(b64(ledger.events(BATCH)[0][1].leaf), "batch", BATCH)
    at = {"occurred_at": ledger.local()}
    words = ledger.payload(SHIPMENT, "shipment.planned/v1", BY_WAREHOUSE, body=at)
    ledger.add(sign(replace(words, links=(past,)), [MAKER]))
    why = "It rests on the batch as it was, not as it stood then."
    yield Case("outdated_link", why, bundle(sealed(ledger)), "E18", "V4")


def _at(ledger: VectorLedger, stream: str, seq: int) -> int:
    return ledger.events(stream)[seq][0]


def _with_stream(ledger: VectorLedger, whole: Bundle, stream: str) -> Bundle:
    size = len(ledger.leaves)
    more = [
        BundledEvent(index, entry.wire, tuple(ledger.inclusion(index, size)))
        for index, entry in ledger.events(stream)
    ]
    head, proof = ledger.map_proof(stream)
    rows = [*whole.streams, BundledStream(stream, 0, head, proof.copath)]
    return replace(
        whole,
        events=tuple(sorted((*whole.events, *more), key=lambda e: e.index)),
        streams=tuple(sorted(rows, key=lambda r: r.stream)),
    )
