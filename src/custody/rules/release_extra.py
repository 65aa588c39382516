"""What else a release needs: investigations closed, labels accounted for, pending tests named.

The tests themselves and who decides are judged in `release`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from custody.domain.batch import Batch
from custody.domain.batch_permission import BatchReleasedProvisionally
from custody.rules.batch_case import batch_of, specification_of
from custody.rules.model import Answer, Basis, Case, rule, satisfied, violated

GMP: Final = "Good manufacturing practice for advanced therapies"
BOTH: Final = ("release", "release-provisionally")


@rule(
    "REL-006",
    *BOTH,
    en="no out-of-specification result is open or confirmed",
    zh="无未关闭或已确认的超标（OOS）结果",
    source=f"{GMP}: out-of-specification results",
    basis=Basis.GUIDELINE,
    remedy_en="close the investigation (custody batch close-oos); reject a batch confirmed bad",
    remedy_zh="请关闭调查（custody batch close-oos）；确认超标的批次须拒绝放行",
    signer_roles=("qa",),
)
def investigations_are_closed(case: Case) -> Iterable[Answer]:
    """An error of laboratory or sampling is no finding against the batch; the rest is."""
    yield from investigated(batch_of(case))


def investigated(batch: Batch) -> Iterator[Answer]:
    """Yield what each investigation of a result out of specification came to."""
    for found in batch.investigations:
        if not found.finding:
            yield violated(
                batch.stream,
                f"the investigation of result {found.seq} ({found.test}) is open",
                f"第 {found.seq} 号结果（{found.test}）的调查未关闭",
            )
        elif found.finding == "confirmed":
            yield violated(
                batch.stream,
                f"result {found.seq} ({found.test}) is confirmed out of specification",
                f"第 {found.seq} 号结果（{found.test}）已确认超标",
            )
        else:
            yield satisfied(batch.stream)


@rule(
    "LBL-001",
    *BOTH,
    en="all labels printed are accounted for",
    zh="所打印的标签已全部平衡",
    source=f"{GMP}: labelling and reconciliation",
    basis=Basis.GUIDELINE,
    remedy_en="count the labels used, destroyed and kept: custody batch reconcile-labels",
    remedy_zh="请核计使用、销毁与留存的标签：custody batch reconcile-labels",
    signer_roles=("operator", "verifier"),
)
def labels_are_accounted_for(case: Case) -> Iterable[Answer]:
    """A label too many could end up on something else."""
    batch = batch_of(case)
    if batch.unreconciled:
        yield violated(
            batch.stream,
            f"{batch.unreconciled} labels of batch {batch.number} are not accounted for",
            f"{batch.number} 批有 {batch.unreconciled} 张标签未平衡",
        )
    else:
        yield satisfied(batch.stream)


@rule(
    "REL-007",
    "release-provisionally",
    en="a provisional release names the tests still pending, and only those of the specification",
    zh="有条件放行须列明尚未完成的检验，且均为质量标准所定",
    source=f"{GMP}: release before all results are available",
    basis=Basis.GUIDELINE,
    remedy_en="name as pending exactly the tests without a result",
    remedy_zh="请将尚无结果的检验逐项列为未完成",
    signer_roles=("quality_authority",),
)
def pending_tests_are_named(case: Case) -> Iterable[Answer]:
    """A test that has a result is not pending, whatever the result is."""
    body, batch = case.event.body, batch_of(case)
    specification = specification_of(case, batch)
    if not isinstance(body, BatchReleasedProvisionally) or specification is None:
        return
    asked = [t.test for t in specification.release_tests]
    for test in body.pending:
        if test not in asked:
            yield violated(
                batch.stream,
                f"{test} is no release test of batch {batch.number}",
                f"{test} 并非 {batch.number} 批的放行检验项目",
            )
        elif batch.latest(test) is not None:
            yield violated(
                batch.stream,
                f"{test} of batch {batch.number} has a result, so it is not pending",
                f"{batch.number} 批的 {test} 已有结果，不属未完成",
            )
        else:
            yield satisfied(batch.stream)
