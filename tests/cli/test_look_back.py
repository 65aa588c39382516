"""A look-back on the command line: what was put on hold is listed with the way that led there."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.stage import Said, typed

KEY = ("--passphrase-command", "echo demo")
NOTICE = ("donor", "notice", "DON-2026-001", "--notice", "HBV reactive", "--status", "reactive")


def at(ledger: Path, *words: str) -> Said:
    return typed("--ledger", str(ledger), *words, *KEY)


def test_bad_news_lists_everything_that_was_put_on_hold_with_its_way(ledger: Path) -> None:
    said = at(ledger, *NOTICE, "--as", "Xu Hai")
    assert said.code == 0
    lines = said.out.splitlines()
    place = next(n for n, line in enumerate(lines) if "shipment SHP-2026-001" in line)
    assert lines[place].startswith("held")
    way = " ".join(" ".join(lines[place + 1 :]).split())
    assert way.startswith("DON-2026-001 > SMP-2026-001 > MCB-01 > MCB-01-001 > WCB-01 >")


def test_the_same_list_in_chinese_and_as_json(ledger: Path) -> None:
    said = at(ledger, *NOTICE, "--as", "Xu Hai", "--json")
    ways = {row["number"]: row for row in said.object["affected"]}
    assert ways["B-2026-001"]["outcome"] == "held"
    assert ways["B-2026-001"]["path"][0] == "DON-2026-001"
    assert ways["B-2026-002"]["outcome"] == "not_holdable"
    again = at(ledger, "look-back", "DON-2026-001", "--as", "Zhao Lan", "--lang", "zh")
    assert (again.code, "此前已暂停" in again.out) == (0, True)


@pytest.mark.parametrize("ref", ["DON-2026-003", "PRD-MSC"])
def test_without_bad_news_there_is_nothing_to_look_back_from(ledger: Path, ref: str) -> None:
    said = at(ledger, "look-back", ref, "--as", "Zhao Lan", "--json")
    assert said.code == 6
    assert said.error["code"] in ("C164", "C140")
