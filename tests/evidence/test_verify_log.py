"""Step V2: the ledger, its checkpoint, its witnesses, its past and its age."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from custody.evidence.bundle import Bundle
from custody.evidence.encoding import b64
from custody.evidence.note import ED25519, MLDSA44
from evidence.cast import AUDITOR, OPERATOR, ORIGIN, WITNESSES, trust, vkey
from evidence.checking import check, edited, found
from evidence.ledgers import OTHER_BATCH, START, Ledger, good_bundle, sealed_story

PERFORMED = [(OPERATOR, "performed", "operator")]


def statuses(report: Any) -> str:
    return "".join(step.status.value[0] for step in report.steps)


# ---- V2 ----


def line(raw: bytes, start: str, *, spoil: bool = False) -> Any:
    """Return an edit that drops (or spoils) the checkpoint lines that start so."""

    def edit(fields: dict[str, Any]) -> None:
        lines = fields["checkpoint"]
        at = next(
            n for n, text in enumerate(lines) if text.startswith(f"\u2014 {start} {raw.decode()}")
        )
        if spoil:
            name, blob = lines[at].rsplit(" ", 1)
            middle = len(blob) // 2
            flipped = "A" if blob[middle] != "A" else "B"
            lines[at] = f"{name} {blob[:middle]}{flipped}{blob[middle + 1 :]}"
        else:
            del lines[at]

    return edit


def key_hint(name: str, kind: int, seed: int) -> bytes:
    """Return the start of the base64 of a signature line by this key."""
    return b64(vkey(name, kind, seed).keyid)[:5].encode()


ED = key_hint(ORIGIN, ED25519, 0x33)
PQ = key_hint(ORIGIN, MLDSA44, 0x44)


@pytest.mark.parametrize("hint", [ED, PQ], ids=["Ed25519", "ML-DSA-44"])
@pytest.mark.parametrize("spoil", [False, True], ids=["stripped", "false"])
def test_one_of_the_two_ledger_signatures_is_not_enough(hint: bytes, spoil: bool) -> None:
    report = check(edited(good_bundle(), line(hint, ORIGIN, spoil=spoil)))
    assert found(report) == {("V2", "E04")}
    assert report.verdict == "not_genuine"


def test_a_checkpoint_by_unknown_ledger_keys_leaves_the_question_open() -> None:
    keys = (vkey(ORIGIN, ED25519, 0x34), vkey(ORIGIN, MLDSA44, 0x45))
    report = check(good_bundle(), trust=trust(log_keys=keys))
    assert found(report) == {("V2", "E04")}
    assert report.verdict == "cannot_tell"


def test_another_ledgers_trust_file_leaves_the_question_open() -> None:
    other = "custody.example/site-2"
    keys = (vkey(other, ED25519, 0x33), vkey(other, MLDSA44, 0x44))
    report = check(good_bundle(), trust=trust(origin=other, log_keys=keys))
    assert found(report) == {("V2", "E03")}
    assert report.verdict == "cannot_tell"


def test_the_ledgers_key_under_a_witness_name_signs_nothing() -> None:
    ledger = sealed_story()
    note = ledger.checkpoint(origin="witness.example/w1")
    report = check(ledger.bundle(checkpoint=note))
    assert ("V2", "E04") in found(report)


def test_too_few_witnesses_leave_the_question_open() -> None:
    ledger = sealed_story()
    report = check(ledger.bundle(checkpoint=ledger.checkpoint(witnesses=("w1", "w2"))))
    assert found(report) == {("V2", "E05")}
    assert report.verdict == "cannot_tell"
    assert statuses(report) == "pf" + "n" * 6


def test_a_false_witness_line_is_not_genuine() -> None:
    host, _ = WITNESSES["w2"]
    report = check(edited(good_bundle(), line(b"", host, spoil=True)))
    assert found(report) == {("V2", "E05")}
    assert report.verdict == "not_genuine"


def test_a_false_auditor_line_is_not_genuine() -> None:
    ledger = sealed_story()
    raw = ledger.bundle(checkpoint=ledger.checkpoint(auditors=True)).to_bytes()
    report = check(edited(raw, line(b"", AUDITOR[0], spoil=True)))
    assert report.verdict == "not_genuine"


def test_one_witness_under_two_lines_is_not_two() -> None:
    def twice(fields: dict[str, Any]) -> None:
        fields["checkpoint"].append(fields["checkpoint"][-1])

    assert ("V2", "E03") in found(check(edited(good_bundle(), twice)))


@pytest.mark.parametrize(
    "lines",
    [
        lambda rows: [*rows[:3], "extension", *rows[3:]],
        lambda rows: [*rows[:3], "", *rows[3:]],
        lambda rows: rows[:3],
        lambda rows: [rows[0], "-0", *rows[2:]],
        lambda rows: [rows[0], "0" + rows[1], *rows[2:]],
        lambda rows: [rows[0], "+" + rows[1], *rows[2:]],
        lambda rows: [rows[0], "9" * 30, *rows[2:]],
        lambda rows: [*rows, "", "a text after the end"],
        lambda _: [],
    ],
)
def test_a_checkpoint_of_another_form_is_refused(lines: Any) -> None:
    def edit(fields: dict[str, Any]) -> None:
        fields["checkpoint"] = lines(fields["checkpoint"])

    assert found(check(edited(good_bundle(), edit))) == {("V2", "E03")}


def grown() -> tuple[Ledger, int, bytes]:
    """Return a ledger sealed twice, with the size and root of the first seal."""
    ledger = sealed_story()
    size = len(ledger.leaves)
    root = ledger.root(size)
    ledger.append(OTHER_BATCH, "batch.opened/v1", PERFORMED)
    ledger.seal()
    return ledger, size, root


def test_a_grown_ledger_with_its_proof_continues_the_known_one() -> None:
    ledger, size, root = grown()
    bundle = ledger.bundle(consistency_from=[size])
    assert check(bundle, trust=trust(known=(size, root))).verdict == "genuine"
    assert check(bundle, memory=(size, root)).verdict == "genuine"


def test_a_grown_ledger_without_proof_leaves_the_question_open() -> None:
    ledger, size, root = grown()
    report = check(ledger.bundle(), memory=(size, root))
    assert found(report) == {("V2", "E06")}
    assert report.verdict == "cannot_tell"


def test_a_false_proof_of_growth_is_not_genuine() -> None:
    ledger, size, root = grown()
    bundle = ledger.bundle(consistency_from=[size])
    report = check(bundle, memory=(size, bytes(32)))
    assert found(report) == {("V2", "E06")}
    assert report.verdict == "not_genuine"
    spoilt = replace(bundle, consistency={size: bundle.consistency[size][:-1]})
    assert check(spoilt, memory=(size, root)).verdict == "not_genuine"


def test_an_older_state_than_the_known_one_leaves_the_question_open() -> None:
    ledger, size, _ = grown()
    now_root = ledger.root(len(ledger.leaves))
    report = check(good_bundle(), memory=(len(ledger.leaves), now_root))
    assert found(report) == {("V2", "E06")}
    assert report.verdict == "cannot_tell"
    # In the archive the older state is fine when it is proved to lead to the known one.
    bundle = Bundle.parse(good_bundle())
    proof = tuple(ledger.consistency(size, len(ledger.leaves)))
    later = replace(bundle, consistency={len(ledger.leaves): proof})
    memory = (len(ledger.leaves), now_root)
    assert check(later, memory=memory, archive=True).verdict == "genuine"
    assert check(bundle, memory=memory, archive=True).verdict == "cannot_tell"


def test_two_ledgers_of_one_size_are_a_fork() -> None:
    size = check(good_bundle()).size
    for given in ({"memory": (size, bytes(32))}, {"trust": trust(known=(size, bytes(32)))}):
        report = check(good_bundle(), **given)
        assert found(report) == {("V2", "E07")}
        assert report.verdict == "not_genuine"


def test_an_old_checkpoint_leaves_the_question_open_and_the_rest_is_still_checked() -> None:
    late = START + 10 * 86_400
    report = check(good_bundle(), now=late)
    assert found(report) == {("V2", "E09")}
    assert report.verdict == "cannot_tell"
    assert statuses(report) == "pf" + "p" * 6
    old = check(good_bundle(), now=late, archive=True)
    assert (old.verdict, [note.code for note in old.notes]) == ("genuine", ["E09"])


def test_thirty_years_later_the_archive_is_still_genuine() -> None:
    report = check(good_bundle(), now=START + 30 * 365 * 86_400, archive=True)
    assert report.verdict == "genuine"


def test_a_time_in_the_future_leaves_the_question_open() -> None:
    report = check(good_bundle(), now=START - 86_400)
    assert found(report) == {("V2", "E10")}
    assert report.verdict == "cannot_tell"


def test_a_witness_before_the_seal_saw_another_ledger() -> None:
    ledger = sealed_story()
    note = ledger.checkpoint(time=ledger.seals[-1].time - 4_000)
    report = check(ledger.bundle(checkpoint=note))
    assert found(report) == {("V2", "E10")}
