"""Python's regular expressions as JavaScript's, with the same meaning for every text.

The pattern is parsed by Python itself and written anew, because JavaScript's own digits, spaces,
borders of words and its flag ``i`` mean something else. Of the flags, only ``u`` remains.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

_PARSER: Final = importlib.import_module("re._parser")
_WORD: Final = r"\p{L}\p{N}_"
_SPACE: Final = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_WHITE_SPACE: Final = _SPACE.replace(r"\x1c-\x20", r"\x20")  # the property of that name, no more
_SPECIAL: Final = frozenset("^$\\.*+?()[]{}|/")
_ALONE: Final = ("LITERAL", "NOT_LITERAL", "ANY", "IN", "SUBPATTERN")
_ALL: Final = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x10000)]))


class UnknownPattern(Exception):  # noqa: N818 - reads as a sentence where it is caught
    """The pattern holds something that is not translated."""


def from_python(pattern: re.Pattern[str]) -> str:
    """Return a JavaScript literal that matches what `pattern` matches.

    Raises:
        UnknownPattern: it uses something that is not translated.
    """
    return _literal(pattern.pattern, pattern.flags & ~re.UNICODE, rust=False)


def from_rust(pattern: str) -> str:
    """Return a JavaScript literal for a pattern of pydantic's: the syntax of Rust's regex."""
    return _literal(pattern, 0, rust=True)


def _literal(pattern: str, flags: int, *, rust: bool) -> str:
    if flags & ~re.IGNORECASE:
        raise UnknownPattern(f"flags {flags} in {pattern!r}")
    made = _Writer(ignore_case=bool(flags & re.IGNORECASE), rust=rust)
    return f"/{made.sequence(_PARSER.parse(pattern, flags)) or '(?:)'}/u"


class _Writer:
    def __init__(self, *, ignore_case: bool, rust: bool) -> None:
        self.ignore_case = ignore_case
        self.rust = rust

    def sequence(self, items: Iterable[tuple[Any, Any]]) -> str:
        return "".join(self.item(str(kind), value) for kind, value in items)

    def item(self, kind: str, value: Any) -> str:
        match kind:
            case "LITERAL":
                found = self.variants(value)
                return _literally(value) if found == {value} else f"[{_ranges(found)}]"
            case "NOT_LITERAL":
                return f"[^{_ranges(self.variants(value))}]"
            case "ANY":
                return r"[^\n]"
            case "IN":
                return self.choice(value)
            case "BRANCH":
                return "(?:" + "|".join(self.sequence(part) for part in value[1]) + ")"
            case "SUBPATTERN":
                return self.group(*value)
            case "MAX_REPEAT" | "MIN_REPEAT":
                least, most, part = value
                lazy = "?" if kind == "MIN_REPEAT" else ""
                whole = self.sequence(part)
                alone = len(part) == 1 and str(part[0][0]) in _ALONE
                return f"{whole if alone else f'(?:{whole})'}{_times(least, most)}{lazy}"
            case "ASSERT" | "ASSERT_NOT":
                direction, part = value
                sign = "=" if kind == "ASSERT" else "!"
                return f"(?{'<' if direction < 0 else ''}{sign}{self.sequence(part)})"
            case "GROUPREF":
                return f"(?:\\{value})"
            case "AT":
                return self.place(str(value))
        raise UnknownPattern(kind)

    def group(self, number: int | None, added: int, taken: int, part: Any) -> str:
        if added or taken:
            raise UnknownPattern("flags inside a pattern")
        return f"({'?:' if number is None else ''}{self.sequence(part)})"

    def place(self, kind: str) -> str:
        match kind:
            case "AT_BEGINNING" | "AT_BEGINNING_STRING":
                return "^"
            case "AT_END":
                return "$" if self.rust else r"(?=\n?$)"
            case "AT_END_STRING":
                return "$"
            case "AT_BOUNDARY" if not self.rust:
                return f"(?:(?<=[{_WORD}])(?![{_WORD}])|(?<![{_WORD}])(?=[{_WORD}]))"
        raise UnknownPattern(kind)

    def choice(self, parts: list[tuple[Any, Any]]) -> str:
        negated = str(parts[0][0]) == "NEGATE"
        if len(parts) == 1 and str(parts[0][1]) == "CATEGORY_NOT_SPACE":
            return f"[^{_WHITE_SPACE if self.rust else _SPACE}]"
        single: set[int] = set()
        written = []
        for kind, value in parts[negated:]:
            match str(kind):
                case "LITERAL":
                    single |= self.variants(value)
                case "RANGE" if self.ignore_case and value[0] < 0x3000:
                    for code in range(value[0], value[1] + 1):
                        single |= self.variants(code)
                case "RANGE":
                    written.append(f"{_member(value[0])}-{_member(value[1])}")
                case "CATEGORY":
                    written.append(self.category(str(value)))
                case other:
                    raise UnknownPattern(other)
        return f"[{'^' if negated else ''}{''.join(written)}{_ranges(single)}]"

    def category(self, kind: str) -> str:
        match kind:
            case "CATEGORY_DIGIT":
                return r"\p{Nd}"
            case "CATEGORY_NOT_DIGIT":
                return r"\P{Nd}"
            case "CATEGORY_SPACE":
                return _WHITE_SPACE if self.rust else _SPACE
            case "CATEGORY_WORD" if not self.rust:
                return _WORD
        raise UnknownPattern(kind)

    def variants(self, code: int) -> set[int]:
        return set(_variants(code)) if self.ignore_case else {code}


@cache
def _variants(code: int) -> tuple[int, ...]:
    """Return all characters that the one of `code` matches when case is ignored."""
    character = chr(code)
    if code > 0xFFFF or character.lower() == character.upper():
        return (code,)
    return tuple(ord(c) for c in re.findall(re.escape(character), _ALL, re.IGNORECASE))


def _times(least: int, most: Any) -> str:
    endless = str(most) == "MAXREPEAT"
    shapes = {(0, True): "*", (1, True): "+"}
    if endless:
        return shapes.get((least, True), f"{{{least},}}")
    if (least, int(most)) == (0, 1):
        return "?"
    return f"{{{least}}}" if least == most else f"{{{least},{most}}}"


def _ranges(codes: set[int]) -> str:
    """Return the members of a class, neighbours as ranges."""
    found: list[list[int]] = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(
        _member(a) if a == b else _member(a) + ("-" if b > a + 1 else "") + _member(b)
        for a, b in found
    )


def _member(code: int) -> str:
    return rf"\{chr(code)}" if chr(code) in "-]\\^[/" else _plain(code)


def _literally(code: int) -> str:
    return f"\\{chr(code)}" if chr(code) in _SPECIAL else _plain(code)


def _plain(code: int) -> str:
    character = chr(code)
    if code > 0xFFFF:
        return f"\\u{{{code:x}}}"
    visible = 0x20 < code < 0x7F or (code > 0xFF and character.isprintable())
    return character if visible or code == 0x20 else f"\\u{code:04x}"
