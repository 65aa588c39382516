"""Write the page that verifies bundles in a browser, for people who cannot install anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from custody.errors import InputError, TrustError
from custody_cli import root
from custody_cli.attachments import read_bytes, typed, write_whole
from custody_cli.console import here, wrapped
from custody_cli.words import both

verifier_app = root.single()
APPS: Final = {"verifier": verifier_app}
TRUST_LIMIT: Final = 1 << 20
BUNDLES: Final = "*.custody.json"
DOCUMENTS: Final = "documents"


@verifier_app.command(
    cls=root.Command,
    help=both(
        "Write the verifier as one page for a browser: no installation, no network. It must reach "
        "its reader apart from any bundle, and its SHA-256 by another way still.",
        "生成浏览器核验页：无需安装，无需网络。该页须与任何证据包分开送达，其 SHA-256 另行告知。",
    ),
    epilog="custody verifier -o custody-verifier.html --trust trust.json",
)
def verifier(
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            metavar=both("FILE", "文件"),
            help=both("file to write; it must not exist yet", "输出文件；不得已存在"),
        ),
    ],
    trust: Annotated[
        str | None,
        typer.Option(
            metavar=both("FILE", "文件"),
            help=both("trust file to put inside", "内置的信任文件"),
        ),
    ] = None,
) -> None:
    """Write the page."""
    from custody.page.made import verifier_page

    console = here()
    given = read_bytes(trust, TRUST_LIMIT) if trust is not None else None
    _apart(out)
    try:
        page = verifier_page(given)
    except TrustError as unusable:
        unusable.where = str(trust)
        raise
    write_whole(out, page.content)
    if console.json:
        console.document(
            "verifier",
            {
                "path": str(out),
                "size": len(page.content),
                "sha256": page.sha256,
                "published_sha256": page.published,
                "origin": page.origin or None,
                "trust": page.trust or None,
            },
        )
        return
    console.done(f"{console.t('written', '已生成')}  {out}")
    rows: list[tuple[str, object]] = [
        (console.t("size", "大小"), f"{len(page.content)} B"),
        ("SHA-256", page.sha256),
    ]
    if page.trust:
        rows += [
            (console.t("without trust file", "未内置信任文件时"), page.published),
            (console.t("ledger", "台账"), page.origin),
            (console.t("trust file", "信任文件"), page.trust),
        ]
    console.fields(rows)
    advice = console.t(
        "Hand it over apart from any bundle, and tell its SHA-256 another way: by telephone, on "
        "paper, on your own site.",
        "请与任何证据包分开交付，并以其他方式告知其 SHA-256：电话、纸质或本方网站。",
    )
    for line in wrapped(advice, console.width - 2):
        console.say(f"  {line}")
    console.suggest(f"sha256sum {typed(out)}")


def _apart(out: Path) -> None:
    """Refuse to put the page beside a bundle: a verifier that travels with one proves nothing.

    Raises:
        InputError: C174 there is a bundle in that folder, or it is the documents of one.
    """
    folder = out.absolute().parent
    # The documents of a handover folder travel with the bundle that lies above them.
    beside = (folder, folder.parent) if folder.name == DOCUMENTS else (folder,)
    for place in beside:
        found = next(iter(sorted(p.name for p in place.glob(BUNDLES))), None)
        if found is not None:
            raise InputError("C174", where=str(out), bundle=found)
