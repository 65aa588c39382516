"""Make fraud proofs from a ledger that was replayed and found to lie; check those of others.

An auditor's findings say where to look; what is handed out is only what `check_fraud` itself finds
proved, so that nobody is accused on a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from custody.app.ledger import Ledger
from custody.errors import EvidenceError
from custody.evidence.bundle import BundledEvent
from custody.evidence.closure import Placed
from custody.evidence.entry import Entry
from custody.evidence.findings import Finding
from custody.evidence.fraud import Fraud as Fraud  # noqa: PLC0414 - for the command line
from custody.evidence.fraud import MapAnswer
from custody.evidence.fraud_proof import FraudVerdict as FraudVerdict  # noqa: PLC0414 - likewise
from custody.evidence.fraud_proof import check_fraud, signing_streams
from custody.evidence.headmap import Head, MapProof, verify_map
from custody.evidence.names import AUTHORITY
from custody.evidence.seal import Seal
from custody.evidence.trust import TrustRoot

# One proof convicts; a few of each kind show a pattern. More would be a second copy of the ledger.
MOST: Final = 5
_EVENT = re.compile(r"event (\d+)")


def check(raw: bytes, trust: bytes, earlier: Sequence[bytes] = ()) -> FraudVerdict:
    """Judge a fraud proof against a trust file and those `earlier` ones that are at hand.

    Raises:
        EvidenceError: C450, C451 the file is no fraud proof that can be read.
        TrustError: the trust file is not usable.
    """
    return check_fraud(Fraud.parse(raw), TrustRoot.parse(trust).after(earlier))


def prove(ledger: Ledger, note: bytes, findings: Sequence[Finding]) -> list[Fraud]:
    """Return what can be proved of the findings of an audit, under the checkpoint `note`.

    Args:
        note: the newest checkpoint of the ledger, over a seal.
    """
    seal, newest = ledger.log.last_seal(), ledger.log.last_checkpoint()
    if seal is None or newest is None or newest[0] != seal.index + 1:
        return []
    making = _Making(ledger, note, seal)
    accused = [int(m[1]) for f in findings if (m := _EVENT.match(f.where))]
    proved: dict[str, list[Fraud]] = {}
    for fraud in making.all([*dict.fromkeys(accused)], any(f.code == "E08" for f in findings)):
        known = proved.setdefault(fraud.kind, [])
        if len(known) < MOST and check_fraud(fraud, ledger.trust).proved:
            known.append(fraud)
    return [fraud for kind in sorted(proved) for fraud in proved[kind]]


class _Making:
    """Candidates for fraud proofs, all under one checkpoint and its seal."""

    def __init__(self, ledger: Ledger, note: bytes, seal: Seal) -> None:
        self.ledger, self.note, self.seal = ledger, note, seal
        self.size = seal.index + 1

    def all(self, accused: Iterable[int], map_lies: bool) -> Iterator[Fraud]:
        """Yield candidates: for each accused event, and for the map when it does not hold."""
        if map_lies:
            yield from self._map_lies()
        for index in accused:
            try:
                entry = self._at(index)
                yield from self._against(index, entry)
            except EvidenceError:
                continue  # it cannot even be read; the audit says so

    def _at(self, index: int) -> Entry:
        (stored,) = self.ledger.log.scan(index, index + 1)
        return Entry.parse(stored.wire)

    def _shown(self, placed: Iterable[Placed]) -> tuple[BundledEvent, ...]:
        unique = dict(sorted(placed))
        return tuple(
            BundledEvent(i, entry.wire, tuple(self.ledger.log.inclusion(i, self.size)))
            for i, entry in unique.items()
            if i < self.size
        )

    def _against(self, index: int, entry: Entry) -> Iterator[Fraud]:
        stream = self._everywhere(entry.payload.stream)
        here = (index, entry)
        for other in stream:
            seq = other[1].payload.seq
            if seq == entry.payload.seq and other[0] != index:
                yield Fraud("F3", (self.note,), events=self._shown([here, other]))
            if seq + 1 == entry.payload.seq:
                events = self._shown([other, here])
                yield Fraud("F4", (self.note,), events=events, accused=index)
        grants = [
            placed
            for signer in entry.payload.signers
            for placed in self._everywhere(f"key:{signer.kid}")[:1]
        ]
        yield Fraud("F4", (self.note,), events=self._shown([*grants, here]), accused=index)
        yield self._unauthorised(here)

    def _unauthorised(self, here: Placed) -> Fraud:
        """All that the log held about keys and policy, as the map has it, with the accused."""
        trust = self.ledger.trust
        waiting = [AUTHORITY, *signing_streams(here[1], trust)]
        events: list[Placed] = [here]
        answers: dict[str, MapAnswer] = {}
        while waiting:
            stream = waiting.pop()
            if stream in answers:
                continue
            head, proof = self.ledger.log.map_proof(stream)
            answers[stream] = MapAnswer(stream, head, proof)
            for placed in self._everywhere(stream):
                events.append(placed)
                waiting += signing_streams(placed[1], trust)
        return self._sealed("F4", events, tuple(answers[name] for name in sorted(answers)), here[0])

    def _map_lies(self) -> Iterator[Fraud]:
        """Ask the map about every stream, and find out what it says where it is not the truth."""
        for stream, placed in self._streams.items():
            events = [p for p in placed if p[0] < self.seal.index]
            _, proof = self.ledger.log.map_proof(stream)
            told = self._told(stream, events, proof)
            count = told.head.count if told and told.head else 0
            if told is None or count >= len(events):
                continue
            hidden = events[count]
            yield self._sealed("F2", [hidden], (told,), hidden[0])

    def _told(self, stream: str, events: Sequence[Placed], proof: MapProof) -> MapAnswer | None:
        """Return what the map says of a stream: an earlier head, or that it is not there."""
        heads: list[Head | None] = [
            Head(n, index, entry.leaf) for n, (index, entry) in enumerate(events, start=1)
        ]
        if proof.kind != "present":
            heads = [None]
        for head in reversed(heads):
            if verify_map(self.seal.map_root, stream, head, proof):
                return MapAnswer(stream, head, proof)
        return None

    def _sealed(
        self, kind: str, events: Iterable[Placed], answers: tuple[MapAnswer, ...], accused: int
    ) -> Fraud:
        return Fraud(
            kind,
            (self.note,),
            self.seal.to_bytes(),
            tuple(self.ledger.log.inclusion(self.seal.index, self.size)),
            self._shown(events),
            accused,
            answers,
        )

    def _everywhere(self, stream: str) -> list[Placed]:
        """Return the events of a stream as they lie in the log, whatever the file calls them."""
        return self._streams.get(stream, [])

    @cached_property
    def _streams(self) -> dict[str, list[Placed]]:
        found: dict[str, list[Placed]] = {}
        for stored in self.ledger.log.scan(0, self.size):
            try:
                entry = Entry.parse(stored.wire)
            except EvidenceError:
                continue  # a seal, or what cannot be read
            found.setdefault(entry.payload.stream, []).append((stored.index, entry))
        return found
