"""Corrections: events about an earlier event of the same stream. Both readings stay visible."""

from __future__ import annotations

from pydantic import Field

from custody.domain.key import BY_REGISTRAR
from custody.domain.model import ANYONE, Body, Sig, event_type, said
from custody.domain.values import Code, Frozen, LeafHash, Text

CORRECTABLE_KINDS = (
    "person",
    "organisation",
    "instrument",
    "product",
    "donation",
    "sample",
    "material",
    "bank",
    "vial",
    "batch",
    "deviation",
    "permit",
    "shipment",
    "study",
    "subject",
    "culture",
    "dose",
    "equipment",
    "process",
    "site",
)
# A stolen key may have signed anything but an act of the roots.
REAFFIRMABLE_KINDS = (*CORRECTABLE_KINDS, "assessment", "alias", "key")
QA_AND_ANOTHER = (Sig("qa", "approved"), Sig(ANYONE, "performed"))


class Change(Frozen):
    """One field as it was read and as it is to be read."""

    field: Code = Field(description="name of the body field")
    was: str | int | bool | None = Field(default=None, description="the reading until now")
    now: str | int | bool | None = Field(default=None, description="the reading from now on")


@event_type(
    "record.corrected/v1",
    kind=CORRECTABLE_KINDS,
    command="record correct",
    en="record corrected",
    zh="记录更正",
    meaning_zh="更正同一流中较早的一条记录；原记录与更正均保持可见。",
    signers=QA_AND_ANOTHER,
    every=True,
    plumbing=True,
)
class RecordCorrected(Body):
    """An earlier event of this stream is read differently from now on; both stay visible."""

    corrects: LeafHash = said("leaf hash of the corrected event", "被更正事件的叶哈希")
    reason: Text = said("why the earlier reading was wrong", "原记录错误的原因")
    changes: tuple[Change, ...] = said(
        "the fields that change", "更改的字段", min_length=1, max_length=40
    )


@event_type(
    "record.voided/v1",
    kind=CORRECTABLE_KINDS,
    command="record void",
    en="record voided",
    zh="记录作废",
    meaning_zh="声明同一流中较早的一条记录并未发生；原记录保持可见。",
    signers=QA_AND_ANOTHER,
    every=True,
    plumbing=True,
)
class RecordVoided(Body):
    """An earlier event of this stream is declared not to have happened; it stays visible."""

    voids: LeafHash = said("leaf hash of the voided event", "被作废事件的叶哈希")
    reason: Text = said("why it did not happen", "作废的原因")


@event_type(
    "record.reaffirmed/v1",
    kind=REAFFIRMABLE_KINDS,
    command="record reaffirm",
    en="record reaffirmed",
    zh="记录重申",
    meaning_zh="密钥泄露后，由另一名有权人员确认该记录属实。",
    signers=(Sig("qa", "approved"),),
    in_keys=BY_REGISTRAR,
    plumbing=True,
)
class RecordReaffirmed(Body):
    """After a key was compromised, another authorised person confirms that a record is true."""

    leaf: LeafHash = said("leaf hash of the reaffirmed event", "被重申事件的叶哈希")
    reason: Text = said("on which evidence", "依据")
