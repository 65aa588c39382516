"""A stolen key on the command line: what is listed can be typed, and what has no effect is said."""

from __future__ import annotations

from pathlib import Path

from cli.stage import Said, typed

KEY = ("--passphrase-command", "echo demo")
WHY = ("--reason", "checked against the paper", "--as", "Zhao Lan:qa:approved")


def at(ledger: Path, *words: str) -> Said:
    return typed("--ledger", str(ledger), *words, *KEY)


def test_what_a_revocation_lists_is_confirmed_as_it_stands_there(ledger: Path) -> None:
    compromised = ("--reason", "compromised", "--distrust-from", "432")
    said = at(ledger, "key", "revoke", "Tang Bo", *compromised, "--as", "Wang Min")
    assert said.code == 0
    head, *rows = said.out.partition("no longer believed")[2].splitlines()[1:]
    assert head.split() == ["event", "type", "item", "seq"]
    assert rows
    for row in rows:
        _, _, item, seq = row.split()
        again = at(ledger, "reaffirm", item, seq, *WHY)
        assert (again.code, "record.reaffirmed/v1" in again.out) == (0, True)
    assert at(ledger, "reaffirm", item, seq, *WHY, "--json").error["code"] == "C207"


def test_a_record_that_nobody_doubts_is_not_confirmed_in_either_language(ledger: Path) -> None:
    said = at(ledger, "reaffirm", "B-2026-001", "0", *WHY)
    assert (said.code, "nobody doubts the record" in said.err) == (5, True)
    said = at(ledger, "reaffirm", "B-2026-001", "0", *WHY, "--lang", "zh")
    assert (said.code, "该记录无人质疑" in said.err) == (5, True)
