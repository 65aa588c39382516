"""Rules about the parties to a study or an export: what they must be, and what they must be told.

Order No. 818 gives a study three responsible parties; whoever lends cells or support to it must
know what it is for. How a partner's premises were assessed is judged in `manufacture`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from custody.domain.model import State
from custody.domain.organisation import Organisation
from custody.domain.organisation_dealings import UpstreamAcknowledged
from custody.domain.person import Person
from custody.domain.study import Study
from custody.rules.model import (
    Answer,
    Basis,
    Case,
    Severity,
    rule,
    satisfied,
    unknown,
    violated,
)
from custody.rules.permits import HOME, leaving
from custody.rules.study_case import ORDER_818, technology

CLAIM: Final = "Trade report on outbound filing of cell products, not found in Order 818"
IN_FORCE: Final = date(2026, 5, 1)
INSTITUTION_NEEDS: Final = {
    "grade_a_tertiary": ("Grade-A tertiary status", "三级甲等医院"),
    "academic_committee": ("an academic committee", "学术委员会"),
    "ethics_committee": ("an ethics committee", "伦理委员会"),
    "research_qualification": ("qualification for clinical research", "临床研究资质"),
}
PREPARER_NEEDS: Final = {
    "preparation_qualification": ("qualification for cell preparation", "细胞制备资质"),
}
SPONSOR_NEEDS: Final = {"legal_person": ("status as a legal person in China", "境内法人资格")}
POINTS_ZH: Final = {
    "purpose": "研究目的",
    "protocol": "研究方案",
    "filing_status": "备案情况",
    "use_of_samples": "样品用途",
}


@rule(
    "ORG-001",
    "study-start",
    en="sponsor, research institution and preparation institution are what the law asks of them",
    zh="发起机构、研究机构与制备机构均具备法定条件",
    source=f"{ORDER_818}, Art. 10 to 12",
    basis=Basis.PRIMARY,
    remedy_en="record the evidence (custody organisation capability) and the agreement "
    "(custody organisation agree); quality assurance or regulatory affairs sign",
    remedy_zh="请登记证明（custody organisation capability）与协议"
    "（custody organisation agree），由质量保证或注册事务签名",
    effective_from=IN_FORCE,
    signer_roles=("qa", "regulatory_affairs"),
    sentences=("B8",),
)
def the_three_parties_qualify(case: Case) -> Iterable[Answer]:
    """Each party has its evidence; sponsor and institution have an agreement unless they are one.

    The preparation institutions are the makers of the lots named, and participants that make cells.
    """
    study = technology(case)
    if study is None:
        return
    yield from _sponsor(case, study)
    yield from _capable(case, study.institution, INSTITUTION_NEEDS)
    for stream in _makers(case, study):
        yield from _capable(case, stream, PREPARER_NEEDS)
    yield from _agreed(case, study)


def _sponsor(case: Case, study: Study) -> Iterator[Answer]:
    sponsor = case.world.get(study.sponsor)
    if isinstance(sponsor, Organisation) and sponsor.country != HOME:
        yield violated(
            sponsor.stream,
            f"sponsor {sponsor.number} is not established in China",
            f"发起机构 {sponsor.number} 并非在中国境内设立",
        )
    elif study.sponsor != study.institution:
        yield from _capable(case, study.sponsor, SPONSOR_NEEDS)


def _capable(case: Case, stream: str, needs: dict[str, tuple[str, str]]) -> Iterator[Answer]:
    party = case.world.get(stream)
    if not isinstance(party, Organisation):
        yield unknown(stream, "the institution is not on record", "该机构未登记")
        return
    missing = [c for c in needs if not party.capable(c, case.day)]
    for code in missing:
        en, zh = needs[code]
        yield unknown(
            stream,
            f"no evidence of {en} of {party.number} holds on {case.day}",
            f"机构 {party.number} 在 {case.day} 缺少有效证明：{zh}",
        )
    if not missing:
        yield satisfied(stream)


def _makers(case: Case, study: Study) -> list[str]:
    """The makers of the lots the study starts with, and participants that are makers."""
    found = [getattr(lot, "site", "") for lot in case.linked("batch")]
    for stream in study.participants:
        party = case.world.get(stream)
        if isinstance(party, Organisation) and "cdmo" in party.roles:
            found.append(stream)
    return [s for s in dict.fromkeys(found) if s.startswith("organisation:")]


def _agreed(case: Case, study: Study) -> Iterator[Answer]:
    if study.sponsor == study.institution:
        return
    pair = (study.sponsor, study.institution)
    for own, other in (pair, pair[::-1]):
        party = case.world.get(own)
        if isinstance(party, Organisation) and party.agreement(
            case.day, "research", "sponsor", party=other
        ):
            yield satisfied(own)
            return
    yield unknown(
        study.sponsor,
        f"no agreement between sponsor and institution of {study.number} holds on {case.day}",
        f"研究 {study.number} 的发起机构与研究机构之间在 {case.day} 没有有效协议",
    )


@rule(
    "GMP-003",
    "study-start",
    en="whoever supplies cells or support was told of the study and confirmed it",
    zh="提供细胞或技术支持的机构均已获告知并确认",
    source=f"{ORDER_818}, Art. 23",
    basis=Basis.PRIMARY,
    remedy_en="tell the institution (custody organisation notify) and have it confirmed "
    "(custody organisation acknowledge)",
    remedy_zh="请告知该机构（custody organisation notify）并由其确认"
    "（custody organisation acknowledge）",
    effective_from=IN_FORCE,
    signer_roles=("qa", "regulatory_affairs"),
    sentences=("B13",),
)
def suppliers_were_told(case: Case) -> Iterable[Answer]:
    """Purpose, protocol, filing status and use of samples; a filed study was told as filed."""
    study = technology(case)
    if study is None:
        return
    told = dict.fromkeys((*study.participants, *_makers(case, study)))
    for stream in told:
        if stream in (study.sponsor, study.institution):
            continue
        party = case.world.get(stream)
        if isinstance(party, Organisation):
            yield _told(party, study)
        else:
            yield unknown(stream, "the institution is not on record", "该机构未登记")


def _told(party: Organisation, study: Study) -> Answer:
    notice = party.notice(study.number)
    if notice is None:
        return unknown(
            party.stream,
            f"{party.number} was not told of study {study.number}",
            f"未就研究 {study.number} 告知机构 {party.number}",
        )
    if notice.missing:
        return violated(
            party.stream,
            f"the notice to {party.number} about {study.number} leaves out "
            + ", ".join(p.replace("_", " ") for p in notice.missing),
            f"就 {study.number} 告知 {party.number} 时缺少："
            + "、".join(POINTS_ZH[p] for p in notice.missing),
        )
    if study.filing and notice.filing_status != "filed":
        return violated(
            party.stream,
            f"{party.number} was told that {study.number} is {notice.filing_status}; it is filed",
            f"告知 {party.number} 的备案情况为 {notice.filing_status}，而 {study.number} 已备案",
        )
    if not notice.acknowledged_on:
        return unknown(
            party.stream,
            f"{party.number} has not confirmed the notice about {study.number}",
            f"机构 {party.number} 尚未确认关于 {study.number} 的告知",
        )
    return satisfied(party.stream)


@rule(
    "PER-002",
    "acknowledge",
    en="a notice is confirmed by the one who got it",
    zh="告知须由被告知方确认",
    source=f"{ORDER_818}, Art. 23; who may confirm is a house rule",
    basis=Basis.HOUSE,
    remedy_en="let a person of that organisation sign, or attach its letter: --document",
    remedy_zh="请由该机构人员签名，或附其回函：--document",
    signer_roles=("receiver", "collector", "qa", "regulatory_affairs"),
)
def the_party_itself_confirms(case: Case) -> Iterable[Answer]:
    """A signer is employed there, or a letter of it is attached."""
    event = case.event
    if not isinstance(event.body, UpstreamAcknowledged):
        return
    if event.body.documents:
        yield satisfied(event.stream)
        return
    signers: list[State | None] = [case.world.get(p) for p in event.persons()]
    if any(isinstance(p, Person) and p.employer == event.stream for p in signers):
        yield satisfied(event.stream, *(p.stream for p in signers if p is not None))
    else:
        number = case.state.number if case.state else ""
        yield violated(
            event.stream,
            f"nobody of {number} signs, and no letter of it is attached",
            f"签名人均不属于 {number}，且未附其回函",
        )


@rule(
    "EXP-006",
    "export",
    en="an agreement with the sponsor abroad stands behind the services and the goods",
    zh="所提供的服务与货物有与境外申办方的协议为依据",
    source=CLAIM,
    basis=Basis.SECONDARY,
    severity=Severity.ADVISORY,
    remedy_en="record the agreement with the sponsor: custody organisation agree",
    remedy_zh="请登记与申办方的协议：custody organisation agree",
    effective_from=IN_FORCE,
    override_role="regulatory_affairs",
    signer_roles=("qa", "regulatory_affairs"),
    sentences=("A10",),
)
def the_sponsor_abroad_agreed(case: Case) -> Iterable[Answer]:
    """The consignee is taken for the sponsor: a shipment names nobody else abroad."""
    shipment = leaving(case)
    if shipment is None:
        return
    stream = shipment.consignee
    sponsor = case.world.get(stream)
    if not isinstance(sponsor, Organisation):
        yield unknown(stream, "the sponsor abroad is not on record", "境外申办方未登记")
    elif sponsor.agreement(
        case.day, "sponsor", "research", "quality", "material_transfer", party=shipment.shipper
    ):
        yield satisfied(stream)
    else:
        yield unknown(
            stream,
            f"no agreement of {sponsor.number} with the shipper holds on {case.day}",
            f"{sponsor.number} 与发货方之间在 {case.day} 没有有效协议",
        )
