"""Help pages: the front page and one page per command, in the language of the call.

They are made from the table of commands, the contract and Typer's own parameters; nothing is
written twice. No page is wider than the terminal, and never wider than 100 columns.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any, Final

from custody_cli.console import columns, here, padded, wrapped
from custody_cli.surface import COMMANDS, GLOBALS, PANELS, VERBS

SECTIONS: Final = ("arguments", "fields", "related", "signing", "passphrase", "options")
NAMES_WIDTH: Final = 26


def types() -> list[dict[str, Any]]:
    """Return the contract's event types, read straight from its registry.

    `custody.contract` would do, but it loads what only errors need, and the front page must appear
    at once. An installation without contract shows no nouns here; the commands say what is wrong.
    """
    import custody

    package = os.path.dirname(custody.__file__ or "")  # noqa: PTH120 - pathlib costs every start
    for place in ("_contract", "../../events"):
        try:
            with open(f"{package}/{place}/registry.json", encoding="utf-8") as file:  # noqa: PTH123
                found: list[dict[str, Any]] = json.load(file)["types"]
                return found
        except (OSError, ValueError):
            continue
    return []


def nouns() -> dict[str, dict[str, dict[str, Any]]]:
    """Return noun → verb → the contract's entry of the newest version of that event type."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for entry in sorted(types(), key=lambda e: int(e["type"].rsplit("/v", 1)[1])):
        noun, verb = entry["command"]
        if not entry["plumbing"] and noun not in COMMANDS:
            found.setdefault(noun, {})[verb.replace(" ", "-")] = entry
    return {noun: dict(sorted(found[noun].items(), key=_opening_first)) for noun in _known(found)}


ORDER: Final = (
    "organisation, person, product, donor, sample, material, bank, vial, batch, deviation, "
    "assessment, permit, shipment"
)


def _known(found: Iterable[str]) -> list[str]:
    return sorted(found, key=lambda n: (ORDER.find(n) % 1000, n))


def _opening_first(verb: tuple[str, Mapping[str, Any]]) -> tuple[bool, str]:
    return (not verb[1]["opens"], verb[0])


def front() -> str:
    """Return the front page: what the program is for, and every command in one line."""
    c = here()
    lines = [
        c.paint("custody", "bold")
        + c.t(
            "  a chain-of-custody ledger for cell products",
            "  细胞制品监管链台账",
        ),
        "",
        f"{c.word('usage')}  custody {c.t('COMMAND', '命令')} … [--json] [--lang en|zh]",
    ]
    for panel, title in PANELS.items():
        lines += ["", c.paint(c.pick(title), "bold")]
        rows = [(n, c.pick(e.line)) for n, e in COMMANDS.items() if e.panel == panel]
        if panel == "record":
            verbs_of = {n: [*verbs, *VERBS.get(n, ())] for n, verbs in nouns().items()}
            rows = [(n, " · ".join(verbs)) for n, verbs in verbs_of.items()] + rows
        lines += table(rows, 14)
    lines += ["", c.paint(c.word("global"), "bold")]
    lines += table([(name, c.pick(text)) for name, text in GLOBALS], 14)
    lines += [
        "",
        c.t("one minute to look around:", "一分钟上手："),
        "  custody demo",
        c.t("the page of a command:", "查看某命令的说明："),
        "  custody vial thaw --help",
        c.t("complete commands with the Tab key:", "用 Tab 键补全命令："),
        "  custody --install-completion",
    ]
    return "\n".join(lines)


def of_group(path: str, text: str, rows: Iterable[tuple[str, str]]) -> str:
    """Return the page of a noun: its verbs, one line each."""
    c = here()
    lines = [c.paint(path, "bold") + f"  {c.pick(text)}", ""]
    lines += [
        f"{c.word('usage')}  {path} {c.t('VERB', '动词')} …",
        "",
        c.paint(c.word("commands"), "bold"),
    ]
    lines += table(rows, 14)
    lines += ["", f"{c.word('more')}  {path} {c.t('VERB', '动词')} --help"]
    return "\n".join(lines)


def of_command(path: str, text: str, epilog: str, params: Iterable[Any]) -> str:
    """Return the page of one command: what it does, an example, its options by section."""
    c = here()
    shown = [p for p in params if not getattr(p, "hidden", False) and p.name != "help"]
    arguments = [p for p in shown if p.param_type_name == "argument"]
    usage = " ".join([path, *(_argument(p) for p in arguments), c.t("[options]", "[选项]")])
    lines = [c.paint(path, "bold"), *("  " + x for x in wrapped(c.pick(text), c.width - 2))]
    lines += ["", f"{c.word('usage')}  {usage}"]
    if epilog:
        lines += ["", c.paint(c.word("example"), "bold")]
        lines += [line for e in c.pick(epilog).split("\n") for line in _example(e, c.width)]
    for section in SECTIONS:
        members = [p for p in shown if _section(p) == section]
        if members:
            lines += ["", c.paint(c.word(section), "bold")]
            lines += table([(_names(p), _text(p)) for p in members], NAMES_WIDTH)
    lines += ["", c.paint(c.word("global"), "bold")]
    lines += wrapped("  " + "  ".join(name for name, _ in GLOBALS), c.width)
    return "\n".join(lines)


def table(rows: Iterable[tuple[str, str]], left: int) -> list[str]:
    """Return rows of a name and a text; a long name stands on a line of its own."""
    width = here().width
    lines: list[str] = []
    for name, text in rows:
        first, *others = wrapped(text, width - left - 4)
        if columns(name) > left:
            lines += [f"  {name}", *(" " * (left + 4) + x for x in (first, *others))]
        else:
            lines += [f"  {padded(name, left)}  {first}", *(" " * (left + 4) + x for x in others)]
    return [line.rstrip() for line in lines]


def _example(text: str, width: int) -> list[str]:
    """Return a command line, continued with backslashes where it is too long for the page."""
    lines: list[str] = []
    line = " "
    for piece in text.replace(" --", "\x00--").split("\x00"):
        if columns(line) + columns(piece) + 3 > width:
            lines.append(line + " \\")
            line = "     "
        line += f" {piece}"
    return [*lines, line]


def _section(param: Any) -> str:
    if param.param_type_name == "argument":
        return "arguments"
    return getattr(param, "rich_help_panel", None) or "options"


def _argument(param: Any) -> str:
    name = here().pick(param.metavar or param.name.upper())
    return name if param.required else f"[{name}]"


def _names(param: Any) -> str:
    c = here()
    if param.param_type_name == "argument":
        return _argument(param)
    if param.secondary_opts:
        return "/".join([*param.opts, *param.secondary_opts])
    names = ", ".join(sorted(param.opts, key=len))
    if param.is_flag:
        return names
    return f"{names} {c.pick(param.metavar or c.t('TEXT', '文本'))}"


def _text(param: Any) -> str:
    c = here()
    notes = []
    if param.required and param.param_type_name == "option":
        notes.append(c.word("required"))
    if param.multiple:
        notes.append(c.word("repeatable"))
    text = c.pick(param.help or "")
    if not notes:
        return text
    return f"{text}{c.t(' (', '（')}{c.t(', ', '，').join(notes)}{c.t(')', '）')}"


def title_of(entry: Mapping[str, Any]) -> str:
    """Return the title of an event type in the language of the call."""
    return str(entry["title"][here().lang])
