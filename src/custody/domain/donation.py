"""Donations: one donor's agreement and standing for one donation, under a pseudonymous number.

Who the donor is stays outside the ledger; the events hold a salted digest of the donor code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from custody.domain.donation_identity import (
    SCHEMES,
    DonationPooled,
    IdentifierAllocated,
    IdentifierCorrected,
    wrong_identifiers,
)
from custody.domain.model import (
    Body,
    Event,
    LinkRule,
    Private,
    Sig,
    checks,
    event_type,
    evolves,
    said,
)
from custody.domain.subject_request import Pseudonymous, heard, objections
from custody.domain.values import Code, Day, Document, Frozen, Name, Number, Text, day_of
from custody.errors import Reason, reason

Scope = Literal["collection", "manufacture", "export", "genetic_data", "cross_border_transfer"]
Marker = Literal["hiv", "hbv", "hcv", "syphilis", "htlv", "cmv", "ebv"]
BY_PHYSICIAN = (Sig("donor_physician", "performed"), Sig("collector", "performed"))


class ScreeningResult(Frozen):
    """The finding of one infectious-disease marker in one blood sample."""

    marker: Marker = said("what was tested for", "检测标志物")
    outcome: Literal["non_reactive", "reactive", "pending", "invalid"] = said("finding", "检测结果")
    method: Name = said("method or kit", "检测方法或试剂盒")
    sampled_on: Day = said("day the blood was drawn", "采血日期")
    reported_on: Day | None = said(
        "day of the report; none while pending", "报告日期", default=None
    )


@event_type(
    "donor.registered/v1",
    kind="donation",
    command="donor register",
    en="donor registered",
    zh="供者登记",
    meaning_zh="一次捐献以假名编号登记；供者身份不进入台账。",
    signers=BY_PHYSICIAN,
    opens=True,
    then="registered",
    links=(LinkRule("site", ("organisation",), "the collection site", "采集机构", least=0),),
    private=(Private("donor_code", "the donor's code at the site", "供者在采集机构的代码"),),
    next=("donor consent", "donor screen"),
)
class DonorRegistered(Body):
    """A donation was registered under a pseudonymous number; the donor is not named."""

    number: Number = said(
        "donation number, never changed", "捐献编号（永不更改）", alias="donation-no"
    )
    relation: Literal["autologous", "allogeneic"] = said(
        "whether donor and recipient are the same person", "自体或异体", decisive="donor clear"
    )
    tissue: Code = said("tissue, for example umbilical_cord", "组织来源代码")
    leukocyte_rich: bool = said(
        "rich in viable leukocytes", "是否富含活白细胞", decisive="donor clear"
    )


@event_type(
    "donor.consented/v1",
    kind="donation",
    command="donor consent",
    en="donor consented",
    zh="供者知情同意",
    meaning_zh="供者就所列范围书面同意；同意书以摘要引用。",
    signers=(Sig("donor_physician", "performed"),),
    next=("donor screen",),
)
class DonorConsented(Body):
    """The donor agreed in writing to the scopes named; the form is referred to by digest."""

    scopes: tuple[Scope, ...] = said(
        "what was agreed to",
        "同意的范围",
        decisive="donor amend-consent",
        min_length=1,
        max_length=5,
    )
    version: Number = said(
        "version of the consent form", "知情同意书版本", decisive="donor amend-consent"
    )
    documents: tuple[Document, ...] = said(
        "the signed consent form", "已签署的知情同意书", min_length=1, max_length=20
    )


@event_type(
    "donor.consent_amended/v1",
    kind="donation",
    command="donor amend-consent",
    en="donor consent amended",
    zh="变更知情同意",
    meaning_zh="供者签署新版同意书；所列范围自此增加或取消，其余不变。",
    signers=(Sig("donor_physician", "performed"),),
    decides=True,  # it may close uses of the cells
    next=("donor screen",),
)
class DonorConsentAmended(Body):
    """The donor signed another version of the form; scopes are added or taken off from now on."""

    version: Number = said("version of the new consent form", "新版知情同意书版本")
    added: tuple[Scope, ...] = said(
        "what is agreed to in addition", "新增的范围", default=(), max_length=5
    )
    removed: tuple[Scope, ...] = said(
        "what is not agreed to any more", "取消的范围", default=(), max_length=5
    )
    reason: Text = said("why it was amended; no names", "变更理由（不含姓名）")
    documents: tuple[Document, ...] = said(
        "the signed consent form", "已签署的知情同意书", min_length=1, max_length=20
    )


@event_type(
    "donor.consent_withdrawn/v1",
    kind="donation",
    command="donor withdraw-consent",
    en="donor consent withdrawn",
    zh="撤回知情同意",
    meaning_zh="供者撤回所列范围的同意；此后不得再作该用途。",
    signers=(Sig("donor_physician", "performed"), Sig("qa", "performed")),
    decides=True,  # it closes uses of the cells; no rule may stand in its way
    next=("trace",),
)
class DonorConsentWithdrawn(Body):
    """The donor took consent back for the scopes named; from now on they are closed."""

    scopes: tuple[Scope, ...] = said(
        "what is not agreed to any more", "撤回的范围", min_length=1, max_length=5
    )
    reason: Text = said("how and why it was withdrawn; no names", "撤回的方式与理由（不含姓名）")


@event_type(
    "donor.screened/v1",
    kind="donation",
    command="donor screen",
    en="donor screened",
    zh="供者筛查",
    meaning_zh="传染病标志物的检测结果已记录。",
    signers=(
        Sig("qc_analyst", "performed"),
        Sig("donor_physician", "performed"),
        Sig("lab_external", "performed"),
    ),
    links=(LinkRule("laboratory", ("organisation",), "the laboratory", "检测实验室", least=0),),
    next=("donor clear",),
)
class DonorScreened(Body):
    """Results of infectious-disease markers were recorded."""

    results: tuple[ScreeningResult, ...] = said(
        "one result per marker",
        "逐项检测结果",
        decisive="donor screen",
        min_length=1,
        max_length=40,
    )


@event_type(
    "donor.cleared/v1",
    kind="donation",
    command="donor clear",
    en="donor eligibility determined",
    zh="供者合格性判定",
    meaning_zh="医师与质量部门共同判定该捐献是否可用。",
    signers=(Sig("donor_physician", "approved"), Sig("qa", "approved")),
    every=True,
    gate="accept-donor",
    next=("sample collect",),
)
class DonorCleared(Body):
    """The physician and quality assurance determined whether the donation may be used."""

    determination: Literal["eligible", "ineligible", "autologous_exempt"] = said(
        "the determination", "判定结论"
    )


@event_type(
    "donor.notice_received/v1",
    kind="donation",
    command="donor notice",
    en="donor notice received",
    zh="收到供者通知",
    meaning_zh="收到对供者不利的后续信息；该捐献暂停使用，直至重新判定。",
    signers=(Sig("donor_physician", "performed"), Sig("qa", "performed")),
    then="on_hold",
    next=("trace", "donor clear"),
)
class DonorNoticeReceived(Body):
    """Bad news about the donor arrived later; the donation is on hold until determined anew."""

    notice: Text = said("what was learned; no names", "通知内容（不含姓名）")
    status: Literal["reactive", "other"] = said("kind of the news", "通知类别")


@dataclass(frozen=True, slots=True, kw_only=True)
class Donation(Pseudonymous):
    """A donation: consent by scope, screening results and the last determination.

    `consents` pairs each open scope with the day it was agreed to; `closed` are scopes taken back.
    `version` is the consent form that holds now. `assessments` are those named when the donor was
    cleared. `identifiers` pairs each scheme with its number now, `former` with a number that was
    encoded wrongly. A pool has `sources`, and is judged by them.
    """

    relation: str
    tissue: str
    leukocyte_rich: bool
    site: str
    consents: tuple[tuple[str, str], ...] = ()
    closed: tuple[str, ...] = ()
    results: tuple[ScreeningResult, ...] = ()
    determination: str = ""
    assessments: tuple[str, ...] = ()
    version: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    former: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def parents(self) -> tuple[str, ...]:
        """The donations that were pooled into this one."""
        return self.sources

    def identifier(self, scheme: str) -> str:
        """Return the number under `scheme` as it stands, '' when none was allocated."""
        return dict(self.identifiers).get(scheme, "")

    @property
    def autologous(self) -> bool:
        """Whether donor and recipient are the same person."""
        return self.relation == "autologous"

    def consented(self, scope: str, day: date) -> bool:
        """Whether `scope` was agreed to by `day` and never taken back since."""
        return any(s == scope and day_of(d) <= day for s, d in self.consents)

    def outcome(self, marker: str) -> str:
        """Return what is known of `marker`: reactive, non_reactive, pending, invalid or ''.

        A reactive result stays the answer whatever is measured later; only voiding the event that
        brought it takes it back.
        """
        found = [r.outcome for r in self.results if r.marker == marker]
        for outcome in ("reactive", "non_reactive"):
            if outcome in found:
                return outcome
        return found[-1] if found else ""


@checks("donation")
def donation_checks(state: Donation | None, event: Event) -> Iterable[Reason]:
    """Yield why a donation cannot take an event: requests, numbers, exemption, consent, pool."""
    yield from objections(state, event)
    yield from wrong_identifiers(event)
    if state is None:
        return
    body = event.body
    if isinstance(body, DonorCleared) and body.determination == "autologous_exempt":
        if not state.autologous:
            yield reason("C267", event.stream)
    elif isinstance(body, DonorConsentAmended):
        yield from _wrong_amendment(state, body, event)
    if state.sources and isinstance(body, OF_ONE_DONOR):
        yield reason("C2108", event.stream, number=state.number)


OF_ONE_DONOR = (
    DonorConsented,
    DonorConsentAmended,
    DonorConsentWithdrawn,
    DonorScreened,
    DonorCleared,
    DonorNoticeReceived,
)


def _wrong_amendment(state: Donation, body: DonorConsentAmended, event: Event) -> Iterable[Reason]:
    if not state.version:
        yield reason("C2106", event.stream, number=state.number)
    if set(body.added) & set(body.removed):
        yield reason("C2107", event.stream)


@evolves("donation")
def evolve(state: Donation | None, event: Event) -> Donation:
    """Return the donation after `event`."""
    match event.body:
        case DonorRegistered() as body:
            return Donation(
                stream=event.stream,
                number=body.number,
                status="registered",
                opened=body.occurred_at,
                relation=body.relation,
                tissue=body.tissue,
                leukocyte_rich=body.leukocyte_rich,
                site=next(iter(event.linked("site")), ""),
            )
        case DonorConsented() as body if state is not None:
            return replace(
                state,
                consents=(*state.consents, *((s, body.occurred_at[:10]) for s in body.scopes)),
                closed=tuple(s for s in state.closed if s not in body.scopes),
                version=body.version,
            )
        case DonorConsentAmended() as body if state is not None:
            kept = (c for c in state.consents if c[0] not in body.removed)
            closed = (s for s in (*state.closed, *body.removed) if s not in body.added)
            return replace(
                state,
                consents=(*kept, *((s, body.occurred_at[:10]) for s in body.added)),
                closed=tuple(dict.fromkeys(closed)),
                version=body.version,
            )
        case DonorConsentWithdrawn() as body if state is not None:
            return replace(
                state,
                consents=tuple(c for c in state.consents if c[0] not in body.scopes),
                closed=tuple(dict.fromkeys((*state.closed, *body.scopes))),
            )
        case DonorScreened() as body if state is not None:
            return replace(state, results=(*state.results, *body.results))
        case DonorCleared() as body if state is not None:
            return replace(
                state,
                status=body.determination,
                determination=body.determination,
                assessments=event.linked("assessment"),
            )
        case DonationPooled() as body:
            return Donation(
                stream=event.stream,
                number=body.number,
                status="pooled",
                opened=body.occurred_at,
                relation="allogeneic",
                tissue=body.tissue,
                leukocyte_rich=body.leukocyte_rich,
                site="",
                sources=event.linked("donation"),
            )
        case IdentifierAllocated() | IdentifierCorrected() as body if state is not None:
            given = body.given()
            replaced = tuple((s, v) for s, v in state.identifiers if s in given)
            numbers = {**dict(state.identifiers), **given}
            return replace(
                state,
                identifiers=tuple((s, numbers[s]) for s in SCHEMES if s in numbers),
                former=(*state.former, *replaced),
            )
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    return heard(state, event)
