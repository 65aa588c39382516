"""What a batch may be used for: reviewed, released, rejected, held, recalled; doses taken.

Only the quality authority releases. Whether a release is due is not decided here but by the rules.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from custody.domain.holding import CAUSE, LIFTED
from custody.domain.model import ANYONE, Body, LinkRule, Sig, event_type, said
from custody.domain.values import Text

QUALITY = (Sig("qa", "approved"), Sig("quality_authority", "approved"))
Doses = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,8}$")]


@event_type(
    "batch.deviation_noted/v1",
    kind="batch",
    command="batch note-deviation",
    en="deviation noted",
    zh="偏差关联",
    meaning_zh="一项偏差涉及本批；重大偏差使本批暂停使用。",
    signers=(Sig(ANYONE, "performed"),),
    links=(LinkRule("deviation", ("deviation",), "the deviation", "偏差"),),
    plumbing=True,
)
class BatchDeviationNoted(Body):
    """A deviation concerns this batch; a critical one puts it on hold."""

    severity: Literal["minor", "major", "critical"] = said("severity", "严重程度")


@event_type(
    "batch.reviewed/v1",
    kind="batch",
    command="batch review",
    en="batch record reviewed",
    zh="批记录审核",
    meaning_zh="质量保证已审核完整的批生产与批检验记录。",
    signers=(Sig("qa", "reviewed"),),
    when=("completed",),
    then="reviewed",
    next=("batch release",),
)
class BatchReviewed(Body):
    """Quality assurance reviewed the whole record of manufacture and testing."""


@event_type(
    "batch.released/v1",
    kind="batch",
    command="batch release",
    en="batch released",
    zh="批次放行",
    meaning_zh="质量受权人独立决定放行本批。",
    signers=(Sig("quality_authority", "released"),),
    when=("completed", "reviewed", "released_provisionally"),
    then="released",
    gate="release",
    next=("shipment plan",),
)
class BatchReleased(Body):
    """The quality authority, alone, released the batch for its intended use."""


@event_type(
    "batch.rejected/v1",
    kind="batch",
    command="batch reject",
    en="batch rejected",
    zh="批次拒绝放行",
    meaning_zh="质量受权人拒绝放行本批；不得再用。",
    signers=(Sig("quality_authority", "rejected"),),
    when=("started", "completed", "reviewed", "released_provisionally", "held"),
    then="rejected",
    next=("trace",),
)
class BatchRejected(Body):
    """The quality authority rejected the batch; it can never be used."""

    reason: Text = said("why it was rejected", "拒绝理由")


@event_type(
    "batch.held/v1",
    kind="batch",
    command="batch hold",
    en="batch held",
    zh="批次暂停",
    meaning_zh="本批暂停，直至解除；原状态予以保留。",
    signers=QUALITY,
    when=("started", "completed", "reviewed", "released_provisionally", "released", "held"),
    then="held",
    links=(CAUSE,),
    next=("batch lift-hold", "batch reject"),
)
class BatchHeld(Body):
    """The batch is on hold until the hold is lifted; the status it had is kept."""

    reason: Text = said("why it is on hold", "暂停理由")


@event_type(
    "batch.hold_lifted/v1",
    kind="batch",
    command="batch lift-hold",
    en="hold lifted",
    zh="解除暂停",
    meaning_zh="质量受权人就所列起因解除暂停；全部解除后，本批恢复暂停前的状态。",
    signers=(Sig("quality_authority", "approved"),),
    when=("held",),
    links=(LIFTED,),
    decides=True,
    next=("show",),
)
class BatchHoldLifted(Body):
    """The quality authority lifted a hold; after the last one the batch is what it was before."""

    reason: Text = said("why the hold is lifted", "解除理由")


@event_type(
    "batch.recalled/v1",
    kind="batch",
    command="batch recall",
    en="batch recalled",
    zh="批次召回",
    meaning_zh="已放行的批次被召回；尚存各剂不得使用。",
    signers=QUALITY,
    when=("released", "released_provisionally", "held"),
    then="recalled",
    next=("trace", "shipment recall"),
)
class BatchRecalled(Body):
    """A batch that had been released was recalled; no dose of it may be used any more."""

    reason: Text = said("why it was recalled", "召回理由")


@event_type(
    "batch.drawn/v1",
    kind="batch",
    command="batch draw",
    en="doses taken",
    zh="取出剂数",
    meaning_zh="若干剂已取出用于发运或发放；不写明去向。",
    signers=(Sig("warehouse", "performed"), Sig("verifier", "verified")),
    when=("released", "released_provisionally"),
    plumbing=True,
)
class BatchDrawn(Body):
    """Doses were taken for a shipment or a site; the event does not say for which."""

    quantity: Doses = said("number of doses taken", "取出剂数")
    unit: Literal["dose"] = said("always dose", "固定为 dose（剂）", default="dose")
