"""Questions about what happened: the lineage of an item, the audit trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer

from custody_cli import labels, root, signing
from custody_cli.commands.read import Lines, Ref, tell_entry
from custody_cli.console import here
from custody_cli.incoming import known_type
from custody_cli.words import both

trace_app, log_app = root.single(), root.single()
APPS: Final = {"trace": trace_app, "log": log_app}


@trace_app.command(
    cls=root.Command,
    help=both(
        "Draw the lineage of an item as a tree: up to the donor and the lots it is made of, or "
        "down to everything it went into.",
        "以树形显示物项谱系：向上至供者与原料批，或向下至其全部去向。",
    ),
    epilog="custody trace SHP-2026-007 --up",
)
def trace(
    ref: Ref,
    up: Annotated[
        bool,
        typer.Option("--up/--down", help=both("sources (default), or uses", "来源（默认）或去向")),
    ] = True,
) -> None:
    """Draw the lineage."""
    console = here()
    with signing.opened(readonly=True) as ledger:
        found = ledger.queries.trace(ref, up=up)
    if console.json:
        console.document("trace", {k: v for k, v in found.items() if k != "kind"})
        return
    for line in tree(found["tree"]):
        console.out(line)


def tree(node: Mapping[str, Any], stem: str = "", branch: str = "") -> Iterator[str]:
    """Yield the lines of a lineage tree; a branch that was drawn before is only named."""
    console = here()
    named = node["rel"] and node["rel"] != node.get("noun")
    rel = f"{console.paint(labels.relation(node['rel']), 'dim')}  " if named else ""
    number = console.paint(node["number"], "bold")
    status = console.paint(labels.status(node["status"], node.get("noun", "")), "cyan")
    text = f"{rel}{labels.kind(node.get('noun', ''))} {number}  {status}"
    again = console.t("  (see above)", "  （见上）") if node.get("again") else ""
    yield f"{stem}{branch}{text}{again}"
    below = stem + {"": "", "├─ ": "│  ", "└─ ": "   "}[branch]
    children = node["children"]
    for at, child in enumerate(children):
        yield from tree(child, below, "└─ " if at == len(children) - 1 else "├─ ")


@log_app.command(
    cls=root.Command,
    help=both(
        "Print the audit trail in order: what was recorded, when it happened and when it was "
        "signed, by whom, with which meaning.",
        "按顺序输出审计追踪：记录内容、发生与签名时间、签名人与含义。",
    ),
    epilog="custody log B-2026-014 --type batch.tested/v1",
)
def log(
    ref: Annotated[
        str | None,
        typer.Argument(metavar=both("NUMBER", "编号"), help=both("only this item", "仅此物项")),
    ] = None,
    type_name: Annotated[
        str | None,
        typer.Option(
            "--type",
            metavar=both("TYPE", "类型"),
            help=both("only this event type", "仅此事件类型"),
        ),
    ] = None,
    who: Annotated[
        str | None,
        typer.Option(
            metavar=both("NAME", "姓名"),
            help=both(
                "only what this person signed: name, key name or staff number",
                "仅此人签名者：姓名、密钥名称或工号",
            ),
        ),
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(
            metavar=both("EVENT", "事件"), help=both("from this event number on", "自该事件序号起")
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(metavar=both("N", "整数"), min=1, help=both("at most so many", "最多条数")),
    ] = None,
    jsonl: Lines = False,
) -> None:
    """Print the audit trail."""
    console = here()
    if type_name is not None:
        known_type(type_name)
    with signing.opened(readonly=True) as ledger:
        rows = ledger.queries.log(ref, type=type_name, who=who, since=since, limit=limit)
        if jsonl:
            for row in rows:
                console.line(row)
        elif console.json:
            console.document("log", {"events": list(rows)})
        else:
            shown = 0
            for shown, row in enumerate(rows, 1):  # noqa: B007 - only the last count matters
                tell_entry(row, with_number=True)
            if not shown:
                console.say(console.t("nothing on record fits", "没有符合条件的记录"))
