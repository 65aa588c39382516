"""Root keys, ledger keys and witnesses change by a new trust file, and only so."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.acts import do, unlocked
from app.conftest import LATER
from custody.app.recording.intent import SignAs
from custody.app.verification.verifying import Report, verify_bundle
from custody.demo.play import passphrase
from custody.errors import CustodyError, TrustError
from custody.evidence.findings import Verdict
from custody.evidence.succession import envelope
from custody.wiring.handover import hand_over
from custody.wiring.ledger import OpenLedger, open_ledger
from custody.wiring.trust import (
    Changes,
    Proposed,
    accept,
    adopt,
    new_ledger_keys,
    next_file,
    read,
    sign,
)

SHIPMENT = "SHP-2026-001"
OLD = ("root-1", "root-2")
NEW = ("root-4", "root-5")


def by(ledger: OpenLedger, *names: str) -> list[SignAs]:
    return [SignAs(unlocked(ledger, name)) for name in names]


def signed_by(ledger: OpenLedger, changes: Changes, *names: str) -> bytes:
    draft = next_file(ledger.trust, changes).to_bytes()
    return sign(ledger.trust, draft, [unlocked(ledger, name) for name in names])


def other_roots(ledger: OpenLedger) -> Changes:
    added = tuple(ledger.keys.create(name, "ed25519", passphrase(name)) for name in NEW)
    gone = tuple(ledger.keys.find(name).kid for name in ("root-1", "root-2", "root-3"))
    return Changes(roots=added, without_roots=gone)


def exported(ledger: OpenLedger, trust: bytes, *earlier: bytes) -> Report:
    data = ledger.export(SHIPMENT, passphrase).data
    return verify_bundle(data, trust, now=LATER, earlier=earlier)


def found(report: Report) -> set[tuple[str, str]]:
    return {(f.step, f.code) for f in report.findings}


def test_roots_are_handed_on_and_every_old_record_stays_genuine(
    ledger: OpenLedger, folder: Path
) -> None:
    before = ledger.trust.to_bytes()
    adopt(ledger, signed_by(ledger, other_roots(ledger), *OLD, *NEW), by(ledger, *OLD))
    with open_ledger(folder, clock=ledger.clock) as again:
        assert again.trust.version == 2
        assert again.audit().ok
        after = again.trust.to_bytes()
        assert exported(again, after, before).verdict is Verdict.GENUINE
        assert exported(again, before).verdict is Verdict.CANNOT_TELL
        alone = exported(again, after)
        assert found(alone) == {("V4", "E02")}
        assert alone.verdict is Verdict.CANNOT_TELL


def test_after_that_only_the_new_roots_decide(ledger: OpenLedger, folder: Path) -> None:
    adopt(ledger, signed_by(ledger, other_roots(ledger), *OLD, *NEW), by(ledger, *OLD))
    with open_ledger(folder, clock=ledger.clock) as again:
        with pytest.raises(CustodyError) as refused:
            again.revoke("Wang Min", "left", -1, by(again, *OLD))
        assert refused.value.code in ("C202", "C206")
        size = again.log.size()
        again.revoke("Wang Min", "left", -1, by(again, *NEW))
        assert again.log.size() == size + 1
        assert again.audit().ok


def test_a_new_pair_of_ledger_keys_signs_what_comes_after(ledger: OpenLedger, folder: Path) -> None:
    ledger.checkpoint(passphrase)
    before = ledger.trust.to_bytes()
    old = ledger.export(SHIPMENT, passphrase).data
    pair = new_ledger_keys(ledger, passphrase)
    adopt(ledger, signed_by(ledger, Changes(log_keys=pair), *OLD), by(ledger, *OLD))
    with open_ledger(folder, clock=ledger.clock) as again:
        after = again.trust.to_bytes()
        assert exported(again, after, before).verdict is Verdict.GENUINE
        # A bundle of the old pair is believed by those who still rely on the old file only.
        assert verify_bundle(old, before, now=LATER).verdict is Verdict.GENUINE
        assert found(verify_bundle(old, after, now=LATER, earlier=[before])) == {("V2", "E04")}
        assert again.audit().ok


def test_too_few_roots_pass_nothing_on(ledger: OpenLedger, folder: Path) -> None:
    changes = other_roots(ledger)
    for names in (OLD, NEW, ("root-1", *NEW), (*OLD, "root-4")):
        with pytest.raises(TrustError) as refused:
            accept(ledger.trust, [signed_by(ledger, changes, *names)])
        assert refused.value.code == "C504"
    assert not (folder / "earlier-trust").exists()
    assert ledger.trust.version == 1


def test_signatures_are_collected_one_after_another(ledger: OpenLedger) -> None:
    changes = other_roots(ledger)
    raw = next_file(ledger.trust, changes).to_bytes()
    for name in (*OLD, *NEW):
        raw = sign(ledger.trust, raw, [unlocked(ledger, name)])
    assert read(raw).lacking(ledger.trust) == (0, 0)
    assert accept(ledger.trust, [raw]).version == 2


def test_a_stranger_cannot_sign_the_next_trust_file(ledger: OpenLedger) -> None:
    with pytest.raises(TrustError) as refused:
        signed_by(ledger, Changes(max_age=86_400), "root-1", "Chen Yu")
    assert refused.value.code == "C511"


def test_stopped_after_the_announcement_the_same_command_goes_on(
    ledger: OpenLedger, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = signed_by(ledger, Changes(max_age=86_400), *OLD)
    with monkeypatch.context() as patch:
        patch.setattr(
            "custody.wiring.trust.os.replace", lambda *_: (_ for _ in ()).throw(OSError())
        )
        with pytest.raises(CustodyError) as stopped:
            adopt(ledger, raw, by(ledger, *OLD))
    assert stopped.value.code == "C706"
    size = ledger.log.size()
    following, act = adopt(ledger, raw, by(ledger, *OLD))
    assert (following.version, act, ledger.log.size()) == (2, None, size)
    with open_ledger(folder, clock=ledger.clock) as again:
        assert again.trust.max_age == 86_400


def test_another_file_of_an_announced_version_is_refused(ledger: OpenLedger) -> None:
    adopt(ledger, signed_by(ledger, Changes(max_age=86_400), *OLD), by(ledger, *OLD))
    with pytest.raises(TrustError) as refused:
        adopt(ledger, signed_by(ledger, Changes(max_age=90_000), *OLD), by(ledger, *OLD))
    assert refused.value.code == "C512"


def test_nothing_new_is_no_new_version(ledger: OpenLedger) -> None:
    with pytest.raises(CustodyError) as refused:
        next_file(ledger.trust, Changes(max_age=ledger.trust.max_age))
    assert refused.value.code == "C126"


def test_recording_goes_on_after_trust_was_passed_on(ledger: OpenLedger, folder: Path) -> None:
    adopt(ledger, signed_by(ledger, other_roots(ledger), *OLD, *NEW), by(ledger, *OLD))
    with open_ledger(folder, clock=ledger.clock) as again:
        test = {"test": "sterility", "outcome": "negative", "verdict": "pass", "sample": "QC-9"}
        body = {**test, "method": "compendial"}
        do(again, "batch.tested/v1", "B-2026-001", body, by=("Zhou Ping",))
        assert again.audit().ok


def test_the_handover_folder_verifies_itself_with_the_earlier_trust_files(
    ledger: OpenLedger, folder: Path, tmp_path: Path
) -> None:
    adopt(ledger, signed_by(ledger, other_roots(ledger), *OLD, *NEW), by(ledger, *OLD))
    with open_ledger(folder, clock=ledger.clock) as again:
        papers = folder / "documents"
        made = hand_over(
            again, "SHP-2026-002", passphrase, tmp_path, documents=papers, with_pdf=False
        )
        data = (made.path / made.facts.bundle_name).read_bytes()
        earlier = [file.to_bytes() for file in again.trust.earlier]
        report = verify_bundle(data, again.trust.to_bytes(), now=LATER, earlier=earlier)
        assert report.verdict is Verdict.GENUINE


def test_a_false_signature_does_not_make_a_file_look_complete(ledger: OpenLedger) -> None:
    made = next_file(ledger.trust, Changes(max_age=86_400))
    kids = [ledger.keys.find(name).kid for name in OLD]
    proposed = Proposed(made, dict.fromkeys(kids, bytes(64)))
    assert proposed.lacking(ledger.trust) == (2, 2)
    with pytest.raises(TrustError) as refused:
        read(envelope(made.to_bytes(), proposed.signatures))
    assert refused.value.code == "C504"
