"""Attacks on the bodies of authority and key events: what a lenient reader would fill in.

They are signed by those who may, so only their form speaks against them (V5, V6). They have no
number in the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
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
from contract.vector_cases import Vector
from contract.vector_ledger import BY_REGISTRAR
from contract.vector_story import SECOND, By
from custody.evidence import names
from custody.evidence.encoding import b64
from evidence.cast import STRANGER, by_roots

GOOD: Final = {
    "alg": "ed25519",
    "pub": b64(STRANGER.public),
    "person": "c1" * 16,
    "roles": ["warehouse"],
    "scope": ["*"],
}
RULE: Final[dict[str, Any]] = dict(POLICY[0])


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def _bundle(stream: str, kind: str, by: By, body: dict[str, Any]) -> Any:
    ledger = tiny()
    written(ledger, stream, kind, by, body=body)
    if stream.startswith("key:"):
        written(ledger, SHIPMENT, PLANNED, links=[("key", stream)])
    return sealed(ledger)


def grants() -> Iterator[Attack]:
    for name, en, zh, change, step, code in (
        (
            "30_person_without_an_id",
            "whose person is no id",
            "人员并非编号",
            {"person": "MAKER"},
            "V6",
            "E12",
        ),
        (
            "31_role_of_a_root",
            "that hands out the role of a root",
            "授予根角色",
            {"roles": ["root"]},
            "V6",
            "E12",
        ),
        (
            "32_role_in_capitals",
            "of a role in capitals",
            "角色为大写",
            {"roles": ["QA"]},
            "V6",
            "E12",
        ),
        (
            "33_roles_not_sorted",
            "whose roles are not sorted",
            "角色未排序",
            {"roles": ["warehouse", "qa"]},
            "V6",
            "E12",
        ),
        ("34_no_roles", "of no role at all", "没有角色", {"roles": []}, "V6", "E12"),
        (
            "35_roles_that_are_a_text",
            "whose roles are a text",
            "角色为文本",
            {"roles": "qa"},
            "V6",
            "E12",
        ),
        (
            "36_scope_of_no_kind",
            "for a kind of thing that there is not",
            "范围类别不存在",
            {"scope": ["truck"]},
            "V6",
            "E12",
        ),
        ("37_another_algorithm", "for another algorithm", "算法不同", {"alg": "rsa"}, "V5", "E20"),
        (
            "38_key_that_is_no_text",
            "of a key that is a number",
            "公钥为数字",
            {"pub": 1},
            "V5",
            "E20",
        ),
    ):
        yield Attack(
            f"f{name}",
            "",
            f"A registrar grants a key {en}.",
            f"登记员授予的密钥{zh}。",
            _bundle(STRANGER.stream, "key.granted/v1", BY_REGISTRAR, {**GOOD, **change}),
            step,
            code,
        )


def revocations() -> Iterator[Attack]:
    for name, en, zh, body in (
        (
            "40_reason_unknown",
            "for a reason that is none",
            "理由不明",
            {"reason": "tired", "distrust_from": -1},
        ),
        (
            "41_place_before_the_beginning",
            "from a place before the beginning",
            "位置早于开头",
            {"reason": "compromised", "distrust_from": -2},
        ),
        (
            "42_true_for_a_place",
            "from the place true",
            "位置为 true",
            {"reason": "compromised", "distrust_from": True},
        ),
        (
            "43_distrust_without_compromise",
            "reaching back although nothing was stolen",
            "并未失窃却溯及既往",
            {"reason": "left", "distrust_from": 3},
        ),
        (
            "44_distrust_from_the_future",
            "from a place that is still to come",
            "位置尚未到来",
            {"reason": "compromised", "distrust_from": 999},
        ),
    ):
        yield Attack(
            f"f{name}",
            "",
            f"A key is revoked {en}.",
            f"吊销密钥，但{zh}。",
            _bundle(SECOND.stream, "key.revoked/v1", BY_REGISTRAR, body),
            "V6",
            "E12",
        )


def policies() -> Iterator[Attack]:
    pair = {"meaning": "performed", "role": "warehouse"}
    fixed = {**RULE, "type": "key.granted/v1"}
    for name, en, zh, rules in (
        ("50_rules_that_are_no_list", "is an object instead of a list", "为对象而非列表", RULE),
        ("51_rules_not_sorted", "is not sorted by type", "未按类型排序", list(reversed(POLICY))),
        ("52_rule_about_keys", "says who may grant keys", "规定谁可授予密钥", [fixed]),
        (
            "53_rule_with_a_field_too_many",
            "has a field that nobody reads",
            "含无人读取的字段",
            [{**RULE, "unless": "urgent"}],
        ),
        (
            "54_rule_for_no_type",
            "is for a type that cannot be",
            "针对不可能存在的类型",
            [{**RULE, "type": "batch"}],
        ),
        ("55_no_signature_needed", "asks for no signature", "不要求签名", [{**RULE, "minimum": 0}]),
        (
            "56_true_for_a_number",
            "asks for true signatures",
            "签名数为 true",
            [{**RULE, "minimum": True}],
        ),
        (
            "57_distinct_by_a_number",
            "says 1 for true",
            "以 1 代替 true",
            [{**RULE, "distinct_person": 1}],
        ),
        ("58_nobody_allowed", "allows nobody", "不允许任何人", [{**RULE, "allowed": []}]),
        (
            "59_pair_with_a_field_too_many",
            "allows a role with conditions nobody reads",
            "角色附带无人读取的条件",
            [{**RULE, "allowed": [{**pair, "if": "urgent"}]}],
        ),
        (
            "60_meaning_unknown",
            "allows a meaning that there is not",
            "签名含义不存在",
            [{**RULE, "allowed": [{**pair, "meaning": "agreed"}]}],
        ),
        (
            "61_role_with_a_digit",
            "allows a role of no form",
            "角色格式不符",
            [{**RULE, "allowed": [{**pair, "role": "QA1"}]}],
        ),
    ):
        yield Attack(
            f"f{name}",
            "",
            f"The root keys adopt a rule that {en}.",
            f"根密钥采纳的规则{zh}。",
            _bundle(names.AUTHORITY, "policy.adopted/v1", by_roots(), {"rules": rules}),
            "V6",
            "E12",
        )


GROUPS: Final = (grants, revocations, policies)
