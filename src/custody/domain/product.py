"""Products: what a preparation is, what it is meant for and which tests its release needs.

A specification is never edited: a revision adds a version, and every batch names the version it is
judged by.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from custody.domain.model import Body, Event, Sig, State, checks, event_type, evolves, said
from custody.domain.values import Code, Count, Frozen, Name, Number, Reading, Text, Unit, amount
from custody.errors import Reason, reason

ProductClass = Literal[
    "stem_cell_preparation", "gene_edited_cell", "somatic_cell_preparation", "other_cell_product"
]
IntendedUse = Literal[
    "overseas_clinical_trial", "domestic_clinical_study", "commercial", "non_clinical"
]
APPROVERS = (Sig("quality_authority", "approved"), Sig("qa", "approved"))


class ReleaseTest(Frozen):
    """One test a batch must pass, with numeric limits in `unit` or one expected text code."""

    test: Code = said("code of the test, for example sterility", "检验项目代码，例如 sterility")
    unit: Unit | None = said("unit of the limits", "限度的单位", default=None)
    minimum: Reading | None = said("lowest value that passes", "合格下限（含）", default=None)
    maximum: Reading | None = said("highest value that passes", "合格上限（含）", default=None)
    expected: Code | None = said(
        "the outcome that passes, for example negative", "合格结果代码，例如 negative", default=None
    )

    def passes(self, value: str | None, unit: str | None, outcome: str | None) -> bool:
        """Whether a result lies within the limits; a missing part never passes.

        Args:
            value: decimal string in `unit`, or None.
            unit: unit code of `value`; another unit than that of the limits does not pass.
            outcome: text code of a qualitative result, or None.
        """
        if self.expected is not None and outcome != self.expected:
            return False
        if self.minimum is None and self.maximum is None:
            return self.expected is not None
        if value is None or unit != self.unit:
            return False
        low = self.minimum is None or amount(self.minimum) <= amount(value)
        return low and (self.maximum is None or amount(value) <= amount(self.maximum))


@event_type(
    "product.specified/v1",
    kind="product",
    command="product specify",
    en="product specified",
    zh="产品质量标准制定",
    meaning_zh="产品已定义：类别、预期用途、储存条件与放行检验标准。",
    signers=APPROVERS,
    opens=True,
    then="specified",
    next=("product revise", "batch start"),
)
class ProductSpecified(Body):
    """A product was defined: its class, its use, its storage limits and its release tests."""

    number: Number = said("product code", "产品代码", alias="product-no")
    name: Name = said("name of the product", "产品名称")
    product_class: ProductClass = said(
        "class of the product", "产品类别", revised_by="product revise"
    )
    intended_use: IntendedUse = said("what it is made for", "预期用途", revised_by="product revise")
    version: Number = said(
        "version of the specification", "质量标准版本", revised_by="product revise"
    )
    cell_source: Code | None = said(
        "tissue or cells it is made of, for example umbilical_cord",
        "细胞来源代码，例如 umbilical_cord",
        revised_by="product revise",
        default=None,
    )
    donor_relation: Literal["autologous", "allogeneic"] | None = said(
        "whose cells they are", "供者与受者的关系", revised_by="product revise", default=None
    )
    manipulations: tuple[Code, ...] = said(
        "what is done to the cells outside the body, for example expansion",
        "体外操作，例如 expansion（扩增）",
        revised_by="product revise",
        default=(),
        max_length=20,
    )
    storage_min: Reading = said(
        "lowest temperature allowed", "允许的最低温度", revised_by="product revise"
    )
    storage_max: Reading = said(
        "highest temperature allowed", "允许的最高温度", revised_by="product revise"
    )
    storage_unit: Literal["Cel"] = said(
        "unit of the limits", "温度单位", revised_by="product revise", default="Cel"
    )
    release_tests: tuple[ReleaseTest, ...] = said(
        "the tests a batch must pass",
        "放行检验项目",
        revised_by="product revise",
        min_length=1,
        max_length=60,
    )
    max_passage: Count | None = said(
        "highest passage allowed", "最高代次", revised_by="product revise", default=None
    )
    shelf_life_hours: Count | None = said(
        "shelf life in hours", "有效期（小时）", revised_by="product revise", default=None
    )


@event_type(
    "product.revised/v1",
    kind="product",
    command="product revise",
    en="product specification revised",
    zh="产品质量标准修订",
    meaning_zh="质量标准的新版本已批准；旧版本仍对按其生产的批次有效。",
    signers=APPROVERS,
    then="specified",
    next=("batch start",),
)
class ProductRevised(Body):
    """A new version of the specification was approved; batches made under an older one keep it."""

    version: Number = said("the new version", "新版本号")
    reason: Text = said("what changed and why", "修订内容与理由")
    intended_use: IntendedUse = said("what it is made for", "预期用途")
    storage_min: Reading = said("lowest temperature allowed", "允许的最低温度")
    storage_max: Reading = said("highest temperature allowed", "允许的最高温度")
    storage_unit: Literal["Cel"] = said("unit of the limits", "温度单位", default="Cel")
    release_tests: tuple[ReleaseTest, ...] = said(
        "the tests a batch must pass", "放行检验项目", min_length=1, max_length=60
    )
    max_passage: Count | None = said("highest passage allowed", "最高代次", default=None)
    shelf_life_hours: Count | None = said("shelf life in hours", "有效期（小时）", default=None)


@event_type(
    "product.change_approved/v1",
    kind="product",
    command="product approve-change",
    en="product change approved",
    zh="产品变更批准",
    meaning_zh="一项产品变更及其影响评价已批准，尚待在质量标准新版本中实施。",
    signers=APPROVERS,
    when=("specified",),
    next=("product revise",),
)
class ProductChangeApproved(Body):
    """A change of the product and its impact were approved, to be carried out later."""

    change: Number = said("number of the change", "变更编号")
    scope: Text = said("what is changed", "变更内容")
    impact: Text = said("impact on quality and comparability", "对质量与可比性的影响")
    reason: Text = said("why it is changed", "变更理由")


@dataclass(frozen=True, slots=True)
class Specification:
    """One version of a product's specification; None where it sets no limit.

    `index` is its place in the log: since then it has been the current one.
    """

    version: str
    intended_use: str
    storage_min: str
    storage_max: str
    storage_unit: str
    release_tests: tuple[ReleaseTest, ...]
    max_passage: int | None
    shelf_life_hours: int | None
    index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(State):
    """A product and all versions of its specification, oldest first."""

    name: str
    product_class: str
    versions: tuple[Specification, ...]
    cell_source: str = ""
    donor_relation: str = ""
    manipulations: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    @property
    def current(self) -> Specification:
        """The latest version."""
        return self.versions[-1]

    def specification(self, version: str) -> Specification | None:
        """Return the version of that name, None when there is none."""
        return next((s for s in self.versions if s.version == version), None)

    def applicable(self, version: str, released: int | None) -> Specification | None:
        """Return the version a batch is judged by, None when it names one that is not known.

        Args:
            version: the one the batch names, '' when none: then the one that was current at its
                release counts, so that no later revision judges what was released before.
            released: place of the release in the log, None before it.
        """
        if version:
            return self.specification(version)
        known = [s for s in self.versions if released is None or s.index < released]
        return (known or self.versions)[-1]


@checks("product")
def limits_make_sense(state: Product | None, event: Event) -> Iterable[Reason]:
    """Yield why a specification cannot be used: empty or crossed limits, a version used before."""
    body = event.body
    match body:
        case ProductChangeApproved() if state is not None and body.change in state.changes:
            yield reason("C2207", event.stream, change=body.change)
    if not isinstance(body, ProductSpecified | ProductRevised):
        return
    if amount(body.storage_min) > amount(body.storage_max):
        yield reason("C260", event.stream, limit="storage", limit_zh="储存温度")
    for test in body.release_tests:
        low, high = test.minimum, test.maximum
        if low is not None and high is not None and amount(low) > amount(high):
            yield reason("C260", event.stream, limit=test.test, limit_zh=test.test)
        numeric = low is not None or high is not None
        if (not numeric and test.expected is None) or numeric != (test.unit is not None):
            yield reason("C261", event.stream, test=test.test)
    names = [t.test for t in body.release_tests]
    if len(set(names)) < len(names):
        yield reason("C262", event.stream)
    if state is not None and state.specification(body.version) is not None:
        yield reason("C263", event.stream, version=body.version)


@evolves("product")
def evolve(state: Product | None, event: Event) -> Product:
    """Return the product after `event`."""
    match event.body:
        case ProductSpecified() as body:
            return Product(
                stream=event.stream,
                number=body.number,
                status="specified",
                opened=body.occurred_at,
                name=body.name,
                product_class=body.product_class,
                versions=(_specification(event, body),),
                cell_source=body.cell_source or "",
                donor_relation=body.donor_relation or "",
                manipulations=body.manipulations,
            )
        case ProductRevised() as body if state is not None:
            return replace(state, versions=(*state.versions, _specification(event, body)))
        case ProductChangeApproved() as body if state is not None:
            return replace(state, changes=(*state.changes, body.change))
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return state


def _specification(event: Event, body: ProductSpecified | ProductRevised) -> Specification:
    return Specification(
        version=body.version,
        intended_use=body.intended_use,
        storage_min=body.storage_min,
        storage_max=body.storage_max,
        storage_unit=body.storage_unit,
        release_tests=body.release_tests,
        max_passage=body.max_passage,
        shelf_life_hours=body.shelf_life_hours,
        index=event.index,
    )
