"""A tiny ledger in memory: folds, refuses and gates events as the real one does; signs nothing.

Streams are named by short aliases, signatures and moments are filled in where a test does not care:

    play = Play()
    play.add("vial.frozen/v1", "V1", {"number": "V1", ...}, {"bank": "B1"})
    play.add("vial.thawed/v1", "V1")
    play.state("V1").status                               # "thawed"
    play.codes("vial.thawed/v1", "V1")                    # {"C243"}; nothing written

`Play(gates=False)` leaves the rules out, for tests of the state machine alone. A gate is asked
about the world as it was before any companion event, and unless the event itself is refused.
Everything is signed at the moment it happens, unless `signed_at` says when.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import custody.domain
import custody.rules
from custody.domain.fold import fold, refusals
from custody.domain.model import ANYONE, TYPES, Event, Link, Signed, State
from custody.errors import Reason
from custody.rules.model import Case, Ruling, evaluate, reasons

for _package in (custody.domain, custody.rules):
    for _module in pkgutil.iter_modules(_package.__path__, _package.__name__ + "."):
        importlib.import_module(_module.name)

START = datetime.fromisoformat("2026-09-01T08:00:00+08:00")

Links = Mapping[str, str | Sequence[str]]
Signers = Sequence[tuple[str, str, str]]


class Refused(Exception):  # noqa: N818 - reads as a sentence in tests
    """The event was not written; `codes` are those of the reasons."""

    def __init__(self, found: Sequence[Reason]) -> None:
        self.reasons = tuple(found)
        self.codes = {r.code for r in found}
        super().__init__("; ".join(f"{r.code} {r.where}: {r.why.en}" for r in found))


class World(Mapping[str, State]):
    """All states by stream; `consulted` collects the streams somebody asked for."""

    def __init__(self, streams: Mapping[str, list[Event]]) -> None:
        self._streams = streams
        self.consulted: list[str] = []

    def __getitem__(self, stream: str) -> State:
        if stream not in self._streams:
            raise KeyError(stream)
        self.consulted.append(stream)
        state = fold(self._streams[stream])
        if state is None:
            raise KeyError(stream)
        return state

    def __contains__(self, stream: object) -> bool:
        return stream in self._streams

    def __iter__(self) -> Iterator[str]:
        return iter(self._streams)

    def __len__(self) -> int:
        return len(self._streams)


class Play:
    """Events in order; see the module's docstring."""

    def __init__(self, *, gates: bool = True) -> None:
        self.gates = gates
        self.streams: dict[str, list[Event]] = {}
        self.names: dict[str, str] = {}
        self.count = 0
        self.rulings: list[Ruling] = []
        self.signed_at = ""

    def add(
        self,
        type: str,  # noqa: A002
        alias: str,
        body: Mapping[str, Any] | None = None,
        links: Links | None = None,
        signers: Signers | None = None,
        private: Sequence[str] | None = None,
    ) -> Event:
        """Write an event with its companions, or raise `Refused` and write nothing.

        Args:
            signers: (person alias, role, meaning) each; by default the declared signatures, each
                by a person named like the role.
            private: names of the private values given; by default all the type asks for.
        """
        event, before, after, found = self._judge(type, alias, body, links, signers, private)
        if found:
            raise Refused(found)
        self.names[alias] = event.stream
        for each in (*before, event, *after):
            self._write(each)
        return event

    def codes(
        self,
        type: str,  # noqa: A002
        alias: str,
        body: Mapping[str, Any] | None = None,
        links: Links | None = None,
        signers: Signers | None = None,
        private: Sequence[str] | None = None,
    ) -> set[str]:
        """Return the codes of the reasons against an event, writing nothing."""
        return {r.code for r in self._judge(type, alias, body, links, signers, private)[3]}

    def stream(self, alias: str) -> str:
        """Return the stream id behind an alias."""
        return alias if ":" in alias else self.names[alias]

    def state(self, alias: str) -> Any:
        """Return the state of a stream now."""
        return fold(self.streams[self.stream(alias)])

    def events(self, alias: str) -> list[Event]:
        """Return the events of a stream."""
        return list(self.streams[self.stream(alias)])

    def outcome(self, rule: str) -> str:
        """Return how `rule` was answered for the event judged last; '' when it was not asked."""
        return next((r.outcome for r in self.rulings if r.rule.id == rule), "")

    def _judge(
        self,
        type: str,  # noqa: A002
        alias: str,
        body: Mapping[str, Any] | None,
        links: Links | None,
        signers: Signers | None,
        private: Sequence[str] | None,
    ) -> tuple[Event, list[Event], list[Event], list[Reason]]:
        spec = TYPES[type]
        stream = self.names.get(alias, alias if ":" in alias else f"{spec.kinds[0]}:{alias}")
        if private is None:
            private = [p.name for p in spec.private]
        event = self._event(
            type, stream, body or {}, self._links(links or {}), self._signed(type, signers), private
        )
        before, after = self._companions(event)
        history = self.streams.get(stream, [])
        found = refusals(history, fold(history), event)
        self.rulings = []
        if self.gates and not found:
            case = Case(event, fold(history), World(self.streams))
            self.rulings = evaluate(case)
            found += reasons(self.rulings)
        for each in (*before, *after):
            past = self.streams.get(each.stream, [])
            found += refusals(past, fold(past), each)
        left_out = {c.rel for c in spec.companions if c.replaces}
        event = replace(event, links=tuple(x for x in event.links if x.rel not in left_out))
        return event, before, after, found

    def _event(
        self,
        type: str,  # noqa: A002
        stream: str,
        body: Mapping[str, Any],
        links: Sequence[Link],
        signers: Sequence[Signed],
        private: Sequence[str] = (),
    ) -> Event:
        moment = (START + timedelta(minutes=self.count)).isoformat()
        made = TYPES[type].body.model_validate({"occurred_at": moment, **body})
        return Event(
            index=self.count,
            leaf="",
            stream=stream,
            seq=len(self.streams.get(stream, [])),
            type=type,
            time=self.signed_at or made.occurred_at,
            signers=tuple(signers),
            links=tuple(links),
            body=made,
            private=tuple(private),
        )

    def _companions(self, main: Event) -> tuple[list[Event], list[Event]]:
        before: list[Event] = []
        after: list[Event] = []
        for companion in main.spec.companions:
            for target in main.linked(companion.rel):
                type_ = companion.type.format(kind=target.partition(":")[0])
                copied = {n: getattr(main.body, n) for n in ("occurred_at", *companion.copy)}
                back = [Link(companion.back, main.stream, "")] if companion.back else []
                event = self._event(type_, target, copied, back, main.signers)
                (after if companion.after else before).append(event)
        return before, after

    def _links(self, links: Links) -> list[Link]:
        found = []
        for rel, targets in links.items():
            named = [targets] if isinstance(targets, str) else targets
            found += [Link(rel, self.stream(target), "") for target in named]
        return found

    def _signed(self, type: str, signers: Signers | None) -> list[Signed]:  # noqa: A002
        spec = TYPES[type]
        if signers is None:
            wanted = spec.signers if spec.every else spec.signers[:1]
            names = [(s.role if s.role != ANYONE else "operator", s.meaning) for s in wanted]
            signers = [(role, role, meaning) for role, meaning in names]
        return [
            Signed(f"key:{p}", self.names.get(p, f"person:{p}"), role, meaning)
            for p, role, meaning in signers
        ]

    def _write(self, event: Event) -> None:
        leaf = base64.b64encode(hashlib.sha256(str(self.count).encode()).digest()).decode()
        seq = len(self.streams.get(event.stream, []))
        placed = replace(event, index=self.count, leaf=leaf, seq=seq)
        self.streams.setdefault(event.stream, []).append(placed)
        self.count += 1
