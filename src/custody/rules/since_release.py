"""What was found after the release of a batch counts when it is to leave, too.

The release itself is judged in `release`; what is found after the seal is told by the verification.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from custody.domain.batch import Batch, Result
from custody.domain.deviation import Deviation
from custody.domain.product import ReleaseTest, Specification
from custody.rules.batch_case import specification_of
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated
from custody.rules.permits import lots
from custody.rules.release_extra import investigated


@rule(
    "REL-008",
    "export",
    en="no test failed, no result is open or confirmed out of specification, and no major "
    "deviation is open since the release",
    zh="放行后无不合格检验，无未关闭或已确认的超标结果，亦无未关闭的较大或重大偏差",
    source="house rule: what was found after the release counts as much as what was known then",
    basis=Basis.HOUSE,
    remedy_en="close the deviation (custody deviation close), repeat the test (custody batch test) "
    "or recall the batch (custody batch recall)",
    remedy_zh="请关闭偏差（custody deviation close）、重新检验（custody batch test），"
    "或召回该批次（custody batch recall）",
    signer_roles=("qa", "quality_authority"),
)
def batches_still_pass(case: Case) -> Iterable[Answer]:
    """Tests by the specification the batch was released to; deviations must be settled."""
    for lot in lots(case):
        batch = lot.batch
        if batch is None:
            yield unknown(lot.stream, "the batch is not on record", "该批次未登记")
            continue
        yield satisfied(lot.stream)
        yield from speaking_against(batch, specification_of(case, batch))
        for stream in batch.deviations:
            yield from _settled(case, batch, stream)


def speaking_against(batch: Batch, specification: Specification | None) -> Iterator[Answer]:
    """Yield what results say against a batch, whenever they came in and whoever measured them."""
    asked = specification.release_tests if specification else ()
    for limits in asked:
        yield from _still_passes(batch, limits)
    yield from investigated(batch)
    known = {t.test for t in asked}
    # A run that its analyst calls invalid takes no failure back, nor does such a report.
    others = {r.test: r for r in batch.results if r.test not in known and r.verdict != "invalid"}
    for last in others.values():
        if last.verdict == "fail" and not batch.explained(last.seq):
            yield violated(
                batch.stream,
                f"test {last.test} of batch {batch.number} failed",
                f"{batch.number} 批的检验 {last.test} 不合格",
            )
    reported = {
        test: (report.number, verdict)
        for report in batch.reports
        for test, verdict in report.tests
        if verdict != "invalid"
    }
    for test, (number, verdict) in reported.items():
        if verdict == "fail":
            yield violated(
                batch.stream,
                f"report {number}: {test} of batch {batch.number} failed",
                f"报告 {number}：{batch.number} 批的 {test} 不合格",
            )


def _still_passes(batch: Batch, limits: ReleaseTest) -> Iterator[Answer]:
    last = batch.standing(limits)
    if last is None:
        yield unknown(
            batch.stream,
            f"test {limits.test} of batch {batch.number} has no valid result",
            f"{batch.number} 批的检验 {limits.test} 无有效结果",
        )
    elif last.fails(limits):
        yield violated(
            batch.stream,
            f"the latest result of test {limits.test} of batch {batch.number} is not a pass",
            f"{batch.number} 批的检验 {limits.test} 最新结果不合格",
        )
    elif last.accepted is False:
        yield violated(
            batch.stream,
            f"the latest result of test {limits.test} of batch {batch.number} was refused by its "
            "reviewer",
            f"{batch.number} 批的检验 {limits.test} 最新结果被复核人拒绝",
        )
    elif not last.accepted and _failed_before(batch, last, limits):
        yield violated(
            batch.stream,
            f"test {limits.test} of batch {batch.number} failed, and nobody reviewed the run after",
            f"{batch.number} 批的检验 {limits.test} 曾不合格，其后的检验未经复核",
        )


def _failed_before(batch: Batch, last: Result, limits: ReleaseTest) -> bool:
    earlier = (r for r in batch.results if r.test == limits.test and r.seq < last.seq)
    return any(r.fails(limits) and not r.invalidated for r in earlier)


def _settled(case: Case, batch: Batch, stream: str) -> Iterator[Answer]:
    deviation = case.world.get(stream)
    if not isinstance(deviation, Deviation):
        yield unknown(stream, "a deviation noted is not on record", "所注偏差未登记")
    elif deviation.severity != "minor" and not deviation.settled:
        yield violated(
            stream,
            f"deviation {deviation.number} ({deviation.severity}) of batch {batch.number} is "
            f"{deviation.status}",
            f"{batch.number} 批的偏差 {deviation.number}（{deviation.severity}）"
            f"状态为“{deviation.status}”",
        )
