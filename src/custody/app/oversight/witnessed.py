"""Whether the newest checkpoint may leave the house, where the trust file demands witnesses.

A recipient would answer "cannot tell" to one that too few of them signed, so it is refused here,
with what is missing. A new checkpoint would have no co-signatures at all and is never the remedy.
"""

from __future__ import annotations

from collections.abc import Mapping

from custody.app.ledger import Ledger
from custody.app.oversight.witnessing import standing
from custody.errors import RefusedError, Text
from custody.evidence.headmap import Head


def require_witnesses(ledger: Ledger, max_age: int) -> None:
    """Refuse unless the newest checkpoint has its witnesses and is at most `max_age` seconds old.

    Raises:
        RefusedError: C2605 with what is missing.
    """
    now, seal = standing(ledger), ledger.log.last_seal()
    if now.size is None or seal is None:
        raise _refused(ledger, "there is no checkpoint yet", "尚无检查点")
    age = ledger.clock() - seal.time
    if age > max_age:
        hours = age // 3600
        en, zh = f"the newest checkpoint is {hours} hours old", f"最近的检查点距今已 {hours} 小时"
        raise _refused(ledger, en, zh)
    if not now.met:
        names = ", ".join(now.missing)
        en = f"too few witnesses have signed checkpoint {now.size}; missing: {names}"
        raise _refused(ledger, en, f"检查点 {now.size} 的见证签名不足；尚缺：{names}")


def require_nothing_later(ledger: Ledger, heads: Mapping[str, Head]) -> None:
    """Refuse when a stream has grown beyond its head under the newest checkpoint.

    Events elsewhere in the ledger do not matter: else a busy ledger would wait for its witnesses
    for ever.

    Args:
        heads: stream → its head under the checkpoint.

    Raises:
        RefusedError: C2605 naming the first such stream.
    """
    for stream, under in heads.items():
        head = ledger.log.head(stream)
        if head is not None and head.count > under.count:
            en = f"more was recorded after the newest checkpoint, first in {stream}"
            raise _refused(ledger, en, f"最近的检查点之后又有记录，首见于 {stream}")


def _refused(ledger: Ledger, en: str, zh: str) -> RefusedError:
    return RefusedError("C2605", where=ledger.origin, detail=Text(en, zh))
