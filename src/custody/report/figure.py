"""What figures share: a drawing with its words, and how much text fits into a box.

A figure is an SVG of fixed size whose text stays text. Drawing is arithmetic on the facts only, so
the same facts give the same bytes.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from custody.errors import Text


@dataclass(frozen=True, slots=True)
class Figure:
    """An SVG, and what it shows in words for whoever cannot see it."""

    svg: str
    words: Text


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps a stretch of numbers to a stretch of the drawing, in its units."""

    first: float
    last: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where `value` lies, one decimal; a stretch without length maps to its middle."""
        if self.last == self.first:
            return round((self.start + self.end) / 2, 1)
        share = (value - self.first) / (self.last - self.first)
        return round(self.start + share * (self.end - self.start), 1)


def seconds(instant: str) -> float:
    """Return a recorded instant as Unix seconds."""
    return datetime.fromisoformat(instant).timestamp()


WIDE: Final = "WMmw@%—…"


def _width(letter: str) -> float:
    """Return how wide a letter is printed, in ems, never too little for the usual fonts."""
    if letter in WIDE or unicodedata.east_asian_width(letter) in "WF":
        return 1
    return 0.66 if letter.isupper() else 0.57


def fitting(text: str, ems: float) -> str:
    """Return `text`, cut with an ellipsis when it is wider than `ems` letters of full width."""
    used = 0.0
    for at, letter in enumerate(text):
        used += _width(letter)
        if used > ems:
            return text[: max(1, at - 1)].rstrip() + "…"
    return text
