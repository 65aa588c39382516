"""Fraud proofs: a small file that convicts whoever operates the ledger, by the ledger's own keys.

    F1  two checkpoints of one size with different roots, both signed by the ledger
    F2  the sealed map says less of a stream, or something else, than the log under that seal holds
    F3  two events of the log with one place in one stream
    F4  an event of the log that breaks its chain, or that its signers had no authority for
    F5  a promise to seal an event by a deadline, and a later seal whose map does not have it

The file and its one spelling are here; whether it proves anything is judged by `fraud_proof`, the
same for whoever makes one and whoever is shown one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from custody.errors import EvidenceError
from custody.evidence import canonical, names
from custody.evidence.bundle import MAX_COPATH, MAX_PATH, BundledEvent
from custody.evidence.encoding import HASH, b64, malformed, unb64
from custody.evidence.headmap import Head, MapProof
from custody.evidence.rows import digest, hashes, joined, lines, number, objects, order, text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from custody.evidence.canonical import JSON

FORMAT: Final = "custody-fraud/v1"
LIMIT: Final = 16 << 20
MAX_EVENTS: Final = 20_000
KINDS: Final = ("F1", "F2", "F3", "F4", "F5")
_ANY_VERSION = re.compile(r"custody-fraud/v[1-9][0-9]{0,3}")
_KEYS = frozenset({"accused", "checkpoints", "events", "format", "kind", "map", "promise", "seal"})
_EVENT = frozenset({"e", "i", "p"})
_PRESENT = frozenset({"copath", "h", "i", "n", "s"})
_ABSENT = frozenset({"copath", "other", "s"})


@dataclass(frozen=True, slots=True)
class MapAnswer:
    """What the sealed map says of one stream; `head` is None when it says that there is none."""

    stream: str
    head: Head | None
    proof: MapProof


@dataclass(frozen=True, slots=True)
class Fraud:
    """The parts of a fraud proof; those a kind does not need are empty.

    Attributes:
        kind: ``F1`` to ``F5``.
        checkpoints: signed notes; two for F1, one for the others.
        seal, seal_path: bytes and inclusion path of the last leaf under the checkpoint.
        events: entries with their places in the log, by increasing index.
        accused: index of the event that F2 and F4 are about; None otherwise.
        answers: what the map says, by increasing stream.
        promise: the signed note of F5.
    """

    kind: str
    checkpoints: tuple[bytes, ...]
    seal: bytes = b""
    seal_path: tuple[bytes, ...] = ()
    events: tuple[BundledEvent, ...] = ()
    accused: int | None = None
    answers: tuple[MapAnswer, ...] = ()
    promise: bytes = b""

    def to_bytes(self) -> bytes:
        """Return the one byte form of the file."""
        return canonical.dumps(
            {
                "accused": [] if self.accused is None else [self.accused],
                "checkpoints": [_lines(note) for note in self.checkpoints],
                "events": [
                    {"e": row.wire.decode(), "i": row.index, "p": [b64(h) for h in row.path]}
                    for row in self.events
                ],
                "format": FORMAT,
                "kind": self.kind,
                "map": [_answer(answer) for answer in self.answers],
                "promise": _lines(self.promise),
                "seal": {"lines": _lines(self.seal), "p": [b64(h) for h in self.seal_path]},
            }
        )

    @classmethod
    def parse(cls, raw: bytes) -> Fraud:
        """Return the parts of a file; whether they prove anything is not judged.

        Raises:
            EvidenceError: C450 unless it is the one byte form of a fraud proof, C451 when it is of
                a version this program does not know.
        """
        try:
            return _read(raw)
        except EvidenceError as error:
            if error.code == "C451":
                raise
            detail = str(error.params.get("detail", ""))
            raise EvidenceError("C450", where="fraud proof", detail=detail) from error


def _read(raw: bytes) -> Fraud:
    what = "fraud proof"
    fields = canonical.loads(raw, limit=LIMIT, what=what)
    shape = fields.get("format") if isinstance(fields, dict) else None
    if not isinstance(fields, dict) or shape != FORMAT:
        if isinstance(shape, str) and _ANY_VERSION.fullmatch(shape):
            raise EvidenceError("C451", where=what, format=shape)
        raise malformed(what, "it does not say that it is a fraud proof")
    if fields.keys() != _KEYS:
        raise malformed(what, "it has other fields than this version has")
    kind = text(fields, "kind")
    if kind not in KINDS:
        raise malformed(what, "its kind is none of F1 to F5")
    notes = fields["checkpoints"]
    if not isinstance(notes, list) or len(notes) != (2 if kind == "F1" else 1):
        raise malformed(what, "it has another number of checkpoints than its kind needs")
    seal = fields["seal"]
    if not isinstance(seal, dict) or seal.keys() != {"lines", "p"}:
        raise malformed(what, "its seal has other fields than lines and a path")
    accused = fields["accused"]
    if not isinstance(accused, list) or len(accused) > 1:
        raise malformed(what, "it accuses more than one event")
    events = tuple(
        BundledEvent(number(row, "i"), text(row, "e").encode(), hashes(row, "p", MAX_PATH))
        for row in objects(fields["events"], _EVENT, MAX_EVENTS)
    )
    order("events", [event.index for event in events])
    answers = tuple(_answered(row) for row in _rows(fields["map"]))
    order("map", [answer.stream for answer in answers])
    return Fraud(
        kind=kind,
        checkpoints=tuple(joined(texts({"n": note}, "n", 64)) for note in notes),
        seal=joined(texts(seal, "lines", 16)),
        seal_path=hashes(seal, "p", MAX_PATH),
        events=events,
        accused=number({"i": accused[0]}, "i") if accused else None,
        answers=answers,
        promise=joined(texts(fields, "promise", 64)),
    )


def _rows(value: JSON) -> list[dict[str, JSON]]:
    rows = value if isinstance(value, list) else None
    if rows is None or len(rows) > MAX_EVENTS:
        raise malformed("fraud proof", "its map is not a list, or too long")
    found = [row for row in rows if isinstance(row, dict)]
    if len(found) != len(rows) or any(row.keys() not in (_PRESENT, _ABSENT) for row in found):
        raise malformed("fraud proof", "a row of its map has other fields than one of a stream")
    return found


def _answered(row: dict[str, JSON]) -> MapAnswer:
    stream, copath = text(row, "s"), hashes(row, "copath", MAX_COPATH)
    names.stream_kind(stream)
    if row.keys() == _PRESENT:
        head = Head(number(row, "n"), number(row, "i"), digest(row, "h"))
        return MapAnswer(stream, head, MapProof("present", copath))
    other = [unb64(item, HASH) for item in texts(row, "other", 2)]
    if len(other) not in (0, 2):
        raise malformed("fraud proof", "the other leaf of an absence is not a key and a value")
    if not other:
        return MapAnswer(stream, None, MapProof("empty", copath))
    return MapAnswer(stream, None, MapProof("other", copath, (other[0], other[1])))


def _answer(answer: MapAnswer) -> dict[str, object]:
    copath = [b64(h) for h in answer.proof.copath]
    if answer.head is None:
        other = [b64(part) for part in answer.proof.other or ()]
        return {"copath": copath, "other": other, "s": answer.stream}
    head = answer.head
    return {
        "copath": copath,
        "h": b64(head.leaf),
        "i": head.index,
        "n": head.count,
        "s": answer.stream,
    }


def _lines(raw: bytes) -> Sequence[str]:
    return lines(raw) if raw else []
