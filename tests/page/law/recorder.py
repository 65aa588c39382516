"""A pytest plugin: whatever the tests of facts and rules ask Python, written down with the answer.

Loaded with ``-p page.law.recorder`` before anything else, so that the tests take what is put in the
place of `refusals`, `evaluate` and `remarks` here. Questions that differ in nothing are kept once.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import custody.domain.fold
import custody.rules.model
import custody.rules.pack
from custody.domain.model import Event, State
from custody.errors import Reason
from custody.rules.model import ANY, PACK, RULES, Answer, Case, Ruling, _ask

WHERE = "CUSTODY_RECORD_TO"


class Unfit(Exception):  # noqa: N818 - reads as a sentence where it is caught
    """An event that no ledger could hold: a test has made its body without asking the model."""


class Record:
    """Events by number, and questions about them."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.questions: dict[Hashable, dict[str, Any]] = {}
        self._numbers: dict[int, int] = {}
        self._alike: dict[str, int] = {}
        self._held: list[Event] = []  # so that no other event gets the id of one that was dropped

    def number(self, event: Event) -> int:
        """Return the number of an event; equal events have one number."""
        if id(event) not in self._numbers:
            _check(event)
            plain = _event(event)
            key = json.dumps(plain, sort_keys=True)
            if key not in self._alike:
                self._alike[key] = len(self.events)
                self.events.append(plain)
            self._numbers[id(event)] = self._alike[key]
            self._held.append(event)
        return self._numbers[id(event)]

    def note(
        self, what: str, event: Event, streams: Mapping[str, Sequence[Event]], answer: Any
    ) -> bool:
        """Write a question down: `streams` are the events of each stream there was.

        Returns whether it was asked for the first time.
        """
        try:
            before = {s: [self.number(e) for e in held] for s, held in streams.items() if held}
            asked = {"what": what, "event": self.number(event), "streams": before}
        except Unfit:
            return False
        key = (what, asked["event"], tuple((s, tuple(n)) for s, n in sorted(before.items())))
        first = key not in self.questions
        self.questions[key] = {**asked, "answer": answer}
        return first

    def save(self, path: Path) -> None:
        """Write everything as one JSON file."""
        whole = {"events": self.events, "questions": list(self.questions.values())}
        path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")


RECORD = Record()


def _check(event: Event) -> None:
    try:
        same = type(event.body).model_validate(event.body.told()) == event.body
    except ValidationError:
        same = False
    if not same:
        raise Unfit


def _event(event: Event) -> dict[str, Any]:
    return {
        "index": event.index,
        "leaf": event.leaf,
        "stream": event.stream,
        "seq": event.seq,
        "type": event.type,
        "time": event.time,
        "signers": [[s.kid, s.person, s.role, s.meaning] for s in event.signers],
        "links": [[k.rel, k.stream, k.head] for k in event.links],
        "body": event.body.told(),
        "private": list(event.private),
    }


def _reason(reason: Reason) -> list[Any]:
    texts = [reason.why.en, reason.why.zh, reason.fix.en, reason.fix.zh]
    return [reason.code, reason.where, *texts, reason.source]


def _answer(answer: Answer) -> list[Any]:
    why = answer.why
    return [answer.outcome.value, answer.where, why.en, why.zh, list(answer.evidence)]


def _ruling(ruling: Ruling) -> list[Any]:
    answers = [_answer(a) for a in ruling.answers]
    return [ruling.rule.id, ruling.outcome, list(ruling.evidence), answers]


refusals, evaluate = custody.domain.fold.refusals, custody.rules.model.evaluate
KNOWN = list(RULES)


@functools.wraps(refusals)
def asked_refusals(events: Sequence[Event], state: State | None, event: Event) -> list[Reason]:
    found = refusals(events, state, event)
    RECORD.note("refusals", event, {event.stream: events}, [_reason(r) for r in found])
    return found


@functools.wraps(evaluate)
def asked_evaluate(case: Case, pack: str = PACK) -> list[Ruling]:
    """Ask, and ask the rules that only remark as well: those that find nothing to remark, too."""
    found = evaluate(case, pack)
    streams = getattr(case.world, "_streams", None)
    known = list(custody.rules.model.RULES) == KNOWN  # some tests invent rules of their own
    if not isinstance(streams, dict) or pack != PACK or not known:
        return found
    if RECORD.note("evaluate", case.event, streams, [_ruling(r) for r in found]):
        remarked = _ask(ANY, case, PACK)
        RECORD.note(ANY, case.event, streams, [_ruling(r) for r in remarked])
    return found


custody.domain.fold.refusals = asked_refusals
custody.rules.model.evaluate = asked_evaluate


def pytest_sessionfinish(session: pytest.Session) -> None:
    RECORD.save(Path(os.environ[WHERE]))
