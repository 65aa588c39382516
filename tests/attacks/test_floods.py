"""Much of everything: judging stays linear, and corrections without end leave the question open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custody.app.judgement import histories
from custody.app.judgement.histories import Histories, decode
from custody.app.judgement.judging import judge
from custody.app.verification.replaying import judge_all
from custody.demo.play import DemoResult
from custody.domain.model import Event
from custody.domain.record import Change, RecordCorrected
from custody.errors import EvidenceError
from custody.evidence.authority import Authority
from custody.evidence.canonical import VALUES, loads
from custody.evidence.encoding import b64, sha256


def told(played: DemoResult) -> list[Event]:
    """The events of the campaign's shipment, as the verifier sees them."""
    report = played.report.evidence
    people = Authority.start({}, 1)
    for index, entry in report.proved:
        people.apply(index, entry)
    return [decode(i, e, people.person_of) for i, e in report.proved]


def follow(events: list[Event], event: Event, times: int) -> None:
    """Append `event` again and again, each time as the next one of its stream."""
    seq = max(e.seq for e in events if e.stream == event.stream)
    for _ in range(times):
        index, seq = events[-1].index + 1, seq + 1
        leaf = b64(sha256(b"%d" % index))
        events.append(replace(event, index=index, seq=seq, leaf=leaf))


class Counting(list[Event]):
    """A list that counts how many of its members are looked at."""

    looked = 0

    def __getitem__(self, at: object) -> object:  # type: ignore[override]
        found = super().__getitem__(at)  # type: ignore[index]
        Counting.looked += len(found) if isinstance(at, slice) else 1
        return found


def test_a_stream_of_thousands_is_not_copied_for_every_event(played: DemoResult) -> None:
    events = told(played)
    step = next(e for e in events if e.type == "batch.tested/v1")
    follow(events, step, 3_000)
    known = Histories.of(events)
    known._events[step.stream] = Counting(known._events[step.stream])
    Counting.looked = 0
    for event in events:
        assert not list(judge(known, event))
    assert Counting.looked < 60 * 3_000  # with copies it would be millions


def test_a_record_corrected_without_end_leaves_the_question_open(
    played: DemoResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "PATIENCE", 500)
    events = told(played)
    step = next(e for e in events if e.type == "batch.step_executed/v1")
    quality = next(
        s for e in events for s in e.signers if (s.role, s.meaning) == ("qa", "approved")
    )
    for turn in range(40):
        was = step.body.plain()["description"] if not turn else f"M{turn - 1}"
        body = RecordCorrected(
            corrects=step.leaf,
            reason="r",
            occurred_at=step.body.occurred_at,
            changes=(Change(field="description", was=was, now=f"M{turn}"),),
        )
        signers = (quality, replace(step.signers[0], meaning="performed"))
        made = replace(
            step,
            type="record.corrected/v1",
            body=body,
            signers=signers,
            links=(),
            time=events[-1].time,
        )
        follow(events, made, 1)
    with pytest.raises(EvidenceError) as stopped:
        judge_all(Histories.of(events), events, {})
    assert stopped.value.code == "C445"


def test_one_flat_list_of_millions_is_refused_before_it_is_built() -> None:
    """Commas count as much as brackets: a single pair of them holds as many values as fit."""
    raw = b'{"a":[' + b"1," * VALUES + b"1]}"
    with pytest.raises(EvidenceError) as refused:
        loads(raw, limit=len(raw), what="bundle")
    assert "more than" in str(refused.value.params["detail"])
