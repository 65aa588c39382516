"""What a custody bundle for customs must hold and say, and what it must not carry.

Asked when the bundle is issued; permits and lineage are asked again then, by their own rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.domain.batch import Batch
from custody.domain.product import ReleaseTest
from custody.domain.shipment import Shipment
from custody.domain.shipment_papers import ShipmentBundleIssued
from custody.rules.donor import consent_answers
from custody.rules.export import CLAIM, HGR, products, specified
from custody.rules.model import Answer, Basis, Case, Severity, rule, satisfied, unknown, violated
from custody.rules.permits import leaving, lots, permits

PAPERS: Final = {"air_waybill": "航空运单", "packing_list": "装箱单"}
CONTROL_CODE: Final = "V"
ATTACHMENT_CODE: Final = "60000004"
PIPL: Final = "Personal Information Protection Law, Art. 38 and 39"


@rule(
    "CUS-001",
    "customs-bundle",
    en="air waybill and packing list carry the numbers of all permits",
    zh="航空运单与装箱单载明全部许可编号",
    source=f"{CLAIM}; house rule: papers and ledger name the same permits",
    basis=Basis.SECONDARY,
    remedy_en="print the number and attach the document anew: custody shipment attach-paper",
    remedy_zh="请在单证上载明编号后重新归档：custody shipment attach-paper",
    override_role="regulatory_affairs",
    signer_roles=("regulatory_affairs", "warehouse"),
    sentences=("A17",),
)
def papers_name_the_permits(case: Case) -> Iterable[Answer]:
    """The latest document of each kind counts; an invoice is judged when there is one."""
    shipment = leaving(case)
    if shipment is None:
        return
    latest = {paper.kind: paper for paper in shipment.papers}
    for kind, zh in PAPERS.items():
        if kind not in latest:
            yield unknown(shipment.stream, f"no {kind.replace('_', ' ')} is attached", f"未附{zh}")
    for paper in latest.values():
        missing = [p for p in permits(case) if p.stream not in paper.permits]
        for permit in missing:
            yield violated(
                shipment.stream,
                f"{paper.kind.replace('_', ' ')} {paper.number} lacks permit number "
                f"{permit.number}",
                f"单证 {paper.number} 未载明许可编号 {permit.number}",
            )
        if not missing:
            yield satisfied(shipment.stream)


@rule(
    "CUS-003",
    "customs-bundle",
    en="the tariff code is stated, and with an exit certificate its document code",
    zh="已填报商品编码；使用出境证明的已填报单证代码",
    source="single-window document codes: control document V, attachment 60000004",
    basis=Basis.SECONDARY,
    severity=Severity.ADVISORY,
    remedy_en="declare the codes: custody shipment declare --control-codes",
    remedy_zh="请申报代码：custody shipment declare --control-codes",
    override_role="regulatory_affairs",
    signer_roles=("regulatory_affairs",),
)
def codes_are_declared(case: Case) -> Iterable[Answer]:
    """Ten-digit lines change; only that a code is there can be checked."""
    shipment = leaving(case)
    if shipment is None:
        return
    if not shipment.hs_code:
        yield unknown(shipment.stream, "no tariff code is declared", "未申报商品编码")
    certified = any(True for _ in permits(case, "hgr_exit"))
    if certified and not {CONTROL_CODE, ATTACHMENT_CODE} & set(shipment.control_codes):
        yield unknown(
            shipment.stream,
            f"an exit certificate is used, but neither {CONTROL_CODE} nor {ATTACHMENT_CODE} is "
            "declared",
            f"使用出境证明，但未申报 {CONTROL_CODE} 或 {ATTACHMENT_CODE}",
        )
    elif shipment.hs_code:
        yield satisfied(shipment.stream)


@rule(
    "EXP-014",
    "customs-bundle",
    en="each lot has its reviewed record, validated methods and a cleared donor",
    zh="各批均有经审核的批记录、经验证的方法与合格供者",
    source=f"{CLAIM}; house rule: what an authority would ask for is at hand",
    basis=Basis.SECONDARY,
    remedy_en="attach the validation report when the test is recorded (custody batch test), have "
    "the record reviewed (custody batch review)",
    remedy_zh="请在登记检验时附方法验证报告（custody batch test），"
    "并审核批记录（custody batch review）",
    override_role="regulatory_affairs",
    signer_roles=("qc_analyst", "qa"),
    sentences=("A28",),
)
def records_are_at_hand(case: Case) -> Iterable[Answer]:
    """Donors are asked about by REL-002; here it is the batch and the methods of its tests."""
    if leaving(case) is None:
        return
    for lot, product in products(case):
        batch = lot.batch
        if batch is None or product is None:
            yield unknown(lot.stream, "the batch is not on record", "该批次未登记")
            continue
        if batch.reviewed:
            yield satisfied(lot.stream)
        else:
            yield violated(
                lot.stream,
                f"the record of batch {batch.number} was not reviewed",
                f"{batch.number} 批的批记录未经审核",
            )
        yield from (_validated(batch, test) for test in specified(lot, product).release_tests)


def _validated(batch: Batch, test: ReleaseTest) -> Answer:
    result = batch.latest(test.test)
    if result is not None and result.validated:
        return satisfied(batch.stream)
    return unknown(
        batch.stream,
        f"batch {batch.number}: the method of {test.test} has no validation report",
        f"{batch.number} 批：{test.test} 的方法无验证报告",
    )


@rule(
    "HGR-005",
    "customs-bundle",
    en="no genetic information goes abroad without its own filing",
    zh="未经专门备案不得对外提供遗传信息",
    source=f"{HGR}, Art. 28",
    basis=Basis.PRIMARY,
    remedy_en="leave the information out, or record and link the filing "
    "(custody permit record, kind hgr_information_filing)",
    remedy_zh="请去除该信息，或登记并关联备案"
    "（custody permit record，种类 hgr_information_filing）",
    signer_roles=("regulatory_affairs",),
)
def no_genetic_information(case: Case) -> Iterable[Answer]:
    """Whoever issues the bundle says what is in it, and signs that."""
    body = case.event.body
    if not isinstance(body, ShipmentBundleIssued) or not isinstance(case.state, Shipment):
        return
    if not body.genetic_information:
        yield satisfied(case.state.stream)
        return
    filings = [
        p
        for p in permits(case, "hgr_information_filing")
        if p.granted and all(p.valid_on(day) for day in case.days)
    ]
    if filings:
        yield satisfied(*(p.stream for p in filings))
    else:
        yield violated(
            case.state.stream,
            "the bundle holds genetic information, and no filing for it is linked",
            "证据包含有遗传信息，但未关联相应备案",
        )


@rule(
    "PIP-002",
    "customs-bundle",
    en="personal data leave only with separate consent and a basis for the transfer",
    zh="个人信息出境须有单独同意与出境依据",
    source=PIPL,
    basis=Basis.PRIMARY,
    remedy_en="withhold the values, or state the basis and record the consent "
    "(custody donor consent, scope cross_border_transfer)",
    remedy_zh="请遮蔽该信息，或注明依据并登记同意"
    "（custody donor consent，范围 cross_border_transfer）",
    signer_roles=("dpo", "regulatory_affairs"),
)
def persons_are_named_abroad_by_consent(case: Case) -> Iterable[Answer]:
    """Codes and digests are no personal data to whoever lacks the table behind them."""
    body, shipment = case.event.body, leaving(case)
    if not isinstance(body, ShipmentBundleIssued) or shipment is None:
        return
    if not body.personal_data and body.redaction == "all_withheld":
        yield satisfied(shipment.stream)
        return
    if body.transfer_basis is None:
        yield violated(
            shipment.stream,
            "the bundle discloses personal data without a basis for sending them abroad",
            "证据包披露个人信息，但无出境依据",
        )
    yield from consent_answers(case, shipment.batches, "cross_border_transfer")


@rule(
    "LED-002",
    "customs-bundle",
    en="the bundle says what it does not prove",
    zh="证据包写明其不能证明的事项",
    source="house rule: integrity of records is not acceptance by an authority",
    basis=Basis.HOUSE,
    severity=Severity.ADVISORY,
    remedy_en="issue the bundle made by custody export, which states its limits",
    remedy_zh="请使用 custody export 生成、写明其局限的证据包",
    signer_roles=("regulatory_affairs",),
    sentences=("A36", "A37", "A38", "A39"),
)
def limits_are_stated(case: Case) -> Iterable[Answer]:
    """It proves that records are whole and genuine, not that an authority agreed."""
    body = case.event.body
    if not isinstance(body, ShipmentBundleIssued):
        return
    if body.limits_stated and body.events:
        yield satisfied(case.event.stream, *(lot.stream for lot in lots(case)))
    else:
        yield violated(
            case.event.stream,
            "the bundle does not say that it proves records, not an authority's acceptance",
            "证据包未写明其仅证明记录、不代表主管部门认可",
        )
