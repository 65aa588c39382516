"""Root keys change by a new trust file: announced by the old roots, judged by place in the log."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custody.errors import TrustError
from custody.evidence import names
from custody.evidence.bundle import Bundle
from custody.evidence.findings import Verdict
from custody.evidence.trust import TrustRoot
from evidence.cast import OPERATOR, POLICY, QUALITY, ROOTS, Person, by_roots, trust
from evidence.checking import check, found
from evidence.ledgers import BATCH, Ledger

NEW_ROOTS = tuple(Person(f"new root {n}", 0x7A + n) for n in (1, 2, 3))
ANNOUNCED = "trustroot.announced/v1"


def second(before: TrustRoot | None = None, **changes: object) -> TrustRoot:
    """The trust file after `before`, with other root keys."""
    first = before or trust()
    fields = {
        "version": first.version + 1,
        "prev": first.fingerprint,
        "roots": {root.kid: root.public for root in NEW_ROOTS},
    }
    return trust(**{**fields, **changes})


def by_new_roots() -> list[tuple[Person, str, str]]:
    return [(root, "approved", "root") for root in NEW_ROOTS[:2]]


def announce(
    ledger: Ledger, file: TrustRoot, signers: list[tuple[Person, str, str]] | None = None
) -> None:
    body = {"version": file.version, "sha256": file.fingerprint}
    ledger.append(names.AUTHORITY, ANNOUNCED, signers or by_roots(), body=body)


def handed_on(file: TrustRoot | None = None) -> Ledger:
    """A ledger whose new roots gave it a policy again after they were announced."""
    ledger = Ledger().establish().story()
    announce(ledger, file or second())
    ledger.append(names.AUTHORITY, "policy.adopted/v1", by_new_roots(), body={"rules": POLICY})
    return ledger


def bundle(ledger: Ledger) -> Bundle:
    ledger.seal()
    kids = {root.kid for root in (*ROOTS, *NEW_ROOTS)}
    return ledger.bundle(roots=kids)


def after(file: TrustRoot, *earlier: TrustRoot) -> TrustRoot:
    return file.after([f.to_bytes() for f in earlier])


def test_a_ledger_whose_roots_were_handed_on_is_genuine_with_both_trust_files() -> None:
    report = check(bundle(handed_on()), trust=after(second(), trust()))
    assert (report.verdict, found(report)) == (Verdict.GENUINE, set())


def test_with_the_old_trust_file_alone_nobody_can_tell() -> None:
    report = check(bundle(handed_on()), trust=trust())
    assert found(report) == {("V4", "E02")}
    assert report.verdict is Verdict.CANNOT_TELL
    assert not report.proved


def test_the_new_roots_count_only_after_they_are_announced() -> None:
    ledger = Ledger().establish().story()
    ledger.append(names.AUTHORITY, "policy.adopted/v1", by_new_roots(), body={"rules": POLICY})
    announce(ledger, second())
    report = check(bundle(ledger), trust=after(second(), trust()))
    assert ("V6", "E21") in found(report)
    assert report.verdict is Verdict.NOT_GENUINE


def test_a_retired_root_decides_nothing_any_more() -> None:
    ledger = handed_on()
    ledger.append(names.AUTHORITY, "policy.adopted/v1", by_roots(), body={"rules": POLICY[:3]})
    report = check(bundle(ledger), trust=after(second(), trust()))
    assert found(report) == {("V6", "E21")}


def test_new_roots_cannot_announce_themselves() -> None:
    ledger = Ledger().establish().story()
    announce(ledger, second(), by_new_roots())
    report = check(bundle(ledger), trust=after(second(), trust()))
    assert ("V6", "E21") in found(report)


def test_another_file_than_the_one_relied_on_cannot_be_announced() -> None:
    ledger = Ledger().establish().story()
    announce(ledger, second(max_age=3_600))
    report = check(bundle(ledger), trust=after(second(), trust()))
    assert found(report) == {("V6", "E21")}


def test_a_false_announcement_is_judged_and_not_believed() -> None:
    ledger = Ledger().establish().story()
    announce(ledger, second(), [(QUALITY, "approved", "root"), (OPERATOR, "approved", "root")])
    report = check(bundle(ledger), trust=trust())
    assert ("V6", "E21") in found(report)
    assert report.verdict is Verdict.NOT_GENUINE


def test_an_announcement_without_a_digest_is_refused() -> None:
    ledger = Ledger().establish().story()
    ledger.append(names.AUTHORITY, ANNOUNCED, by_roots(), body={"version": 2})
    assert found(check(bundle(ledger), trust=trust())) == {("V6", "E12")}


def test_a_bundle_from_before_the_announcement_stays_genuine() -> None:
    report = check(bundle(Ledger().establish().story()), trust=after(second(), trust()))
    assert report.verdict is Verdict.GENUINE


def test_roots_can_be_handed_on_twice() -> None:
    third = second(second(), roots={root.kid: root.public for root in ROOTS})
    ledger = handed_on()
    announce(ledger, third, by_new_roots())
    ledger.append(names.AUTHORITY, "policy.adopted/v1", by_roots(), body={"rules": POLICY})
    made = bundle(ledger)
    assert check(made, trust=after(third, trust(), second())).verdict is Verdict.GENUINE
    assert check(made, trust=after(second(), trust())).verdict is Verdict.CANNOT_TELL


def test_earlier_trust_files_are_believed_only_along_the_chain() -> None:
    forged = trust(roots={root.kid: root.public for root in NEW_ROOTS})
    for files in ([forged], [trust(), forged], [second(max_age=60)]):
        with pytest.raises(TrustError) as refused:
            after(second(), *files)
        assert refused.value.code == "C510"


def test_a_gap_in_the_chain_is_refused() -> None:
    third = second(second())
    with pytest.raises(TrustError) as refused:
        after(third, trust())
    assert refused.value.code == "C510"


def test_earlier_files_are_no_part_of_the_fingerprint() -> None:
    assert after(second(), trust()).fingerprint == second().fingerprint


def test_other_streams_are_untouched_by_a_change_of_roots() -> None:
    ledger = handed_on()
    ledger.append(BATCH, "batch.held/v1", [(QUALITY, "rejected", "quality_authority")])
    report = check(bundle(ledger), trust=after(second(), trust()))
    assert report.verdict is Verdict.GENUINE
    assert replace(trust(), earlier=()).every_root == trust().roots


def test_with_the_new_trust_file_alone_nobody_can_tell() -> None:
    report = check(bundle(handed_on()), trust=second())
    assert found(report) == {("V4", "E02")}
    assert report.verdict is Verdict.CANNOT_TELL
    assert "before version 2" in report.findings[0].detail


def test_an_act_of_fewer_roots_than_a_later_file_demands_needs_the_earlier_file() -> None:
    later = second(roots=trust().roots, root_threshold=3)
    ledger = Ledger().establish().story()
    announce(ledger, later)
    assert found(check(bundle(ledger), trust=later)) == {("V4", "E02")}
    assert check(bundle(ledger), trust=after(later, trust())).verdict is Verdict.GENUINE


def test_what_follows_the_announcement_is_judged_even_without_the_earlier_file() -> None:
    same = second(roots=trust().roots)
    ledger = Ledger().establish().story()
    announce(ledger, same)
    assert check(bundle(ledger), trust=same).verdict is Verdict.GENUINE
    ledger.append(names.AUTHORITY, "policy.adopted/v1", by_new_roots(), body={"rules": POLICY})
    assert check(bundle(ledger), trust=same).verdict is Verdict.NOT_GENUINE


def test_with_every_earlier_file_at_hand_a_strange_root_is_not_excused() -> None:
    ledger = handed_on()
    strangers = [(QUALITY, "approved", "root"), (OPERATOR, "approved", "root")]
    ledger.append(names.AUTHORITY, "policy.adopted/v1", strangers, body={"rules": POLICY})
    report = check(bundle(ledger), trust=after(second(), trust()))
    assert report.verdict is Verdict.NOT_GENUINE


def test_a_trust_file_that_the_ledger_never_announced_is_noted() -> None:
    # Whoever keeps the old roots in power by not announcing the new file cannot do so unseen.
    report = check(bundle(Ledger().establish().story()), trust=after(second(), trust()))
    assert [(note.code, note.where) for note in report.notes] == [("E02", "trust file")]
    assert "version 2 is not announced" in report.notes[0].detail
    assert check(bundle(handed_on()), trust=after(second(), trust())).notes == ()
