"""Grants and policies of the wrong shape grant nothing and change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from custody.evidence import names
from custody.evidence.authority import check_key_form
from custody.evidence.encoding import b64
from evidence.cast import POLICY, SECOND, STRANGER, by_registrar, by_roots
from evidence.ledgers import BATCH
from evidence.rulings import PERFORMED, codes, fold, start

# ---- bodies of the wrong shape ----


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person": "A. Example"}, "E12"),
        ({"roles": []}, "E12"),
        ({"roles": 5}, "E12"),
        ({"scope": 5}, "E12"),
        ({"roles": ["root"]}, "E12"),
        ({"roles": ["holder"]}, "E12"),
        ({"roles": ["operator", "auditor"]}, "E12"),
        ({"roles": ["Operator"]}, "E12"),
        ({"scope": []}, "E12"),
        ({"scope": ["*", "batch"]}, "E12"),
        ({"scope": ["planet"]}, "E12"),
        ({"alg": "es256"}, "E20"),
        ({"pub": b64(STRANGER.public)}, "E20"),
        ({"pub": "AAAA"}, "E20"),
        ({"pub": 1}, "E20"),
    ],
)
def test_a_grant_of_the_wrong_shape_grants_nothing(changes: dict[str, Any], code: str) -> None:
    ledger = start()
    roles = changes.pop("roles", ["operator"])
    index = ledger.append(
        SECOND.stream,
        "key.granted/v1",
        by_registrar(),
        body={
            "alg": "ed25519",
            "pub": b64(SECOND.public),
            "person": SECOND.person,
            "roles": roles,
            "scope": ["*"],
            **changes,
        },
    )
    law, against = fold(ledger)
    assert code in against[index]
    assert law.key(SECOND.kid) is None


def test_a_key_of_small_order_cannot_be_granted() -> None:
    weak = bytes(32)
    stream = "key:" + names.kid(weak)
    ledger = start()
    body = {"alg": "ed25519", "pub": b64(weak), "person": "a9" * 16, "roles": ["x"], "scope": ["*"]}
    index = ledger.append(stream, "key.granted/v1", by_registrar(), body=body)
    assert codes(ledger) == {index: ["E20"]}
    found = check_key_form(ledger.streams[stream][0][1].payload)
    assert [(f.step, f.code) for f in found] == [("V5", "E20")]


def rules(**changes: Any) -> dict[str, Any]:
    return {"rules": [{**POLICY[0], **changes}]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rules": [1]},
        {"rules": POLICY[::-1]},
        {"rules": [POLICY[0], POLICY[0]]},
        rules(type="key.granted/v1"),
        rules(type="batch.opened"),
        rules(minimum=0),
        rules(minimum=5),
        rules(minimum=True),
        rules(distinct_person=1),
        rules(allowed=[]),
        rules(allowed=[{"meaning": "blessed", "role": "operator"}]),
        rules(allowed=[{"meaning": "performed", "role": "Operator"}]),
        rules(allowed=[{"meaning": "performed"}]),
        rules(extra=1),
    ],
)
def test_a_policy_of_the_wrong_shape_changes_nothing(body: dict[str, Any]) -> None:
    ledger = start()
    index = ledger.append(names.AUTHORITY, "policy.adopted/v1", by_roots(), body=body)
    law, against = fold(ledger)
    assert against == {index: ["E12"]}
    assert law.rule_for("batch.released/v1") is not None


def test_a_new_policy_replaces_the_old_one_from_its_place_on() -> None:
    ledger = start()
    ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    only = [row for row in POLICY if row["type"] == "batch.held/v1"]
    ledger.append(names.AUTHORITY, "policy.adopted/v1", by_roots(1, 2), body={"rules": only})
    late = ledger.append(BATCH, "batch.opened/v1", PERFORMED)
    assert codes(ledger) == {late: ["E21"]}
