"""A shipment on hold: it stays where it is or comes back, and no dose of it may be used.

A hold leaves the status alone: a held shipment can be in transit, and its way is still recorded.
"""

from __future__ import annotations

from custody.domain.batch_standing import QUALITY
from custody.domain.holding import BY_QUALITY_AUTHORITY, CAUSE, LIFTED
from custody.domain.model import Body, event_type, said
from custody.domain.values import Text

LIVING = ("planned", "packed", "sealed", "in_transit", "received", "recalled")


@event_type(
    "shipment.held/v1",
    kind="shipment",
    command="shipment hold",
    en="shipment held",
    zh="发运暂停",
    meaning_zh="发运暂停使用，直至解除；途中的移交照常记录。",
    signers=QUALITY,
    when=LIVING,
    links=(CAUSE,),
    decides=True,
    next=("trace", "shipment lift-hold"),
)
class ShipmentHeld(Body):
    """No dose of the shipment may be used until the hold is lifted; its way is still recorded."""

    reason: Text = said("why it is on hold", "暂停理由")


@event_type(
    "shipment.hold_lifted/v1",
    kind="shipment",
    command="shipment lift-hold",
    en="hold of the shipment lifted",
    zh="解除发运暂停",
    meaning_zh="质量受权人就所列起因解除暂停；未列起因时解除质量部门自行作出的暂停。",
    signers=BY_QUALITY_AUTHORITY,
    when=LIVING,
    links=(LIFTED,),
    decides=True,
    next=("show",),
)
class ShipmentHoldLifted(Body):
    """The quality authority lifted the hold for the causes named, or quality's own when none is."""

    reason: Text = said("why the hold is lifted", "解除理由")
