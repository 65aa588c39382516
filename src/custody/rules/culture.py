"""Rules about cultures: parents and quantities add up, and nothing is frozen twice unasked.

What goes into a culture is judged in `donor`, `bank` and `manufacture`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from custody.domain.balance import EXACT, plain
from custody.domain.bank import Bank
from custody.domain.culture import Culture
from custody.domain.culture_making import CulturePooled, CultureSplit, CultureStarted
from custody.domain.values import amount
from custody.domain.vial import Vial
from custody.rules.ancestry import ancestry
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated
from custody.rules.process import process_of


@rule(
    "TRC-002",
    "culture",
    en="split and pooled cultures keep their parents, their passage and their quantity",
    zh="分出或合并的培养物保留来源、代次，且数量平衡",
    source="Directive 2006/86/EC, Art. 10b and Annex VII: pooling keeps the link to each donation",
    basis=Basis.PRIMARY,
    remedy_en="give passage and quantity as the parents have them; state what was lost in pooling",
    remedy_zh="代次与数量须与来源一致；合并损失请注明",
    signer_roles=("operator", "verifier"),
)
def parents_and_quantities_add_up(case: Case) -> Iterable[Answer]:
    """A pool is as old as its oldest part; a passage is never lost by going another way."""
    match case.event.body:
        case CultureStarted() as body:
            yield from _no_younger(case, body.passage)
        case CultureSplit() as body:
            for parent in _parents(case):
                if isinstance(parent, Answer):
                    yield parent
                elif body.passage != parent.passage:
                    yield _passage(parent, body.passage)
                else:
                    yield satisfied(parent.stream)
        case CulturePooled() as body:
            yield from _pooled(case, body)


def _parents(case: Case) -> Iterator[Culture | Answer]:
    for stream in case.event.linked("parent"):
        parent = case.world.get(stream)
        if isinstance(parent, Culture) and stream != case.event.stream:
            yield parent
        else:
            yield unknown(stream, "the culture is not on record", "该培养物未登记")


def _pooled(case: Case, body: CulturePooled) -> Iterator[Answer]:
    found = list(_parents(case))
    parents = [p for p in found if isinstance(p, Culture)]
    yield from (a for a in found if isinstance(a, Answer))
    total = Decimal(0)
    for parent in parents:
        if parent.unit != body.unit:
            yield violated(
                parent.stream,
                f"culture {parent.number} is kept in {parent.unit}, the pool in {body.unit}",
                f"培养物 {parent.number} 以 {parent.unit} 计，合并后以 {body.unit} 计",
            )
        total = EXACT.add(total, parent.remaining)
    oldest = max(parents, key=lambda p: p.passage, default=None)
    if oldest is not None and body.passage != oldest.passage:
        yield _passage(oldest, body.passage)
    accounted = EXACT.add(amount(body.quantity), amount(body.lost))
    if accounted != total:
        yield violated(
            case.event.stream,
            f"{plain(accounted)} {body.unit} are accounted for, {plain(total)} went in",
            f"已核计 {plain(accounted)} {body.unit}，投入 {plain(total)}",
        )
    else:
        yield satisfied(*(p.stream for p in parents))


def _no_younger(case: Case, passage: int) -> Iterator[Answer]:
    for vial in case.linked("made_from"):
        bank = case.world.get(vial.bank) if isinstance(vial, Vial) else None
        if isinstance(bank, Bank) and passage < bank.passage:
            yield violated(
                bank.stream,
                f"passage {passage} is below passage {bank.passage} of bank {bank.number}",
                f"代次 {passage} 低于细胞库 {bank.number} 的代次 {bank.passage}",
            )
        else:
            yield satisfied(vial.stream)


def _passage(parent: Culture, given: int) -> Answer:
    return violated(
        parent.stream,
        f"passage {given} is given; culture {parent.number} is at passage {parent.passage}",
        f"所填代次为 {given}，而培养物 {parent.number} 为第 {parent.passage} 代",
    )


@rule(
    "CUL-001",
    "store",
    en="cells thawed once are frozen again only where the process allows it",
    zh="复苏过的细胞仅在工艺允许时可再冻存",
    source="house rule: good manufacturing practice for cryopreserved cells",
    basis=Basis.HOUSE,
    remedy_en="use or discard the culture; a process version may allow freezing again",
    remedy_zh="请使用或销毁该培养物；工艺版本可规定允许再冻存",
    override_role="qa",
    signer_roles=("operator", "verifier"),
)
def thawed_cells_are_not_frozen_again(case: Case) -> Iterable[Answer]:
    """Cells that were passaged since they were thawed count as fresh."""
    culture = case.state
    if not isinstance(culture, Culture):
        return
    if not _thawed_and_not_passaged(case, culture) or _allowed(case, culture):
        yield satisfied(culture.stream)
    else:
        yield violated(
            culture.stream,
            f"the cells of culture {culture.number} were thawed and not passaged since",
            f"培养物 {culture.number} 的细胞复苏后未经传代",
        )


def _thawed_and_not_passaged(case: Case, culture: Culture) -> bool:
    """Whether the cells come from the cold without a passage in between, by any way."""
    found = ancestry(case, culture.stream, kinds=("culture", "vial")).found
    if any(isinstance(s, Culture) and s.passage == culture.passage and s.thawed for s in found):
        return True
    banks = (case.world.get(s.bank) for s in found if isinstance(s, Vial))
    return any(isinstance(b, Bank) and b.passage == culture.passage for b in banks)


def _allowed(case: Case, culture: Culture) -> bool:
    """Whether the process of the culture, or of the one it was taken from, allows it."""
    for state in ancestry(case, culture.stream, kinds=("culture",)).found:
        if isinstance(state, Culture) and state.process:
            version = process_of(case, state.process, state.process_version)
            return version is not None and version.refreeze_allowed
    return False
