"""What must be done until when, overdue first; and how long the records of an item are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final

import typer

from custody.errors import InputError
from custody_cli import labels, root, signing
from custody_cli.console import here, short, wrapped
from custody_cli.words import both

due_app = root.single()
APPS: Final = {"due": due_app}
SOON, AHEAD = 30, 90  # days: what is near, and how far ahead is shown unless asked otherwise
MARKS: Final = {
    "overdue": ("overdue", "逾期", "red"),
    "open": ("open", "待办", "yellow"),
    "unknown": ("day not known", "日期未知", "yellow"),
    "not_yet_running": ("not yet running", "尚未起算", "dim"),
    "met": ("done", "已完成", "green"),
}
STANDINGS: Final = {
    "not_set": ("no period is recorded", "未登记保存期限"),
    "not_yet_running": ("not yet running", "尚未起算"),
    "until": ("until", "保存至"),
    "permanent": ("permanent", "永久保存"),
}


@due_app.command(
    cls=root.Command,
    help=both(
        "List what must be done until when: filings and reports, follow-up, permits, "
        "qualifications and calibrations that expire, requests about personal data. Overdue "
        "first; without --by or --all, the next 90 days. Working days are those of mainland "
        "China; for a year whose holidays are not known yet, the day is not told.",
        "列出到期事项与截止日：备案与报告、随访、将到期的许可、资质与校准、个人信息请求。"
        "逾期在前；未用 --by 或 --all 时为今后 90 天。"
        "工作日按中国大陆日历；尚未公布放假安排的年份不给出日期。",
    ),
    epilog="custody due --by 2026-12-31",
)
def due(
    by: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD", help=both("leave out what is due later", "不列出更晚到期者")
        ),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help=both(
                "also what is later, done or not running yet", "包括较晚、已完成与尚未起算者"
            ),
        ),
    ] = False,
    retention: Annotated[
        str | None,
        typer.Option(
            metavar=both("NUMBER", "编号"),
            help=both("how long the records of this item are kept", "该物项记录的保存期限"),
        ),
    ] = None,
) -> None:
    """List obligations, or the periods of keeping of one item."""
    console = here()
    last = _day(by)
    with signing.opened(readonly=True) as ledger:
        found = ledger.retention(retention) if retention else ledger.due(last)
    if console.json:
        kind = "retention" if retention else "due"
        console.document(kind, {k: v for k, v in found.items() if k != "kind"})
    elif retention:
        _tell_retention(found)
    else:
        shown = [o for o in found["obligations"] if everything or _wanted(o, last)]
        _tell_due(found, shown)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("C104", where="--by", value=text, known="YYYY-MM-DD") from None


def _wanted(each: Mapping[str, Any], last: date | None) -> bool:
    """Whether somebody should look at it soon: it is running, and near unless a day was named."""
    if each["status"] in ("met", "not_yet_running"):
        return False
    left = each["days_left"]
    return last is not None or left is None or left <= AHEAD


def _tell_due(found: Mapping[str, Any], shown: list[Mapping[str, Any]]) -> None:
    console = here()
    console.out(console.t(f"as of {found['today']}", f"截至 {found['today']}"))
    for each in shown:
        console.out()
        _tell_one(each)
    left = len(found["obligations"]) - len(shown)
    if not shown:
        console.out(console.t("nothing is due", "没有到期事项"))
    if left:
        console.say(
            console.t(
                f"  {left} more are later, done or not running yet: custody due --all",
                f"  另有 {left} 项较晚、已完成或尚未起算：custody due --all",
            )
        )


def _tell_one(each: Mapping[str, Any]) -> None:
    """Write one obligation: its day and standing first, then what, who and why."""
    console = here()
    en, zh, colour = MARKS[each["status"]]
    day = each["due"] or "–"
    head = f"{day:<10}  {console.paint(console.t(en, zh), colour)}{_days(each)}"
    console.out(head)
    first, *others = wrapped(short(each["what"][console.lang]), console.width - 12)
    console.out(f"            {console.paint(first, 'bold')}")
    for other in others:
        console.out(f"            {other}")
    rows = [
        (console.t("who", "由"), ", ".join(labels.role(r) for r in each["who"])),
        (console.word("source"), each["basis"]),
        (console.t("note", "备注"), each["note"][console.lang]),
    ]
    console.fields([row for row in rows if row[1]], indent=12)


def _days(each: Mapping[str, Any]) -> str:
    left = each["days_left"]
    if left is None or each["status"] not in ("open", "overdue"):
        return ""
    console = here()
    if left < 0:
        return console.t(f" by {-left} days", f" {-left} 天")
    text = console.t(f", {left} days left", f"，余 {left} 天")
    return console.paint(text, "yellow") if left <= SOON else text


def _tell_retention(found: Mapping[str, Any]) -> None:
    console = here()
    standing = console.t(*STANDINGS[found["standing"]])
    until = f" {found['until']}" if found["until"] else ""
    console.out(f"{console.paint(short(found['number']), 'bold')}  {standing}{until}")
    for each in found["periods"]:
        console.out()
        console.out(f"  {each['source']}")
        years, forever = each["years"], console.t(*STANDINGS["permanent"])
        period = console.t(f"{years} years", f"{years} 年") if years else forever
        console.fields(
            [
                (console.t("item", "物项"), f"{labels.kind(each['noun'])} {short(each['number'])}"),
                (console.t("period", "期限"), period),
                (console.t("counts from", "起算"), each["counts_from"][console.lang]),
                (console.t("first day", "起算日"), each["starts_on"]),
                (console.t("last day", "截止日"), each["until"]),
            ],
            indent=4,
        )
