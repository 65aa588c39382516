"""A verifier with a memory notices a ledger that shrinks or forks, and other goods."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app import acts
from app.conftest import LATER
from custody.adapters.verifier_memory import SqliteVerifierMemory
from custody.app.verification import memory as remembering
from custody.app.verification.memory import (
    Forgetful,
    Kept,
    Remembered,
    Seen,
    ledger_key,
    verify_remembering,
)
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import Clock, DemoResult, passphrase
from custody.errors import StorageError
from custody.evidence.fraud import Fraud
from custody.evidence.fraud_proof import check_fraud
from custody.evidence.trust import TrustRoot
from custody.wiring.ledger import OpenLedger, open_ledger

SHIPMENT, OTHER = "SHP-2026-001", "SHP-2026-002"


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[SqliteVerifierMemory]:
    made = SqliteVerifierMemory(tmp_path / "memory.db")
    yield made
    made.close()


@pytest.fixture
def trust(played: DemoResult) -> bytes:
    return played.trust.read_bytes()


def exported(ledger: OpenLedger, shipment: str = SHIPMENT) -> bytes:
    return ledger.export(shipment, passphrase).data


def moved(ledger: OpenLedger, clock: Clock, box: str = "R1") -> None:
    """Record something else a minute later."""
    assert clock.moment is not None
    clock.moment += timedelta(minutes=1)
    acts.moved(ledger, box)


def found(told: Remembered) -> set[tuple[str, str]]:
    return {(f.step, f.code) for f in told.report.findings}


def test_a_bundle_seen_twice_is_genuine_twice_and_said_to_be_known(
    played: DemoResult, trust: bytes, memory: SqliteVerifierMemory
) -> None:
    data = played.bundle.read_bytes()
    first = verify_remembering(data, trust, memory, now=LATER)
    assert first.report.genuine
    assert first.report.evidence.notes == ()
    second = verify_remembering(data, trust, memory, now=LATER + 60)
    assert second.report.genuine
    (note,) = second.report.evidence.notes
    assert (note.code, note.where) == ("E27", SHIPMENT)
    assert second.report.text_of(note, "zh")["why"] == "此前已于 2026-11-24 在此核验通过"


def test_the_largest_checkpoint_is_remembered_and_the_ledger_may_grow(
    played: DemoResult,
    ledger: OpenLedger,
    clock: Clock,
    trust: bytes,
    memory: SqliteVerifierMemory,
) -> None:
    verify_remembering(played.bundle.read_bytes(), trust, memory, now=LATER)
    moved(ledger, clock)
    assert verify_remembering(exported(ledger), trust, memory, now=LATER).report.genuine
    kept = memory.largest(ledger_key(TrustRoot.parse(trust)))
    assert kept is not None
    assert kept.size == ledger.log.size()


def test_an_older_state_than_the_one_seen_leaves_the_question_open(
    played: DemoResult,
    ledger: OpenLedger,
    clock: Clock,
    trust: bytes,
    memory: SqliteVerifierMemory,
) -> None:
    """A recall may lie in between, and only the later bundle would show it."""
    moved(ledger, clock)
    verify_remembering(exported(ledger), trust, memory, now=LATER)
    told = verify_remembering(played.bundle.read_bytes(), trust, memory, now=LATER)
    assert (told.report.verdict.value, found(told)) == ("cannot_tell", {("V2", "E06")})
    kept = memory.largest(ledger_key(TrustRoot.parse(trust)))
    assert kept is not None and kept.size == ledger.log.size()


def fork(folder: Path, clock: Clock, tmp_path: Path) -> tuple[bytes, bytes]:
    """Return two bundles of one ledger that was continued in two ways, equally long."""
    twin = tmp_path / "twin"
    shutil.copytree(folder, twin)
    made = []
    for place, box in ((folder, "R1"), (twin, "R9")):
        with open_ledger(place, clock=clock) as opened:
            moved(opened, clock, box=box)
            made.append(exported(opened))
    return made[0], made[1]


def test_two_histories_are_noticed_and_the_proof_convicts_the_ledger(
    played: DemoResult,
    folder: Path,
    clock: Clock,
    tmp_path: Path,
    trust: bytes,
    memory: SqliteVerifierMemory,
) -> None:
    one, other = fork(folder, clock, tmp_path)
    assert verify_remembering(one, trust, memory, now=LATER).report.genuine
    told = verify_remembering(other, trust, memory, now=LATER)
    assert (told.report.verdict.value, ("V2", "E07") in found(told)) == ("not_genuine", True)
    assert told.fraud is not None
    proof = Fraud.parse(told.fraud)
    assert (proof.kind, check_fraud(proof, TrustRoot.parse(trust)).proved) == ("F1", True)
    # Each of them is genuine to somebody who never saw the other.
    assert verify_bundle(other, trust, now=LATER).genuine


def test_without_a_memory_nothing_is_noticed_and_nothing_is_kept(
    played: DemoResult, folder: Path, clock: Clock, tmp_path: Path, trust: bytes
) -> None:
    for data in fork(folder, clock, tmp_path):
        assert verify_remembering(data, trust, Forgetful(), now=LATER).report.genuine


def test_a_ledger_of_the_same_name_under_other_keys_is_another_ledger(trust: bytes) -> None:
    root = TrustRoot.parse(trust)
    first, second = root.log_keys
    other = replace(root, log_keys=(replace(first, public=second.public[:32]), second))
    assert ledger_key(other) != ledger_key(root)
    assert ledger_key(replace(root, version=9, max_age=60)) == ledger_key(root)


def test_a_memory_that_was_tampered_with_stops_the_verification(
    played: DemoResult, trust: bytes, memory: SqliteVerifierMemory
) -> None:
    key = ledger_key(TrustRoot.parse(trust))
    memory.keep(key, None, Kept(9_999, b"cells.example/suzhou\n9999\n"))
    with pytest.raises(StorageError) as refused:
        verify_remembering(played.bundle.read_bytes(), trust, memory, now=LATER)
    assert refused.value.code == "C735"


def test_a_bundle_that_is_not_genuine_leaves_no_shipment_in_the_memory(
    played: DemoResult, trust: bytes, memory: SqliteVerifierMemory
) -> None:
    late = LATER + 30 * 86_400
    assert not verify_remembering(
        played.bundle.read_bytes(), trust, memory, now=late
    ).report.genuine
    told = verify_remembering(played.bundle.read_bytes(), trust, memory, now=LATER)
    assert told.report.evidence.notes == ()


def particulars(played: DemoResult, trust: bytes) -> tuple[str, str, str]:
    report = verify_bundle(played.bundle.read_bytes(), trust, now=LATER)
    said = report.particulars
    return report.evidence.shipment, said.number, said.declaration


@pytest.mark.parametrize("exporter", ["this one", "another"])
def test_a_declaration_used_for_another_shipment_leaves_the_question_open(
    exporter: str,
    played: DemoResult,
    trust: bytes,
    memory: SqliteVerifierMemory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody shows one declaration with two boxes, even of two exporters."""
    _, _, declaration = particulars(played, trust)
    assert declaration
    key = ledger_key(TrustRoot.parse(trust)) if exporter == "this one" else "other 1"
    if exporter == "another":  # the demonstration's ledger is taken for a real one
        monkeypatch.setattr("custody.app.verification.memory.INVENTED", re.compile("(?!)"))
    memory.keep_shipment(Seen(key, "shipment:" + "0" * 32, "SHP-X", declaration, LATER - 60))
    told = verify_remembering(played.bundle.read_bytes(), trust, memory, now=LATER)
    assert (told.report.verdict.value, found(told)) == ("cannot_tell", {("V9", "E27")})
    (finding,) = told.report.findings
    assert "SHP-X" in finding.detail
    assert "SHP-X" in told.report.text_of(finding, "zh")["why"]


def test_one_demonstration_does_not_disturb_the_next(
    played: DemoResult, trust: bytes, memory: SqliteVerifierMemory
) -> None:
    _, _, declaration = particulars(played, trust)
    memory.keep_shipment(Seen("other 1", "shipment:" + "0" * 32, "SHP-X", declaration, LATER - 60))
    told = verify_remembering(played.bundle.read_bytes(), trust, memory, now=LATER)
    assert told.report.verdict.value == "genuine"


def test_a_shipment_that_comes_with_another_declaration_leaves_the_question_open(
    played: DemoResult, trust: bytes, memory: SqliteVerifierMemory
) -> None:
    shipment, number, _ = particulars(played, trust)
    key = ledger_key(TrustRoot.parse(trust))
    memory.keep_shipment(Seen(key, shipment, number, "DECL-OLD", LATER - 60))
    told = verify_remembering(played.bundle.read_bytes(), trust, memory, now=LATER)
    assert (told.report.verdict.value, found(told)) == ("cannot_tell", {("V9", "E27")})


def test_two_shipments_of_one_ledger_do_not_disturb_each_other(
    ledger: OpenLedger, trust: bytes, memory: SqliteVerifierMemory
) -> None:
    for shipment in (SHIPMENT, OTHER):
        told = verify_remembering(exported(ledger, shipment), trust, memory, now=LATER)
        assert told.report.genuine, told.report.findings
        assert told.report.evidence.notes == ()


def test_a_verifier_that_is_overtaken_judges_again(
    played: DemoResult,
    ledger: OpenLedger,
    clock: Clock,
    trust: bytes,
    memory: SqliteVerifierMemory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between reading and keeping, another verifier saw a later state: this one is older now."""
    old = played.bundle.read_bytes()
    moved(ledger, clock)
    later = exported(ledger)
    calls: list[int] = []

    def overtaken(*args: object, **options: object) -> object:
        report = verify_bundle(*args, **options)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) == 1:
            verify_remembering(later, trust, SqliteVerifierMemory(memory.path), now=LATER)
        return report

    monkeypatch.setattr(remembering, "verify_bundle", overtaken)
    told = verify_remembering(old, trust, memory, now=LATER)
    assert len(calls) == 3
    assert (told.report.verdict.value, found(told)) == ("cannot_tell", {("V2", "E06")})


def test_what_was_seen_under_the_ledgers_former_keys_still_counts(
    played: DemoResult, trust: bytes, memory: SqliteVerifierMemory
) -> None:
    """When the ledger's keys are changed, the state seen before must still be continued."""
    root = TrustRoot.parse(trust)
    data = played.bundle.read_bytes()
    verify_remembering(data, trust, memory, now=LATER)
    others = tuple(replace(k, public=bytes(31) + b"\x09" + k.public[32:]) for k in root.log_keys)
    after = replace(root, version=2, prev=root.fingerprint, log_keys=others).to_bytes()
    chain = TrustRoot.parse(after).after([trust])
    (seen,) = remembering._known(memory, chain)
    assert seen[1].size == played.report.evidence.size
    assert remembering._known(memory, TrustRoot.parse(after)) == []
