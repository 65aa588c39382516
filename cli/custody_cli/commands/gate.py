"""Ask a gate without recording anything: what stands in the way of a step, exceptions first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody.errors import InputError
from custody_cli import labels, root, signing
from custody_cli.commands.read import Ref
from custody_cli.console import here
from custody_cli.exits import Exit
from custody_cli.rulings import below, ruled, source_of, term
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.ledger import Ledger

gate_app = root.single()
APPS: Final = {"gate": gate_app}


@gate_app.command(
    cls=root.Command,
    help=both(
        "Ask a gate about an item without recording anything: what stands in the way comes first, "
        "each with its source and its remedy. Ends with 0 when the gate is open, with 5 when not.",
        "就某物项询问关口，不作记录：先列阻碍，附依据与处理。关口通过时退出码为 0，否则为 5。",
    ),
    epilog="custody gate release B-2026-014 --by E-0007",
)
def gate(
    gate_name: Annotated[
        str,
        typer.Argument(
            metavar=both("GATE", "关口"),
            help=both("thaw, start, release, export, …", "thaw、start、release、export 等"),
        ),
    ],
    ref: Ref,
    by: Annotated[
        str,
        typer.Option(
            metavar=both("STAFF", "工号"),
            help=both("staff number of who would sign", "拟签署人的工号"),
        ),
    ] = "",
    at: Annotated[
        str,
        typer.Option(
            metavar=both("INSTANT", "时刻"),
            help=both("moment of the act, with its offset; else now", "行为时刻（含时区）"),
        ),
    ] = "",
    link: Annotated[
        list[str] | None,
        typer.Option(
            metavar=both("REL=NUMBER", "关系=编号"),
            help=both("an item the act would name", "该行为拟关联的物项"),
        ),
    ] = None,
) -> None:
    """Ask a gate."""
    from custody.app.asking.gating import explain_gate
    from custody.app.asking.rulebook import told_answers

    console = here()
    links = [_pair(text) for text in link or ()]
    with signing.opened(readonly=True) as ledger:
        rulings = explain_gate(ledger, gate_name, ref, links=links, by=by, at=at)
        told = [
            {
                "rule": r.rule.id,
                "title": {"en": r.rule.title.en, "zh": r.rule.title.zh},
                "outcome": r.outcome,
                "stops": r.stops,
                "basis": r.rule.basis.value,
                "source": r.rule.source,
                "reasons": [_at(ledger, row) for row in told_answers(r)],
            }
            for r in rulings
        ]
    stops = [r for r in told if r["stops"]]
    if console.json:
        answer = {"gate": gate_name, "ref": ref, "open": not stops, "rulings": told}
        console.document("gate", answer)
    else:
        _tell_gate(gate_name, ref, told, len(stops))
    if stops:
        raise typer.Exit(int(Exit.REFUSED))


def _pair(text: str) -> tuple[str, str]:
    rel, equals, number = text.partition("=")
    if not equals:
        raise InputError("C109", where=f"--link {text}", known="REL=NUMBER")
    return rel.replace("-", "_"), number


def _at(ledger: Ledger, row: dict[str, Any]) -> dict[str, Any]:
    where = row["where"]
    number = ledger.number_of(where) if ":" in where else where
    return {**row, "number": "" if number == where and ":" in where else number}


def _tell_gate(name: str, ref: str, told: Iterable[Mapping[str, Any]], stops: int) -> None:
    c = here()
    gate_label = term("gates", name)
    verdict = (
        c.t(
            "one rule stands in the way" if stops == 1 else f"{stops} rules stand in the way",
            f"有 {stops} 条规则未满足",
        )
        if stops
        else c.t("open: no rule stands in the way", "通过：没有规则阻断")
    )
    colour = "red" if stops else "green"
    c.out(f"{c.paint(c.mark(not stops), colour)} {gate_label}  {ref}: {c.paint(verdict, colour)}")
    for ruling in told:
        good = False if ruling["stops"] else None if ruling["reasons"] else True
        ruled(good, ruling["rule"], ruling["outcome"], ruling["title"][c.lang])
        if not ruling["stops"] and not ruling["reasons"]:
            continue
        for row in ruling["reasons"]:
            kind = row["where"].partition(":")[0]
            below([(row["number"], labels.sentence(row["why"][c.lang], kind))])
        fix = ruling["reasons"][0]["remedy"][c.lang] if ruling["reasons"] else ""
        below([(c.word("fix"), fix), source_of(ruling)])
