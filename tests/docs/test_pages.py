"""Pages fit together: links lead somewhere, indexes are complete, transcripts are true."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from docs import console, reference_pages

ROOT = console.ROOT
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def prose(page: Path) -> str:
    return CODE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the anchors that headings get on the usual hosts: lower case, dashes for spaces."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def test_every_internal_link_leads_to_a_page_and_a_heading() -> None:
    broken = []
    for page in PAGES:
        for target in LINK.findall(prose(page)):
            if "://" in target or target.startswith("mailto:"):
                continue
            path, _, anchor = target.partition("#")
            there = (page.parent / path).resolve() if path else page
            if not there.exists() or (anchor and anchor not in anchors(there)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = [t.partition("#")[0] for t in LINK.findall(prose(page)) if "://" not in t]
        waiting += [(page.parent / t).resolve() for t in links if t]
    assert {str(p.relative_to(ROOT)) for p in set(PAGES) - seen} == set()


def test_the_index_of_decisions_lists_each_of_them_by_its_title() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "index.md").read_text(encoding="utf-8")
    decisions = sorted(p for p in folder.glob("[0-9]*.md") if not p.name.startswith("0000"))
    for number, path in enumerate(decisions, start=1):
        title = path.read_text(encoding="utf-8").partition("\n")[0]
        assert title.startswith(f"# {number:04d} ")
        assert f"| [{number:04d}]({path.name}) | {title[7:]} |" in index


def test_the_codes_named_in_the_guides_exist() -> None:
    known = set(re.findall(r"^##+ (\S+)$", reference_pages.pages()["errors.md"], re.MULTILINE))
    known |= set(re.findall(r"^## (\S+)$", reference_pages.pages()["rules.md"], re.MULTILINE))
    pattern = re.compile(r"\b(?:C[1-7]\d\d|E\d\d|(?!SHA|ORG)[A-Z]{3}-\d{3})\b")
    own = [p for p in PAGES if "reference" not in p.parts]
    named = {(p.name, code) for p in own for code in pattern.findall(p.read_text(encoding="utf-8"))}
    assert {(page, code) for page, code in named if code not in known} == set()


def test_make_demo_plays_what_the_readme_shows() -> None:
    # A make above this one (make test) would otherwise have it talk about folders.
    asked = ["make", "--no-print-directory", "-n", "demo"]
    plan = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    assert plan.stdout.splitlines()[-1] == ".venv/bin/custody demo demo"


@pytest.mark.parametrize("guide", console.GUIDES, ids=lambda p: p.name)
def test_what_a_guide_shows_is_what_the_terminal_shows(guide: Path) -> None:
    asked = console.typed(guide.read_text(encoding="utf-8"))
    assert asked, "a guide without a single command"
    wrong = console.disagreements(guide)
    assert [(one.command, got) for one, got in wrong] == []


def test_a_transcript_that_lies_is_noticed() -> None:
    text = "```console\n$ echo one; echo two\none\nthree\n```\n"
    (asked,) = console.typed(text)
    (real,) = console.played([asked.command])
    assert real == ["one", "two"]
    assert not console.agrees(asked.shown, real)
    assert console.agrees(("one", "…"), real)
    assert console.agrees(("two at 2026-11-24T08:00:00Z",), ["two at 2031-01-02T03:04:05Z"])
