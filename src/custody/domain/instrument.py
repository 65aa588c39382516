"""Legal instruments, how they were cited, what is claimed about them, and the rule packs adopted.

An instrument has a stable name and not only a number, because numbers are cited wrongly. What a
source said is kept as it was said; who decides between two sources signs a resolution beside them.
Nothing here changes what a rule asks: rules live in the program, by version of their pack.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import StringConstraints

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
from custody.domain.values import Day, Digest, Name, Number, Text, day_of
from custody.errors import Reason, reason

InstrumentKind = Literal[
    "law", "regulation", "order", "directive", "guideline", "standard", "rule_pack"
]
TextForm = Literal["full", "summary", "unread"]
TextLanguage = Literal["zh", "en", "other"]
AliasStanding = Literal["confirmed", "misattributed"]
SourceKind = Literal["primary", "guideline", "secondary"]
Support = Literal["stated", "absent", "contradicted"]
PackVersion = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}\.[0-9]{1,3}$")]
BY_REGULATORY_AFFAIRS = (Sig("regulatory_affairs", "approved"),)


@event_type(
    "instrument.registered/v1",
    kind="instrument",
    command="instrument register",
    en="legal instrument registered",
    zh="法规文件登记",
    meaning_zh="登记一部法律、法规、命令、指导原则或本方规则包，以固定名称识别，不仅凭文号。",
    signers=BY_REGULATORY_AFFAIRS,
    opens=True,
    then="registered",
    next=("instrument cite", "instrument claim"),
)
class InstrumentRegistered(Body):
    """A law, order, guideline or rule pack got a stable name, with its dates and its text."""

    number: Number = said(
        "stable name, for example CN.STATE-COUNCIL.ORDER.818-2025",
        "固定名称，例如 CN.STATE-COUNCIL.ORDER.818-2025",
        alias="instrument-no",
    )
    instrument_kind: InstrumentKind = said("kind of instrument", "法规文件种类")
    title_en: Text = said("title in English", "英文标题")
    title_zh: Text = said("title in Chinese", "中文标题")
    order_number: Name | None = said("number it was issued under", "发布文号", default=None)
    issuer: Name = said("who issued it", "发布机关")
    promulgated: Day | None = said("day of promulgation", "公布日期", default=None)
    in_force_from: Day | None = said("first day in force", "施行日期", default=None)
    in_force_until: Day | None = said("last day in force", "失效日期", default=None)
    source: Text = said("address where the text is published", "文本发布地址")
    text_form: TextForm = said("how much of the text was read here", "本方阅读文本的范围")
    text_language: TextLanguage | None = said("language of that text", "所读文本语种", default=None)
    text_sha256: Digest | None = said("SHA-256 of that text", "所读文本的 SHA-256", default=None)


@event_type(
    "instrument.alias_recorded/v1",
    kind="instrument",
    command="instrument cite",
    en="citation recorded",
    zh="引用方式登记",
    meaning_zh="某来源以某种写法引用本文件；原文照录，并注明是否误引。",
    signers=BY_REGULATORY_AFFAIRS,
    when=("registered",),
    decides=True,
    next=("instrument claim",),
)
class AliasRecorded(Body):
    """A source cites this instrument in these words, rightly or wrongly; they are kept as found."""

    text_as_cited: Text = said("the citation, word for word", "引用原文")
    cited_in: Text = said("where it is cited so", "引用出处")
    standing: AliasStanding = said("whether the citation is right", "引用是否正确")
    belongs_to: Text | None = said(
        "what the cited number really belongs to", "该文号实际所属文件", default=None
    )


@event_type(
    "instrument.claim_recorded/v1",
    kind="instrument",
    command="instrument claim",
    en="claim about an instrument recorded",
    zh="有关主张登记",
    meaning_zh="某来源就本文件所作的主张，原文照录，并注明法规原文是否支持。",
    signers=BY_REGULATORY_AFFAIRS,
    when=("registered",),
    decides=True,
    next=("instrument resolve",),
)
class ClaimRecorded(Body):
    """What a source says of this instrument, word for word, and whether its text bears it out."""

    claim: Number = said("claim number", "主张编号", alias="claim-no")
    statement: Text = said("the statement, word for word", "主张原文")
    source: Text = said("who says so", "主张来源")
    source_kind: SourceKind = said("kind of source", "来源种类")
    support: Support = said("what the text of the law says to it", "法规原文的支持情况")
    checked_on: Day = said("day this was checked", "核查日期")


@event_type(
    "instrument.claim_resolved/v1",
    kind="instrument",
    command="instrument resolve",
    en="claim resolved",
    zh="主张裁定",
    meaning_zh="就一项主张裁定本方采用的读法及理由；原主张保持不变。",
    signers=BY_REGULATORY_AFFAIRS,
    when=("registered",),
    decides=True,
    next=("rules sources",),
)
class ClaimResolved(Body):
    """Regulatory affairs decided which reading holds here, and why; the claim stays as it was."""

    claim: Number = said("number of the claim", "所裁定主张的编号")
    chosen: Text = said("the reading that holds here", "本方采用的读法")
    rationale: Text = said("why", "裁定理由")


@event_type(
    "instrument.pack_adopted/v1",
    kind="instrument",
    command="instrument adopt",
    en="rule pack adopted",
    zh="规则包采用",
    meaning_zh="本机构采用某一版本的规则包；既往判定不因此改变。",
    signers=BY_REGULATORY_AFFAIRS,
    when=("registered",),
    decides=True,
    links=(
        LinkRule(
            "rests_on", ("instrument",), "an instrument it rests on", "所依据文件", least=0, most=50
        ),
    ),
    next=("rules list",),
)
class PackAdopted(Body):
    """This organisation works by this version of the rules; what was ruled before stays ruled."""

    pack: PackVersion = said("version of the rule pack", "规则包版本")
    sha256: Digest = said("SHA-256 of the published rule pack", "规则包文件的 SHA-256")


@dataclass(frozen=True, slots=True)
class Alias:
    """One way the instrument was cited."""

    text_as_cited: str
    cited_in: str
    standing: str
    belongs_to: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement about the instrument; `chosen` is empty until somebody resolved it."""

    claim: str
    statement: str
    source: str
    source_kind: str
    support: str
    checked_on: str
    chosen: str = ""
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Adoption:
    """One version of the rule pack, from the event that took it into use."""

    pack: str
    sha256: str
    adopted_at: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument(State):
    """A legal instrument with everything that was said about it; days are ISO dates or empty."""

    instrument_kind: str
    title_en: str
    title_zh: str
    order_number: str
    issuer: str
    promulgated: str
    in_force_from: str
    in_force_until: str
    source: str
    text_form: str
    text_language: str
    aliases: tuple[Alias, ...] = ()
    claims: tuple[Claim, ...] = ()
    packs: tuple[Adoption, ...] = ()


@checks("instrument")
def contradictions(state: Instrument | None, event: Event) -> Iterable[Reason]:
    """Yield why `event` contradicts itself or what is on record about the instrument."""
    match event.body:
        case InstrumentRegistered() as body if body.in_force_from and body.in_force_until:
            if day_of(body.in_force_from) > day_of(body.in_force_until):
                first, until = body.in_force_from, body.in_force_until
                yield reason("C2500", event.stream, first=first, until=until)
        case AliasRecorded() as body if state is not None:
            told = {(a.text_as_cited, a.cited_in) for a in state.aliases}
            if (body.text_as_cited, body.cited_in) in told:
                yield reason("C2501", event.stream, text=body.text_as_cited)
        case ClaimResolved() as body if state is not None:
            if body.claim not in {c.claim for c in state.claims}:
                yield reason("C2502", event.stream, claim=body.claim)


@evolves("instrument")
def evolve(state: Instrument | None, event: Event) -> Instrument:
    """Return the instrument after `event`."""
    if isinstance(event.body, InstrumentRegistered):
        return _registered(event, event.body)
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    match event.body:
        case AliasRecorded() as body:
            alias = Alias(body.text_as_cited, body.cited_in, body.standing, body.belongs_to or "")
            return replace(state, aliases=(*state.aliases, alias))
        case ClaimRecorded() as body:
            return replace(state, claims=(*state.claims, _claimed(body)))
        case ClaimResolved() as body:
            chosen = {"chosen": body.chosen, "rationale": body.rationale}
            claims = (replace(c, **chosen) if c.claim == body.claim else c for c in state.claims)
            return replace(state, claims=tuple(claims))
        case PackAdopted() as body:
            rests_on = event.linked("rests_on")
            adoption = Adoption(body.pack, body.sha256, body.occurred_at, rests_on)
            return replace(state, packs=(*state.packs, adoption))
    return state


def _claimed(body: ClaimRecorded) -> Claim:
    return Claim(
        claim=body.claim,
        statement=body.statement,
        source=body.source,
        source_kind=body.source_kind,
        support=body.support,
        checked_on=body.checked_on,
    )


def _registered(event: Event, body: InstrumentRegistered) -> Instrument:
    return Instrument(
        stream=event.stream,
        number=body.number,
        status="registered",
        opened=body.occurred_at,
        instrument_kind=body.instrument_kind,
        title_en=body.title_en,
        title_zh=body.title_zh,
        order_number=body.order_number or "",
        issuer=body.issuer,
        promulgated=body.promulgated or "",
        in_force_from=body.in_force_from or "",
        in_force_until=body.in_force_until or "",
        source=body.source,
        text_form=body.text_form,
        text_language=body.text_language or "",
    )
