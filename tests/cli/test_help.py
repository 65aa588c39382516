"""Every command explains itself: an example, both languages, no line too wide."""

from __future__ import annotations

import re
import shlex

import pytest

from cli.stage import started, typed
from custody_cli import pages
from custody_cli.console import begin, columns
from custody_cli.settings import Settings
from custody_cli.surface import COMMANDS

VERBS = {
    "key": ("new", "list", "show", "enrol", "accept", "roles", "revoke", "rotate"),
    "trust": ("show", "draft", "sign", "adopt", "accept"),
    "rules": ("list", "show", "why", "sources"),
    "receipt": ("make", "verify"),
    "auditor": ("init", "replay", "add"),
    "fraud": ("check",),
    "timestamp": ("request", "add", "ask"),
    "witness": (
        *("init", "show", "trust-ledger", "cosign", "serve"),
        *("request", "add", "ask", "status"),
    ),
    "subject": ("erase", "restrict", "lift"),
}


def every_command() -> list[tuple[str, ...]]:
    begin(Settings())
    nouns = [(noun, verb) for noun, verbs in pages.nouns().items() for verb in verbs]
    singles = [(name,) for name in COMMANDS if name not in VERBS]
    return [*nouns, *singles, *((name, verb) for name, verbs in VERBS.items() for verb in verbs)]


COMMAND_PATHS = every_command()


def too_wide(text: str) -> list[str]:
    return [line for line in text.splitlines() if columns(line) > 100]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_command_has_a_page_with_an_example_and_no_wide_line(lang: str) -> None:
    for path in COMMAND_PATHS:
        said = typed(*path, "--help", "--lang", lang)
        assert said.code == 0, path
        assert f"custody {' '.join(path)}" in said.out
        example = "example" if lang == "en" else "示例"
        assert f"\n{example}\n  custody {' '.join(path)}" in said.out, path
        assert not too_wide(said.out), path


def test_the_chinese_page_of_every_command_is_in_chinese() -> None:
    for path in COMMAND_PATHS:
        second_line = typed(*path, "--help", "--lang", "zh").out.splitlines()[1]
        assert re.search("[\u4e00-\u9fff]", second_line), path


def test_every_example_is_accepted_by_the_command_it_explains() -> None:
    """All that is wrong with an example is that its items and keys do not exist here."""
    for path in COMMAND_PATHS:
        page = typed(*path, "--help").out
        block = page.split("\nexample\n", 1)[1].split("\n\n", 1)[0].replace("\\\n", " ")
        words = shlex.split(block)[1:]
        if words[0] in ("demo", "init"):
            continue
        said = typed(*words, "--no-input", "--json", "--ledger", "/nonexistent")
        assert said.code in (0, 4, 6, 9, 10), (block, said.err)
        if said.code == 6:
            assert said.error["code"] in ("C108", "C110", "C157"), (block, said.err)


def test_the_front_page_names_every_command_and_fits_the_screen() -> None:
    for lang in ("en", "zh"):
        said = typed("--lang", lang)
        assert said.code == 0
        for name in (*pages.nouns(), *COMMANDS):
            assert re.search(rf"^  {name} ", said.out, re.MULTILINE), name
        assert not too_wide(said.out)
        assert said.out == typed("--help", "--lang", lang).out


def test_pages_fit_a_narrow_terminal_too() -> None:
    wide = [
        line
        for path in COMMAND_PATHS
        for line in typed(*path, "--help", env={"COLUMNS": "60"}).out.splitlines()
        if columns(line) > 60 and "custody" not in line and "--" not in line
    ]
    assert wide == []


def test_a_noun_alone_shows_its_verbs() -> None:
    said = typed("vial")
    assert said.code == 0
    assert re.search(r"^  thaw +vial thawed$", said.out, re.MULTILINE)


def test_global_options_may_stand_before_or_after_the_command() -> None:
    before = typed("--json", "--lang", "zh", "explain", "C101")
    after = typed("explain", "C101", "--lang=zh", "--json")
    assert before == after
    assert before.object["code"] == "C101"


def test_completion_offers_verbs() -> None:
    words = {"COMP_WORDS": "custody vial th", "COMP_CWORD": "2"}
    done = started(env={"_CUSTODY_COMPLETE": "complete_bash", **words})
    assert done.stdout.split() == [b"thaw"]
