"""The signed statement of one event: eleven fixed keys in canonical JSON.

It checks form only. Whether the signers may sign, the stream continues or the type is known is for
others to judge; what the body means, it never asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from custody.evidence.canonical import JSON, dumps, loads
from custody.evidence.encoding import HASH, ZERO, b64, malformed, unb64, unb64u
from custody.evidence.names import TYPE_PATTERN, check_kid, check_origin, stream_kind

LIMIT: Final = 48_000
"""Most bytes of a payload."""

MEANINGS: Final = (
    "performed",
    "witnessed",
    "verified",
    "reviewed",
    "approved",
    "released",
    "rejected",
    "given",
    "received",
)
"""What a signature can mean (21 CFR 11.50); a closed list."""

SIGNERS_MAX: Final = 4
NO_PREVIOUS: Final = b64(ZERO)
"""`prev` of the first event of a stream."""

_KEYS = {"body", "links", "log", "prev", "sd", "seq", "signers", "stream", "time", "type", "v"}
_SIGNER_KEYS = {"kid", "meaning", "role"}
_LINK_KEYS = {"head", "rel", "stream"}
_WORD = re.compile(r"[a-z_]{1,40}")
_TYPE = re.compile(TYPE_PATTERN)
_TIME = re.compile(
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, what the signature means, and in which role."""

    kid: str
    meaning: str
    role: str


@dataclass(frozen=True, slots=True)
class Link:
    """A stream this event relied on, and the base64 leaf hash of its last event as seen then."""

    head: str
    rel: str
    stream: str


@dataclass(frozen=True, slots=True)
class Payload:
    """One event. `prev` is the base64 leaf hash of the stream's previous event."""

    log: str
    stream: str
    seq: int
    prev: str
    type: str
    time: str
    signers: tuple[Signer, ...]
    links: tuple[Link, ...]
    body: dict[str, JSON]
    sd: tuple[str, ...] = ()

    def to_bytes(self, type_pattern: str = TYPE_PATTERN) -> bytes:
        """Return the bytes to sign.

        Raises EvidenceError C401 when any rule of form is broken; nothing is sorted or mended.
        """
        raw = dumps(
            {
                "body": self.body,
                "links": [{"head": k.head, "rel": k.rel, "stream": k.stream} for k in self.links],
                "log": self.log,
                "prev": self.prev,
                "sd": list(self.sd),
                "seq": self.seq,
                "signers": [
                    {"kid": s.kid, "meaning": s.meaning, "role": s.role} for s in self.signers
                ],
                "stream": self.stream,
                "time": self.time,
                "type": self.type,
                "v": 1,
            }
        )
        Payload.parse(raw, type_pattern)
        return raw

    @classmethod
    def parse(cls, raw: bytes, type_pattern: str = TYPE_PATTERN) -> Payload:
        """Return the event behind `raw`; EvidenceError C401 when it breaks any rule of form."""
        record = loads(raw, limit=LIMIT, what="event")
        if not isinstance(record, dict) or record.keys() != _KEYS:
            raise malformed("event", "it does not hold exactly the eleven keys")
        if record["v"] != 1 or isinstance(record["v"], bool):
            raise malformed("event", "its format version is unknown")
        seq, body = record["seq"], record["body"]
        if type(seq) is not int or seq < 0:
            raise malformed("event", "its seq is not a number from 0")
        if not isinstance(body, dict):
            raise malformed("event", "its body is not an object")
        prev = _text(record, "prev")
        if (unb64(prev, HASH) == ZERO) != (seq == 0):
            raise malformed("event", "prev is zero exactly when seq is 0, and here it is not so")
        kind = _text(record, "type")
        pattern = _TYPE if type_pattern is TYPE_PATTERN else re.compile(type_pattern)
        if pattern.search(kind) is None:
            raise malformed("event", "its type is not noun.past_participle/vN")
        log, stream, time = _text(record, "log"), _text(record, "stream"), _text(record, "time")
        check_origin(log)
        stream_kind(stream)
        seconds_of(time)
        return cls(
            log,
            stream,
            seq,
            prev,
            kind,
            time,
            _signers(record["signers"]),
            _links(record["links"]),
            body,
            _digests(record["sd"]),
        )


@lru_cache(maxsize=1024)
def seconds_of(time: str) -> int:
    """Return the Unix seconds of a time written `YYYY-MM-DDTHH:MM:SSZ`, years 2000 to 2099.

    Raises EvidenceError C401 for any other spelling and for dates that do not exist.
    """
    if _TIME.fullmatch(time) is None:
        raise malformed("time", "it is not YYYY-MM-DDTHH:MM:SSZ")
    if time[11:13] == "24":  # newer versions of Python take it for midnight of the next day
        raise malformed("time", "that day does not exist")
    try:
        return int(datetime.fromisoformat(time[:-1]).replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise malformed("time", "that day does not exist") from None


def time_of(seconds: int) -> str:
    """Return Unix `seconds` as `YYYY-MM-DDTHH:MM:SSZ`; C401 outside the years 2000 to 2099."""
    if not 946_684_800 <= seconds < 4_102_444_800:
        raise malformed("time", "it is outside the years 2000 to 2099")
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(record: dict[str, JSON], key: str) -> str:
    value = record[key]
    if not isinstance(value, str):
        raise malformed("event", f"its {key} is not text")
    return value


def _members(value: JSON, keys: set[str], what: str) -> dict[str, JSON]:
    if not isinstance(value, dict) or value.keys() != keys:
        raise malformed("event", f"a {what} does not hold exactly {', '.join(sorted(keys))}")
    return value


def _word(text: str, what: str) -> None:
    if _WORD.fullmatch(text) is None:
        raise malformed("event", f"a {what} is not 1 to 40 lower-case letters and _")


def _signers(value: JSON) -> tuple[Signer, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= SIGNERS_MAX:
        raise malformed("event", "it does not have 1 to 4 signers")
    signers = []
    last = ""
    for item in value:
        fields = _members(item, _SIGNER_KEYS, "signer")
        signer = Signer(_text(fields, "kid"), _text(fields, "meaning"), _text(fields, "role"))
        check_kid(signer.kid)
        if signer.kid <= last:
            raise malformed("event", "its signers are not sorted and different")
        if signer.meaning not in MEANINGS:
            raise malformed("event", "a signature has an unknown meaning")
        _word(signer.role, "role")
        last = signer.kid
        signers.append(signer)
    return tuple(signers)


def _links(value: JSON) -> tuple[Link, ...]:
    if not isinstance(value, list):
        raise malformed("event", "its links are not a list")
    links = []
    last = ("", "")
    for item in value:
        fields = _members(item, _LINK_KEYS, "link")
        link = Link(_text(fields, "head"), _text(fields, "rel"), _text(fields, "stream"))
        unb64(link.head, HASH)
        _word(link.rel, "link's rel")
        stream_kind(link.stream)
        if (link.stream, link.rel) <= last:
            raise malformed("event", "its links are not sorted and different")
        last = (link.stream, link.rel)
        links.append(link)
    return tuple(links)


def _digests(value: JSON) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise malformed("event", "its sd is not a list")
    digests = []
    last = ""
    for item in value:
        if not isinstance(item, str):
            raise malformed("event", "a digest in sd is not text")
        unb64u(item, HASH)
        if item <= last:
            raise malformed("event", "its sd is not sorted and different")
        last = item
        digests.append(item)
    return tuple(digests)
