"""Records corrected, voided, reaffirmed or called off, on paper: both readings, why, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from custody.errors import Text
from custody.report.section import Section, table
from custody.report.wording import NO, YES, event_title, moment

ACTS: Final = {
    "corrected": Text("corrected", "更正"),
    "voided": Text("voided", "作废"),
    "reaffirmed": Text("reaffirmed", "重申"),
    "called_off": Text("called off", "取消"),
}
HEAD: Final = (
    Text("signed at", "签名时间"),
    Text("item", "物项"),
    Text("record", "记录"),
    Text("what was done", "处理"),
    Text("before → now", "原值 → 现值"),
    Text("reason", "理由"),
    Text("signed by", "签名人"),
)


def section(story: Mapping[str, Any]) -> Section:
    """Return the section; its table says "none" when every record reads as it was made."""
    rows = [
        (
            moment(row["signed_at"]),
            row["number"],
            event_title(row["type"]) if row["type"] else Text("an earlier record", "较早的记录"),
            ACTS[row["act"]],
            "; ".join(_change(change) for change in row["changes"]),
            row["reason"],
            ", ".join(row["names"]),
        )
        for row in story["amendments"]
    ]
    return Section(
        "amendments",
        Text("Records corrected, voided, reaffirmed or called off", "更正、作废、重申或取消的记录"),
        table=table(HEAD, rows, (0, 24, 26, 20, 40, 36, 24)),
    )


def _change(change: Mapping[str, Any]) -> str:
    return f"{change['field']}: {_reading(change['was'])} → {_reading(change['now'])}"


def _reading(value: str | int | bool | None) -> str:
    if isinstance(value, bool):
        chosen = YES if value else NO
        return f"{chosen.en} {chosen.zh}"
    return "–" if value in (None, "") else str(value)
