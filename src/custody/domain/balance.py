"""Balances: how much of a stock is left, in exact decimals, and why more may not be taken.

No floats, no unit conversion: what was received in millilitres is drawn in millilitres.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Final

from custody.domain.model import Event
from custody.domain.values import amount
from custody.errors import Reason, reason

# Wide enough for a billion draws of the largest amount, so that no sum is ever rounded.
EXACT: Final = Context(prec=60)


def added(first: str, second: str) -> str:
    """Return the exact sum of two decimal strings, without trailing zeros."""
    return plain(EXACT.add(amount(first), amount(second)))


def left(stock: str, drawn: str) -> Decimal:
    """Return what remains of `stock`; negative only when a correction made the stock smaller."""
    return EXACT.subtract(amount(stock), amount(drawn))


def plain(value: Decimal) -> str:
    """Return the decimal string of `value` in its shortest form without an exponent."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def overdrawn(
    event: Event, quantity: str, unit: str, stock_unit: str, remaining: Decimal
) -> Iterable[Reason]:
    """Yield why `quantity` cannot be taken from a stock: another unit, nothing, or too much."""
    if unit != stock_unit:
        yield reason("C264", event.stream, kept=stock_unit, drawn=unit)
    elif not amount(quantity):
        yield reason("C265", event.stream)
    elif amount(quantity) > remaining:
        yield reason("C266", event.stream, quantity=quantity, unit=unit, left=plain(remaining))
