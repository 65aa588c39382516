"""Reports of third parties: bank and final preparation tested again by somebody else.

Who the maker is shows in the site of the batch, and in who employs those that did the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from custody.domain.bank import Bank
from custody.domain.batch import Batch
from custody.domain.organisation import Organisation
from custody.domain.person import Person
from custody.domain.site import Site
from custody.domain.third_party import Report
from custody.rules.ancestry import ancestry
from custody.rules.bank import SAFETY_TESTS, SAFETY_ZH
from custody.rules.model import Answer, Basis, Case, rule, satisfied, unknown, violated
from custody.rules.study_case import OTHER_PATHS

GUIDELINE: Final = "Guidelines for clinical research of tissue stem cell therapy, version 1"
IN_FORCE: Final = date(2026, 5, 1)


@rule(
    "TPR-001",
    "study-start",
    en="a third party tested bank and final preparation for sterility, mycoplasma, endotoxin and "
    "viruses",
    zh="细胞库与最终制剂已由第三方复核无菌、支原体、内毒素与外源病毒",
    source=f"{GUIDELINE}, section 3: re-testing by a qualified third party",
    basis=Basis.GUIDELINE,
    remedy_en="record the report of an independent accredited laboratory (custody bank|batch "
    "record-report) and link bank and batch when the study starts",
    remedy_zh="请登记独立且具资质的检验机构的报告（custody bank 或 batch record-report），"
    "并在研究启动时关联细胞库与批次",
    effective_from=IN_FORCE,
    signer_roles=("qc_reviewer", "lab_external", "qa"),
    sentences=("B25",),
)
def third_party_tested_again(case: Case) -> Iterable[Answer]:
    """Two objects, four tests each; a batch made without a bank has only itself to be tested."""
    if getattr(case.state, "path", "") in OTHER_PATHS:
        return
    batches = [b for b in case.linked("batch") if isinstance(b, Batch)]
    banks = {b.stream: b for b in case.linked("bank") if isinstance(b, Bank)}
    if not batches:
        yield unknown(
            case.event.stream, "no batch of the preparation is linked", "未关联最终制剂批次"
        )
    for batch in batches:
        behind = ancestry(case, batch.stream, kinds=("batch", "culture", "vial", "bank")).found
        used = {s.stream: s for s in behind if isinstance(s, Bank)}
        linked = [b for b in used.values() if b.stream in banks]
        if used and not linked:
            nearest = next(iter(used.values()))
            yield unknown(
                nearest.stream,
                f"no bank behind batch {batch.number} is linked, for example {nearest.number}",
                f"未关联 {batch.number} 批的来源细胞库，例如 {nearest.number}",
            )
        yield from reported(case, batch, batch.reports)
    for bank in banks.values():
        yield from reported(case, bank, bank.reports)


def reported(case: Case, item: Bank | Batch, reports: Iterable[Report]) -> Iterator[Answer]:
    """Yield whether each safety test of `item` was passed at an independent laboratory."""
    good: set[str] = set()
    for report in reports:
        doubt = _dependent(case, item, report) or _not_accredited(report)
        for test, verdict in report.tests:
            if verdict == "fail":
                yield violated(
                    item.stream,
                    f"report {report.number}: {test} of {item.number} failed",
                    f"报告 {report.number}：{item.number} 的{SAFETY_ZH.get(test, test)}不合格",
                )
            elif verdict == "pass" and doubt is None:
                good.add(test)
        if doubt is not None:
            yield doubt
    for test in SAFETY_TESTS:
        if test in good:
            yield satisfied(item.stream)
        else:
            yield unknown(
                item.stream,
                f"no third-party report on {item.number} shows {test}",
                f"{item.number} 的第三方报告缺{SAFETY_ZH[test]}",
            )


def _not_accredited(report: Report) -> Answer | None:
    if report.accredited():
        return None
    return violated(
        report.laboratory,
        f"the accreditation ended on {report.accredited_until}, before report {report.number}",
        f"认可资质已于 {report.accredited_until} 到期，早于报告 {report.number}",
    )


def _dependent(case: Case, item: Bank | Batch, report: Report) -> Answer | None:
    """Why the laboratory is no third party: it is the maker's, or not known as a laboratory."""
    laboratory = case.world.get(report.laboratory)
    if not isinstance(laboratory, Organisation) or "laboratory" not in laboratory.roles:
        return unknown(
            report.laboratory,
            "the laboratory is not registered as one",
            "该机构未登记为检验机构",
        )
    makers = _makers(case, item)
    owners = {report.laboratory, *_owners(case, report.laboratory)}
    owned = {m for m in makers if report.laboratory in _owners(case, m)}
    if owners & makers or owned:
        return violated(
            report.laboratory,
            f"laboratory {laboratory.number} belongs to the maker of {item.number}",
            f"检验机构 {laboratory.number} 与 {item.number} 的生产方有隶属关系",
        )
    if not makers:
        return unknown(
            item.stream,
            f"it is not known who made {item.number}: neither site nor employers are recorded",
            f"{item.number} 的生产方不明：未登记生产场所或人员所属机构",
        )
    return None


def _makers(case: Case, item: Bank | Batch) -> set[str]:
    """The organisation of the site, and those that employ the persons who did the work."""
    found: set[str] = set()
    place = case.world.get(item.site) if isinstance(item, Batch) and item.site else None
    if isinstance(place, Site):
        found.add(place.operator)
    elif place is not None:
        found.add(place.stream)
    for stream in item.makers:
        person = case.world.get(stream)
        if isinstance(person, Person) and person.employer:
            found.add(person.employer)
    return found


def _owners(case: Case, stream: str) -> set[str]:
    """All organisations that control the one at `stream`, directly or through others."""
    found: set[str] = set()
    waiting = [stream]
    while waiting:
        state = case.world.get(waiting.pop())
        if isinstance(state, Organisation):
            new = set(state.controlled_by) - found
            found |= new
            waiting += sorted(new)
    return found
