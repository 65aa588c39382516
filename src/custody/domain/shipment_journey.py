"""What happens to a shipment on its way: handed over, accepted, measured, received, recalled.

A hand-over is two events: the giver's and the receiver's. Neither alone moves the custody, and one
that the receiver does not take is called off.
"""

from __future__ import annotations

from typing import Literal

from custody.domain.batch_standing import QUALITY, Doses
from custody.domain.model import Body, LinkRule, Sig, event_type, said
from custody.domain.values import Count, Document, Instant, Number, Reading, Text

PARTIES = (
    LinkRule("giver", ("organisation",), "who gives it", "移交方"),
    LinkRule("receiver", ("organisation",), "who takes it", "接收方"),
)
ON_THE_WAY = ("sealed", "in_transit", "recalled")


@event_type(
    "shipment.handed_over/v1",
    kind="shipment",
    command="shipment hand-over",
    en="shipment handed over",
    zh="移交",
    meaning_zh="移交方将箱件交给接收方；接收方签收前，保管责任仍在移交方。",
    signers=(Sig("warehouse", "given"), Sig("courier", "given"), Sig("receiver", "given")),
    when=ON_THE_WAY,
    links=PARTIES,
    gate="transfer",
    next=("shipment accept",),
    decides=True,
)
class ShipmentHandedOver(Body):
    """The giver handed the shipment over; it stays in the giver's custody until accepted."""

    seal: Number = said("number of the seal", "封签号")
    intact: bool = said("the seal is intact", "封签完好")
    place: Text = said("where it was handed over", "移交地点")


@event_type(
    "shipment.accepted/v1",
    kind="shipment",
    command="shipment accept",
    en="shipment accepted",
    zh="接收",
    meaning_zh="接收方已签收箱件，保管责任自此转移。",
    signers=(Sig("courier", "received"), Sig("receiver", "received"), Sig("warehouse", "received")),
    when=("in_transit", "recalled"),
    links=PARTIES,
    gate="transfer",
    next=("shipment hand-over", "shipment receive"),
    decides=True,
)
class ShipmentAccepted(Body):
    """The receiver took the shipment over and has the custody from now on."""

    seal: Number = said("number of the seal", "封签号")
    intact: bool = said("the seal is intact", "封签完好")
    place: Text = said("where it was taken over", "接收地点")


@event_type(
    "shipment.hand_over_called_off/v1",
    kind="shipment",
    command="shipment call-off-hand-over",
    en="hand-over called off",
    zh="移交取消",
    meaning_zh="移交未完成，例如接收方拒收或未到场；箱件仍由移交方保管。",
    signers=(
        Sig("courier", "performed"),
        Sig("receiver", "performed"),
        Sig("warehouse", "performed"),
        Sig("qa", "performed"),
    ),
    when=("in_transit", "recalled"),
    links=PARTIES,
    gate="transfer",
    next=("shipment hand-over",),
    decides=True,
)
class ShipmentHandOverCalledOff(Body):
    """The receiver did not take the shipment over: it stays in the giver's custody."""

    why: Text = said("why it was not taken over", "未完成移交的原因")
    seal: Number = said("number of the seal", "封签号")
    intact: bool = said("the seal is intact", "封签完好")
    place: Text = said("where the shipment is now", "箱件现在何处")


@event_type(
    "shipment.temperature_logged/v1",
    kind="shipment",
    command="shipment log-temperature",
    en="temperature record attached",
    zh="温度记录归档",
    meaning_zh="一只记录仪的温度数据已读取；概要在此，原始文件以摘要引用。",
    signers=(
        Sig("courier", "performed"),
        Sig("receiver", "performed"),
        Sig("warehouse", "performed"),
        Sig("qa", "performed"),
    ),
    when=(*ON_THE_WAY, "received"),
    next=("shipment assess-excursion", "export"),
)
class ShipmentTemperatureLogged(Body):
    """A logger was read out: its summary, and the raw file by digest."""

    logger: Number = said(
        "serial number of the logger", "记录仪序列号", decisive="shipment assess-excursion"
    )
    started_at: Instant = said(
        "first reading", "首次读数时间", decisive="shipment assess-excursion"
    )
    ended_at: Instant = said("last reading", "末次读数时间", decisive="shipment assess-excursion")
    readings: Count = said("number of readings", "读数个数", decisive="shipment assess-excursion")
    minimum: Reading = said("lowest reading", "最低读数", decisive="shipment assess-excursion")
    maximum: Reading = said("highest reading", "最高读数", decisive="shipment assess-excursion")
    mean: Reading | None = said("mean of the readings", "平均读数", default=None)
    unit: Literal["Cel"] = said(
        "unit of the readings", "读数单位", decisive="shipment assess-excursion", default="Cel"
    )
    gaps: Count = said(
        "number of gaps between readings", "读数中断次数", decisive="shipment assess-excursion"
    )
    documents: tuple[Document, ...] = said(
        "the raw file of the logger", "记录仪原始文件", min_length=1, max_length=20
    )


@event_type(
    "shipment.excursion_detected/v1",
    kind="shipment",
    command="shipment note-excursion",
    en="excursion detected",
    zh="发现超温",
    meaning_zh="运输中发现温度超限、记录中断或其他异常；在质量保证评估前不得使用。",
    signers=(
        Sig("courier", "performed"),
        Sig("receiver", "performed"),
        Sig("warehouse", "performed"),
        Sig("qa", "performed"),
    ),
    when=(*ON_THE_WAY, "received"),
    decides=True,
    next=("shipment assess-excursion",),
)
class ShipmentExcursionDetected(Body):
    """Something went wrong with the conditions; no dose may be used until quality assessed it."""

    logger: Number = said("serial number of the logger", "记录仪序列号")
    excursion: Literal["too_warm", "too_cold", "gap", "tilt_or_shock", "container_damage"] = said(
        "what went wrong", "异常类别"
    )
    started_at: Instant = said("when it began", "开始时间")
    ended_at: Instant | None = said("when it was over", "结束时间", default=None)
    extreme: Reading | None = said("highest or lowest reading, in Cel", "极值（Cel）", default=None)


@event_type(
    "shipment.excursion_assessed/v1",
    kind="shipment",
    command="shipment assess-excursion",
    en="excursion assessed",
    zh="超温评估",
    meaning_zh="质量保证已评估运输中的超温或异常，并决定各剂能否使用。",
    signers=(Sig("qa", "approved"),),
    when=(*ON_THE_WAY, "received"),
    decides=True,
    next=("shipment receive", "export"),
)
class ShipmentExcursionAssessed(Body):
    """Quality judged an excursion on the way and decided whether the doses may be used."""

    assessment: Text = said("what happened and what it means for the cells", "经过及对细胞的影响")
    disposition: Literal["fit_for_use", "not_fit_for_use", "under_investigation"] = said(
        "what becomes of the doses", "处置结论"
    )


@event_type(
    "shipment.received/v1",
    kind="shipment",
    command="shipment receive",
    en="shipment received",
    zh="到货确认",
    meaning_zh="最终收货方已清点并确认到货。",
    signers=(Sig("receiver", "received"),),
    when=("in_transit",),
    then="received",
    gate="transfer",
    next=("shipment log-temperature", "export"),
)
class ShipmentReceived(Body):
    """The final consignee counted the doses and confirmed their arrival."""

    seal: Number = said("number of the seal", "封签号")
    intact: bool = said("the seal is intact", "封签完好")
    quantity: Doses = said("number of doses found", "实收剂数")
    unit: Literal["dose"] = said("always dose", "固定为 dose（剂）", default="dose")


@event_type(
    "shipment.reconciled/v1",
    kind="shipment",
    command="shipment reconcile",
    en="shipment reconciled",
    zh="发运核对",
    meaning_zh="已核对装箱与实收剂数、封签、记录仪及随货单证；差异须说明。",
    signers=(Sig("qa", "approved"),),
    when=("received",),
    decides=True,
    gate="reconcile",
    next=("show", "export"),
)
class ShipmentReconciled(Body):
    """Doses packed and found, seals, loggers and papers were compared; differences explained."""

    quantity: Doses = said("number of doses accounted for", "已核对剂数")
    unit: Literal["dose"] = said("always dose", "固定为 dose（剂）", default="dose")
    differences: Text | None = said("differences and their cause", "差异及原因", default=None)


@event_type(
    "shipment.recalled/v1",
    kind="shipment",
    command="shipment recall",
    en="shipment recalled",
    zh="发运召回",
    meaning_zh="发运已被召回；各剂不得使用，退回途中的移交照常记录。",
    signers=QUALITY,
    when=("sealed", "in_transit", "received"),
    then="recalled",
    next=("trace", "shipment hand-over"),
)
class ShipmentRecalled(Body):
    """The shipment was recalled; its doses may not be used, its way back is recorded as usual."""

    reason: Text = said("why it was recalled", "召回理由")
