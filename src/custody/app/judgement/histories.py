"""Streams as the domain sees them: entries decoded to events, folded to states, at any index.

The same reading serves the ledger before it writes, the audit of everything and the verification
of a bundle; only where entries come from differs. Memory stays flat: what is not in use is dropped
and read again.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from typing import overload

from pydantic import ValidationError

from custody.domain import nouns  # noqa: F401 - importing declares every event type
from custody.domain.fold import fold, step
from custody.domain.model import TYPES, Event, Link, Signed, State
from custody.errors import EvidenceError
from custody.evidence.canonical import spelled
from custody.evidence.closure import USED_KINDS
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry
from custody.rules import pack  # noqa: F401 - importing declares every rule

KEPT = 4096
# Every correction makes its stream be read anew, and rules ask for states again and again. For
# strangers' records that much is done; an honest shipment of ten thousand events needs a tenth.
PATIENCE = 2_000_000
_INDEX = attrgetter("index")

PersonOf = Callable[[str], str | None]
ReadStream = Callable[[str], Sequence[tuple[int, Entry]]]


def decode(index: int, entry: Entry, person_of: PersonOf) -> Event:
    """Return the domain's view of an entry.

    Raises:
        EvidenceError: C440 when the type is not known here, C441 when the body does not fit it, or
            is spelled otherwise than it would be written: one number in two spellings would name
            two items, and a text where a number belongs is read differently by other programs.
    """
    payload = entry.payload
    spec = TYPES.get(payload.type)
    if spec is None:
        raise EvidenceError("C440", where=f"event {index}", type=payload.type)
    try:
        body = spec.body.model_validate(payload.body)
    except ValidationError as wrong:
        detail = "; ".join(f"{_place(e['loc'])}: {e['msg']}" for e in wrong.errors()[:5])
        raise EvidenceError(
            "C441", where=f"event {index}", type=payload.type, detail=detail
        ) from None
    # A value that validation would rewrite has a second spelling; only the one form counts. They
    # are compared as bytes, because Python takes 1 and true for the same.
    if not entry.payload_bytes.startswith(b'{"body":' + spelled(body.told()) + b',"links":['):
        detail = "a value is not in its one spelling"
        raise EvidenceError("C441", where=f"event {index}", type=payload.type, detail=detail)
    return Event(
        index=index,
        leaf=b64(entry.leaf),
        stream=payload.stream,
        seq=payload.seq,
        type=payload.type,
        time=payload.time,
        signers=tuple(
            [
                Signed(s.kid, person_stream(person_of(s.kid)), s.role, s.meaning)
                for s in payload.signers
            ]
        ),
        links=tuple([Link(link.rel, link.stream, link.head) for link in payload.links]),
        body=body,
        private=payload.sd,
    )


def person_stream(person: str | None) -> str:
    """Return the stream of a person; root keys and unknown keys have none."""
    return f"person:{person}" if person else ""


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc) or "body"


class Histories:
    """Events and states by stream, read on demand.

    Args:
        read: stream → (index, entry) in order; empty for a stream that has no event.
        person_of: key id → person, 32 hex digits.
        kept: number of streams held at a time.
    """

    def __init__(self, read: ReadStream, person_of: PersonOf, kept: int = KEPT) -> None:
        self._read = read
        self._person_of = person_of
        self._kept = kept
        self._events: OrderedDict[str, list[Event]] = OrderedDict()
        self._states: dict[str, tuple[int, State | None]] = {}
        self._types: dict[str, tuple[int, dict[str, list[Event]]]] = {}
        self._refused: set[str] = set()
        self._patience: float = math.inf

    @classmethod
    def of(cls, events: Iterable[Event]) -> Histories:
        """Return the histories of exactly these events, in order of the log."""
        made = cls(lambda _: (), lambda _: None, sys.maxsize)
        made._patience = PATIENCE
        for event in events:
            made._events.setdefault(event.stream, []).append(event)
        return made

    def events(self, stream: str, below: int | None = None) -> Sequence[Event]:
        """Return the events of `stream`, those before index `below` if given."""
        found = self._all(stream)
        if below is None or not found or found[-1].index < below:
            return found
        return Beginning(found, bisect_left(found, below, key=_INDEX))

    def _all(self, stream: str) -> list[Event]:
        found = self._events.get(stream)
        if found is None:
            decoded = (decode(i, e, self._person_of) for i, e in self._read(stream))
            found = [event for event in decoded if event.leaf not in self._refused]
            self._events[stream] = found
            if len(self._events) > self._kept:
                gone, _ = self._events.popitem(last=False)
                self._states.pop(gone, None)
        else:
            self._events.move_to_end(stream)
        return found

    def state(self, stream: str, below: int | None = None) -> State | None:
        """Return what the events before index `below` have made of `stream`.

        Of a thing that is only used, a bundle holds the later events and not its beginning; what
        they make of it cannot be said, and the answer is None.

        Raises:
            EvidenceError: C441 when events contradict each other that nobody has refused yet, C445
                when a record is corrected so often that nobody can wait for an answer.
        """
        events = self.events(stream, below)
        count = len(events)
        if count and self.partial(stream):
            return None
        known, state = self._states.get(stream, (0, None))
        if known == count and count:
            return state
        new = self._all(stream)[known:count]
        try:
            if 0 < known < count and not any(e.type.startswith("record.") for e in new):
                for event in new:
                    state = step(state, event)
            else:
                self.wait(stream, count)
                state = fold(events)
        except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError):
            detail = "its events contradict each other: custody audit"
            raise EvidenceError("C441", where=stream, type=stream, detail=detail) from None
        self._states[stream] = (count, state)
        return state

    def last_of(self, stream: str, type_name: str, below: int) -> Event | None:
        """Return the last event of a type in `stream` before index `below`.

        Raises:
            EvidenceError: C445 as `state`.
        """
        found = self._all(stream)
        count, types = self._types.get(stream, (-1, {}))
        if count != len(found):
            self.wait(stream, len(found))
            types = {}
            for event in found:
                types.setdefault(event.type, []).append(event)
            self._types[stream] = (len(found), types)
        these = types.get(type_name, [])
        at = bisect_left(these, below, key=_INDEX)
        return these[at - 1] if at else None

    def wait(self, stream: str, steps: int = 1) -> None:
        """Spend patience; EvidenceError C445 once a stranger's record has used it up."""
        self._patience -= steps
        if self._patience < 0:
            raise EvidenceError("C445", where=stream, most=PATIENCE)

    def partial(self, stream: str) -> bool:
        """Whether `stream` is of a thing that is only used, and its beginning is not at hand."""
        if stream.partition(":")[0] not in USED_KINDS:
            return False
        found = self._all(stream)
        return bool(found) and found[0].seq > 0

    def refuse(self, event: Event) -> None:
        """Leave `event` out from now on: what may not follow changes nothing."""
        self._refused.add(event.leaf)
        found = self._all(event.stream)
        at = bisect_left(found, event.index, key=_INDEX)
        if at < len(found) and found[at].index == event.index:
            del found[at]
            if self._states.get(event.stream, (0, None))[0] > at:
                del self._states[event.stream]

    def world(self, below: int | None = None) -> World:
        """Return the states of all streams as a mapping that notes which were asked for."""
        return World(self, below)


class Beginning(Sequence[Event]):
    """The first `count` events of a stream, without copying them."""

    def __init__(self, events: Sequence[Event], count: int) -> None:
        self._whole, self._count = events, count

    @overload
    def __getitem__(self, at: int) -> Event: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Event]: ...
    def __getitem__(self, at: int | slice) -> Event | Sequence[Event]:
        if isinstance(at, slice):
            return [self._whole[i] for i in range(*at.indices(self._count))]
        return self._whole[range(self._count)[at]]

    def __iter__(self) -> Iterator[Event]:
        return islice(self._whole, self._count)

    def __len__(self) -> int:
        return self._count


class World(Mapping[str, State]):
    """States on demand; `consulted` are the streams somebody relied on, existing ones only."""

    def __init__(self, histories: Histories, below: int | None) -> None:
        self._histories = histories
        self._below = below
        self.consulted: set[str] = set()

    def __getitem__(self, stream: str) -> State:
        self._histories.wait(stream)
        state = self._histories.state(stream, self._below) if stream else None
        if state is None:
            raise KeyError(stream)
        self.consulted.add(stream)
        return state

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.consulted))

    def __len__(self) -> int:
        return len(self.consulted)
