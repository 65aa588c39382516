"""How a culture comes to be and is worked on: started, split, pooled, passaged, modified.

A part taken from a culture is written off there, exactly; the culture it came from does not learn
what became of the part. Whether a step may be taken is decided by the rules.
"""

from __future__ import annotations

from typing import Final

from custody.domain.model import Body, Companion, LinkRule, Sig, event_type, said
from custody.domain.values import Amount, Code, Count, Number, Text, Unit

BY_TWO: Final = (Sig("operator", "performed"), Sig("verifier", "verified"))
USES: Final = LinkRule(
    "uses", ("equipment", "site"), "equipment or site used", "所用设备或场所", least=0, most=20
)
PRODUCT: Final = LinkRule("product", ("product",), "the product it is for", "用于何产品", least=0)
PROCESS: Final = LinkRule("process", ("process",), "the process followed", "所遵循的工艺", least=0)


class Measured(Body):
    """A quantity of living cells, counted or by volume."""

    quantity: Amount = said("cells or volume", "细胞数或体积", decisive="deviation open")
    unit: Unit = said("unit of that quantity", "单位", decisive="deviation open")


class Opened(Measured):
    """What every new culture states: its number, its passage, how much it is."""

    number: Number = said("culture number", "培养物编号", alias="culture-no")
    passage: Count = said("passage", "代次", decisive="deviation open")
    vessel: Text | None = said("vessel and its label", "容器及标识", default=None)


@event_type(
    "culture.started/v1",
    kind="culture",
    command="culture start",
    en="culture started",
    zh="培养开始",
    meaning_zh="以所列复苏的冻存管或样品开始培养；起始物由此用尽。",
    signers=BY_TWO,
    every=True,
    opens=True,
    then="growing",
    links=(
        LinkRule(
            "made_from",
            ("vial", "sample"),
            "a thawed vial or a sample it is made from",
            "所用的冻存管或样品",
            most=20,
            lineage=True,
        ),
        PRODUCT,
        PROCESS,
        USES,
    ),
    companions=(Companion("made_from", "{kind}.used/v1"),),
    gate="culture",
    next=("culture passage", "culture split"),
)
class CultureStarted(Opened):
    """Cells of the vials or samples named, which are used up by it, were put into culture."""

    process_version: Number | None = said(
        "version of the process, when one is named",
        "工艺版本（注明工艺时）",
        decisive="culture discard",
        default=None,
    )


@event_type(
    "culture.split/v1",
    kind="culture",
    command="culture split",
    en="culture split off",
    zh="培养物分出",
    meaning_zh="从一份培养物分出一部分，成为另一份培养物；原培养物扣除相同数量。",
    signers=BY_TWO,
    every=True,
    opens=True,
    then="growing",
    links=(
        LinkRule("parent", ("culture",), "the culture divided", "被分的培养物", lineage=True),
        USES,
    ),
    companions=(Companion("parent", "culture.drawn/v1", copy=("quantity", "unit")),),
    gate="culture",
    next=("culture split", "culture passage"),
)
class CultureSplit(Opened):
    """Part of a culture became one of its own; exactly as much was taken off the first."""


@event_type(
    "culture.pooled/v1",
    kind="culture",
    command="culture pool",
    en="cultures pooled",
    zh="培养物合并",
    meaning_zh="若干培养物的全部余量合并为一份；损失须注明。",
    signers=BY_TWO,
    every=True,
    opens=True,
    then="growing",
    links=(
        LinkRule(
            "parent",
            ("culture",),
            "a culture that went into it",
            "并入的培养物",
            least=2,
            most=20,
            lineage=True,
        ),
        USES,
    ),
    companions=(Companion("parent", "culture.used/v1"),),
    gate="culture",
    next=("culture passage", "batch start"),
)
class CulturePooled(Opened):
    """All that was left of several cultures became one; what was lost on the way is stated."""

    lost: Amount = said("quantity lost in pooling", "合并损失量", default="0")


@event_type(
    "culture.drawn/v1",
    kind="culture",
    command="culture draw",
    en="part of a culture taken",
    zh="培养物取出",
    meaning_zh="已从培养物取出一部分；不写明去向。",
    signers=(*BY_TWO, Sig("bank_custodian", "performed")),
    when=("growing",),
    plumbing=True,
)
class CultureDrawn(Measured):
    """A part was taken from the culture; the event does not say for what."""


@event_type(
    "culture.used/v1",
    kind="culture",
    command="culture use",
    en="culture used",
    zh="培养物已用",
    meaning_zh="培养物的余量已投入使用；不写明用于何处。",
    signers=(*BY_TWO, Sig("bank_custodian", "performed")),
    when=("growing",),
    then="used",
    plumbing=True,
)
class CultureUsed(Body):
    """What was left of the culture was used up; the event does not say by what."""


@event_type(
    "culture.passaged/v1",
    kind="culture",
    command="culture passage",
    en="culture passaged",
    zh="传代",
    meaning_zh="培养物已传代；代次加一，数量为传代后所计。",
    signers=BY_TWO,
    every=True,
    when=("growing",),
    links=(USES,),
    next=("culture passage", "culture split"),
)
class CulturePassaged(Measured):
    """The culture was passaged: one passage more, and the quantity counted afterwards."""

    passage: Count = said(
        "passage afterwards: one more than before",
        "传代后的代次（加一）",
        decisive="deviation open",
    )
    viability: Amount | None = said(
        "viability, in %", "活率（%）", decisive="deviation open", default=None
    )
    doublings: Amount | None = said(
        "population doublings since the last passage",
        "自上次传代的群体倍增数",
        decisive="deviation open",
        default=None,
    )


@event_type(
    "culture.material_consumed/v1",
    kind="culture",
    command="culture consume",
    en="material consumed in a culture",
    zh="培养领用物料",
    meaning_zh="一批物料的一部分已用于培养；该部分从物料结存中扣除。",
    signers=BY_TWO,
    every=True,
    when=("growing",),
    links=(LinkRule("material", ("material",), "the material lot", "物料批", lineage=True),),
    companions=(Companion("material", "material.drawn/v1", copy=("quantity", "unit")),),
    gate="consume",
    next=("culture consume", "culture passage"),
)
class CultureMaterialConsumed(Measured):
    """Part of a material lot went into the culture and was taken off the lot's balance."""

    quantity: Amount = said("quantity consumed", "投入量")


@event_type(
    "culture.gene_modified/v1",
    kind="culture",
    command="culture modify",
    en="culture gene-modified",
    zh="基因修饰",
    meaning_zh="细胞已用所列载体或编辑工具批次作基因修饰；该批结存相应扣除。",
    signers=BY_TWO,
    every=True,
    when=("growing",),
    links=(
        LinkRule(
            "material", ("material",), "the vector or tool lot", "载体或编辑工具批", lineage=True
        ),
        USES,
    ),
    companions=(Companion("material", "material.drawn/v1", copy=("quantity", "unit")),),
    gate="modify",
    next=("culture modify", "culture passage"),
)
class CultureGeneModified(Measured):
    """The cells were modified with a lot of a vector or editing tool, taken off its balance."""

    quantity: Amount = said("quantity of the vector or tool used", "载体或工具用量")
    method: Code = said("method, for example transduction", "方法代码，例如 transduction")
    target: Text | None = said("what is edited or inserted", "编辑或插入的目标", default=None)
