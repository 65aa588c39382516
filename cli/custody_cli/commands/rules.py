"""The rules: which there are, on which ground, what was ruled, and what sources say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from custody.errors import StorageError
from custody_cli import labels, root, signing
from custody_cli.console import here, wrapped
from custody_cli.rulings import below, ruled, source_of, tell_remark, term
from custody_cli.words import both

rules_app = root.family(both("rules, their sources and rulings", "规则、依据与判定"))
APPS: Final = {"rules": rules_app}

Gate = Annotated[
    str | None,
    typer.Option(
        metavar=both("GATE", "关口"), help=both("only the rules of this gate", "仅此关口的规则")
    ),
]


@rules_app.command(
    "list",
    cls=root.Command,
    short_help=both("all rules, or those of one gate", "全部规则，或某一关口的规则"),
    help=both(
        "List the rules of this version: what each asks, where, on which ground.",
        "列出本版规则：各规则的内容、关口与依据性质。",
    ),
    epilog="custody rules list --gate export",
)
def list_rules(gate: Gate = None) -> None:
    """List rules."""
    from custody.app.asking import rulebook
    from custody.rules.model import PACK

    console = here()
    cards = rulebook.listed(gate)
    digest = rulebook.pack_digest()
    if console.json:
        console.document("rules", {"pack": PACK, "sha256": digest, "rules": cards})
        return
    asks = console.t("asks that", "要求")
    head = (console.t("rule", "规则"), console.t("severity", "效力"), asks)
    console.table(
        head,
        [(c["rule"], term("severities", c["severity"]), c["title"][console.lang]) for c in cards],
    )
    console.say(
        console.t(
            f"rule pack {PACK}, {len(cards)} rules, sha256 {digest}",
            f"规则包 {PACK}，共 {len(cards)} 条，sha256 {digest}",
        )
    )


@rules_app.command(
    "show",
    cls=root.Command,
    short_help=both("one rule: source, dates, who may sign", "单条规则：依据、日期、签署人"),
    help=both(
        "Show one rule with its source, dates, severity, who may sign or lift it, and the "
        "sentences it answers.",
        "显示单条规则：依据、日期、效力、可签署或豁免者，以及所对应的条文。",
    ),
    epilog="custody rules show EXP-001",
)
def show_rule(
    rule: Annotated[
        str, typer.Argument(metavar=both("RULE", "规则"), help=both("id of the rule", "规则编号"))
    ],
) -> None:
    """Show one rule."""
    from custody.app.asking import rulebook

    console = here()
    cards = rulebook.versions(rule.strip().upper())
    if console.json:
        console.document("rule", {"rule": cards[0]["rule"], "versions": cards})
        return
    for card in cards:
        console.out(f"{console.paint(card['rule'], 'bold')}  {card['title'][console.lang]}")
        console.fields(_facts(card))
        for sentence in card["sentences"]:
            console.fields([(sentence["id"], sentence["gist"][console.lang])], indent=4)
        for claim in card["claims"]:
            said = f"“{claim['statement']}”: {term('supports', claim['support'])}"
            settled = f"{said}. {claim['resolution'][console.lang]}"
            console.fields([(console.t("claim", "主张"), settled)], indent=4)


def _facts(card: Mapping[str, Any]) -> list[tuple[str, object]]:
    c = here()
    lifted = [labels.role(r) for r in (card["override_role"],) if r]
    if card["exempt"]:
        lifted.append(c.t("a signed finding that it does not apply", "经签署的不适用认定"))
    if card["severity"] == "needs_assessment":
        lifted.append(c.t("a signed risk assessment", "经签署的风险评估"))
    remarks = card["gates"] == ["any"]
    rows = [
        (c.t("asked at", "关口"), ", ".join(term("gates", g) for g in card["gates"])),
        (c.t("severity", "效力"), term("severities", card["severity"])),
        (c.t("basis", "依据性质"), term("bases", card["basis"])),
        (c.t("source", "依据"), card["source"]),
        (c.t("in force from", "生效日"), card["effective_from"]),
        (c.t("until", "失效日"), card["effective_to"]),
        (c.t("in pack since", "始于规则包"), card["since_pack"]),
        (c.t("until pack", "止于规则包"), card["until_pack"]),
        (c.t("remedy", "处理"), card["remedy"][c.lang]),
        (c.t("signed by", "签署人"), ", ".join(labels.role(r) for r in card["signer_roles"])),
        (
            c.t("lifted by", "可豁免"),
            ", ".join(lifted)
            or (c.t("stops nothing", "不阻断") if remarks else c.t("nobody", "不可豁免")),
        ),
        (c.t("answers", "对应条文"), ", ".join(s["id"] for s in card["sentences"])),
    ]
    return [(label, value) for label, value in rows if value]


@rules_app.command(
    "why",
    cls=root.Command,
    short_help=both("why an event was let pass", "某事件为何获准"),
    help=both(
        "Show the rulings written into an event, or into all events of an item, with the items "
        "they rest on, and what is remarked beside it.",
        "显示写入某事件（或某物项全部事件）的规则判定、所依据的物项及提示。",
    ),
    epilog="custody rules why B-2026-014",
)
def why(
    ref: Annotated[
        str,
        typer.Argument(
            metavar=both("EVENT|NUMBER", "事件|编号"),
            help=both("index of an event, or number of an item", "事件序号或物项编号"),
        ),
    ],
) -> None:
    """Show what was ruled."""
    from custody.app.asking import rulebook

    console = here()
    with signing.opened(readonly=True) as ledger:
        found = rulebook.why(ledger, ref)
    if console.json:
        console.document("why", found)
        return
    if not found["events"]:
        console.say(console.t("no rule was asked about it", "未就此判定任何规则"))
    for event in found["events"]:
        title = console.paint(event["title"][console.lang], "bold")
        asked = f"  {term('gates', event['gate'])}  {event['pack']}" if event["pack"] else ""
        head = f"{event['event']:>6}  {event['occurred_at']}  {title}  {event['number']}"
        console.out(f"{head}{console.paint(asked, 'dim')}")
        for ruling in event["rulings"]:
            ruled(True, ruling["rule"], ruling["outcome"], ruling["title"][console.lang])
            rests = ", ".join(f"{labels.kind(e['noun'])} {e['number']}" for e in ruling["evidence"])
            below([(console.t("rests on", "依据物项"), rests), source_of(ruling)])
        for remark in event["remarks"]:
            tell_remark(remark)


@rules_app.command(
    "sources",
    cls=root.Command,
    short_help=both("instruments, wrong citations, claims", "法规文件、误引与主张"),
    help=both(
        "Show the legal instruments behind the rules, how they were cited, what sources claim "
        "about them and how that was resolved; nothing a source said is rewritten.",
        "显示规则所依据的法规文件、引用方式、各来源的主张及裁定；来源原文一律照录。",
    ),
    epilog="custody rules sources",
)
def show_sources() -> None:
    """Show sources."""
    from custody.app.asking import sources

    console = here()
    if console.settings.ledger or _in_a_ledger():
        with signing.opened(readonly=True) as ledger:
            found = sources.sources(ledger)
    else:
        found = sources.sources()
    if console.json:
        console.document("sources", found)
        return
    _instruments(found)
    _citations(found)


def _in_a_ledger() -> bool:
    """Whether the folder of this call belongs to a ledger."""
    from custody.wiring import ledger as wiring

    try:
        wiring.find_ledger(Path.cwd())
    except StorageError:
        return False
    return True


def _instruments(found: Mapping[str, Any]) -> None:
    c = here()
    c.out(c.paint(c.t("instruments", "法规文件"), "bold"))
    for row in found["instruments"]:
        number = f"{row['order_number']}  " if row["order_number"] else ""
        c.out(f"  {c.paint(row['id'], 'cyan')}")
        dates = [
            f"{c.t('of', '公布')} {row['promulgated']}" if row["promulgated"] else "",
            f"{c.t('in force from', '施行')} {row['in_force_from']}"
            if row["in_force_from"]
            else "",
            term("text_forms", row["text_form"]),
        ]
        text = f"{number}{row['title'][c.lang]} ({', '.join(d for d in dates if d)})"
        for part in wrapped(text, c.width - 4):
            c.out(f"    {part}")


def _citations(found: Mapping[str, Any]) -> None:
    c = here()
    c.out(c.paint(c.t("cited as", "引用方式"), "bold"))
    for row in found["aliases"]:
        belongs = f"; {c.t('belongs to', '实属')} {row['belongs_to']}" if row["belongs_to"] else ""
        standing = term("alias_standings", row["standing"])
        c.fields([(f"“{row['text_as_cited']}”", f"{row['cited_in']}: {standing}{belongs}")])
    c.out(c.paint(c.t("claims", "主张"), "bold"))
    for row in found["claims"]:
        c.out(f"  {row['claim']}  “{row['statement']}”")
        resolved = row["resolution"][c.lang] or c.t("not resolved", "未裁定")
        below([("", row["source"]), ("", f"{term('supports', row['support'])}: {resolved}")], 4)
    for row in found["turnaround"]:
        text = c.t(
            f"{row['median_days']} days from submission to decision, median of {row['cases']}",
            f"自提交至决定 {row['median_days']} 天（{row['cases']} 例中位数）",
        )
        c.fields([(term("permit_kinds", row["permit_kind"]), text)])
    for row in found["adopted"]:
        same = {
            True: c.t("as published", "与公布一致"),
            False: c.t("differs from what this program has", "与本程序所含不一致"),
            None: "",
        }[row["matches"]]
        c.fields(
            [(c.t("adopted", "已采用"), f"{row['pack']}  {row['adopted_at']}  {same}".rstrip())]
        )
