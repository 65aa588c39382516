"""`custody audit`: everything recomputed from the events, and what does not hold."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import typer

from custody_cli import root, signing
from custody_cli.console import here
from custody_cli.exits import Exit
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.oversight.audit import AuditReport

audit_app = root.single()
APPS: Final = {"audit": audit_app}


@audit_app.command(
    cls=root.Command,
    help=both(
        "Recompute everything from the events: bytes, signatures, who might sign, order, seals, "
        "rules and read models. Nothing is repaired.\nEnds with 0 when all holds, 3 when not.",
        "由事件重算全部内容：字节、签名、签名权限、次序、封存、规则与查询表。不作任何修复。\n"
        "全部成立时退出码为 0，否则为 3。",
    ),
    epilog="custody audit --json",
)
def audit() -> None:
    """Audit the whole ledger."""
    from custody.app.oversight.audit import STEPS

    console = here()
    with signing.opened(readonly=True, whole=False) as ledger:
        report = ledger.audit(progress_shown())
    if console.json:
        console.document(
            "audit",
            {
                "ok": report.ok,
                "level": "L5" if report.ok else None,
                "as_of": report.as_of,
                "events": report.events,
                "streams": report.streams,
                "seals": report.seals,
                "checkpoints": report.checkpoints,
                "findings": [
                    {"step": f.step, "code": f.code, "where": f.where, "detail": f.detail}
                    for f in dict.fromkeys(report.findings)
                ],
            },
        )
    else:
        _tell_audit(report, STEPS)
    if not report.ok:
        raise typer.Exit(int(Exit.NOT_GENUINE))


AUDIT_ZH: Final = {
    "A1": "文件",
    "A2": "记录与签名",
    "A3": "签名权限",
    "A4": "次序与所依据记录",
    "A5": "封存与检查点",
    "A6": "状态与规则",
    "A7": "查询表",
    "A8": "已删除的个人数据",
}


def _tell_audit(report: AuditReport, steps: dict[str, str]) -> None:
    from custody.app.verification.details import in_both, place_zh
    from custody.app.verification.unprovable import unprovable
    from custody_cli.verdict import moment, unproved

    console = here()
    findings = list(dict.fromkeys(report.findings))
    if report.ok:
        console.out(
            console.paint(
                f"{console.mark(True)} {console.t('everything holds', '全部成立')}", "green", "bold"
            )
        )
    else:
        n = len(findings)
        wrong = console.t(
            "one finding" if n == 1 else f"{n} findings",
            f"发现 {n} 处问题",
        )
        console.out(console.paint(f"{console.mark(False)} {wrong}", "red", "bold"))
    console.out()
    for step, title in steps.items():
        found = [f for f in findings if f.step == step]
        state = console.t("holds", "成立") if not found else console.t("does not hold", "不成立")
        name = console.t(title, AUDIT_ZH.get(step, title))
        console.out(f"  {step}  {console.mark(not found)} {state}  {name}")
        for f in found:
            where = console.t(f.where, place_zh(f.where))
            detail = in_both(f.detail)[console.lang]
            console.out(f"        {f.code}  {where}  {detail}")
    console.out()
    console.fields(
        [
            (console.t("events", "事件"), report.events),
            (console.t("streams", "流"), report.streams),
            (console.t("seals", "封存"), report.seals),
            (console.t("checkpoints", "检查点"), report.checkpoints),
            (console.t("as of", "截至"), moment(report.as_of)),
        ]
    )
    if report.ok and not console.settings.quiet:
        # Whoever replays everything knows what an auditor's co-signature tells others (L5).
        unproved(console, unprovable("L5", single_operator=True))


def progress_shown() -> Callable[[int, int], None] | None:
    """Return a function that shows progress after one second, on a terminal only."""
    console = here()
    if console.settings.quiet or console.json or not sys.stderr.isatty():
        return None
    begun = time.monotonic()
    shown = [begun]

    def show(done: int, of: int) -> None:
        now = time.monotonic()
        if now - shown[0] < 1 and done < of:
            return
        if now - begun < 1:
            return
        shown[0] = now
        left = (now - begun) / max(done, 1) * (of - done)
        sys.stderr.write(f"\r  {done} / {of}  ≈ {left:.0f} s ")
        if done >= of:
            sys.stderr.write("\n")
        sys.stderr.flush()

    return show
