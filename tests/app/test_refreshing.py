"""A refresh file brings an old bundle up to the day, or says that it is superseded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from app.acts import do, moved
from custody.adapters.verifier_memory import SqliteVerifierMemory
from custody.app.publication.refreshing import refresh
from custody.app.verification.memory import verify_remembering
from custody.app.verification.verifying import Report, verify_bundle
from custody.demo.play import Clock, DemoResult, passphrase
from custody.errors import InputError
from custody.evidence.refresh import Refresh
from custody.wiring.ledger import OpenLedger

SHIPMENT = "SHP-2026-001"
DAYS = 86_400


@pytest.fixture(autouse=True)
def days_later(clock: Clock) -> None:
    assert clock.moment is not None
    clock.moment += timedelta(days=5)


def refreshed(ledger: OpenLedger, known: Sequence[int] = ()) -> bytes:
    return refresh(ledger, SHIPMENT, passphrase, known).data


def judged(played: DemoResult, ledger: OpenLedger, made: bytes | None) -> Report:
    data, trust = played.bundle.read_bytes(), played.trust.read_bytes()
    return verify_bundle(data, trust, now=ledger.clock() + 60, refresh=made)


def test_a_stale_bundle_is_genuine_again_as_of_the_refresh(
    played: DemoResult, ledger: OpenLedger
) -> None:
    moved(ledger)
    assert judged(played, ledger, None).verdict.value == "cannot_tell"
    report = judged(played, ledger, refreshed(ledger))
    assert report.genuine, report.findings
    seal = ledger.log.last_seal()
    assert seal is not None
    assert report.evidence.as_of == seal.time
    assert report.evidence.notes == ()
    assert report.newest is not None and report.newest[0] == ledger.log.size()


def test_a_recall_since_the_bundle_is_noticed_though_the_bundle_cannot_show_it(
    played: DemoResult, ledger: OpenLedger
) -> None:
    by = ("Li Wei:quality_authority:approved",)
    do(ledger, "batch.recalled/v1", "B-2026-001", {"reason": "complaint"}, by=by)
    report = judged(played, ledger, refreshed(ledger))
    assert report.verdict.value == "cannot_tell"
    assert {(f.step, f.code) for f in report.findings} >= {("V4", "E35")}
    assert report.evidence.as_of is not None
    assert report.evidence.as_of < ledger.clock() - 4 * DAYS
    text = report.text_of(report.findings[0], "zh")
    assert text["title"] == "此后另有记录"
    assert "此后新增 1 条记录" in text["why"]


def test_a_permit_that_ran_out_meanwhile_is_seen_as_of_the_refresh(
    played: DemoResult, ledger: OpenLedger, clock: Clock
) -> None:
    assert clock.moment is not None
    clock.moment += timedelta(days=3 * 365)
    report = judged(played, ledger, refreshed(ledger))
    assert ("V9", "E26") in {(f.step, f.code) for f in report.findings}
    assert report.verdict.value == "cannot_tell"


def test_a_refresh_file_of_yesterday_s_ledger_does_not_make_an_old_bundle_fresh(
    played: DemoResult, ledger: OpenLedger, clock: Clock
) -> None:
    made = refreshed(ledger)
    assert clock.moment is not None
    clock.moment += timedelta(days=5)
    report = judged(played, ledger, made)
    assert {(f.step, f.code) for f in report.findings} == {("V2", "E09")}


def test_any_bytes_as_refresh_file_are_refused_and_never_crash(
    played: DemoResult, ledger: OpenLedger
) -> None:
    for wrong in (b"", b"{}", b"\xff" * 100, played.bundle.read_bytes()):
        report = judged(played, ledger, wrong)
        assert report.verdict.value == "cannot_tell"
        assert ("V1", "E01") in {(f.step, f.code) for f in report.findings}


def test_an_older_bundle_and_its_refresh_satisfy_a_verifier_who_saw_more(
    played: DemoResult, ledger: OpenLedger, tmp_path: Path
) -> None:
    """The gap of a lone bundle: what this verifier knows lies after it. `known` bridges it."""
    trust, now = played.trust.read_bytes(), ledger.clock() + 60
    memory = SqliteVerifierMemory(tmp_path / "memory.db")
    moved(ledger)
    other = ledger.export("SHP-2026-002", passphrase).data
    assert verify_remembering(other, trust, memory, now=now).report.genuine
    seen = ledger.log.size()
    moved(ledger)
    data = played.bundle.read_bytes()
    alone = verify_remembering(data, trust, memory, now=now).report
    assert "E06" in {f.code for f in alone.findings}
    made = refreshed(ledger, [seen])
    both = verify_remembering(data, trust, memory, now=now, refresh=made).report
    assert both.genuine, both.findings


def test_a_size_that_no_published_checkpoint_has_can_be_asked_for(
    ledger: OpenLedger, played: DemoResult
) -> None:
    """A recipient may know any size, for example one between the first and the latest."""
    made = Refresh.parse(refreshed(ledger, [37]))
    assert 37 in made.consistency
    bundle = ledger.export(SHIPMENT, passphrase, [37]).data
    trust = played.trust.read_bytes()
    known = (37, ledger.log.root(37))
    assert verify_bundle(bundle, trust, now=ledger.clock() + 60, memory=known).genuine
    plain = ledger.export(SHIPMENT, passphrase).data
    report = verify_bundle(plain, trust, now=ledger.clock() + 60, memory=known)
    assert {(f.code, f.verdict.value) for f in report.findings} == {("E06", "cannot_tell")}


@pytest.mark.parametrize("size", [0, -1, 10_000_000])
def test_a_size_the_ledger_never_had_is_refused(ledger: OpenLedger, size: int) -> None:
    before = ledger.log.size()
    with pytest.raises(InputError) as refused:
        refreshed(ledger, [size])
    assert refused.value.code == "C130"
    with pytest.raises(InputError):
        ledger.export(SHIPMENT, passphrase, [size])
    assert ledger.log.size() >= before


def test_sixty_four_proofs_are_never_exceeded(ledger: OpenLedger) -> None:
    made = Refresh.parse(refreshed(ledger, range(1, 65)))
    assert sorted(made.consistency) == list(range(1, 65))
