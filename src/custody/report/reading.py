"""The reading copy of a shipment as plain sections: facts, tables and figures in both languages.

HTML and PDF are made from the same sections, so they say the same. Nothing here judges anything;
the facts are those the verifier tells of the bundle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from custody.app.publication.handover import Handover
from custody.errors import Text
from custody.report import amendments, lineage, temperature, timeline
from custody.report.section import Fact, Section, table
from custody.report.wording import (
    NO,
    YES,
    document_kind,
    event_title,
    fingerprint,
    grouped,
    moment,
    status,
    term,
    utc,
)

TITLE: Final = Text("Chain of custody of a shipment", "发运监管链")
WARNING: Final = Text(
    "This is a reading copy. It is not proof.",
    "本文件为阅读副本，不是证据。",
)
HOW: Final = Text(
    "Only the file {bundle} proves anything. Check it with a verifier and a trust file that you "
    "got before and from elsewhere, never with ones that came with the goods, and compare what it "
    "tells with this copy.",
    "唯有文件 {bundle} 可作证据。请使用事先从其他渠道取得的核验程序与信任文件核验，"
    "切勿使用随货附带的程序或信任文件，并将核验结果与本副本对照。",
)
LIMITS: Final = Text("What no file proves", "任何文件均无法证明")


@dataclass(frozen=True, slots=True)
class ReadingCopy:
    """All that HTML and PDF show."""

    number: str
    sha256: str
    short: str
    as_of: str
    warning: Text
    how: Text
    limits: Text
    unproved: tuple[Text, ...]
    sections: tuple[Section, ...]


def reading_copy(handover: Handover) -> ReadingCopy:
    """Return the sections for one shipment, in the order people ask: what, may it, how it fared."""
    story = handover.story
    return ReadingCopy(
        number=handover.number,
        sha256=grouped(handover.sha256, 8),
        short=fingerprint(handover.sha256),
        as_of=utc(handover.as_of),
        warning=WARNING,
        how=_named(HOW, handover.bundle_name),
        limits=LIMITS,
        unproved=handover.unproved,
        sections=(
            _shipment(handover),
            _batches(story),
            _permits(story),
            _custody(story, handover.as_of),
            _temperature(story),
            _lineage(story),
            amendments.section(story),
            _documents(handover),
            _signatures(story),
        ),
    )


def _named(text: Text, bundle: str) -> Text:
    return Text(text.en.format(bundle=bundle), text.zh.format(bundle=bundle))


def _shipment(handover: Handover) -> Section:
    story = handover.story
    facts: list[Fact] = [
        (Text("shipper", "发货方"), story["shipper"]),
        (Text("consignee", "收货方"), story["consignee"]),
        (Text("in the custody of", "当前保管方"), story.get("custodian", "")),
        (Text("status", "状态"), status("shipment", story["status"])),
        (Text("destination", "目的地"), story["destination"]),
        (Text("purpose", "用途"), term("uses", story["purpose"])),
        (Text("trial", "试验"), story["trial"]),
        (Text("doses", "剂数"), str(story["doses"])),
        (Text("seal", "封签"), story["seal"]),
        (Text("sealed at", "施封时间"), moment(story["sealed_at"])),
        (Text("customs declaration", "报关单"), story.get("declaration", "")),
        (Text("HS code", "商品编码"), story.get("hs_code", "")),
        (Text("ledger", "台账"), handover.origin),
        (Text("trust file of the ledger", "台账信任文件"), grouped(handover.trust, 8)),
        (
            Text("in the bundle", "证据包内容"),
            Text(
                f"{handover.events} events, {handover.streams} streams, "
                f"{handover.signatures} signatures",
                f"{handover.events} 个事件，{handover.streams} 条流，{handover.signatures} 个签名",
            ),
        ),
    ]
    return Section(
        "shipment", Text("Shipment", "发运"), tuple((label, v) for label, v in facts if v)
    )


def _batches(story: Mapping[str, Any]) -> Section:
    head = (
        Text("batch", "批次"),
        Text("product", "产品"),
        Text("doses", "剂数"),
        Text("status", "状态"),
        Text("released", "放行"),
        Text("expires", "有效期至"),
        Text("storage", "储存"),
    )
    counted: dict[str, int] = {}
    for container in story["containers"]:
        counted[container["batch"]] = counted.get(container["batch"], 0) + container["doses"]
    rows = [
        (
            b["number"],
            b.get("product", ""),
            str(counted.get(b["number"], "")),
            status("batch", b.get("status", "")),
            moment(b.get("released_at", "")),
            moment(b.get("expires_at", "")),
            _range(b.get("storage_min", ""), b.get("storage_max", "")),
        )
        for b in story["batches"]
    ]
    boxes = "; ".join(f"{c['serial']} ({c['batch']}, {c['logger']})" for c in story["containers"])
    return Section(
        "batches",
        Text("Product and batches", "产品与批次"),
        facts=((Text("containers (batch, logger)", "容器（批次、记录仪）"), boxes),)
        if boxes
        else (),
        table=table(head, rows, (20, 32, 0, 0, 0, 0, 24)),
    )


def _range(low: str, high: str) -> str:
    return f"{_minus(low)} … {_minus(high)} °C" if low and high else ""


def _minus(number: str) -> str:
    return number.replace("-", "−")


def _permits(story: Mapping[str, Any]) -> Section:
    head = (
        Text("number", "编号"),
        Text("kind", "种类"),
        Text("authority", "主管部门"),
        Text("status", "状态"),
        Text("valid from", "生效日"),
        Text("valid until", "失效日"),
    )
    rows = [
        (
            p["number"],
            term("permit_kinds", p["kind"]),
            p["authority"],
            status("permit", p["status"]),
            p["valid_from"] or "",
            p["valid_until"] or "",
        )
        for p in story["permits"]
    ]
    return Section(
        "permits",
        Text("Filing and permits", "备案与许可"),
        table=table(head, rows, (26, 46, 36, 22, 0, 0)),
    )


def _custody(story: Mapping[str, Any], as_of: int) -> Section:
    head = (
        Text("given by", "移交方"),
        Text("taken over by", "接收方"),
        Text("given", "移交时间"),
        Text("taken over", "接收时间"),
        Text("place", "地点"),
        Text("seal intact", "封签完好"),
    )
    rows = [
        (
            leg["from"],
            leg["to"],
            moment(leg["given_at"]),
            moment(leg["accepted_at"]) or Text("not yet", "尚未"),
            leg["place"],
            YES if leg["seal_intact"] else NO,
        )
        for leg in story["hand_overs"]
    ]
    return Section(
        "custody",
        Text("Custody", "保管交接"),
        figure=timeline.drawn(story, as_of),
        table=table(head, rows, (3, 3, 0, 0, 3, 0)),
        note=Text(
            "Hatched: given and not yet taken over.",
            "斜线部分：已移交而尚未接收。",
        ),
    )


def _temperature(story: Mapping[str, Any]) -> Section:
    head = (
        Text("logger", "记录仪"),
        Text("from", "起"),
        Text("to", "止"),
        Text("lowest", "最低"),
        Text("highest", "最高"),
        Text("readings", "读数"),
        Text("gaps", "间断"),
    )
    rows = [
        (
            log["logger"],
            moment(log["from"]),
            moment(log["to"]),
            f"{_minus(log['minimum'])} °C",
            f"{_minus(log['maximum'])} °C",
            str(log["readings"]),
            str(log["gaps"]),
        )
        for log in story["temperatures"]
    ]
    noted: list[Fact] = [
        (
            Text(f"excursion {n}", f"偏离 {n}"),
            _excursion(e),
        )
        for n, e in enumerate(story.get("excursions", ()), start=1)
    ]
    judged = story.get("disposition", "")
    if judged:
        noted.append((Text("quality's judgement", "质量结论"), term("dispositions", judged)))
    return Section(
        "temperature",
        Text("Temperature", "温度"),
        facts=tuple(noted),
        figure=temperature.drawn(story),
        table=table(head, rows, (1, 0, 0, 0, 0, 0, 0)),
    )


def _excursion(excursion: Mapping[str, Any]) -> Text:
    kind = term("excursions", excursion["kind"])
    said = kind if isinstance(kind, Text) else Text(kind, kind)
    until = moment(excursion["to"])
    rest = f"{excursion['logger']}, {moment(excursion['from'])}{f' – {until}' if until else ''}"
    if excursion["extreme"]:
        rest += f", {_minus(excursion['extreme'])} °C"
    return Text(f"{said.en}: {rest}", f"{said.zh}：{rest}")


def _lineage(story: Mapping[str, Any]) -> Section:
    head = (
        Text("kind", "类别"),
        Text("number", "编号"),
        Text("status", "状态"),
        Text("made from", "来源"),
    )
    rows = [
        (
            term("kinds", row["noun"]),
            row["number"],
            status(row["noun"], row["status"]),
            ", ".join(lineage.parent(p)[1] for p in row.get("from", ())),
        )
        for row in story["lineage"]
    ]
    return Section(
        "lineage",
        Text("Lineage", "谱系"),
        figure=lineage.drawn(story),
        table=table(head, rows, (22, 26, 24, 60)),
    )


def _documents(handover: Handover) -> Section:
    head = (
        Text("document", "文件"),
        Text("of", "所属"),
        Text("name on record", "登记名称"),
        Text("bytes", "字节"),
        Text("SHA-256", "SHA-256"),
        Text("file in documents/", "documents/ 中的文件"),
    )
    listed = sorted(
        handover.story.get("documents", ()),
        key=lambda d: (handover.files.get(d["sha256"], "~"), d["number"], d["kind"], d["sha256"]),
    )
    rows = [
        (
            document_kind(d["kind"]),
            d["number"],
            d["name"],
            str(d["size"]),
            grouped(d["sha256"], 8),
            handover.files.get(d["sha256"], Text("not enclosed", "未附")),
        )
        for d in listed
    ]
    return Section(
        "documents",
        Text("Documents", "文件"),
        table=table(head, rows, (27, 24, 28, 0, 52, 38)),
        note=Text(
            "Compare a document by its SHA-256; its name proves nothing.",
            "请以 SHA-256 比对文件；文件名不能证明任何内容。",
        ),
    )


def _signatures(story: Mapping[str, Any]) -> Section:
    head = (
        Text("signed at", "签名时间"),
        Text("printed name", "签名姓名"),
        Text("meaning", "含义"),
        Text("role", "角色"),
        Text("item", "物项"),
        Text("event", "事件"),
    )
    rows = [
        (
            moment(s["signed_at"]),
            s["name"],
            term("meanings", s["meaning"]),
            term("roles", s["role"]),
            s["number"],
            event_title(s["type"]),
        )
        for s in story["signatures"]
    ]
    return Section(
        "signatures", Text("Signatures", "签名"), table=table(head, rows, (0, 26, 0, 40, 26, 42))
    )
