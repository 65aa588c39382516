"""What is owed to the persons behind the pseudonyms: answers to requests, and an end to keeping.

The law asks for an answer in time without naming days; thirty days are a house rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from custody.domain.keeping import claims_of_person
from custody.domain.obligation import Asked, Duty, Obligation, owed_by
from custody.domain.retention import PERIODS, horizon
from custody.domain.subject_request import Pseudonymous
from custody.domain.values import day_of
from custody.errors import Text as Words

ANSWER_IN: Final = timedelta(days=30)
LAW: Final = "Personal Information Protection Law"
REQUEST: Final = Duty(
    "request", ("dpo", "qa"), f"{LAW}, Art. 50: in time; 30 days are a house rule"
)
RESTRICTION: Final = Duty("restriction", ("dpo", "qa"), f"{LAW}, Art. 47")
KEEPING: Final = Duty("retention", ("dpo", "qa"), f"{LAW}, Art. 47; the longest period of keeping")


@owed_by(Pseudonymous)
def requests_are_answered(person: Pseudonymous, asked: Asked) -> Iterator[Obligation]:
    """Every request gets a decision; a restriction is looked at again when it ends."""
    for each in person.requests:
        what = Words(
            f"decide request {each.number} of {person.number} ({each.asks})",
            f"就 {person.number} 的请求 {each.number}（{each.asks}）作出决定",
        )
        decided = day_of(each.decided_on) if each.decided_on else None
        yield REQUEST.of(person, what, day_of(each.received_on) + ANSWER_IN, asked, done=decided)
        if each.decision == "restrict":
            what = Words(
                f"decide request {each.number} of {person.number} again when the restriction ends",
                f"限制处理届满时就 {person.number} 的请求 {each.number} 再次决定",
            )
            yield RESTRICTION.of(person, what, day_of(each.until) if each.until else None, asked)


@owed_by(Pseudonymous)
def keeping_ends(person: Pseudonymous, asked: Asked) -> Iterator[Obligation]:
    """Kept until the last period is over; then the personal data is to be erased."""
    kept = horizon(claims_of_person(person, asked.world))
    if kept.standing == "not_set":
        return
    what = Words(
        f"erase the personal data of {person.number} when its period is over",
        f"保存期满后删除 {person.number} 的个人信息",
    )
    period = PERIODS[kept.basis]
    note = Words(period.source, period.source)
    if kept.standing == "not_yet_running":
        start = period.counts_from
        note = Words(
            f"not running: {start.en} is open ({period.source})",
            f"尚未起算：{start.zh}未定（{period.source}）",
        )
    elif kept.standing == "permanent":
        note = Words(f"kept permanently ({period.source})", f"永久保存（{period.source}）")
        yield KEEPING.of(person, what, None, asked, done=True, note=note)
        return
    yield KEEPING.of(person, what, kept.until, asked, done=person.erased, note=note)
