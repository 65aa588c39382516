"""What a batch may be used for before and besides its full release: provisionally, for a trial.

A provisional release is named as such everywhere: it is another status, not a released batch.
"""

from __future__ import annotations

from custody.domain.model import Body, LinkRule, Sig, event_type, said
from custody.domain.values import Code, Count, Country, Text


@event_type(
    "batch.released_provisionally/v1",
    kind="batch",
    command="batch release-provisionally",
    en="batch released provisionally",
    zh="批次有条件放行",
    meaning_zh="质量受权人在所列检验完成前有条件放行本批；其后须正式放行，否则不得出境。",
    signers=(Sig("quality_authority", "released"),),
    when=("completed", "reviewed"),
    then="released_provisionally",
    gate="release-provisionally",
    next=("batch test", "batch release"),
)
class BatchReleasedProvisionally(Body):
    """The quality authority, alone, released the batch while the tests named are still pending."""

    conditions: Text = said("conditions of use until full release", "正式放行前的使用条件")
    pending: tuple[Code, ...] = said(
        "tests still pending", "尚未完成的检验项目", min_length=1, max_length=40
    )


@event_type(
    "batch.allocated/v1",
    kind="batch",
    command="batch allocate",
    en="batch allocated to a trial",
    zh="批次分配至临床试验",
    meaning_zh="本批的若干剂已指定用于所列境外临床试验。",
    signers=(Sig("regulatory_affairs", "approved"), Sig("qa", "approved")),
    when=("completed", "reviewed", "released_provisionally", "released"),
    links=(LinkRule("study", ("study",), "the study, when it is on record", "研究", least=0),),
    next=("shipment plan", "dose allocate"),
)
class BatchAllocated(Body):
    """A number of doses of the batch is meant for the trial named, abroad or at home."""

    trial: Text = said(
        "identifier of the trial, as on the shipment",
        "临床试验编号（与发运一致）",
        decisive="batch allocate",
    )
    country: Country = said("country of the trial", "试验所在国", decisive="batch allocate")
    doses: Count = said("number of doses", "剂数", decisive="batch allocate")
