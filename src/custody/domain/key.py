"""Signing keys: granted to a person, accepted by its holder, given other roles, revoked.

The public key and its standing only; judging signatures is done in `custody.evidence.authority`.
Keys are Ed25519 (RFC 8032).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from custody.domain.model import Body, Event, Private, Sig, State, event_type, evolves, said
from custody.domain.values import Code

BY_REGISTRAR = (Sig("registrar", "approved"), Sig("root", "approved"))
PublicKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
PersonId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Scope = Annotated[str, StringConstraints(pattern=r"^([a-z]{1,40}|\*)$")]


@event_type(
    "key.granted/v1",
    kind="key",
    command="key grant",
    en="key granted",
    zh="密钥授予",
    meaning_zh="登记一名人员的签名密钥及其角色；持有人接受后方可使用。",
    signers=BY_REGISTRAR,
    opens=True,
    then="granted",
    private=(Private("printed_name", "name as printed beside signatures", "签名旁显示的姓名"),),
    plumbing=True,
)
class KeyGranted(Body):
    """A person's signing key and its roles were enrolled; usable once its holder accepts it."""

    alg: Literal["ed25519"] = said("signature algorithm", "签名算法")
    pub: PublicKey = said("public key, base64", "公钥（base64）")
    person: PersonId = said("the person who holds it: 32 hex digits", "持有人：32 位十六进制")
    roles: tuple[Code, ...] = said("roles, sorted", "角色（已排序）", max_length=40)
    scope: tuple[Scope, ...] = said(
        "kinds of stream it may sign for, sorted, or *",
        "可签名的流类型（已排序），或 *",
        max_length=40,
    )


@event_type(
    "key.accepted/v1",
    kind="key",
    command="key accept",
    en="key accepted",
    zh="密钥接受",
    meaning_zh="持有人以该密钥签名，承认其电子签名与手写签名具有同等效力。",
    signers=(Sig("holder", "approved"),),
    when=("granted",),
    then="active",
    plumbing=True,
)
class KeyAccepted(Body):
    """Signed with the key itself: its holder undertakes that it stands for a handwritten one."""


@event_type(
    "key.roles_changed/v1",
    kind="key",
    command="key roles",
    en="key roles changed",
    zh="密钥角色变更",
    meaning_zh="自本条起，该密钥具有所列角色与范围。",
    signers=BY_REGISTRAR,
    when=("granted", "active"),
    plumbing=True,
)
class KeyRolesChanged(Body):
    """From this entry on, the key holds these roles and this scope."""

    roles: tuple[Code, ...] = said("roles, sorted", "角色（已排序）", max_length=40)
    scope: tuple[Scope, ...] = said(
        "kinds of stream it may sign for, sorted, or *",
        "可签名的流类型（已排序），或 *",
        max_length=40,
    )


@event_type(
    "key.revoked/v1",
    kind="key",
    command="key revoke",
    en="key revoked",
    zh="密钥吊销",
    meaning_zh="自本条起，该密钥不得再签名；如已泄露，自所指序号起的签名不再可信。",
    signers=BY_REGISTRAR,
    when=("granted", "active"),
    then="revoked",
    plumbing=True,
)
class KeyRevoked(Body):
    """The key signs no more; if compromised, its signatures are distrusted from an index on."""

    reason: Literal["superseded", "left", "compromised"] = said("why", "原因")
    distrust_from: Annotated[int, Field(ge=-1, le=10**12)] = said(
        "log index from which its signatures are distrusted, -1 for none",
        "自该日志序号起不再信任其签名，-1 表示无",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(State):
    """A signing key: whose it is and what it may sign."""

    person: str
    roles: tuple[str, ...]
    scope: tuple[str, ...]
    distrust_from: int = -1


@evolves("key")
def evolve(state: Key | None, event: Event) -> Key:
    """Return the key after `event`."""
    if isinstance(event.body, KeyGranted):
        return Key(
            stream=event.stream,
            number=event.stream.partition(":")[2],
            status="granted",
            opened=event.body.occurred_at,
            person=event.body.person,
            roles=event.body.roles,
            scope=event.body.scope,
        )
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    match event.body:
        case KeyRolesChanged() as body:
            return replace(state, roles=body.roles, scope=body.scope)
        case KeyRevoked() as body:
            return replace(state, distrust_from=body.distrust_from)
    return state
