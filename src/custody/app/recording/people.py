"""Who is behind a key and what it may sign, read from the key streams a question needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from custody.app.recording.acting import NEXT_SIGNER
from custody.app.verification.details import in_both
from custody.errors import Reason, RefusedError
from custody.errors import Text as Words
from custody.evidence.authority import Authority
from custody.evidence.entry import Entry
from custody.evidence.grants import GRANTED
from custody.evidence.names import AUTHORITY, key_stream
from custody.evidence.standing import holder_of
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
        """Return the authority as it is written, as far as it concerns these keys.

        What a registrar recorded whose key was stolen counts here, as it did when it was recorded;
        whether a verifier believes it as well is asked by `require_believed`.
        """
        history = self._history(kids)
        law = Authority.under(self._trust)
        law.collect_distrust(history)
        for index, entry in history:
            law.apply(index, entry)
        return law

    def require_believed(self, entries: Sequence[Entry], start: int) -> None:
        """Refuse an act that verifiers would reject because of a key that is not believed.

        A revocation can reach back to what a registrar granted. The act is judged as if it were in
        the log already, because it may be the one by which a grant counts again.

        Args:
            entries: the act, from index `start` on.

        Raises:
            RefusedError: C202 one of its signers may not sign, as any verifier computes it.
        """
        kids = [s.kid for e in entries for s in e.payload.signers]
        kids += [holder_of(e.payload.stream) for e in entries if _is_about_key(e)]
        history, act = self._history(kids), list(enumerate(entries, start))
        law = Authority.under(self._trust)
        law.collect_distrust([*history, *act])
        unsettled = []
        for index, entry in history:
            if not law.judge(index, entry):
                law.apply(index, entry)
            elif law.doubted(index, entry):
                unsettled.append(f"{entry.payload.stream} {entry.payload.seq}")
        for index, entry in act:
            found = law.judge(index, entry)
            if found:
                fix = _settle(unsettled) if unsettled else NEXT_SIGNER
                reasons = [Reason(f.code, f.where, in_both(f.detail), fix) for f in found]
                named = entry.payload.type
                raise RefusedError("C202", where=named, reasons=reasons, type=named)
            law.apply(index, entry)

    def _history(self, kids: Iterable[str]) -> list[tuple[int, Entry]]:
        """Return the events about these keys, and about those that granted them, in order."""
        streams: dict[str, list[tuple[int, Entry]]] = {AUTHORITY: list(self._read(AUTHORITY))}
        queue = list(kids)
        while queue:
            stream = key_stream(queue.pop())
            if stream in streams:
                continue
            streams[stream] = list(self._read(stream))
            queue += [s.kid for _, entry in streams[stream] for s in entry.payload.signers]
        return sorted((pair for events in streams.values() for pair in events), key=_index)


def once(read: ReadStream) -> ReadStream:
    """Read each stream at most once, so that one decision sees one state."""
    seen: dict[str, Sequence[tuple[int, Entry]]] = {}

    def cached(stream: str) -> Sequence[tuple[int, Entry]]:
        if stream not in seen:
            seen[stream] = read(stream)
        return seen[stream]

    return cached


def _is_about_key(entry: Entry) -> bool:
    return entry.payload.stream.startswith("key:")


def _settle(unsettled: Sequence[str]) -> Words:
    """Return what to do about keys whose grant nobody believes; what to type comes first."""
    typed = "; ".join(f"custody reaffirm {each}" for each in unsettled[:3])
    return Words(
        f"let another registrar confirm what was recorded about the key, if it is true: {typed}",
        f"如所记属实，请另一名登记员确认：{typed}",
    )


def _index(pair: tuple[int, Entry]) -> int:
    return pair[0]
