"""The numbered verification: a good bundle is genuine, and each attack fails for its own reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from custody.evidence import names
from custody.evidence.bundle import Attachment, Bundle
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry, encode
from custody.evidence.payload import time_of
from custody.evidence.quorum import WitnessPolicy
from custody.evidence.verify import TITLES
from evidence.ledgers import (
    BATCH,
    DONATION,
    LOG_SEED,
    OPERATOR,
    ORIGIN,
    POLICY,
    QUALITY,
    ROOTS,
    SECOND,
    SHIPMENT,
    START,
    STRANGER,
    TYPES,
    Ledger,
    by_registrar,
    by_roots,
    check,
    document,
    edited,
    found,
    good_bundle,
    policy_lines,
    sealed_story,
    sign,
    trust,
)

PERFORMED = [(OPERATOR, "performed", "operator")]
RELEASED = [(QUALITY, "released", "quality_authority")]
HELD = [(QUALITY, "rejected", "quality_authority")]
LIST = b"a packing list"


def statuses(report: Any) -> str:
    return "".join(step.status.value[0] for step in report.steps)


# ---- genuine ----


def test_a_good_bundle_is_genuine_and_complete() -> None:
    report = check(good_bundle())
    assert report.verdict == "genuine"
    assert report.findings == ()
    assert [step.id for step in report.steps] == list(TITLES)
    assert statuses(report) == "p" * 8
    assert report.level == "L4"
    assert (report.origin, report.shipment) == (ORIGIN, SHIPMENT)
    assert report.trust == trust().fingerprint
    assert not report.single_operator
    assert report.witnesses == ("w1", "w2", "w3")
    assert report.events == len(report.proved) == 16
    assert report.signatures == 20
    assert [index for index, _ in report.proved] == sorted(index for index, _ in report.proved)
    assert {entry.payload.stream for _, entry in report.proved} >= {SHIPMENT, BATCH, DONATION}
    assert report.missing_attachments == (document(LIST)["sha256"],)


def test_the_report_says_as_of_when_it_holds() -> None:
    ledger = sealed_story()
    report = check(ledger.bundle())
    assert report.as_of == ledger.seals[-1].time
    assert (report.size, report.root) == (len(ledger.leaves), ledger.root(len(ledger.leaves)))


def test_an_audited_checkpoint_lifts_the_level() -> None:
    ledger = sealed_story()
    report = check(ledger.bundle(checkpoint=ledger.checkpoint(auditors=True)))
    assert (report.verdict, report.level) == ("genuine", "L5")
    assert len(report.auditors) == 1


def test_without_witnesses_the_view_is_that_of_one_operator() -> None:
    ledger = sealed_story()
    alone = trust(policy=WitnessPolicy.parse(["quorum none"]))
    report = check(ledger.bundle(checkpoint=ledger.checkpoint(witnesses=())), trust=alone)
    assert report.verdict == "genuine"
    assert report.single_operator


def test_lines_by_unknown_keys_are_skipped() -> None:
    ledger = sealed_story()
    assert check(ledger.bundle(checkpoint=ledger.checkpoint(grease=True))).verdict == "genuine"


def test_a_second_seal_takes_in_what_came_later() -> None:
    ledger = sealed_story()
    ledger.append(BATCH, "batch.held/v1", HELD)
    ledger.seal()
    report = check(ledger.bundle())
    assert report.verdict == "genuine"
    assert report.proved[-1][1].payload.type == "batch.held/v1"


# ---- V1 ----


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"{}",
        b"[]",
        b"%PDF-1.7",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'"' + b"x" * 1_000_000,
        b"1" * 100_000,
        b'{"format":"custody-bundle/v1"}',
        "\ud800".encode("utf-16", "surrogatepass"),
    ],
    ids=lambda raw: str(raw[:12]),
)
def test_a_file_that_is_no_bundle_is_not_genuine(raw: bytes) -> None:
    report = check(raw)
    assert found(report) == {("V1", "E01")}
    assert report.verdict == "not_genuine"
    assert statuses(report) == "f" + "n" * 7
    assert report.proved == ()


def test_a_bundle_of_a_later_version_leaves_the_question_open() -> None:
    report = check(good_bundle().replace(b"custody-bundle/v1", b"custody-bundle/v2"))
    assert found(report) == {("V1", "E01")}
    assert report.verdict == "cannot_tell"


# ---- V3 ----


def seal_line(position: int, value: str) -> Any:
    def edit(fields: dict[str, Any]) -> None:
        fields["seal"]["lines"][position] = value

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        seal_line(1, "custody.example/site-2"),
        seal_line(2, "7"),
        seal_line(3, str(START + 1)),
        seal_line(4, b64(bytes(32))),
        seal_line(5, "3"),
        seal_line(6, "5"),
        seal_line(0, "custody-seal/v2"),
        lambda f: f["seal"]["p"].pop(),
        lambda f: f["seal"]["p"].append(b64(bytes(32))),
        lambda f: f["seal"]["lines"].append("more"),
    ],
)
def test_an_altered_seal_is_refused(edit: Any) -> None:
    report = check(edited(good_bundle(), edit))
    assert ("V3", "E08") in found(report)
    assert report.verdict == "not_genuine"


def test_a_seal_for_another_ledger_is_refused_even_when_the_operator_logged_it() -> None:
    ledger = Ledger().establish().story()
    ledger.seal(origin="custody.example/site-2")
    assert found(check(ledger.bundle())) == {("V3", "E08")}


def test_an_older_seal_under_a_newer_checkpoint_is_refused() -> None:
    # The older seal does not know the hold that came after it.
    ledger = sealed_story()
    old = ledger.bundle()
    ledger.append(BATCH, "batch.held/v1", HELD)
    ledger.seal()
    size = len(ledger.leaves)
    stale = replace(
        old,
        checkpoint=ledger.checkpoint(),
        seal_path=tuple(ledger.inclusion(ledger.seals[0].index, size)),
        events=tuple(
            replace(row, path=tuple(ledger.inclusion(row.index, size))) for row in old.events
        ),
    )
    assert found(check(stale)) == {("V3", "E08")}


def entry(edit: Any) -> Any:
    """Return an edit of the text of the third event."""

    def change(fields: dict[str, Any]) -> None:
        fields["events"][2]["e"] = edit(fields["events"][2]["e"])

    return change


def flip(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


EXTRA = '},{"keyid":"' + "f" * 64 + '","sig":"' + "A" * 86 + '=="}]}'


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda e: flip(e, 40), "E12"),
        (lambda e: flip(e, len(e) - 40), "E14"),
        (lambda e: e.replace("event.v1", "event.v2"), "E11"),
        (lambda e: e.replace("vnd", "VND"), "E11"),
        (lambda e: '{"payload":"AAAA",' + e[1:], "E11"),
        (lambda e: e[:-1] + ',"x":1}', "E11"),
        (lambda e: e.replace('","payloadType', '", "payloadType'), "E11"),
        (lambda e: e.replace('"sig":"', '"sig":"A'), "E11"),
        (
            lambda e: e.replace("}]}", EXTRA),
            "E11",
        ),
        (lambda e: e.split('{"keyid"')[0] + "]}", "E11"),
        (lambda e: e.replace("keyid", "keyId"), "E11"),
        (lambda _: "", "E11"),
        (lambda _: "custody-seal/v1", "E11"),
    ],
)
def test_an_altered_entry_is_refused(edit: Any, code: str) -> None:
    report = check(edited(good_bundle(), entry(edit)))
    assert found(report) == {("V3", code)}
    assert report.verdict == "not_genuine"


def other_log(ledger: Ledger) -> None:
    ledger.append(SHIPMENT, "shipment.packed/v1", PERFORMED, log="custody.example/site-2")


def test_a_record_signed_for_another_ledger_is_refused() -> None:
    ledger = sealed_story()
    other_log(ledger)
    ledger.seal()
    assert found(check(ledger.bundle())) == {("V3", "E13")}


def test_an_unknown_event_type_leaves_the_question_open() -> None:
    report = check(good_bundle(), known_types=(TYPES - {"batch.opened/v1"}).__contains__)
    assert found(report) == {("V3", "E12")}
    assert report.verdict == "cannot_tell"


def test_a_payload_of_a_later_version_leaves_the_question_open() -> None:
    bundle = Bundle.parse(good_bundle())
    row = bundle.events[-1]
    payload = Entry.parse(row.wire).payload_bytes.replace(b'"v":1}', b'"v":2}')
    wire = encode(payload, dict(Entry.parse(row.wire).signatures))
    altered = replace(bundle, events=(*bundle.events[:-1], replace(row, wire=wire)))
    report = check(altered)
    assert found(report) == {("V3", "E12")}
    assert report.verdict == "cannot_tell"


def swap_paths(fields: dict[str, Any]) -> None:
    first, second = fields["events"][1], fields["events"][5]
    first["p"], second["p"] = second["p"], first["p"]


@pytest.mark.parametrize(
    "edit",
    [
        swap_paths,
        lambda f: f["events"][4]["p"].pop(),
        lambda f: f["events"][4]["p"].append(b64(bytes(32))),
        lambda f: f["events"][4].update(p=[]),
        lambda f: f["events"][-1].update(i=f["events"][-1]["i"] + 1),
        lambda f: f["events"][-1].update(i=10**9),
    ],
    ids=["swapped", "shortened", "extended", "emptied", "index moved", "index beyond"],
)
def test_a_proof_of_another_place_is_refused(edit: Any) -> None:
    report = check(edited(good_bundle(), edit))
    assert found(report) == {("V3", "E14")}
    assert report.verdict == "not_genuine"


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
    for _ in range(80):
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
