"""The pages of `docs/reference`, written from the code: nothing there is typed twice."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from custody import contract
from custody.domain.model import TYPES
from custody.errors import FAMILIES, catalogue
from custody.rules import pack  # noqa: F401 - importing declares every rule
from custody.rules.model import PACK, RULES, Rule
from custody_cli.examples import example
from custody_cli.exits import FAMILY, NO_LEDGER_CODE, USAGE_CODES, Exit
from custody_cli.fields import fields_of
from custody_cli.surface import COMMANDS, GLOBALS, PANELS, VERBS
from custody_cli.words import pick
from docs import attacks_page, regulation_coverage
from docs.attacks_page import MARK

ROOT: Final = Path(__file__).parents[2]
REFERENCE: Final = ROOT / "docs" / "reference"

EXITS: Final = {
    Exit.DONE: ("done; for `verify`: genuine", "nobody"),
    Exit.BUG: ("an unexpected failure; a report file was saved", "us"),
    Exit.USAGE: ("the command was typed wrongly", "you"),
    Exit.NOT_GENUINE: ("the evidence does not hold: **not genuine**", "stop, investigate"),
    Exit.CANNOT_TELL: ("**cannot tell**: keys, proof or format unknown here", "get the trust file"),
    Exit.REFUSED: ("a rule or the state of an item forbids it; nothing was written", "QA"),
    Exit.INPUT: ("a file or value given is not usable; nothing was written", "you"),
    Exit.CONFLICT: ("somebody else wrote first; trying again is safe", "try again"),
    Exit.SIGNING_KEY: ("a signing key could not be used", "the key's holder"),
    Exit.NO_LEDGER: ("there is no ledger here", "`custody init`, or `--ledger`"),
    Exit.STORAGE: ("disk, permission or lock trouble", "IT"),
    Exit.INTERRUPTED: ("Ctrl-C; nothing half-written remains", "nobody"),
    Exit.CLOSED: ("nobody read the output to its end; nothing was written", "you"),
}
FAMILY_TITLES: Final = {
    "input": ("input", "the file or value given is not usable", "the person typing"),
    "refused": ("refused", "a rule or the state of an item forbids the step", "QA, production"),
    "conflict": ("conflict", "somebody else appended first", "try again"),
    "evidence": ("evidence", "the evidence does not hold", "stop, investigate"),
    "trust": ("trust", "the keys behind the evidence are not known here", "get the trust file"),
    "key": ("signing key", "a signing key could not be used", "the key's holder"),
    "storage": ("storage", "disk, permission, lock or missing ledger", "IT"),
}


def pages() -> dict[str, str]:
    """Return every generated page: file name below `docs/reference` to text."""
    written = {
        "attacks.md": attacks_page.page(),
        "errors.md": errors(),
        "commands.md": commands(),
        "events.md": events(),
        "rules.md": rules(),
        "regulation-coverage.md": regulation_coverage.page(),
        "exit-codes.md": exit_codes(),
        "dependencies.md": dependencies(),
    }
    return {name: "\n".join([MARK, "", *lines]).rstrip() + "\n" for name, lines in written.items()}


def cell(text: str) -> str:
    """Return `text` so that it stays inside one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(head)
    yield "| " + " | ".join(names) + " |"
    yield "| " + " | ".join("---" for _ in names) + " |"
    for row in rows:
        yield "| " + " | ".join(cell(value) for value in row) + " |"


def errors() -> list[str]:
    lines = [
        "# Errors and findings",
        "",
        "The same texts as `custody explain CODE`, offline, in English and Chinese. Words in",
        "braces are filled in when the error is shown. Rules have codes of their own, see",
        "[rules](rules.md).",
    ]
    for family in FAMILIES:
        title, what, who = FAMILY_TITLES[family]
        lines += ["", f"## {title.capitalize()}", "", f"{what.capitalize()}. Who acts: {who}."]
        for code, texts in sorted(catalogue(family).items()):
            en, zh = texts["en"], texts["zh"]
            lines += ["", f"### {code}", "", f"**{en['what']}**", ""]
            lines += [f"- why: {en['why']}", f"- fix: {en['fix']}", ""]
            lines += [f"**{zh['what']}**", "", f"- 原因：{zh['why']}", f"- 处理：{zh['fix']}"]
    lines += ["", "## Findings of a verification", ""]
    lines += ["Which step gives which finding: [verification](../verification.md)."]
    for code, texts in sorted(contract.vocabulary("findings").items()):
        lines += ["", f"### {code}", ""]
        for lang, why, hint in (("en", "why", "hint"), ("zh", "原因", "处理")):
            colon = ": " if lang == "en" else "："
            lines += [f"**{texts[lang]['title']}**", ""]
            lines += [
                f"- {why}{colon}{texts[lang]['why']}",
                f"- {hint}{colon}{texts[lang]['hint']}",
            ]
            lines += [""] if lang == "en" else []
    return lines


def signers(entry: dict[str, Any], where: str = "signers") -> str:
    pairs = [
        f"{'anyone' if s['role'] == '*' else s['role']} ({s['meaning']})" for s in entry[where]
    ]
    if len(pairs) > 6:
        return "anyone who signs the act"
    return (" and " if entry["every"] else " or ").join(pairs)


def nouns() -> dict[str, list[dict[str, Any]]]:
    """Return the commands people type, by noun."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in contract.types().values():
        if not entry["plumbing"]:
            found.setdefault(entry["command"][0], []).append(entry)
    return dict(sorted(found.items()))


def commands() -> list[str]:
    lines = [
        "# Commands",
        "",
        "`custody --help` and `custody NOUN VERB --help` say the same, in English or, with",
        "`--lang zh`, in Chinese. `custody NOUN VERB NUMBER` records one event; the other",
        "commands ask or make files.",
    ]
    for panel, title in PANELS.items():
        rows = [
            (f"`custody {name}`", *both(entry.line))
            for name, entry in COMMANDS.items()
            if entry.panel == panel
        ]
        en, zh = both(title)
        lines += ["", f"## {en.capitalize()} · {zh}", ""]
        lines += table(("Command", "Does", "中文"), rows)
    lines += ["", "## Global options · 全局选项", ""]
    lines += table(("Option", "Means", "中文"), ((f"`{o}`", *both(text)) for o, text in GLOBALS))
    lines += ["", "## Nouns · 名词", "", "Each line writes the event named."]
    for noun, entries in nouns().items():
        lines += ["", f"### custody {noun}", ""]
        verbs = []
        for entry in entries:
            anchor = entry["type"].replace(".", "").replace("/", "")
            verbs.append(
                (
                    f"`{entry['command'][1]}`",
                    f"[{entry['type']}](events.md#{anchor})",
                    f"{entry['title']['en']} · {entry['title']['zh']}",
                    signers(entry),
                )
            )
        for verb, entry in VERBS.get(noun, {}).items():
            en, zh = both(entry.line)
            verbs.append((f"`{verb}`", "more than one event", f"{en} · {zh}", "as its events ask"))
        lines += table(("Verb", "Event", "Records", "Signed by"), verbs)
        lines += ["", "```"]
        lines += [pick(example(entry, fields_of(entry["type"])), "en") for entry in entries]
        lines += ["```"]
    return lines


def events() -> list[str]:
    lines = [
        "# Event types",
        "",
        "From `events/registry.json`. A frozen schema never changes; the SHA-256 of each is in the",
        "registry. Every body also has `occurred_at`, and may have `reason`, `documents` and",
        "`rulings`.",
    ]
    common = {"occurred_at", "reason", "documents", "rulings"}
    for name, entry in sorted(contract.types().items()):
        schema = contract.schema(name)
        required = set(schema.get("required", ()))
        own = {k: v for k, v in schema["properties"].items() if k not in common}
        lines += ["", f"## {name}", "", f"{entry['title']['en']} · {entry['title']['zh']}. "]
        lines[-1] += entry["meaning"]["en"]
        lines += ["", f"- written to: {', '.join(entry['kinds'])}"]
        lines += [f"- signed by: {signers(entry)}"]
        if "in_keys" in entry:
            lines += [f"- signed in a key stream by: {signers(entry, 'in_keys')}"]
        if entry["when"]:
            lines += [f"- allowed while: {', '.join(entry['when'])}"]
        if entry["then"]:
            lines += [f"- afterwards: {entry['then']}"]
        if entry["gate"]:
            lines += [f"- gate: `{entry['gate']}`"]
        lines += ["- written by the ledger itself"] if entry["plumbing"] else []
        lines += [f"- status of the schema: {entry['status']}"]
        for link in entry["links"]:
            many = f"{link['least']} to {link['most']}"
            kinds = ", ".join(link["kinds"])
            lines += [
                f"- links to {kinds} as `{link['rel']}` ({many}): {link['en']} · {link['zh']}"
            ]
        lines += parts_and_settled(name)
        if own or entry["private"]:
            lines += [""]
            rows = [
                (
                    f"`{key}`" + ("" if key in required else " (optional)"),
                    field.get("description", ""),
                    field.get("description_zh", ""),
                )
                for key, field in own.items()
            ]
            rows += [(f"`{p['name']}` (private)", p["en"], p["zh"]) for p in entry["private"]]
            lines += table(("Field", "Means", "中文"), rows)
    return lines


def parts_and_settled(name: str) -> Iterator[str]:
    """Yield what is written in the same act, and which fields are not corrected afterwards."""
    spec = TYPES.get(name)
    if spec is None:
        return
    for part in spec.companions:
        order = "after" if part.after else "before"
        link = spec.link(part.rel)
        types = dict.fromkeys(part.type.format(kind=k) for k in (link.kinds if link else ()))
        named = " or ".join(f"`{t}`" for t in types)
        yield f"- the same act writes, {order} it: {named} to each linked as `{part.rel}`"
    for at_once, when in ((False, "by the next decision or draw"), (True, "at once")):
        fields = [f"`{f}`" for f, (_, now) in spec.decisive.items() if now is at_once]
        if fields and spec.correctable:
            yield f"- settled {when}: {', '.join(fields)}"


def rules() -> list[str]:
    lines = [
        "# Rules",
        "",
        f"Rule pack {PACK}. What the words mean: [concepts](../concepts/rules.md). An engineer's",
        "reading of the sources, to be checked by a regulatory professional; not legal advice.",
    ]
    for rule in sorted(RULES, key=lambda r: r.id):
        lines += ["", f"## {rule.id}", "", f"{rule.title.en} · {rule.title.zh}", ""]
        lines += [*facts(rule), f"- remedy: {rule.remedy.en} · {rule.remedy.zh}"]
    return lines


def facts(rule: Rule) -> Iterator[str]:
    yield f"- asked at: {', '.join(f'`{gate}`' for gate in rule.gates)}"
    yield f"- severity: {rule.severity.value}; basis: {rule.basis.value}"
    yield f"- source: {rule.source}"
    if rule.effective_from.year > 2000:
        yield f"- in force from: {rule.effective_from}"
    if rule.effective_to:
        yield f"- in force until: {rule.effective_to}"
    if rule.override_role:
        yield f"- may be overridden by: {rule.override_role}"


def exit_codes() -> list[str]:
    lines = [
        "# Exit codes",
        "",
        "From `cli/custody_cli/exits.py`. A code not listed means failure. Scripts look at this",
        "number only; 0 is never used for something that was merely not refuted.",
        "",
        *table(("Code", "Means", "Who acts"), ((str(c.value), *EXITS[c]) for c in Exit)),
        "",
        "Errors end with the code of their family:",
        "",
    ]
    lines += table(
        ("Family", "Codes", "Exit"),
        ((FAMILY_TITLES[f][0], span(f), str(code.value)) for f, code in FAMILY.items()),
    )
    usage = ", ".join(sorted(USAGE_CODES))
    lines += ["", f"Except {NO_LEDGER_CODE}, which ends with {Exit.NO_LEDGER.value},"]
    lines += [f"and {usage}, which end with {Exit.USAGE.value}."]
    return lines


def span(family: str) -> str:
    return next(iter(catalogue(family)))[:2] + "xx"


def locked(name: str) -> dict[str, str]:
    """Return the packages a file of `requirements/` pins: name to version."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    pins = [line.split(";")[0].split("\\")[0].strip() for line in text.splitlines()]
    return dict(pin.split("==") for pin in pins if "==" in pin and not pin.startswith("#"))


def reasons() -> dict[str, dict[str, str]]:
    source = Path(__file__).with_name("dependencies.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def dependencies() -> list[str]:
    why = reasons()
    shipped, tests = locked("runtime.txt"), locked("dev.txt")
    lines = [
        "# Dependencies",
        "",
        "Pinned by hash in `requirements/`; choose new versions with `make lock`. No package that",
        "custody imports is under a copyleft licence; the one peer used in tests that is (LGPL) is",
        "neither imported by custody nor shipped with it.",
        "",
        "## At run time",
        "",
    ]
    heads = ("Package", "Version", "Licence", "Why")
    lines += table(heads, ((n, v, why[n]["licence"], why[n]["why"]) for n, v in shipped.items()))
    lines += ["", "## For tests and building only", ""]
    rest = {n: v for n, v in tests.items() if n not in shipped}
    lines += table(heads, ((n, v, why[n]["licence"], why[n]["why"]) for n, v in rest.items()))
    return lines


def both(text: str) -> tuple[str, str]:
    """Return the English and the Chinese of a text of the command line."""
    return pick(text, "en"), pick(text, "zh")
