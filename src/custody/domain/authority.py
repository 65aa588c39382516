"""The authority of a ledger: its founding, its signing policy, its next trust file.

Who may sign these events is fixed by the trust file's root keys, never by a policy. Judging the
signatures is not done here but in `custody.evidence.authority`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import StringConstraints

from custody.domain.model import Body, Event, Sig, State, event_type, evolves, said
from custody.domain.values import Code, Count, Digest, Frozen, Name

ROOTS = (Sig("root", "approved"),)
TypeName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}\.[a-z][a-z_]{0,39}/v[1-9][0-9]{0,2}$")
]
Role = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{0,39}|\*)$")]


class AllowedPair(Frozen):
    """A role and the meaning it may sign with."""

    meaning: Code = said("meaning of the signature", "签名含义")
    role: Role = said("role of the signer, * for any", "签名角色，* 表示任意角色")


class SigningRule(Frozen):
    """Who may sign one event type; all fields are always written out."""

    type: TypeName = said("event type with its version", "事件类型及版本")
    allowed: tuple[AllowedPair, ...] = said(
        "accepted pairs of role and meaning", "可接受的角色与含义组合", min_length=1, max_length=100
    )
    minimum: Count = said("least number of signatures", "最少签名数")
    distinct_person: bool = said("signers must be different persons", "签名人须各不相同")


@event_type(
    "authority.established/v1",
    kind="authority",
    command="authority establish",
    en="ledger established",
    zh="台账设立",
    meaning_zh="一个组织以根密钥设立本台账；这是台账的第一条记录。",
    signers=ROOTS,
    opens=True,
    then="established",
    plumbing=True,
)
class AuthorityEstablished(Body):
    """An organisation founded this ledger under its root keys; the first entry of the ledger."""

    origin: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9./_-]{0,119}$")] = said(
        "name of the log, as on its checkpoints", "日志名称（与检查点一致）"
    )
    organisation: Name = said("legal name of the organisation", "组织法定名称")


@event_type(
    "policy.adopted/v1",
    kind="authority",
    command="policy adopt",
    en="signing policy adopted",
    zh="签名策略采纳",
    meaning_zh="自本条起，各类事件由哪些角色、以何种含义签名。",
    signers=ROOTS,
    plumbing=True,
)
class PolicyAdopted(Body):
    """From this entry on, these roles sign these event types, with these meanings."""

    rules: tuple[SigningRule, ...] = said(
        "one rule per event type, sorted by type", "每类事件一条规则，按类型排序", min_length=1
    )


@event_type(
    "trustroot.announced/v1",
    kind="authority",
    command="trustroot announce",
    en="next trust file announced",
    zh="新信任文件公告",
    meaning_zh="公告下一版信任文件的摘要；根密钥只能经由新的信任文件更换。",
    signers=ROOTS,
    plumbing=True,
)
class TrustrootAnnounced(Body):
    """The next trust file is announced by its digest; root keys change only by a new file."""

    version: Count = said("version of the next trust file", "新信任文件版本")
    sha256: Digest = said("SHA-256 of that file", "该文件的 SHA-256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority(State):
    """The ledger itself: its owner, the policy in force and the trust file announced last."""

    organisation: str
    policies: int = 0
    trust_version: int = 0
    trust_sha256: str = ""


@evolves("authority")
def evolve(state: Authority | None, event: Event) -> Authority:
    """Return the authority after `event`."""
    if isinstance(event.body, AuthorityEstablished):
        return Authority(
            stream=event.stream,
            number=event.body.origin,
            status="established",
            opened=event.body.occurred_at,
            organisation=event.body.organisation,
        )
    assert state is not None  # noqa: S101 - `fold.step` opens every stream first
    match event.body:
        case PolicyAdopted():
            return replace(state, policies=state.policies + 1)
        case TrustrootAnnounced() as body:
            return replace(state, trust_version=body.version, trust_sha256=body.sha256)
    return state
