"""The bundle file: one byte form, read within limits, built from the closure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence.bundle import Bundle, Limits
from custody.evidence.encoding import b64
from evidence.cast import OPERATOR
from evidence.checking import canonical_bytes, edited
from evidence.ledgers import (
    BATCH,
    DONATION,
    FREEZER,
    OTHER_BATCH,
    SHIPMENT,
    Ledger,
    good_bundle,
    sealed_story,
)


def test_a_bundle_reads_back_as_written() -> None:
    raw = good_bundle()
    assert Bundle.parse(raw).to_bytes() == raw


def test_the_same_ledger_gives_the_same_bundle() -> None:
    ledger = sealed_story()
    note = ledger.checkpoint()
    assert ledger.bundle(checkpoint=note).to_bytes() == ledger.bundle(checkpoint=note).to_bytes()


def test_a_bundle_holds_the_closure_and_nothing_else() -> None:
    bundle = Bundle.parse(good_bundle())
    streams = {row.stream: row for row in bundle.streams}
    assert {SHIPMENT, BATCH, DONATION, FREEZER} < streams.keys()
    assert OTHER_BATCH not in streams
    # Only the calibration in force at packing and what came later travel.
    assert (streams[FREEZER].first, streams[FREEZER].head.count) == (2, 4)
    assert [row.index for row in bundle.events] == sorted({row.index for row in bundle.events})


def test_events_after_the_seal_wait_for_the_next_one() -> None:
    ledger = sealed_story()
    note, before = ledger.checkpoint(), Bundle.parse(good_bundle())
    ledger.append(BATCH, "batch.opened/v1", [(OPERATOR, "performed", "operator")])
    later = ledger.bundle(checkpoint=note)
    assert (later.events, later.streams) == (before.events, before.streams)


def test_a_shipment_that_is_not_sealed_yet_cannot_be_bundled() -> None:
    ledger = Ledger().establish()
    ledger.seal()
    ledger.append(SHIPMENT, "shipment.packed/v1", [(OPERATOR, "performed", "operator")])
    with pytest.raises(EvidenceError) as caught:
        ledger.bundle()
    assert caught.value.code == "C422"
    assert SHIPMENT in str(caught.value)


def test_a_bundle_of_a_later_version_is_told_apart() -> None:
    raw = good_bundle().replace(b"custody-bundle/v1", b"custody-bundle/v2")
    with pytest.raises(EvidenceError) as caught:
        Bundle.parse(raw)
    assert caught.value.code == "C421"


def put(path: list[Any], value: Any) -> Any:
    def edit(fields: dict[str, Any]) -> None:
        place: Any = fields
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return edit


H = b64(bytes(32))
BAD = {
    "another format": put(["format"], "custody-refresh/v1"),
    "a number for the format": put(["format"], 1),
    "a further field": put(["extra"], 1),
    "a number for the shipment": put(["shipment"], 5),
    "a number for an event": put(["events", 0, "e"], 5),
    "a shipment that is a batch": put(["shipment"], BATCH),
    "events that are no list": put(["events"], {}),
    "an event without its index": put(["events", 0], {"e": "x", "p": []}),
    "an event with a further field": put(["events", 0, "x"], 1),
    "a negative index": put(["events", 0, "i"], -1),
    "a boolean index": put(["events", 0, "i"], True),
    "an event twice": lambda f: f["events"].insert(0, f["events"][0]),
    "events out of order": lambda f: f["events"].reverse(),
    "streams out of order": lambda f: f["streams"].reverse(),
    "a stream twice": lambda f: f["streams"].insert(0, f["streams"][0]),
    "a stream of an unknown kind": put(["streams", 0, "s"], "aaa:" + "0" * 32),
    "a hash of 31 bytes": put(["events", 0, "p", 0], b64(bytes(31))),
    "a hash in the other alphabet": put(["events", 0, "p", 0], "_" * 43 + "="),
    "a hash with loose tail bits": put(["events", 0, "p", 0], "A" * 42 + "B="),
    "a number for a hash": put(["events", 0, "p", 0], 7),
    "a path without end": put(["events", 0, "p"], [H] * 65),
    "a map path without end": put(["streams", 0, "copath"], [H] * 257),
    "a seal without path": put(["seal"], {"lines": []}),
    "a checkpoint that is text": put(["checkpoint"], "text"),
    "a checkpoint line that is a number": put(["checkpoint", 0], 1),
    "a proof size twice": put(["consistency"], [{"proof": [], "size": 3}] * 2),
    "an empty disclosure list": put(["disclosures", 0, "d"], []),
    "disclosures out of order": lambda f: f["disclosures"].reverse(),
    "disclosures of one event out of order": lambda f: next(
        row for row in f["disclosures"] if len(row["d"]) > 1
    )["d"].reverse(),
    "a list for a hash": put(["events", 0, "p", 0], []),
    "a disclosure of no hash": put(["disclosures", 0, "leaf"], "text"),
    "a script for a media type": put(["attachments", 0, "media"], "javascript:alert(1)"),
    "markup for a media type": put(["attachments", 0, "media"], "text/<img onerror=x>"),
    "a path for a document": put(["attachments", 0, "sha256"], "../../x"),
    "a document twice": lambda f: f["attachments"].append(f["attachments"][0]),
    "a token that is not base64": put(["timestamps"], ["?"]),
}


@pytest.mark.parametrize("edit", BAD.values(), ids=BAD)
def test_a_bundle_of_another_shape_is_refused(edit: Any) -> None:
    with pytest.raises(EvidenceError) as caught:
        Bundle.parse(edited(good_bundle(), edit))
    assert caught.value.code == "C420"
    assert "{detail}" not in str(caught.value)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw + b"\n",
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b'":', b'": ', 1),
        lambda raw: raw.replace(b'"seal":', b'"seal":{},"seal":', 1),
        lambda raw: raw.replace(b'"format"', b'"\\u0066ormat"', 1),
        lambda raw: raw[:-1],
        lambda raw: raw.replace(b'"timestamps":[]', b'"timestamps":null'),
        lambda raw: raw.replace(b'"timestamps":[]', b'"timestamps":[1.0]'),
        lambda raw: raw.replace(b'"timestamps":[]', b'"timestamps":[NaN]'),
        lambda _: json.dumps(json.loads(good_bundle())).encode(),
    ],
)
def test_a_second_spelling_of_a_bundle_is_refused(spoil: Any) -> None:
    raw = spoil(good_bundle())
    assert raw != good_bundle()
    with pytest.raises(EvidenceError) as caught:
        Bundle.parse(raw)
    assert caught.value.code == "C420"


@pytest.mark.parametrize(
    "limits",
    [Limits(bytes=20_000), Limits(events=10), Limits(attachments=0)],
    ids=["bytes", "events", "documents"],
)
def test_a_bundle_beyond_the_limits_is_refused(limits: Limits) -> None:
    with pytest.raises(EvidenceError) as caught:
        Bundle.parse(good_bundle(), limits)
    assert caught.value.code == "C420"


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["events", "format", "seal", "streams", "e", "i", "p"]),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    ).map(canonical_bytes)
)
def test_whatever_the_bytes_only_our_own_error_comes_out(raw: bytes) -> None:
    with pytest.raises(EvidenceError):
        Bundle.parse(raw)
