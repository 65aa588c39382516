"""`custody fraud`: is it proved that whoever operates a ledger lied?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from custody_cli import expecting, root
from custody_cli.attachments import read_bytes
from custody_cli.console import here
from custody_cli.exits import Exit
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.oversight.fraud_proofs import FraudVerdict

app = root.family(both("proofs that a ledger's operator lied", "证明台账运营方造假"))
APPS: Final = {"fraud": app}
LIMIT: Final = 16 << 20

KINDS: Final = {
    "F1": both("two histories of one size", "同一大小的两份历史"),
    "F2": both("the sealed map lies about a history", "封存映射对某段历史作假"),
    "F3": both("two records in one place", "同一位置的两条记录"),
    "F4": both("a record that no honest ledger takes in", "诚实台账不会收录的记录"),
    "F5": both("a promise that was broken", "未兑现的承诺"),
}


@app.command(
    "check",
    cls=root.Command,
    help=both(
        "Check a fraud proof with your own trust file; no ledger and no network is needed.\n"
        "Ends with 0 fraud proved, 3 not proved, 4 cannot tell (another ledger).",
        "用本方信任文件核对欺诈证明；无需台账，也不用网络。\n"
        "退出码：0 欺诈成立，3 未能证明，4 无法判断（另一台账）。",
    ),
    short_help=both("check a fraud proof", "核对欺诈证明"),
    epilog="custody fraud check two-histories-at-438.custody-fraud.json --trust trust.json",
)
def check(
    proof: Annotated[
        str,
        typer.Argument(metavar=both("FILE", "文件"), help=both("the fraud proof", "欺诈证明文件")),
    ],
    trust: Annotated[
        str,
        typer.Option(
            metavar=both("FILE", "文件"),
            help=both("the trust file of the ledger accused", "被指台账的信任文件"),
        ),
    ],
    earlier: expecting.EarlierTrust = None,
) -> None:
    """Check a fraud proof."""
    from custody.app.oversight.fraud_proofs import check as judge

    console = here()
    before = [read_bytes(name, LIMIT) for name in earlier or ()]
    found = judge(read_bytes(proof, LIMIT), read_bytes(trust, LIMIT), before)
    if console.json:
        console.document(
            "fraud",
            {
                "proved": found.proved,
                "known": found.known,
                "fraud": found.kind,
                "origin": found.origin,
                "size": found.size,
                "detail": found.detail,
            },
        )
    else:
        _tell(found)
    raise typer.Exit(int(_exit(found)))


def _exit(found: FraudVerdict) -> Exit:
    if found.proved:
        return Exit.DONE
    return Exit.NOT_GENUINE if found.known else Exit.CANNOT_TELL


def _tell(found: FraudVerdict) -> None:
    from custody.app.verification.details import in_both

    c = here()
    if found.proved:
        said = c.t("FRAUD PROVED, by the ledger's own signatures", "欺诈成立：由台账自身签名证明")
        c.out(c.paint(f"{c.mark(False)} {said}", "red", "bold"))
    elif found.known:
        said = c.t("NOT PROVED: the file does not show a fraud", "未能证明：该文件不能说明欺诈")
        c.out(c.paint(f"– {said}", "yellow", "bold"))
    else:
        said = c.t("CANNOT TELL: another trust file is needed", "无法判断：须有另一份信任文件")
        c.out(c.paint(f"? {said}", "yellow", "bold"))
    c.fields(
        [
            (c.t("kind", "类别"), f"{found.kind}  {c.pick(KINDS[found.kind])}"),
            (c.t("ledger", "台账"), found.origin),
            (c.t("size", "大小"), found.size),
            (c.word("why"), in_both(found.detail)[c.lang]),
        ]
    )
