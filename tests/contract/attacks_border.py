"""Attacks on the story from the filing to the consignee: permits, quantities, custody, cold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from contract.attacks_case import Attack, vectors_of
from contract.attacks_story import Act, BentLedger, bent, declaring, nothing, saying, told_in
from contract.vector_cases import Vector
from contract.vector_story import BY_QA, CONSIGNEE, MAKER, SECOND

BATCH = "B-2026-014"
SHIPMENT = "SHP-2026-007"
FILING, EXIT, GOODS = "EXP-2026-0042", "HGR-2026-0117", "GAC-2026-0931"
RECEIVED = Act(
    "shipment.received/v1",
    SHIPMENT,
    {"seal": "SEAL-88121", "intact": True, "quantity": "4"},
    [(CONSIGNEE, "receiver", "received")],
)


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def filings() -> Iterator[Attack]:
    yield told_in(
        "d30_filing_for_another_product",
        "The export filing does not name this lot or its product.",
        "出口备案未载明该批次或其产品。",
        bent({f"permit.recorded {FILING}": lambda a: (a.to(product=[]),)}),
        "EXP-001",
        number="72",
    )
    yield told_in(
        "d31_filing_for_another_country",
        "The export filing is for another country than the destination.",
        "出口备案所载国家与目的地不同。",
        bent({f"permit.recorded {FILING}": saying(country="US")}),
        "EXP-001",
    )
    yield told_in(
        "d32_filing_ran_out_the_day_before",
        "The export filing was valid until the day before the sealing. The rule at the gate and "
        "the story both say so.",
        "出口备案在封箱前一日到期；关口规则与全程核查均指出。",
        bent({f"permit.recorded {FILING}": saying(valid_until="2026-11-19")}),
        "E26",
        "CUS-002",
        number="85",
    )
    yield told_in(
        "d33_filing_not_valid_yet",
        "The export filing begins next month.",
        "出口备案下月才生效。",
        bent({f"permit.recorded {FILING}": saying(valid_from="2026-12-01")}),
        "E26",
        "CUS-002",
        published=False,
    )
    yield told_in(
        "d34_filing_only_submitted",
        "The export filing was submitted, and nobody accepted it.",
        "出口备案仅已提交，未获受理。",
        bent({f"permit.recorded {FILING}": saying(state="submitted")}),
        "E25",
        step="V7",
        published=False,
    )
    yield told_in(
        "d35_permit_exceeded_by_one",
        "The exit certificate is for three doses; four leave.",
        "出境许可为三剂，实际发运四剂。",
        bent({f"permit.recorded {EXIT}": saying(quantity="3")}),
        "E25",
        step="V7",
    )
    yield told_in(
        "d36_exit_certificate_for_another_country",
        "The exit certificate for human genetic resources is for another country.",
        "人类遗传资源出境证明所载国家不同。",
        bent({f"permit.recorded {EXIT}": saying(country="US")}),
        "HGR-001",
        published=False,
    )
    yield told_in(
        "d37_one_permit_for_two",
        "The approval of special goods is left away: an exit certificate does not replace it "
        "(EXP-007).",
        "缺少特殊物品审批：出境证明不能代替（EXP-007）。",
        bent({"shipment.sealed": lambda a: (a.to(permit=[FILING, EXIT]),)}),
        "GAC-001",
        "EXP-007",
        published=False,
    )
    yield told_in(
        "d38_dossier_incomplete",
        "The dossier of the filing lacks the stability data.",
        "备案资料缺少稳定性数据。",
        bent({"permit.dossier_filled": _without_stability}),
        "EXP-013",
        published=False,
    )
    yield told_in(
        "d39_trial_abroad_not_authorised",
        "The trial abroad is authorised in another country.",
        "境外试验系由另一国家批准。",
        bent({"permit.recorded CTA-2026-0007": saying(country="US")}),
        "EXP-013",
        published=False,
    )
    yield told_in(
        "d40_cooperation_ran_out",
        "The cooperation behind the exit certificate is not valid any more.",
        "出境证明所依据的合作已失效。",
        bent({"permit.recorded COP-2026-0003": saying(valid_until="2026-11-19")}),
        "HGR-004",
        published=False,
    )
    yield told_in(
        "d41_exporter_under_foreign_control",
        "The exporter is under foreign control.",
        "出口方受境外控制。",
        bent({"organisation.registered ORG-001": saying(foreign_controlled=True)}),
        "HGR-002",
        published=False,
    )


def _without_stability(act: Act) -> tuple[Act, ...]:
    return () if act.body["slot"] == "stability" else (act,)


def goods() -> Iterator[Attack]:
    yield told_in(
        "d42_other_lot_declared",
        "The declaration names another lot than the boxes hold.",
        "申报批号与箱内批号不同。",
        bent({"shipment.declared": declaring(lot="B-2026-015")}),
        "GAC-002",
        number="72",
    )
    yield told_in(
        "d43_goods_declared_as_something_else",
        "Cells are declared as a cosmetic.",
        "细胞被申报为化妆品。",
        bent({"shipment.declared": declaring(name="cosmetic serum")}),
        "GAC-002",
        published=False,
    )
    yield told_in(
        "d44_one_dose_too_many_packed",
        "Five doses are packed of a batch of four.",
        "四剂的批次装箱五剂。",
        bent({"shipment.packed": saying(quantity="5")}),
        "E25",
        step="V7",
        published=False,
    )
    yield told_in(
        "d45_one_dose_less_sealed",
        "Three doses are sealed of four that were packed.",
        "装箱四剂，封箱三剂。",
        bent({"shipment.sealed": saying(quantity="3")}),
        "E25",
        step="V7",
        published=False,
    )
    yield told_in(
        "d46_another_trial",
        "The batch is not allocated to the trial that the shipment is for.",
        "该批次未分配给本次发运所属的试验。",
        bent({"shipment.planned": saying(trial="TRIAL-8")}),
        "EXP-004",
        number="85",
        published=False,
    )
    yield told_in(
        "d47_batch_expired_before_sealing",
        "The batch ran out half an hour before the sealing.",
        "批次在封箱前半小时过期。",
        bent({"batch.completed": saying(expires_at="2026-11-20T14:00:00+08:00")}),
        "REL-004",
        published=False,
    )
    yield told_in(
        "d48_container_not_leak_proof",
        "The package is not leak-proof.",
        "包装不防漏。",
        bent({"shipment.packed": saying(leak_proof=False)}),
        "GAC-004",
        published=False,
    )
    yield told_in(
        "d49_container_holds_too_short",
        "The container holds an hour less than the way takes.",
        "容器保温时间比运输时间少一小时。",
        bent({"shipment.packed": saying(hold_hours=71)}),
        "COC-003",
        published=False,
    )
    yield told_in(
        "d50_one_dose_twice",
        "After all doses are gone, one more is packed.",
        "全部剂数已取出后又装箱一剂。",
        bent(then=_packed_again),
        "E25",
        step="V7",
        published=False,
    )


def _packed_again(ledger: BentLedger) -> None:
    body = {
        "quantity": "1",
        "container": "DRY-0032",
        "logger": "TL-5522",
        "shipper_qualified_until": "2027-11-30",
        "requalified_on": "2026-11-02",
        "hold_hours": 240,
        "transit_hours": 72,
        "leak_proof": True,
        "biosafety_mark": True,
    }
    by = [(MAKER, "warehouse", "performed"), (SECOND, "verifier", "verified")]
    ledger.force(Act("shipment.packed/v1", SHIPMENT, body, by, (("batch", BATCH),)))


def _afterwards(kind: str, subject: str) -> Callable[[], BentLedger]:
    act = Act(kind, subject, {"reason": "in doubt"}, BY_QA)
    return bent(None, kind, then=lambda ledger: ledger.force(act))


def fallen() -> Iterator[Attack]:
    yield told_in(
        "d51_batch_on_hold",
        "The batch was put on hold while the goods travel.",
        "货物在途时该批次被暂停。",
        _afterwards("batch.held/v1", BATCH),
        "E25",
        number="84",
        published=False,
    )
    yield told_in(
        "d52_shipment_recalled",
        "The shipment itself was recalled.",
        "该发运已被召回。",
        _afterwards("shipment.recalled/v1", SHIPMENT),
        "E25",
        number="84",
        published=False,
    )
    yield told_in(
        "d53_lot_recalled",
        "A lot of medium that went into the batch was recalled.",
        "该批次所用培养基已被召回。",
        _afterwards("material.recalled/v1", "LOT-0007"),
        "E25",
        number="84",
        published=False,
    )
    held = Act("batch.held/v1", BATCH, {"reason": "in doubt"}, BY_QA)
    yield told_in(
        "d54_held_batch_packed",
        "A batch on hold is packed.",
        "暂停中的批次被装箱。",
        bent({"shipment.planned": lambda a: (held, a)}, held.type),
        "E25",
        step="V7",
        number="83",
        published=False,
    )


def travel() -> Iterator[Attack]:
    legs = {"giver": "ORG-002", "receiver": "ORG-001"}
    yield told_in(
        "d55_given_by_somebody_without_the_goods",
        "The goods are handed over by a party that never had them.",
        "移交方从未保管该货物。",
        bent(
            {f"shipment.{step}": lambda a: (a.to(**legs),) for step in ("handed_over", "accepted")}
        ),
        "E25",
        step="V7",
        published=False,
    )
    yield told_in(
        "d56_accepted_by_somebody_else",
        "Another party accepts than the one the goods were given to.",
        "接收方并非移交对象。",
        bent({"shipment.accepted": lambda a: (a.to(receiver="ORG-001"),)}),
        "E25",
        step="V7",
        published=False,
    )
    yield told_in(
        "d57_seal_broken",
        "The seal is found broken at the hand-over.",
        "移交时发现封条破损。",
        bent({"shipment.accepted": saying(intact=False)}),
        "E32",
    )
    yield told_in(
        "d58_another_seal_called_intact",
        "A seal of another number is called intact.",
        "另一编号的封条被称为完好。",
        bent({"shipment.accepted": saying(seal="SEAL-88122")}),
        "E25",
        step="V7",
        published=False,
    )
    yield told_in(
        "d59_a_tenth_of_a_degree_too_warm",
        "The logger read a tenth of a degree above the limit.",
        "记录仪读数高出上限十分之一度。",
        bent({"shipment.temperature_logged": saying(maximum="-149.9")}),
        "E34",
        published=False,
    )
    yield told_in(
        "d60_logger_of_another_box",
        "The readings are of a logger that was never packed.",
        "读数来自从未装箱的记录仪。",
        bent({"shipment.temperature_logged": saying(logger="TL-9999")}),
        "E25",
        step="V7",
        published=False,
    )
    noticed = Act(
        "shipment.excursion_detected/v1",
        SHIPMENT,
        {"logger": "TL-5521", "excursion": "too_warm", "started_at": "2026-11-20T14:45:00+08:00"},
        [(CONSIGNEE, "receiver", "performed")],
    )
    yield told_in(
        "d61_excursion_not_assessed",
        "Somebody noticed an excursion, and nobody assessed it.",
        "有人发现温度超标，无人评估。",
        bent(None, noticed.type, then=lambda b: b.force(noticed)),
        "E34",
        published=False,
    )
    yield told_in(
        "d62_gap_in_the_temperature",
        "The shipment arrived; its logger has gaps.",
        "货物已到达，记录仪数据有缺口。",
        bent(
            {"shipment.temperature_logged": saying(gaps=2)},
            RECEIVED.type,
            then=lambda b: b.force(RECEIVED),
        ),
        "E34",
        published=False,
    )
    yield told_in(
        "d63_logger_never_read",
        "The shipment arrived; its logger was never read out. That proves nothing either way.",
        "货物已到达，记录仪从未读出；无法据此判断。",
        bent(
            {"shipment.temperature_logged": nothing},
            RECEIVED.type,
            then=lambda b: b.force(RECEIVED),
        ),
        "E34",
        open=True,
    )
    yield told_in(
        "d64_received_without_a_hand_over",
        "The consignee receives what nobody handed over.",
        "收货方确认收到从未移交的货物。",
        bent({"shipment.accepted": nothing}, RECEIVED.type, then=lambda b: b.force(RECEIVED)),
        "E25",
        step="V7",
        published=False,
    )
    unsealed = {
        f"shipment.{step}": nothing
        for step in ("sealed", "handed_over", "accepted", "temperature_logged")
    }
    yield told_in(
        "d65_never_sealed",
        "A bundle of a shipment that was packed and never sealed.",
        "发运已装箱但从未封箱。",
        bent(unsealed),
        "E25",
        published=False,
    )


GROUPS: Final = (filings, goods, fallen, travel)
