"""Batches: what their events add up to, and what those events may never contradict.

The events themselves are in `batch_making`, `batch_tests` and `batch_standing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from custody.domain.batch_making import (
    BatchCompleted,
    BatchMaterialConsumed,
    BatchStarted,
    BatchStepExecuted,
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
from custody.domain.model import Event, State, checks, evolves
from custody.domain.product import ReleaseTest
from custody.errors import Reason, reason

OPEN_TO_HOLD = ("started", "completed", "reviewed", "released")


@dataclass(frozen=True, slots=True)
class Result:
    """One run of a test; `accepted` is None until it was reviewed."""

    seq: int
    test: str
    value: str | None
    unit: str | None
    outcome: str | None
    verdict: str
    analysts: tuple[str, ...]
    laboratory: str
    accepted: bool | None = None

    def meets(self, limits: ReleaseTest) -> bool:
        """Whether the result lies in `limits` and the analyst did not call it otherwise."""
        return self.verdict == "pass" and limits.passes(self.value, self.unit, self.outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(State):
    """A batch: what it is made from, who made and tested it, what is left of it.

    `doses` is the number obtained and `remaining` what was not yet taken for a shipment; `resume`
    is the status a held batch goes back to; `passage` is None until one was recorded.
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
    materials: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()
    testers: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    deviations: tuple[str, ...] = ()
    reviewed: bool = False
    released_at: str = ""
    resume: str = ""

    @property
    def parents(self) -> tuple[str, ...]:
        """The vials or samples it is made from, then the material lots it consumed."""
        return (*self.made_from, *self.materials)

    def latest(self, test: str) -> Result | None:
        """The last recorded run of `test`, None when there is none."""
        return next((r for r in reversed(self.results) if r.test == test), None)


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
            )
        case BatchCompleted() as body:
            return replace(
                state,
                doses=body.doses,
                remaining=body.doses,
                expires_at=body.expires_at,
                passage=_higher(state.passage, body.passage),
                makers=_with(state.makers, event.persons()),
            )
        case BatchTested() as body:
            return replace(
                state,
                results=(*state.results, _result(event, body)),
                testers=_with(state.testers, event.persons()),
            )
        case BatchTestReviewed() as body:
            seen = (
                replace(r, accepted=body.accepted) if r.seq == body.seq else r
                for r in state.results
            )
            return replace(
                state, results=tuple(seen), testers=_with(state.testers, event.persons())
            )
        case _:
            return _standing(state, event)


def _standing(state: Batch, event: Event) -> Batch:
    match event.body:
        case BatchDeviationNoted() as body:
            noted = replace(state, deviations=_with(state.deviations, event.linked("deviation")))
            if body.severity == "critical" and state.status in OPEN_TO_HOLD:
                return replace(noted, status="held", resume=state.status)
            return noted
        case BatchReviewed():
            return replace(state, reviewed=True)
        case BatchReleased() as body:
            return replace(state, released_at=body.occurred_at)
        case BatchHeld():
            return replace(state, resume=state.status)
        case BatchHoldLifted():
            return replace(state, status=state.resume, resume="")
        case BatchDrawn() as body:
            return replace(state, remaining=state.remaining - int(body.quantity))
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
        case BatchReleased():
            if len(event.signers) != 1:
                yield reason("C273", where)
        case BatchRecalled() if state is not None and not state.released_at:
            yield reason("C274", where)
        case BatchDrawn() as body if state is not None:
            if int(body.quantity) > state.remaining:
                left = state.remaining
                yield reason("C275", where, quantity=body.quantity, left=left)


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
    )


def _with(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))


def _higher(known: int | None, said: int | None) -> int | None:
    return max((p for p in (known, said) if p is not None), default=None)
