"""The custody bundle: one canonical JSON file with all a verifier needs except the trust file.

Reads and writes the file; it decides nothing about truth. Attachments travel beside it and are
matched by SHA-256, never by name. Event and seal bytes are kept exactly as they were logged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from custody.errors import EvidenceError
from custody.evidence import canonical, names
from custody.evidence.closure import AliasFields, Placed, closure
from custody.evidence.encoding import HASH, b64, malformed, unb64
from custody.evidence.headmap import Head, MapProof
from custody.evidence.rows import digest, joined, lines, number, objects, order, text, texts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from custody.evidence.canonical import JSON

FORMAT = "custody-bundle/v1"
_ANY_VERSION = re.compile(r"custody-bundle/v[1-9][0-9]{0,3}")
_SHIPMENT = re.compile(r"shipment:[0-9a-f]{32}")
_MEDIA = re.compile(r"[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,63}")
_HEX = re.compile(r"[0-9a-f]{64}")
# A tree of 2^64 leaves has paths of 64; a map of 256-bit keys has paths of at most 256.
MAX_PATH, MAX_COPATH = 64, 256
_KEYS = frozenset(
    {
        "attachments",
        "checkpoint",
        "consistency",
        "disclosures",
        "events",
        "format",
        "seal",
        "shipment",
        "streams",
        "timestamps",
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a bundle may hold; checked before and while reading."""

    bytes: int = 64 << 20
    events: int = 200_000
    attachments: int = 1_000
    timestamps: int = 16
    consistency: int = 64


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class BundledEvent:
    """An entry's exact bytes, its log index and its inclusion path."""

    index: int
    wire: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class BundledStream:
    """A stream's head under the seal, its map path, and the first seq that travels."""

    stream: str
    first: int
    head: Head
    copath: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document that travels beside the bundle."""

    media: str
    sha256: str
    size: int


class BundleSource(Protocol):
    """What building a bundle asks of a ledger; all proofs are under one sealed checkpoint."""

    def events(self, stream: str) -> Sequence[Placed]:
        """Return ``(index, entry)`` of a stream in order; may include events after the seal."""

    def map_proof(self, stream: str) -> tuple[Head, MapProof]:
        """Return the stream's head and its proof under the seal's map root."""

    def inclusion(self, index: int, size: int) -> Sequence[bytes]:
        """Return the inclusion path of a leaf."""

    def consistency(self, old: int, new: int) -> Sequence[bytes]:
        """Return the consistency path between two sizes."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A custody bundle.

    Attributes:
        checkpoint: the signed note. `seal`: the seal's bytes. `disclosures`: leaf hash in base64 ->
        disclosure strings. `consistency`: earlier size -> proof (or a later size, towards a pin).
        `timestamps`: RFC 3161 responses over the checkpoint's text.
    """

    shipment: str
    checkpoint: bytes
    seal: bytes
    seal_path: tuple[bytes, ...]
    events: tuple[BundledEvent, ...]
    streams: tuple[BundledStream, ...]
    consistency: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)
    disclosures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    timestamps: tuple[bytes, ...] = ()

    @classmethod
    def build(
        cls,
        shipment: str,
        source: BundleSource,
        *,
        checkpoint: bytes,
        seal: bytes,
        seal_index: int,
        alias_fields: AliasFields,
        roots: Collection[str],
        consistency_from: Collection[int] = (),
        disclosures: Mapping[str, Sequence[str]] | None = None,
        attachments: Sequence[Attachment] = (),
        timestamps: Sequence[bytes] = (),
    ) -> Bundle:
        """Collect the closure of `shipment` with its proofs under the seal at `seal_index`.

        Args:
            consistency_from: sizes of earlier checkpoints recipients may have pinned; only those
                from 1 to the new size are used.
            disclosures: leaf in base64 -> strings; leaves outside the closure are left out.

        Raises:
            EvidenceError: C422 when the seal does not cover the shipment or something it rests on.
        """
        size = seal_index + 1
        cache: dict[str, list[Placed]] = {}

        def read(stream: str) -> list[Placed]:
            if stream not in cache:
                cache[stream] = [
                    placed for placed in source.events(stream) if placed[0] < seal_index
                ]
            return cache[stream]

        wanted = closure(shipment, read, alias_fields, roots)
        missing = sorted(stream for stream in wanted.first if not read(stream))
        if missing or wanted.findings:
            detail = missing[0] if missing else wanted.findings[0].detail
            raise EvidenceError("C422", where=shipment, missing=detail)
        streams, placed = [], []
        for stream, first in sorted(wanted.first.items()):
            head, proof = source.map_proof(stream)
            streams.append(BundledStream(stream, first, head, tuple(proof.copath)))
            placed += [(i, entry) for i, entry in read(stream) if entry.payload.seq >= first]
        events = tuple(
            BundledEvent(index, entry.wire, tuple(source.inclusion(index, size)))
            for index, entry in sorted(placed, key=lambda row: row[0])
        )
        leaves = {b64(entry.leaf) for _, entry in placed}
        return cls(
            shipment=shipment,
            checkpoint=checkpoint,
            seal=seal,
            seal_path=tuple(source.inclusion(seal_index, size)),
            events=events,
            streams=tuple(streams),
            consistency={
                old: tuple(source.consistency(old, size))
                for old in sorted(set(consistency_from))
                if 1 <= old < size
            },
            disclosures={
                leaf: tuple(sorted(strings))
                for leaf, strings in (disclosures or {}).items()
                if leaf in leaves and strings
            },
            attachments=tuple(sorted(attachments, key=lambda row: row.sha256)),
            timestamps=tuple(timestamps),
        )

    def to_bytes(self) -> bytes:
        """Return the one byte form of this bundle."""
        return canonical.dumps(
            {
                "attachments": [
                    {"media": row.media, "sha256": row.sha256, "size": row.size}
                    for row in self.attachments
                ],
                "checkpoint": lines(self.checkpoint),
                "consistency": [
                    {"proof": [b64(h) for h in proof], "size": size}
                    for size, proof in sorted(self.consistency.items())
                ],
                "disclosures": [
                    {"d": list(strings), "leaf": leaf}
                    for leaf, strings in sorted(self.disclosures.items())
                ],
                "events": [
                    {"e": row.wire.decode(), "i": row.index, "p": [b64(h) for h in row.path]}
                    for row in self.events
                ],
                "format": FORMAT,
                "seal": {"lines": lines(self.seal), "p": [b64(h) for h in self.seal_path]},
                "shipment": self.shipment,
                "streams": [
                    {
                        "copath": [b64(h) for h in row.copath],
                        "from": row.first,
                        "h": b64(row.head.leaf),
                        "i": row.head.index,
                        "n": row.head.count,
                        "s": row.stream,
                    }
                    for row in self.streams
                ],
                "timestamps": [b64(token) for token in self.timestamps],
            }
        )

    @classmethod
    def parse(cls, raw: bytes, limits: Limits = DEFAULT_LIMITS) -> Bundle:
        """Read a bundle file.

        Raises:
            EvidenceError: C420 when it is not the one byte form of a bundle within the limits,
                C421 when it is a bundle of a version this program does not know.
        """
        try:
            return _read(raw, limits)
        except EvidenceError as error:
            if error.code == "C421":
                raise
            detail = str(error.params.get("detail", ""))
            raise EvidenceError("C420", where="bundle", detail=detail) from error


def _read(raw: bytes, limits: Limits) -> Bundle:
    fields = canonical.loads(raw, limit=limits.bytes, what="bundle")
    if not isinstance(fields, dict):
        raise malformed("bundle", "it is not an object")
    version = fields.get("format")
    if version != FORMAT:
        if isinstance(version, str) and _ANY_VERSION.fullmatch(version):
            raise EvidenceError("C421", where="bundle", format=version)
        raise malformed("bundle", "it does not say that it is a custody bundle")
    if fields.keys() != _KEYS:
        raise malformed("bundle", "it has other fields than a bundle of this version")
    shipment = text(fields, "shipment")
    if not _SHIPMENT.fullmatch(shipment):
        raise malformed("bundle", "it does not name a shipment")
    # The same hashes occur in many paths; each spelling is decoded once.
    hashes: dict[str, bytes] = {}

    def path(row: Mapping[str, JSON], key: str, most: int) -> tuple[bytes, ...]:
        items = row[key]
        if not isinstance(items, list) or len(items) > most:
            raise malformed("bundle", f"a path is not a list of at most {most} hashes")
        return tuple([decoded(item) for item in items])

    def decoded(item: JSON) -> bytes:
        if not isinstance(item, str):
            raise malformed("bundle", "a hash is not a text")
        known = hashes.get(item)
        if known is None:
            known = hashes[item] = unb64(item, HASH)
        return known

    seal = fields["seal"]
    if not isinstance(seal, dict) or seal.keys() != {"lines", "p"}:
        raise malformed("bundle", "its seal has other fields than lines and a path")
    events = tuple(
        [
            BundledEvent(number(row, "i"), text(row, "e").encode(), path(row, "p", MAX_PATH))
            for row in objects(fields["events"], _EVENT, limits.events)
        ]
    )
    order("events", [event.index for event in events])
    streams = tuple(
        [
            BundledStream(
                text(row, "s"),
                number(row, "from"),
                Head(number(row, "n"), number(row, "i"), digest(row, "h")),
                path(row, "copath", MAX_COPATH),
            )
            for row in objects(fields["streams"], _STREAM, limits.events)
        ]
    )
    order("streams", [row.stream for row in streams])
    for row in streams:
        names.stream_kind(row.stream)
    steps = [
        (number(row, "size"), path(row, "proof", 2 * MAX_PATH))
        for row in objects(fields["consistency"], {"proof", "size"}, limits.consistency)
    ]
    order("consistency", [size for size, _ in steps])
    shown = [
        (text(row, "leaf"), tuple(texts(row, "d", 1_000)))
        for row in objects(fields["disclosures"], {"d", "leaf"}, limits.events)
    ]
    order("disclosures", [leaf for leaf, _ in shown])
    for leaf, strings in shown:
        unb64(leaf, HASH)
        order("disclosures", strings)
        if not strings:
            raise malformed("bundle", "a disclosure list is empty")
    attachments = [
        Attachment(text(row, "media"), text(row, "sha256"), number(row, "size"))
        for row in objects(fields["attachments"], {"media", "sha256", "size"}, limits.attachments)
    ]
    order("attachments", [item.sha256 for item in attachments])
    for item in attachments:
        if not _MEDIA.fullmatch(item.media) or not _HEX.fullmatch(item.sha256):
            raise malformed("bundle", "an attachment has no media type or SHA-256")
    return Bundle(
        shipment=shipment,
        checkpoint=joined(texts(fields, "checkpoint", 64)),
        seal=joined(texts(seal, "lines", 16)),
        seal_path=path(seal, "p", MAX_PATH),
        events=events,
        streams=streams,
        consistency=dict(steps),
        disclosures=dict(shown),
        attachments=tuple(attachments),
        timestamps=tuple(unb64(t) for t in texts(fields, "timestamps", limits.timestamps)),
    )


_EVENT = frozenset({"e", "i", "p"})
_STREAM = frozenset({"copath", "from", "h", "i", "n", "s"})
