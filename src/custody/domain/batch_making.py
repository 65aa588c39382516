"""How a batch is made: started, materials consumed, steps executed, completed.

Each step is signed by the operator and by a second person who checked it. Whether a step may be
taken is not decided here but by the rules.
"""

from __future__ import annotations

from custody.domain.model import Body, Companion, LinkRule, Sig, event_type, said
from custody.domain.values import Amount, Code, Count, Frozen, Instant, Number, Reading, Text, Unit

BY_OPERATOR_AND_VERIFIER = (Sig("operator", "performed"), Sig("verifier", "verified"))


@event_type(
    "batch.started/v1",
    kind="batch",
    command="batch start",
    en="batch started",
    zh="批次开始生产",
    meaning_zh="以所列复苏的冻存管、样本或培养物开始生产一批制剂；起始物由此用尽。",
    signers=BY_OPERATOR_AND_VERIFIER,
    every=True,
    opens=True,
    then="started",
    links=(
        LinkRule(
            "made_from",
            ("vial", "sample", "culture"),
            "a thawed vial, a sample or a culture it is made from",
            "所用的冻存管、样本或培养物",
            most=20,
            lineage=True,
        ),
        LinkRule("product", ("product",), "the product", "产品"),
        LinkRule("site", ("organisation", "site"), "where it is made", "生产场所", least=0),
        LinkRule("process", ("process",), "the process it follows", "所遵循的工艺", least=0),
    ),
    companions=(Companion("made_from", "{kind}.used/v1"),),
    gate="start",
    next=("batch step", "batch complete"),
)
class BatchStarted(Body):
    """Manufacture of a batch began from the vials, samples or cultures named, all used up by it."""

    number: Number = said("batch number", "批号", alias="batch-no")
    process_version: Text = said(
        "version of the manufacturing process", "生产工艺版本", decisive="deviation open"
    )
    planned_doses: Count = said("number of doses planned", "计划剂数", decisive="deviation open")
    specification: Number | None = said(
        "version of the product's specification; when not given, the current one at release",
        "所适用的质量标准版本；未填时以放行时的现行版本为准",
        decisive="deviation open",
        default=None,
    )


@event_type(
    "batch.material_consumed/v1",
    kind="batch",
    command="batch consume",
    en="material consumed",
    zh="物料投入",
    meaning_zh="一批物料的一部分已投入本批；该部分从物料结存中扣除。",
    signers=BY_OPERATOR_AND_VERIFIER,
    every=True,
    when=("started",),
    links=(LinkRule("material", ("material",), "the material lot", "物料批", lineage=True),),
    companions=(Companion("material", "material.drawn/v1", copy=("quantity", "unit")),),
    gate="consume",
    next=("batch step", "batch complete"),
)
class BatchMaterialConsumed(Body):
    """Part of a material lot went into this batch and was taken off the lot's balance."""

    quantity: Amount = said("quantity consumed", "投入量")
    unit: Unit = said("unit of the quantity", "单位")
    step: Code | None = said("the step it was used in", "所用于的步骤", default=None)


class Parameter(Frozen):
    """One measured or set value of a step."""

    name: Code = said("what was measured or set", "参数名")
    value: Reading = said("the value", "数值")
    unit: Unit = said("unit of the value", "单位")


@event_type(
    "batch.step_executed/v1",
    kind="batch",
    command="batch step",
    en="step executed",
    zh="步骤执行",
    meaning_zh="一个生产步骤已执行并经第二人复核。",
    signers=BY_OPERATOR_AND_VERIFIER,
    every=True,
    when=("started",),
    links=(
        LinkRule("uses", ("equipment", "site"), "equipment used", "所用设备", least=0, most=20),
    ),
    next=("batch step", "batch complete"),
)
class BatchStepExecuted(Body):
    """A manufacturing step was carried out and checked by a second person."""

    step: Code = said("code of the step", "步骤代码", decisive="deviation open")
    description: Text = said("what was done", "操作内容")
    passage: Count | None = said(
        "passage after this step", "本步骤后的代次", decisive="deviation open", default=None
    )
    parameters: tuple[Parameter, ...] = said(
        "values measured or set",
        "测得或设定的参数",
        decisive="deviation open",
        default=(),
        max_length=40,
    )


@event_type(
    "batch.completed/v1",
    kind="batch",
    command="batch complete",
    en="manufacture completed",
    zh="生产完成",
    meaning_zh="生产完成；所得剂数、有效期与代次已记录。",
    signers=BY_OPERATOR_AND_VERIFIER,
    every=True,
    when=("started",),
    then="completed",
    next=("batch test", "batch review"),
)
class BatchCompleted(Body):
    """Manufacture was finished, yielding these doses with this expiry at this passage."""

    doses: Count = said("number of doses obtained", "所得剂数")
    expires_at: Instant = said("end of the shelf life", "有效期截止时刻")
    passage: Count = said("passage of the finished cells", "成品细胞代次")
