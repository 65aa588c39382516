"""Results out of specification of a batch, and reports about it from outside laboratories.

An investigation is opened on one result and closed by quality; closing it changes no result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from custody.domain.batch_tests import TESTABLE
from custody.domain.model import Body, Sig, event_type, said
from custody.domain.third_party import LABORATORY, RECEIVERS, ThirdPartyReported
from custody.domain.values import Code, Count, Text


@event_type(
    "batch.third_party_reported/v1",
    kind="batch",
    command="batch record-report",
    en="third-party report on the batch",
    zh="批次第三方检验报告",
    meaning_zh="已收到第三方检验机构对本批制剂的复核报告。",
    signers=RECEIVERS,
    when=TESTABLE,
    links=(LABORATORY,),
    next=("batch review", "batch release"),
)
class BatchThirdPartyReported(ThirdPartyReported):
    """The report of an outside laboratory on this batch came in."""


@event_type(
    "batch.oos_opened/v1",
    kind="batch",
    command="batch open-oos",
    en="out-of-specification result opened",
    zh="检验结果超标（OOS）开启",
    meaning_zh="一项结果超出标准，已开启调查；关闭前本批不得放行。",
    signers=(Sig("qc_analyst", "performed"), Sig("qc_reviewer", "performed")),
    when=TESTABLE,
    next=("batch close-oos",),
)
class BatchOosOpened(Body):
    """A result out of specification is investigated; until then the batch is not released."""

    test: Code = said("code of the test", "检验项目代码", decisive="batch open-oos")
    seq: Count = said(
        "sequence number of the result in this batch",
        "该结果在本批记录中的序号",
        decisive="batch open-oos",
    )
    description: Text = said("what is out of specification", "超标情况")


@event_type(
    "batch.oos_closed/v1",
    kind="batch",
    command="batch close-oos",
    en="out-of-specification result closed",
    zh="检验结果超标（OOS）关闭",
    meaning_zh="调查已由质量保证关闭；确认的超标使本批不得放行。",
    signers=(Sig("qa", "approved"),),
    when=TESTABLE,
    decides=True,
    next=("batch test", "batch review"),
)
class BatchOosClosed(Body):
    """Quality assurance closed the investigation; a confirmed one keeps the batch from release."""

    seq: Count = said("sequence number of the result", "该结果的序号")
    finding: Literal["confirmed", "laboratory_error", "sampling_error"] = said(
        "what was found", "调查结论"
    )
    conclusion: Text = said("root cause and conclusion", "根本原因与结论")


@dataclass(frozen=True, slots=True)
class Oos:
    """One investigation; `finding` is empty while it is open."""

    seq: int
    test: str
    openers: tuple[str, ...]
    finding: str = ""
