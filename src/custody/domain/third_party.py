"""Reports of laboratories outside: who tested, under which accreditation, with which verdicts.

Shared by banks and batches. Whether the laboratory is independent of the maker is asked by the
rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from custody.domain.model import Body, Event, LinkRule, Sig, said
from custody.domain.values import Code, Day, Document, Frozen, Number, Text, day_of

RECEIVERS: Final = (
    Sig("lab_external", "performed"),
    Sig("qc_reviewer", "received"),
    Sig("qa", "received"),
)
LABORATORY: Final = LinkRule("laboratory", ("organisation",), "the laboratory", "检验机构")


class ReportedTest(Frozen):
    """One test of a report."""

    test: Code = said("code of the test, for example sterility", "检验项目代码，例如 sterility")
    verdict: Literal["pass", "fail", "invalid"] = said("verdict of the laboratory", "检验机构结论")


class ThirdPartyReported(Body):
    """The content of a report, whatever it is about."""

    report: Number = said("number of the report", "报告编号")
    reported_on: Day = said("day of the report", "报告日期")
    sample: Number = said("number of the sample tested", "检样编号", decisive="bank record-report")
    accreditation: Text = said("accreditation of the laboratory", "检验机构的认可资质")
    accredited_until: Day = said(
        "last day of the accreditation", "认可有效期至", decisive="bank record-report"
    )
    tests: tuple[ReportedTest, ...] = said(
        "tests and verdicts",
        "检验项目与结论",
        decisive="bank record-report",
        min_length=1,
        max_length=40,
    )
    documents: tuple[Document, ...] = said("the report", "检验报告", min_length=1, max_length=20)


@dataclass(frozen=True, slots=True)
class Report:
    """A report as rules see it; `tests` are (test, verdict) pairs."""

    number: str
    laboratory: str
    reported_on: str
    accredited_until: str
    tests: tuple[tuple[str, str], ...]

    def accredited(self) -> bool:
        """Whether the accreditation covered the day of the report."""
        day: date = day_of(self.reported_on)
        return day <= day_of(self.accredited_until)


def report_of(event: Event, body: ThirdPartyReported) -> Report:
    """Return the report that an event brought."""
    return Report(
        number=body.report,
        laboratory=event.linked("laboratory")[0],
        reported_on=body.reported_on,
        accredited_until=body.accredited_until,
        tests=tuple((t.test, t.verdict) for t in body.tests),
    )
