"""What customs did with a shipment: inspected it, released it, or refused it.

Facts about a third party: no rule stands before them.
"""

from __future__ import annotations

from typing import Literal

from custody.domain.model import Body, Sig, event_type, said
from custody.domain.values import Name, Number, Text

AT_CUSTOMS = ("sealed", "in_transit")
WITNESSES = (
    Sig("regulatory_affairs", "performed"),
    Sig("courier", "performed"),
    Sig("warehouse", "performed"),
)


@event_type(
    "shipment.customs_inspected/v1",
    kind="shipment",
    command="shipment inspect",
    en="shipment inspected by customs",
    zh="海关查验",
    meaning_zh="海关已查验该发运；如开封，须记录新封签。",
    signers=WITNESSES,
    when=AT_CUSTOMS,
    decides=True,
    next=("shipment clear", "shipment refuse"),
)
class ShipmentCustomsInspected(Body):
    """Customs inspected the shipment; when they opened it, the new seal is recorded."""

    office: Name = said("customs office", "海关名称")
    finding: Literal["conforming", "not_conforming"] = said("what was found", "查验结果")
    opened: bool = said("the package was opened", "是否开封")
    new_seal: Number | None = said(
        "number of the seal put on afterwards", "查验后新封签号", default=None
    )


@event_type(
    "shipment.customs_released/v1",
    kind="shipment",
    command="shipment clear",
    en="shipment released by customs",
    zh="海关放行",
    meaning_zh="海关已放行该发运。",
    signers=WITNESSES,
    when=AT_CUSTOMS,
    decides=True,
    next=("shipment hand-over", "shipment accept"),
)
class ShipmentCustomsReleased(Body):
    """Customs let the shipment pass."""

    office: Name = said("customs office", "海关名称")
    declaration: Number = said("number of the customs declaration", "报关单号")


@event_type(
    "shipment.customs_refused/v1",
    kind="shipment",
    command="shipment refuse",
    en="shipment refused by customs",
    zh="海关不予放行",
    meaning_zh="海关不予放行；退回途中的移交照常记录。",
    signers=WITNESSES,
    when=AT_CUSTOMS,
    decides=True,
    next=("shipment hand-over", "shipment recall"),
)
class ShipmentCustomsRefused(Body):
    """Customs refused the shipment; its way back is recorded as usual."""

    office: Name = said("customs office", "海关名称")
    reason: Text = said("why it was refused", "不予放行的理由")
