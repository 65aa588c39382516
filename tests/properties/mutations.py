"""Ways to change a genuine bundle: bytes, JSON, signed words, and a whole ledger of a hostile hand.

What may be changed without changing the meaning is said by `same_in_meaning` and nothing else.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, Final
from unittest.mock import patch

from hypothesis import strategies as st

from contract.bundle_cases import told
from contract.vector_ledger import VectorLedger, attachment, trust
from contract.vector_story import LOGGER_FILE, names_of_signers
from custody.evidence.encoding import b64, sha256
from custody.evidence.entry import Entry, encode, pae
from custody.evidence.note import parse
from evidence import cast
from evidence.cast import STRANGER
from evidence.checking import canonical_bytes
from properties.paths import Path, member, places

DOCUMENT: Final = LOGGER_FILE
KNOWN: Final = 60  # the size of the checkpoint that the verifier has seen before
WORTHLESS: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2**53,
    2**64,
    0.5,
    "",
    "A",
    "AAAA",
    "\u202e",
    "x" * 5_000,
    [],
    {},
    [[]],
    {"a": 1},
)


@cache
def genuine() -> bytes:
    """Return a genuine bundle with everything a bundle can hold and a verifier checks."""
    ledger = told()
    return ledger.export(
        checkpoint=ledger.note(grease=True, auditor=True),
        consistency_from=[KNOWN],
        disclosures=names_of_signers(ledger),
        attachments=[attachment(DOCUMENT)],
    ).to_bytes()


@cache
def trust_file() -> bytes:
    """Return the trust file that has seen the ledger at an earlier size."""
    return trust(known=(KNOWN, told().root(KNOWN))).to_bytes()


def now() -> int:
    """Return a moment at which the genuine bundle is fresh, Unix seconds."""
    return told().clock + 3_600


def documents() -> dict[str, bytes]:
    """Return the document at hand, by SHA-256 in hex."""
    return {sha256(DOCUMENT).hex(): DOCUMENT}


def same_in_meaning(changed: bytes) -> bool:
    """Whether `changed` says nothing that the genuine bundle does not say.

    Events, streams, seal, shipment and the signed text are the same, byte for byte. Free are only:
    signature lines of signers nobody knows, and their order (C2SP signed-note: readers skip them);
    and what a holder may keep to himself: disclosures, documents, lines beyond the quorum.
    """
    ours = json.loads(genuine())
    try:
        theirs = json.loads(changed)
    except ValueError:
        return False
    if canonical_bytes(theirs) != changed or theirs.keys() != ours.keys():
        return False
    strict = ("events", "format", "seal", "shipment", "streams", "consistency", "timestamps")
    if any(theirs[key] != ours[key] for key in strict):
        return False
    shown = {row["leaf"]: set(row["d"]) for row in ours["disclosures"]}
    withheld = all(set(r["d"]) <= shown.get(r["leaf"], set()) for r in theirs["disclosures"])
    kept = all(row in ours["attachments"] for row in theirs["attachments"])
    return withheld and kept and _same_note(ours["checkpoint"], theirs["checkpoint"])


def _same_note(ours: list[str], theirs: list[str]) -> bool:
    known = {line for line in ours[4:] if _known(line)}
    return ours[:4] == theirs[:4] and {line for line in theirs[4:] if _known(line)} <= known


def _known(line: str) -> bool:
    """Whether a line claims to be by a key of the trust file."""
    root = trust()
    keys = [*root.log_keys, *root.policy.witnesses.values(), *root.auditors]
    note = parse(f"text\n\n{line}\n".encode())
    return any((s.name, s.keyid) == (k.name, k.keyid) for s in note.signatures for k in keys)


# ------------------------------------------------------------------ bytes


def _flip(at: int, bit: int) -> bytes:
    raw = bytearray(genuine())
    raw[at] ^= 1 << bit
    return bytes(raw)


def _splice(start: int, length: int, middle: bytes | None) -> bytes:
    raw = genuine()
    stop = min(start + length, len(raw))
    return raw[:start] + (raw[start:stop] * 2 if middle is None else middle) + raw[stop:]


PLACES: Final = st.integers(0, len(genuine()) - 1)
BYTES: Final = st.one_of(
    st.builds(_flip, PLACES, st.integers(0, 7)),
    st.builds(
        _splice,
        PLACES,
        st.integers(0, 300),
        st.sampled_from([None, b"", b"\x00", b"A", b" ", b'"', b"{", b"\xff", b"9" * 20]),
    ),
)


# ------------------------------------------------------------------ JSON


def _by_shape() -> list[list[Path]]:
    """Return the places in groups of one shape, so that rare ones are tried as often as others."""
    groups: dict[Path, list[Path]] = {}
    for path in places(json.loads(genuine())):
        shape = tuple("*" if isinstance(step, int) else step for step in path)
        groups.setdefault(shape, []).append(path)
    return list(groups.values())


ANYWHERE: Final = st.sampled_from(_by_shape()).flatmap(st.sampled_from)


def _edited(edit: Callable[[Any], object]) -> bytes:
    fields = json.loads(genuine())
    edit(fields)
    try:
        return canonical_bytes(fields)
    except UnicodeEncodeError:
        return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def _dropped(path: Path) -> bytes:
    return _edited(lambda f: member(f, path[:-1]).pop(path[-1]))


def _doubled(path: Path) -> bytes:
    def edit(fields: Any) -> None:
        place = member(fields, path[:-1])
        if isinstance(place, list):
            place.insert(path[-1], place[path[-1]])
        else:
            place[f"{path[-1]}_2"] = place[path[-1]]

    return _edited(edit)


def _exchanged(path: Path, other: Path) -> bytes:
    def edit(fields: Any) -> None:
        first, second = member(fields, path), member(fields, other)
        if path[: len(other)] == other or other[: len(path)] == path:
            return  # one lies inside the other
        member(fields, path[:-1])[path[-1]] = second
        member(fields, other[:-1])[other[-1]] = first

    return _edited(edit)


def _replaced(path: Path, value: Any) -> bytes:
    return _edited(lambda f: member(f, path[:-1]).__setitem__(path[-1], value))


def _moved(path: Path, by: int) -> bytes:
    def edit(fields: Any) -> None:
        place = member(fields, path[:-1])
        if type(place[path[-1]]) is int:
            place[path[-1]] += by

    return _edited(edit)


def _reordered(path: Path) -> bytes:
    """Write an object's keys in another order: the same JSON, another spelling."""
    fields = json.loads(genuine())
    place = member(fields, path[:-1])
    if isinstance(place, dict):
        turned = dict(reversed(place.items()))
        place.clear()
        place.update(turned)
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()


NEIGHBOURS: Final = st.sampled_from(_by_shape()).flatmap(
    lambda group: st.tuples(st.sampled_from(group), st.sampled_from(group))
)
DOCUMENT_CHANGES: Final = st.one_of(
    st.builds(_dropped, ANYWHERE),
    st.builds(_doubled, ANYWHERE),
    NEIGHBOURS.map(lambda pair: _exchanged(*pair)),
    st.builds(_exchanged, ANYWHERE, ANYWHERE),
    st.builds(_replaced, ANYWHERE, st.sampled_from(WORTHLESS)),
    st.builds(_moved, ANYWHERE, st.sampled_from([-1, 1, 2, 2**32, -(2**32)])),
    st.builds(_reordered, ANYWHERE),
)


# ------------------------------------------------------------------ signed words


def _words(at: int) -> tuple[Any, Any]:
    entry = json.loads(json.loads(genuine())["events"][at]["e"])
    return entry, json.loads(base64.b64decode(entry["payload"]))


def _reworded(at: int, pick: int, value: Any, *, resigned: bool) -> bytes:
    """Change one member of an event's words; signatures stay, or are a hostile signer's."""
    entry, words = _words(at)
    spots = places(words)
    path = spots[pick % len(spots)]
    member(words, path[:-1])[path[-1]] = value
    raw = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )
    entry["payload"] = b64(raw)
    if resigned:
        signature = b64(STRANGER.private.sign(pae(raw)))
        entry["signatures"] = [{**row, "sig": signature} for row in entry["signatures"]]
    text = json.dumps(entry, separators=(",", ":"))
    return _edited(lambda f: f["events"][at].update(e=text))


EVENTS: Final = st.integers(0, len(json.loads(genuine())["events"]) - 1)
WORDS: Final = st.builds(
    _reworded,
    EVENTS,
    st.integers(0, 200),
    st.sampled_from(WORTHLESS),
    resigned=st.booleans(),
)


# ------------------------------------------------------------------ a hostile hand's own ledger


@cache
def hostile(place: int) -> bytes:
    """Return a whole ledger with one act's words changed, hashed and sealed anew.

    The hostile operator has no key of anybody: act and checkpoint carry the operator's own.
    """
    ledger = VectorLedger()
    wires = [w for w in told().wires if not w.startswith(b"custody-seal")]
    for index, wire in enumerate(wires):
        if index != place:
            ledger.add(wire)
            continue
        payload = Entry.parse(wire).payload
        raw = replace(payload, body={**payload.body, "reason": "reworded"}).to_bytes()
        signature = STRANGER.private.sign(pae(raw))
        ledger.add(encode(raw, {signer.kid: signature for signer in payload.signers}))
    ledger.numbers = told().numbers
    ledger.seal(time=told().seals[-1].time)
    ledger.clock = told().clock
    with (
        patch.object(cast, "LOG_SEED", 0x77),
        patch.object(cast, "LOG_MLDSA_SEED", 0x78),
        patch.object(cast, "WITNESSES", {w: (n, 0x79) for w, (n, _) in WITNESSES.items()}),
    ):
        return ledger.export(consistency_from=[KNOWN]).to_bytes()


WITNESSES: Final = dict(cast.WITNESSES)
HOSTILE: Final = st.builds(hostile, st.sampled_from([20, 32, 48, 51, 60, 76, 79]))

MUTATIONS: Final = st.one_of(BYTES, DOCUMENT_CHANGES, DOCUMENT_CHANGES, WORDS, HOSTILE)
