"""Balances: how much of a stock is left, in exact decimals, and why more may not be taken.

No floats, no unit conversion: what was received in millilitres is drawn in millilitres.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Final

from custody.domain.model import Event
from custody.domain.values import amount
from custody.errors import Reason
from custody.errors import Text as Words

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
        yield Reason(
            "C264",
            event.stream,
            Words(
                f"it is kept in {stock_unit}, the draw is in {unit}",
                f"库存单位为 {stock_unit}，领用单位为 {unit}",
            ),
            Words(f"give the quantity in {stock_unit}", f"请以 {stock_unit} 给出数量"),
        )
    elif not amount(quantity):
        yield Reason(
            "C265",
            event.stream,
            Words("the quantity taken is zero", "领用数量为零"),
            Words("give the quantity taken", "请给出领用数量"),
        )
    elif amount(quantity) > remaining:
        yield Reason(
            "C266",
            event.stream,
            Words(
                f"{quantity} {unit} are asked for, {plain(remaining)} {unit} are left",
                f"需要 {quantity} {unit}，仅余 {plain(remaining)} {unit}",
            ),
            Words("take less, or another lot", "请减少数量，或改用其他批次"),
        )
