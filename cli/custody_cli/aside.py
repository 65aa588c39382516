"""What is said beside an answer: what was written, and what could not be shown.

It opens and reads nothing itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from custody_cli.console import here

if TYPE_CHECKING:
    from custody.wiring import OpenLedger


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
    lost = ledger.vault.trouble
    if lost is not None:
        without = console.t("names and private values are not shown", "姓名与个人数据不予显示")
        why = re.split("; |；", lost.render(console.lang).what)[0]
        console.say(
            console.t(f"  {lost.code}  {without}: {why}", f"  {lost.code}  {without}：{why}")
        )
