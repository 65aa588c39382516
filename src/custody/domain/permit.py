"""Permits: filings, certificates and approvals of authorities, with their scope and balance.

Each authority's permit is an item of its own; none stands for another. A permit does not say which
shipment it was used for, only how much of it is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from custody.domain.balance import added, left, overdrawn
from custody.domain.model import (
    Body,
    Event,
    LinkRule,
    Sig,
    State,
    checks,
    event_type,
    evolves,
    said,
)
from custody.domain.record import RecordCorrected
from custody.domain.shipment_packing import Particulars
from custody.domain.values import (
    Amount,
    Country,
    Day,
    Document,
    Name,
    Number,
    Text,
    Unit,
    day_of,
)
from custody.errors import Reason, reason

PermitKind = Literal[
    "study_filing_818",
    "change_filing",
    "export_filing",
    "hgr_exit",
    "hgr_cooperation",
    "hgr_trial_filing",
    "hgr_information_filing",
    "special_goods",
    "ind_cta",
    "import_permit",
]
Purpose = Literal[
    "overseas_clinical_trial", "domestic_clinical_study", "commercial", "non_clinical"
]
Slot = Literal[
    "product_characterisation",
    "process_description",
    "stability",
    "foreign_trial_authorisation",
]
PermitState = Literal["consultation", "submitted", "accepted", "issued", "refused", "withdrawn"]
GRANTED: Final = ("accepted", "issued")
BY_REGULATORY_AFFAIRS = (Sig("regulatory_affairs", "approved"),)


@event_type(
    "permit.recorded/v1",
    kind="permit",
    command="permit record",
    en="permit recorded",
    zh="许可登记",
    meaning_zh="登记一项备案、证明或批件的种类、状态、范围、有效期与数量；未列批次即涵盖产品各批。",
    signers=BY_REGULATORY_AFFAIRS,
    opens=True,
    links=(
        LinkRule("product", ("product",), "a product it covers", "所涵盖产品", least=0, most=50),
        LinkRule("batch", ("batch",), "a lot named in it", "所列批次", least=0, most=50),
        LinkRule(
            "partner", ("organisation",), "the foreign partner", "境外合作方", least=0, most=5
        ),
        LinkRule(
            "cooperation", ("permit",), "the cooperation it is part of", "所属国际合作批件", least=0
        ),
    ),
    next=("permit update", "shipment plan"),
)
class PermitRecorded(Body):
    """A filing, certificate or approval with its scope; naming no lot, it covers all lots."""

    number: Number = said("permit number", "许可编号", alias="permit-no")
    permit_kind: PermitKind = said("kind of permit", "许可种类")
    authority: Name = said("name of the authority", "主管部门名称", decisive="permit revoke")
    state: PermitState = said("how far it has come", "办理状态")
    valid_from: Day | None = said(
        "first day of validity", "生效日", revised_by="permit update", default=None
    )
    valid_until: Day | None = said(
        "last day of validity", "失效日", revised_by="permit update", default=None
    )
    quantity: Amount | None = said(
        "quantity it allows", "许可数量", revised_by="permit update", default=None
    )
    unit: Unit | None = said(
        "unit of the quantity", "数量单位", revised_by="permit update", default=None
    )
    country: Country | None = said(
        "country of destination", "目的国（地区）", decisive="permit revoke", default=None
    )
    purpose: Purpose | None = said(
        "use it was given for", "所批准的用途", decisive="permit revoke", default=None
    )
    review_route: Literal["ordinary", "expedited"] | None = said(
        "route of review", "审查通道", decisive="permit revoke", default=None
    )
    goods: Particulars | None = said(
        "the goods as the approval describes them",
        "批件所载货物要素",
        decisive="permit revoke",
        default=None,
    )
    full_copy: bool | None = said(
        "the domestic party takes full part and holds a complete copy of records and data",
        "中方全程参与并持有全部记录与数据备份",
        decisive="permit revoke",
        default=None,
    )


@event_type(
    "permit.updated/v1",
    kind="permit",
    command="permit update",
    en="permit updated",
    zh="许可状态更新",
    meaning_zh="许可的办理状态有变；受理或签发须附凭证。",
    signers=BY_REGULATORY_AFFAIRS,
    when=("consultation", "submitted", "accepted", "issued"),
    decides=True,
    next=("shipment plan",),
)
class PermitUpdated(Body):
    """The permit came to another state; acceptance and issue need a document as evidence."""

    state: PermitState = said("the state it has now", "现状态")
    valid_from: Day | None = said("first day of validity", "生效日", default=None)
    valid_until: Day | None = said("last day of validity", "失效日", default=None)
    quantity: Amount | None = said("quantity it allows", "许可数量", default=None)
    unit: Unit | None = said("unit of the quantity", "数量单位", default=None)


@event_type(
    "permit.dossier_filled/v1",
    kind="permit",
    command="permit fill-dossier",
    en="dossier slot filled",
    zh="备案材料补充",
    meaning_zh="申请材料的一项已由签名人批准；境外试验许可须关联其登记。",
    signers=BY_REGULATORY_AFFAIRS,
    when=("consultation", "submitted", "accepted", "issued"),
    links=(
        LinkRule(
            "authorisation", ("permit",), "the foreign trial authorisation", "境外试验许可", least=0
        ),
    ),
    decides=True,
    next=("permit fill-dossier", "permit update"),
)
class PermitDossierFilled(Body):
    """One part of the application, approved by who signs; a trial abroad names its permit."""

    slot: Slot = said("which part", "材料项目")
    version: Number = said("version of the document", "文件版本")
    documents: tuple[Document, ...] = said(
        "the document itself", "文件", min_length=1, max_length=20
    )


@event_type(
    "permit.revoked/v1",
    kind="permit",
    command="permit revoke",
    en="permit revoked",
    zh="许可撤销",
    meaning_zh="许可已被主管部门撤销或由持有人放弃；此后不得使用。",
    signers=BY_REGULATORY_AFFAIRS,
    when=("consultation", "submitted", "accepted", "issued"),
    then="revoked",
    next=("permit record",),
)
class PermitRevoked(Body):
    """The permit was revoked by the authority or given up, and may not be used any more."""

    reason: Text = said("why it was revoked", "撤销理由")


@event_type(
    "permit.drawn/v1",
    kind="permit",
    command="permit draw",
    en="permit written off",
    zh="许可核销",
    meaning_zh="许可数量的一部分已核销；不写明用于何次发运。",
    signers=(Sig("warehouse", "performed"), Sig("qa", "approved")),
    when=GRANTED,
    plumbing=True,
)
class PermitDrawn(Body):
    """Part of the permitted quantity was used; the event does not say for which shipment."""

    quantity: Amount = said("quantity written off", "核销数量")
    unit: Unit = said("unit of the quantity", "数量单位")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit(State):
    """A permit: its kind, scope and validity, and how much of its quantity was used.

    `status` is the state of the procedure, or ``revoked``; `quantity` is empty when the permit
    sets no limit; days are ISO dates, empty when not known. `criteria` says that the published
    criteria of an expedited route are on file. `earlier` are the periods, first and last day, that
    held before `valid_from`, an end that was not known empty: a renewal does not take back the time
    before it begins.
    """

    permit_kind: str
    authority: str
    products: tuple[str, ...]
    batches: tuple[str, ...]
    country: str
    valid_from: str
    valid_until: str
    quantity: str
    unit: str
    drawn: str = "0"
    submitted_on: str = ""
    partners: tuple[str, ...] = ()
    cooperation: str = ""
    purpose: str = ""
    route: str = ""
    criteria: bool = False
    goods: Particulars | None = None
    full_copy: bool | None = None
    dossier: tuple[str, ...] = ()
    authorisation: str = ""
    earlier: tuple[tuple[str, str], ...] = ()

    @property
    def granted(self) -> bool:
        """Whether the authority accepted or issued it; a consultation is no filing."""
        return self.status in GRANTED

    @property
    def remaining(self) -> Decimal | None:
        """What is left of the quantity, None when the permit sets none."""
        return left(self.quantity, self.drawn) if self.quantity else None

    def valid_on(self, day: date) -> bool:
        """Whether `day` lies in a period of validity of which both ends are known."""
        if not self.valid_from or not self.valid_until:
            return False
        now = day_of(self.valid_from) <= day <= day_of(self.valid_until)
        return now or any(all(period) for period in self._before_renewal(day))

    def over(self, day: date) -> bool:
        """Whether `day` lies outside the periods, as far as their ends are known."""
        early = self.valid_from and day < day_of(self.valid_from)
        late = self.valid_until and day > day_of(self.valid_until)
        return bool(late) or (bool(early) and not self._before_renewal(day))

    def run_out(self, day: date) -> bool:
        """Whether the last period to have begun by `day` ended before it."""
        if self.valid_until and day > day_of(self.valid_until):
            return True
        begun = any(day > day_of(last) for _, last in self.earlier if last)
        return begun and self.over(day)

    def _before_renewal(self, day: date) -> list[tuple[str, str]]:
        """Return the earlier periods `day` lies in, as far as their ends are known."""
        return [
            (first, last)
            for first, last in self.earlier
            if day < day_of(self.valid_from)
            and (not first or day_of(first) <= day)
            and (not last or day <= day_of(last))
        ]

    def covers(self, product: str, batch: str) -> bool:
        """Whether lot `batch` of `product` is in its scope; a permit naming neither covers none."""
        if self.batches and batch not in self.batches:
            return False
        return product in self.products if self.products else batch in self.batches


@checks("permit")
def contradictions(state: Permit | None, event: Event) -> Iterable[Reason]:
    """Yield why `event` contradicts itself or the balance of the permit."""
    match event.body:
        case PermitRecorded() | PermitUpdated() as body:
            yield from _incomplete(event, body)
        case PermitDossierFilled() as body:
            abroad = event.linked("authorisation")
            asked = body.slot == "foreign_trial_authorisation"
            if asked != bool(abroad) or event.stream in abroad:
                yield reason("C2410", event.stream)
        case PermitDrawn() as body if state is not None:
            if state.remaining is not None:
                unit, remaining = state.unit, state.remaining
                yield from overdrawn(event, body.quantity, body.unit, unit, remaining)
        case RecordCorrected() as body:
            if any(change.field in ("state", "permit_kind") for change in body.changes):
                yield reason("C289", event.stream)


def _incomplete(event: Event, body: PermitRecorded | PermitUpdated) -> Iterator[Reason]:
    if body.state in GRANTED and not body.documents:
        yield reason("C280", event.stream)
    if body.valid_from and body.valid_until and day_of(body.valid_from) > day_of(body.valid_until):
        yield reason("C281", event.stream, first=body.valid_from, until=body.valid_until)
    if (body.quantity is None) != (body.unit is None):
        yield reason("C282", event.stream)


@evolves("permit")
def evolve(state: Permit | None, event: Event) -> Permit:
    """Return the permit after `event`."""
    if isinstance(event.body, PermitRecorded):
        return _recorded(event, event.body)
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    match event.body:
        case PermitUpdated() as body:
            renewed = _renewed(state, body)
            period = (state.valid_from, state.valid_until)
            return replace(
                state,
                status=body.state,
                earlier=(*state.earlier, period) if renewed else state.earlier,
                valid_from=body.valid_from or state.valid_from,
                valid_until=body.valid_until or state.valid_until,
                quantity=body.quantity or state.quantity,
                unit=body.unit or state.unit,
                submitted_on=_applied(event) or state.submitted_on,
                criteria=state.criteria or _criteria(event),
            )
        case PermitDossierFilled() as body:
            return replace(
                state,
                dossier=tuple(dict.fromkeys((*state.dossier, body.slot))),
                authorisation=next(iter(event.linked("authorisation")), state.authorisation),
            )
        case PermitDrawn() as body:
            return replace(state, drawn=added(state.drawn, body.quantity))
    return state


def _renewed(state: Permit, body: PermitUpdated) -> bool:
    """Whether a period is told that begins later than the one before it, known or not."""
    if not body.valid_from or not state.granted:
        return False
    return not state.valid_from or day_of(body.valid_from) > day_of(state.valid_from)


def _recorded(event: Event, body: PermitRecorded) -> Permit:
    return Permit(
        stream=event.stream,
        number=body.number,
        status=body.state,
        opened=body.occurred_at,
        permit_kind=body.permit_kind,
        authority=body.authority,
        products=event.linked("product"),
        batches=event.linked("batch"),
        country=body.country or "",
        valid_from=body.valid_from or "",
        valid_until=body.valid_until or "",
        quantity=body.quantity or "",
        unit=body.unit or "",
        submitted_on=_applied(event),
        partners=event.linked("partner"),
        cooperation=next(iter(event.linked("cooperation")), ""),
        purpose=body.purpose or "",
        route=body.review_route or "",
        criteria=_criteria(event),
        goods=body.goods,
        full_copy=body.full_copy,
    )


def _criteria(event: Event) -> bool:
    return any(d.kind == "review_criteria" for d in event.body.documents)


def _applied(event: Event) -> str:
    """Return the day of the application when the event says that there is one, else ''."""
    submitted = getattr(event.body, "state", "") == "submitted"
    return event.body.occurred_at[:10] if submitted else ""
