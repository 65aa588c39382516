"""Signing keys: make one, have it enrolled, accept it, change or revoke what it may sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from custody_cli import labels, root, signing
from custody_cli.console import here
from custody_cli.granting import require_roles
from custody_cli.words import both

if TYPE_CHECKING:
    from custody.app.recording.reaffirming import Doubted

app = root.family(both("signing keys, one per person", "签名密钥，一人一把"))
APPS: Final = {"key": app}

Name = Annotated[
    str,
    typer.Argument(metavar=both("NAME", "名称"), help=both("name of the key", "密钥名称")),
]
Roles = Annotated[
    list[str],
    typer.Option(
        "--role",
        metavar=both("ROLE", "角色"),
        help=both("a role it may sign in", "可签名的角色"),
    ),
]
Scope = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        metavar=both("KIND", "类别"),
        help=both("a kind of item it may sign for (default: all)", "可签名的物项类别（默认全部）"),
    ),
]
Registrar = Annotated[
    list[str] | None,
    typer.Option(
        "--as",
        metavar=both("NAME", "名称"),
        rich_help_panel="signing",
        help=both("the registrar who signs, or several root keys", "签名的登记员，或多把根密钥"),
    ),
]


@app.command(
    "new",
    cls=root.Command,
    help=both(
        "Make a signing key (Ed25519), locked with a passphrase, or on a token with --at. It may "
        "sign nothing until it is enrolled and accepted.",
        "生成一把以口令锁定的签名密钥（Ed25519），或以 --at 生成于令牌上。登记并接受之前不能签名。",
    ),
    short_help=both("make a key, locked with a passphrase", "生成以口令锁定的密钥"),
    epilog="custody key new li.na",
)
def new(
    name: Name,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            metavar="URI",
            help=both(
                "make it in a key store, or take the one there: pkcs11:token=…;object=…",
                "生成于密钥库中，或采用其中已有者：pkcs11:token=…;object=…",
            ),
        ),
    ] = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Make a key."""
    console = here()
    passphrase = signing.passphrases(descriptor, command, new=at is None)
    with signing.opened() as ledger:
        if at is None:
            card = ledger.keys.create(name, "ed25519", passphrase(name))
        else:
            card = ledger.keys.keep_at(name, at, passphrase)
    if console.json:
        console.document("key", _card(card))
        return
    console.done(f"{console.t('key made', '已生成密钥')}  {card.name}  {card.kid[:16]}")
    console.suggest(f"custody key enrol {card.name} --person … --role …")


@app.command(
    "list",
    cls=root.Command,
    help=both(
        "List the keys in this ledger's key folder, and what each may do in this ledger.",
        "列出本台账密钥文件夹中的密钥，及其在本台账中的状态。",
    ),
    short_help=both("the keys kept here", "此处保存的密钥"),
    epilog="custody key list --json",
)
def list_keys() -> None:
    """List keys."""
    console = here()
    with signing.opened(readonly=True) as ledger:
        cards = ledger.queries.keys()
    if console.json:
        console.document("keys", {"keys": cards})
        return
    head = [
        console.t("name", "名称"),
        console.t("id", "标识"),
        console.t("person", "人员"),
        console.t("standing", "状态"),
        console.t("roles", "角色"),
    ]
    console.table(
        head,
        [
            [
                c["name"],
                c["kid"][:16],
                c["person"],
                _standing(c),
                [labels.role(r) for r in c["roles"]],
            ]
            for c in cards
        ],
    )


def _standing(card: Mapping[str, Any]) -> str:
    """Return what a key may do in this ledger, in words."""
    c = here()
    event = card["event"]
    return {
        "root": c.t("root key", "根密钥"),
        "of_the_ledger": c.t("signs checkpoints", "签署检查点"),
        "unknown": c.t("not enrolled", "未登记"),
        "granted": c.t("enrolled, not accepted", "已登记，未接受"),
        "active": c.t("active", "有效"),
        "revoked": c.t(f"revoked at event {event}", f"已在事件 {event} 吊销"),
    }[str(card["standing"])]


@app.command(
    "show",
    cls=root.Command,
    help=both(
        "Show one key: its id, public key and standing, never its secret.",
        "显示一把密钥的标识、公钥与状态（不含私钥）。",
    ),
    short_help=both("one key", "单把密钥"),
    epilog="custody key show li.na",
)
def show(name: Name) -> None:
    """Show one key."""
    console = here()
    with signing.opened(readonly=True) as ledger:
        card = ledger.queries.key(name)
    if console.json:
        console.document("key", card)
        return
    console.out(console.paint(card["name"], "bold"))
    console.fields(
        [
            (console.t("algorithm", "算法"), card["alg"]),
            (console.t("id", "标识"), card["kid"]),
            (console.t("public key", "公钥"), card["public"]),
            (console.t("person", "人员"), card["person"]),
            (console.t("standing", "状态"), _standing(card)),
            (console.t("roles", "角色"), [labels.role(r) for r in card["roles"]]),
        ]
    )


@app.command(
    "enrol",
    cls=root.Command,
    help=both(
        "Grant a key to a registered person, with the roles it may sign in. Signed by a registrar.",
        "将密钥授予已登记人员，并指定可签名的角色。由登记员签名。",
    ),
    short_help=both("grant a key to a person", "将密钥授予人员"),
    epilog="custody key enrol li.na --person P-0018 --printed-name 'Li Na' --role verifier "
    "--as chen.yu",
)
def enrol(
    name: Name,
    person: Annotated[
        str,
        typer.Option(metavar=both("NUMBER", "编号"), help=both("staff number", "工号")),
    ],
    printed_name: Annotated[
        str,
        typer.Option(
            metavar=both("TEXT", "文本"),
            help=both(
                "the name shown beside signatures; only a digest is recorded",
                "签名旁显示的姓名；仅记录摘要",
            ),
        ),
    ],
    roles: Roles,
    scope: Scope = None,
    by: Registrar = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Enrol a key."""
    require_roles(roles)
    wanted = _hands(by)
    passphrase = signing.passphrases(descriptor, command)
    with signing.opened() as ledger:
        act = ledger.enrol(
            name,
            person=person,
            printed_name=printed_name,
            roles=roles,
            scope=scope or ["*"],
            by=signing.signers(ledger, wanted, passphrase),
        )
        signing.tell_act(ledger, act, dry_run=False)
    here().suggest(f"custody key accept {name}")


@app.command(
    "accept",
    cls=root.Command,
    help=both(
        "Accept your own key: you undertake that its signature stands for your handwritten one.",
        "接受本人密钥：承诺其签名与本人手写签名具有同等效力。",
    ),
    short_help=both("take responsibility for your key", "对本人密钥负责"),
    epilog="custody key accept li.na",
)
def accept(
    name: Name, descriptor: signing.Descriptor = None, command: signing.Command = None
) -> None:
    """Accept a key."""
    with signing.acting(signing.hands(name), descriptor, command) as (ledger, by):
        signing.tell_act(ledger, ledger.accept(name, by), dry_run=False)


@app.command(
    "roles",
    cls=root.Command,
    help=both(
        "Give a key other roles from now on. Earlier signatures stay as they were.",
        "自此更改密钥的角色；先前的签名不受影响。",
    ),
    short_help=both("give a key other roles", "更改密钥角色"),
    epilog="custody key roles li.na --role verifier --role operator --as chen.yu",
)
def roles(
    name: Name,
    roles: Roles,
    scope: Scope = None,
    by: Registrar = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Change roles."""
    require_roles(roles)
    wanted = _hands(by)
    with signing.acting(wanted, descriptor, command) as (ledger, signed):
        signing.tell_act(
            ledger, ledger.change_roles(name, roles, scope or ["*"], signed), dry_run=False
        )


@app.command(
    "revoke",
    cls=root.Command,
    help=both(
        "Revoke a key. When it was compromised, say from which event on its signatures are not "
        "to be believed; what it signed before stays valid.",
        "吊销密钥。如已泄露，请指明自哪一事件起其签名不再可信；此前签名仍然有效。",
    ),
    short_help=both("let a key sign no more", "停止密钥签名"),
    epilog="custody key revoke li.na --reason compromised --distrust-from 214 --as chen.yu",
)
def revoke(
    name: Name,
    reason: Annotated[
        str,
        typer.Option(
            metavar="superseded|left|compromised",
            help=both("why", "原因"),
        ),
    ],
    distrust_from: Annotated[
        int,
        typer.Option(
            metavar=both("EVENT", "事件"),
            help=both("first event not to be believed (-1: none)", "首个不可信事件（-1 表示无）"),
        ),
    ] = -1,
    by: Registrar = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Revoke a key."""
    from custody.app.recording.reaffirming import doubted

    wanted = _hands(by)
    with signing.acting(wanted, descriptor, command) as (ledger, signed):
        listed = doubted(ledger, name, distrust_from) if distrust_from >= 0 else []
        signing.tell_act(ledger, ledger.revoke(name, reason, distrust_from, signed), dry_run=False)
    _tell_doubted(listed)


def _tell_doubted(doubted: Sequence[Doubted]) -> None:
    """List what is not believed any more, and what to do about it."""
    console = here()
    if not doubted or console.json:
        return
    console.out()
    console.out(
        console.t(
            f"no longer believed, unless somebody else confirms it: {len(doubted)}",
            f"自此不再可信（除非他人确认属实）：{len(doubted)} 条",
        )
    )
    head = [
        console.t("event", "事件"),
        console.t("type", "类型"),
        console.t("item", "物项"),
        console.t("seq", "序号"),
    ]
    console.table(head, [[str(d.index), d.type, d.item, str(d.seq)] for d in doubted])
    console.suggest("custody reaffirm ITEM SEQ --reason … --as …")
    console.say("            custody void ITEM SEQ --reason … --as … --second …")
    console.say("            custody look-back ITEM --as …")


@app.command(
    "rotate",
    cls=root.Command,
    help=both(
        "Give a person a new key in place of an old one: granted with the same roles, accepted, "
        "the old one revoked as superseded. What it signed stays valid. Stopped half-way, repeat "
        "it.",
        "为人员更换密钥：以相同角色登记新密钥、接受，并以“已被取代”吊销旧密钥。"
        "旧签名仍有效；中断后重复即可。",
    ),
    short_help=both("replace a person's key", "更换人员的密钥"),
    epilog="custody key rotate li.na li.na-2 --as chen.yu",
)
def rotate(
    old: Annotated[
        str,
        typer.Argument(metavar=both("OLD", "旧密钥"), help=both("the present key", "现用密钥")),
    ],
    new: Annotated[
        str,
        typer.Argument(
            metavar=both("NEW", "新密钥"),
            help=both("the new one, from custody key new", "新密钥（custody key new）"),
        ),
    ],
    by: Registrar = None,
    descriptor: signing.Descriptor = None,
    command: signing.Command = None,
) -> None:
    """Replace a key."""
    from custody.app.recording import rotation

    wanted = _hands(by)
    passphrase = signing.passphrases(descriptor, command)
    with signing.opened() as ledger:
        rotation.successor_of(ledger, old)  # before anybody is asked for a passphrase
        registrar = signing.signers(ledger, wanted, passphrase)
        (holder,) = signing.signers(ledger, signing.hands(new), passphrase)
        for act in rotation.rotate(ledger, old, new, registrar, holder):
            signing.tell_act(ledger, act, dry_run=False)


def _hands(names: list[str] | None) -> list[signing.Hand]:
    given = names or []
    return signing.hands(given[0] if given else None, second=given[1:])


def _card(card: Any) -> dict[str, Any]:
    import base64

    return {
        "name": card.name,
        "alg": card.alg,
        "kid": card.kid,
        "at": card.at,
        "public": base64.b64encode(card.public).decode("ascii"),
    }
