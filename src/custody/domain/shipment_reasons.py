"""The words with which a shipment event is refused because it contradicts the record."""

from __future__ import annotations

from typing import Final

from custody.errors import Text as Words

REASONS: Final[dict[str, tuple[str, Words, Words]]] = {
    "not_planned": (
        "C286",
        Words("the batch is not among those planned", "该批次不在发运计划之内"),
        Words("plan a shipment with this batch", "请另行计划含该批次的发运"),
    ),
    "miscounted": (
        "C287",
        Words("the number of doses is not the number packed", "剂数与装箱总数不符"),
        Words("count again: custody show NUMBER", "请重新清点：custody show 编号"),
    ),
    "not_all_packed": (
        "C288",
        Words("a batch of the plan was not packed", "计划中有批次尚未装箱"),
        Words("pack it, or plan a shipment without it", "请装箱，或另行计划不含该批次的发运"),
    ),
    "still_open": (
        "C290",
        Words("an earlier hand-over was not accepted yet", "此前的移交尚未签收"),
        Words("let its receiver accept it first", "请先由接收方签收"),
    ),
    "not_custodian": (
        "C291",
        Words("the giver does not have the shipment", "移交方并非当前保管方"),
        Words("see who has it: custody show NUMBER", "请查看当前保管方：custody show 编号"),
    ),
    "to_itself": (
        "C292",
        Words("giver and receiver are the same", "移交方与接收方相同"),
        Words("name two organisations", "请指明两个不同的机构"),
    ),
    "nothing_open": (
        "C293",
        Words("no hand-over waits to be accepted", "没有待签收的移交"),
        Words("let the giver record the hand-over first", "请先由移交方记录移交"),
    ),
    "other_parties": (
        "C294",
        Words(
            "the open hand-over names another giver or receiver",
            "待签收移交的移交方或接收方与此不同",
        ),
        Words("name both as the hand-over does", "请按移交记录填写双方"),
    ),
    "same_person": (
        "C295",
        Words("giver and receiver are the same person", "移交人与接收人为同一人"),
        Words("let a person of the receiver sign", "请由接收方人员签名"),
    ),
    "other_seal": (
        "C296",
        Words(
            "an intact seal must bear the number it was sealed with",
            "封签完好时，封签号须与施封时一致",
        ),
        Words(
            "read the seal again, or state that it is not intact",
            "请重新核对封签号，或注明封签不完好",
        ),
    ),
    "unknown_logger": (
        "C297",
        Words("no container of this shipment has that logger", "本次发运的容器中没有该记录仪"),
        Words("check the serial number of the logger", "请核对记录仪序列号"),
    ),
    "crossed_log": (
        "C298",
        Words("first after last, or lowest above highest reading", "首末时间或最低最高读数颠倒"),
        Words("check the summary against the raw file", "请对照原始文件核对概要"),
    ),
    "not_with_consignee": (
        "C299",
        Words("the consignee has not accepted the shipment yet", "收货方尚未签收箱件"),
        Words("let the consignee accept the last hand-over", "请收货方先签收最后一次移交"),
    ),
    "too_many": (
        "C277",
        Words("more doses than were packed", "实收剂数多于装箱剂数"),
        Words("count again", "请重新清点"),
    ),
    "too_few": (
        "C278",
        Words("fewer doses than were packed, without a reason", "实收剂数少于装箱剂数且未说明理由"),
        Words("count again, or give the reason", "请重新清点，或说明理由"),
    ),
    "judged": (
        "C279",
        Words(
            "it was sealed for this destination and purpose; they cannot be corrected now",
            "该发运已按此目的国与用途施封，现已不能更正",
        ),
        Words("recall it and plan a new shipment", "请召回并另行计划发运"),
    ),
}
