"""Recording from the command line: one command, one event; everything wrong is told at once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli.stage import Said, typed
from custody.demo.play import FOUNDER

KEY = ("--passphrase-command", "echo demo")


def at(ledger: Path, *words: str, stdin: bytes = b"") -> Said:
    return typed("--ledger", str(ledger), *words, *KEY, stdin=stdin)


def events(ledger: Path) -> int:
    return int(typed("--ledger", str(ledger), "status", "--json").object["events"])


def test_a_recorded_event_is_told_in_one_line_with_its_signer(ledger: Path) -> None:
    said = at(ledger, "vial", "move", "WCB-01-003", "--position", "T9/R1", "--as", "Chen Yu")
    assert said.code == 0
    assert said.out.startswith('✓ recorded  vial.moved/v1  WCB-01-003  "vial moved"  event ')
    assert said.out.rstrip().endswith("signed by 陈宇 Chen Yu (performed)")
    assert "T9/R1" in typed("--ledger", str(ledger), "show", "WCB-01-003").out


def test_the_same_line_in_chinese(ledger: Path) -> None:
    said = at(
        ledger, "vial", "move", "WCB-01-003", "--position", "T9", "--as", "Chen Yu", "--lang", "zh"
    )
    assert "✓ 已记录  vial.moved/v1  WCB-01-003  “冻存管移位”" in said.out
    assert "签名人 陈宇 Chen Yu (执行)" in said.out


def test_a_number_in_full_width_letters_names_the_same_vial(ledger: Path) -> None:
    said = at(
        ledger, "vial", "move", "ｗｃｂ－01－003", "--position", "T9", "--as", "Chen Yu", "--json"
    )
    assert said.object["main"]["number"] in ("WCB-01-003", "")
    assert "T9" in typed("--ledger", str(ledger), "show", "WCB-01-003").out


def test_a_dry_run_checks_everything_and_writes_nothing(ledger: Path) -> None:
    before = events(ledger)
    words = ["vial", "move", "WCB-01-003", "--position", "T9", "--as", "Chen Yu", "--dry-run"]
    said = at(ledger, *words, "--json")
    assert said.code == 0
    assert said.object["dry_run"] is True
    assert said.object["preview"][-1]["body"]["position"] == "T9"
    assert events(ledger) == before


def test_all_that_is_missing_is_told_at_once() -> None:
    said = typed("batch", "start", "B-9", "--as", "x", "--json")
    assert said.code == 6
    missing = {r["where"] for r in said.error["reasons"]}
    assert missing == {"--process-version", "--planned-doses", "--made-from", "--product"}


def test_a_choice_that_does_not_exist_is_answered_with_the_list() -> None:
    words = ["bank", "test", "WCB-01", "--test", "sterility", "--verdict", "passed", "--as", "x"]
    said = typed(*words)
    assert said.code == 6
    assert "'passed' is not one of: pass, fail, invalid" in said.err
    assert "did you mean pass?" in said.err


def test_a_boolean_must_be_stated() -> None:
    words = [
        "batch",
        "review-test",
        "B",
        "--test",
        "sterility",
        "--seq",
        "1",
        "--as",
        "x",
        "--json",
    ]
    reasons = typed(*words).error["reasons"]
    assert [r["fix"] for r in reasons] == ["add --accepted / --no-accepted"]


def test_an_unknown_key_inside_a_value_is_named() -> None:
    words = ["donor", "screen", "DON-1", "--results", "marker=hiv,resultt=negative", "--as", "x"]
    reasons = typed(*words, "--json").error["reasons"]
    assert any("'resultt'" in r["why"] for r in reasons)
    assert all(r["where"] == "--results" for r in reasons)


def test_a_document_is_recorded_by_its_digest(ledger: Path, tmp_path: Path) -> None:
    import hashlib

    file = tmp_path / "报告 1.pdf"
    file.write_bytes(b"%PDF-1.7 invented")
    said = at(
        ledger,
        "vial",
        "move",
        "WCB-01-003",
        "--position",
        "T9",
        "--as",
        "Chen Yu",
        "--document",
        f"photo={file}",
        "--dry-run",
        "--json",
    )
    assert said.object["preview"][-1]["body"]["documents"] == [
        {
            "kind": "photo",
            "media_type": "application/pdf",
            "name": "报告 1.pdf",
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "size": 17,
        }
    ]


def line(position: Any = "T9", **more: Any) -> str:
    body = {"subject": "WCB-01-003", "body": {"position": position}, **more}
    return json.dumps(body, ensure_ascii=False)


def test_json_lines_are_recorded_in_order(ledger: Path) -> None:
    text = "\n".join(line(p, signers=[{"key": "Chen Yu"}]) for p in ("A", "B", "C")) + "\n"
    said = at(ledger, "record", "vial.moved/v1", stdin=text.encode())
    assert said.code == 0
    assert said.out.count("✓ recorded") == 3
    assert " C\n" in typed("--ledger", str(ledger), "show", "WCB-01-003").out


def test_the_first_refused_line_stops_the_rest_and_says_how_far_it_came(ledger: Path) -> None:
    before = events(ledger)
    lines = [line("A"), line("", type="vial.moved/v1"), line("C")]
    said = at(
        ledger,
        "record",
        "vial.moved/v1",
        "--as",
        "Chen Yu",
        "--json",
        stdin="\n".join(lines).encode(),
    )
    assert said.code == 6
    assert said.error["where"].startswith("line 2 (1 events written before it, nothing after): ")
    assert events(ledger) == before + 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "C117"),
        (b"  \n \n", "C117"),
        (b"\xff\xfe{}", "C115"),
        (b"[]", "C116"),
        (b"{}\nnot json\n", "C116"),
        (b'{"body": {}, "body": {}}', "C116"),
        (b'{"body": {"x": NaN}}', "C116"),
        (b"[" * 100_000, "C116"),
        (b'{"body": 3}', "C123"),
        (b'{"bodi": {}}', "C123"),
        (b'{"subject": 1, "body": {}}', "C123"),
        (b'{"body": {}, "links": [{"rel": "bank"}]}', "C123"),
        (b'{"body": {}, "private": {"a": 1}}', "C123"),
        (b'{"body": {}, "signers": "Chen Yu"}', "C123"),
        (b'{"type": "vial.flown/v1", "body": {}}', "C119"),
        (b'{"subject": "\\ud800", "body": {"position": "A"}}', "C140"),
        (b'{"subject": "A\\u0000B", "body": {"position": "A"}}', "C140"),
        (b'{"subject": "WCB-01-003", "body": {"position": 1.5}}', "C148"),
    ],
)
def test_json_that_is_no_event_is_refused_with_its_own_code(
    demo: Path, content: bytes, code: str
) -> None:
    said = at(demo, "record", "vial.moved/v1", "--as", "Chen Yu", "--json", stdin=content)
    assert said.code == 6
    assert said.error["code"] == code


def test_a_correction_shows_both_readings_in_the_history(ledger: Path) -> None:
    words = ["correct", "WCB-01-003", "0", "--set", "position=T7", "--reason", "misread label"]
    said = at(ledger, *words, "--as", "Zhao Lan", "--second", "Chen Yu::performed")
    assert said.code == 0, said.err
    shown = typed("--ledger", str(ledger), "show", "WCB-01-003").out
    assert "T7" in shown
    assert "record corrected  #1" in shown


def test_a_void_needs_a_second_person(ledger: Path) -> None:
    at(ledger, "vial", "move", "WCB-01-003", "--position", "T9", "--as", "Chen Yu")
    words = ["void", "WCB-01-003", "1", "--reason", "wrong vial", "--as", "Zhao Lan"]
    assert at(ledger, *words).code == 5
    assert at(ledger, *words, "--second", "Chen Yu::performed").code == 0
    assert "T9" not in typed("--ledger", str(ledger), "show", "WCB-01-003").out.split("history")[0]


def test_a_new_key_signs_after_it_was_enrolled_and_accepted(ledger: Path) -> None:
    registrar = FOUNDER
    register = ["person", "register", "P-900", "--printed-name", "Wang Min", "--as", registrar]
    assert at(ledger, *register).code == 0
    assert at(ledger, "key", "new", "wang.min").code == 0
    enrol = ["key", "enrol", "wang.min", "--person", "P-900", "--printed-name", "Wang Min"]
    assert at(ledger, *enrol, "--role", "bank_custodian", "--as", registrar).code == 0
    move = ["vial", "move", "WCB-01-003", "--position", "T9", "--as", "wang.min"]
    assert at(ledger, *move).code in (5, 6)
    assert at(ledger, "key", "accept", "wang.min").code == 0
    said = at(ledger, *move)
    assert said.code == 0, said.err
    assert "signed by Wang Min (performed)" in said.out
    assert at(ledger, "key", "revoke", "wang.min", "--reason", "left", "--as", registrar).code == 0
    assert at(ledger, *move).code in (5, 6)


@pytest.mark.parametrize(
    ("role", "near"),
    [
        ("opertor", "operator"),
        ("Verifier", "verifier"),
        ("quality assurance", "qa"),
        ("操作员", "operator"),
        ("root", "registrar"),
        ("holder", "registrar"),
    ],
)
@pytest.mark.parametrize(("lang", "what"), [("en", "is not a role a key"), ("zh", "的角色")])
def test_a_role_that_no_policy_knows_is_refused_with_the_nearest(
    role: str, near: str, lang: str, what: str, ledger: Path
) -> None:
    before = events(ledger)
    enrol = ["key", "enrol", "Sun Jie", "--person", "P-005", "--printed-name", "Sun Jie"]
    for words in (enrol, ["key", "roles", "Sun Jie"]):
        said = at(ledger, *words, "--role", role, "--as", FOUNDER, "--lang", lang, "--json")
        assert (said.code, said.error["code"]) == (6, "C178")
        assert what in said.error["what"]
        assert near in said.error["why"]
    assert events(ledger) == before


def test_one_wrong_role_among_right_ones_is_refused_as_well(ledger: Path) -> None:
    words = ("key", "roles", "Sun Jie", "--role", "operator", "--role", "verfier")
    said = at(ledger, *words, "--as", FOUNDER, "--json")
    assert (said.code, said.error["code"]) == (6, "C178")
    assert "'verfier'" in said.error["what"]


def test_a_key_that_is_revoked_twice_is_named_in_the_advice(ledger: Path) -> None:
    words = ("key", "revoke", "Sun Jie", "--reason", "left", "--as", FOUNDER, "--json")
    assert at(ledger, *words).code == 0
    (reason,) = at(ledger, *words).error["reasons"]
    advice = reason["fix"].partition(": custody ")[2].split()
    shown = typed("--ledger", str(ledger), *advice, "--json")
    assert shown.object["name"] == "Sun Jie"


def test_a_ledger_is_created_once(tmp_path: Path) -> None:
    words = ["init", str(tmp_path / "new"), "--organisation", "海港细胞", "--registrar", "chen.yu"]
    said = typed(*words, *KEY, "--json")
    assert said.code == 0
    assert said.object["keys"][0] == "root-1"
    assert typed(*words, *KEY).code == 11
    status = typed("--ledger", str(tmp_path / "new"), "status", "--json").object
    assert status["events"] == 4


def test_both_readings_of_a_corrected_record_stay_visible(ledger: Path) -> None:
    here = ["--ledger", str(ledger)]
    done = typed(
        *here, "correct", "WCB-01-003", "0", "--set", "position=LN2-9 / box 1", "--reason",
        "rack misread", "--as", "Zhao Lan", "--second", "Chen Yu",
        "--passphrase-command", "echo demo",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.out.index("approved") > done.out.index("performed")
    for command in (["show", "WCB-01-003"], ["log", "WCB-01-003"]):
        said = typed(*here, *command).out
        assert re.search(r"#0  position: .+ → LN2-9 / box 1", said)
        assert "rack misread" in said


def test_a_person_without_the_role_is_refused_and_told_which_roles_sign(ledger: Path) -> None:
    said = typed(
        "--ledger", str(ledger), "vial", "move", "WCB-01-003", "--position", "A", "--as", "Tang Bo",
        "--passphrase-command", "echo demo", "--json",
    )  # fmt: skip
    assert (said.code, said.error["code"]) == (5, "C206")


def test_wrong_fields_are_told_in_plain_words_of_both_languages(ledger: Path) -> None:
    line = b'{"subject": "WCB-01-003", "body": {"position": 1, "shelf": "x"}}'
    words = ["--ledger", str(ledger), "record", "vial.moved/v1", "--as", "Chen Yu"]
    words += ["--passphrase-command", "echo demo", "--json"]
    assert "must be text" in typed(*words, stdin=line).error["why"]
    said = typed("--lang", "zh", *words, stdin=line).error["why"]
    assert "应为文本" in said
    assert "shelf不是本事件的字段" in said
