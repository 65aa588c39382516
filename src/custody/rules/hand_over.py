"""Hand-overs: two signatures, one after the other, without a gap and without an overlap.

Who may give and take is judged by the shipment itself; here it is time that must agree. Instants
are compared, never clock faces: a flight across the date line arrives a day earlier and not late.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.domain.organisation import Organisation
from custody.domain.shipment import Shipment
from custody.domain.shipment_journey import (
    ShipmentAccepted,
    ShipmentHandedOver,
    ShipmentHandOverCalledOff,
)
from custody.domain.values import instant
from custody.rules.model import Answer, Basis, Case, Severity, rule, satisfied, violated


@rule(
    "COC-001",
    "transfer",
    en="giver and receiver both sign, and hand-overs follow each other in time",
    zh="移交方与接收方均签名，且各次移交时间前后相接",
    source="ISO 21973:2020, transport of cells for therapeutic use: from hand-over to receipt",
    basis=Basis.HOUSE,
    remedy_en="state the true time, or let the other side sign first: custody shipment hand-over",
    remedy_zh="请填写真实时间，或由对方先行签名：custody shipment hand-over",
    signer_roles=("warehouse", "courier", "receiver"),
)
def hand_overs_follow(case: Case) -> Iterable[Answer]:
    """Nothing is taken before it was given, nor given on before it was taken or sealed."""
    shipment, now = case.state, case.event.body.occurred_at
    if not isinstance(shipment, Shipment):
        return
    last = shipment.legs[-1] if shipment.legs else None
    match case.event.body:
        case ShipmentHandedOver():
            known = [last.accepted_at if last else shipment.sealed_at, shipment.called_off_at]
            before = max((at for at in known if at), key=instant, default="")
            en, zh = "taken over or sealed", "接收或施封"
        case ShipmentAccepted() | ShipmentHandOverCalledOff():
            before = last.given_at if last else ""
            en, zh = "given", "移交"
        case _:
            before = last.accepted_at if last else ""
            en, zh = "taken over", "接收"
    if before and instant(now) < instant(before):
        yield violated(
            shipment.stream,
            f"{now} lies before {before}, when the shipment was {en}",
            f"{now} 早于 {before}（{zh}）",
        )
    else:
        yield satisfied(shipment.stream)


@rule(
    "LED-001",
    "customs-bundle",
    "reconcile",
    en="every gap in the custody is shown",
    zh="保管链上的每处断档均予显示",
    source="house rule: what was between two hands is said, not smoothed over",
    basis=Basis.HOUSE,
    severity=Severity.ADVISORY,
    remedy_en="let the receiver sign: custody shipment accept; a late entry gives its reason",
    remedy_zh="请由接收方签名：custody shipment accept；补录须说明理由",
    signer_roles=("courier", "receiver"),
    sentences=("A29", "A30", "A31"),
)
def gaps_are_shown(case: Case) -> Iterable[Answer]:
    """A hand-over that nobody accepted yet is a gap, and so is a shipment nobody took along."""
    shipment = case.state
    if not isinstance(shipment, Shipment):
        return
    for leg in shipment.legs:
        giver, receiver = _number(case, leg.giver), _number(case, leg.receiver)
        if leg.open:
            yield violated(
                shipment.stream,
                f"{shipment.number} left {giver} at {leg.given_at} for {receiver}, who has not "
                "accepted it",
                f"{shipment.number} 于 {leg.given_at} 离开 {giver} 前往 {receiver}，尚未签收",
            )
        else:
            yield satisfied(shipment.stream, leg.giver, leg.receiver)


def _number(case: Case, stream: str) -> str:
    found = case.world.get(stream)
    return found.number if isinstance(found, Organisation) else stream
