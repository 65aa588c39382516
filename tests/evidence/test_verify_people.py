"""Verification from V5 on: signatures, authority, times, documents."""

from __future__ import annotations

import pytest

from custody.evidence import names
from custody.evidence.bundle import Attachment
from custody.evidence.ed25519 import WORTH_ANOTHER_CORE
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry, encode
from custody.evidence.payload import time_of
from custody.evidence.quorum import WitnessPolicy
from evidence.cast import (
    LOG_SEED,
    OPERATOR,
    POLICY,
    ROOTS,
    SECOND,
    STRANGER,
    by_registrar,
    by_roots,
    policy_lines,
    trust,
)
from evidence.checking import check, found
from evidence.ledgers import (
    BATCH,
    DONATION,
    SHIPMENT,
    START,
    Ledger,
    document,
    good_bundle,
    sealed_story,
    sign,
)
from evidence.verdicts import LIST, PERFORMED, RELEASED, statuses

# ---- V5 ----


def test_a_false_signature_is_found_even_when_the_operator_logged_it() -> None:
    ledger = sealed_story()
    payload = ledger.payload(SHIPMENT, "shipment.packed/v1", PERFORMED)
    raw = payload.to_bytes()
    forged = STRANGER.private.sign(raw)
    ledger.add(encode(raw, {OPERATOR.kid: forged}))
    ledger.seal()
    report = check(ledger.bundle())
    assert found(report) == {("V5", "E19")}
    assert report.verdict == "not_genuine"
    assert statuses(report) == "ppppfnnn"
    assert report.proved == ()


def test_a_signature_of_another_event_is_false() -> None:
    ledger = sealed_story()
    stolen = dict(ledger.streams[DONATION][0][1].signatures)
    payload = ledger.payload(SHIPMENT, "shipment.packed/v1", PERFORMED)
    ledger.add(encode(payload.to_bytes(), stolen))
    ledger.seal()
    assert found(check(ledger.bundle())) == {("V5", "E19")}


def test_a_signature_with_a_large_scalar_is_false() -> None:
    # S and S + L verify alike in careless code; RFC 8032 demands S < L.
    order = 2**252 + 27742317777372353535851937790883648493
    ledger = sealed_story()
    payload = ledger.payload(SHIPMENT, "shipment.packed/v1", PERFORMED)
    entry_ = Entry.parse(sign(payload, [OPERATOR]))
    signature = entry_.signatures[0][1]
    scalar = int.from_bytes(signature[32:], "little") + order
    raw = encode(
        entry_.payload_bytes, {OPERATOR.kid: signature[:32] + scalar.to_bytes(32, "little")}
    )
    ledger.add(raw)
    ledger.seal()
    assert found(check(ledger.bundle())) == {("V5", "E19")}


def test_a_granted_key_that_is_another_is_found() -> None:
    ledger = sealed_story()
    ledger.enrol(SECOND, ["operator"], by_registrar(), pub=b64(STRANGER.public))
    ledger.append(SHIPMENT, "shipment.packed/v1", [(SECOND, "performed", "operator")])
    ledger.seal()
    report = check(ledger.bundle())
    assert {("V5", "E20"), ("V5", "E19")} == found(report)


def test_many_events_are_verified_as_carefully_as_few() -> None:
    ledger = Ledger().establish()
    for _ in range(WORTH_ANOTHER_CORE):
        ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED)
    payload = ledger.payload(SHIPMENT, "shipment.packed/v1", PERFORMED)
    ledger.add(encode(payload.to_bytes(), {OPERATOR.kid: bytes(64)}))
    bad = len(ledger.leaves) - 1
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED)
    ledger.seal()
    report = check(ledger.bundle(), now=ledger.clock)
    assert [(f.code, f.where) for f in report.findings] == [("E19", f"event {bad}")]


# ---- V6 ----


def test_an_unauthorised_signature_is_found() -> None:
    ledger = sealed_story()
    ledger.append(SHIPMENT, "shipment.released/v1", [(OPERATOR, "released", "quality_authority")])
    ledger.seal()
    report = check(ledger.bundle())
    assert found(report) == {("V6", "E21")}
    assert report.verdict == "not_genuine"
    assert report.proved == ()
    assert report.level is None


def test_a_revoked_key_is_found() -> None:
    ledger = sealed_story()
    ledger.revoke(OPERATOR)
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED)
    ledger.seal()
    assert found(check(ledger.bundle())) == {("V6", "E22")}


def test_a_compromise_reaches_back_into_the_record() -> None:
    ledger = sealed_story()
    packed = ledger.streams[SHIPMENT][0][0]
    ledger.revoke(OPERATOR, "compromised", packed)
    ledger.seal()
    report = check(ledger.bundle())
    # The calibration after packing was signed with the same key.
    assert [f.code for f in report.findings] == ["E22", "E22"]
    assert [f.where for f in report.findings] == [f"event {packed}", f"event {packed + 1}"]


def test_a_missing_second_person_is_found() -> None:
    ledger = sealed_story()
    ledger.append(BATCH, "batch.released/v1", RELEASED)
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, links=[("contains", BATCH)])
    ledger.seal()
    assert found(check(ledger.bundle())) == {("V6", "E23")}


def test_a_policy_by_one_root_has_no_effect() -> None:
    ledger = sealed_story()
    loose = [{**row, "minimum": 1, "distinct_person": False} for row in POLICY]
    ledger.append(names.AUTHORITY, "policy.adopted/v1", by_roots(2), body={"rules": loose})
    ledger.append(BATCH, "batch.released/v1", RELEASED)
    ledger.seal()
    assert found(check(ledger.bundle())) == {("V6", "E23")}
    assert len(check(ledger.bundle()).findings) == 2


def test_other_root_keys_than_the_pinned_ones_establish_nothing() -> None:
    roots = {p.kid: p.public for p in (ROOTS[0], ROOTS[2])}
    report = check(good_bundle(), trust=trust(roots=roots))
    # The unpinned root is taken for an ordinary key, whose stream is then missing.
    assert found(report) == {("V4", "E18")}
    assert report.verdict == "not_genuine"


# ---- V7 ----


def test_times_that_run_backwards_within_a_stream_are_found() -> None:
    ledger = sealed_story()
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, time=START)
    ledger.seal()
    report = check(ledger.bundle())
    assert found(report) == {("V7", "E24")}
    assert report.verdict == "not_genuine"
    assert statuses(report) == "ppppppfp"
    assert report.proved


def test_a_record_later_than_its_seal_is_found() -> None:
    ledger = sealed_story()
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, time=ledger.clock + 1_000)
    ledger.seal()
    assert found(check(ledger.bundle())) == {("V7", "E24")}


def test_a_record_earlier_than_what_it_rests_on_is_found() -> None:
    ledger = Ledger().establish()
    ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    early = ledger.clock - 301
    ledger.append(
        SHIPMENT, "shipment.packed/v1", PERFORMED, links=[("contains", BATCH)], time=early
    )
    ledger.seal()
    assert found(check(ledger.bundle())) == {("V7", "E24")}


def test_clocks_may_differ_a_little() -> None:
    ledger = Ledger().establish()
    ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    early = ledger.clock - 300
    ledger.append(
        SHIPMENT, "shipment.packed/v1", PERFORMED, links=[("contains", BATCH)], time=early
    )
    ledger.seal()
    assert check(ledger.bundle()).verdict == "genuine"
    assert time_of(early).endswith("Z")


# ---- V8 ----


def test_a_document_at_hand_is_matched_by_its_content() -> None:
    report = check(good_bundle(), attachments={document(LIST)["sha256"]: LIST})
    assert report.verdict == "genuine"
    assert report.missing_attachments == ()


@pytest.mark.parametrize(
    "given",
    [
        {document(LIST)["sha256"]: b"another list"},
        {"../../etc/passwd": LIST},
    ],
    ids=["another content", "a path for a name"],
)
def test_a_document_that_does_not_belong_is_found(given: dict[str, bytes]) -> None:
    report = check(good_bundle(), attachments=given)
    assert found(report) == {("V8", "E29")}
    assert report.verdict == "not_genuine"


def test_a_stranger_among_all_documents_says_nothing_beside_a_gap_it_raises_doubt() -> None:
    stranger = {document(b"x")["sha256"]: b"x"}
    complete = check(good_bundle(), attachments={document(LIST)["sha256"]: LIST, **stranger})
    assert complete.verdict == "genuine"
    doubtful = check(good_bundle(), attachments=stranger)
    assert found(doubtful) == {("V8", "E29")}
    assert doubtful.verdict == "cannot_tell"


@pytest.mark.parametrize(
    "row",
    [
        Attachment("application/pdf", document(b"unknown")["sha256"], 7),
        Attachment("application/pdf", document(LIST)["sha256"], 7),
        Attachment("text/html", document(LIST)["sha256"], len(LIST)),
    ],
    ids=["nobody speaks of it", "another size", "another kind"],
)
def test_a_listed_document_that_does_not_belong_is_found(row: Attachment) -> None:
    assert found(check(sealed_story().bundle(attachments=[row]))) == {("V8", "E29")}


def test_a_document_of_another_size_than_recorded_is_found() -> None:
    ledger = sealed_story()
    body = {"documents": [{**document(b"another"), "size": 9}]}
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, body=body)
    ledger.seal()
    report = check(ledger.bundle(), attachments={document(b"another")["sha256"]: b"another"})
    assert found(report) == {("V8", "E29")}


def test_a_private_document_is_known_by_a_disclosure() -> None:
    ledger = sealed_story()
    private = {"family_name": document(b"private")["sha256"]}
    ledger.append(DONATION, "donation.collected/v1", PERFORMED, private=private)
    ledger.seal()
    row = Attachment("application/pdf", document(b"private")["sha256"], 7)
    bundle = ledger.bundle(attachments=[row])
    assert check(bundle, attachments={row.sha256: b"private"}).verdict == "genuine"
    hidden = ledger.bundle(attachments=[row], disclosures={})
    assert found(check(hidden)) == {("V8", "E29")}


def test_time_stamps_are_counted_but_prove_nothing_here() -> None:
    report = check(sealed_story().bundle(timestamps=[b"a token"]))
    assert (report.verdict, report.unchecked_timestamps) == ("genuine", 1)


def test_a_trust_file_with_a_lower_quorum_is_the_verifiers_own_choice() -> None:
    ledger = sealed_story()
    lower = trust(policy=WitnessPolicy.parse(policy_lines("quorum w1")))
    bundle = ledger.bundle(checkpoint=ledger.checkpoint(witnesses=("w1",)))
    assert check(bundle, trust=lower).verdict == "genuine"
    assert check(bundle).verdict == "cannot_tell"
    assert LOG_SEED == 0x33
