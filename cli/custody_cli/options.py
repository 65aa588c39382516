"""The options of generated commands: one per body field, relation and private value."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from custody_cli import signing
from custody_cli.fields import RESERVED, Field, reason_required
from custody_cli.words import both

Parameter = inspect.Parameter


def _keyword(name: str, annotation: Any, default: Any = None) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def number(noun: str, opening: bool) -> Parameter:
    """Return the argument: the number of the item, its own when the event opens it."""
    text = (
        both(
            f"its own number, new in this ledger ({noun})",
            f"自身编号，在本台账中为新编号（{noun}）",
        )
        if opening
        else both(f"the number of the {noun}", f"物项编号（{noun}）")
    )
    argument = typer.Argument(metavar=both("NUMBER", "编号"), help=text)
    return _keyword("number", Annotated[str, argument], Parameter.empty)


def field(known: Field) -> Parameter:
    """Return the option of a body field; a boolean must be stated, one way or the other."""
    option = f"--{known.option}"
    kind: Any = bool | None if known.shape == "boolean" and not known.many else str | None
    names = (f"{option}/--no-{option[2:]}",) if kind == bool | None else (option,)
    if known.many:
        kind = list[str] | None
    choices = "|".join(known.choices)
    en, _, zh = known.text.partition("\x1f")
    if choices and known.metavar != choices:
        en, zh = f"{en}: {', '.join(known.choices)}", f"{zh or en}：{', '.join(known.choices)}"
    if known.members:
        keys = ", ".join(known.members)
        en, zh = f"{en}; keys: {keys}", f"{zh or en}；键：{keys}"
    if known.required:
        en, zh = f"{en} (required)", f"{zh or en}（必填）"
    info = typer.Option(
        *names, metavar=known.metavar, rich_help_panel="fields", help=both(en, zh or en)
    )
    return _keyword(f"f_{known.name}", Annotated[kind, info])


def relation_option(rel: str, fields: list[Field]) -> str:
    """Return the option of a relation; where a field has the same name it ends in ``-number``."""
    option = f"--{rel.replace('_', '-')}"
    taken = option[2:] in RESERVED or any(f.name == rel for f in fields)
    return f"{option}-number" if taken else option


def relation(link: Mapping[str, Any], fields: list[Field]) -> Parameter:
    """Return the option that names items the event depends on."""
    option = relation_option(link["rel"], fields)
    many = link["most"] > 1
    kind: Any = list[str] | None if many else str | None
    kinds = ", ".join(link["kinds"])
    must_en, must_zh = ("; required", "；必填") if link["least"] else ("", "")
    text = both(f"{link['en']} ({kinds}{must_en})", f"{link['zh']}（{kinds}{must_zh}）")
    info = typer.Option(
        option, metavar=both("NUMBER", "编号"), rich_help_panel="related", help=text
    )
    return _keyword(f"l_{link['rel']}", Annotated[kind, info])


def private(part: Mapping[str, Any]) -> Parameter:
    """Return the option of a personal value."""
    en, zh = (" (required)", "（必填）") if part["least"] else ("", "")
    info = typer.Option(
        f"--{part['name'].replace('_', '-')}",
        metavar=both("TEXT", "文本"),
        rich_help_panel="fields",
        help=both(
            f"{part['en']}; only a digest enters the event{en}",
            f"{part['zh']}；事件中只存摘要{zh}",
        ),
    )
    return _keyword(f"p_{part['name']}", Annotated[str | None, info])


def common(entry: Mapping[str, Any]) -> list[Parameter]:
    """Return the options that every event has."""
    must = reason_required(entry["type"])
    why = both("why", "理由") if not must else both("why (required)", "理由（必填）")
    when = both(
        "when it happened, with offset: 2026-03-02T09:15:00+08:00 (default: now)",
        "发生时间，含时区：2026-03-02T09:15:00+08:00（默认：现在）",
    )
    covering = both("an approved assessment that answers a rule", "用以回应某条规则的已批准评估")
    file = both(
        "a file that belongs to it, by digest: coa=report.pdf",
        "所附文件（以摘要引用）：coa=report.pdf",
    )
    text, number = both("TEXT", "文本"), both("NUMBER", "编号")
    many = list[str] | None
    private = typer.Option("--private", metavar="NAME=VALUE", hidden=True)
    options: list[tuple[str, Any, Any]] = [
        (
            "occurred_at",
            str | None,
            typer.Option(
                "--occurred-at",
                metavar=both("INSTANT", "时刻"),
                rich_help_panel="fields",
                help=when,
            ),
        ),
        (
            "why",
            str | None,
            typer.Option("--reason", metavar=text, rich_help_panel="fields", help=why),
        ),
        (
            "documents",
            many,
            typer.Option(
                "--document",
                metavar=both("KIND=PATH", "类别=路径"),
                rich_help_panel="fields",
                help=file,
            ),
        ),
        (
            "assessments",
            many,
            typer.Option("--assessment", metavar=number, rich_help_panel="related", help=covering),
        ),
        ("private", many, private),
    ]
    shared = [
        ("by", signing.As),
        ("role", signing.Role),
        ("meaning", signing.Meaning),
        ("second", signing.Second),
        ("descriptor", signing.Descriptor),
        ("command", signing.Command),
    ]
    return [
        *(_keyword(name, Annotated[kind, info]) for name, kind, info in options),
        *(_keyword(name, annotation) for name, annotation in shared),
        _keyword("dry_run", signing.DryRun, False),
    ]
