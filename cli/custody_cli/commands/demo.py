"""`custody demo`: an invented ledger, played from the first donor to an exported shipment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody_cli import root
from custody_cli.console import Console, here, wrapped
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.demo.play import DemoResult

demo_app = root.single()
APPS: Final = {"demo": demo_app}


@demo_app.command(
    cls=root.Command,
    help=both(
        "Play an invented but lifelike campaign into a new folder: donors, lots, cell banks, "
        "batches, a deviation, a release, a shipment; export its bundle, verify it, and try five "
        "forged copies.\nEverybody in it is invented; the passphrase of every key is: demo",
        "在新文件夹中演示一个虚构而逼真的过程：供者、物料、细胞库、批次、偏差、放行、发运；"
        "导出证据包并验证，再检验五份伪造件。\n人物均为虚构；所有密钥的口令均为：demo",
    ),
    epilog="custody demo",
)
def demo(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help=both("a new folder, or an earlier demo", "新文件夹，或先前的演示文件夹"),
        ),
    ] = Path("demo"),
) -> None:
    """Play the demonstration; exit 3 when it does not end as promised."""
    from custody.demo.play import play

    console = here()
    result = play(folder, _progress(console))
    if console.json:
        console.document("demo", plain(result))
    else:
        show(console, result)
    if not result.as_promised:
        raise typer.Exit(3)


def _progress(console: Console) -> Any:
    """Return a progress line that overwrites itself on a terminal and stays silent elsewhere."""
    live = sys.stderr.isatty() and not console.settings.quiet and not console.json

    def progress(done: int, total: int, words: Any) -> None:
        if live:
            text = wrapped(f"{done:3}/{total}  {words[console.lang]}", console.width - 2)[0]
            end = "\r\x1b[K" if done == total else ""
            sys.stderr.write(f"\r\x1b[K{text}{end}")
            sys.stderr.flush()

    return progress


def show(console: Console, result: DemoResult) -> None:
    """Write the outcome: the ledger, the step that was stopped, the bundle, the forgeries."""
    c = console
    t = c.t
    story = result.report.story
    c.out(c.paint(t("1  the ledger", "1  台账"), "bold"))
    c.out(
        "   "
        + t(
            f"{result.events} entries in {result.folder}, each signed by the person who acted",
            f"{result.folder} 中共 {result.events} 条记录，均由当事人签名",
        )
    )
    c.out(
        "   "
        + t(
            "batches: B-2026-001 released, B-2026-002 rejected (sterility), B-2026-003 on hold",
            "批次：B-2026-001 已放行，B-2026-002 已拒收（无菌），B-2026-003 暂停（偏差）",
        )
    )
    c.out(
        "   "
        + t(
            "LOT-0005 rejected (penicillin); position of MCB-01-002 corrected, both readings kept",
            "LOT-0005 已拒收（含青霉素）；冻存管 MCB-01-002 的位置已更正，两种记录均保留",
        )
    )
    c.out()
    c.out(
        c.paint(
            t("2  a violation, stopped before it was written", "2  违规操作，写入前被拦截"), "bold"
        )
    )
    for refusal in result.refusals:
        c.out(f"   {refusal.say[c.lang]}")
        for reason in refusal.error.reasons:
            c.out(f"   {c.mark(False)} {t('refused', '拒绝')} {reason.code}  {reason.why[c.lang]}")
    c.out()
    c.out(c.paint(t("3  the bundle for customs", "3  供海关使用的证据包"), "bold"))
    ev = result.report.evidence
    size = result.bundle.stat().st_size // 1024
    c.out(
        f"   {result.bundle}  "
        + t(
            f"{ev.events} events, {ev.signatures} signatures, {size} KiB",
            f"{ev.events} 个事件，{ev.signatures} 个签名，{size} KiB",
        )
    )
    c.out(
        "   "
        + t(
            f"{story['doses']} doses to {story['consignee']} ({story['destination']})",
            f"{story['doses']} 剂发往 {story['consignee']}（{story['destination']}）",
        )
    )
    steps = " ".join(f"{s.id} {c.mark(s.status.value == 'passed')}" for s in result.report.steps)
    word = t("GENUINE", "真实") if result.report.genuine else t("NOT GENUINE", "不真实")
    c.out(
        "   " + c.paint(f"{c.mark(result.report.genuine)} {word}", "green", "bold") + f"   {steps}"
    )
    c.out()
    c.out(
        c.paint(
            t(
                "4  five forged copies, each caught at its step",
                "4  五份伪造件，各在相应步骤被识破",
            ),
            "bold",
        )
    )
    for caught in result.caught:
        finding = caught.report.findings[0] if caught.report.findings else None
        place = f"{finding.step} {finding.code}" if finding else t("NOT CAUGHT", "未识破")
        c.out(
            "   "
            + c.paint(f"{c.mark(False)} {place}", "red", "bold")
            + f"  {caught.forgery.say[c.lang]}"
        )
        if finding:
            title = caught.report.text_of(finding, c.lang)["title"]
            c.out(f"            {title}")
    c.out()
    _next(c, result)


def _next(c: Console, result: DemoResult) -> None:
    """Suggest what to look at, in commands that can be pasted."""
    first = result.caught[0].path if result.caught else result.bundle
    lines = [
        f"custody verify {result.bundle} --trust {result.trust}",
        f"custody verify {first} --trust {result.trust}",
        f"custody --ledger {result.folder} trace SHP-2026-001 --up",
        f"custody --ledger {result.folder} status",
    ]
    for at, line in enumerate(lines):
        label = c.word("next") if at == 0 else ""
        c.out(f"{label:<8}{line}" if c.lang == "en" else f"{label or '      '}  {line}")


def plain(result: DemoResult) -> dict[str, Any]:
    """Return the outcome as JSON."""
    return {
        "folder": str(result.folder),
        "trust": str(result.trust),
        "bundle": str(result.bundle),
        "entries": result.events,
        "verdict": result.report.verdict.value,
        "refused": [
            {"what": r.say.en, "codes": [x.code for x in r.error.reasons]} for r in result.refusals
        ],
        "forgeries": [
            {
                "name": c.forgery.name,
                "file": str(c.path),
                "verdict": c.report.verdict.value,
                "step": c.report.findings[0].step if c.report.findings else "",
                "code": c.report.findings[0].code if c.report.findings else "",
                "expected_step": c.forgery.step,
            }
            for c in result.caught
        ],
        "as_promised": result.as_promised,
    }
