"""Documents beside a bundle: matched by SHA-256 and size, never by name.

Opens no file. A document that holds personal data may be referenced by a disclosure instead of by
the event itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from custody.evidence.encoding import sha256
from custody.evidence.findings import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from custody.evidence.bundle import Attachment
    from custody.evidence.canonical import JSON
    from custody.evidence.closure import Placed

_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Mention:
    """What a record says about a document; None where it says nothing."""

    size: int | None = None
    media: str | None = None

    def fits(self, size: int, media: str | None = None) -> bool:
        """Say whether a document of this size (bytes) and media type can be meant."""
        return self.size in (None, size) and (None in (self.media, media) or self.media == media)


def referenced(
    events: Sequence[Placed], opened: Mapping[int, Mapping[str, JSON]]
) -> dict[str, set[Mention]]:
    """Return the documents events speak of, by SHA-256 in hex.

    Read are the rows of ``documents`` in bodies, and disclosed values of the same shape or that are
    a bare hash.
    """
    found: dict[str, set[Mention]] = {}
    values = [entry.payload.body.get("documents") for _, entry in events]
    values += [value for shown in opened.values() for value in shown.values()]
    for value in values:
        for digest, mention in _mentions(value):
            found.setdefault(digest, set()).add(mention)
    return found


def check_attachments(
    listed: Sequence[Attachment],
    given: Mapping[str, bytes] | None,
    known: Mapping[str, Collection[Mention]],
) -> tuple[list[Finding], tuple[str, ...]]:
    """Return findings (E29) and the SHA-256 of listed documents that were not given.

    A file no record speaks of proves nothing and contradicts nothing. It is only noticed when a
    listed document is not there: it may be a changed copy of it, so the question stays open.
    """
    findings = []
    for row in listed:
        where = f"document {row.sha256}"
        if row.sha256 not in known:
            findings.append(_found(where, "no record of this shipment speaks of it"))
        elif not any(mention.fits(row.size, row.media) for mention in known[row.sha256]):
            findings.append(_found(where, "the record gives it another size or kind"))
    sizes = {row.sha256: row.size for row in listed}
    missing = tuple(row.sha256 for row in listed if row.sha256 not in (given or {}))
    for name, content in (given or {}).items():
        real, size = sha256(content).hex(), len(content)
        where = f"document {real}"
        if name != real:
            findings.append(_found(where, f"it was handed over as {name[:64]}"))
        elif real not in known:
            if missing:
                detail = "no record of this shipment speaks of it, and a listed one is not here"
                findings.append(Finding("V8", "E29", where, detail, Verdict.CANNOT_TELL))
        elif sizes.get(real, size) != size or not any(m.fits(size) for m in known[real]):
            findings.append(_found(where, "it has another size than recorded"))
    return findings, missing


def _mentions(value: JSON | None) -> Iterator[tuple[str, Mention]]:
    if isinstance(value, str):
        if _HEX.fullmatch(value):
            yield value, Mention()
    elif isinstance(value, list):
        for item in value:
            yield from _mentions(item)
    elif isinstance(value, dict):
        digest, size, media = (value.get(key) for key in ("sha256", "size", "media_type"))
        if isinstance(digest, str) and _HEX.fullmatch(digest):
            yield (
                digest,
                Mention(
                    size if type(size) is int else None,
                    media if isinstance(media, str) else None,
                ),
            )


def _found(where: str, detail: str) -> Finding:
    return Finding("V8", "E29", where, detail)
