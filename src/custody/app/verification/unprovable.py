"""What a report proves, level by level, and what no file can prove; in both languages.

The same words stand under every report, on a screen, on paper and in JSON, so that nobody reads
more into a green mark than there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from custody.errors import Text as Words

LEVELS: Final[Mapping[str, Words]] = {
    "L1": Words(
        "authentic: the events shown are signed and in the ledger",
        "真实：所示事件已签名并收录于台账",
    ),
    "L2": Words("contiguous: no gap inside any history shown", "连续：所示历史内部无缺口"),
    "L3": Words(
        "complete to the end: each history shown ends where the sealed ledger says it ends",
        "完整至末：所示每段历史均止于已封存台账所载之处",
    ),
    "L4": Words(
        "complete: everything the shipment rests on is here, to the end, as of the moment named",
        "完整：截至所示时刻，发运所依据的全部记录均在其中，直至末尾",
    ),
    "L5": Words(
        "audited: as L4, and somebody independent replayed the whole ledger and agrees",
        "经审计：同 L4，且有独立方重放整个台账并得出一致结果",
    ),
}
ALWAYS: Final[tuple[Words, ...]] = (
    Words(
        "that what people recorded is what happened, or that everything that happened was recorded",
        "人员所记即为实际发生，或一切发生之事均已记录",
    ),
    Words("anything after the moment named above", "上述时刻之后的任何情况"),
    Words("that the box holds what the record says", "箱内之物与记录相符"),
)
UNWITNESSED: Final = Words(
    "that everybody is shown this same ledger: no independent witness is demanded here",
    "所有人看到的是同一台账：此处未要求独立见证方",
)
WITNESSED: Final = Words(
    "anything, if the operator and all witnesses and auditors lie together",
    "任何内容，倘若运营方与全部见证方、审计方串通作假",
)
UNAUDITED: Final = Words(
    "that the operator's own map of the ledger is honest: no auditor signed; whoever holds a "
    "receipt for a hidden event can convict the operator",
    "运营方自身的台账映射属实：无审计方签名；持有被隐匿事件回执者可据以指证运营方",
)


def unprovable(level: str | None, *, single_operator: bool) -> tuple[Words, ...]:
    """Return what a report of this level leaves unproved, one clause each.

    Args:
        level: L1 to L5, None when no level was reached.
        single_operator: no witnesses are demanded by the trust file.
    """
    about_views = UNWITNESSED if single_operator else WITNESSED
    return (*ALWAYS, about_views, *(() if level == "L5" else (UNAUDITED,)))


def level_words(level: str | None) -> Words | None:
    """Return what a level means, None when none was reached."""
    return LEVELS.get(level or "")
