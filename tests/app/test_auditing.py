"""A map auditor signs what it replayed itself, and convicts a ledger that lied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from app.acts import do, moment, moved
from app.conftest import LATER
from attacks.insider import write
from custody.adapters import sqlite_rows
from custody.app.oversight import audit
from custody.app.oversight.fraud_proofs import check
from custody.app.verification.unprovable import level_words
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import Clock, passphrase
from custody.errors import EvidenceError, InputError
from custody.evidence import payload as wire
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry, encode, pae
from custody.evidence.headmap import Head
from custody.evidence.trust import TrustRoot
from custody.wiring import checkers
from custody.wiring import witnesses as others
from custody.wiring.checkers import Audited, AuditorCard
from custody.wiring.ledger import OpenLedger, create_ledger, open_ledger

NAME = "auditor.example/map-1"
BATCH = "B-2026-001"


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> AuditorCard:
    """An auditor, made once: a key takes its time."""
    return checkers.create_auditor(tmp_path_factory.mktemp("auditor") / "a", NAME, passphrase)


@pytest.fixture
def auditor(card: AuditorCard, tmp_path: Path) -> Path:
    """A copy of that auditor, with a memory of its own."""
    place = tmp_path / "auditor"
    shutil.copytree(card.folder, place)
    return place


@pytest.fixture
def named(folder: Path, card: AuditorCard) -> Path:
    """The ledger's folder, its trust file naming the auditor; returns the trust file."""
    place = folder / "trust.json"
    root = TrustRoot.parse(place.read_bytes())
    place.write_bytes(replace(root, auditors=(card.key,), auditor_threshold=1).to_bytes())
    return place


def replayed(auditor: Path, folder: Path, trust: Path | None = None) -> Audited:
    return checkers.audit_copy(auditor, folder, trust or folder / "trust.json", passphrase)


def proved(found: Audited, trust: Path) -> set[str]:
    """Return the kinds of frauds that a stranger finds proved in what the auditor hands out."""
    assert found.replay is not None
    verdicts = [check(f.to_bytes(), trust.read_bytes()) for f in found.replay.proofs]
    assert all(v.proved for v in verdicts)
    return {v.kind for v in verdicts}


@pytest.fixture
def opened(named: Path, folder: Path, clock: Clock) -> Iterator[OpenLedger]:
    """The ledger, open under the trust file that names the auditor."""
    with open_ledger(folder, clock=clock) as ledger:
        yield ledger


def test_an_honest_ledger_is_co_signed_and_its_bundles_reach_the_highest_level(
    opened: OpenLedger, folder: Path, auditor: Path, named: Path
) -> None:
    found = replayed(auditor, folder)
    assert found.replay is not None
    assert (found.replay.signed, found.named, found.replay.findings) == (True, True, ())
    before = opened.export("SHP-2026-001", passphrase).data
    added, _ = others.add_lines(opened, found.replay.lines)
    assert added.added == (NAME,)
    after = opened.export("SHP-2026-001", passphrase).data
    reports = (verify_bundle(data, named.read_bytes(), now=LATER) for data in (before, after))
    levels = [report.evidence.level for report in reports]
    assert levels == ["L4", "L5"]
    words = level_words("L5")
    assert words is not None and words.en.startswith("audited")


def test_a_second_replay_asks_only_about_what_is_new(
    opened: OpenLedger, folder: Path, auditor: Path
) -> None:
    first = replayed(auditor, folder)
    assert first.replay is not None and first.replay.since == 0
    moved(opened)
    opened.checkpoint(passphrase)
    asked: list[object] = []
    real = audit.verify_ed25519

    def counted(*args: bytes) -> bool:
        asked.append(args)
        return real(*args)

    with patch.object(audit, "verify_ed25519", counted):
        second = replayed(auditor, folder)
    assert second.replay is not None
    assert (second.replay.signed, second.replay.since) == (True, first.replay.size)
    assert len(asked) == 1


def test_a_replay_of_the_same_state_gives_the_same_answer_again(
    folder: Path, auditor: Path
) -> None:
    for _ in range(2):
        found = replayed(auditor, folder)
        assert found.replay is not None and found.replay.signed


def test_something_wrong_in_what_is_new_is_found_though_the_old_was_audited(
    opened: OpenLedger, folder: Path, auditor: Path, named: Path
) -> None:
    assert replayed(auditor, folder).replay is not None
    unlawful(opened)
    opened.checkpoint(passphrase)
    found = replayed(auditor, folder)
    assert found.replay is not None and not found.replay.signed
    assert proved(found, named) == {"F4"}


def hiding(ledger: OpenLedger, stream: str) -> None:
    """Seal with a program that leaves one stream where it was."""
    real = sqlite_rows.heads_changed

    def lying(query: sqlite_rows.Query, covered: int) -> dict[str, Head]:
        return {s: h for s, h in real(query, covered).items() if s != stream}

    with patch.object(sqlite_rows, "heads_changed", lying):
        ledger.checkpoint(passphrase)


def test_a_recall_kept_out_of_the_map_is_found_and_the_proof_convicts(
    opened: OpenLedger, folder: Path, auditor: Path, named: Path
) -> None:
    """The lie of a whole operator: keys, log and map agree, and the recall is not to be seen."""
    by = ("Li Wei:quality_authority:approved",)
    do(opened, "batch.recalled/v1", BATCH, {"reason": "complaint"}, by=by)
    hiding(opened, opened.resolve(BATCH, ("batch",)))
    found = replayed(auditor, folder)
    assert found.replay is not None
    assert not found.replay.signed
    assert {f.code for f in found.replay.findings} >= {"E08"}
    assert "F2" in proved(found, named)
    proof = next(f for f in found.replay.proofs if f.kind == "F2")
    (event,) = proof.events
    assert Entry.parse(event.wire).payload.type == "batch.recalled/v1"


def test_a_whole_item_kept_out_of_the_map_is_found(
    opened: OpenLedger, folder: Path, auditor: Path, named: Path
) -> None:
    body = {"title": "t", "severity": "minor", "description": "d"}
    links = {"affects": [BATCH]}
    do(opened, "deviation.opened/v1", "DEV-HIDDEN", body, links, by=("Zhao Lan",))
    hiding(opened, opened.resolve("DEV-HIDDEN", ("deviation",)))
    found = replayed(auditor, folder)
    assert "F2" in proved(found, named)


def unlawful(ledger: OpenLedger) -> None:
    """An operator signs as quality, in a program that does not ask."""
    stream = ledger.resolve("WCB-01-004", ("vial",))
    body = {"position": "R1", "occurred_at": moment(ledger)}
    write(ledger, "vial.moved/v1", stream, body, [("Chen Yu", "quality_authority", "approved")])


def test_an_event_signed_without_authority_convicts_the_ledger_that_took_it_in(
    opened: OpenLedger, folder: Path, auditor: Path, named: Path
) -> None:
    unlawful(opened)
    opened.checkpoint(passphrase)
    assert proved(replayed(auditor, folder), named) == {"F4"}


def test_a_false_signature_convicts_the_ledger_that_took_it_in(
    opened: OpenLedger, folder: Path, auditor: Path, named: Path
) -> None:
    stream = opened.resolve("WCB-01-004", ("vial",))
    events = opened.read(stream)
    last = events[-1][1]
    kid = opened.keys.find("Chen Yu").kid
    payload = replace(
        last.payload,
        seq=len(events),
        prev=b64(last.leaf),
        type="vial.moved/v1",
        links=(),
        sd=(),
        time=wire.time_of(opened.clock()),
        signers=(wire.Signer(kid, "performed", "operator"),),
        body={"position": "R1", "occurred_at": moment(opened)},
    )
    raw = payload.to_bytes()
    forged = encode(raw, {kid: opened.signer("Sun Jie", passphrase).sign(pae(raw))})
    opened.log.append([Entry.parse(forged)])
    opened.checkpoint(passphrase)
    assert proved(replayed(auditor, folder), named) == {"F4"}


def test_nothing_is_signed_and_no_key_is_opened_when_something_is_wrong(
    opened: OpenLedger, folder: Path, auditor: Path
) -> None:
    unlawful(opened)
    opened.checkpoint(passphrase)

    def never(name: str) -> bytes:
        raise AssertionError(name)

    found = checkers.audit_copy(auditor, folder, folder / "trust.json", never)
    assert found.replay is not None
    assert found.replay.lines == b""


def test_a_copy_that_is_another_history_is_refused_and_convicts_the_ledger(
    opened: OpenLedger, folder: Path, auditor: Path, named: Path, tmp_path: Path, clock: Clock
) -> None:
    twin = tmp_path / "twin"
    shutil.copytree(folder, twin)
    moved(opened)
    opened.checkpoint(passphrase)
    assert replayed(auditor, folder).replay is not None
    with open_ledger(twin, clock=clock) as other:
        moved(other, "R9")
        other.checkpoint(passphrase)
    found = replayed(auditor, twin, named)
    assert found.replay is None
    assert found.broken is not None and found.broken.code == "C453"
    assert found.fork is not None
    assert check(found.fork.to_bytes(), named.read_bytes()).kind == "F1"
    assert check(found.fork.to_bytes(), named.read_bytes()).proved


def test_a_copy_that_lost_its_end_is_not_audited_again(
    opened: OpenLedger, folder: Path, auditor: Path, named: Path, tmp_path: Path
) -> None:
    shorter = tmp_path / "shorter"
    shutil.copytree(folder, shorter)
    moved(opened)
    opened.checkpoint(passphrase)
    replayed(auditor, folder)
    found = replayed(auditor, shorter, named)
    assert found.broken is not None and found.broken.code == "C453"


def test_a_copy_of_another_ledger_or_without_checkpoint_is_no_matter_for_this_auditor(
    folder: Path, auditor: Path, tmp_path: Path
) -> None:
    other = create_ledger(
        tmp_path / "other", organisation="Other", roots=1, threshold=1, passphrase=passphrase
    )
    with pytest.raises(InputError) as refused:
        replayed(auditor, folder, other.trust_path)
    assert refused.value.code == "C139"
    with pytest.raises(InputError) as early:
        replayed(auditor, other.folder)
    assert early.value.code == "C138"


def test_the_ledger_may_go_on_while_it_is_audited(
    opened: OpenLedger, folder: Path, auditor: Path, clock: Clock
) -> None:
    """What is not sealed yet is replayed, too, and no part of what is signed."""
    size = opened.log.size()
    assert clock.moment is not None
    clock.moment += timedelta(minutes=1)
    moved(opened)
    found = replayed(auditor, folder)
    assert found.replay is not None
    assert (found.replay.size, found.replay.signed) == (size, True)


def test_a_folder_without_an_auditor_or_with_one_already_is_named(
    tmp_path: Path, auditor: Path
) -> None:
    with pytest.raises(InputError) as missing:
        checkers.describe_auditor(tmp_path)
    with pytest.raises(InputError) as taken:
        checkers.create_auditor(auditor, NAME, passphrase)
    with pytest.raises(InputError) as odd:
        checkers.create_auditor(tmp_path / "new", "map 1+", passphrase)
    assert [e.value.code for e in (missing, taken, odd)] == ["C135", "C136", "C137"]


def test_any_bytes_as_fraud_proof_are_an_error_of_ours(named: Path) -> None:
    for raw in (b"", b"{}", b"\xff\xfe", b'{"format":"custody-fraud/v9"}'):
        with pytest.raises(EvidenceError) as refused:
            check(raw, named.read_bytes())
        assert refused.value.code in ("C450", "C451")
