"""What is said beside an answer: what was written, and what could not be shown.

It opens and reads nothing itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from custody_cli.console import here

if TYPE_CHECKING:
    from custody.wiring.ledger import OpenLedger


def note_written(ledger: OpenLedger) -> None:
    """Keep in mind what was written, should the answer get lost."""
    console = here()
    if ledger.committed:
        first, last = min(ledger.committed), max(ledger.committed)
        number = f"{first}" if first == last else f"{first}–{last}"
        console.kept = console.t(f"recorded as event {number}", f"已登记为事件 {number}")


def tell_missing(ledger: OpenLedger) -> None:
    """Say in one line that the vault could not give all names and private values."""
    console = here()
    for again in ledger.replayed:
        told = console.t(
            f"the erasure of {again.number}, event {again.event}, had been interrupted; the vault "
            "has forgotten the values now, the folder was not searched for copies: "
            "custody subject erase",
            f"{again.number} 的删除（事件 {again.event}）此前中断；保管库中的数据现已销毁，"
            "台账文件夹尚未查找残留：custody subject erase",
        )
        if not again.interrupted:
            told = console.t(
                f"private values of {again.number} were here again and are erased now, as event "
                f"{again.event} says; was an old vault restored?",
                f"{again.number} 的个人数据再次出现，已按事件 {again.event} 删除；"
                "是否恢复了旧的保管库？",
            )
        console.say(f"  ! {told}")
    lost = ledger.vault.trouble
    if lost is not None:
        without = console.t("names and private values are not shown", "姓名与个人数据不予显示")
        why = re.split("; |；", lost.render(console.lang).what)[0]
        console.say(
            console.t(f"  {lost.code}  {without}: {why}", f"  {lost.code}  {without}：{why}")
        )
