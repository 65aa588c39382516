"""Processes: how a product is made, version by version, and what follows for banks and tests.

A version is never edited: a revision adds one, and every batch and culture names the one it was
made by. A change is approved on its own, before the version that brings it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from custody.domain.model import (
    Body,
    Event,
    LinkRule,
    Sig,
    State,
    checks,
    event_type,
    evolves,
    said,
)
from custody.domain.values import Code, Count, Name, Number, Text
from custody.errors import Reason, reason

VectorType = Literal["none", "lentivirus", "gamma_retrovirus", "aav", "non_viral"]
APPROVERS = (Sig("quality_authority", "approved"), Sig("qa", "approved"))


class ProcessVersion(Body):
    """What a version of a process lays down; the flags decide which rules apply to a batch."""

    version: Number = said("version of the process", "工艺版本", revised_by="process revise")
    steps: tuple[Code, ...] = said(
        "codes of its steps, in order",
        "步骤代码（按顺序）",
        revised_by="process revise",
        min_length=1,
        max_length=60,
    )
    autologous: bool = said("for the donor's own use", "是否自体使用", revised_by="process revise")
    long_expansion: bool = said(
        "cells are expanded for long", "是否长期扩增", revised_by="process revise"
    )
    genetic_modification: bool = said(
        "cells are genetically modified", "是否基因修饰", revised_by="process revise"
    )
    clone_screening: bool = said(
        "single clones are screened", "是否单克隆筛选", revised_by="process revise"
    )
    low_manipulation: bool = said(
        "cells are manipulated little", "是否低程度操作", revised_by="process revise"
    )
    short_cycle: bool = said(
        "cells are cultured for a short time", "是否短期培养", revised_by="process revise"
    )
    vector_type: VectorType = said(
        "vector used for modification", "所用载体类型", revised_by="process revise"
    )
    max_passage: Count = said("highest passage allowed", "最高代次", revised_by="process revise")
    refreeze_allowed: bool = said(
        "whether cells thawed once may be frozen again",
        "复苏后的细胞可否再次冻存",
        revised_by="process revise",
        default=False,
    )


@event_type(
    "process.approved/v1",
    kind="process",
    command="process approve",
    en="process approved",
    zh="工艺批准",
    meaning_zh="生产工艺的第一个版本已批准：步骤、操作特征、载体与最高代次。",
    signers=APPROVERS,
    opens=True,
    then="approved",
    links=(LinkRule("product", ("product",), "the product it makes", "所制产品", least=0),),
    next=("process revise", "batch start"),
)
class ProcessApproved(ProcessVersion):
    """The first version of a process was approved: its steps, its nature, its passage limit."""

    number: Number = said("process number", "工艺编号", alias="process-no")
    name: Name = said("name of the process", "工艺名称")


@event_type(
    "process.revised/v1",
    kind="process",
    command="process revise",
    en="process revised",
    zh="工艺修订",
    meaning_zh="工艺的新版本已批准；按旧版本生产的批次仍按旧版本判定。",
    signers=APPROVERS,
    when=("approved",),
    next=("batch start",),
)
class ProcessRevised(ProcessVersion):
    """A new version was approved; batches made under an older one keep it."""

    reason: Text = said("what changed and why", "修订内容与理由")
    change: Number | None = said(
        "the change it carries out, approved before", "所实施的已批准变更编号", default=None
    )


@event_type(
    "process.change_approved/v1",
    kind="process",
    command="process approve-change",
    en="process change approved",
    zh="工艺变更批准",
    meaning_zh="一项工艺变更及其可比性评价已批准，尚待在新版本中实施。",
    signers=APPROVERS,
    when=("approved",),
    next=("process revise",),
)
class ProcessChangeApproved(Body):
    """A change of the process and its comparability were approved, to be carried out later."""

    change: Number = said("number of the change", "变更编号")
    scope: Text = said("what is changed", "变更内容")
    impact: Text = said("impact on quality and comparability", "对质量与可比性的影响")
    reason: Text = said("why it is changed", "变更理由")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process; see `ProcessVersion` for the flags."""

    version: str
    steps: tuple[str, ...]
    autologous: bool
    long_expansion: bool
    genetic_modification: bool
    clone_screening: bool
    low_manipulation: bool
    short_cycle: bool
    vector_type: str
    max_passage: int
    refreeze_allowed: bool

    @property
    def bank_needed(self) -> bool:
        """Whether cells must be banked before a batch is made of them."""
        return self.long_expansion or self.genetic_modification or self.clone_screening

    @property
    def bank_spared(self) -> bool:
        """Whether a batch may start without a bank: autologous, short, little manipulated."""
        spared = self.autologous and self.short_cycle and self.low_manipulation
        return spared and not self.bank_needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Process(State):
    """A process: the product it makes, its versions and its approved changes, oldest first."""

    name: str
    product: str
    versions: tuple[Version, ...]
    changes: tuple[str, ...] = ()

    @property
    def current(self) -> Version:
        """The latest version."""
        return self.versions[-1]

    def named(self, version: str) -> Version | None:
        """Return the version of that name, None when there is none."""
        return next((v for v in self.versions if v.version == version), None)


@checks("process")
def versions_make_sense(state: Process | None, event: Event) -> Iterable[Reason]:
    """Yield why a version or change cannot be approved: contradicting flags, a name used before."""
    body = event.body
    if isinstance(body, ProcessVersion):
        if (body.vector_type != "none") and not body.genetic_modification:
            yield reason("C2203", event.stream, vector=body.vector_type)
        if body.long_expansion and body.short_cycle:
            yield reason("C2204", event.stream)
        if state is not None and state.named(body.version) is not None:
            yield reason("C2205", event.stream, version=body.version)
    match body:
        case ProcessRevised() if state is not None:
            if body.change is not None and body.change not in state.changes:
                yield reason("C2206", event.stream, change=body.change)
        case ProcessChangeApproved() if state is not None and body.change in state.changes:
            yield reason("C2207", event.stream, change=body.change)


@evolves("process")
def evolve(state: Process | None, event: Event) -> Process:
    """Return the process after `event`."""
    if isinstance(event.body, ProcessApproved):
        return Process(
            stream=event.stream,
            number=event.body.number,
            status="approved",
            opened=event.body.occurred_at,
            name=event.body.name,
            product=next(iter(event.linked("product")), ""),
            versions=(_version(event.body),),
        )
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    match event.body:
        case ProcessRevised() as body:
            return replace(state, versions=(*state.versions, _version(body)))
        case ProcessChangeApproved() as body:
            return replace(state, changes=(*state.changes, body.change))
    return state


def _version(body: ProcessVersion) -> Version:
    return Version(
        version=body.version,
        steps=body.steps,
        autologous=body.autologous,
        long_expansion=body.long_expansion,
        genetic_modification=body.genetic_modification,
        clone_screening=body.clone_screening,
        low_manipulation=body.low_manipulation,
        short_cycle=body.short_cycle,
        vector_type=body.vector_type,
        max_passage=body.max_passage,
        refreeze_allowed=body.refreeze_allowed,
    )
