"""Give one recipient chosen private values of a shipment's record; the giving is recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from custody.errors import InputError
from custody_cli import root, signing
from custody_cli.attachments import drafted, read_bytes
from custody_cli.console import here
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.privacy.disclosing import Disclosure, Wish
    from custody.app.recording.intent import Act
    from custody.wiring.ledger import OpenLedger

disclose_app = root.single()
APPS: Final = {"disclose": disclose_app}
LIMIT: Final = 64 << 20


@disclose_app.command(
    cls=root.Command,
    help=both(
        "Write a bundle for one recipient that also opens chosen private values. That it is given, "
        "to whom and what for, is recorded and signed before the file appears; the rules on "
        "personal data that leave are asked. Restricted and erased values are refused.",
        "为某一接收方生成另行披露选定个人数据的证据包。文件生成前，先登记并签署接收方与用途，"
        "并适用个人信息提供规则。限制处理或已删除的数据不予披露。",
    ),
    epilog=both(
        "custody disclose SHP-2026-007 --field donor_code --of DON-2026-001 --to 'customs, "
        "Shanghai' --purpose 'identity of the donor' -o for-customs.custody.json --as li.na",
        "custody disclose SHP-2026-007 --field donor_code --of DON-2026-001 --to '上海海关' "
        "--purpose '核对供者身份' -o for-customs.custody.json --as li.na",
    ),
)
def disclose(
    source: Annotated[
        str,
        typer.Argument(
            metavar=both("SHIPMENT|BUNDLE", "发运编号|证据包"),
            help=both(
                "number of the shipment, or a bundle of it made here",
                "发运编号，或在此生成的该发运证据包",
            ),
        ),
    ],
    field: Annotated[
        list[str],
        typer.Option(
            metavar=both("NAME", "名称"),
            rich_help_panel="fields",
            help=both("name of a private value", "个人数据的名称"),
        ),
    ],
    of: Annotated[
        list[str],
        typer.Option(
            metavar=both("NUMBER|EVENT", "编号|事件"),
            rich_help_panel="fields",
            help=both(
                "whose: an item, or one event; once for all, or once per --field",
                "所属物项或事件；可统一给出一次，或每个 --field 各一次",
            ),
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o",
            "--out",
            metavar=both("FILE", "文件"),
            help=both("the bundle for this recipient", "给该接收方的证据包"),
        ),
    ],
    to: Annotated[
        str,
        typer.Option(
            metavar=both("RECIPIENT", "接收方"),
            rich_help_panel="fields",
            help=both("office or organisation; no personal names", "机关或机构（不含个人姓名）"),
        ),
    ],
    purpose: Annotated[
        str,
        typer.Option(
            metavar=both("TEXT", "文本"),
            rich_help_panel="fields",
            help=both("what the values are needed for", "披露用途"),
        ),
    ],
    transfer_basis: Annotated[
        Literal["security_assessment", "certification", "standard_contract"] | None,
        typer.Option(
            rich_help_panel="fields",
            metavar="security_assessment|certification|standard_contract",
            help=both("basis for sending personal data abroad", "个人信息出境的依据"),
        ),
    ] = None,
    genetic: Annotated[
        bool,
        typer.Option(
            "--genetic",
            rich_help_panel="fields",
            help=both("the values hold genetic information", "所披露内容含遗传信息"),
        ),
    ] = False,
    by: signing.As = None,
    role: signing.Role = None,
    meaning: signing.Meaning = None,
    second: signing.Second = None,
    dry_run: signing.DryRun = False,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Disclose private values to one recipient."""
    from custody.app.privacy import disclosing

    console = here()
    wishes = _wishes(field, of)
    wanted = signing.hands(by, role, meaning, second)
    announce = signing.announced(
        console.t(f"private values disclosed  {source}", f"披露个人数据  {source}"),
        [
            *((w.field, w.of) for w in wishes),
            (console.t("to", "接收方"), to),
            (console.t("purpose", "用途"), purpose),
            (console.word("signed_by"), ", ".join(hand.name for hand in wanted)),
        ],
    )
    passphrase = signing.passphrases(descriptor, command, announce=announce)
    with signing.opened() as ledger:
        chosen = disclosing.choose(ledger, wishes)
        if Path(source).is_file():
            made = disclosing.from_bundle(ledger, read_bytes(source, LIMIT), chosen)
        else:
            made = disclosing.from_ledger(
                ledger, source, chosen, lambda number: ledger.export(number, passphrase)
            )
        signed = signing.signers(ledger, wanted, passphrase)
        with drafted(out, made.data) as publish:
            act = disclosing.record(
                ledger,
                made,
                signed,
                recipient=to,
                purpose=purpose,
                basis=transfer_basis,
                genetic=genetic,
                dry_run=dry_run,
            )
            if not dry_run:
                disclosing.note_given(ledger.stores().eraser, made, to)
                publish()
        _tell(ledger, made, act, out, to, dry_run=dry_run)


def _wishes(fields: list[str], of: list[str]) -> list[Wish]:
    """Return the values that are wished for, each with whose it is."""
    from custody.app.privacy.disclosing import Wish

    if len(of) not in (1, len(fields)):
        here_ = here()
        detail = here_.t(
            f"{len(fields)} times --field and {len(of)} times --of do not fit together",
            f"--field {len(fields)} 次与 --of {len(of)} 次不对应",
        )
        raise InputError("C105", where="--of", detail=detail)
    owners = of * len(fields) if len(of) == 1 else of
    return [Wish(name, owner) for name, owner in zip(fields, owners, strict=True)]


def _tell(
    ledger: OpenLedger, made: Disclosure, act: Act, out: Path, to: str, *, dry_run: bool
) -> None:
    console = here()
    values: list[dict[str, Any]] = [
        {"field": c.field, "number": c.number, "event": c.event, "digest": c.digest}
        for c in made.chosen
    ]
    if console.json:
        console.document(
            "disclose",
            {
                "dry_run": dry_run,
                "path": None if dry_run else str(out),
                "sha256": made.sha256,
                "shipment": made.number,
                "recipient": to,
                "event": None if dry_run else act.main.index,
                "values": values,
            },
        )
        return
    signing.tell_act(ledger, act, dry_run=dry_run)
    console.fields(
        [
            (console.t("to", "接收方"), to),
            *(
                (v["field"], f"{v['number']} ({console.word('event')} {v['event']})")
                for v in values
            ),
            ("SHA-256", made.sha256),
            (console.t("written", "已生成"), "" if dry_run else str(out)),
        ]
    )
