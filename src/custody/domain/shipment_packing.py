"""How a shipment is made ready: planned, packed, declared, sealed, or cancelled.

Whether it may leave is not decided here but by the rules asked when it is sealed.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from custody.domain.batch_standing import Doses
from custody.domain.model import Body, Companion, LinkRule, Sig, event_type, said
from custody.domain.values import Count, Country, Day, Frozen, Name, Number, Reading, Text

HsCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6,10}$")]
ControlCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{1,12}$")]
PERMITS = LinkRule("permit", ("permit",), "a permit it relies on", "所依据的许可", least=0, most=20)


class Particulars(Frozen):
    """What customs compare between the goods and the approval, as printed there."""

    name: Name = said("name of the goods", "货物名称")
    ingredient: Name = said("bioactive ingredient", "生物活性成分")
    specification: Name = said("size and strength of a unit, as printed", "规格")
    producer: Name = said("producer", "生产单位")
    storage_min: Reading = said("lowest temperature of transport, in Cel", "运输最低温度（Cel）")
    storage_max: Reading = said("highest temperature of transport, in Cel", "运输最高温度（Cel）")


class DeclaredLot(Particulars):
    """One lot as it is declared to customs."""

    lot: Number = said("lot number", "批号")


@event_type(
    "shipment.planned/v1",
    kind="shipment",
    command="shipment plan",
    en="shipment planned",
    zh="发运计划",
    meaning_zh="计划将所列批次发往收货方；此时尚未取出任何一剂。",
    signers=(
        Sig("warehouse", "performed"),
        Sig("regulatory_affairs", "performed"),
        Sig("qa", "performed"),
    ),
    opens=True,
    then="planned",
    links=(
        LinkRule("batch", ("batch",), "a batch to be sent", "拟发批次", most=20, lineage=True),
        LinkRule("shipper", ("organisation",), "who sends it", "发货方"),
        LinkRule("consignee", ("organisation",), "who is to get it", "收货方"),
        LinkRule("carrier", ("organisation",), "a carrier", "承运方", least=0, most=3),
        PERMITS,
    ),
    next=("shipment pack",),
)
class ShipmentPlanned(Body):
    """A shipment of the batches named was planned; no dose was taken yet."""

    number: Number = said("shipment number", "发运编号", alias="shipment-no")
    destination: Country = said(
        "country of destination", "目的国（地区）", decisive="shipment cancel"
    )
    purpose: Literal[
        "overseas_clinical_trial", "domestic_clinical_study", "commercial", "non_clinical"
    ] = said("what the doses are for", "用途", decisive="shipment cancel")
    trial: Text | None = said(
        "identifier of the trial", "临床试验编号", decisive="shipment cancel", default=None
    )
    planned_on: Day = said("day it is to leave", "计划发运日", decisive="shipment cancel")
    activity: Literal["material_export", "technology_transfer", "both"] | None = said(
        "whether material, know-how or both leave",
        "出境的是材料、技术还是两者",
        decisive="shipment cancel",
        default=None,
    )


@event_type(
    "shipment.packed/v1",
    kind="shipment",
    command="shipment pack",
    en="doses packed",
    zh="装箱",
    meaning_zh="所列批次的若干剂已装入带记录仪的运输容器；该数量从批次结存中扣除。",
    signers=(Sig("warehouse", "performed"), Sig("verifier", "verified")),
    every=True,
    when=("planned", "packed"),
    then="packed",
    links=(
        LinkRule("batch", ("batch",), "the batch packed", "装箱批次"),
        LinkRule("shipper_unit", ("equipment",), "the container, as equipment", "容器", least=0),
    ),
    companions=(Companion("batch", "batch.drawn/v1", copy=("quantity", "unit")),),
    next=("shipment seal",),
)
class ShipmentPacked(Body):
    """Doses of a batch went into a transport container with its logger, off the batch's balance."""

    quantity: Doses = said("number of doses packed", "装箱剂数")
    unit: Literal["dose"] = said("always dose", "固定为 dose（剂）", default="dose")
    container: Number = said("serial number of the container", "运输容器序列号")
    logger: Number = said("serial number of the temperature logger", "温度记录仪序列号")
    shipper_qualified_until: Day = said(
        "last day for which the container is requalified", "运输容器再确认有效期至"
    )
    requalified_on: Day | None = said(
        "day it was requalified after its last use", "上次使用后再确认日期", default=None
    )
    hold_hours: Count | None = said(
        "qualified hold time in hours", "经确认的保温时长", default=None
    )
    transit_hours: Count | None = said("planned time on the way", "计划运输时长", default=None)
    leak_proof: bool | None = said("the package is leak-proof", "包装密封防渗漏", default=None)
    biosafety_mark: bool | None = said(
        "the package bears the biosafety mark", "包装带有生物安全标识", default=None
    )


@event_type(
    "shipment.declared/v1",
    kind="shipment",
    command="shipment declare",
    en="customs declaration made",
    zh="报关",
    meaning_zh="已就该发运向海关申报。",
    signers=(Sig("regulatory_affairs", "performed"), Sig("warehouse", "performed")),
    when=("packed", "sealed", "in_transit"),
    next=("shipment seal", "shipment hand-over"),
)
class ShipmentDeclared(Body):
    """The shipment was declared to customs."""

    declaration: Number = said("number of the customs declaration", "报关单号")
    hs_code: HsCode = said(
        "tariff code, 6 to 10 digits", "商品编码（6 至 10 位）", decisive="shipment declare"
    )
    goods: tuple[DeclaredLot, ...] = said(
        "one entry per lot, as declared",
        "逐批申报内容",
        decisive="shipment declare",
        default=(),
        max_length=20,
    )
    control_codes: tuple[ControlCode, ...] = said(
        "codes of control documents and attachments",
        "监管证件与随附单证代码",
        decisive="shipment declare",
        default=(),
        max_length=20,
    )


@event_type(
    "shipment.sealed/v1",
    kind="shipment",
    command="shipment seal",
    en="shipment sealed",
    zh="施封",
    meaning_zh="箱件已施封，各项许可数量已核销；质量保证同意发运。",
    signers=(Sig("warehouse", "performed"), Sig("qa", "approved")),
    every=True,
    when=("packed",),
    then="sealed",
    links=(PERMITS,),
    companions=(Companion("permit", "permit.drawn/v1", copy=("quantity", "unit")),),
    gate="export",
    next=("export", "shipment hand-over"),
)
class ShipmentSealed(Body):
    """The packed doses were sealed and written off the permits; quality agreed to send them."""

    seal: Number = said("number of the seal", "封签号")
    quantity: Doses = said("number of doses in the whole shipment", "全部剂数")
    unit: Literal["dose"] = said("always dose", "固定为 dose（剂）", default="dose")


@event_type(
    "shipment.cancelled/v1",
    kind="shipment",
    command="shipment cancel",
    en="shipment cancelled",
    zh="取消发运",
    meaning_zh="发运在施封前取消；已装箱的各剂不回到批次结存。",
    signers=(Sig("qa", "approved"), Sig("regulatory_affairs", "approved")),
    when=("planned", "packed"),
    then="cancelled",
    next=("shipment plan",),
)
class ShipmentCancelled(Body):
    """The shipment was given up before it was sealed; doses packed do not go back to the batch."""

    reason: Text = said("why it was cancelled", "取消理由")
