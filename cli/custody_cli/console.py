"""How the command line speaks.

Rules: data goes to stdout, words go to stderr. Colour never carries meaning alone: every colour
stands beside a word or a mark that says the same. JSON is one document with a `kind`. Whatever
comes from a file is shown without its control characters, so that a hostile bundle cannot move the
cursor or repaint a verdict.
"""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from functools import lru_cache
from typing import IO, Any, Final

from custody_cli.settings import Settings
from custody_cli.words import pick, word

WIDEST: Final = 100
NARROWEST: Final = 12  # a last column narrower than this says nothing
STYLES: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_OURS: Final = re.compile("|".join(rf"\x1b\[{n}m" for n in ("0", *STYLES.values())))
_CONTROL: Final = re.compile(
    rf"(?P<ours>{_OURS.pattern})|(?P<bad>[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e"
    "\u2066-\u2069\ud800-\udfff])"
)
Row = Sequence[object]


@lru_cache(maxsize=4096)
def columns(text: str) -> int:
    """Return how many terminal columns `text` takes; Chinese characters take two, colour none."""
    if "\x1b" in text:
        text = _OURS.sub("", text)
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    marks = sum(unicodedata.combining(c) != 0 for c in text)
    return len(text) + wide - marks


def padded(text: str, width: int) -> str:
    """Return `text` filled with spaces to `width` columns."""
    return text + " " * max(0, width - columns(text))


def wrapped(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` columns, broken at spaces or between wide letters.

    A word longer than a line is broken hard, so that no line is ever too long.
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line, used = "", 0
        for piece in _pieces(paragraph):
            size = columns(piece)
            if used and used + columns(piece.rstrip()) > width:
                lines.append(line.rstrip())
                line, used = "", 0
                piece = piece.lstrip()  # noqa: PLW2901 - the space stays on the line it ended
                size = columns(piece)
            while size > width:
                head = _head(piece, width - used)
                lines.append((line + head).rstrip())
                piece, line, used = piece[len(head) :], "", 0  # noqa: PLW2901
                size = columns(piece)
            line, used = line + piece, used + size
        lines.append(line.rstrip())
    return lines


def hung(lead: str, text: str, width: int) -> list[str]:
    """Return `text` behind `lead` in lines of at most `width` columns, all as far to the right."""
    left = columns(lead)
    first, *others = wrapped(text, width - left)
    return [lead + first, *(" " * left + line for line in others)]


_WIDE: Final = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…"
_CLOSING: Final = "，。；：！？、）》】”’"  # never at the beginning of a line
_PIECE: Final = re.compile(rf"(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*\s*|\s+")


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(text)


def _head(text: str, width: int) -> str:
    if text.isascii() and "\x1b" not in text:
        return text[: max(2, width)]
    used = 0
    for at, letter in enumerate(text):
        used += columns(letter)
        if used > max(2, width):
            return text[:at] or letter
    return text


def harmless(text: str) -> str:
    """Return `text` with control and direction characters spelt out; our own colours stay."""
    return _CONTROL.sub(
        lambda m: m["ours"] or m["bad"].encode("unicode_escape").decode("ascii"), text
    )


def _terminal_width() -> int:
    """Return the columns of the terminal, as COLUMNS says if set; a file is as wide as can be."""
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or WIDEST
    except (OSError, ValueError, AttributeError):
        return WIDEST


def short(number: str) -> str:
    """Return a number as shown to people: ids of 32 or more hex digits are cut to eight."""
    return re.sub(r"\b([0-9a-f]{8})[0-9a-f]{24,56}\b", r"\1…", number)


class Console:
    """The two channels of one call, with its settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lang = settings.lang
        self.kept = ""  # what this call has written so far, said when its answer cannot be
        self.width = max(40, min(WIDEST, _terminal_width()))

    @property
    def json(self) -> bool:
        """Whether one JSON document is wanted instead of text."""
        return self.settings.json

    def t(self, en: str, zh: str) -> str:
        """Return the reading in the language of this call."""
        return zh if self.lang == "zh" else en

    def word(self, key: str, **values: object) -> str:
        """Return a fixed word in the language of this call."""
        return word(key, self.lang, **values)

    def pick(self, text: str) -> str:
        """Return the reading of a two-language text in the language of this call."""
        return pick(text, self.lang)

    def paint(self, text: str, *styles: str) -> str:
        """Return `text` in colour when this call may use colour, else as it is."""
        if not self.settings.colour or not text:
            return text
        codes = "".join(f"\x1b[{STYLES[s]}m" for s in styles)
        return f"{codes}{text}\x1b[0m"

    def mark(self, good: bool) -> str:
        """Return a tick or a cross that the output's encoding can show."""
        try:
            "✓✗".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
        except UnicodeEncodeError:
            return "ok" if good else "x"
        return "✓" if good else "✗"

    def out(self, text: str = "") -> None:
        """Write one line of data or answer to stdout."""
        _write(sys.stdout, text, colour=self.settings.colour)

    def say(self, text: str = "") -> None:
        """Write one line of words to stderr; nothing when quiet."""
        if not self.settings.quiet:
            self.complain(text)

    def complain(self, text: str) -> None:
        """Write one line to stderr even when quiet: an error."""
        _write(sys.stderr, text, colour=self.settings.colour and sys.stderr.isatty())

    def done(self, text: str) -> None:
        """Write one line to stdout that tells what was done, behind a tick."""
        self.out(f"{self.paint(self.mark(True), 'green')} {text}")

    def suggest(self, command: str) -> None:
        """Write the command that usually comes next to stderr; nothing when quiet."""
        self.say(f"  {self.word('next')}      {command}")

    def document(self, kind: str, content: Mapping[str, Any]) -> None:
        """Write one JSON document to stdout; `kind` names its shape, for example ``show``."""
        _write(sys.stdout, as_json({"kind": f"custody.{kind}/v1", **content}), colour=False)

    def line(self, content: Mapping[str, Any]) -> None:
        """Write one JSON object on one line to stdout (JSON Lines)."""
        _write(sys.stdout, as_json(content, indent=None), colour=False)

    def fields(self, rows: Iterable[tuple[str, object]], *, indent: int = 2) -> None:
        """Write labelled values to stdout, aligned, long values wrapped below themselves."""
        shown = [(label, self.value(v)) for label, v in rows]
        left = max((columns(label) for label, _ in shown), default=0)
        for label, text in shown:
            lead = f"{' ' * indent}{self.paint(padded(label, left), 'dim')}  "
            for line in hung(lead, text, self.width):
                self.out(line)

    def table(self, head: Sequence[str], rows: Sequence[Row]) -> None:
        """Write an aligned table to stdout; the last column is cut rather than wrapped.

        Rows that cannot stand side by side on this screen are written as blocks instead.
        """
        cells = [[self.value(c).replace("\n", " ") for c in row] for row in rows]
        widths = [max(columns(c) for c in col) for col in zip(head, *cells, strict=True)]
        room = self.width - sum(widths[:-1]) - 2 * (len(widths) - 1)
        if room < min(NARROWEST, widths[-1]):
            for row in cells:
                self.out(f"  {row[0]}")
                self.fields(zip(head[1:], row[1:], strict=True), indent=4)
            return
        lines = [self.paint(self._row(head, widths, room), "bold")]
        lines += [self._row(row, widths, room) for row in cells]
        self.out("\n".join(lines))

    def _row(self, cells: Sequence[str], widths: Sequence[int], room: int) -> str:
        *firsts, last = cells
        if columns(last) > max(room, 8):
            last = _head(last, max(room, 8) - 1) + "…"
        return "  ".join([padded(c, w) for c, w in zip(firsts, widths, strict=False)] + [last])

    def value(self, value: object) -> str:
        """Return a plain value as people read it: yes and no, lists with commas."""
        if value is None or isinstance(value, str):
            return value or "–"
        if isinstance(value, bool):
            return self.word("yes" if value else "no")
        if isinstance(value, list | tuple):
            return ", ".join(self.value(v) for v in value) or "–"
        if isinstance(value, dict):
            return "  ".join(f"{k} {self.value(v)}" for k, v in value.items()) or "–"
        return str(value)


def as_json(content: object, indent: int | None = 2) -> str:
    """Return JSON text with letters as they are; lone surrogates are escaped, never written raw."""
    import json

    text = json.dumps(content, ensure_ascii=False, indent=indent, default=_plain)
    return re.sub("[\ud800-\udfff]", lambda m: f"\\u{ord(m[0]):04x}", text)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return str(value)


def _write(stream: IO[str], text: str, *, colour: bool) -> None:
    safe = harmless(text)
    if not colour:
        safe = _OURS.sub("", safe)
    try:
        stream.write(safe + "\n")
    except UnicodeEncodeError:
        code = getattr(stream, "encoding", None) or "ascii"
        stream.write(safe.encode(code, "backslashreplace").decode(code) + "\n")


_CURRENT: ContextVar[Console] = ContextVar("console")


def begin(settings: Settings) -> Console:
    """Make the console of this call and return it."""
    console = Console(settings)
    _CURRENT.set(console)
    return console


def here() -> Console:
    """Return the console of this call."""
    return _CURRENT.get()


def close_quietly() -> None:
    """Point a broken stdout at nothing, so that the interpreter does not complain at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
