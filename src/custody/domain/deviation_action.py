"""Corrective and preventive actions of a deviation: what is done so that it does not recur."""

from __future__ import annotations

from custody.domain.model import Body, Sig, event_type, said
from custody.domain.values import Day, Number, Text


@event_type(
    "deviation.capa_opened/v1",
    kind="deviation",
    command="deviation open-capa",
    en="corrective action opened",
    zh="纠正与预防措施（CAPA）开启",
    meaning_zh="针对该偏差确定了一项纠正与预防措施及其期限。",
    signers=(Sig("qa", "approved"),),
    when=("open", "assessed", "closed"),
    next=("deviation close-capa",),
)
class DeviationCapaOpened(Body):
    """A corrective or preventive action was laid down, with the day it is due."""

    capa: Number = said("number of the action, unique in this deviation", "措施编号（偏差内唯一）")
    action: Text = said("what will be done", "措施内容")
    due_on: Day = said("day it is due", "完成期限")


@event_type(
    "deviation.capa_closed/v1",
    kind="deviation",
    command="deviation close-capa",
    en="corrective action closed",
    zh="纠正与预防措施（CAPA）关闭",
    meaning_zh="措施已完成，其有效性已评价。",
    signers=(Sig("qa", "approved"),),
    when=("open", "assessed", "closed"),
    decides=True,
    next=("deviation close", "show"),
)
class DeviationCapaClosed(Body):
    """The action was done and its effect judged."""

    capa: Number = said("number of the action", "措施编号")
    effect: Text = said("what was done and whether it worked", "完成情况与有效性")
