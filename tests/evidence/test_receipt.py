"""Receipts and promises: what a signer takes home proves the place of an event, and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence.acknowledgement import Promise, open_promise
from custody.evidence.encoding import b64
from custody.evidence.receipt import Receipt, ReceiptReport, check_receipt
from evidence.cast import LOG_SEED, OPERATOR, ORIGIN, QUALITY, _private, trust
from evidence.ledgers import BATCH, SHIPMENT, START, Ledger, sealed_story

NOW = START + 3_600


def receipt(ledger: Ledger, stream: str = SHIPMENT) -> Receipt:
    index, entry = ledger.events(stream)[-1]
    path = tuple(ledger.inclusion(index, len(ledger.leaves)))
    return Receipt(index, path, ledger.checkpoint(), entry.wire)


def checked(made: Receipt) -> ReceiptReport:
    return check_receipt(made.to_bytes(), trust(), NOW)


def codes(report: ReceiptReport) -> list[tuple[str, str]]:
    return [(f.code, f.verdict.value) for f in report.findings]


GOOD = receipt(sealed_story())
RAW = GOOD.to_bytes()


def test_a_receipt_proves_where_the_event_stands_and_who_vouches() -> None:
    report = checked(GOOD)
    assert (report.verdict.value, report.findings) == ("genuine", ())
    assert report.index == GOOD.index
    assert report.entry is not None and report.entry.payload.type == "shipment.released/v1"
    assert report.witnesses == ("w1", "w2", "w3")
    assert report.times["witness.example/w1"] == report.times["the ledger"]


def test_a_receipt_is_in_the_common_format_for_such_proofs() -> None:
    lines = RAW.decode().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == f"extra {b64(GOOD.entry)}"
    assert lines[2] == f"index {GOOD.index}"
    gap = lines.index("")
    assert lines[3:gap] == [b64(h) for h in GOOD.path]
    assert lines[gap + 1] == ORIGIN
    assert Receipt.parse(RAW) == GOOD


def test_a_receipt_does_not_grow_old() -> None:
    assert check_receipt(RAW, trust(), NOW + 30 * 365 * 86_400).verdict.value == "genuine"


def test_a_receipt_from_the_future_leaves_the_question_open() -> None:
    report = check_receipt(RAW, trust(), NOW - 86_400)
    assert {code for code, _ in codes(report)} == {"E10"}
    assert report.verdict.value == "cannot_tell"


def test_another_event_in_the_place_of_the_right_one_is_not_genuine() -> None:
    other = sealed_story().events(BATCH)[-1][1].wire
    assert codes(checked(replace(GOOD, entry=other))) == [("E14", "not_genuine")]


def test_another_place_than_the_right_one_is_not_genuine() -> None:
    moved = replace(GOOD, index=GOOD.index - 1)
    assert codes(checked(moved)) == [("E14", "not_genuine")]
    assert codes(checked(replace(GOOD, path=GOOD.path[1:]))) == [("E14", "not_genuine")]


def test_a_proof_that_does_not_carry_its_entry_leaves_the_question_open() -> None:
    assert codes(checked(replace(GOOD, entry=b""))) == [("E11", "cannot_tell")]


def test_a_seal_is_no_event() -> None:
    ledger = sealed_story()
    seal, size = ledger.seals[-1], len(ledger.leaves)
    wire = ledger.wires[seal.index]
    path = tuple(ledger.inclusion(seal.index, size))
    made = Receipt(seal.index, path, ledger.checkpoint(), wire)
    assert codes(checked(made)) == [("E11", "not_genuine")]


def test_a_receipt_whose_checkpoint_lost_a_signature_is_not_genuine() -> None:
    stripped = sealed_story().checkpoint(log=("ed25519",))
    assert codes(checked(replace(GOOD, checkpoint=stripped))) == [("E04", "not_genuine")]
    few = sealed_story().checkpoint(witnesses=("w1",))
    assert codes(checked(replace(GOOD, checkpoint=few))) == [("E05", "cannot_tell")]


def test_a_receipt_that_contradicts_an_earlier_check_shows_a_fork() -> None:
    size = len(sealed_story().leaves)
    report = check_receipt(RAW, trust(), NOW, memory=(size, bytes(32)))
    assert codes(report) == [("E07", "not_genuine")]


def test_a_receipt_of_another_ledger_leaves_the_question_open() -> None:
    keys = tuple(replace(key, name="elsewhere") for key in trust().log_keys)
    report = check_receipt(RAW, trust(origin="elsewhere", log_keys=keys), NOW)
    assert codes(report) == [("E03", "cannot_tell")]


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_receipt_with_a_bit_flipped_is_refused_or_says_the_same(data: st.DataObject) -> None:
    raw = bytearray(RAW)
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 6))
    report = check_receipt(bytes(raw), trust(), NOW)
    if report.verdict.value == "genuine":
        # Only a line of a witness that is not needed, turned into one of somebody unknown.
        assert report.entry == checked(GOOD).entry
        assert len(report.witnesses) >= 3


@given(st.binary(max_size=600))
@settings(max_examples=100, deadline=None)
def test_random_bytes_are_no_receipt_and_never_crash(raw: bytes) -> None:
    assert check_receipt(raw, trust(), NOW).verdict.value == "not_genuine"
    with pytest.raises(EvidenceError):
        open_promise(raw, trust().log_keys[0])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"tlog-proof@v1", b"tlog-proof@v2"),
        (b"\nindex ", b"\nindex 0"),
        (b"\nindex ", b"\nindex +"),
        (b"\nindex ", b"\nplace "),
        (b"\nextra ", b"\nextra  "),
        (b"\n\n", b"\n" + b64(bytes(32)).encode() + b"=\n\n"),
    ],
)
def test_another_spelling_is_no_receipt(old: bytes, new: bytes) -> None:
    with pytest.raises(EvidenceError) as refused:
        Receipt.parse(RAW.replace(old, new, 1))
    assert refused.value.code == "C401"


# ---- promises ----

PROMISE = Promise(ORIGIN, BATCH, 2, b"\7" * 32, NOW)


def test_a_promise_is_read_back_as_it_was_made() -> None:
    raw = PROMISE.signed(_private(LOG_SEED))
    assert open_promise(raw, trust().log_keys[0]) == PROMISE
    assert raw.startswith(b"custody-ack/v1\n")


def test_a_promise_by_another_key_is_none() -> None:
    for who in (OPERATOR, QUALITY):
        with pytest.raises(EvidenceError):
            open_promise(PROMISE.signed(who.private), trust().log_keys[0])


def test_a_checkpoint_is_no_promise_and_a_promise_no_checkpoint() -> None:
    with pytest.raises(EvidenceError):
        open_promise(sealed_story().checkpoint(), trust().log_keys[0])
    made = replace(GOOD, checkpoint=PROMISE.signed(_private(LOG_SEED)))
    assert codes(checked(made)) == [("E03", "not_genuine")]


@pytest.mark.parametrize("line", range(6))
def test_no_line_of_a_promise_can_be_changed(line: int) -> None:
    raw = PROMISE.signed(_private(LOG_SEED)).split(b"\n")
    raw[line] = raw[line][:-1] + (b"1" if raw[line][-1:] != b"1" else b"2")
    with pytest.raises(EvidenceError):
        open_promise(b"\n".join(raw), trust().log_keys[0])
