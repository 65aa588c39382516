"""Refresh files: an old bundle is brought up to the day, or it is known to be superseded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence.bundle import Bundle
from custody.evidence.headmap import DictNodes, Head, apply
from custody.evidence.refresh import Refresh, RefreshReport, SealedHead, check_refresh
from custody.evidence.verify import EvidenceReport
from evidence.cast import OPERATOR, QUALITY, trust
from evidence.checking import check, edited
from evidence.ledgers import BATCH, FREEZER, OTHER_BATCH, SHIPMENT, START, Ledger, sealed_story

DAYS = 86_400
PERFORMED = [(OPERATOR, "performed", "operator")]
REJECTED = [(QUALITY, "rejected", "quality_authority")]


def refresh(ledger: Ledger, bundle: Bundle, known: Sequence[int]) -> Refresh:
    """Return the refresh file of `bundle` under the last seal of `ledger`."""
    seal, size = ledger.seals[-1], len(ledger.leaves)
    rows = []
    for row in bundle.streams:
        head, proof = ledger.map_proof(row.stream)
        rows.append(SealedHead(row.stream, head, tuple(proof.copath)))
    return Refresh(
        SHIPMENT,
        ledger.checkpoint(auditors=True),
        ledger.wires[seal.index],
        tuple(ledger.inclusion(seal.index, size)),
        tuple(rows),
        {old: tuple(ledger.consistency(old, size)) for old in known if old < size},
    )


class Case:
    """A bundle, a ledger that went on after it, and its refresh file."""

    def __init__(self, *more: tuple[str, str, Any], after: int = 10 * DAYS) -> None:
        self.ledger = sealed_story()
        self.bundle = self.ledger.bundle()
        self.size = len(self.ledger.leaves)
        self.root = self.ledger.root(self.size)
        self.ledger.clock += after
        for stream, kind, signers in more:
            self.ledger.append(stream, kind, signers)
        self.ledger.sealed_heads = {}
        self.ledger.seal()
        self.now = self.ledger.clock + 60
        self.made = refresh(self.ledger, self.bundle, [self.size])

    def check(self, made: Refresh | bytes | None = None, **rest: Any) -> RefreshReport:
        given = self.made if made is None else made
        raw = given if isinstance(given, bytes) else given.to_bytes()
        return check_refresh(raw, self.bundle, (self.size, self.root), trust(), self.now, **rest)

    def alone(self) -> EvidenceReport:
        """Return what the bundle by itself is worth by now."""
        return check(self.bundle, now=self.now)


def found(report: RefreshReport) -> list[tuple[str, str, str]]:
    return [(f.step, f.code, f.verdict.value) for f in report.findings]


QUIET = Case((OTHER_BATCH, "batch.held/v1", REJECTED))


def test_an_old_bundle_is_good_as_of_the_later_seal_when_nothing_was_added() -> None:
    assert {f.code for f in QUIET.alone().findings} == {"E09"}
    report = QUIET.check()
    assert (found(report), report.notes) == ([], [])
    assert report.as_of == QUIET.ledger.seals[-1].time
    assert report.size == len(QUIET.ledger.leaves)
    assert len(report.auditors) == 1


@pytest.mark.parametrize(
    ("stream", "kind", "signers"),
    [
        (BATCH, "batch.held/v1", REJECTED),
        (FREEZER, "equipment.calibrated/v1", PERFORMED),
    ],
)
def test_a_stream_that_went_on_supersedes_the_bundle(stream: str, kind: str, signers: Any) -> None:
    report = Case((stream, kind, signers)).check()
    assert found(report) == [("V4", "E35", "cannot_tell")]
    assert report.findings[0].where == f"stream {stream}"
    assert report.findings[0].detail == "1 later records were added to it"
    assert report.as_of is None


def test_a_stream_that_is_left_out_leaves_the_question_open() -> None:
    case = Case((BATCH, "batch.held/v1", REJECTED))
    rows = tuple(row for row in case.made.streams if row.stream != BATCH)
    assert found(case.check(replace(case.made, streams=rows))) == [("V4", "E18", "cannot_tell")]


def test_an_old_head_shown_as_the_present_one_is_not_genuine() -> None:
    """Somebody hides the hold: the row says what the bundle says, the map says otherwise."""
    case = Case((BATCH, "batch.held/v1", REJECTED))
    before = next(row.head for row in case.bundle.streams if row.stream == BATCH)
    rows = tuple(
        replace(row, head=before) if row.stream == BATCH else row for row in case.made.streams
    )
    lie = case.check(replace(case.made, streams=rows))
    assert found(lie) == [("V4", "E16", "not_genuine")]


def test_a_later_seal_that_knows_less_than_the_bundle_is_not_genuine() -> None:
    ledger = sealed_story()
    bundle, size = ledger.bundle(), len(ledger.leaves)
    root = ledger.root(size)
    heads = {s: h for s in ledger.streams if (h := ledger.head(s)) is not None}
    index, entry = ledger.events(BATCH)[-2]
    heads[BATCH] = Head(len(ledger.events(BATCH)) - 1, index, entry.leaf)
    lie = DictNodes()
    ledger.seal(map_root=apply(lie, heads), streams=len(heads))
    ledger.sealed, ledger.sealed_heads = lie, heads
    made = refresh(ledger, bundle, [size])
    report = check_refresh(made.to_bytes(), bundle, (size, root), trust(), ledger.clock + 60)
    assert found(report) == [("V4", "E16", "not_genuine")]
    assert "fewer or other records" in report.findings[0].detail


def test_without_a_proof_that_the_ledger_grew_nothing_is_known() -> None:
    assert found(QUIET.check(replace(QUIET.made, consistency={})))[0] == (
        "V2",
        "E06",
        "cannot_tell",
    )


def test_a_false_proof_that_the_ledger_grew_is_not_genuine() -> None:
    proof = QUIET.made.consistency[QUIET.size]
    false = replace(QUIET.made, consistency={QUIET.size: (bytes(32), *proof[1:])})
    assert ("V2", "E06", "not_genuine") in found(QUIET.check(false))


def test_a_refresh_file_older_than_the_bundle_is_of_no_use() -> None:
    case = Case()
    later = case.ledger.bundle()
    size = len(case.ledger.leaves)
    old = refresh(sealed_story(), case.bundle, [])
    report = check_refresh(
        old.to_bytes(), later, (size, case.ledger.root(size)), trust(), START + 3_600
    )
    assert found(report) == [("V2", "E06", "cannot_tell")]


def test_another_history_of_the_same_size_is_not_genuine() -> None:
    case = Case()
    raw = case.made.to_bytes()
    size = len(case.ledger.leaves)
    report = check_refresh(raw, case.bundle, (size, bytes(32)), trust(), case.now)
    assert ("V2", "E07", "not_genuine") in found(report)


def test_a_refresh_file_grows_old_like_a_bundle() -> None:
    case = Case()
    late = check_refresh(
        case.made.to_bytes(),
        case.bundle,
        (case.size, case.root),
        trust(),
        case.now + 4 * DAYS,
    )
    assert found(late) == [("V2", "E09", "cannot_tell")]


def test_it_must_continue_what_an_earlier_check_saw() -> None:
    ledger, size = QUIET.ledger, len(QUIET.ledger.leaves)
    assert found(QUIET.check(memory=(size, ledger.root(size)))) == []
    assert found(QUIET.check(memory=(size, bytes(32)))) == [("V2", "E07", "not_genuine")]
    assert found(QUIET.check(memory=(size + 5, bytes(32)))) == [("V2", "E06", "cannot_tell")]


def test_a_refresh_file_for_another_shipment_is_of_no_use() -> None:
    other = replace(QUIET.made, shipment="shipment:" + "52" * 16)
    assert found(QUIET.check(other)) == [("V1", "E01", "cannot_tell")]


def test_a_refresh_file_of_a_later_version_leaves_the_question_open() -> None:
    raw = QUIET.made.to_bytes().replace(b"custody-refresh/v1", b"custody-refresh/v2")
    assert found(QUIET.check(raw)) == [("V1", "E01", "cannot_tell")]


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7", b"{}", b'{"format":"custody-refresh/v1"}'])
def test_what_is_no_refresh_file_says_nothing_against_the_bundle(raw: bytes) -> None:
    """The bundle was judged without it: whoever gives a wrong file beside it proves nothing."""
    assert found(QUIET.check(raw)) == [("V1", "E01", "cannot_tell")]
    assert found(QUIET.check(QUIET.bundle.to_bytes())) == [("V1", "E01", "cannot_tell")]
    assert found(QUIET.check(QUIET.made.to_bytes()[:-100])) == [("V1", "E01", "cannot_tell")]


def test_a_refresh_file_is_small_and_has_one_spelling() -> None:
    raw = QUIET.made.to_bytes()
    assert Refresh.parse(raw) == QUIET.made
    # As many events again would not make it larger: it holds heads only.
    assert len(raw) < len(QUIET.bundle.to_bytes())
    for wrong in (raw + b"\n", raw.replace(b'{"checkpoint"', b'{ "checkpoint"')):
        with pytest.raises(EvidenceError):
            Refresh.parse(wrong)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda f: f["seal"]["lines"].__setitem__(2, "3"), "E08"),
        (lambda f: f["seal"]["p"].pop(), "E08"),
        (lambda f: f["seal"]["lines"].__setitem__(1, "other"), "E08"),
        (lambda f: f["streams"].reverse(), "E01"),
        (lambda f: f["streams"][0].pop("copath"), "E01"),
        (lambda f: f["streams"][0]["copath"].pop(), "E16"),
        (lambda f: f["streams"][0].__setitem__("n", 9), "E16"),
        (lambda f: f.pop("consistency"), "E01"),
        (lambda f: f["checkpoint"].__setitem__(1, "3"), "E04"),
    ],
)
def test_what_was_changed_is_found(edit: Any, code: str) -> None:
    raw = edited(QUIET.made.to_bytes(), edit)
    assert code in {finding[1] for finding in found(QUIET.check(raw))}


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_bit_of_a_refresh_file_can_be_flipped_unnoticed(data: st.DataObject) -> None:
    raw = bytearray(RAW)
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 6))
    report = QUIET.check(bytes(raw))
    if not report.findings:
        # Only a line of an auditor or witness, turned into one of somebody unknown.
        assert report.as_of == QUIET.ledger.seals[-1].time
        assert len(report.auditors) + len(report.witnesses) == 3


RAW = QUIET.made.to_bytes()
