"""Properties of bundle verification: any change is noticed, and no bytes can break the verifier."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from custody.evidence.findings import Status, Verdict
from custody.evidence.verify import TITLES, EvidenceReport
from evidence.checking import canonical_bytes, check
from evidence.ledgers import good_bundle
from properties.paths import Path, member, places, without


def refused(raw: bytes) -> bool:
    """Verify bytes and hold the report against what every report promises."""
    report = check(raw)
    assert isinstance(report, EvidenceReport)
    assert [step.id for step in report.steps] == list(TITLES)
    failed = [step for step in report.steps if step.status is Status.FAILED]
    assert bool(failed) == bool(report.findings)
    assert (report.verdict is Verdict.GENUINE) == (not report.findings)
    return report.verdict is not Verdict.GENUINE


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_any_flipped_bit_of_a_good_bundle_is_noticed(data: st.DataObject) -> None:
    raw = bytearray(good_bundle())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert refused(bytes(raw))


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_any_inserted_removed_or_repeated_part_is_noticed(data: st.DataObject) -> None:
    raw = good_bundle()
    start = data.draw(st.integers(0, len(raw) - 1))
    stop = data.draw(st.integers(start, min(len(raw), start + 200)))
    middle = data.draw(st.sampled_from([b"", raw[start:stop] * 2, b"\x00", b"A", b" "]))
    changed = raw[:start] + middle + raw[stop:]
    if changed != raw:
        assert refused(changed) or same_in_meaning(changed)


def same_in_meaning(changed: bytes) -> bool:
    """Whether only signature lines of unknown signers were added to the checkpoint.

    Notes may carry such lines, and verifiers must skip them (C2SP signed-note), so that a new kind
    of signer never breaks an old reader. They say nothing and take nothing away.
    """
    known = json.loads(good_bundle())["checkpoint"]
    fields = json.loads(changed)
    fields["checkpoint"] = [line for line in fields["checkpoint"] if line in known]
    return canonical_bytes(fields) == good_bundle()


def test_a_repeated_part_that_makes_a_line_of_an_unknown_signer_changes_nothing() -> None:
    raw = good_bundle()
    start = raw.index(b"custody.example/site-1 gCXvL")
    stop = raw.index(b"custody.example/site-1", start + 1) + 1
    changed = raw[:start] + raw[start:stop] * 2 + raw[stop:]
    assert changed != raw
    assert not refused(changed)
    assert same_in_meaning(changed)


# Whether a value is disclosed and which documents travel is the holder's choice, and the fourth
# witness line is not needed; everything else in a bundle is part of one proof.
FREE = ("attachments", "disclosures")
EVERY = (path for path in places(json.loads(good_bundle())) if isinstance(path[-1], int))
ELEMENTS = [path for path in EVERY if path[0] not in FREE]


def test_deleting_any_event_stream_line_or_proof_element_is_noticed() -> None:
    assert len(ELEMENTS) > 150
    kept = [path for path in ELEMENTS if not refused(without(good_bundle(), path))]
    assert kept == []


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_swapping_two_elements_of_any_list_is_noticed(data: st.DataObject) -> None:
    fields = json.loads(good_bundle())
    path = data.draw(st.sampled_from(ELEMENTS))
    place = member(fields, path[:-1])
    other = data.draw(st.integers(0, len(place) - 1))
    if place[path[-1]] == place[other]:
        return
    if path[0] == "checkpoint" and min(path[-1], other) >= 4:
        return  # signature lines have no order
    place[path[-1]], place[other] = place[other], place[path[-1]]
    assert refused(canonical_bytes(fields))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_changing_any_number_is_noticed(data: st.DataObject) -> None:
    fields = json.loads(good_bundle())
    row = data.draw(st.sampled_from(fields["events"] + fields["streams"]))
    key = data.draw(st.sampled_from([k for k, v in row.items() if isinstance(v, int)]))
    value = data.draw(st.integers(0, 2**53 - 1) | st.integers(0, 40))
    if row[key] != value:
        row[key] = value
        assert refused(canonical_bytes(fields))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=600))
@example(b"\xff" * 1_000_000)
@example(b"[" * 1_000_000)
@example(b'{"format":"custody-bundle/v1","events":' + b"[" * 500_000)
@example(b'["' + b"\\u0000" * 100_000 + b'"]')
@example(b"-" * 10)
@example(b"9" * 200_000)
def test_random_bytes_give_a_report(raw: bytes) -> None:
    assert refused(raw)


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([("seal",), ("shipment",), *ELEMENTS]), JSONISH)
def test_any_json_in_any_place_gives_a_report(path: Path, value: Any) -> None:
    fields = json.loads(good_bundle())
    place = member(fields, path[:-1])
    if place[path[-1]] == value and type(place[path[-1]]) is type(value):
        return
    place[path[-1]] = value
    try:
        raw = canonical_bytes(fields)
    except UnicodeEncodeError:
        raw = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    assert refused(raw)


@pytest.mark.parametrize("cut", range(0, 100, 7))
def test_a_bundle_cut_short_gives_a_report(cut: int) -> None:
    raw = good_bundle()
    assert refused(raw[: len(raw) * cut // 100])
