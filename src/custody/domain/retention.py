"""How long records are kept: the periods of the law, and the horizon several of them lead to. Pure.

The longest period wins and a permanent one wins over all. A period whose first day is not known is
*not yet running* and gives no date at all, because nobody can say that it will not be the longest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from custody.domain.calendar import add_years
from custody.errors import Text as Words

RetentionBasis = Literal[
    "order_818_study",
    "order_818_offspring",
    "gacc_281",
    "eu_2006_86",
    "eu_1394_2007",
    "cfr_1271_270",
]
Standing = Literal["not_set", "not_yet_running", "until", "permanent"]


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the law: `years` from what `counts_from` says, or for ever when None.

    `firm` is false where the text itself was not read when this table was made.
    """

    years: int | None
    counts_from: Words
    source: str
    firm: bool


PERIODS: Final[dict[str, Period]] = {
    "order_818_study": Period(
        30, Words("end of the clinical study", "临床研究结束"), "Order No. 818, Art. 22", True
    ),
    "order_818_offspring": Period(
        None, Words("permanent", "永久"), "Order No. 818, Art. 22 (offspring concerned)", True
    ),
    "gacc_281": Period(
        3, Words("day of the record", "记录之日"), "GACC Order No. 281, Art. 20", True
    ),
    "eu_2006_86": Period(
        30,
        Words("clinical use of the cells", "细胞的临床使用"),
        "Directive 2006/86/EC, Art. 9",
        True,
    ),
    "eu_1394_2007": Period(
        30,
        Words("expiry of the product", "产品失效日"),
        "Regulation (EC) 1394/2007, Art. 15",
        False,
    ),
    "cfr_1271_270": Period(
        10,
        Words(
            "administration, else distribution, disposition or expiry", "使用；或分发、处置、失效"
        ),
        "21 CFR 1271.270(d)",
        False,
    ),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A period that applies to an item; `start` is None while its first day is not known."""

    basis: str
    start: date | None = None

    @property
    def until(self) -> date | None:
        """The last day, None when permanent or not yet running."""
        years = PERIODS[self.basis].years
        return add_years(self.start, years) if years and self.start else None


@dataclass(frozen=True, slots=True)
class Horizon:
    """How long an item's records are kept, and the basis that decides it ('' when none is known).

    `until` is set exactly when `standing` is ``until``.
    """

    standing: Standing
    basis: str = ""
    until: date | None = None

    def over(self, day: date) -> bool:
        """Whether every period is known to have ended before `day`; never when one is open."""
        return self.until is not None and day > self.until


def horizon(claims: Iterable[Claim]) -> Horizon:
    """Return what the claims together demand; ``not_set`` when there are none."""
    known = sorted(claims, key=lambda c: c.basis)
    for claim in known:
        if PERIODS[claim.basis].years is None:
            return Horizon("permanent", claim.basis)
    for claim in known:
        if claim.until is None:
            return Horizon("not_yet_running", claim.basis)
    dated = [(c.until, c.basis) for c in known if c.until]
    if not dated:
        return Horizon("not_set")
    until, basis = max(dated)
    return Horizon("until", basis, until)
