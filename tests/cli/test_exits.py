"""Each exit code is reached by a real case, and says who must act."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import time
from pathlib import Path

import pytest

from cli.stage import CUSTODY, PLAIN, Said, started, typed
from custody.errors import FAMILIES, ConflictError, catalogue
from custody_cli.exits import FAMILY, Exit, exit_of

KEY = "echo demo"


def at(ledger: Path, *words: str, **env: str) -> Said:
    return typed(
        "--ledger", str(ledger), *words, "--passphrase-command", KEY, "--json", env=env or None
    )


def verified(demo: Path, *words: str, trust: Path | None = None) -> Said:
    bundle = str(demo / "SHP-2026-001.custody.json")
    return typed("verify", bundle, "--trust", str(trust or demo / "trust.json"), *words)


def test_every_family_of_errors_has_an_exit_code() -> None:
    assert set(FAMILY) == set(FAMILIES)


def test_0_done_and_0_genuine(demo: Path) -> None:
    assert typed("--ledger", str(demo), "status").code == Exit.DONE
    said = typed(
        "verify", str(demo / "SHP-2026-001.custody.json"), "--trust", str(demo / "trust.json")
    )
    assert said.code == Exit.DONE
    assert said.out.startswith("✓ GENUINE")


def test_1_a_bug_is_reported_politely_and_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    from custody_cli.commands import reference

    def broken(code: str) -> None:
        raise ZeroDivisionError(code)

    monkeypatch.setattr(reference, "_error", broken)
    said = typed("explain", "C101")
    assert said.code == Exit.BUG
    assert "Traceback" not in said.err + said.out
    saved = Path(next(line for line in said.err.splitlines() if "saved" in line).split()[-1])
    assert "ZeroDivisionError" in saved.read_text()
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    saved.unlink()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["vail"], "C101"),
        (["vial", "taw"], "C101"),
        (["vial", "thaw", "X", "--viabilty", "3"], "C102"),
        (["vial", "thaw"], "C103"),
        (["vial", "thaw", "X", "--as"], "C103"),
        (["log", "--limit", "many"], "C105"),
        (["vial", "thaw", "X", "—json"], "C124"),
        (["status", "--lang", "fr"], "C104"),
    ],
)
def test_2_the_command_was_typed_wrongly(words: list[str], code: str) -> None:
    for lang in ("en", "zh") if code != "C104" else ("en",):
        said = typed(*words, "--json", *(["--lang", lang] if code != "C104" else []))
        assert said.code == Exit.USAGE
        assert said.error["code"] == code


def test_3_not_genuine(demo: Path) -> None:
    forged = sorted((demo / "forged").iterdir())
    assert len(forged) == 5
    for bundle in forged:
        said = typed("verify", str(bundle), "--trust", str(demo / "trust.json"))
        assert said.code == Exit.NOT_GENUINE
        assert said.out.startswith("✗ NOT GENUINE")


def test_3_an_audit_that_finds_an_altered_byte(ledger: Path) -> None:
    assert typed("--ledger", str(ledger), "audit").code == Exit.DONE
    alter_an_event(ledger / "ledger.db")
    said = typed("--ledger", str(ledger), "audit")
    assert said.code == Exit.NOT_GENUINE
    assert "does not hold" in said.out


def alter_an_event(database: Path) -> None:
    """Change one bit of one stored event, as somebody with the file in hand could."""
    with sqlite3.connect(database) as db:
        for (trigger,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        (index, wire), *_ = db.execute("SELECT rowid, state FROM stored_events LIMIT 1 OFFSET 40")
        altered = bytearray(wire)
        altered[-20] ^= 1
        db.execute("UPDATE stored_events SET state = ? WHERE rowid = ?", (bytes(altered), index))


def test_4_cannot_tell_when_the_bundle_is_old(demo: Path) -> None:
    late = ("--at", "2031-01-01T00:00:00Z")
    said = verified(demo, *late)
    assert said.code == Exit.CANNOT_TELL
    assert said.out.startswith("? CANNOT TELL")
    assert verified(demo, *late, "--archive").code == Exit.DONE


def test_4_cannot_tell_with_a_trust_file_that_is_none(demo: Path, tmp_path: Path) -> None:
    (tmp_path / "trust.json").write_text("{}")
    said = typed(
        "verify", str(demo / "SHP-2026-001.custody.json"), "--trust", str(tmp_path / "trust.json")
    )
    assert said.code == Exit.CANNOT_TELL


def test_5_a_vial_cannot_be_thawed_twice(ledger: Path) -> None:
    said = at(ledger, "vial", "thaw", "WCB-01-001", "--as", "Chen Yu", "--second", "Sun Jie")
    assert said.code == Exit.REFUSED
    assert "C243" in [r["code"] for r in said.error["reasons"]]


def test_6_the_input_is_not_usable(ledger: Path) -> None:
    said = at(ledger, "vial", "move", "NO-SUCH-VIAL", "--position", "A", "--as", "Chen Yu")
    assert said.code == Exit.INPUT


def test_8_every_conflict_says_that_nothing_was_written() -> None:
    codes = sorted(catalogue("conflict"))
    assert codes
    for code in codes:
        assert exit_of(ConflictError(code)) == Exit.CONFLICT
        assert "nothing was written" in catalogue("conflict")[code]["en"]["fix"]


def test_9_a_wrong_passphrase(ledger: Path) -> None:
    words = ["vial", "move", "WCB-01-003", "--position", "A", "--as", "Chen Yu"]
    said = typed("--ledger", str(ledger), *words, "--passphrase-command", "echo wrong", "--json")
    assert said.code == Exit.SIGNING_KEY


def test_9_nothing_is_asked_when_asking_is_not_allowed(ledger: Path) -> None:
    words = ["vial", "move", "WCB-01-003", "--position", "A", "--as", "Chen Yu", "--no-input"]
    said = typed("--ledger", str(ledger), *words, "--json")
    assert (said.code, said.error["code"]) == (Exit.SIGNING_KEY, "C608")


def test_10_there_is_no_ledger_here(tmp_path: Path) -> None:
    assert started("status", cwd=tmp_path).returncode == Exit.NO_LEDGER
    assert typed("--ledger", str(tmp_path), "status").code == Exit.NO_LEDGER


def test_11_the_disk_refuses(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("a file where a folder is wanted")
    words = ["init", str(in_the_way / "ledger"), "--organisation", "A"]
    said = typed(*words, "--passphrase-command", KEY)
    assert said.code == Exit.STORAGE


def test_130_ctrl_c_leaves_nothing_half_written(ledger: Path) -> None:
    before = typed("--ledger", str(ledger), "status", "--json").object["events"]
    words = ["vial", "move", "WCB-01-003", "--position", "A", "--as", "Chen Yu"]
    process = subprocess.Popen(
        [CUSTODY, "--ledger", str(ledger), *words, "--passphrase-command", "sleep 20"],
        env={**os.environ, **PLAIN},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 20
    while not _has_child(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == Exit.INTERRUPTED
    assert b"nothing half-written" in err
    assert typed("--ledger", str(ledger), "status", "--json").object["events"] == before


def _has_child(pid: int) -> bool:
    return bool(Path(f"/proc/{pid}/task/{pid}/children").read_text().strip())


@pytest.mark.parametrize(
    ("content", "said", "chinese"),
    [
        (b"%PDF-1.7\n", "it is a PDF", "它是 PDF"),
        (b"PK\x03\x04", "it is a ZIP archive", "压缩包"),
        (b"\xef\xbb\xbf\r\n<!doctype html>", "it is a page for reading", "网页"),
        (b"c2sp.org/tlog-proof@v1\n", "it is a receipt", "回执"),
        (b'{"checkpoint":[],"format":"custody-refresh/v1"}', "it is a refresh file", "更新文件"),
        (b'{"accused":[],"format":"custody-fraud/v1"}', "it is a fraud proof", "欺诈证明"),
    ],
)
@pytest.mark.parametrize("command", ["verify", "inspect"])
def test_another_file_in_the_place_of_a_bundle_is_a_mistake_and_no_verdict(
    command: str, content: bytes, said: str, chinese: str, demo: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "file"
    wrong.write_bytes(content)
    trust = ("--trust", str(demo / "trust.json")) if command == "verify" else ()
    english = typed(command, str(wrong), *trust)
    assert (english.code, english.out) == (Exit.INPUT, "")
    assert "C153" in english.err and said in english.err
    assert chinese in typed("--lang", "zh", command, str(wrong), *trust).err


def test_bundle_and_trust_file_that_were_swapped_are_told_apart(demo: Path) -> None:
    bundle, trust = str(demo / "SHP-2026-001.custody.json"), str(demo / "trust.json")
    said = typed("verify", trust, "--trust", bundle)
    assert said.code == Exit.INPUT
    assert "it is a trust file" in said.err


def test_a_bundle_that_lost_its_beginning_is_still_judged(demo: Path, tmp_path: Path) -> None:
    whole = (demo / "SHP-2026-001.custody.json").read_bytes()
    for damaged in (whole[100:], whole[:-100], b"", b"{}", b"{" + whole):
        broken = tmp_path / "b.json"
        broken.write_bytes(damaged)
        said = typed("verify", str(broken), "--trust", str(demo / "trust.json"))
        assert (said.code, said.err) == (Exit.NOT_GENUINE, "")
