"""What became of the private values of a donor or subject: kept, restricted or erased. Pure.

The answer is read from the decisions on the person's requests, each judged by what was on record
when it was taken: correcting the request afterwards neither brings a value back nor destroys one.
A decision concerns every value committed to before it in the same stream, so the digests need not
be listed, and a bundle that holds the stream says by itself which of them nobody can open any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from custody.domain.fold import corrected
from custody.domain.model import Event
from custody.domain.record import RecordCorrected, RecordVoided
from custody.domain.subject_request import KINDS, RequestDecided, RequestReceived

Status = Literal["kept", "restricted", "erased"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of the values, and by which decision (None while they are simply kept)."""

    status: Status
    by: Event | None = None
    request: str = ""

    @property
    def given_out(self) -> bool:
        """Whether a value may be shown or disclosed at all."""
        return self.status == "kept"


KEPT = Standing("kept")


class Register:
    """Requests as they are on record, event by event: what each of them asks for."""

    def __init__(self) -> None:
        self._received: dict[str, RequestReceived] = {}  # leaf → the request as it reads now
        self._leaves: dict[str, str] = {}  # number of the request → leaf

    def note(self, event: Event) -> None:
        """Take one more event of the stream into account."""
        body = event.body
        if isinstance(body, RequestReceived):
            self._received[event.leaf] = body
            self._leaves.setdefault(body.request, event.leaf)
        elif isinstance(body, RecordVoided):
            self._drop(body.voids)
        elif isinstance(body, RecordCorrected) and body.corrects in self._received:
            try:
                now = corrected(self._received[body.corrects], body)
            except ValueError:
                return  # it can be read in no other way than before
            self._drop(body.corrects)
            if isinstance(now, RequestReceived):
                self._received[body.corrects] = now
                self._leaves.setdefault(now.request, body.corrects)

    def asks(self, number: str) -> str:
        """Return what the request with that number asks for, '' when there is none."""
        leaf = self._leaves.get(number, "")
        return self._received[leaf].asks if leaf in self._received else ""

    def _drop(self, leaf: str) -> None:
        gone = self._received.pop(leaf, None)
        if gone is not None and self._leaves.get(gone.request) == leaf:
            del self._leaves[gone.request]


def standing(events: Sequence[Event]) -> Standing:
    """Return what became of the values that the `events` of one stream committed to.

    An erasure is final. A restriction lasts until the same request is decided otherwise; a request
    for restriction that was met restricts as well.
    """
    if not events or events[0].kind not in KINDS:
        return KEPT
    register = Register()
    restricting: dict[str, Event] = {}
    for event in events:
        body = event.body
        register.note(event)
        if not isinstance(body, RequestDecided):
            continue
        asks = register.asks(body.request)
        if body.decision == "fulfil" and asks == "erasure":
            return Standing("erased", event, body.request)
        if body.decision == "restrict" or (body.decision == "fulfil" and asks == "restriction"):
            restricting[body.request] = event
        else:
            restricting.pop(body.request, None)
    for request, event in restricting.items():
        return Standing("restricted", event, request)
    return KEPT


def erased(
    read: Callable[[str], Sequence[Event]], events: Iterable[Event]
) -> Iterator[tuple[Event, Event]]:
    """Yield each of `events` whose private values nobody can open any more, with what erased them.

    Args:
        read: stream → its events in order.
    """
    known: dict[str, Standing] = {}
    for event in events:
        if not event.private:
            continue
        if event.stream not in known:
            known[event.stream] = standing(read(event.stream))
        by = known[event.stream].by
        if by is not None and known[event.stream].status == "erased" and event.index < by.index:
            yield event, by


def erased_rows(
    read: Callable[[str], Sequence[Event]], events: Iterable[Event], name: Callable[[str], str]
) -> list[dict[str, str | int]]:
    """Return the same as plain JSON; `name` gives the words for a stream."""
    return [
        {"event": e.index, "number": name(e.stream), "digests": len(e.private), "by": by.index}
        for e, by in erased(read, events)
    ]


def is_erasure(events: Sequence[Event], request: str) -> bool:
    """Whether `request`, as it is on record after `events`, asks for erasure."""
    register = Register()
    for event in events:
        register.note(event)
    return register.asks(request) == "erasure"
