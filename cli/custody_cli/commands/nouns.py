"""The commands of the bench: one per event type, made from the contract. `custody vial thaw …`.

Nothing about vials or batches is written here. A new event type in the contract is a new command
with its options, its help in two languages and an example. A few nouns have verbs that do more than
record one event; those are listed in `surface.VERBS` and written by hand.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import typer

from custody import contract
from custody.errors import InputError, Reason
from custody_cli import options, pages, root, signing
from custody_cli.attachments import document
from custody_cli.console import here
from custody_cli.examples import example
from custody_cli.failures import reason, several
from custody_cli.fields import Field, body_from, fields_of, reason_required
from custody_cli.surface import VERBS
from custody_cli.words import both


def group(noun: str) -> typer.Typer:
    """Return the application of one noun: a command for each event type people may record."""
    verbs = pages.nouns()[noun]
    app = root.family(both(f"{len(verbs)} kinds of event", f"{len(verbs)} 种事件"))
    for verb, entry in verbs.items():
        app.command(
            verb,
            cls=root.Command,
            short_help=both(entry["title"]["en"], entry["title"]["zh"]),
            help=_help(entry),
            epilog=example(entry, fields_of(entry["type"])),
        )(_function(noun, verb, entry))
    for verb, written in VERBS.get(noun, {}).items():
        app.registered_commands += (
            import_module(f"custody_cli.commands.{written.module}").APPS[verb].registered_commands
        )
    return app


def _help(entry: Mapping[str, Any]) -> str:
    pairs = [(s["role"], s["meaning"]) for s in entry["signers"]]
    joint_en, joint_zh = (" and ", " 与 ") if entry["every"] else (" or ", " 或 ")
    en = joint_en.join(f"{'any role' if r == '*' else r} ({m})" for r, m in pairs)
    zh = joint_zh.join(f"{_zh('roles', r)}（{_zh('meanings', m)}）" for r, m in pairs)
    return both(
        f"{entry['meaning']['en']}\nWrites {entry['type']}, signed by {en}.",
        f"{entry['meaning']['zh']}\n写入 {entry['type']}，签名：{zh}。",
    )


def _zh(vocabulary: str, code: str) -> str:
    """Return the Chinese label with the code that is typed beside it."""
    said = contract.label(vocabulary, code, "zh")
    return said if code == "*" else f"{said} {code}"


def _function(noun: str, verb: str, entry: Mapping[str, Any]) -> Callable[..., None]:
    """Return a function with one parameter per option, as Typer wants to see it."""
    opening = bool(entry["opens"])
    fields = [f for f in fields_of(entry["type"]) if not (opening and f.name == "number")]

    def act(**typed: Any) -> None:
        record(f"{noun} {verb} {typed['number']}", entry, fields, typed)

    # A request is no item: its number is that of the donation or subject it is about.
    named = noun if len(entry["kinds"]) == 1 else ", ".join(entry["kinds"])
    parameters = [options.number(named, opening)]
    parameters += [options.field(f) for f in fields]
    parameters += [options.relation(link, fields) for link in entry["links"]]
    parameters += [options.private(p) for p in entry["private"]]
    parameters += options.common(entry)
    act.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    act.__annotations__ = {p.name: p.annotation for p in parameters}
    return act


def record(
    where: str, entry: Mapping[str, Any], fields: list[Field], typed: Mapping[str, Any]
) -> None:
    """Record one event from what was typed, or say everything that is wrong with it."""
    body, wrong = body_from(fields, {f.name: typed[f"f_{f.name}"] for f in fields})
    links = _links(entry, fields, typed, wrong)
    private = _private_values(entry, typed, wrong)
    if reason_required(entry["type"]) and not typed["why"]:
        wrong.append(
            reason(
                "C103",
                "--reason",
                "not given: the reason",
                "未提供：理由",
                "add --reason TEXT",
                "请加上 --reason 理由",
            )
        )
    if wrong:
        raise several("C106", where, wrong)
    if entry["opens"]:
        body["number"] = typed["number"]
    body["occurred_at"] = typed["occurred_at"] or signing.now()
    if typed["why"]:
        body["reason"] = typed["why"]
    if typed["documents"]:
        body["documents"] = [document(text) for text in typed["documents"]]
    _sign_and_write(where, entry, typed, body, links, private)


def _sign_and_write(
    where: str,
    entry: Mapping[str, Any],
    typed: Mapping[str, Any],
    body: dict[str, Any],
    links: tuple[tuple[str, str], ...],
    private: dict[str, str],
) -> None:
    from custody.app.recording.intent import Intent

    console = here()
    wanted = signing.hands(typed["by"], typed["role"], typed["meaning"], typed["second"])
    subject = None if entry["opens"] else typed["number"]

    rows = [(n.replace("_", " "), v) for n, v in [*body.items(), *links, *private.items()]]
    names = ", ".join(hand.name for hand in wanted)
    announce = signing.announced(
        f"{entry['title'][console.lang]}  {where}", [*rows, (console.word("signed_by"), names)]
    )
    intent = Intent(entry["type"], subject, body, links, private)
    keys = (typed["descriptor"], typed["command"])
    with signing.acting(wanted, *keys, announce=announce) as (ledger, by):
        act = ledger.record(intent, by, dry_run=typed["dry_run"])
        signing.tell_act(ledger, act, dry_run=typed["dry_run"])


def _links(
    entry: Mapping[str, Any], fields: list[Field], typed: Mapping[str, Any], wrong: list[Reason]
) -> tuple[tuple[str, str], ...]:
    found = []
    for link in entry["links"]:
        given = typed[f"l_{link['rel']}"] or []
        numbers = [given] if isinstance(given, str) else given
        if len(numbers) < link["least"]:
            option = options.relation_option(link["rel"], fields)
            wrong.append(
                reason(
                    "C103",
                    option,
                    f"not given: {link['en']}",
                    f"未提供：{link['zh']}",
                    f"add {option} NUMBER",
                    f"请加上 {option} 编号",
                )
            )
        found += [(link["rel"], number) for number in numbers]
    found += [("assessment", number) for number in typed["assessments"] or ()]
    return tuple(found)


def _private_values(
    entry: Mapping[str, Any], typed: Mapping[str, Any], wrong: list[Reason]
) -> dict[str, str]:
    values = {p["name"]: typed[f"p_{p['name']}"] for p in entry["private"]}
    known = {p["name"]: p for p in entry["private"]}
    for text in typed["private"] or ():
        name, equals, value = text.partition("=")
        if not equals or name.replace("-", "_") not in known:
            raise InputError("C109", where=f"--private {text}", known=", ".join(known) or "–")
        values[name.replace("-", "_")] = value
    for name, part in known.items():
        if not values[name] and part["least"]:
            option = f"--{name.replace('_', '-')}"
            wrong.append(
                reason(
                    "C103",
                    option,
                    f"not given: {part['en']}",
                    f"未提供：{part['zh']}",
                    f"add {option} TEXT",
                    f"请加上 {option} 文本",
                )
            )
    return {name: value for name, value in values.items() if value}
