"""Step V4: whatever is left out, slipped in or shown from a later place is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from custody.evidence import names
from custody.evidence.bundle import Bundle
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry
from evidence.cast import OPERATOR, QUALITY
from evidence.checking import check, edited, found
from evidence.ledgers import (
    BATCH,
    DONATION,
    FREEZER,
    OTHER_BATCH,
    SHIPMENT,
    good_bundle,
    sealed_story,
)

PERFORMED = [(OPERATOR, "performed", "operator")]
HELD = [(QUALITY, "rejected", "quality_authority")]


# ---- V4 ----


def without(*which: int) -> Bundle:
    """Return the good bundle without some of its batch's events, heads and proofs as they were."""
    bundle = Bundle.parse(good_bundle())
    batch = [row for row in bundle.events if Entry.parse(row.wire).payload.stream == BATCH]
    left_out = {batch[n].index for n in which}
    return replace(bundle, events=tuple(r for r in bundle.events if r.index not in left_out))


@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
def test_an_event_left_out_of_a_stream_is_found(which: int) -> None:
    report = check(without(which))
    assert ("V4", "E15") in found(report)
    assert report.verdict == "not_genuine"


def test_a_recall_cut_off_with_its_head_adjusted_is_found() -> None:
    ledger = sealed_story()
    ledger.append(BATCH, "batch.held/v1", HELD)
    ledger.seal()
    bundle = ledger.bundle()
    index, last = ledger.streams[BATCH][-2]
    streams = tuple(
        replace(row, head=replace(row.head, count=2, index=index, leaf=last.leaf))
        if row.stream == BATCH
        else row
        for row in bundle.streams
    )
    cut = tuple(row for row in bundle.events if row.index != ledger.streams[BATCH][-1][0])
    report = check(replace(bundle, events=cut, streams=streams))
    assert found(report) == {("V4", "E16")}
    assert report.verdict == "not_genuine"


def test_a_revocation_cut_off_is_found() -> None:
    ledger = sealed_story()
    ledger.revoke(OPERATOR)
    ledger.seal()
    bundle = ledger.bundle()
    kept = tuple(row for row in bundle.events if row.index != len(ledger.leaves) - 2)
    assert ("V4", "E15") in found(check(replace(bundle, events=kept)))


def test_a_map_proof_of_an_earlier_seal_is_found() -> None:
    ledger = sealed_story()
    old = {row.stream: row for row in ledger.bundle().streams}
    ledger.append(OTHER_BATCH, "batch.held/v1", HELD)
    ledger.seal()
    new = ledger.bundle()
    mixed = tuple(old[row.stream] for row in new.streams)
    assert found(check(replace(new, streams=mixed))) == {("V4", "E16")}


@pytest.mark.parametrize(
    "edit",
    [
        lambda row: row["copath"].pop(),
        lambda row: row["copath"].append(b64(bytes(32))),
        lambda row: row["copath"].extend([b64(bytes(32))] * (256 - len(row["copath"]))),
        lambda row: row.update(copath=[]),
        lambda row: row["copath"].reverse(),
    ],
    ids=["shortened", "extended", "256 long", "emptied", "reversed"],
)
def test_an_altered_map_proof_is_found(edit: Any) -> None:
    def change(fields: dict[str, Any]) -> None:
        edit(next(row for row in fields["streams"] if len(row["copath"]) > 1))

    assert found(check(edited(good_bundle(), change))) == {("V4", "E16")}


def drop_stream(stream: str) -> Bundle:
    bundle = Bundle.parse(good_bundle())
    return replace(
        bundle,
        streams=tuple(row for row in bundle.streams if row.stream != stream),
        events=tuple(
            row for row in bundle.events if Entry.parse(row.wire).payload.stream != stream
        ),
    )


@pytest.mark.parametrize(
    "stream",
    [
        DONATION,
        BATCH,
        FREEZER,
        QUALITY.stream,
        names.AUTHORITY,
        names.alias_stream("batch-no", "CT-2026-0042"),
    ],
    ids=["the donation", "the batch", "the freezer", "a key", "the authority", "the number"],
)
def test_a_stream_left_out_is_found(stream: str) -> None:
    report = check(drop_stream(stream))
    assert ("V4", "E18") in found(report)
    assert report.verdict == "not_genuine"


@pytest.mark.parametrize("stream", [DONATION, QUALITY.stream], ids=["the donation", "a key"])
def test_a_stream_listed_without_its_events_is_found(stream: str) -> None:
    listed = replace(drop_stream(stream), streams=Bundle.parse(good_bundle()).streams)
    assert ("V4", "E17") in found(check(listed))


def test_a_stream_the_shipment_does_not_rest_on_is_found() -> None:
    ledger = sealed_story()
    bundle, other = ledger.bundle(), ledger.events(OTHER_BATCH)
    head, proof = ledger.map_proof(OTHER_BATCH)
    size = len(ledger.leaves)
    row = replace(bundle.streams[0], stream=OTHER_BATCH, first=0, head=head, copath=proof.copath)
    extra = [
        replace(bundle.events[0], index=i, wire=e.wire, path=tuple(ledger.inclusion(i, size)))
        for i, e in other
    ]
    padded = replace(
        bundle,
        streams=tuple(sorted((*bundle.streams, row), key=lambda r: r.stream)),
        events=tuple(sorted((*bundle.events, *extra), key=lambda r: r.index)),
    )
    assert found(check(padded)) == {("V4", "E17")}
    unlisted = replace(padded, streams=bundle.streams)
    assert found(check(unlisted)) == {("V4", "E17")}


def test_another_shipment_of_the_same_bundle_is_found() -> None:
    other = "shipment:" + "52" * 16
    report = check(replace(Bundle.parse(good_bundle()), shipment=other))
    assert {("V4", "E17"), ("V4", "E18")} <= found(report)


def test_a_thing_shown_from_a_later_record_than_its_use_is_found() -> None:
    bundle = Bundle.parse(good_bundle())
    first = min(r.index for r in bundle.events if Entry.parse(r.wire).payload.stream == FREEZER)
    later = replace(
        bundle,
        events=tuple(row for row in bundle.events if row.index != first),
        streams=tuple(
            replace(row, first=row.first + 1) if row.stream == FREEZER else row
            for row in bundle.streams
        ),
    )
    assert ("V4", "E15") in found(check(later))


def test_a_batch_shown_from_its_second_record_is_found() -> None:
    bundle = without(0)
    shifted = replace(
        bundle,
        streams=tuple(
            replace(row, first=1) if row.stream == BATCH else row for row in bundle.streams
        ),
    )
    assert ("V4", "E15") in found(check(shifted))


@pytest.mark.parametrize(
    "changes",
    [{"seq": 5}, {"prev": b64(b"\x09" * 32)}, {"seq": 1}],
    ids=["a gap", "another predecessor", "a second record of one number"],
)
def test_a_broken_chain_is_found_even_when_the_operator_logged_it(changes: dict[str, Any]) -> None:
    ledger = sealed_story()
    ledger.append(BATCH, "batch.held/v1", HELD, **changes)
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, links=[("contains", BATCH)])
    ledger.seal()
    assert ("V4", "E15") in found(check(ledger.bundle()))
