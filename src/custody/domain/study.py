"""Studies: what their events add up to, and what those events may never contradict.

The events are in `study_planning`, `study_filing` and `study_conduct`. Which facts a study needs
before it may start or go on is not decided here but by the rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from custody.domain.calendar import add_months
from custody.domain.model import Event, State, checks, evolves
from custody.domain.study_conduct import (
    ORDER_IN_FORCE,
    StudyClosed,
    StudyCompleted,
    StudyEthicsEvaluated,
    StudyFollowUpBegun,
    StudyReactionNoted,
    StudyResumed,
    StudyStarted,
    StudySuspended,
    StudyTakenOver,
    StudyTerminated,
)
from custody.domain.study_filing import (
    StudyChangeFiled,
    StudyDirectiveReceived,
    StudyDossierFilled,
    StudyFiled,
    StudyFilingRefused,
    StudyProgressReported,
    StudyProtocolAmended,
)
from custody.domain.study_planning import (
    StudyAcademicReviewed,
    StudyDrafted,
    StudyDsmbEstablished,
    StudyEthicsReviewed,
    StudyFollowUpPlanned,
    StudyNonclinicalRecorded,
    StudyPathDecided,
)
from custody.domain.values import day_of
from custody.errors import Reason, reason

COMMITTEES = ("academic", "ethics")


@dataclass(frozen=True, slots=True)
class Review:
    """The opinion of one committee on one version of the protocol."""

    committee: str
    version: str
    verdict: str
    on: str


@dataclass(frozen=True, slots=True)
class Nonclinical:
    """One non-clinical result and the versions of the article tested."""

    study_kind: str
    process_version: str
    specification_version: str
    verdict: str
    on: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """A version of the protocol that took effect; `after_filing` ones may need a change filing."""

    version: str
    substantive: bool
    after_filing: bool
    on: str


@dataclass(frozen=True, slots=True)
class Suspension:
    """One cause to stand still; `decision` is that of the ethics committee, '' before it."""

    cause: str
    on: str
    decision: str = ""
    decided_on: str = ""
    allowed_on: str = ""
    over_on: str = ""


@dataclass(frozen=True, slots=True)
class Dated:
    """Something said on a day: a report sent, a directive received, a change filed."""

    what: str
    on: str
    permit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study(State):
    """A clinical study; days are ISO dates, empty when not (yet) known.

    `filing` is the permit it was filed under, empty when none or refused. `dsmb` is None before
    a board was set up, else whether it is independent. `papers` are the kinds of the documents
    that came with the draft.
    """

    title: str
    path: str
    stage: str
    risk: str
    paediatric: bool
    long_surviving: bool
    sponsor: str
    institution: str
    participants: tuple[str, ...]
    investigator: str
    products: tuple[str, ...]
    process: str
    follows: str
    protocol_version: str
    consent_version: str
    process_version: str
    specification_version: str
    papers: tuple[str, ...] = ()
    reviews: tuple[Review, ...] = ()
    slots: tuple[str, ...] = ()
    filing: str = ""
    filed_on: str = ""
    evidence: tuple[Nonclinical, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    changes: tuple[Dated, ...] = ()
    dsmb: bool | None = None
    follow_up_months: int = 0
    follow_up_items: tuple[str, ...] = ()
    started_on: str = ""
    suspensions: tuple[Suspension, ...] = ()
    terminated_on: str = ""
    termination_cause: str = ""
    completed_on: str = ""
    last_administration_on: str = ""
    directives: tuple[Dated, ...] = ()
    reports: tuple[Dated, ...] = ()

    def passed(self, committee: str, version: str) -> Review | None:
        """Return the last review of `version` by a committee if it passed, else None."""
        found = [r for r in self.reviews if (r.committee, r.version) == (committee, version)]
        return found[-1] if found and found[-1].verdict == "pass" else None

    def reviewed(self, version: str) -> bool:
        """Whether both committees passed `version` of the protocol."""
        return all(self.passed(committee, version) for committee in COMMITTEES)

    @property
    def open_suspensions(self) -> tuple[Suspension, ...]:
        """The causes for which it stands still now."""
        return tuple(s for s in self.suspensions if not s.over_on)

    @property
    def follow_up_ends(self) -> date | None:
        """The last day of the planned follow-up, None while its start or length is unknown."""
        if not self.last_administration_on or not self.follow_up_months:
            return None
        return add_months(day_of(self.last_administration_on), self.follow_up_months)


@checks("study")
def contradictions(state: Study | None, event: Event) -> Iterable[Reason]:
    """Yield why `event` contradicts itself or what is on record of the study."""
    where, body = event.stream, event.body
    match body:
        case StudyDossierFilled():
            known = {d.sha256 for d in body.documents}
            for slot in body.slots:
                if not set(slot.files) <= known:
                    yield reason("C2300", where, slot=slot.slot)
        case StudyProtocolAmended() if state is not None:
            used = {state.protocol_version, *(a.version for a in state.amendments)}
            if body.protocol_version in used:
                yield reason("C2301", where, version=body.protocol_version)
        case StudyChangeFiled() if state is not None:
            version = body.protocol_version
            if not any(a.substantive and a.version == version for a in state.amendments):
                yield reason("C2302", where, version=version)
        case StudyTakenOver():
            if day_of(body.began_on) >= ORDER_IN_FORCE:
                yield reason("C2305", where, began=body.began_on, force=ORDER_IN_FORCE)
        case StudyCompleted():
            if day_of(body.last_administration_on) > day_of(body.occurred_at):
                yield reason("C2303", where)
        case StudyFollowUpBegun() if body.last_administration_on:
            if day_of(body.last_administration_on) > day_of(body.occurred_at):
                yield reason("C2303", where)
        case StudyClosed() if state is not None and not body.reason:
            ends = state.follow_up_ends
            if ends is None or day_of(body.occurred_at) < ends:
                yield reason("C2304", where, ends=ends or "?")


@evolves("study")
def evolve(state: Study | None, event: Event) -> Study:
    """Return the study after `event`."""
    if isinstance(event.body, StudyDrafted):
        return _drafted(event, event.body)
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    on = event.body.occurred_at[:10]
    match event.body:
        case StudyPathDecided() as body:
            return replace(state, path=body.path)
        case StudyAcademicReviewed() as body:
            return _reviewed(state, Review("academic", body.protocol_version, body.verdict, on))
        case StudyEthicsReviewed() as body:
            return _reviewed(state, Review("ethics", body.protocol_version, body.verdict, on))
        case StudyNonclinicalRecorded() as body:
            versions = (body.process_version, body.specification_version)
            result = Nonclinical(body.study_kind, *versions, body.verdict, on)
            return replace(state, evidence=(*state.evidence, result))
        case StudyDsmbEstablished() as body:
            return replace(state, dsmb=body.independent)
        case StudyFollowUpPlanned() as body:
            return replace(state, follow_up_months=body.months, follow_up_items=body.items)
        case StudyDossierFilled() as body:
            filled = (*state.slots, *(s.slot for s in body.slots))
            return replace(state, slots=tuple(dict.fromkeys(filled)))
        case StudyFiled():
            status = "filed" if state.status == "reviewed" else state.status
            return replace(state, status=status, filing=event.linked("permit")[0], filed_on=on)
        case StudyFilingRefused():
            status = "reviewed" if state.status == "filed" else state.status
            return replace(state, status=status, filing="", filed_on="")
        case StudyProtocolAmended() as body:
            return _amended(state, body, on)
        case StudyChangeFiled() as body:
            filed = Dated(body.protocol_version, on, event.linked("permit")[0])
            return replace(state, changes=(*state.changes, filed))
        case _:
            return _conducted(state, event, on)


def _conducted(state: Study, event: Event, on: str) -> Study:
    match event.body:
        case StudyStarted():
            return replace(state, started_on=on)
        case StudyTakenOver() as body:
            return replace(state, started_on=body.began_on)
        case StudySuspended() as body:
            return _suspended(state, body.cause, on)
        case StudyReactionNoted():
            return _suspended(state, "serious_adverse_reaction", on)
        case StudyDirectiveReceived() as body:
            told = replace(state, directives=_dated(state.directives, body.demand, on))
            return _directed(told, on)
        case StudyEthicsEvaluated() as body:
            return _each_open(state, decision=body.decision, decided_on=on)
        case StudyResumed():
            return _each_open(state, over_on=on)
        case StudyTerminated() as body:
            return replace(state, terminated_on=on, termination_cause=body.cause)
        case StudyCompleted() as body:
            return replace(
                state, completed_on=on, last_administration_on=body.last_administration_on
            )
        case StudyFollowUpBegun() as body:
            last = body.last_administration_on or state.last_administration_on
            return replace(state, last_administration_on=last)
        case StudyProgressReported() as body:
            return replace(state, reports=_dated(state.reports, body.report, on))
    return state


def _reviewed(state: Study, review: Review) -> Study:
    after = replace(state, reviews=(*state.reviews, review))
    if state.status not in ("drafted", "reviewed"):
        return after
    passed = after.reviewed(after.protocol_version)
    return replace(after, status="reviewed" if passed else "drafted")


def _amended(state: Study, body: StudyProtocolAmended, on: str) -> Study:
    """What is not substantive keeps the reviews of the version before."""
    version = body.protocol_version
    kept = () if body.substantive else _kept(state, version)
    made = Amendment(version, body.substantive, bool(state.filing), on)
    after = replace(
        state,
        protocol_version=version,
        consent_version=body.consent_version or state.consent_version,
        process_version=body.process_version or state.process_version,
        specification_version=body.specification_version or state.specification_version,
        reviews=(*state.reviews, *kept),
        amendments=(*state.amendments, made),
    )
    if state.status in ("drafted", "reviewed"):
        return replace(after, status="reviewed" if after.reviewed(version) else "drafted")
    return after


def _kept(state: Study, version: str) -> tuple[Review, ...]:
    return tuple(
        replace(r, version=version) for r in state.reviews if r.version == state.protocol_version
    )


def _suspended(state: Study, cause: str, on: str) -> Study:
    """A study that has ended, or not begun, cannot stand still; the cause is noted all the same."""
    over = "" if state.status in ("active", "suspended") else on
    status = "suspended" if state.status == "active" else state.status
    made = Suspension(cause, on, over_on=over)
    return replace(state, status=status, suspensions=(*state.suspensions, made))


def _directed(state: Study, on: str) -> Study:
    match state.directives[-1].what:
        case "suspend":
            return _suspended(state, "directive", on)
        case "terminate" if state.status in ("filed", "active", "suspended"):
            return replace(
                state, status="terminated", terminated_on=on, termination_cause="directive"
            )
        case "resumption_allowed":
            return _each_open(state, allowed_on=on)
    return state


def _each_open(state: Study, **said: str) -> Study:
    changed = tuple(s if s.over_on else replace(s, **said) for s in state.suspensions)
    return replace(state, suspensions=changed)


def _dated(known: tuple[Dated, ...], what: str, on: str) -> tuple[Dated, ...]:
    return (*known, Dated(what, on))


def _drafted(event: Event, body: StudyDrafted) -> Study:
    return Study(
        stream=event.stream,
        number=body.number,
        status="drafted",
        opened=body.occurred_at,
        title=body.title,
        path=body.path,
        stage=body.stage,
        risk=body.risk,
        paediatric=body.paediatric,
        long_surviving=body.long_surviving,
        sponsor=event.linked("sponsor")[0],
        institution=event.linked("institution")[0],
        participants=event.linked("participant"),
        investigator=event.linked("investigator")[0],
        products=event.linked("product"),
        process=next(iter(event.linked("process")), ""),
        follows=next(iter(event.linked("follows")), ""),
        protocol_version=body.protocol_version,
        consent_version=body.consent_version,
        process_version=body.process_version,
        specification_version=body.specification_version,
        papers=tuple(d.kind for d in body.documents),
    )
