"""Identifiers of a donation and the pooling of donations under a new number.

A number once given to a donation is never given to another and never altered; only a documented
error of encoding is put right, by two persons, and then both numbers stay on record (Directive
2006/86/EC, Article 10b and Annex VII). What an identifier must look like is in `identifier`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.domain.identifier import Din, Gs1Key, Sec, is_din, is_sec, mod10_holds
from custody.domain.model import Body, Event, LinkRule, Sig, event_type, said
from custody.domain.values import Code, Document, Number, Text
from custody.errors import Reason, reason

SCHEMES: Final = ("own", "isbt128_din", "sec", "coi", "gs1")


class Identifiers(Body):
    """Numbers of a donation, one field per scheme."""

    own: Number | None = said(
        "number of a house scheme", "自有编号", alias="donation-no", default=None
    )
    isbt128_din: Din | None = said(
        "ISBT 128 donation identification number, 13 characters and its check character",
        "ISBT 128 捐献识别号（13 位及校验字符）",
        alias="isbt128-din",
        default=None,
    )
    sec: Sec | None = said(
        "single European code, 40 characters", "欧洲统一编码（40 位）", alias="sec", default=None
    )
    coi: Number | None = said(
        "chain of identity identifier; one therapy may share it among its donations",
        "身份链标识（同一治疗的多次捐献可共用）",
        default=None,
    )
    gs1: Gs1Key | None = said(
        "GS1 key with its check digit", "GS1 标识代码（含校验位）", alias="gs1-key", default=None
    )

    def given(self) -> dict[str, str]:
        """Return the numbers that were given, by scheme."""
        return {s: v for s in SCHEMES if (v := getattr(self, s)) is not None}


@event_type(
    "donor.identifier_allocated/v1",
    kind="donation",
    command="donor allocate",
    en="donation identifier allocated",
    zh="分配捐献标识",
    meaning_zh="为该捐献分配一个或多个标识；此后不得更改，亦不得用于其他捐献。",
    signers=(
        Sig("collector", "performed"),
        Sig("donor_physician", "performed"),
        Sig("qa", "performed"),
    ),
    gate="identify",
    decides=True,  # voiding it would let another number take its place
    next=("sample collect",),
)
class IdentifierAllocated(Identifiers):
    """The donation got identifiers that can never be altered and never name another donation."""


@event_type(
    "donor.identifier_corrected/v1",
    kind="donation",
    command="donor correct-identifier",
    en="donation identifier corrected",
    zh="更正捐献标识",
    meaning_zh="经两人确认，标识编码有误并予更正；原标识与新标识均保留，原标识不得再用。",
    signers=(Sig("qa", "approved"), Sig("collector", "performed")),
    every=True,
    gate="identify",
    decides=True,
    next=("trace",),
)
class IdentifierCorrected(Identifiers):
    """A documented error of encoding was put right; both numbers stay and neither is used again."""

    reason: Text = said("what was encoded wrongly", "编码错误的说明")
    documents: tuple[Document, ...] = said(
        "the record of the error", "错误的证明文件", min_length=1, max_length=20
    )


@event_type(
    "donor.pooled/v1",
    kind="donation",
    command="donor pool",
    en="donations pooled",
    zh="捐献合并",
    meaning_zh="多份异体捐献合并，获得新的捐献编号，并保留与每份捐献的联系。",
    signers=(Sig("operator", "performed"), Sig("verifier", "verified")),
    every=True,
    opens=True,
    then="pooled",
    links=(
        LinkRule(
            "donation",
            ("donation",),
            "the donations that were pooled",
            "所合并的捐献",
            least=2,
            most=100,
            lineage=True,
        ),
    ),
    gate="pool",
    next=("sample collect",),
)
class DonationPooled(Body):
    """Donations were pooled under a new number that keeps its link to each of them."""

    number: Number = said("new donation number", "新的捐献编号", alias="donation-no")
    tissue: Code = said("tissue, for example umbilical_cord", "组织来源代码")
    leukocyte_rich: bool = said("rich in viable leukocytes", "是否富含活白细胞")


def wrong_identifiers(event: Event) -> Iterable[Reason]:
    """Yield why the identifiers of an event cannot stand: none given, or one with a wrong check."""
    body = event.body
    if not isinstance(body, Identifiers):
        return
    given = body.given()
    if not given:
        yield reason("C2102", event.stream)
    for scheme, value in given.items():
        match scheme:
            case "isbt128_din" if not is_din(value):
                yield reason("C2103", event.stream, value=value)
            case "gs1" if not mod10_holds(value):
                yield reason("C2104", event.stream, value=value)
            case "sec" if not is_sec(value):
                yield reason("C2105", event.stream, value=value)
