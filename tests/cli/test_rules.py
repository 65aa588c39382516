"""Rules can be listed, shown and asked; what was ruled can be read, and what sources say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cli.stage import Said, typed
from custody_cli.exits import Exit

KEY = "echo demo"


def asked(ledger: Path, *words: str) -> Any:
    said = typed("--ledger", str(ledger), *words, "--json")
    assert said.code in (Exit.DONE, Exit.REFUSED), said.err
    return said.object


def first(ledger: Path, kind: str) -> str:
    return str(asked(ledger, "list", kind)["items"][0]["number"])


def test_the_list_names_every_rule_of_a_gate_and_no_other() -> None:
    every = typed("rules", "list", "--json").object["rules"]
    some = typed("rules", "list", "--gate", "export", "--json").object["rules"]
    assert [r for r in every if "export" in r["gates"]] == some
    assert 0 < len(some) < len(every)
    assert {"en", "zh"} == set(some[0]["title"])


def test_a_gate_that_is_misspelt_lists_those_there_are() -> None:
    said = typed("rules", "list", "--gate", "exprot", "--json")
    assert (said.code, said.error["code"]) == (Exit.INPUT, "C162")
    assert "export" in said.error["why"]


def test_a_rule_is_shown_with_its_source_who_may_lift_it_and_what_was_claimed() -> None:
    said = typed("rules", "show", "exp-001")
    assert said.code == Exit.DONE
    assert "regulatory_affairs" in said.out
    assert "not found in the text" in " ".join(said.out.split())
    (version,) = typed("rules", "show", "EXP-001", "--json").object["versions"]
    assert version["override_role"] == "regulatory_affairs"
    assert version["basis"] == "secondary_claim"
    assert "A2" in {s["id"] for s in version["sentences"]}


def test_every_version_of_a_rule_is_shown_with_its_dates() -> None:
    versions = typed("rules", "show", "GAC-001", "--json").object["versions"]
    assert [v["effective_from"] for v in versions] == sorted(v["effective_from"] for v in versions)
    assert len(versions) == 2
    assert versions[0]["effective_to"] < versions[1]["effective_from"]


def test_a_rule_is_shown_in_chinese() -> None:
    said = typed("rules", "show", "EXP-001", "--lang", "zh")
    assert "媒体转述" in said.out


def test_a_rule_there_is_not_is_an_input_error() -> None:
    assert typed("rules", "show", "EXP-999", "--json").error["code"] == "C118"


def test_sources_show_the_wrong_number_beside_the_right_one(tmp_path: Path) -> None:
    found = typed("rules", "sources", "--json").object
    wrong = [a for a in found["aliases"] if a["standing"] == "misattributed"]
    assert [a["text_as_cited"] for a in wrong] == ["State Council Order No. 789"]
    assert wrong[0]["instrument"].endswith("818-2025")
    assert "Order No. 789" in typed("rules", "sources").out


def test_what_was_ruled_is_told_with_the_items_it_rests_on(demo: Path) -> None:
    shipment = first(demo, "shipment")
    events = asked(demo, "rules", "why", shipment)["events"]
    sealed = next(e for e in events if e["gate"] == "export")
    assert sealed["pack"]
    ruled = {r["rule"]: r for r in sealed["rulings"]}
    assert ruled["HGR-001"]["outcome"] == "satisfied"
    assert "permit" in {e["noun"] for e in ruled["HGR-001"]["evidence"]}
    by_index = asked(demo, "rules", "why", str(sealed["event"]))["events"]
    assert by_index == [sealed]
    assert "HGR-001" in typed("--ledger", str(demo), "rules", "why", shipment).out


def test_an_open_gate_ends_with_0_and_a_closed_one_with_5(demo: Path) -> None:
    lot = first(demo, "material")
    batch = first(demo, "batch")
    opened = typed("--ledger", str(demo), "gate", "export", first(demo, "shipment"), "--json")
    closed = typed("--ledger", str(demo), "gate", "release", batch, "--json")
    assert closed.code == Exit.REFUSED
    assert closed.object["open"] is False
    assert opened.object["open"] is (opened.code == Exit.DONE)
    stops = [r["stops"] for r in closed.object["rulings"]]
    assert stops == sorted(stops, reverse=True)
    assert asked(demo, "gate", "consume", lot)["rulings"]


def test_what_stands_in_the_way_comes_first_with_remedy_and_source(demo: Path) -> None:
    for lang, fix, source in (("en", "fix", "source"), ("zh", "处理", "依据")):
        words = ("gate", "release", first(demo, "batch"), "--lang", lang)
        said = typed("--ledger", str(demo), *words)
        lines = said.out.splitlines()
        assert said.code == Exit.REFUSED
        assert lines[0].startswith("✗")
        assert lines[1].startswith("  ✗")
        assert any(line.strip().startswith(fix) for line in lines)
        assert any(line.strip().startswith(source) for line in lines)


def cited(ledger: Path, number: str, text: str) -> Said:
    """Register a law whose title cites another by the wrong number."""
    words = ["instrument", "register", number, "--instrument-kind", "guideline"]
    words += ["--title-en", text, "--title-zh", "指导原则", "--issuer", "a centre"]
    words += ["--source", "a news item", "--text-form", "full"]
    signed = ["--as", regulatory(ledger), "--passphrase-command", KEY]
    return typed("--ledger", str(ledger), *words, *signed)


def regulatory(ledger: Path) -> str:
    """Return the key that signs for regulatory affairs, as on the permits."""
    permits = asked(ledger, "log", "--type", "permit.recorded/v1")["events"]
    return f"{permits[0]['signers'][0]['kid']}:regulatory_affairs"


def test_a_wrong_citation_is_recorded_as_written_with_a_remark_beside_it(ledger: Path) -> None:
    text = "guide to Order No. 789 on biomedical technologies"
    said = cited(ledger, "GUIDE-1", text)
    assert said.code == Exit.DONE, said.err
    assert "SRC-001" in said.err
    shown = asked(ledger, "show", "GUIDE-1")
    assert shown["facts"]["title_en"] == text
    assert [r["rule"] for r in shown["history"][0]["remarks"]] == ["SRC-001"]
    assert "Order No. 818 is meant" in typed("--ledger", str(ledger), "show", "GUIDE-1").out
    assert "第 818 号令" in typed("--ledger", str(ledger), "show", "GUIDE-1", "--lang", "zh").out


def test_a_right_citation_has_no_remark(ledger: Path) -> None:
    said = cited(ledger, "GUIDE-2", "guide to Order No. 818 on biomedical technologies")
    assert said.code == Exit.DONE, said.err
    assert "SRC-001" not in said.err
