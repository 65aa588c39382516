"""The way of a dose to its patient: allocated, dispensed, received, thawed, given or destroyed.

Whether it may be given to this patient is not decided here but by the rules of the gate
"administer".
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import StringConstraints

from custody.domain.holding import CAUSE, LIFTED
from custody.domain.model import Body, Companion, LinkRule, Sig, event_type, said
from custody.domain.values import Amount, Code, Number, Reading, Text, Unit

BY_CLINIC: Final = (Sig("clinician", "performed"), Sig("verifier", "verified"))
QUALITY: Final = (Sig("qa", "approved"), Sig("quality_authority", "approved"))
SUBJECT: Final = LinkRule("subject", ("subject",), "the subject", "受试者", least=0)
STUDY: Final = LinkRule("study", ("study",), "the study", "研究", least=0)
One = Annotated[str, StringConstraints(pattern=r"^1$")]
AT_SITE: Final = LinkRule("site", ("organisation", "site"), "the site", "使用场所")
UNGIVEN: Final = ("filled", "allocated", "dispensed", "received_at_site", "returned")
PENDING: Final = (*UNGIVEN, "thawed", "partly_administered")


@event_type(
    "dose.allocated/v1",
    kind="dose",
    command="dose allocate",
    en="dose allocated",
    zh="制剂分配",
    meaning_zh="该剂已指定给一名受试者或一条身份链；不得改给他人。",
    signers=(
        Sig("clinician", "performed"),
        Sig("warehouse", "performed"),
        Sig("qa", "approved"),
    ),
    when=("filled", "allocated"),
    then="allocated",
    links=(SUBJECT, STUDY),
    next=("dose dispense", "dose receive"),
)
class DoseAllocated(Body):
    """The dose is meant for one subject or one chain of identity, and for no other."""

    coi: Number | None = said("chain-of-identity identifier", "身份链标识", default=None)


@event_type(
    "dose.dispensed/v1",
    kind="dose",
    command="dose dispense",
    en="dose dispensed",
    zh="制剂发放",
    meaning_zh="该剂自批次库存发往使用场所；批次结存减一。",
    signers=(Sig("warehouse", "performed"), Sig("verifier", "verified")),
    every=True,
    when=("filled", "allocated"),
    then="dispensed",
    links=(
        LinkRule("batch", ("batch",), "the batch it is taken from", "所取自的批次"),
        AT_SITE,
    ),
    companions=(Companion("batch", "batch.drawn/v1", copy=("quantity",)),),
    next=("dose receive",),
)
class DoseDispensed(Body):
    """The dose left the stock of its batch for the site where it will be given."""

    quantity: One = said("always one dose", "固定为一剂", default="1")
    temperature: Reading | None = said(
        "temperature at dispensing, in Cel", "发放时温度（℃）", default=None
    )


@event_type(
    "dose.received_at_site/v1",
    kind="dose",
    command="dose receive",
    en="dose received at the site",
    zh="制剂到达使用场所",
    meaning_zh="使用场所已收到该剂并核对标签与状态；随发运到达的注明该发运。",
    signers=(Sig("receiver", "received"), Sig("clinician", "received")),
    when=("filled", "allocated", "dispensed"),
    then="received_at_site",
    links=(
        AT_SITE,
        LinkRule("shipment", ("shipment",), "the shipment it came with", "随何发运到达", least=0),
    ),
    next=("dose thaw", "dose administer"),
)
class DoseReceivedAtSite(Body):
    """The site got the dose and checked label and condition; with a shipment, it names it."""

    condition: Literal["intact", "damaged", "leaking", "unlabelled"] = said(
        "condition on arrival", "到货状态"
    )
    temperature: Reading | None = said(
        "temperature on arrival, in Cel", "到货温度（℃）", default=None
    )


@event_type(
    "dose.thawed/v1",
    kind="dose",
    command="dose thaw",
    en="dose thawed",
    zh="制剂复苏",
    meaning_zh="该剂已复苏；其后只可使用或销毁，不得再冻存。",
    signers=BY_CLINIC,
    every=True,
    when=("received_at_site",),
    then="thawed",
    next=("dose administer", "dose destroy"),
)
class DoseThawed(Body):
    """The dose was thawed; it can only be given or destroyed, never frozen again."""

    viability: Amount | None = said(
        "viability after thawing, in %", "复苏后活率（%）", default=None
    )


@event_type(
    "dose.administered/v1",
    kind="dose",
    command="dose administer",
    en="dose administered",
    zh="制剂使用",
    meaning_zh="该剂或其一部分已用于受试者；两人以两种标识核对身份。",
    signers=BY_CLINIC,
    every=True,
    when=("received_at_site", "thawed", "partly_administered"),
    links=(
        LinkRule("subject", ("subject",), "the subject it was given to", "受试者"),
        STUDY,
    ),
    gate="administer",
    decides=True,
    next=("dose destroy", "trace"),
)
class DoseAdministered(Body):
    """The dose, or part of it, was given; two persons compared two identifiers."""

    quantity: Amount = said("quantity given", "使用量")
    unit: Unit = said("unit of that quantity", "单位")
    coi: Number | None = said(
        "chain-of-identity identifier read at the bedside", "床旁读取的身份链标识", default=None
    )
    identifiers: tuple[Code, ...] = said(
        "kinds of identifier compared with the label",
        "与标签核对的标识种类",
        min_length=1,
        max_length=6,
    )


@event_type(
    "dose.returned/v1",
    kind="dose",
    command="dose return",
    en="dose returned",
    zh="制剂退回",
    meaning_zh="该剂未使用即退回；退回的制剂不再使用，只可销毁。",
    signers=(Sig("receiver", "received"), Sig("warehouse", "received")),
    when=("dispensed", "received_at_site"),
    then="returned",
    next=("dose destroy",),
)
class DoseReturned(Body):
    """The dose came back unused; a dose that came back is not given, only destroyed."""

    reason: Text = said("why it came back", "退回理由")


@event_type(
    "dose.destroyed/v1",
    kind="dose",
    command="dose destroy",
    en="dose destroyed",
    zh="制剂销毁",
    meaning_zh="该剂的全部余量已销毁；数量须与余量一致。",
    signers=(
        Sig("operator", "performed"),
        Sig("warehouse", "performed"),
        Sig("clinician", "performed"),
        Sig("verifier", "verified"),
    ),
    minimum=2,
    when=(*PENDING, "held"),
    then="destroyed",
    next=("trace",),
)
class DoseDestroyed(Body):
    """All that was left of the dose was destroyed; the quantity must be what was left."""

    quantity: Amount = said("quantity destroyed: all that was left", "销毁量（全部余量）")
    unit: Unit = said("unit of that quantity", "单位")
    method: Text = said("how it was destroyed", "销毁方式")
    reason: Text = said("why it was destroyed", "销毁理由")


@event_type(
    "dose.held/v1",
    kind="dose",
    command="dose hold",
    en="dose held",
    zh="制剂暂停",
    meaning_zh="该剂暂停使用，直至解除；原状态予以保留。",
    signers=QUALITY,
    when=(*PENDING, "held"),
    then="held",
    links=(CAUSE,),
    next=("dose lift-hold", "dose destroy"),
)
class DoseHeld(Body):
    """The dose may not be used until the hold is lifted; the status it had is kept."""

    reason: Text = said("why it is on hold", "暂停理由")


@event_type(
    "dose.hold_lifted/v1",
    kind="dose",
    command="dose lift-hold",
    en="hold of a dose lifted",
    zh="制剂解除暂停",
    meaning_zh="质量受权人就所列起因解除暂停；全部解除后，该剂恢复暂停前的状态。",
    signers=(Sig("quality_authority", "approved"),),
    when=("held",),
    links=(LIFTED,),
    decides=True,
    next=("dose administer", "show"),
)
class DoseHoldLifted(Body):
    """The quality authority lifted a hold; after the last one the dose is what it was before."""

    reason: Text = said("why the hold is lifted", "解除理由")
