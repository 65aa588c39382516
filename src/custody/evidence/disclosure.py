"""Selective disclosure: salted digests in the event, the values beside it.

An event holds only digests; whoever holds the disclosure string can open one of them and nobody
can guess the others. Follows RFC 9901 section 4.2 (object members) with a 256-bit salt and the
canonical profile inside. Does not store, encrypt or erase values.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from custody.errors import EvidenceError
from custody.evidence import canonical
from custody.evidence.encoding import HASH, b64, b64u, malformed, sha256, unb64u
from custody.evidence.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from custody.evidence.canonical import JSON
    from custody.evidence.entry import Entry

SALT = 32
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,3}", re.ASCII)
MAX_DISCLOSURE = 16_384
# The number of digests says nothing when it is always rounded up to a multiple.
PAD_TO = 4


def commit(name: str, value: JSON, salt: bytes) -> tuple[str, str]:
    """Return ``(D, digest)`` for one private member.

    Args:
        name: member name, ``family_name`` or dotted ``donor.family_name``.
        value: any value of the canonical profile.
        salt: 32 fresh random bytes; never used twice.

    Raises:
        EvidenceError: C401 when the name, value or salt is not usable.
    """
    if not NAME.fullmatch(name):
        raise malformed("disclosure", f"the name {name!r} is not allowed")
    if len(salt) != SALT:
        raise malformed("disclosure", f"the salt has {len(salt)} bytes instead of {SALT}")
    disclosure = b64u(canonical.dumps([b64u(salt), name, value]))
    if len(disclosure) > MAX_DISCLOSURE:
        raise malformed("disclosure", f"{name} is longer than {MAX_DISCLOSURE} characters")
    return disclosure, digest_of(disclosure)


def digest_of(disclosure: str) -> str:
    """Return the 43-character digest of a disclosure string (RFC 9901 section 4.2.3)."""
    return b64u(sha256(disclosure.encode("utf-8")))


def open_disclosure(disclosure: str) -> tuple[str, JSON]:
    """Return ``(name, value)``.

    Raises:
        EvidenceError: C401 when the string is not a disclosure.
    """
    if len(disclosure) > MAX_DISCLOSURE:
        raise malformed("disclosure", f"it is longer than {MAX_DISCLOSURE} characters")
    raw = unb64u(disclosure)
    parts = canonical.loads(raw, limit=MAX_DISCLOSURE, what="disclosure")
    if not isinstance(parts, list) or len(parts) != 3:
        raise malformed("disclosure", "it is not a list of salt, name and value")
    salt, name, value = parts
    if not isinstance(salt, str) or not isinstance(name, str):
        raise malformed("disclosure", "salt and name are texts")
    unb64u(salt, SALT)
    if not NAME.fullmatch(name):
        raise malformed("disclosure", f"the name {name!r} is not allowed")
    return name, value


def decoys(n: int, random: Callable[[int], bytes]) -> list[str]:
    """Return `n` digests of nothing; `random` is `os.urandom` outside of tests."""
    return [b64u(sha256(random(HASH))) for _ in range(n)]


def padded(digests: Iterable[str], random: Callable[[int], bytes]) -> list[str]:
    """Return digests with decoys up to a multiple of four, sorted so that order says nothing."""
    real = list(digests)
    return sorted(real + decoys(-len(real) % PAD_TO, random))


def check_disclosures(
    events: Sequence[tuple[int, Entry]],
    disclosed: Mapping[str, Sequence[str]],
    private_fields: Callable[[str], Collection[str]] | None = None,
) -> tuple[list[Finding], dict[int, dict[str, JSON]]]:
    """Check every disclosure of a bundle against the events.

    Args:
        events: ``(index, entry)`` in index order.
        disclosed: leaf hash in base64 -> disclosure strings.
        private_fields: event type -> names it may disclose; None allows any name.

    Returns:
        Findings of V8 (code E28), and the opened values as ``{index: {name: value}}``.
    """
    findings: list[Finding] = []

    def found(where: str, detail: str) -> None:
        findings.append(Finding("V8", "E28", where, detail))

    committed: dict[str, int] = {}
    by_leaf: dict[str, tuple[int, Entry]] = {}
    for index, entry in events:
        if entry.payload.sd or disclosed:
            by_leaf[b64(entry.leaf)] = (index, entry)
        for digest in entry.payload.sd:
            if digest in committed:
                found(f"event {index}", f"shares a digest with event {committed[digest]}")
            committed[digest] = index

    opened: dict[int, dict[str, JSON]] = {}
    for leaf, strings in disclosed.items():
        if leaf not in by_leaf:
            found(f"leaf {leaf}", "discloses values of an event that is not in the bundle")
            continue
        index, entry = by_leaf[leaf]
        where, promised = f"event {index}", frozenset(entry.payload.sd)
        allowed = None if private_fields is None else private_fields(entry.payload.type)
        for string in strings:
            if digest_of(string) not in promised:
                found(where, "a disclosed value was not committed to by this event")
                continue
            try:
                name, value = open_disclosure(string)
            except EvidenceError as error:
                found(where, str(error.params.get("detail", "a disclosure is malformed")))
                continue
            values = opened.setdefault(index, {})
            if name in values:
                found(where, f"discloses {name} twice")
            elif name in entry.payload.body:
                found(where, f"the disclosed {name} hides a field of the event")
            elif allowed is not None and name not in allowed:
                found(where, f"an event of type {entry.payload.type} has no private {name}")
            else:
                values[name] = value
    return findings, opened
