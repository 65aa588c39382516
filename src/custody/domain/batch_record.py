"""What else belongs to a batch record: line clearance, labels, samples, containers filled.

None of it decides about the batch; what must be complete before release is asked by the rules.
"""

from __future__ import annotations

from typing import Final

from custody.domain.batch_making import BY_OPERATOR_AND_VERIFIER
from custody.domain.model import Body, LinkRule, Sig, event_type, said
from custody.domain.values import Amount, Code, Count, Number, Text, Unit

MAKING: Final = ("started", "completed", "reviewed")
KEPT: Final = ("started", "completed", "reviewed", "released", "released_provisionally", "held")
SET_RIGHT: Final = "deviation open"  # what answers a wrong count once something rests on it


@event_type(
    "batch.line_cleared/v1",
    kind="batch",
    command="batch clear-line",
    en="line cleared",
    zh="清场",
    meaning_zh="场所与设备已清场、清洁并核对，无他批残留；所用设备须在校准有效期内。",
    signers=BY_OPERATOR_AND_VERIFIER,
    every=True,
    when=("started",),
    links=(
        LinkRule(
            "uses",
            ("equipment", "site"),
            "equipment or site cleared",
            "所清场的设备或场所",
            least=0,
            most=30,
        ),
    ),
    gate="clear-line",
    next=("batch step", "batch consume"),
)
class BatchLineCleared(Body):
    """Room and equipment were cleared, cleaned and checked: nothing of another batch is left."""

    area: Text = said("room or line", "区域或生产线")


@event_type(
    "batch.labels_printed/v1",
    kind="batch",
    command="batch print-labels",
    en="labels printed",
    zh="标签打印",
    meaning_zh="为本批打印了若干标签。",
    signers=BY_OPERATOR_AND_VERIFIER,
    every=True,
    when=MAKING,
    next=("batch reconcile-labels",),
    counted=(("printed", "batch reconcile-labels"),),
)
class BatchLabelsPrinted(Body):
    """A number of labels was printed for this batch."""

    printed: Count = said("number of labels printed", "打印数量")
    template: Text | None = said("label template and its version", "标签模板及版本", default=None)


@event_type(
    "batch.labels_reconciled/v1",
    kind="batch",
    command="batch reconcile-labels",
    en="labels reconciled",
    zh="标签平衡",
    meaning_zh="标签已平衡：使用、销毁与留存之和等于打印数。",
    signers=BY_OPERATOR_AND_VERIFIER,
    every=True,
    when=MAKING,
    next=("batch review",),
    counted=(("used", SET_RIGHT), ("destroyed", SET_RIGHT), ("kept", SET_RIGHT)),
)
class BatchLabelsReconciled(Body):
    """Labels used, destroyed and kept in the record add up to those printed."""

    used: Count = said("labels put on containers", "使用数量")
    destroyed: Count = said("labels destroyed", "销毁数量")
    kept: Count = said("labels kept in the batch record", "留存于批记录的数量")


@event_type(
    "batch.sample_retained/v1",
    kind="batch",
    command="batch retain",
    en="retention sample of the batch taken",
    zh="批次留样",
    meaning_zh="本批的一部分已留样；以剂计的从结存中扣除。",
    signers=BY_OPERATOR_AND_VERIFIER,
    every=True,
    when=MAKING,
    next=("batch test", "batch review"),
    counted=(("quantity", SET_RIGHT),),
)
class BatchSampleRetained(Body):
    """Part of the batch was put aside for later; whole doses are taken off its stock."""

    sample: Number = said("number of the retention sample", "留样编号")
    quantity: Amount = said("quantity kept", "留样量")
    unit: Unit = said("unit of that quantity", "单位")
    position: Text = said("where it is kept", "存放位置")


@event_type(
    "batch.sample_sent/v1",
    kind="batch",
    command="batch send-sample",
    en="sample of the batch sent",
    zh="批次送检",
    meaning_zh="本批的样品已送往所列检验机构，注明检验项目。",
    signers=(Sig("qc_analyst", "performed"), Sig("warehouse", "performed")),
    when=KEPT,
    links=(LinkRule("laboratory", ("organisation",), "the laboratory", "检验机构"),),
    next=("batch record-report", "batch test"),
    counted=(("quantity", SET_RIGHT),),
)
class BatchSampleSent(Body):
    """A sample of the batch was sent to a laboratory for the tests named."""

    sample: Number = said("number of the sample", "检样编号")
    quantity: Amount = said("quantity sent", "送检量")
    unit: Unit = said("unit of that quantity", "单位")
    tests: tuple[Code, ...] = said("tests asked for", "检验项目", min_length=1, max_length=40)


@event_type(
    "batch.filled/v1",
    kind="batch",
    command="batch fill",
    en="container filled",
    zh="已分装一剂",
    meaning_zh="本批的一剂已单独登记；不写明其编号。",
    signers=BY_OPERATOR_AND_VERIFIER,
    when=("completed", "reviewed", "released", "released_provisionally"),
    plumbing=True,
)
class BatchFilled(Body):
    """One dose of the batch was registered on its own; the event does not say which."""
