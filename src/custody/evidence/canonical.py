"""Canonical JSON: one byte form per value, and a parser that refuses every other form.

A restriction of RFC 8785: objects, arrays, strings, booleans and integers within ±(2^53-1) only;
keys match ``[a-z][a-z0-9_]{0,39}``; at most 16 levels; no string holds a refused code point. It
does not normalise Unicode: normal forms change with Unicode versions, and a verdict must not.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Final, NoReturn, TypeAlias, cast

from custody.evidence.encoding import INTEGER_MAX, malformed

JSON: TypeAlias = "bool | int | str | list[JSON] | dict[str, JSON]"

DEPTH: Final = 16
"""Most levels of arrays and objects inside one another."""

VALUES: Final = 2**21
"""Most values in one document (counted as commas and opening brackets): bounds memory, not form."""

LARGE: Final = 2**20
"""Most bytes outside ASCII in one document, and so the length from which they are counted."""

# A fixed list, so that the verdict does not depend on anybody's Unicode tables: control characters,
# invisible and direction-changing characters, surrogates, noncharacters and tags.
REFUSED: Final = re.compile(
    "[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f"
    "\\ud800-\\udfff\\ufdd0-\\ufdef\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff\\U000e0000-\\U000e007f"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 17))
    + "]"
)

_PLAIN = bytes(range(32, 127))
_ASCII = bytes(range(128))
_NO_CONTROL = bytes(set(range(256)) - set(range(32)) - {127})
_ASCII_RUN = re.compile(rb"[\x00-\x7f]+")
_ODD = re.compile(r'\\[^"\\]')
_ODD_BYTES = re.compile(rb'\\[^"\\]')
_NAME = "[a-z][a-z0-9_]{0,39}"
_NAMES = re.compile(f"{_NAME}(?:\n{_NAME})*")
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'[]{}"'))
_NOT_ESCAPED = _NOT_STRUCTURE.replace(b"\\", b"")
_SQUARE = bytes.maketrans(b"{}", b"[]")


def clean_text(text: str) -> bool:
    """Tell whether `text` holds no refused code point."""
    # For ASCII, "printable" is exactly U+0020 to U+007E, whatever the Unicode version. Elsewhere
    # the long list is searched only in what is not plain: most text is, and every event is read so.
    if text.isascii():
        return text.isprintable()
    return (
        REFUSED.search(
            text.encode("utf-8", "surrogatepass")
            .translate(None, _PLAIN)
            .decode("utf-8", "surrogatepass")
        )
        is None
    )


def spelled(value: object) -> bytes:
    """Return the canonical bytes of a value that is known to lie within the profile."""
    return _encode(value).encode()


def dumps(value: object) -> bytes:
    """Return the canonical bytes of `value`; EvidenceError C401 when it is outside the profile."""
    _check(value, 0)
    return _encode(value).encode()


def loads(raw: bytes, *, limit: int, what: str) -> JSON:
    """Return the value behind canonical bytes.

    Args:
        raw: the bytes; anything at all may come in.
        limit: most bytes allowed.
        what: name of the document, for the error.

    Raises:
        EvidenceError: C401 when `raw` is too long or is not the one canonical form of a value
            within the profile. Nothing else is raised.
    """
    if len(raw) > limit:
        raise malformed(what, f"it is longer than {limit} bytes")
    _check_shape(raw, what)
    # A text takes four bytes for each of its characters when one of them needs four. Of a large
    # document, each byte is a character until the values stand by themselves.
    bytewise = len(raw) > LARGE and not raw.isascii()
    try:
        text = raw.decode("latin-1" if bytewise else "utf-8")
        clean = _clean_bytes(raw) if bytewise else clean_text(text)
        # A clean document with no other escape than \" and \\ holds no refused code point anywhere.
        if not clean or ("\\" in text and _odd_escape(text)):
            raise malformed(what, "it holds a character that is not allowed")
        value, _ = _DECODER.raw_decode(text)
        same = _encode(value) == text  # tells spaces, order, doubled keys and trailing text as well
        del text
        if bytewise and same:
            value = _decoded(value)
    except (ValueError, RecursionError):
        raise malformed(what, "it is not canonical JSON") from None
    if not same:
        raise malformed(what, "it is not in its one canonical spelling")
    if b"null" in raw and _holds_null(value):
        raise malformed(what, "it holds null")
    return cast("JSON", value)


def _check_shape(raw: bytes, what: str) -> None:
    """Refuse deep or crowded documents by linear scans, before anything recurses into them."""
    openers = raw.count(b"[") + raw.count(b"{")
    crowded = len(raw) > VALUES and openers + raw.count(b",") > VALUES
    if crowded or (len(raw) > VALUES and raw.count(b'"') > 4 * VALUES):
        raise malformed(what, f"it holds more than {VALUES} values")
    if len(raw) > LARGE and not raw.isascii() and len(raw.translate(None, _ASCII)) > LARGE:
        raise malformed(what, "it holds too many characters outside ASCII")
    if openers <= DEPTH:
        return
    structure = _without_escapes(raw) if b"\\" in raw else raw
    structure = structure.translate(None, _NOT_STRUCTURE)
    # Removing two neighbouring quotes leaves what is inside and outside of strings as it was.
    outside = b"".join(structure.replace(b'""', b"").split(b'"')[::2]).translate(_SQUARE)
    for _ in range(DEPTH):
        outside = outside.replace(b"[]", b"")
    if outside:
        raise malformed(what, f"it is nested deeper than {DEPTH} levels or not closed")


def _clean_bytes(raw: bytes) -> bool:
    """Tell what `clean_text` tells of the text behind `raw`, without ever holding all of it.

    Raises UnicodeDecodeError when it is not UTF-8.
    """
    rest = _ASCII_RUN.sub(b" ", raw).decode()
    return not raw.translate(None, _NO_CONTROL) and REFUSED.search(rest) is None


def _decoded(value: object) -> object:
    """Return `value` with the text behind the bytes of each of its texts, changed in place."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("latin-1").decode()
    if isinstance(value, dict):
        for key, member in value.items():
            value[key] = _decoded(member)
    elif isinstance(value, list):
        value[:] = map(_decoded, value)
    return value


def _without_escapes(raw: bytes) -> bytes:
    # Where \\ and \" are the only escapes, all other bytes can go first, and little is left to
    # search; elsewhere a backslash could come to stand before what it does not escape.
    if _ODD_BYTES.search(raw) is None:
        raw = raw.translate(None, _NOT_ESCAPED)
    return raw.replace(b"\\\\", b"").replace(b'\\"', b"")


def _odd_escape(text: str) -> bool:
    # A first look that never misses one; it may take the second half of \\ for a beginning.
    if _ODD.search(text) is None:
        return False
    return "\\" in text.replace("\\\\", "").replace('\\"', "")


def _names(members: dict[str, object]) -> dict[str, object]:
    # No key can hold a line feed here (escapes were refused), so joining is unambiguous.
    if members and not _well_named("\n".join(members)):
        raise ValueError
    return members


@lru_cache(maxsize=1024)  # the objects of one document have few sets of keys
def _well_named(names: str) -> bool:
    return _NAMES.fullmatch(names) is not None


def _integer(digits: str) -> int:
    if len(digits) > 17:  # do not even convert: the time for that grows with the square
        raise ValueError
    number = int(digits)
    if not -INTEGER_MAX <= number <= INTEGER_MAX:
        raise ValueError
    return number


def _never(_: str) -> NoReturn:
    raise ValueError


def _holds_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_null, value.values()))
    if isinstance(value, list):
        return any(map(_holds_null, value))
    return value is None


def _check(value: object, depth: int) -> None:
    if type(value) is bool:
        return
    if type(value) is int:
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise malformed("value", "an integer is outside ±(2^53-1)")
    elif isinstance(value, str):
        if not clean_text(value):
            raise malformed("value", "a text holds a character that is not allowed")
    elif isinstance(value, (dict, list, tuple)):
        if depth == DEPTH:
            raise malformed("value", f"it is nested deeper than {DEPTH} levels")
        if isinstance(value, dict):
            if not all(isinstance(k, str) and re.fullmatch(_NAME, k) for k in value):
                raise malformed("value", "a key is not lower case letters, digits and _")
            value = tuple(value.values())
        for member in value:
            _check(member, depth + 1)
    else:
        raise malformed("value", "it holds something that is not text, integer, boolean, list, map")


_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode
_DECODER = json.JSONDecoder(
    object_hook=_names, parse_int=_integer, parse_float=_never, parse_constant=_never
)
