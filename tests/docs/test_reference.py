"""The reference pages say what the code says, and leave nothing out."""

from __future__ import annotations

from importlib import metadata

from custody import contract
from custody.errors import FAMILIES, catalogue
from custody.rules.model import RULES
from custody_cli.exits import Exit
from custody_cli.surface import COMMANDS
from docs import reference_pages


def page(name: str) -> str:
    return (reference_pages.REFERENCE / name).read_text(encoding="utf-8")


def test_every_reference_page_is_what_the_generator_writes() -> None:
    stale = [name for name, text in reference_pages.pages().items() if page(name) != text]
    assert not stale, "run: make docs"


def test_every_error_code_and_finding_has_a_place_in_the_errors_page() -> None:
    text = page("errors.md")
    codes = [code for family in FAMILIES for code in catalogue(family)]
    codes += contract.vocabulary("findings")
    assert len(codes) > 60
    assert [code for code in codes if f"\n### {code}\n" not in text] == []


def test_every_command_has_a_place_in_the_commands_page() -> None:
    text = page("commands.md")
    missing = [name for name in COMMANDS if f"`custody {name}`" not in text]
    for entry in contract.types().values():
        noun, verb = entry["command"]
        section = text.partition(f"### custody {noun}\n")[2].partition("\n### ")[0]
        if not entry["plumbing"] and f"| `{verb}` |" not in section:
            missing.append(f"{noun} {verb}")
    assert missing == []


def test_every_event_type_and_rule_has_a_place() -> None:
    types, rules = page("events.md"), page("rules.md")
    assert [name for name in contract.types() if f"\n## {name}\n" not in types] == []
    assert [rule.id for rule in RULES if f"\n## {rule.id}\n" not in rules] == []


def test_every_exit_code_has_a_meaning() -> None:
    assert set(reference_pages.EXITS) == set(Exit)


def test_every_pinned_package_has_a_licence_and_a_reason() -> None:
    pinned = set(reference_pages.locked("dev.txt")) | set(reference_pages.locked("runtime.txt"))
    assert pinned == set(reference_pages.reasons())


def test_nothing_that_is_shipped_is_under_a_copyleft_licence() -> None:
    reasons = reference_pages.reasons()
    copyleft = [n for n in reference_pages.locked("runtime.txt") if "GPL" in reasons[n]["licence"]]
    assert copyleft == []


def test_the_licences_given_are_those_the_packages_declare() -> None:
    wrong = []
    for name, reason in reference_pages.reasons().items():
        try:
            declared = metadata.metadata(name)["License-Expression"]
        except metadata.PackageNotFoundError:
            continue  # a package for another system
        if declared and declared != reason["licence"]:
            wrong.append((name, declared))
    assert wrong == []


def test_both_lock_files_pin_the_same_versions_and_no_addresses() -> None:
    runtime, build, dev = map(reference_pages.locked, ("runtime.txt", "build.txt", "dev.txt"))
    assert (runtime | build).items() <= dev.items()
    for name in ("runtime.txt", "build.txt", "dev.txt", "lock.txt"):
        text = (reference_pages.ROOT / "requirements" / name).read_text(encoding="utf-8")
        assert "://" not in text
        pins = len(reference_pages.locked(name))
        assert text.count(" \\\n    --hash=sha256:") >= pins > 0
