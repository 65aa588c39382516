"""`custody due`: what must be done until when, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.stage import typed
from custody_cli.console import columns


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "words", [["due"], ["due", "--all"], ["due", "--retention", "SHP-2026-001"]]
)
def test_the_list_fits_the_screen_in_both_languages(
    demo: Path, words: list[str], lang: str
) -> None:
    said = typed("--ledger", str(demo), *words, "--lang", lang)
    assert said.code == 0, said.err
    assert said.out.strip()
    assert [x for x in said.out.splitlines() if columns(x) > 100] == []


def test_as_json_it_is_one_document_with_every_obligation(demo: Path) -> None:
    said = typed("--ledger", str(demo), "due", "--json")
    found = json.loads(said.out)
    assert found["kind"] == "custody.due/v1"
    assert {o["kind"] for o in found["obligations"]} >= {"rule_pack_review"}
    for each in found["obligations"]:
        assert each["who"] and each["basis"] and each["what"]["zh"]


def test_a_day_leaves_out_what_is_due_later(demo: Path) -> None:
    said = typed("--ledger", str(demo), "due", "--by", "2000-01-01", "--json")
    assert all(o["due"] is None for o in json.loads(said.out)["obligations"])


def test_a_day_that_is_no_day_is_refused(demo: Path) -> None:
    said = typed("--ledger", str(demo), "due", "--by", "31.12.2026")
    assert said.code == 2
    assert "C104" in said.err


def test_the_period_of_an_item_names_its_source(demo: Path) -> None:
    said = typed("--ledger", str(demo), "due", "--retention", "SHP-2026-001")
    assert "GACC Order No. 281" in said.out
    assert "3 years" in said.out
