"""What the constructs are about: a few classes of every kind that is translated, and numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

FIRST, SECOND = "a", "b"
NUMBERS: Final = (3, 1, 2)


class Colour(StrEnum):
    """A colour."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Point:
    """A place with a name."""

    x: int
    y: int = 0
    name: str = field(default="", compare=False)
    tags: tuple[str, ...] = ()

    @property
    def sum(self) -> int:
        """Both together."""
        return self.x + self.y

    def moved(self, *by: int, twice: bool = False) -> Point:
        """The point further on."""
        return replace(self, x=self.x + sum(by) * (2 if twice else 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled(Point):
    """A point with a label."""

    label: str = "none"
    private: str = "p"

    @property
    def sum(self) -> int:
        """Otherwise than its base."""
        return -1


class Shelf:
    """A class of the plain kind, with methods that look like those of lists."""

    def __init__(self, start: int, step: int = 2) -> None:
        self.start, self.step = start, step
        self._seen: dict[str, int] = {}

    @classmethod
    def of(cls, start: int) -> Shelf:
        """Another one."""
        made = cls(start, 5)
        made.start += 1
        return made

    def __len__(self) -> int:
        return self.start

    def __getitem__(self, at: int) -> int:
        if at > 3:
            raise KeyError(at)
        return at * self.step

    def __iter__(self) -> Iterator[int]:
        return iter([self.start, self.step])

    def note(self, name: str) -> int:
        """Count how often a name came."""
        self._seen[name] = self._seen.get(name, 0) + 1
        return self._seen[name]


class Board(Mapping[str, int]):
    """A mapping."""

    def __init__(self, held: dict[str, int]) -> None:
        self.held = held

    def __getitem__(self, name: str) -> int:
        return self.held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)
