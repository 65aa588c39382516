"""Who is behind a key and what it may sign, read from the key streams a question needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from custody.evidence.authority import Authority
from custody.evidence.entry import Entry
from custody.evidence.grants import GRANTED
from custody.evidence.names import AUTHORITY, key_stream
from custody.evidence.trust import TrustRoot

ReadStream = Callable[[str], Sequence[tuple[int, Entry]]]


class People:
    """The keys of a ledger, read stream by stream.

    Args:
        read: stream → (index, entry) in order.
        trust: the trust file, with the earlier ones it goes back to.
    """

    def __init__(self, read: ReadStream, trust: TrustRoot) -> None:
        self._read = read
        self._trust = trust
        self._persons: dict[str, str] = {}

    def person_of(self, kid: str) -> str | None:
        """Return the person (32 hex digits) a key was granted to; None for a root or unknown."""
        if kid not in self._persons:
            for _, entry in self._read(key_stream(kid))[:1]:
                person = entry.payload.body.get("person")
                if entry.payload.type == GRANTED and isinstance(person, str):
                    self._persons[kid] = person
        return self._persons.get(kid)

    def authority(self, kids: Iterable[str]) -> Authority:
        """Return the authority as far as it concerns these keys and those that granted them."""
        streams: dict[str, list[tuple[int, Entry]]] = {AUTHORITY: list(self._read(AUTHORITY))}
        queue = list(kids)
        while queue:
            stream = key_stream(queue.pop())
            if stream in streams:
                continue
            streams[stream] = list(self._read(stream))
            queue += [s.kid for _, entry in streams[stream] for s in entry.payload.signers]
        history = sorted((pair for events in streams.values() for pair in events), key=_index)
        law = Authority.under(self._trust)
        law.collect_distrust(history)
        for index, entry in history:
            law.apply(index, entry)
        return law


def _index(pair: tuple[int, Entry]) -> int:
    return pair[0]
