"""What people read: cards, lists, trees, the audit trail, the report of a verification."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cli.stage import PLAIN, started, typed
from custody import contract
from custody_cli.console import columns

VIEWS = [
    ["status"],
    ["show", "B-2026-001"],
    ["show", "SHP-2026-001"],
    ["show", "PRD-MSC"],
    ["list", "vial"],
    ["list", "person"],
    ["trace", "SHP-2026-001"],
    ["trace", "DON-2026-001", "--down"],
    ["log"],
    ["key", "list"],
    ["audit"],
]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_view_is_wider_than_the_screen(demo: Path, lang: str) -> None:
    for words in VIEWS:
        said = typed("--ledger", str(demo), *words, "--lang", lang)
        assert said.code == 0, said.err
        assert [x for x in said.out.splitlines() if columns(x) > 100] == [], words


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_of_a_bundle_fits_the_screen(demo: Path, lang: str) -> None:
    for bundle in (demo / "SHP-2026-001.custody.json", *(demo / "forged").iterdir()):
        for words in (
            ["verify", str(bundle), "--trust", str(demo / "trust.json")],
            ["inspect", str(bundle)],
        ):
            said = typed(*words, "--lang", lang)
            assert [x for x in said.out.splitlines() if columns(x) > 100] == []


def test_colour_changes_nothing_but_colour(demo: Path) -> None:
    """A terminal of 100 columns gets colour; the text below it is what a file gets."""
    for words in (["trace", "SHP-2026-001"], ["show", "WCB-01-001"], ["--help"]):
        plain = typed("--ledger", str(demo), *words, "--no-color").out
        coloured = on_a_terminal("--ledger", str(demo), *words)
        assert "\x1b[" in coloured
        assert re.sub(r"\x1b\[\d*m", "", coloured).replace("\r\n", "\n") == plain


def on_a_terminal(*words: str) -> str:
    import os
    import pty
    import subprocess

    from cli.stage import CUSTODY

    leader, follower = pty.openpty()
    env = {k: v for k, v in os.environ.items() if not k.startswith("CUSTODY_") and k != "NO_COLOR"}
    process = subprocess.Popen(
        [CUSTODY, *words],
        stdout=follower,
        stderr=subprocess.DEVNULL,
        env={**env, "COLUMNS": PLAIN["COLUMNS"], "TERM": "xterm", "CUSTODY_LANG": "en"},
    )
    os.close(follower)
    found = b""
    try:
        while piece := os.read(leader, 65536):
            found += piece
    except OSError:
        pass  # the other end was closed: all was read
    process.wait(timeout=30)
    os.close(leader)
    return found.decode()


def test_a_card_shows_printed_name_time_and_meaning_of_each_signature(demo: Path) -> None:
    out = typed("--ledger", str(demo), "show", "B-2026-001").out
    assert re.search(r"2026-\S+Z +released +李维 Li Wei \(quality_authority\)", out)


def test_the_tree_reaches_the_donor(demo: Path) -> None:
    out = typed("--ledger", str(demo), "trace", "SHP-2026-001").out
    assert out.splitlines()[0] == "shipment SHP-2026-001  in transit"
    assert "└─ donation DON-2026-001  eligible" in out


def test_the_tree_down_from_the_donor_reaches_the_shipment(demo: Path) -> None:
    assert "SHP-2026-001" in typed("--ledger", str(demo), "trace", "DON-2026-001", "--down").out


def test_json_of_every_view_names_its_kind(demo: Path) -> None:
    for words in VIEWS:
        found = typed("--ledger", str(demo), *words, "--json").object
        assert re.fullmatch(r"custody\.[a-z]+/v1", found["kind"])


def test_json_lines_are_one_object_each(demo: Path) -> None:
    for words in (["log"], ["list", "vial"]):
        lines = typed("--ledger", str(demo), *words, "--jsonl").out.splitlines()
        assert len(lines) > 3
        assert all(isinstance(json.loads(line), dict) for line in lines)


def test_the_log_can_be_narrowed(demo: Path) -> None:
    rows = typed("--ledger", str(demo), "log", "--type", "batch.released/v1", "--json").object[
        "events"
    ]
    assert [r["number"] for r in rows] == ["B-2026-004", "B-2026-001"]
    few = typed("--ledger", str(demo), "log", "--limit", "2", "--json").object["events"]
    assert len(few) == 2


def test_a_ledger_is_found_from_a_folder_inside_it(demo: Path) -> None:
    done = started("status", cwd=demo / "keys")
    assert done.returncode == 0
    assert b"waiting for somebody" in done.stdout


def test_the_verdict_comes_first_then_nine_steps(demo: Path) -> None:
    bundle, trust = str(demo / "SHP-2026-001.custody.json"), str(demo / "trust.json")
    lines = typed("verify", bundle, "--trust", trust).out.splitlines()
    assert lines[0].startswith("✓ GENUINE")
    assert [line.split()[0] for line in lines[2:11]] == [f"V{n}" for n in range(1, 10)]
    report = "\n".join(lines)
    assert "single operator" in report
    assert "李维 Li Wei" in report


def test_inspect_says_first_that_nothing_is_verified(demo: Path) -> None:
    out = typed("inspect", str(demo / "SHP-2026-001.custody.json")).out
    assert "not verified" in out.splitlines()[0]


def test_a_bundle_may_come_from_stdin(demo: Path) -> None:
    bundle = (demo / "SHP-2026-001.custody.json").read_bytes()
    assert typed("verify", "-", "--trust", str(demo / "trust.json"), stdin=bundle).code == 0


def test_an_export_is_the_same_file_and_never_overwrites_another(
    demo: Path, ledger: Path, tmp_path: Path
) -> None:
    words = ["--ledger", str(ledger), "export", "SHP-2026-001", "-o", str(tmp_path / "out")]
    words += ["--passphrase-command", "echo demo", "--bundle-only"]
    first = typed(*words, "--json")
    assert first.code == 0, first.err
    written = Path(first.object["path"])
    assert typed("verify", str(written), "--trust", str(ledger / "trust.json")).code == 0
    assert typed(*words).code == 0
    written.write_bytes(b"something else")
    assert typed(*words, "--json").error["code"] == "C121"
    assert written.read_bytes() == b"something else"
    assert [p.name for p in written.parent.iterdir()] == [written.name]


def test_every_code_shown_to_people_has_a_chinese_label() -> None:
    types = contract.types().values()
    statuses = {f"{k}.{t['then']}" for t in types if t["then"] for k in t["kinds"]}
    assert {s["role"] for t in types for s in t["signers"]} <= set(contract.vocabulary("roles"))
    assert {s["meaning"] for t in types for s in t["signers"]} <= set(
        contract.vocabulary("meanings")
    )
    assert statuses <= set(contract.vocabulary("statuses"))
    assert {k for t in types for k in t["kinds"]} <= set(contract.vocabulary("kinds"))
    assert {x["rel"] for t in types for x in t["links"]} <= set(contract.vocabulary("relations"))


def test_a_chinese_card_names_facts_and_values_in_chinese(demo: Path) -> None:
    said = typed("--ledger", str(demo), "--lang", "zh", "show", "DON-2026-001")
    assert "供受者关系  异体" in said.out
    assert "标志物 乙型肝炎病毒" in said.out
    assert "allogeneic" not in said.out


def test_the_key_list_says_what_each_key_may_do(demo: Path) -> None:
    said = typed("--ledger", str(demo), "key", "list", "--json")
    standing = {k["name"]: (k["standing"], k["person"]) for k in said.object["keys"]}
    assert standing["Zhao Lan"] == ("active", "P-002")
    assert standing["root-1"][0] == "root"


def test_the_trail_of_a_person_is_found_by_the_name_of_the_key(demo: Path) -> None:
    by_key = typed("--ledger", str(demo), "log", "--who", "Zhao Lan", "--jsonl")
    by_number = typed("--ledger", str(demo), "log", "--who", "P-002", "--jsonl")
    assert by_key.out == by_number.out
    assert '"赵岚 Zhao Lan"' in by_key.out


def test_a_hostile_file_cannot_move_the_cursor_or_paint(tmp_path: Path, demo: Path) -> None:
    bundle = json.loads((demo / "SHP-2026-001.custody.json").read_text())
    bundle["shipment"] = "shipment:\x1b[2J\x1b[32m✓ GENUINE\u202e"
    (tmp_path / "b.json").write_text(json.dumps(bundle))
    for words in (["inspect"], ["verify", "--trust", str(demo / "trust.json")]):
        said = typed(words[0], str(tmp_path / "b.json"), *words[1:])
        assert said.code != 0 or words[0] == "inspect"
        assert "\x1b" not in said.out + said.err
        assert "\u202e" not in said.out + said.err
