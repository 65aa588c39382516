"""What the reading copy is made of: sections with facts, figures and tables in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from custody.errors import Text
from custody.report.figure import Figure
from custody.report.wording import NONE

Value = Text | str
Fact = tuple[Text, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; `widths` are the columns' shares of the paper, 0 for as wide as needed."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Value, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the copy: any of facts, a figure with its words, a table, a note."""

    id: str
    title: Text
    facts: tuple[Fact, ...] = ()
    figure: Figure | None = None
    table: Table | None = None
    note: Text | None = None


def table(
    head: tuple[Text, ...], rows: Sequence[tuple[Value, ...]], widths: tuple[int, ...]
) -> Table:
    """Return the table; one row that says so when there is nothing to list."""
    empty: tuple[Value, ...] = (NONE, *("" for _ in head[1:]))
    return Table(head, tuple(rows) or (empty,), widths)
