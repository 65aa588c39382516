"""The numbered verification: a good bundle is genuine, and each attack fails for its own reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from custody.evidence.bundle import Bundle
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry, encode
from custody.evidence.quorum import WitnessPolicy
from custody.evidence.verify import TITLES
from evidence.cast import ORIGIN, trust
from evidence.checking import TYPES, check, edited, found
from evidence.ledgers import (
    BATCH,
    DONATION,
    SHIPMENT,
    START,
    Ledger,
    document,
    good_bundle,
    sealed_story,
)
from evidence.verdicts import HELD, LIST, PERFORMED, statuses

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
