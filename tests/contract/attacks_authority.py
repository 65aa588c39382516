"""Attacks on who may grant, accept, revoke and rule (V6): each breaks one rule of the authority.

Signatures are good and the persons are real; only the place, the role or the order is wrong. They
have no number in the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from contract.attacks_case import (
    PLANNED,
    POLICY,
    SHIPMENT,
    Attack,
    sealed,
    tiny,
    vectors_of,
    written,
)
from contract.attacks_grants import GOOD
from contract.vector_cases import Vector
from contract.vector_ledger import BY_REGISTRAR, REGISTRAR, VectorLedger
from contract.vector_story import MAKER, SECOND, By
from custody.evidence import names
from custody.evidence.encoding import b64
from evidence.cast import ROOTS, STRANGER, by_roots

Deed = Callable[[VectorLedger], object]
RULES: Final[dict[str, Any]] = {"rules": POLICY}
ROLES: Final[dict[str, Any]] = {"roles": ["verifier"], "scope": ["*"]}
LEFT: Final[dict[str, Any]] = {"reason": "left", "distrust_from": -1}
ANNOUNCED: Final = "trustroot.announced/v1"


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def _does(kind: str, stream: str, by: By, body: dict[str, Any]) -> Deed:
    return lambda ledger: written(ledger, stream, kind, by, body=body)


def _deed(name: str, en: str, zh: str, deed: Deed, code: str, *linked: str) -> Attack:
    ledger = tiny()
    deed(ledger)
    for stream in linked:
        written(ledger, SHIPMENT, PLANNED, links=[("key", stream)])
    return Attack(f"f{name}", "", en, zh, sealed(ledger), "V6", code)


def authority() -> Iterator[Attack]:
    yield _deed(
        "70_revocation_in_the_stream_of_the_authority",
        "The root keys revoke a key where nobody looks for it.",
        "根密钥在无人查看之处吊销密钥。",
        _does("key.revoked/v1", names.AUTHORITY, by_roots(), LEFT),
        "E21",
    )
    body = {"origin": "custody.example/site-1", "organisation": "Harbour Cell Works"}
    yield _deed(
        "71_authority_established_again",
        "The root keys establish the authority a second time.",
        "根密钥再次建立授权。",
        _does("authority.established/v1", names.AUTHORITY, by_roots(), body),
        "E21",
    )
    yield _deed(
        "72_trust_file_announced_without_a_hash",
        "A new trust file is announced without its hash.",
        "公告新信任文件而无其哈希。",
        _does(ANNOUNCED, names.AUTHORITY, by_roots(), {"version": 2}),
        "E12",
    )
    three: By = [*by_roots(), (REGISTRAR, "approved", "root")]
    yield _deed(
        "74_registrar_signs_as_a_root",
        "A registrar signs a policy beside two roots, in the role of a root.",
        "登记员以根角色与两把根密钥一同签署策略。",
        _does("policy.adopted/v1", names.AUTHORITY, three, RULES),
        "E21",
    )
    other: By = [(ROOTS[0], "approved", "root"), (ROOTS[1], "approved", "registrar")]
    yield _deed(
        "75_root_signs_as_a_registrar",
        "One of two roots signs a policy in the role of a registrar.",
        "两把根密钥之一以登记员角色签署策略。",
        _does("policy.adopted/v1", names.AUTHORITY, other, RULES),
        "E21",
    )
    yield _deed(
        "76_type_without_a_rule",
        "An event is signed of a type for which the policy has no rule.",
        "所签事件的类型在策略中没有规则。",
        _does("batch.recalled/v1", SHIPMENT, [(MAKER, "performed", "warehouse")], {}),
        "E21",
    )


def keys() -> Iterator[Attack]:
    root = ROOTS[0]
    rooted = {**GOOD, "pub": b64(root.public)}
    yield _deed(
        "80_root_key_granted_a_role",
        "A registrar grants a root key a role in the daily work.",
        "登记员授予根密钥日常角色。",
        _does("key.granted/v1", root.stream, BY_REGISTRAR, rooted),
        "E21",
        root.stream,
    )
    again = {**GOOD, "pub": b64(SECOND.public), "person": SECOND.person}
    yield _deed(
        "81_key_granted_twice",
        "A key is granted a second time, with another role.",
        "同一密钥再次授予并附另一角色。",
        _does("key.granted/v1", SECOND.stream, BY_REGISTRAR, again),
        "E21",
    )
    yield _deed(
        "82_revocation_of_a_key_never_granted",
        "A key is revoked that was never granted, so that a later grant looks old.",
        "吊销从未授予的密钥。",
        _does("key.revoked/v1", STRANGER.stream, BY_REGISTRAR, LEFT),
        "E21",
        STRANGER.stream,
    )

    def revived(ledger: VectorLedger) -> None:
        _does("key.revoked/v1", SECOND.stream, BY_REGISTRAR, LEFT)(ledger)
        _does("key.roles_changed/v1", SECOND.stream, BY_REGISTRAR, ROLES)(ledger)

    yield _deed(
        "83_roles_for_a_revoked_key",
        "A revoked key is given roles again.",
        "被吊销的密钥再次获得角色。",
        revived,
        "E22",
    )

    def without_the_role(ledger: VectorLedger) -> None:
        roles = {"roles": ["auditor"], "scope": ["*"]}
        _does("key.roles_changed/v1", SECOND.stream, BY_REGISTRAR, roles)(ledger)
        _does(PLANNED, SHIPMENT, [(SECOND, "verified", "verifier")], {})(ledger)

    yield _deed(
        "87_role_taken_away_before",
        "A person signs in a role that was taken away before.",
        "以先前已被收回的角色签名。",
        without_the_role,
        "E21",
    )
    capitals = {"roles": ["QA"], "scope": ["*"]}
    yield _deed(
        "84_roles_of_no_form",
        "A key is given a role in capitals.",
        "授予密钥大写的角色。",
        _does("key.roles_changed/v1", SECOND.stream, BY_REGISTRAR, capitals),
        "E12",
    )
    reviewed: By = [(REGISTRAR, "reviewed", "registrar")]
    yield _deed(
        "85_grant_that_was_only_reviewed",
        "A registrar reviews a grant that nobody approved.",
        "登记员仅复核而无人批准的授予。",
        _does("key.granted/v1", STRANGER.stream, reviewed, GOOD),
        "E21",
        STRANGER.stream,
    )
    own = {**GOOD, "person": REGISTRAR.person}
    yield _deed(
        "86_second_key_for_oneself",
        "A registrar grants the own person a second key.",
        "登记员为本人授予第二把密钥。",
        _does("key.granted/v1", STRANGER.stream, BY_REGISTRAR, own),
        "E21",
        STRANGER.stream,
    )


def acceptances() -> Iterator[Attack]:
    holder: By = [(SECOND, "approved", "holder")]
    yield _deed(
        "90_acceptance_in_another_stream",
        "A key is accepted in the stream of a shipment.",
        "在发运的流中接受密钥。",
        _does("key.accepted/v1", SHIPMENT, holder, {}),
        "E21",
    )
    yield _deed(
        "91_accepted_twice",
        "A key is accepted a second time.",
        "密钥再次被接受。",
        _does("key.accepted/v1", SECOND.stream, holder, {}),
        "E21",
    )

    def by_another(ledger: VectorLedger) -> None:
        ledger.grant(STRANGER, ["warehouse"], accept=False)
        another: By = [(SECOND, "approved", "holder")]
        _does("key.accepted/v1", STRANGER.stream, another, {})(ledger)

    yield _deed(
        "92_accepted_by_another",
        "Somebody else accepts the key of a person.",
        "他人代为接受密钥。",
        by_another,
        "E21",
        STRANGER.stream,
    )

    def too_late(ledger: VectorLedger) -> None:
        ledger.grant(STRANGER, ["warehouse"], accept=False)
        _does("key.revoked/v1", STRANGER.stream, BY_REGISTRAR, LEFT)(ledger)
        own: By = [(STRANGER, "approved", "holder")]
        _does("key.accepted/v1", STRANGER.stream, own, {})(ledger)

    yield _deed(
        "93_accepted_after_the_revocation",
        "A key is accepted after it was revoked.",
        "密钥在吊销之后才被接受。",
        too_late,
        "E22",
        STRANGER.stream,
    )


GROUPS: Final = (authority, keys, acceptances)
