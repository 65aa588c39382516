"""Receipts, refresh files, auditors, fraud proofs and the memory, as people type them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from cli.stage import Said, started, typed

DEMO = {"CUSTODY_PASSPHRASE_COMMAND": "echo demo"}
SHIPMENT = "SHP-2026-001"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in: some answers are files."""
    place = tmp_path / "desk"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def at(ledger: Path, *words: str) -> Said:
    return typed("--ledger", str(ledger), *words, env=DEMO)


def moved(ledger: Path, box: str) -> None:
    """Record something that has nothing to do with the shipment, and seal it."""
    words = ("vial", "move", "WCB-01-004", "--position", box, "--as", "Chen Yu")
    for said in (at(ledger, *words), at(ledger, "checkpoint")):
        assert said.code == 0, said.err


def verified(ledger: Path, bundle: Path, *words: str) -> Said:
    trust = str(ledger / "trust.json")
    return typed("verify", str(bundle), "--trust", trust, *words)


# ---- receipts ----


def test_a_receipt_is_made_and_checked_without_the_ledger(demo: Path, elsewhere: Path) -> None:
    made = at(demo, "receipt", "make", "214")
    assert made.code == 0, made.err
    path = elsewhere / "event-214.tlog-proof"
    assert path.read_bytes().startswith(b"c2sp.org/tlog-proof@v1\n")
    said = typed("receipt", "verify", str(path), "--trust", str(demo / "trust.json"))
    assert said.code == 0
    assert said.out.splitlines()[0] == "✓ RECORDED: the event is in the ledger the trust file means"
    assert "as of" in said.out
    quiet = typed("receipt", "verify", str(path), "--trust", str(demo / "trust.json"), "--quiet")
    assert "A receipt says" in said.out
    assert "A receipt says" not in quiet.out
    plain = typed("receipt", "verify", str(path), "--trust", str(demo / "trust.json"), "--json")
    assert (plain.object["kind"], plain.object["verdict"], plain.object["event"]) == (
        "custody.receipt/v1",
        "genuine",
        214,
    )


def test_a_receipt_that_was_changed_ends_with_three_and_one_of_others_with_four(
    demo: Path, elsewhere: Path
) -> None:
    at(demo, "receipt", "make", "214", "-o", "a")
    at(demo, "receipt", "make", "215", "-o", "b")
    trust = str(demo / "trust.json")
    first, second = (elsewhere / name for name in "ab")
    lines = first.read_bytes().split(b"\n")
    lines[1] = second.read_bytes().split(b"\n")[1]
    (elsewhere / "c").write_bytes(b"\n".join(lines))
    said = typed("receipt", "verify", "c", "--trust", trust, "--lang", "zh")
    assert (said.code, "E14" in said.out) == (3, True)
    assert "事件 214" in said.out
    pinned = typed("receipt", "verify", "a", "--trust", trust, "--pin", "0" * 64, "--json")
    assert (pinned.code, pinned.object["findings"][0]["code"]) == (4, "E02")


def test_what_is_not_sealed_yet_gets_a_promise(ledger: Path, elsewhere: Path) -> None:
    words = ("vial", "move", "WCB-01-004", "--position", "R1", "--as", "Chen Yu", "--json")
    event = at(ledger, *words).object["main"]["event"]
    early = at(ledger, "receipt", "make", str(event), "--json")
    assert (early.code, early.error["code"]) == (6, "C132")
    said = at(ledger, "receipt", "make", str(event), "--promise", "--within", "8")
    assert said.code == 0, said.err
    assert "sealed by" in said.out
    text = (elsewhere / f"event-{event}.custody-ack").read_text("utf-8")
    assert text.startswith("custody-ack/v1\n")
    late = at(ledger, "receipt", "make", "214", "--promise", "--json")
    assert (late.code, late.error["code"]) == (6, "C133")


# ---- refresh files ----


def test_a_refresh_file_says_that_nothing_was_added_or_that_something_was(
    ledger: Path, elsewhere: Path
) -> None:
    bundle = ledger / f"{SHIPMENT}.custody.json"
    moved(ledger, "R1")
    made = at(ledger, "refresh", SHIPMENT, "--known", "100", "--json")
    assert made.code == 0, made.err
    path = made.object["path"]
    assert path == f"{SHIPMENT}.custody-refresh.json"
    good = verified(ledger, bundle, "--refresh", path, "--json")
    assert (good.code, good.object["verdict"]) == (0, "genuine")
    assert good.object["size"] == made.object["size"]
    recall = ("batch", "recall", "B-2026-001", "--reason", "complaint", "--as", "Li Wei")
    assert at(ledger, *recall).code == 0
    at(ledger, "refresh", SHIPMENT, "-o", "later")
    said = verified(ledger, bundle, "--refresh", "later")
    assert said.code == 4
    assert "E35  there are later records" in said.out
    assert "Ask for a new bundle" in said.out
    wrong = at(ledger, "refresh", SHIPMENT, "--known", "999999", "--json")
    assert wrong.error["code"] == "C130"


# ---- the memory ----


def test_a_verifier_remembers_and_two_histories_are_proved(
    ledger: Path, tmp_path: Path, elsewhere: Path
) -> None:
    twin, memory = tmp_path / "twin", str(tmp_path / "memory.db")
    shutil.copytree(ledger, twin)
    bundles = []
    for place, box in ((ledger, "R1"), (twin, "R9")):
        moved(place, box)
        out = tmp_path / box
        said = at(place, "export", SHIPMENT, "-o", str(out), "--bundle-only")
        assert said.code == 0, said.err
        bundles.append(next(out.rglob("*.custody.json")))
    one, other = bundles
    assert verified(ledger, one, "--memory", memory).code == 0
    said = verified(ledger, other, "--memory", memory)
    assert said.code == 3
    assert "E07" in said.out
    (proof,) = elsewhere.glob("*.custody-fraud.json")
    assert proof.name in said.err
    judged = typed("fraud", "check", proof.name, "--trust", str(ledger / "trust.json"))
    assert (judged.code, judged.out.splitlines()[0]) == (
        0,
        "✗ FRAUD PROVED, by the ledger's own signatures",
    )
    # Somebody who sees only one of them has no way to know.
    assert verified(ledger, other, "--memory", "none").code == 0


def test_the_memory_is_kept_in_the_usual_place_and_can_be_named_by_the_environment(
    demo: Path, tmp_path: Path
) -> None:
    bundle, trust = str(demo / f"{SHIPMENT}.custody.json"), str(demo / "trust.json")
    usual = {"CUSTODY_MEMORY": "", "XDG_STATE_HOME": str(tmp_path / "state")}
    assert started("verify", bundle, "--trust", trust, env=usual).returncode == 0
    assert (tmp_path / "state/custody/verifier-memory.db").is_file()
    own = {"CUSTODY_MEMORY": str(tmp_path / "own.db")}
    first = started("verify", bundle, "--trust", trust, "--json", env=own)
    second = started("verify", bundle, "--trust", trust, "--json", env=own)
    notes = [json.loads(done.stdout)["notes"] for done in (first, second)]
    assert notes[0] == []
    assert [note["code"] for note in notes[1]] == ["E27"]


def test_looking_at_the_past_neither_uses_nor_keeps_a_memory(demo: Path, tmp_path: Path) -> None:
    bundle, trust = str(demo / f"{SHIPMENT}.custody.json"), str(demo / "trust.json")
    env = {"CUSTODY_MEMORY": str(tmp_path / "own.db")}
    typed("verify", bundle, "--trust", trust, "--archive", env=env)
    typed("verify", bundle, "--trust", trust, "--at", "2026-11-24T12:00:00Z", env=env)
    assert not (tmp_path / "own.db").exists()


def test_a_damaged_memory_stops_the_verification_before_any_verdict(
    demo: Path, tmp_path: Path
) -> None:
    (tmp_path / "memory.db").write_bytes(b"something else entirely" * 99)
    bundle = demo / f"{SHIPMENT}.custody.json"
    said = verified(demo, bundle, "--memory", str(tmp_path / "memory.db"))
    assert (said.code, said.out) == (11, "")
    assert "C735" in said.err
    assert "--memory none" in said.err


def test_a_person_without_a_place_for_a_memory_can_verify_and_is_told(
    demo: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    bundle, trust = str(demo / f"{SHIPMENT}.custody.json"), str(demo / "trust.json")
    env = {"CUSTODY_MEMORY": "", "XDG_STATE_HOME": str(tmp_path / "file")}
    said = typed("verify", bundle, "--trust", trust, env=env)
    assert said.code == 0
    assert "nothing is remembered here" in said.err
    named = typed("verify", bundle, "--trust", trust, "--memory", str(tmp_path / "file" / "m"))
    assert (named.code, "C736" in named.err) == (11, True)


# ---- what the officer types ----


def test_what_was_read_off_the_papers_is_compared(demo: Path) -> None:
    bundle = demo / f"{SHIPMENT}.custody.json"
    right = ("--expect-shipment", SHIPMENT, "--expect-lot", "B-2026-001")
    assert verified(demo, bundle, *right, "--expect-consignee", "ORG-04").code == 0
    said = verified(demo, bundle, *right, "--expect-filing", "EXP-2026-9999")
    assert said.code == 3
    assert "the filing typed is EXP-2026-9999" in said.out


def test_why_a_trust_file_is_not_usable_is_said_in_both_languages(
    demo: Path, tmp_path: Path
) -> None:
    trust = tmp_path / "trust.json"
    trust.write_text('{"format":"custody-trust-root/v1"}', encoding="utf-8")
    words = ("verify", str(demo / f"{SHIPMENT}.custody.json"), "--trust", str(trust))
    assert "it has other fields than a trust file of this version" in typed(*words).err
    assert "其字段与该版本的信任文件不符" in typed("--lang", "zh", *words).err


# ---- the report ----


def test_a_report_says_how_far_it_reaches_and_what_it_cannot_prove(demo: Path) -> None:
    bundle = demo / f"{SHIPMENT}.custody.json"
    said = verified(demo, bundle)
    assert "level           L4  complete:" in said.out
    assert "What no file can prove: " in said.out
    assert "no auditor signed" in said.out.replace("\n", " ")
    assert "SRC-005" in said.out
    assert "disclosed" in said.out
    assert "What no file can prove" not in verified(demo, bundle, "--quiet").out
    report = verified(demo, bundle, "--json").object
    assert report["level_means"]["zh"].startswith("完整")
    assert {"disclosed", "withheld", "erased"} == report["values"].keys()
    assert len(report["unproved"]) == 5
    audit = at(demo, "audit", "--json").object
    assert (audit["level"], audit["as_of"]) == ("L5", report["as_of"])
    assert "What no file can prove" in at(demo, "audit").out


def test_a_void_and_a_correction_are_told_to_whoever_verifies(ledger: Path, tmp_path: Path) -> None:
    log = at(ledger, "show", SHIPMENT, "--json").object["history"]
    seq = next(str(e["seq"]) for e in log if e["type"] == "shipment.temperature_logged/v1")
    void = ("void", SHIPMENT, seq, "--reason", "read from another box")
    correct = ("correct", "WCB-01-001", "0", "--set", "position=R9", "--reason", "misread label")
    for words, other in ((void, "He Qing"), (correct, "Chen Yu")):
        said = at(ledger, *words, "--as", "Zhao Lan:qa:approved", "--second", other)
        assert said.code == 0, said.err
    assert at(ledger, "export", SHIPMENT, "--bundle-only", "-o", str(tmp_path / "out")).code == 0
    (bundle,) = (tmp_path / "out").rglob("*.custody.json")
    said = verified(ledger, bundle)
    assert said.code == 0
    title = "corrected, voided, reaffirmed or called off\n"
    part = said.out.partition(title)[2].partition("\n\n")[0]
    voided, corrected = part.split("\n  vial ")
    assert "temperature record attached" in voided and "read from another box" in voided
    assert "何青 He Qing, 赵岚 Zhao Lan" in voided
    assert "→ R9" in corrected and "misread label" in corrected
    chinese = typed("--lang", "zh", "verify", str(bundle), "--trust", str(ledger / "trust.json"))
    assert "温度记录归档" in chinese.out.partition("更正、作废、重申或取消")[2]


# ---- auditors ----


def test_an_auditor_signs_what_holds_and_the_ledger_takes_it_in(
    ledger: Path, elsewhere: Path
) -> None:
    made = typed("auditor", "init", "map-1", "--name", "auditor.example/map-1", "--json", env=DEMO)
    assert made.code == 0, made.err
    key = made.object["key"]
    trust = ledger / "trust.json"
    fields = json.loads(trust.read_bytes())
    fields |= {"auditors": [key], "auditor_threshold": 1}
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    trust.write_text(text, encoding="utf-8")
    words = ("auditor", "replay", "map-1", str(ledger), "--trust", str(trust))
    said = typed(*words, "-o", "a.lines", env=DEMO)
    assert said.code == 0, said.err
    assert "everything holds; co-signed" in said.out
    added = at(ledger, "auditor", "add", "a.lines")
    assert added.code == 0, added.err
    out = elsewhere / "out"
    at(ledger, "export", SHIPMENT, "-o", str(out), "--bundle-only")
    report = verified(ledger, next(out.rglob("*.custody.json")), "--json").object
    assert (report["verdict"], report["level"]) == ("genuine", "L5")
    again = typed(*words, "-o", "b.lines", "--json", env=DEMO)
    assert again.object["since"] == again.object["size"]


def test_an_auditor_refuses_and_writes_what_it_can_prove(ledger: Path, elsewhere: Path) -> None:
    from app.acts import moment
    from attacks.insider import write
    from custody.demo.play import passphrase
    from custody.wiring.ledger import open_ledger

    with open_ledger(ledger) as opened:
        stream = opened.resolve("WCB-01-004", ("vial",))
        body = {"position": "R1", "occurred_at": moment(opened)}
        write(opened, "vial.moved/v1", stream, body, [("Chen Yu", "qa", "approved")])
        opened.checkpoint(passphrase)
    typed("auditor", "init", "map-1", "--name", "auditor.example/map-1", "--ed25519", env=DEMO)
    words = ("auditor", "replay", "map-1", str(ledger), "--trust", str(ledger / "trust.json"))
    said = typed(*words, env=DEMO)
    assert said.code == 3
    assert "C452" in said.err
    assert not (elsewhere / "cosignature.lines").exists()
    judged = typed(
        "fraud", "check", "f4-1.custody-fraud.json", "--trust", str(ledger / "trust.json")
    )
    assert (judged.code, "without authority" in judged.out) == (0, True)


def test_a_fraud_proof_that_proves_nothing_ends_with_three_and_a_strange_one_with_four(
    demo: Path, tmp_path: Path
) -> None:
    from custody.evidence.fraud import Fraud
    from custody.wiring.ledger import create_ledger

    note = next((demo / "checkpoints").glob("*.txt")).read_bytes()
    (tmp_path / "same").write_bytes(Fraud("F1", (note, note)).to_bytes())
    trust = str(demo / "trust.json")
    said = typed("fraud", "check", str(tmp_path / "same"), "--trust", trust, "--lang", "zh")
    assert (said.code, said.out.splitlines()[0]) == (3, "– 未能证明：该文件不能说明欺诈")
    other = create_ledger(
        tmp_path / "other",
        organisation="Other",
        roots=1,
        threshold=1,
        passphrase=lambda _: b"demo",
    )
    words = ("fraud", "check", str(tmp_path / "same"), "--trust", str(other.trust_path), "--json")
    strange = typed(*words)
    assert (strange.code, strange.object["known"]) == (4, False)
    broken = typed("fraud", "check", trust, "--trust", trust, "--json")
    assert (broken.code, broken.error["code"]) == (3, "C450")
