"""What the person at the border reads off papers and labels, compared with what the bundle tells.

A bundle can be genuine and yet belong to other goods. Only whoever stands before the box can know,
so what they typed is compared with the proved story, and a difference is E26.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from custody.app.judgement.histories import World
from custody.app.judgement.judging import Judged
from custody.domain.shipment import Shipment
from custody.domain.values import canonical_number
from custody.errors import Text as Words


@dataclass(frozen=True, slots=True)
class Expected:
    """What was typed; empty means not asked.

    `filing` may be the number of the customs declaration or of any permit of the shipment,
    `consignee` its name or number, `lots` the batch numbers on the labels, each of them.
    """

    shipment: str = ""
    filing: str = ""
    consignee: str = ""
    lots: tuple[str, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether anything was typed."""
        return bool(self.shipment or self.filing or self.consignee or self.lots)


def differing(world: World, stream: str, expected: Expected) -> Iterator[Judged]:
    """Yield what was typed and is not what the shipment `stream` is about (E26)."""
    state = world.get(stream)
    if not expected.asked or not isinstance(state, Shipment):
        return
    if expected.shipment:
        told = {state.number, state.stream}
        yield from _compared("shipment", "发运编号", expected.shipment, told, state.number)
    if expected.filing:
        permits = [p.number for s in state.permits if (p := world.get(s)) is not None]
        told = {state.declaration, *permits}
        yield from _compared("filing", "申报或备案编号", expected.filing, told, state.number)
    if expected.consignee:
        found = world.get(state.consignee)
        names = {getattr(found, a, "") for a in ("number", "name", "legal_name")}
        yield from _compared("consignee", "收货方", expected.consignee, names, state.number)
    batches = {b.number for s in state.batches if (b := world.get(s)) is not None}
    for lot in expected.lots:
        yield from _compared("lot", "批号", lot, batches, state.number)
    missing = batches - {_known(lot, batches) for lot in expected.lots} if expected.lots else set()
    for lot in sorted(missing):
        en = f"the bundle also holds lot {lot}, which was not typed"
        yield _differs(state.number, en, f"证据包另含批号 {lot}，而未输入该批号")


def _compared(what: str, zh: str, typed: str, told: set[str], where: str) -> Iterator[Judged]:
    if not _known(typed, told - {""}):
        listed = ", ".join(sorted(told - {""})) or "–"
        yield _differs(
            where,
            f"the {what} typed is {typed}; the bundle says {listed}",
            f"输入的{zh}为 {typed}；证据包所载为 {listed}",
        )


def _known(typed: str, told: set[str]) -> str:
    """Return the one of `told` that was meant: as a number in its one spelling, or as a name."""
    for candidate in told:
        if _plain(candidate) == _plain(typed):
            return candidate
    return ""


def _plain(text: str) -> str:
    try:
        return canonical_number(text)
    except ValueError:
        return " ".join(text.split()).casefold()


def _differs(where: str, en: str, zh: str) -> Judged:
    fix = Words(
        "compare what you typed with papers and labels; if it is right, these goods are not those "
        "of this bundle: ask the declarant",
        "请将输入内容与单证、标签核对；若输入无误，则货物与本证据包不符：请询问申报人",
    )
    return Judged("story", "E26", where, Words(en, zh), fix)
