"""Tests that lost their worth after they were reported: an instrument, a method, a mix-up.

The result stays on record and counts as invalid from now on; whatever rests on it is put on hold.
"""

from __future__ import annotations

from custody.domain.model import Body, Sig, event_type, said
from custody.domain.values import Code, Count, Text

BY_REVIEWER = (Sig("qc_reviewer", "reviewed"), Sig("qa", "approved"))


@event_type(
    "batch.test_invalidated/v1",
    kind="batch",
    command="batch invalidate-test",
    en="batch test invalidated",
    zh="批次检验作废",
    meaning_zh="一项已报告的检验结果不再可信；凡依据该结果者即行暂停。",
    signers=BY_REVIEWER,
    decides=True,
    next=("trace", "batch test"),
)
class BatchTestInvalidated(Body):
    """A reported result cannot be relied on any more; what rests on it is put on hold."""

    test: Code = said("code of the test", "检验项目代码")
    seq: Count = said("sequence number of the result in this batch", "该结果在本批记录中的序号")
    reason: Text = said("why it cannot be relied on", "不可信的理由")


@event_type(
    "bank.test_invalidated/v1",
    kind="bank",
    command="bank invalidate-test",
    en="bank test invalidated",
    zh="细胞库检定作废",
    meaning_zh="细胞库的一项检定结果不再可信；凡源自该库者即行暂停。",
    signers=BY_REVIEWER,
    decides=True,
    next=("trace", "bank test"),
)
class BankTestInvalidated(Body):
    """A test of the bank cannot be relied on any more; what came from the bank is put on hold."""

    test: Code = said("code of the test", "检验项目代码")
    reason: Text = said("why it cannot be relied on", "不可信的理由")
