"""What came from an item that turned bad, by which way, and what became of each: for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from custody_cli import labels
from custody_cli.console import columns, here, padded, short, wrapped

if TYPE_CHECKING:
    from custody.app.recording.lookback import Affected


def tell(affected: Sequence[Affected]) -> None:
    """Say what came from an item that turned bad, by which way, and what became of each."""
    console = here()
    if not affected:
        return
    outcomes = {
        "held": console.t("held", "已暂停"),
        "already_held": console.t("held before", "此前已暂停"),
        "waiting": console.t("NOT YET HELD", "尚未暂停"),
        "lifted": console.t("lifted since", "其后已解除"),
        "not_holdable": console.t("as it is", "维持现状"),
        "noted": console.t("noted", "已列出"),
    }
    wide = max(columns(text) for text in outcomes.values())
    console.say(f"  {console.t('look-back: what came from it', '追溯：源自它的物项')}")
    for item in affected:
        name = f"{labels.kind(item.kind)} {short(item.number or item.stream)}"
        state = console.paint(labels.status(item.status), "dim")
        console.out(f"{padded(outcomes[item.outcome], wide)}  {name}  {state}")
        way = " > ".join(short(number) for number in item.path[:-1])
        for line in wrapped(way, console.width - wide - 4):
            console.out(" " * (wide + 4) + console.paint(line, "dim"))
    if any(item.outcome == "waiting" for item in affected):
        console.suggest(f"custody look-back {short(affected[0].path[0])} …")


def objects(affected: Sequence[Affected]) -> list[dict[str, Any]]:
    """Return what a look-back found as JSON."""
    return [
        {
            "outcome": item.outcome,
            "noun": item.kind,
            "number": item.number,
            "stream": item.stream,
            "status": item.status,
            "path": list(item.path),
        }
        for item in affected
    ]
