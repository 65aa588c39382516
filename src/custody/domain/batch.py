"""Batches: what their events add up to, and what those events may never contradict.

The events themselves are in the other files named `batch_…`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from custody.domain.batch_making import (
    BatchCompleted,
    BatchMaterialConsumed,
    BatchStarted,
    BatchStepExecuted,
)
from custody.domain.batch_oos import BatchOosClosed, BatchOosOpened, BatchThirdPartyReported, Oos
from custody.domain.batch_permission import BatchAllocated, BatchReleasedProvisionally
from custody.domain.batch_record import (
    BatchFilled,
    BatchLabelsPrinted,
    BatchLabelsReconciled,
    BatchLineCleared,
    BatchSampleRetained,
    BatchSampleSent,
)
from custody.domain.batch_standing import (
    BatchDeviationNoted,
    BatchDrawn,
    BatchHeld,
    BatchHoldLifted,
    BatchRecalled,
    BatchReleased,
    BatchReviewed,
)
from custody.domain.batch_tests import BatchTested, BatchTestReviewed
from custody.domain.equipment import uses_of
from custody.domain.holding import lift_hold, put_on_hold, wrongly_lifted
from custody.domain.invalidation import BatchTestInvalidated
from custody.domain.model import Event, State, checks, evolves
from custody.domain.product import ReleaseTest
from custody.domain.third_party import Report, report_of
from custody.domain.values import amount
from custody.errors import Reason, reason

OPEN_TO_HOLD = ("started", "completed", "reviewed", "released_provisionally", "released")
DOSE = "dose"


@dataclass(frozen=True, slots=True)
class Result:
    """One run of a test; `accepted` is None until it was reviewed.

    `validated` tells whether the report on the validation of its method was attached,
    `invalidated` that a reviewer took it back later.
    """

    seq: int
    test: str
    value: str | None
    unit: str | None
    outcome: str | None
    verdict: str
    analysts: tuple[str, ...]
    laboratory: str
    accepted: bool | None = None
    method: str = ""
    validated: bool = False
    invalidated: bool = False

    def meets(self, limits: ReleaseTest) -> bool:
        """Whether the result lies in `limits` and the analyst did not call it otherwise."""
        return self.verdict == "pass" and limits.passes(self.value, self.unit, self.outcome)

    def fails(self, limits: ReleaseTest) -> bool:
        """Whether it speaks against the batch; an invalid run without a reading says nothing."""
        if self.test != limits.test:
            return False
        measured = self.value is not None or self.outcome is not None
        within = limits.passes(self.value, self.unit, self.outcome)
        return self.verdict == "fail" or (measured and not within)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(State):
    """A batch: what it is made from, who made and tested it, what is left of it.

    `doses` is the number obtained and `remaining` what was not yet taken for a shipment; `resume`
    is the status a held batch goes back to; `passage` is None until one was recorded. `filled`
    counts the doses registered one by one, `drawn` those ever packed or dispensed. `devices` are
    (equipment, moment of use), `allocations` (trial, country, doses); `unreconciled` are labels
    printed and not yet accounted for; `released_index` is the place of the release in the log,
    `deviated` that of the deviation noted last in the stream.
    """

    product: str
    made_from: tuple[str, ...]
    site: str
    process_version: str
    specification: str
    planned_doses: int
    doses: int = 0
    remaining: int = 0
    passage: int | None = None
    expires_at: str = ""
    completed_at: str = ""
    materials: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    testers: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    deviations: tuple[str, ...] = ()
    deviated: int = -1
    reviewed: bool = False
    reviewers: tuple[str, ...] = ()
    released_at: str = ""
    resume: str = ""
    process: str = ""
    cleared: tuple[str, ...] = ()
    devices: tuple[tuple[str, str], ...] = ()
    unreconciled: int = 0
    retained: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    investigations: tuple[Oos, ...] = ()
    pending: tuple[str, ...] = ()
    allocations: tuple[tuple[str, str, int], ...] = ()
    filled: int = 0
    drawn: int = 0
    released_index: int | None = None

    @property
    def parents(self) -> tuple[str, ...]:
        """The vials, samples or cultures it is made from, then the material lots it consumed."""
        return (*self.made_from, *self.materials)

    def latest(self, test: str) -> Result | None:
        """The last recorded run of `test`, None when there is none."""
        return next((r for r in reversed(self.results) if r.test == test), None)

    def standing(self, limits: ReleaseTest) -> Result | None:
        """The last run of a test that counts: an invalid run takes nothing back.

        A run that its analyst calls invalid although its reading fails the limits counts as well,
        until an investigation found an error of the laboratory or a reviewer took it back.
        """
        counted = (r for r in reversed(self.results) if not self._excused(r, limits))
        return next((r for r in counted if r.test == limits.test), None)

    def _excused(self, result: Result, limits: ReleaseTest) -> bool:
        if result.verdict != "invalid":
            return False
        return result.invalidated or self.explained(result.seq) or not result.fails(limits)

    def explained(self, seq: int) -> bool:
        """Whether an investigation found that result `seq` says nothing about the batch."""
        errors = ("laboratory_error", "sampling_error")
        return any(o.seq == seq and o.finding in errors for o in self.investigations)


@evolves("batch")
def evolve(state: Batch | None, event: Event) -> Batch:
    """Return the batch after `event`."""
    if isinstance(event.body, BatchStarted):
        return _started(event, event.body)
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    match event.body:
        case BatchMaterialConsumed():
            return replace(
                state,
                materials=_with(state.materials, event.linked("material")),
                makers=_with(state.makers, event.persons()),
            )
        case BatchStepExecuted() as body:
            return replace(
                state,
                passage=_higher(state.passage, body.passage),
                makers=_with(state.makers, event.persons()),
                devices=(*state.devices, *uses_of(event)),
            )
        case BatchCompleted() as body:
            return replace(
                state,
                doses=body.doses,
                remaining=body.doses,
                expires_at=body.expires_at,
                completed_at=body.occurred_at,
                passage=_higher(state.passage, body.passage),
                makers=_with(state.makers, event.persons()),
            )
        case BatchTested() as body:
            return replace(
                state,
                results=(*state.results, _result(event, body)),
                testers=_with(state.testers, event.persons()),
                devices=(*state.devices, *uses_of(event)),
            )
        case BatchTestReviewed() as body:
            seen = (
                replace(r, accepted=body.accepted) if r.seq == body.seq else r
                for r in state.results
            )
            return replace(
                state, results=tuple(seen), testers=_with(state.testers, event.persons())
            )
        case BatchTestInvalidated() as body:
            kept = (
                replace(r, verdict="invalid", invalidated=True) if r.seq == body.seq else r
                for r in state.results
            )
            return replace(state, results=tuple(kept))
        case _:
            return _recorded(_standing(state, event), event)


def _recorded(state: Batch, event: Event) -> Batch:
    match event.body:
        case BatchLineCleared() as body:
            return replace(
                state,
                cleared=(*state.cleared, body.area),
                devices=(*state.devices, *uses_of(event)),
                makers=_with(state.makers, event.persons()),
            )
        case BatchLabelsPrinted() as body:
            return replace(state, unreconciled=state.unreconciled + body.printed)
        case BatchLabelsReconciled() as body:
            counted = body.used + body.destroyed + body.kept
            return replace(state, unreconciled=state.unreconciled - counted)
        case BatchSampleRetained() as body:
            kept = replace(state, retained=(*state.retained, body.sample))
            return _taken(kept, body.quantity, body.unit)
        case BatchSampleSent() as body:
            return _taken(state, body.quantity, body.unit)
        case BatchFilled():
            return replace(state, filled=state.filled + 1)
        case BatchThirdPartyReported() as body:
            return replace(state, reports=(*state.reports, report_of(event, body)))
        case BatchOosOpened() as body:
            opened = Oos(body.seq, body.test, event.persons())
            return replace(state, investigations=(*state.investigations, opened))
        case BatchOosClosed() as body:
            settled = tuple(
                replace(o, finding=body.finding) if o.seq == body.seq and not o.finding else o
                for o in state.investigations
            )
            return replace(state, investigations=settled)
        case BatchAllocated() as body:
            share = (body.trial, body.country, body.doses)
            return replace(state, allocations=(*state.allocations, share))
    return state


def _standing(state: Batch, event: Event) -> Batch:
    match event.body:
        case BatchDeviationNoted() as body:
            known = _with(state.deviations, event.linked("deviation"))
            noted = replace(state, deviations=known, deviated=event.seq)
            if body.severity == "critical" and state.status in (*OPEN_TO_HOLD, "held"):
                holds = _with(state.holds, event.linked("deviation"))
                before = state.resume or state.status
                return replace(noted, status="held", resume=before, holds=holds)
            return noted
        case BatchReviewed():
            reviewers = _with(state.reviewers, event.persons())
            return replace(state, reviewed=True, reviewers=reviewers)
        case BatchReleased() as body:
            return replace(
                state, released_at=body.occurred_at, released_index=event.index, pending=()
            )
        case BatchReleasedProvisionally() as body:
            return replace(state, pending=body.pending)
        case BatchHeld():
            return put_on_hold(replace(state, resume=state.resume or state.status), event)
        case BatchHoldLifted():
            freed = lift_hold(state, event)
            return freed if freed.holds else replace(freed, status=state.resume, resume="")
        case BatchDrawn() as body:
            taken = int(body.quantity)
            return replace(state, remaining=state.remaining - taken, drawn=state.drawn + taken)
    return state


@checks("batch")
def contradictions(state: Batch | None, event: Event) -> Iterable[Reason]:
    """Yield why `event` contradicts what is on record: doses, analysts, one releasing signature."""
    where = event.stream
    match event.body:
        case BatchTested() as body:
            if (body.value is None) != (body.unit is None) or (body.value or body.outcome) is None:
                yield reason("C270", where)
        case BatchTestReviewed() as body if state is not None:
            result = next((r for r in state.results if r.seq == body.seq), None)
            if result is None or result.test != body.test:
                yield reason("C271", where)
            elif set(result.analysts) & set(event.persons()):
                yield reason("C272", where)
        case BatchReleased() | BatchReleasedProvisionally():
            if len(event.signers) != 1:
                yield reason("C273", where)
        case BatchHoldLifted() if state is not None:
            yield from wrongly_lifted(state, event)
        case BatchTestInvalidated() as body if state is not None:
            if all((r.seq, r.test) != (body.seq, body.test) for r in state.results):
                yield reason("C271", where)
        case BatchRecalled() if state is not None and not (state.released_at or state.pending):
            yield reason("C274", where)
        case BatchDrawn() as body if state is not None:
            if int(body.quantity) > state.remaining:
                left = state.remaining
                yield reason("C275", where, quantity=body.quantity, left=left)
        case _ if state is not None:
            yield from _miscounted(state, event)


def _miscounted(state: Batch, event: Event) -> Iterator[Reason]:
    """Counts that do not add up: labels, samples, containers, investigations, shares."""
    where = event.stream
    match event.body:
        case BatchLabelsReconciled() as body:
            counted = body.used + body.destroyed + body.kept
            if counted != state.unreconciled:
                yield reason("C2230", where, counted=counted, printed=state.unreconciled)
        case BatchSampleRetained() | BatchSampleSent() as body:
            if not amount(body.quantity):
                yield reason("C265", where)
            elif body.unit == DOSE and not _available(state, body.quantity):
                yield reason("C2231", where, quantity=body.quantity, left=state.remaining)
        case BatchFilled():
            if state.filled >= state.doses:
                yield reason("C2232", where, doses=state.doses)
        case BatchOosOpened() as body:
            result = next((r for r in state.results if r.seq == body.seq), None)
            known = any(o.seq == body.seq for o in state.investigations)
            if known or result is None or result.test != body.test:
                yield reason("C2233", where, test=body.test, seq=body.seq)
        case BatchOosClosed() as body:
            mine = [o for o in state.investigations if o.seq == body.seq and not o.finding]
            if not mine:
                yield reason("C2234", where, seq=body.seq)
            elif set(mine[0].openers) & set(event.persons()):
                yield reason("C2235", where)
        case BatchAllocated() as body:
            free = state.doses - sum(doses for _, _, doses in state.allocations)
            if not 1 <= body.doses <= free:
                yield reason("C2236", where, doses=body.doses, free=free)


def _available(state: Batch, quantity: str) -> bool:
    wanted = amount(quantity)
    return wanted == wanted.to_integral_value() and wanted <= state.remaining


def _taken(state: Batch, quantity: str, unit: str) -> Batch:
    """Whole doses leave the stock; a volume taken before filling was never part of it."""
    if unit != DOSE:
        return state
    return replace(state, remaining=state.remaining - int(amount(quantity)))


def _started(event: Event, body: BatchStarted) -> Batch:
    return Batch(
        stream=event.stream,
        number=body.number,
        status="started",
        opened=body.occurred_at,
        product=event.linked("product")[0],
        made_from=event.linked("made_from"),
        site=next(iter(event.linked("site")), ""),
        process_version=body.process_version,
        specification=body.specification or "",
        planned_doses=body.planned_doses,
        process=next(iter(event.linked("process")), ""),
        makers=_with((), event.persons()),
    )


def _result(event: Event, body: BatchTested) -> Result:
    return Result(
        seq=event.seq,
        test=body.test,
        value=body.value,
        unit=body.unit,
        outcome=body.outcome,
        verdict=body.verdict,
        analysts=event.persons(),
        laboratory=next(iter(event.linked("laboratory")), ""),
        method=body.method,
        validated=body.method_validation is not None,
    )


def _with(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))


def _higher(known: int | None, said: int | None) -> int | None:
    return max((p for p in (known, said) if p is not None), default=None)
