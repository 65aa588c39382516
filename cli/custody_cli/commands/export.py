"""What leaves the house with a shipment: the handover folder, or its bundle alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody.errors import InputError
from custody_cli import labels, root, signing
from custody_cli.attachments import typed, write_whole
from custody_cli.console import Console, here, hung
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.wiring.handover import Folder

export_app = root.single()
APPS: Final = {"export": export_app}
PDF_EXTRA: Final = "pip install 'cell-custody[pdf]'"
KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@export_app.command(
    cls=root.Command,
    help=both(
        "Write the handover folder of a sealed shipment: the bundle, which is the only proof, the "
        "documents that travel with it, reading copies as HTML and PDF, a label, and what to read "
        "first. Everything that is missing is listed at once, and then nothing is written. A "
        "checkpoint is made first when events are not sealed yet.",
        "生成已封签发运的交接文件夹：证据包（唯一的证据）、随附文件、HTML 与 PDF "
        "阅读副本、标签及“请先阅读”。如有缺失，一次列明全部，且不写入任何内容。"
        "若有未封存记录，先生成检查点。",
    ),
    epilog="custody export SHP-2026-007 -o handover --documents papers/",
)
def export(
    shipment: Annotated[
        str,
        typer.Argument(
            metavar=both("SHIPMENT", "发运编号"), help=both("number of the shipment", "发运编号")
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            metavar=both("DIR", "文件夹"),
            help=both("where to write (default: here)", "输出位置（默认当前）"),
        ),
    ] = Path(),
    documents: Annotated[
        Path | None,
        typer.Option(
            metavar=both("DIR", "文件夹"),
            help=both(
                "folder with the documents to enclose, under any names",
                "待附文件所在文件夹，文件名不限",
            ),
        ),
    ] = None,
    enclose: Annotated[
        list[str] | None,
        typer.Option(
            metavar=both("KIND", "种类"),
            help=both(
                "enclose documents of this kind, too, such as test_report",
                "另附该种类的文件，例如 test_report",
            ),
        ),
    ] = None,
    no_pdf: Annotated[
        bool, typer.Option("--no-pdf", help=both("leave the PDF out", "不生成 PDF"))
    ] = False,
    bundle_only: Annotated[
        bool,
        typer.Option(
            "--bundle-only",
            help=both("write only the bundle, one file", "只生成证据包一个文件"),
        ),
    ] = False,
    known: Annotated[
        list[int] | None,
        typer.Option(
            "--known",
            metavar=both("SIZE", "大小"),
            min=1,
            help=both(
                "size of a checkpoint the recipient already trusts",
                "接收方已信任的检查点大小",
            ),
        ),
    ] = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Write a handover folder, or a bundle."""
    console = here()
    passphrase = signing.passphrases(descriptor, command)
    if bundle_only:
        _bundle(console, shipment, out, passphrase, known or ())
        return
    kinds = tuple(kind.strip() for kind in enclose or ())
    for kind in kinds:
        if not KIND.fullmatch(kind):
            raise InputError("C184", where="--enclose", value=kind)
    with signing.opened() as ledger:
        from custody.wiring.handover import hand_over

        made = hand_over(
            ledger,
            shipment,
            passphrase,
            out,
            documents=documents,
            extra=kinds,
            with_pdf=not no_pdf,
            known=known or (),
        )
    if console.json:
        console.document("handover", _plain(made))
    else:
        _show(console, made)


def _bundle(
    console: Console,
    shipment: str,
    out: Path,
    passphrase: signing.Passphrase,
    known: Sequence[int],
) -> None:
    with signing.opened() as ledger:
        made = ledger.export(shipment, passphrase, known)
    from custody.app.publication.handover import file_stem

    path = out / f"{file_stem(made.number)}.custody.json"
    write_whole(path, made.data)
    if console.json:
        console.document(
            "export",
            {
                "path": str(path),
                "sha256": made.sha256,
                "size": len(made.data),
                "events": made.events,
                "streams": made.streams,
                "documents": [
                    {"media": d.media, "sha256": d.sha256, "size": d.size} for d in made.documents
                ],
            },
        )
        return
    console.done(f"{console.t('written', '已生成')}  {path}")
    console.fields(
        [
            ("SHA-256", made.sha256),
            (console.t("size", "大小"), f"{len(made.data)} B"),
            (console.t("events", "事件"), made.events),
            (console.t("streams", "流"), made.streams),
            (console.t("documents", "文件"), len(made.documents)),
        ]
    )
    console.suggest(f"custody verify {typed(path)} --trust trust.json")


def _plain(made: Folder) -> dict[str, Any]:
    facts = made.facts
    return {
        "path": str(made.path),
        "new": made.new,
        "bundle": facts.bundle_name,
        "sha256": facts.sha256,
        "size": len(facts.bundle),
        "as_of": facts.as_of,
        "events": facts.events,
        "streams": facts.streams,
        "files": list(made.files),
        "documents": [
            {"file": f"documents/{name}", "sha256": digest} for digest, name in facts.files.items()
        ],
        "pdf": next((name for name in made.files if name.endswith(".pdf")), None),
        "pdf_needs": made.lacking or None,
        "remarks": [
            {"rule": r.code, "where": r.where, "why": {"en": r.why.en, "zh": r.why.zh}}
            for r in facts.remarks
        ],
    }


def _show(console: Console, made: Folder) -> None:
    facts = made.facts
    word = console.t("written", "已生成") if made.new else console.t("there already", "已存在")
    console.done(f"{word}  {made.path}/")
    roles = {
        facts.bundle_name: console.t("the only proof", "唯一的证据"),
        f"{facts.stem}.html": console.t("reading copy", "阅读副本"),
        f"{facts.stem}.pdf": console.t("reading copy, the bundle inside", "阅读副本，内含证据包"),
        "label.svg": console.t("for the box", "箱用标签"),
        "READ-ME-FIRST.txt": console.t("for the recipient", "供接收方阅读"),
    }
    rows: list[tuple[str, object]] = [(name, roles[name]) for name in made.files]
    n = len(facts.files)
    if n:
        rows.append(("documents/", console.t(f"{n} enclosed", f"已附 {n} 份")))
    console.fields(rows)
    console.out()
    console.fields(
        [
            ("SHA-256", facts.sha256),
            (console.t("events", "事件"), facts.events),
            (console.t("streams", "流"), facts.streams),
        ]
    )
    if made.lacking:
        _remark(
            console,
            console.t(
                f"there is no PDF: the package {made.lacking} is not installed; get it with "
                f"{PDF_EXTRA} and export into another folder",
                f"未生成 PDF：未安装软件包 {made.lacking}；请运行 {PDF_EXTRA} 后导出至另一文件夹",
            ),
        )
    for remark in facts.remarks:
        why = labels.sentence(remark.why[console.lang])
        _remark(console, f"{remark.code}  {why}")
    if facts.remarks:
        _remark(
            console,
            console.t(
                "settle this before the bundle is issued, or lift it by a signed override: "
                "custody shipment issue-bundle",
                "请在出具证据包前解决，或以签署的豁免解除：custody shipment issue-bundle",
            ),
        )
    console.suggest(f"custody verify {typed(made.path / facts.bundle_name)} --trust trust.json")


def _remark(console: Console, text: str) -> None:
    label = f"  {console.paint(console.t('remark', '提示'), 'yellow')}    "
    for line in hung(label, text, console.width):
        console.say(line)
