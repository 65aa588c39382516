"""What becomes of the personal data behind a pseudonym: erased, restricted, given out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody.errors import StorageError
from custody_cli import root, signing
from custody_cli.console import here, short
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.privacy.erasure import Erased

erase_app, restrict_app, lift_app = root.single(), root.single(), root.single()
APPS: Final = {"erase": erase_app, "restrict": restrict_app, "lift": lift_app}

Number = Annotated[
    str,
    typer.Argument(
        metavar=both("NUMBER", "编号"),
        help=both("number of the donation or subject", "捐献或受试者编号"),
    ),
]
Request = Annotated[
    str,
    typer.Option(
        "--request",
        metavar=both("REQUEST", "请求编号"),
        rich_help_panel="fields",
        help=both("number of the person's request", "当事人请求的编号"),
    ),
]
Reason = Annotated[
    str,
    typer.Option(
        "--reason",
        metavar=both("TEXT", "文本"),
        rich_help_panel="fields",
        help=both("the grounds, as told to the person; no names", "告知本人的理由（不含姓名）"),
    ),
]


@erase_app.command(
    "erase",
    cls=root.Command,
    short_help=both("private values erased", "删除个人数据"),
    help=both(
        "Destroy the private values of a donor or subject for good: the decision becomes an event, "
        "the vault forgets key and values, and every file of the ledger is searched for them. "
        "Signatures and bundles stay valid. While a period of keeping runs, nothing is erased; "
        "use is restricted instead, and that is recorded. Safe to repeat after an interruption.",
        "永久销毁供者或受试者的个人数据：决定登记为事件，保管库销毁密钥与数据，并在台账全部文件中查找残留。"
        "签名与证据包仍然有效。保存期限未满时不删除，改为限制处理并予登记。中断后可重复执行。",
    ),
    epilog=both(
        "custody subject erase DON-2026-009 --request DSR-2026-003 --reason 'no period runs any "
        "more' --as wu-dpo --second zhao-lan",
        "custody subject erase DON-2026-009 --request DSR-2026-003 --reason '保存期限均已届满' "
        "--as wu-dpo --second zhao-lan",
    ),
)
def erase(
    number: Number,
    request: Request,
    why: Reason,
    by: signing.As = None,
    role: signing.Role = None,
    meaning: signing.Meaning = None,
    second: signing.Second = None,
    dry_run: signing.DryRun = False,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Erase private values."""
    from custody.app.privacy import erasure

    console = here()
    wanted = signing.hands(by, role, meaning, second)
    announce = signing.announced(
        console.t(f"private values erased  {number}", f"删除个人数据  {number}"),
        [
            (console.t("request", "请求"), request),
            (console.t("reason", "理由"), why),
            (
                console.t("or else", "否则"),
                console.t(
                    "restricted, if a period of keeping has not ended",
                    "保存期限未满时限制处理",
                ),
            ),
            (console.word("signed_by"), ", ".join(hand.name for hand in wanted)),
        ],
    )
    passphrase = signing.passphrases(descriptor, command, announce=announce)
    with signing.opened() as ledger:
        stores = ledger.stores()
        signed = signing.signers(ledger, wanted, passphrase)
        made = erasure.erase(ledger, stores, number, request, signed, reason=why, dry_run=dry_run)
    _tell(made, dry_run=dry_run)
    if made.remains:
        found = ", ".join(dict.fromkeys(remain.path for remain in made.remains))
        count = len({remain.path for remain in made.remains})
        raise StorageError("C742", where=made.number, number=made.number, n=count, found=found)


def _tell(made: Erased, *, dry_run: bool) -> None:
    console = here()
    if console.json:
        console.document("erase", {"dry_run": dry_run, **_object(made)})
        return
    done = console.t("may be erased", "可以删除") if dry_run else console.t("erased", "已删除")
    event = "" if made.event < 0 else f"  {console.word('event')} {made.event}"
    console.done(f"{done}  {made.number}{event}")
    searched = {
        "values": console.t(
            "every file of the ledger, for values, salts and disclosures",
            "台账全部文件：数据、盐值与披露字符串",
        ),
        "digests": console.t(
            "every file of the ledger, for disclosures; the values were destroyed before",
            "台账全部文件：披露字符串（数据此前已销毁）",
        ),
        "": console.t("nothing yet", "尚未查找"),
    }
    rows: list[tuple[str, Any]] = [
        (console.t("request", "请求"), made.request),
        (console.t("digests without a value now", "不再有数据的摘要"), made.digests),
        (console.t("searched", "已查找"), searched[made.searched]),
        (console.t("found", "发现"), [f"{r.path} ({r.what})" for r in made.remains]),
    ]
    console.fields(rows)
    for given in made.informed:
        tell = console.t("tell", "应通知")
        within = console.t("in bundle", "证据包")
        line = f"{given.recipient}  ({given.shipment}, {within} {short(given.bundle)})"
        console.say(f"  {tell}      {line}")
    if not dry_run:
        console.say(
            console.t(
                "  next      erase the same in every backup of vault.db, or destroy the backup",
                "  下一步    在 vault.db 的每份备份中同样删除，或销毁该备份",
            )
        )


def _object(made: Erased) -> dict[str, Any]:
    return {
        "number": made.number,
        "stream": made.stream,
        "request": made.request,
        "event": None if made.event < 0 else made.event,
        "digests": made.digests,
        "searched": made.searched,
        "remains": [{"path": r.path, "what": r.what} for r in made.remains],
        "informed": [
            {"recipient": g.recipient, "shipment": g.shipment, "bundle": g.bundle}
            for g in made.informed
        ],
    }


@restrict_app.command(
    "restrict",
    cls=root.Command,
    short_help=both("use of private values restricted", "限制处理个人数据"),
    help=both(
        "Keep the private values of a donor or subject and give them to nobody: they are neither "
        "shown nor disclosed from now on. A request that is not on record yet is recorded first.",
        "保存供者或受试者的个人数据，但不提供给任何人：自此既不显示也不披露。"
        "请求尚未登记的，先行登记。",
    ),
    epilog=both(
        "custody subject restrict DON-2026-009 --request DSR-2026-004 --reason 'accuracy is "
        "contested' --as wu-dpo --second zhao-lan",
        "custody subject restrict DON-2026-009 --request DSR-2026-004 --reason '对准确性有异议' "
        "--as wu-dpo --second zhao-lan",
    ),
)
def restrict(
    number: Number,
    request: Request,
    why: Reason,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DD",
            rich_help_panel="fields",
            help=both("last day of the restriction, where one is known", "限制处理至（已知时）"),
        ),
    ] = None,
    by: signing.As = None,
    role: signing.Role = None,
    meaning: signing.Meaning = None,
    second: signing.Second = None,
    dry_run: signing.DryRun = False,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Restrict private values."""
    from custody.app.privacy import erasure

    wanted = signing.hands(by, role, meaning, second)
    with signing.acting(wanted, descriptor, command) as (ledger, signed):
        act = erasure.restrict(
            ledger, number, request, signed, reason=why, until=until, dry_run=dry_run
        )
        signing.tell_act(ledger, act, dry_run=dry_run)


@lift_app.command(
    "lift",
    cls=root.Command,
    short_help=both("restriction lifted", "解除限制处理"),
    help=both(
        "End a restriction that a person asked for: values may be used and disclosed again. A "
        "restriction that stands for an erasure ends with the erasure.",
        "解除应当事人请求作出的限制处理：数据可再次使用与披露。替代删除的限制随删除而终止。",
    ),
    epilog=both(
        "custody subject lift DON-2026-009 --request DSR-2026-004 --reason 'put right' "
        "--as wu-dpo --second zhao-lan",
        "custody subject lift DON-2026-009 --request DSR-2026-004 --reason '已更正' "
        "--as wu-dpo --second zhao-lan",
    ),
)
def lift(
    number: Number,
    request: Request,
    why: Reason,
    by: signing.As = None,
    role: signing.Role = None,
    meaning: signing.Meaning = None,
    second: signing.Second = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Lift a restriction."""
    from custody.app.privacy import erasure

    wanted = signing.hands(by, role, meaning, second)
    with signing.acting(wanted, descriptor, command) as (ledger, signed):
        act = erasure.lift(ledger, number, request, signed, reason=why)
        signing.tell_act(ledger, act, dry_run=False)
