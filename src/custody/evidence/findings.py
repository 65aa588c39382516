"""What a verification found: findings, steps and the three verdicts.

Does not hold texts: titles, reasons and hints in English and Chinese are the contract's
vocabulary ``findings``, looked up by code when a report is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Verdict(StrEnum):
    """The answer to "is this custody record what it claims to be?"."""

    GENUINE = "genuine"
    NOT_GENUINE = "not_genuine"
    CANNOT_TELL = "cannot_tell"


class Status(StrEnum):
    """How a numbered step of the verification ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


# A code whose usual cause is something *missing or unknown* leaves the question open. Every other
# code means that the evidence contradicts itself. A single finding may deviate from its code (an
# unknown bundle version is E01, but nobody can say it is false): see `Finding.judged`.
OPEN_CODES = frozenset(
    {
        "E02",  # the trust file is not the pinned one
        "E05",  # too few witnesses
        "E06",  # no proof that this log continues the one seen before
        "E09",  # the checkpoint is too old
        "E10",  # a clock, here or there, is wrong
        "E27",  # this shipment was shown before: perhaps by the same person
        "E30",  # a time stamp by an authority unknown here
    }
)

# The codes of the evidence steps; the application adds its own and judges each finding itself.
CODES: tuple[str, ...] = tuple(f"E{number:02d}" for number in range(1, 31))

# Enough for a person to see the pattern; a hostile file must not produce a report of megabytes.
SHOWN_PER_CODE = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold.

    Args:
        step: ``V1`` to ``V9``.
        code: ``E01`` to ``E30``.
        where: the place, for example ``event 17`` or ``stream batch:ab…``.
        detail: one English clause saying what was seen.
        judged: the verdict this finding leads to, when it differs from its code's usual one.
    """

    step: str
    code: str
    where: str
    detail: str
    judged: Verdict | None = None

    @property
    def verdict(self) -> Verdict:
        """`CANNOT_TELL` for something missing or unknown, `NOT_GENUINE` for a contradiction."""
        return self.judged if self.judged is not None else verdict_of(self.code)


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step and what it found."""

    id: str
    title: str
    status: Status
    findings: tuple[Finding, ...] = ()


def verdict_of(code: str) -> Verdict:
    """Return the usual verdict of a code; a code never heard of leaves the question open."""
    if code in OPEN_CODES or code not in CODES:
        return Verdict.CANNOT_TELL
    return Verdict.NOT_GENUINE


def overall(findings: Iterable[Finding]) -> Verdict:
    """Return the verdict over all findings: one contradiction outweighs any number of doubts."""
    seen = {finding.verdict for finding in findings}
    for verdict in (Verdict.NOT_GENUINE, Verdict.CANNOT_TELL):
        if verdict in seen:
            return verdict
    return Verdict.GENUINE


def shorten(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Keep the first `SHOWN_PER_CODE` findings of each code and verdict, in order."""
    counted: dict[tuple[str, Verdict], int] = {}
    kept = []
    for finding in findings:
        kind = (finding.code, finding.verdict)
        counted[kind] = counted.get(kind, 0) + 1
        if counted[kind] <= SHOWN_PER_CODE:
            kept.append(finding)
    for (code, verdict), count in counted.items():
        if count > SHOWN_PER_CODE:
            last = next(f for f in reversed(kept) if (f.code, f.verdict) == (code, verdict))
            more = f"{count - SHOWN_PER_CODE} more findings of this kind"
            kept.append(Finding(last.step, code, "", more, verdict))
    return tuple(kept)
