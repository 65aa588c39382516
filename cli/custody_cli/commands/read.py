"""Questions about items: one of them, or all of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

import typer

from custody.errors import InputError
from custody_cli import facts, labels, root, signing
from custody_cli.console import columns, here, padded, short
from custody_cli.rulings import below, tell_remark
from custody_cli.words import both

show_app, list_app = root.single(), root.single()
APPS: Final = {"show": show_app, "list": list_app}

Ref = Annotated[
    str,
    typer.Argument(metavar=both("NUMBER", "编号"), help=both("number of the item", "物项编号")),
]
Lines = Annotated[
    bool, typer.Option("--jsonl", help=both("one JSON object per line", "每行一个 JSON 对象"))
]


@show_app.command(
    cls=root.Command,
    help=both(
        "Show one item: what it is, its state, where it came from, and who signed what, when and "
        "with which meaning.",
        "显示单个物项：内容、状态、来源，以及何人何时以何含义签名。",
    ),
    epilog="custody show WCB-1-007",
)
def show(ref: Ref) -> None:
    """Show one item."""
    console = here()
    with signing.opened(readonly=True) as ledger:
        card = ledger.queries.show(ref)
    if console.json:
        console.document("show", {k: v for k, v in card.items() if k != "kind"})
        return
    number = console.paint(card["number"], "bold")
    status = console.paint(labels.status(card["status"], card["noun"]), "cyan")
    console.out(f"{number}  {labels.kind(card['noun'])}  {status}")
    opened = ("opened", card["opened"])
    private = [*card["private"].items(), *_withheld(card["withheld"])]
    _facts([opened, *card["facts"].items(), *private], card["noun"])
    _section(console.t("made from", "来自"), card["made_from"])
    _section(console.t("went into", "去向"), card["went_into"])
    console.out()
    note = console.t(
        "  (#n is the SEQ that correct and void ask for)", "  （#n 即 correct 与 void 所需序号）"
    )
    console.out(console.paint(console.t("history", "经过"), "bold") + console.paint(note, "dim"))
    for entry in card["history"]:
        tell_entry(entry, with_number=False)


def _withheld(why: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    """Return the row that stands in the place of private values nobody may see."""
    if why is None:
        return []
    c = here()
    event, request = why["event"], why["request"]
    erased = c.t(
        f"erased by event {event} (request {request}); nobody can read them any more",
        f"已由事件 {event} 删除（请求 {request}）；任何人都无法再读取",
    )
    restricted = c.t(
        f"restricted by event {event} (request {request}); kept and given to nobody",
        f"已由事件 {event} 限制处理（请求 {request}）；仅予保存，不提供给任何人",
    )
    told = erased if why["status"] == "erased" else restricted
    return [("private_values", told)]


def _facts(rows: list[tuple[str, Any]], kind: str) -> None:
    """Write simple facts in one column, lists of things one below the other."""
    console = here()
    simple = [(k, v) for k, v in rows if v not in ("", None, [], {}) and not _nested(v)]
    console.fields([(facts.name(k), facts.value(k, v, kind)) for k, v in simple])
    for name, value in rows:
        if _nested(value):
            console.out(f"  {console.paint(facts.name(name), 'dim')}")
            for part in value:
                told = {k: v for k, v in part.items() if v not in ("", None, [], {})}
                console.fields([("-", console.value(facts.value(name, told, kind)))], indent=4)


def _nested(value: Any) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(v, dict) for v in value)


def _section(title: str, items: list[dict[str, Any]]) -> None:
    console = here()
    if not items:
        return
    console.out()
    console.out(console.paint(title, "bold"))
    console.table(
        [
            console.t("number", "编号"),
            console.t("kind", "类别"),
            console.t("status", "状态"),
            console.t("relation", "关系"),
        ],
        [
            [
                i.get("number", i["stream"]),
                labels.kind(i.get("noun", "")),
                labels.status(i.get("status", ""), i.get("noun", "")),
                labels.relation(i["rel"]),
            ]
            for i in items
        ],
    )


@list_app.command(
    cls=root.Command,
    help=both(
        "List the items of a kind, those that wait for somebody first.",
        "列出某一类的物项，待处理者在前。",
    ),
    epilog="custody list batch --where status=held",
)
def list_items(
    kind: Annotated[
        str,
        typer.Argument(
            metavar=both("KIND", "类别"),
            help=both("batch, vial, shipment, …", "batch、vial、shipment 等"),
        ),
    ],
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar=both("NAME=VALUE", "名称=值"),
            help=both("only items with this fact", "只列出具有该事实者"),
        ),
    ] = None,
    jsonl: Lines = False,
) -> None:
    """List items."""
    console = here()
    wanted: dict[str, str] = {}
    for text in where or ():
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError("C109", where=f"--where {text}", known="status, number, …")
        wanted[name.replace("-", "_")] = value
    with signing.opened(readonly=True) as ledger:
        rows = ledger.queries.list("donation" if kind == "donor" else kind, wanted)
    if jsonl:
        for row in rows:
            console.line(row)
    elif console.json:
        console.document("list", {"noun": kind, "items": rows})
    else:
        _list_table(rows)


def _list_table(rows: list[dict[str, Any]]) -> None:
    console = here()
    if not rows:
        console.say(console.t("nothing of this kind is recorded here", "此处没有该类记录"))
        return
    shown = [_short(row["state"], row["noun"]) for row in rows]
    head = [
        console.t("number", "编号"),
        console.t("status", "状态"),
        console.t("opened", "登记于"),
        console.t("facts", "事实"),
    ]
    console.table(
        head,
        [
            [r["number"], labels.status(r["status"], r["noun"]), r["opened"], text]
            for r, text in zip(rows, shown, strict=True)
        ],
    )


def _short(state: Mapping[str, Any], kind: str) -> str:
    plain = {k: v for k, v in state.items() if isinstance(v, str | int) and v not in ("", False)}
    said = ((facts.name(k), facts.value(k, v, kind)) for k, v in plain.items())
    return "  ".join(f"{name} {here().value(value)}" for name, value in said)


def tell_entry(entry: Mapping[str, Any], *, with_number: bool) -> None:
    """Write one event: first what happened, below it who signed."""
    console = here()
    title = entry["title"].get(console.lang, "")
    number = short(entry["number"]) if with_number else f"#{entry['seq']}"
    index = f"{entry['event']:>6}"
    when = padded(entry["occurred_at"], 25)
    line, used = f"{console.paint(index, 'dim')}  {when}", columns(f"{index}  {when}")
    for part, style in ((title, "bold"), (number, ""), (entry["type"], "dim")):
        gap = "  " if used + 2 + columns(part) <= console.width else "\n        "
        used = (used + 2 if gap == "  " else 8) + columns(part)
        line += gap + (console.paint(part, style) if style else part)
    console.out(line)
    for signer in entry["signers"]:
        meaning = padded(labels.meaning(signer["meaning"]), 9)
        time = padded(entry["time"], 25)
        person = f"{signer['name']} ({labels.role(signer['role'])})"
        console.out(f"        {console.paint(time, 'dim')}  {meaning}  {person}")
    tell_reading(entry)
    for remark in entry.get("remarks", ()):
        tell_remark(remark)


def tell_reading(entry: Mapping[str, Any]) -> None:
    """Write how an earlier event reads now, and that a later one changed how this one reads."""
    console = here()
    about = entry.get("about")
    if about:
        for change in about["changes"]:
            was, now = (facts.value(change["field"], change[k]) for k in ("was", "now"))
            text = f"{facts.name(change['field'])}: {console.value(was)} → {console.value(now)}"
            below([(f"#{about['seq']}", text)], 8)
        if not about["changes"]:
            below([("", console.t(f"about #{about['seq']}", f"所涉记录 #{about['seq']}"))], 8)
        below([(facts.name("reason"), about["reason"])], 8)
    for later in entry.get("read_again", ()):
        said = f"{later['title'][console.lang]} #{later['seq']}"
        below([("!", console.t(f"see {said}", f"另见 {said}"))], 8)
