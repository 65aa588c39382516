"""The papers of a shipment: scope decision, dangerous goods, transport documents, customs bundle.

They state what people decided and printed. Whether that is right is asked by the rules.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from custody.domain.model import Body, Sig, event_type, said
from custody.domain.shipment_packing import PERMITS
from custody.domain.values import Count, Digest, Document, Number, Text

UnNumber = Annotated[str, StringConstraints(pattern=r"^UN[0-9]{4}$")]
PREPARING = ("planned", "packed")
PaperKind = Literal["air_waybill", "packing_list", "invoice"]
TransferBasis = Literal["security_assessment", "certification", "standard_contract"]


@event_type(
    "shipment.scope_decided/v1",
    kind="shipment",
    command="shipment decide-scope",
    en="scope of the export filing decided",
    zh="出境备案范围判定",
    meaning_zh="法规事务人员判定该发运是否属于出境备案范围，并说明理由；其他许可不受影响。",
    signers=(Sig("regulatory_affairs", "approved"),),
    when=PREPARING,
    decides=True,
    next=("shipment seal",),
)
class ShipmentScopeDecided(Body):
    """Regulatory affairs decided whether the export filing applies; other permits still do."""

    in_scope: bool = said("the export filing applies", "是否属于出境备案范围")
    reason: Text = said("class of product, use, and why", "产品类别、用途及理由")


@event_type(
    "shipment.dangerous_goods_classified/v1",
    kind="shipment",
    command="shipment classify",
    en="dangerous goods classified",
    zh="危险品分类",
    meaning_zh="已判定内容物及制冷剂的危险品类别，并说明理由。",
    signers=(
        Sig("warehouse", "performed"),
        Sig("regulatory_affairs", "performed"),
        Sig("qa", "performed"),
    ),
    when=PREPARING,
    next=("shipment seal",),
)
class ShipmentDangerousGoodsClassified(Body):
    """Contents and coolant were classed for transport as dangerous goods or not, and why."""

    classification: Literal["un", "exempt", "not_restricted"] = said("the class", "分类结论")
    un_number: UnNumber | None = said(
        "UN number, when one applies", "联合国编号（如适用）", default=None
    )
    rationale: Text = said("why this class", "分类理由")


@event_type(
    "shipment.paper_attached/v1",
    kind="shipment",
    command="shipment attach-paper",
    en="transport document attached",
    zh="随货单证归档",
    meaning_zh="一份随货单证已归档；所关联的许可即单证上印有编号的许可。",
    signers=(Sig("regulatory_affairs", "performed"), Sig("warehouse", "performed")),
    when=(*PREPARING, "sealed", "in_transit"),
    links=(PERMITS,),
    next=("shipment seal", "shipment issue-bundle"),
)
class ShipmentPaperAttached(Body):
    """A transport document; the permits linked are those whose numbers are printed on it."""

    paper: PaperKind = said("which document", "单证种类")
    paper_number: Number = said("number of the document", "单证编号")
    documents: tuple[Document, ...] = said(
        "the document itself", "单证文件", min_length=1, max_length=20
    )


@event_type(
    "shipment.bundle_issued/v1",
    kind="shipment",
    command="shipment issue-bundle",
    en="customs bundle issued",
    zh="海关证据包出具",
    meaning_zh="已向海关出具该发运的证据包；以摘要记录其内容与遮蔽方式。",
    signers=(Sig("regulatory_affairs", "approved"),),
    when=("sealed", "in_transit", "received"),
    links=(PERMITS,),
    gate="customs-bundle",
    next=("shipment clear", "shipment hand-over"),
)
class ShipmentBundleIssued(Body):
    """A custody bundle of the shipment was given to customs: its digest and what it discloses."""

    sha256: Digest = said("SHA-256 of the bundle file", "证据包文件的 SHA-256")
    events: Count = said("number of events in it", "所含事件数")
    redaction: Literal["all_withheld", "some_disclosed", "all_disclosed"] = said(
        "what became of private values", "个人信息的遮蔽方式"
    )
    genetic_information: bool = said(
        "it holds genetic information of a donor", "是否含供者遗传信息"
    )
    personal_data: bool = said("it discloses personal data", "是否披露个人信息")
    transfer_basis: TransferBasis | None = said(
        "basis for sending personal data abroad", "个人信息出境的依据", default=None
    )
    template: Literal["provisional", "official"] = said(
        "which form of dossier it follows", "所用表单", default="provisional"
    )
    limits_stated: bool = said(
        "it says what it does not prove", "是否写明其不能证明的事项", default=True
    )
