"""Our own command line keeps the protocol that any other verifier must keep, too."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract.make_vectors import EVENTS

BUNDLES = EVENTS / "vectors" / "bundle"
EXITS = {"genuine": 0, "not_genuine": 3, "cannot_tell": 4}
CASES = [
    "genuine_with_document",
    "old_record",
    "released_twice_fail",
    "no_bytes_fail",
    "stale_fail",
]


def verify(folder: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """Run the verifier on a bundle vector; return exit code and report."""
    expect = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    command = [sys.executable, "-m", "custody_cli.main", "verify"]
    command += [str(folder / "bundle.custody.json"), "--trust", str(folder / "trust.json")]
    command += ["--at", expect["at"], "--json", *more]
    if expect.get("archive"):
        command.append("--archive")
    if (folder / "attachments").is_dir():
        command += ["--attachments", str(folder / "attachments")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    report: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, report


@pytest.mark.parametrize("name", CASES)
def test_exit_code_and_report_say_what_the_vector_demands(name: str) -> None:
    expect = json.loads((BUNDLES / name / "expect.json").read_text(encoding="utf-8"))
    code, report = verify(BUNDLES / name)
    assert code == EXITS[expect["verdict"]]
    assert report["kind"] == "custody.verify/v1"
    assert report["verdict"] == expect["verdict"]
    assert {"level", "as_of", "trust"} <= report.keys()
    assert [step["step"] for step in report["steps"]] == [f"V{n}" for n in range(1, 10)]
    found = {(step["step"], f["code"]) for step in report["steps"] for f in step["findings"]}
    assert sorted(map(list, found)) == expect["found"]


def test_another_trust_file_than_the_pinned_one_leaves_the_question_open() -> None:
    code, report = verify(BUNDLES / "genuine", "--pin", "0f" * 32)
    assert (code, report["verdict"]) == (4, "cannot_tell")
    assert [f["code"] for f in report["steps"][1]["findings"]] == ["E02"]


def test_the_protocol_names_every_option_and_exit_code() -> None:
    text = (EVENTS / "protocol.md").read_text(encoding="utf-8")
    for option in ("--trust", "--at", "--archive", "--attachments", "--pin", "--json"):
        assert f"| `{option}" in text
    for verdict, code in EXITS.items():
        assert f"| {code} | `{verdict}`" in text
