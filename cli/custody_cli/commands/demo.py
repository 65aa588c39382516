"""`custody demo`: an invented ledger, played from the first donor to an exported shipment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody.errors import Text as Words
from custody_cli import root
from custody_cli.console import Console, here, hung, padded, wrapped
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.demo.play import DemoResult

demo_app = root.single()
APPS: Final = {"demo": demo_app}


@demo_app.command(
    cls=root.Command,
    help=both(
        "Play an invented but lifelike campaign into a new folder: donors, lots, cell banks, a "
        "gene-edited product for a trial abroad, an autologous one, a look-back, steps that are "
        "refused; export the bundles of two shipments, verify them, and try five forged copies.\n"
        "Everybody in it is invented; the passphrase of every key is: demo",
        "在新文件夹中演示一个虚构而逼真的过程：供者、物料、细胞库、供境外试验的基因编辑产品、自体产品、"
        "追溯暂停与被拒绝的步骤；导出两次发运的证据包并验证，再检验五份伪造件。\n"
        "人物均为虚构；所有密钥的口令均为：demo",
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
    """Write the outcome: ledger, refusals, remarks, look-back, bundles, forgeries, what next."""
    parts = (_ledger, _stopped, _remarks, _spread, _bundles, _forgeries)
    for number, part in enumerate(parts, 1):
        part(console, result, f"{number}  ")
        console.out()
    _next(console, result)


def _heading(c: Console, number: str, en: str, zh: str) -> None:
    c.out(c.paint(number + c.t(en, zh), "bold"))


def _ledger(c: Console, result: DemoResult, number: str) -> None:
    _heading(c, number, "the ledger", "台账")
    for en, zh in (
        (
            f"{result.events} entries in {result.folder}, each signed by the person who acted",
            f"{result.folder} 中共 {result.events} 条记录，均由当事人签名",
        ),
        (
            "batches: B-2026-001 released, B-2026-002 rejected (sterility), B-2026-003 on hold",
            "批次：B-2026-001 已放行，B-2026-002 已拒收（无菌），B-2026-003 暂停（偏差）",
        ),
        (
            "B-2026-004, gene-edited, released for a trial abroad; B-2026-005 held by a look-back",
            "基因编辑批次 B-2026-004 已放行，供境外试验；B-2026-005 因追溯而暂停",
        ),
        (
            "LOT-0005 rejected (penicillin); position of MCB-01-002 corrected, both readings kept",
            "LOT-0005 已拒收（含青霉素）；冻存管 MCB-01-002 的位置已更正，两种记录均保留",
        ),
    ):
        _lines(c, "   ", c.t(en, zh))


def _stopped(c: Console, result: DemoResult, number: str) -> None:
    """Show each refusal with its rule, its source and the way out, in both languages."""
    _heading(
        c,
        number,
        f"{len(result.stopped)} violations, each stopped before anything was written",
        f"{len(result.stopped)} 次违规操作，均在写入前被拦截",
    )
    for refusal in result.stopped:
        reason = refusal.reason
        mark = c.paint(c.mark(False), "red", "bold")
        _lines(c, f"   {mark} ", refusal.say[c.lang])
        _twice(c, c.paint(reason.code, "yellow"), reason.why)
        if reason.source:
            _once(c, c.paint(c.word("source"), "dim"), reason.source)
        _twice(c, c.paint(c.word("fix"), "dim"), reason.fix)


def _remarks(c: Console, result: DemoResult, number: str) -> None:
    _heading(
        c,
        number,
        "a wrong citation, kept as written, with a remark beside it",
        "误引的文号：原文照录，旁加说明",
    )
    for remark in result.remarks:
        rule = remark.ruling.rule
        _lines(c, "   ", f"{remark.number}: {remark.say[c.lang]}")
        for answer in remark.ruling.answers:
            if answer.why.en:
                _twice(c, c.paint(rule.id, "yellow"), answer.why)
        _once(c, c.paint(c.word("source"), "dim"), rule.source)


def _spread(c: Console, result: DemoResult, number: str) -> None:
    _heading(
        c,
        number,
        "a look-back: everything below goes on hold in the same act",
        "追溯：其下所有物项在同一行为中暂停",
    )
    for spread in result.spread:
        _lines(c, "   ", f"{spread.number}: {spread.say[c.lang]}")
        for item in spread.held:
            _once(c, c.paint(c.t("on hold", "暂停"), "dim"), " → ".join(item.path))


def _bundles(c: Console, result: DemoResult, number: str) -> None:
    _heading(c, number, "the bundles for customs", "供海关使用的证据包")
    for bundle in result.bundles:
        report, story = bundle.report, bundle.report.story
        ev = report.evidence
        size = bundle.path.stat().st_size // 1024
        c.out(
            f"   {bundle.path}  "
            + c.t(
                f"{ev.events} events, {ev.signatures} signatures, {size} KiB",
                f"{ev.events} 个事件，{ev.signatures} 个签名，{size} KiB",
            )
        )
        c.out(
            "   "
            + c.t(
                f"{story['doses']} doses to {story['consignee']} ({story['destination']})",
                f"{story['doses']} 剂发往 {story['consignee']}（{story['destination']}）",
            )
        )
        steps = " ".join(f"{s.id} {c.mark(s.status.value == 'passed')}" for s in report.steps)
        word = c.t("GENUINE", "真实") if report.genuine else c.t("NOT GENUINE", "不真实")
        colour = "green" if report.genuine else "red"
        c.out("   " + c.paint(f"{c.mark(report.genuine)} {word}", colour, "bold") + f"   {steps}")


def _forgeries(c: Console, result: DemoResult, number: str) -> None:
    _heading(
        c, number, "five forged copies, each caught at its step", "五份伪造件，各在相应步骤被识破"
    )
    for caught in result.caught:
        finding = caught.report.findings[0] if caught.report.findings else None
        place = f"{finding.step} {finding.code}" if finding else c.t("NOT CAUGHT", "未识破")
        c.out(
            "   "
            + c.paint(f"{c.mark(False)} {place}", "red", "bold")
            + f"  {caught.forgery.say[c.lang]}"
        )
        if finding:
            title = caught.report.text_of(finding, c.lang)["title"]
            c.out(f"            {title}")


def _lines(c: Console, before: str, text: str) -> None:
    """Write `text` after `before`, its further lines as far to the right."""
    for line in hung(before, text, c.width):
        c.out(line)


def _once(c: Console, label: str, text: str) -> None:
    _lines(c, f"     {padded(label, 7)}  ", text)


def _twice(c: Console, label: str, words: Words) -> None:
    """Write words in the language of the call, and below them in the other one."""
    _once(c, label, words[c.lang])
    other = words["zh" if c.lang == "en" else "en"]
    for line in wrapped(other, c.width - 14):
        c.out(" " * 14 + c.paint(line, "dim"))


def _next(c: Console, result: DemoResult) -> None:
    """Suggest what to look at, in commands that can be pasted."""
    first = result.caught[0].path if result.caught else result.bundle
    lines = [
        f"custody verify {result.bundle} --trust {result.trust}",
        f"custody verify {first} --trust {result.trust}",
        f"custody --ledger {result.folder} trace SHP-2026-002 --up",
        f"custody --ledger {result.folder} status",
    ]
    for at, line in enumerate(lines):
        label = c.word("next") if at == 0 else ""
        c.out(f"{label:<8}{line}" if c.lang == "en" else f"{label or '      '}  {line}")


def plain(result: DemoResult) -> dict[str, Any]:
    """Return the outcome as JSON, the texts of refusals and remarks in both languages."""
    return {
        "folder": str(result.folder),
        "trust": str(result.trust),
        "bundle": str(result.bundle),
        "entries": result.events,
        "verdict": result.report.verdict.value,
        "refused": [
            {
                "what": _both(r.say),
                "codes": [x.code for x in r.error.reasons],
                "why": _both(r.reason.why),
                "source": r.reason.source,
                "fix": _both(r.reason.fix),
            }
            for r in result.stopped
        ],
        "remarks": [
            {
                "number": r.number,
                "what": _both(r.say),
                "rule": r.ruling.rule.id,
                "why": [_both(a.why) for a in r.ruling.answers],
                "source": r.ruling.rule.source,
            }
            for r in result.remarks
        ],
        "look_back": [
            {
                "number": s.number,
                "what": _both(s.say),
                "held": [{"number": a.number, "path": list(a.path)} for a in s.held],
            }
            for s in result.spread
        ],
        "bundles": [
            {"shipment": b.shipment, "file": str(b.path), "verdict": b.report.verdict.value}
            for b in result.bundles
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


def _both(words: Words) -> dict[str, str]:
    return {"en": words.en, "zh": words.zh}
