"""The report of `custody verify` on a screen: the verdict first, then why, then the story.

Every verdict has a mark, a colour and a word; the word alone is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from custody import contract
from custody_cli import facts, labels
from custody_cli.console import Console, padded, wrapped
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.verification.verifying import Report
    from custody.errors import Text

VERDICTS: Final = {
    "genuine": (
        "✓",
        "green",
        both(
            "GENUINE: unchanged, complete, and signed by those the trust file names",
            "真实：未被改动、完整，且由信任文件所列者签名",
        ),
    ),
    "not_genuine": (
        "✗",
        "red",
        both(
            "NOT GENUINE: the evidence contradicts itself or the rules",
            "不真实：证据自相矛盾或违反规则",
        ),
    ),
    "cannot_tell": (
        "?",
        "yellow",
        both(
            "CANNOT TELL: something is missing or unknown; this is not a soft yes",
            "无法判断：有缺失或未知内容；这并不表示基本可信",
        ),
    ),
}
STEPS: Final = {
    "V1": both("the file is readable and within limits", "文件可读且在限定范围内"),
    "V2": both("trust file, ledger and checkpoint", "信任文件、台账与检查点"),
    "V3": both("seal and inclusion in the log", "封存与收录"),
    "V4": both("streams: order, chain, nothing left out", "流：次序、链接、无遗漏"),
    "V5": both("signatures", "签名"),
    "V6": both("who may sign, at that time", "当时的签名权限"),
    "V7": both("times and states", "时间与状态"),
    "V8": both("names and documents", "姓名与文件"),
    "V9": both("the custody story", "监管链经过"),
}
STATUS: Final = {
    "passed": ("✓", both("holds", "成立")),
    "failed": ("✗", both("does not hold", "不成立")),
    "not_run": ("–", both("not judged", "未判断")),
}


def show(console: Console, report: Report) -> None:
    """Write the report to stdout, verdict first."""
    c = console
    mark, colour, text = VERDICTS[report.verdict.value]
    c.out(c.paint(f"{_mark(c, mark)} {c.pick(text)}", colour, "bold"))
    c.out()
    for step in report.steps:
        mark, status = STATUS[step.status.value]
        if step.findings and step.status.value == "failed" and _open(step.findings):
            mark, status = "?", both("cannot tell", "无法判断")
        word = c.pick(status)
        title = c.pick(STEPS[step.id])
        c.out(f"  {step.id}  {_mark(c, mark)} {padded(word, 13)}  {title}")
    c.out()
    _facts(c, report)
    _findings(c, report)
    _remarks(c, report)
    if report.story:
        _story(c, report.story)
    if not c.settings.quiet:
        unproved(c, report.unproved())


def unproved(c: Console, clauses: Sequence[Text]) -> None:
    """Write what no file can prove, in one paragraph."""
    listed = c.t("; ", "；").join(clause[c.lang] for clause in clauses)
    text = c.t("What no file can prove: ", "任何文件都无法证明：") + listed + c.t(".", "。")
    c.out()
    for line in wrapped(text, c.width):
        c.out(line)


def level_row(c: Console, level: str | None) -> tuple[str, object]:
    """Return the level with what it means, as a labelled value."""
    from custody.app.verification.unprovable import level_words

    words = level_words(level)
    means = words[c.lang] if words else ""
    return c.t("level", "等级"), f"{level}  {means}" if level else ""


def moment(seconds: int | None) -> str:
    """Return Unix seconds as an instant in UTC, empty for None."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _mark(c: Console, mark: str) -> str:
    return {"✓": c.mark(True), "✗": c.mark(False), "–": "-"}.get(mark, mark)


def _open(findings: Iterable[Any]) -> bool:
    return all(f.verdict.value == "cannot_tell" for f in findings)


def _facts(c: Console, report: Report) -> None:
    ev = report.evidence
    rows: list[tuple[str, object]] = [
        (c.t("as of", "截至"), moment(ev.as_of)),
        level_row(c, ev.level),
        (c.t("ledger", "台账"), ev.origin),
        (c.t("trust file", "信任文件"), ev.trust),
        (c.t("witnesses", "见证方"), list(ev.witnesses) or None),
        (c.t("auditors", "审计方"), [name.partition("+")[0] for name in ev.auditors] or None),
    ]
    if ev.single_operator:
        rows.append(
            (
                c.t("view", "视角"),
                c.t(
                    "single operator: nobody else vouches that all others see this same ledger",
                    "单一运营方：无他方证明所有人看到的是同一台账",
                ),
            )
        )
    rows.append(
        (
            c.t("checked", "已检查"),
            c.t(
                f"{ev.events} events, {ev.streams} streams, {ev.signatures} signatures",
                f"{ev.events} 个事件，{ev.streams} 条流，{ev.signatures} 个签名",
            ),
        )
    )
    if any(report.values):
        disclosed, withheld, erased = report.values
        rows.append(
            (
                c.t("private values", "保密值"),
                c.t(
                    f"{disclosed} disclosed, {withheld} withheld (decoys included), "
                    f"{erased} erased",
                    f"{disclosed} 个已披露，{withheld} 个未披露（含诱饵），{erased} 个已删除",
                ),
            )
        )
    if ev.timestamps:
        rows.append((c.t("time stamps", "时间戳"), [moment(time) for time in ev.timestamps]))
    if ev.unchecked_timestamps:
        n = ev.unchecked_timestamps
        rows.append(
            (
                c.t("time stamps", "时间戳"),
                c.t(
                    f"{n} present, not checked (name their authority with --tsa)",
                    f"{n} 个，未核对（可用 --tsa 指定其机构）",
                ),
            )
        )
    if ev.missing_attachments:
        n = len(ev.missing_attachments)
        rows.append(
            (
                c.t("documents", "文件"),
                c.t(
                    f"{n} listed but not at hand (give them with --attachments)",
                    f"{n} 个已列出但未提供（可用 --attachments 提供）",
                ),
            )
        )
    c.fields([(label, value) for label, value in rows if value])


def _findings(c: Console, report: Report) -> None:
    _listed(c, report, c.t("findings", "发现"), report.findings)
    _listed(c, report, c.t("notes", "备注"), report.evidence.notes)


def _listed(c: Console, report: Report, title: str, findings: Sequence[Any]) -> None:
    if not findings:
        return
    c.out()
    c.out(c.paint(title, "bold"))
    for finding in findings:
        texts = report.text_of(finding, c.lang)
        c.out(f"  {finding.step} {c.paint(finding.code, 'yellow')}  {texts['title']}")
        c.fields(
            [
                (c.word("where"), texts["where"]),
                (c.word("why"), labels.sentence(texts["why"])),
                (c.word("fix"), texts["hint"]),
            ],
            indent=9,
        )


def _remarks(c: Console, report: Report) -> None:
    """Write the advice of rules that stop nothing and change no verdict."""
    rows = report.particulars.remarks
    if not rows:
        return
    c.out()
    c.out(c.paint(c.t("remarks, which change no verdict", "提示（不影响结论）"), "bold"))
    c.fields([(row["rule"], labels.sentence(row["why"][c.lang])) for row in rows])


def _story(c: Console, story: Mapping[str, Any]) -> None:
    c.out()
    title = c.paint(f"{c.t('shipment', '发运')} {story['shipment']}", "bold")
    c.out(f"{title}  {labels.status(story['status'], 'shipment')}")
    c.fields(
        [
            (c.t("from", "发运方"), story["shipper"]),
            (c.t("consignee", "收货方"), story["consignee"]),
            (c.t("destination", "目的地"), story["destination"]),
            (c.t("purpose", "用途"), facts.value("purpose", story["purpose"], "shipment")),
            (c.t("seal", "封签"), f"{story['seal']}  {story['sealed_at']}"),
            (c.t("doses", "剂数"), story["doses"]),
        ]
    )
    _list(
        c,
        c.t("batches", "批次"),
        story["batches"],
        ("number", "product", "status", "released_at", "expires_at"),
        "batch",
    )
    deviations = [(b["number"], b["deviations"]) for b in story["batches"] if b.get("deviations")]
    if deviations:
        c.out()
        c.out(c.paint(c.t("deviations of the batches", "批次偏差"), "bold"))
        c.fields(deviations)
    _list(c, c.t("lineage", "谱系"), story["lineage"], ("noun", "number", "status"))
    _list(
        c,
        c.t("permits", "许可"),
        story["permits"],
        ("number", "kind", "status", "valid_from", "valid_until"),
        "permit",
    )
    _list(
        c,
        c.t("hand-overs", "交接"),
        story["hand_overs"],
        ("from", "to", "given_at", "accepted_at", "seal_intact"),
    )
    _list(
        c,
        c.t("temperature", "温度"),
        story["temperatures"],
        ("logger", "minimum", "maximum", "unit", "readings", "gaps"),
    )
    _amendments(c, story["amendments"])
    known = contract.types()
    signatures = [
        {
            **s,
            "meaning": labels.meaning(s["meaning"]),
            "role": labels.role(s["role"]),
            "event": known[s["type"]]["title"][c.lang],
        }
        for s in story["signatures"]
    ]
    _list(
        c,
        c.t("signatures", "签名"),
        signatures,
        ("signed_at", "name", "meaning", "role", "number", "event"),
    )


ACTS: Final = {
    "corrected": both("corrected", "更正"),
    "voided": both("voided", "作废"),
    "reaffirmed": both("reaffirmed", "重申"),
    "called_off": both("called off", "取消"),
}


def _amendments(c: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write what was read otherwise once: both readings, why, and who answers for it."""
    if not rows:
        return
    c.out()
    heading = c.t("corrected, voided, reaffirmed or called off", "更正、作废、重申或取消")
    c.out(c.paint(heading, "bold"))
    for row in rows:
        entry = contract.types().get(row["type"])
        title = entry["title"][c.lang] if entry else c.t("an earlier record", "较早的记录")
        when = f"  {row['told_at']}" if row["told_at"] else ""
        act = c.paint(c.pick(ACTS[row["act"]]), "yellow")
        c.out(f"  {labels.kind(row['noun'])} {row['number']}  {title}{when}  {act}")
        changed = [
            (facts.name(change["field"]), f"{c.value(change['was'])} → {c.value(change['now'])}")
            for change in row["changes"]
        ]
        reason = (c.t("reason", "理由"), row["reason"])
        signed = (c.t("signed", "签名"), f"{row['signed_at']}  {', '.join(row['names'])}")
        c.fields([*changed, reason, signed], indent=4)


HEADS: Final = {
    "number": "编号",
    "product": "产品",
    "status": "状态",
    "released_at": "放行时间",
    "expires_at": "有效期至",
    "noun": "类别",
    "kind": "类别",
    "valid_from": "生效日",
    "valid_until": "失效日",
    "from": "交出",
    "to": "接收",
    "given_at": "交出时间",
    "accepted_at": "接收时间",
    "seal_intact": "封签完好",
    "logger": "记录仪",
    "minimum": "最低",
    "maximum": "最高",
    "unit": "单位",
    "readings": "读数",
    "gaps": "间断",
    "signed_at": "签名时间",
    "name": "姓名",
    "meaning": "含义",
    "role": "角色",
    "event": "事件",
}


def _list(
    c: Console,
    title: str,
    rows: Iterable[Mapping[str, Any]],
    keys: tuple[str, ...],
    kind: str = "",
) -> None:
    found = list(rows)
    if not found:
        return
    c.out()
    c.out(c.paint(title, "bold"))
    head = [c.t(k.replace("_", " "), HEADS[k]) for k in keys]
    c.table(head, [[_cell(k, row, kind) for k in keys] for row in found])


def _cell(key: str, row: Mapping[str, Any], kind: str) -> object:
    given = row.get(key, "")
    if key == "noun":
        return labels.kind(given)
    if key == "status":
        return labels.status(given, str(row.get("noun", kind)))
    return facts.value(key, given, kind) if key == "kind" else given
