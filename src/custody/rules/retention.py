"""Rules on requests about personal data: inside a period of keeping nothing is erased.

Only the decision is judged here. Carrying it out is the work of the store of private values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from custody.domain.keeping import claims_of_person
from custody.domain.retention import PERIODS, Horizon, horizon
from custody.domain.subject_request import Pseudonymous, RequestDecided
from custody.domain.values import day_of
from custody.errors import Text as Words
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated

KEEP = "Order No. 818, Art. 22; the longest of all periods that apply"
PROTECT = "Personal Information Protection Law, Art. 47, last paragraph"


@rule(
    "REC-002",
    "erase",
    en="nothing is erased before the last period of keeping is over",
    zh="最长保存期限届满前不得删除",
    source=KEEP,
    basis=Basis.PRIMARY,
    remedy_en="decide 'restrict'; a missing or open period is recorded with custody retention set",
    remedy_zh="请决定“restrict”（限制处理）；缺失或未起算的期限以 custody retention set 登记",
    signer_roles=("dpo", "qa"),
)
def nothing_is_erased_too_early(case: Case) -> Iterable[Answer]:
    """An erasure is agreed to only when every period is known to be over."""
    body = case.event.body
    person = _erasure(case)
    if person is None or not isinstance(body, RequestDecided) or body.decision != "fulfil":
        return
    kept = _horizon(case, person)
    if kept.over(case.day):
        yield satisfied(person.stream)
    elif kept.standing == "not_set":
        yield unknown(
            person.stream,
            f"no period of keeping is recorded for {person.number}",
            f"{person.number} 未登记保存期限",
        )
    else:
        said = kept_so_long(kept)
        yield violated(
            person.stream,
            f"the records of {person.number} are kept {said.en}",
            f"{person.number} 的记录{said.zh}",
        )


@rule(
    "PIP-003",
    "erase",
    en="an erasure asked for inside the period becomes a restriction",
    zh="保存期内的删除请求应转为限制处理",
    source=PROTECT,
    basis=Basis.PRIMARY,
    remedy_en="decide 'restrict' until the period ends; no --until while that day is unknown",
    remedy_zh="请决定“restrict”至期限届满；届满日未知时不填 --until",
    signer_roles=("dpo", "qa"),
)
def erasure_becomes_restriction(case: Case) -> Iterable[Answer]:
    """To refuse because of the period is not enough; a restriction lasts as long as the period."""
    body = case.event.body
    person = _erasure(case)
    if person is None or not isinstance(body, RequestDecided):
        return
    if body.decision == "refuse" and body.ground == "retention_period":
        yield violated(
            person.stream,
            f"request {body.request} is refused because of the period; use must be restricted",
            f"请求 {body.request} 因保存期被拒；应限制处理",
        )
    elif body.decision == "restrict":
        yield from _long_enough(body, person, _horizon(case, person))


def _long_enough(body: RequestDecided, person: Pseudonymous, kept: Horizon) -> Iterator[Answer]:
    if body.until is None or (kept.until and day_of(body.until) >= kept.until):
        yield satisfied(person.stream)
        return
    said = kept_so_long(kept)
    yield violated(
        person.stream,
        f"restricted until {body.until}, but the records of {person.number} are kept {said.en}",
        f"限制处理至 {body.until}，而 {person.number} 的记录{said.zh}",
    )


def _erasure(case: Case) -> Pseudonymous | None:
    """Return the person whose request for erasure is decided, None for any other request."""
    body, state = case.event.body, case.state
    if not isinstance(body, RequestDecided) or not isinstance(state, Pseudonymous):
        return None
    request = state.request(body.request)
    return state if request and request.asks == "erasure" else None


def _horizon(case: Case, person: Pseudonymous) -> Horizon:
    return horizon(claims_of_person(person, case.world))


def kept_so_long(kept: Horizon) -> Words:
    """Return how long records are kept, as the end of a sentence about them, with the source."""
    source = PERIODS[kept.basis].source if kept.basis else ""
    match kept.standing:
        case "until":
            return Words(f"until {kept.until} ({source})", f"须保存至 {kept.until}（{source}）")
        case "permanent":
            return Words(f"permanently ({source})", f"须永久保存（{source}）")
        case "not_yet_running":
            start = PERIODS[kept.basis].counts_from
            return Words(
                f"for a period that is not running yet: {start.en} is open ({source})",
                f"的保存期尚未起算：{start.zh}未定（{source}）",
            )
    return Words("for a period that is not recorded", "的保存期限未登记")
