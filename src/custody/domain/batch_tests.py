"""Tests of a batch and their second look by a reviewer who did not run them.

The verdict written here is the analyst's; release computes its own from value and limits.
"""

from __future__ import annotations

from typing import Literal

from custody.domain.model import Body, LinkRule, Sig, event_type, said
from custody.domain.values import Code, Count, Document, Number, Reading, Text, Unit

TESTABLE = ("started", "completed", "reviewed", "held", "released", "released_provisionally")


@event_type(
    "batch.tested/v1",
    kind="batch",
    command="batch test",
    en="batch tested",
    zh="批次检验",
    meaning_zh="一项检验的结果，由检验人签名；每次检验均须记录，不得只记合格者。",
    signers=(Sig("qc_analyst", "performed"),),
    when=TESTABLE,
    links=(
        LinkRule("laboratory", ("organisation",), "the laboratory", "检验机构", least=0),
        LinkRule("uses", ("equipment",), "equipment used", "所用设备", least=0, most=10),
    ),
    answered_by="batch.deviation_noted/v1",
    next=("batch review-test",),
)
class BatchTested(Body):
    """The result of one test, signed by the analyst; every run is recorded, not the good ones."""

    test: Code = said(
        "code of the test, as in the specification",
        "检验项目代码（与质量标准一致）",
        decisive="batch test",
    )
    value: Reading | None = said("measured value", "测得值", decisive="batch test", default=None)
    unit: Unit | None = said("unit of the value", "单位", decisive="batch test", default=None)
    outcome: Code | None = said(
        "outcome without a value, e.g. negative", "定性结果", decisive="batch test", default=None
    )
    verdict: Literal["pass", "fail", "invalid"] = said(
        "verdict of the analyst", "检验人判定", decisive="batch test"
    )
    method: Text = said("method and its version", "方法及版本")
    sample: Number = said("number of the sample tested", "检样编号")
    method_validation: Document | None = said(
        "report that the method is validated", "方法验证报告", default=None
    )


@event_type(
    "batch.test_reviewed/v1",
    kind="batch",
    command="batch review-test",
    en="test reviewed",
    zh="检验复核",
    meaning_zh="检验结果及原始记录已由未参与该检验的人员复核。",
    signers=(Sig("qc_reviewer", "reviewed"),),
    when=TESTABLE,
    decides=True,
    next=("batch review",),
)
class BatchTestReviewed(Body):
    """A result and its raw record were looked at by somebody who did not run the test."""

    test: Code = said("code of the test", "检验项目代码")
    seq: Count = said("sequence number of the result in this batch", "所复核结果在本批记录中的序号")
    accepted: bool = said("the result is accepted", "结果是否被认可")
