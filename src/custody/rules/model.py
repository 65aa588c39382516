"""What a rule is, and how the gates ask them. Pure; the rules themselves live beside this file.

A rule answers *satisfied*, *violated* or *unknown*; unknown never counts as satisfied. The date of
the act, not today's, selects the rules that apply. A rule that is not satisfied can still be met by
a signed assessment, as the rule allows: a rule marked `needs_assessment` by a risk assessment, a
rule with an `override_role` by an override of that role and a reason in the event that uses it, a
rule marked `exempt` by a finding that it does not apply.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from custody.domain.assessment import Assessment
from custody.domain.model import Event, State, World
from custody.domain.values import RuleResult, Rulings, day_of, days_of
from custody.errors import Reason
from custody.errors import Text as Words

FIRST_PACK: Final = "2026.1"
PACK: Final = "2026.1"
REVIEW_BY: Final = date(2026, 12, 31)  # the day by which somebody must have looked at the sources
QUALITY: Final = frozenset({"qa", "quality_authority"})  # who may accept a risk
ANY: Final = "any"  # the gate of remarks: asked about every event, never stopping one


class Severity(StrEnum):
    """What happens while the rule is not satisfied."""

    BLOCK = "block"
    NEEDS_ASSESSMENT = "needs_assessment"
    ADVISORY = "advisory"


class Basis(StrEnum):
    """How firm the ground is: a law that was read, a guideline, a claim in the press, our own."""

    PRIMARY = "primary"
    GUIDELINE = "guideline"
    SECONDARY = "secondary_claim"
    HOUSE = "house"


class Outcome(StrEnum):
    """What a rule found."""

    SATISFIED = "satisfied"
    VIOLATED = "violated"
    UNKNOWN = "unknown"


NOTHING: Final = Words("", "")


@dataclass(frozen=True, slots=True)
class Answer:
    """One finding of a rule: `where` is the item concerned, `evidence` the streams it rests on."""

    outcome: Outcome
    where: str = ""
    why: Words = NOTHING
    evidence: tuple[str, ...] = ()


def satisfied(*evidence: str) -> Answer:
    """The rule holds, resting on these streams."""
    return Answer(Outcome.SATISFIED, evidence=evidence)


def violated(where: str, en: str, zh: str) -> Answer:
    """The rule is broken by a fact on record."""
    return Answer(Outcome.VIOLATED, where, Words(en, zh), (where,) if ":" in where else ())


def unknown(where: str, en: str, zh: str) -> Answer:
    """The ledger does not know; this blocks like a violation, with other words."""
    return Answer(Outcome.UNKNOWN, where, Words(en, zh), (where,) if ":" in where else ())


@dataclass(frozen=True, slots=True)
class Case:
    """The question put to a gate: may this event be written, the world being so?

    `world` answers for any stream; every stream it is asked for becomes part of what the decision
    relied on.
    """

    event: Event
    state: State | None
    world: World

    @property
    def day(self) -> date:
        """The local calendar day of the act."""
        return day_of(self.event.body.occurred_at)

    @property
    def days(self) -> tuple[date, date]:
        """The local day of the act, and the day in China then: what must hold holds on both."""
        return days_of(self.event.body.occurred_at)

    def outlives(self, last: str) -> bool:
        """Whether the act lies after `last`, the last day of something; '' is no such day."""
        return bool(last) and max(self.days) > day_of(last)

    def linked(self, *rels: str) -> list[State]:
        """The states of the streams the event links to under `rels`."""
        return [self.world[s] for s in self.event.linked(*rels) if s in self.world]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with its source; `require` yields an answer per item it looked at.

    `exempt` says that the source itself knows cases to which the rule does not apply; `sentences`
    are the article sentences the rule answers, by the ids of articles.json. `since_pack` and
    `until_pack` are the first and last version of the rule pack the rule belongs to, so that what
    was ruled under an earlier pack can be asked again as it was asked then.
    """

    id: str
    gates: tuple[str, ...]
    title: Words
    severity: Severity
    basis: Basis
    source: str
    remedy: Words
    require: Callable[[Case], Iterable[Answer]]
    effective_from: date = date(2000, 1, 1)
    effective_to: date | None = None
    override_role: str | None = None
    signer_roles: tuple[str, ...] = ()
    exempt: bool = False
    sentences: tuple[str, ...] = ()
    since_pack: str = FIRST_PACK
    until_pack: str | None = None

    def in_force(self, day: date) -> bool:
        """Whether the rule applied to acts of `day`."""
        return self.effective_from <= day and (
            self.effective_to is None or day <= self.effective_to
        )

    def in_pack(self, pack: str) -> bool:
        """Whether the rule belongs to version `pack`, for example ``2026.1``."""
        return _version(self.since_pack) <= _version(pack) and (
            self.until_pack is None or _version(pack) <= _version(self.until_pack)
        )


def _version(pack: str) -> tuple[int, ...]:
    return tuple(int(part) for part in pack.split("."))


RULES: Final[list[Rule]] = []


def rule(
    id: str,  # noqa: A002 - the word of the field
    *gates: str,
    en: str,
    zh: str,
    source: str,
    basis: Basis,
    remedy_en: str,
    remedy_zh: str,
    severity: Severity = Severity.BLOCK,
    effective_from: date = date(2000, 1, 1),
    effective_to: date | None = None,
    override_role: str | None = None,
    signer_roles: tuple[str, ...] = (),
    exempt: bool = False,
    sentences: tuple[str, ...] = (),
    since_pack: str = FIRST_PACK,
    until_pack: str | None = None,
) -> Callable[[Callable[[Case], Iterable[Answer]]], Callable[[Case], Iterable[Answer]]]:
    """Declare a rule; the decorated function yields its answers."""

    def declare(require: Callable[[Case], Iterable[Answer]]) -> Callable[[Case], Iterable[Answer]]:
        RULES.append(
            Rule(
                id=id,
                gates=gates,
                title=Words(en, zh),
                severity=severity,
                basis=basis,
                source=source,
                remedy=Words(remedy_en, remedy_zh),
                require=require,
                effective_from=effective_from,
                effective_to=effective_to,
                override_role=override_role,
                signer_roles=signer_roles,
                exempt=exempt,
                sentences=sentences,
                since_pack=since_pack,
                until_pack=until_pack,
            )
        )
        return require

    return declare


@dataclass(frozen=True, slots=True)
class Ruling:
    """How one rule was decided for one case."""

    rule: Rule
    outcome: str
    answers: tuple[Answer, ...]
    evidence: tuple[str, ...] = field(default=())

    @property
    def stops(self) -> bool:
        """Whether the event may not be written."""
        return self.outcome in ("violated", "unknown") and self.rule.severity != Severity.ADVISORY


def evaluate(case: Case, pack: str = PACK) -> list[Ruling]:
    """Ask every rule of the event's gate that was in force on the day of the act.

    Args:
        pack: version of the rule pack to ask; a past ruling is only ever compared with its own.
    """
    gate = case.event.spec.gate
    return _ask(gate, case, pack) if gate else []


def remarks(case: Case, pack: str = PACK) -> list[Ruling]:
    """Return what is to be said beside an event as it stands: rules that stop nothing.

    They are asked about every event and not written into it, so they may only look at the event,
    its stream and what it links to.
    """
    return [r for r in _ask(ANY, case, pack) if r.outcome in ("violated", "unknown")]


def _ask(gate: str, case: Case, pack: str) -> list[Ruling]:
    asked = (r for r in RULES if gate in r.gates and r.in_pack(pack) and r.in_force(case.day))
    return [_decide(r, case) for r in sorted(asked, key=lambda r: r.id)]


def _decide(rule: Rule, case: Case) -> Ruling:
    answers = tuple(rule.require(case))
    evidence = tuple(sorted({s for a in answers for s in a.evidence}))
    bad = [a for a in answers if a.outcome is not Outcome.SATISFIED]
    if not bad:
        return Ruling(rule, "satisfied", answers, evidence)
    for assessment in case.linked("assessment"):
        if not isinstance(assessment, Assessment):
            continue
        outcome = _lifted(rule, assessment, case, bad)
        if outcome == "overridden" and not case.event.body.reason:
            answers = (*answers, _silent_override(case, assessment))
        elif outcome:
            return Ruling(rule, outcome, answers, tuple(sorted({*evidence, assessment.stream})))
    worst = "violated" if any(a.outcome is Outcome.VIOLATED for a in answers) else "unknown"
    return Ruling(rule, worst, answers, evidence)


def _lifted(rule: Rule, assessment: Assessment, case: Case, bad: Iterable[Answer]) -> str | None:
    """Return the outcome an approved assessment gives the rule, None when it gives none.

    It must cover every item a bad answer is about. Only an item that this very event brings into
    being needs no covering: nobody could have named it before.
    """
    if assessment.rule != rule.id or assessment.status != "approved":
        return None
    if case.outlives(assessment.valid_until):
        return None
    unnamed = {case.event.stream} if case.event.seq == 0 else set()
    if not {a.where for a in bad} <= {*assessment.covers, *unnamed}:
        return None
    match assessment.purpose:
        case "risk_assessment" if QUALITY & set(assessment.approver_roles):
            return "risk_assessed" if rule.severity is Severity.NEEDS_ASSESSMENT else None
        case "override" if rule.override_role and rule.override_role in assessment.approver_roles:
            return "overridden"
        case "non_applicability" if "regulatory_affairs" in assessment.approver_roles:
            return "not_applicable" if rule.exempt else None
    return None


def _silent_override(case: Case, assessment: Assessment) -> Answer:
    return violated(
        case.event.stream,
        f"override {assessment.number} is named, but this event gives no reason for using it",
        f"已指明豁免 {assessment.number}，但本事件未说明使用豁免的理由",
    )


def recorded(rulings: Iterable[Ruling], pack: str = PACK) -> Rulings | None:
    """Return the rulings as they are written into the event; None when no rule was asked."""
    results = tuple(
        RuleResult.model_validate(
            {"rule": r.rule.id, "outcome": r.outcome, "evidence": list(r.evidence)}
        )
        for r in rulings
        if r.outcome in ("satisfied", "risk_assessed", "overridden", "not_applicable")
    )
    return Rulings(pack=pack, results=results) if results else None


def reasons(rulings: Iterable[Ruling]) -> Iterator[Reason]:
    """Return what stands in the way, one reason per answer of a rule that stops the event."""
    for ruling in rulings:
        if not ruling.stops:
            continue
        for answer in ruling.answers:
            if answer.outcome is not Outcome.SATISFIED:
                source = f"{ruling.rule.basis.value}: {ruling.rule.source}"
                yield Reason(ruling.rule.id, answer.where, answer.why, ruling.rule.remedy, source)
