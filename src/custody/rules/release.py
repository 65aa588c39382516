"""When a batch may be released: who decides, what must be done, tested and settled.

The limits of the product's specification decide, not the verdict an analyst wrote down.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from custody.domain.batch import Batch
from custody.domain.batch_permission import BatchReleasedProvisionally
from custody.domain.culture import Culture
from custody.domain.deviation import Deviation
from custody.domain.person import Person
from custody.domain.product import ReleaseTest, Specification
from custody.domain.values import day_of, instant
from custody.rules.ancestry import ancestry
from custody.rules.batch_case import batch_of, specification_of
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated
from custody.rules.process import process_of

GUIDELINE: Final = "Guidelines for clinical research of tissue stem cell therapy, version 1"
YEARS_IN_QUALITY: Final = 3


@rule(
    "QUA-001",
    "release",
    "release-provisionally",
    en="the quality authority has a senior title and three years in quality management",
    zh="质量受权人具有高级职称和三年以上质量管理经历",
    source=f"{GUIDELINE}, section 2: the quality authority",
    basis=Basis.GUIDELINE,
    remedy_en="record the qualification with its certificate, or let a qualified person release",
    remedy_zh="请登记资质及证书，或由具备资质的人员放行",
    signer_roles=("qa", "system_admin"),
    sentences=("B9", "B10"),
)
def releaser_is_qualified(case: Case) -> Iterable[Answer]:
    """The qualification must hold on the day of the release, not today."""
    for stream in case.event.persons("released"):
        person = case.world.get(stream)
        if not isinstance(person, Person):
            yield unknown(stream, "the releasing person is not on record", "放行人未登记")
            continue
        held = person.qualified("quality_authority", case.day)
        who = person.number
        if held is None:
            yield violated(
                stream,
                f"{who} is not qualified as quality authority on {case.day}",
                f"{who} 在 {case.day} 不具备质量受权人资质",
            )
        elif held.title != "senior":
            yield violated(
                stream,
                f"{who} has the title '{held.title}'; a senior one is needed",
                f"{who} 的职称为“{held.title}”，须为高级",
            )
        elif not held.experience_from:
            yield unknown(
                stream,
                f"it is not recorded since when {who} works in quality management",
                f"未记录 {who} 从事质量管理的起始日",
            )
        elif not _years_between(day_of(held.experience_from), case.day):
            yield violated(
                stream,
                f"{who} works in quality management since {held.experience_from}, less than "
                f"{YEARS_IN_QUALITY} years on {case.day}",
                f"{who} 自 {held.experience_from} 起从事质量管理，至 {case.day} 不满三年",
            )
        else:
            yield satisfied(stream)


def _years_between(first: date, last: date) -> bool:
    due = (first.year + YEARS_IN_QUALITY, first.month, first.day)
    return due <= (last.year, last.month, last.day)


@rule(
    "QUA-002",
    "release",
    "release-provisionally",
    en="the quality authority alone releases, and neither made nor tested the batch",
    zh="由质量受权人独立放行，且未参与该批的生产与检验",
    source=f"{GUIDELINE}, section 2: release; for drugs also Order No. 828, Art. 23",
    basis=Basis.GUIDELINE,
    remedy_en="let a quality authority release who had no part in making or testing the batch",
    remedy_zh="请由未参与本批生产与检验的质量受权人放行",
    signer_roles=("quality_authority",),
    sentences=("B11",),
)
def releaser_is_independent(case: Case) -> Iterable[Answer]:
    """Persons are compared, not keys: a second key makes no second person."""
    batch = batch_of(case)
    grown = ancestry(case, *batch.made_from, kinds=("culture",)).found
    growers = {maker for c in grown if isinstance(c, Culture) for maker in c.makers}
    for signed in case.event.signers:
        if signed.role != "quality_authority":
            yield violated(
                signed.person,
                f"it is signed as {signed.role}, not as quality authority",
                f"以“{signed.role}”而非质量受权人身份签名",
            )
        elif signed.person in batch.makers or signed.person in growers:
            yield violated(
                signed.person,
                f"the releasing person took part in making batch {batch.number}",
                f"放行人参与了 {batch.number} 批的生产",
            )
        elif signed.person in batch.testers:
            yield violated(
                signed.person,
                f"the releasing person tested or reviewed tests of batch {batch.number}",
                f"放行人参与了 {batch.number} 批的检验或检验复核",
            )
        else:
            yield satisfied(batch.stream)


@rule(
    "GMP-001",
    "release",
    "release-provisionally",
    en="the line was cleared, the batch record is reviewed, its deviations are settled",
    zh="已清场，批记录已审核，偏差已处理完毕",
    source=f"{GUIDELINE}, section 3: good manufacturing practice",
    basis=Basis.GUIDELINE,
    remedy_en="close the deviations, then let quality assurance review the batch record; without "
    "line clearance (custody batch clear-line) open a deviation",
    remedy_zh="请关闭偏差，并由质量保证审核批记录；未清场（custody batch clear-line）的须开启偏差",
    signer_roles=("qa",),
    sentences=("B12",),
)
def record_is_complete(case: Case) -> Iterable[Answer]:
    """A minor deviation must at least be assessed; a major or critical one must be closed.

    A line clearance that was forgotten cannot be made up for; a deviation must answer for it.
    """
    batch = batch_of(case)
    if batch.cleared or batch.deviations:
        yield satisfied(batch.stream)
    else:
        yield unknown(
            batch.stream,
            f"no line clearance is recorded for batch {batch.number}",
            f"{batch.number} 批未记录清场",
        )
    if not batch.reviewed:
        yield violated(
            batch.stream,
            f"the record of batch {batch.number} was not reviewed by quality assurance",
            f"{batch.number} 批的批记录未经质量保证审核",
        )
    elif set(batch.reviewers) <= set(batch.makers):
        yield violated(
            batch.stream,
            f"the record of batch {batch.number} was reviewed only by those who made it",
            f"{batch.number} 批的批记录仅由生产人员自行审核",
        )
    else:
        yield satisfied(batch.stream)
    for stream in batch.deviations:
        deviation = case.world.get(stream)
        if not isinstance(deviation, Deviation):
            yield unknown(stream, "a deviation noted is not on record", "所注偏差未登记")
        elif deviation.settled:
            yield satisfied(stream)
        else:
            yield violated(
                stream,
                f"deviation {deviation.number} ({deviation.severity}) is {deviation.status}",
                f"偏差 {deviation.number}（{deviation.severity}）状态为“{deviation.status}”",
            )


@rule(
    "REL-001",
    "release",
    "release-provisionally",
    en="every release test has a reviewed result within the limits",
    zh="各项放行检验均有经复核且在限度内的结果",
    source="Good manufacturing practice for advanced therapies: certification against the "
    "specification",
    basis=Basis.GUIDELINE,
    remedy_en="record the missing tests and their review; a failed test needs a deviation",
    remedy_zh="请补充检验及复核；不合格的检验须有偏差",
    signer_roles=("qc_analyst", "qc_reviewer"),
)
def tests_are_passed(case: Case) -> Iterable[Answer]:
    """The latest run of each test counts; an earlier failure must have its deviation or OOS.

    A provisional release leaves out the tests that it names as pending.
    """
    batch = batch_of(case)
    specification = specification_of(case, batch)
    if specification is None:
        yield unknown(
            batch.product or batch.stream,
            f"the specification for batch {batch.number} is not on record",
            f"{batch.number} 批所适用的质量标准未登记",
        )
        return
    body = case.event.body
    pending = body.pending if isinstance(body, BatchReleasedProvisionally) else ()
    investigated = {o.seq for o in batch.investigations if o.finding}
    for limits in specification.release_tests:
        if limits.test not in pending or batch.latest(limits.test) is not None:
            yield _judged(batch, limits)
        failed = {r.seq for r in batch.results if r.fails(limits)}
        # A deviation noted before the failure is about something else.
        if any(seq > batch.deviated for seq in failed - investigated):
            yield violated(
                batch.stream,
                f"test {limits.test} of batch {batch.number} failed; neither a deviation nor an "
                "investigation answers it",
                f"{batch.number} 批的检验 {limits.test} 曾不合格，但未开启偏差或调查",
            )


def _judged(batch: Batch, limits: ReleaseTest) -> Answer:
    result = batch.latest(limits.test)
    of_en, of_zh = f"test {limits.test} of batch {batch.number}", f"{batch.number} 批 {limits.test}"
    if result is None:
        return unknown(batch.stream, f"{of_en} has no result", f"{of_zh} 无结果")
    if not result.meets(limits):
        return violated(
            batch.stream,
            f"the latest result of {of_en} is not a pass within the limits",
            f"{of_zh} 的最新结果不在限度内或未判合格",
        )
    if result.accepted is None:
        return unknown(batch.stream, f"{of_en} was not reviewed", f"{of_zh} 未经复核")
    if not result.accepted:
        return violated(
            batch.stream, f"the review of {of_en} did not accept it", f"{of_zh} 复核未认可"
        )
    return satisfied(batch.stream)


@rule(
    "REL-003",
    "release",
    "release-provisionally",
    en="the passage does not exceed the highest one specified",
    zh="代次不超过质量标准所定上限",
    source=f"{GUIDELINE}, section 3: cell banks, control of the number of passages",
    basis=Basis.GUIDELINE,
    remedy_en="reject the batch; a higher limit needs a revised specification and new batches",
    remedy_zh="请拒绝放行；提高上限须修订质量标准并重新生产",
    signer_roles=("quality_authority",),
    sentences=("B22",),
)
def passage_is_limited(case: Case) -> Iterable[Answer]:
    """The highest passage of any step or culture counts, so that no branch hides a longer one."""
    batch = batch_of(case)
    specification = specification_of(case, batch)
    version = process_of(case, batch.process, batch.process_version)
    limits = [v.max_passage for v in (specification, version) if v is not None]
    limit = min((m for m in limits if m is not None), default=None)
    if limit is None:
        return
    for culture in ancestry(case, *batch.made_from, kinds=("culture",)).found:
        if isinstance(culture, Culture) and culture.passage > limit:
            yield violated(
                culture.stream,
                f"culture {culture.number} is at passage {culture.passage}; the limit is {limit}",
                f"培养物 {culture.number} 为第 {culture.passage} 代，上限为 {limit} 代",
            )
    if batch.passage is None:
        yield unknown(
            batch.stream,
            f"no passage is recorded for batch {batch.number}",
            f"{batch.number} 批未记录代次",
        )
    elif batch.passage > limit:
        yield violated(
            batch.stream,
            f"batch {batch.number} is at passage {batch.passage}; the limit is {limit}",
            f"{batch.number} 批为第 {batch.passage} 代，上限为 {limit} 代",
        )
    else:
        yield satisfied(batch.stream, batch.product)


@rule(
    "REL-005",
    "release",
    "release-provisionally",
    en="the batch is in date when it is released",
    zh="放行时批次在有效期内",
    source="house rule: good manufacturing practice for shelf life",
    basis=Basis.HOUSE,
    remedy_en="reject the batch",
    remedy_zh="请拒绝放行",
    signer_roles=("quality_authority",),
)
def batch_is_in_date(case: Case) -> Iterable[Answer]:
    """The shelf life ends at an instant, not with the day."""
    batch = batch_of(case)
    if not batch.expires_at:
        yield unknown(
            batch.stream,
            f"no end of the shelf life is recorded for batch {batch.number}",
            f"{batch.number} 批未记录有效期",
        )
    elif instant(batch.expires_at) <= instant(case.event.body.occurred_at):
        yield violated(
            batch.stream,
            f"batch {batch.number} expired at {batch.expires_at}",
            f"{batch.number} 批已于 {batch.expires_at} 过期",
        )
    elif _too_long(batch, specification_of(case, batch)):
        yield violated(
            batch.stream,
            f"batch {batch.number} is said to last until {batch.expires_at}, longer than the "
            "shelf life of its specification from its completion",
            f"{batch.number} 批的有效期至 {batch.expires_at}，超过质量标准所定自完成起的有效期",
        )
    else:
        yield satisfied(batch.stream)


def _too_long(batch: Batch, specification: Specification | None) -> bool:
    hours = specification.shelf_life_hours if specification else None
    if hours is None or not batch.completed_at:
        return False
    return instant(batch.expires_at) - instant(batch.completed_at) > timedelta(hours=hours)
