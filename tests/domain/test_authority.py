"""The ledger's own streams: authority, keys and numbers."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from custody.domain.authority import PolicyAdopted
from domain.play import Play

GRANT = {
    "alg": "ed25519",
    "pub": "A" * 43 + "=",
    "person": "ab" * 16,
    "roles": ["operator"],
    "scope": ["*"],
}
RULE: dict[str, Any] = {
    "type": "batch.released/v1",
    "allowed": [{"meaning": "released", "role": "quality_authority"}],
    "minimum": 1,
    "distinct_person": True,
}


@pytest.fixture
def play() -> Play:
    play = Play()
    founding = {"origin": "custody.example/site-1", "organisation": "Example Cells"}
    play.add("authority.established/v1", "authority:main", founding)
    play.add("key.granted/v1", "key:1", GRANT)
    return play


def test_a_ledger_is_established_once(play: Play) -> None:
    again = {"origin": "custody.example/site-2", "organisation": "Other"}
    assert "C242" in play.codes("authority.established/v1", "authority:main", again)


def test_a_policy_is_written_out_in_full_so_that_a_verifier_needs_no_defaults() -> None:
    body = PolicyAdopted.model_validate({"occurred_at": "2026-09-01T08:00:00Z", "rules": [RULE]})
    assert body.plain()["rules"] == [RULE]
    for key in RULE:
        short = {k: v for k, v in RULE.items() if k != key}
        with pytest.raises(ValidationError):
            PolicyAdopted.model_validate({"occurred_at": "2026-09-01T08:00:00Z", "rules": [short]})


def test_the_last_announced_trust_file_is_the_one_that_counts(play: Play) -> None:
    play.add("policy.adopted/v1", "authority:main", {"rules": [RULE]})
    for version in (2, 3):
        body = {"version": version, "sha256": f"{version}" * 64}
        play.add("trustroot.announced/v1", "authority:main", body)
    state = play.state("authority:main")
    assert (state.policies, state.trust_version, state.trust_sha256) == (1, 3, "3" * 64)


def test_the_algorithm_of_a_key_is_always_written(play: Play) -> None:
    assert play.events("key:1")[0].body.plain()["alg"] == "ed25519"


def test_a_key_is_active_once_its_holder_accepted_it(play: Play) -> None:
    assert play.state("key:1").status == "granted"
    play.add("key.accepted/v1", "key:1")
    assert play.state("key:1").status == "active"
    assert play.codes("key.accepted/v1", "key:1") == {"C243"}


def test_a_key_has_the_roles_given_to_it_last(play: Play) -> None:
    play.add("key.accepted/v1", "key:1")
    play.add("key.roles_changed/v1", "key:1", {"roles": ["qa"], "scope": ["batch"]})
    assert play.state("key:1").roles == ("qa",)
    assert play.state("key:1").scope == ("batch",)


def test_a_revoked_key_gets_no_new_roles(play: Play) -> None:
    play.add("key.accepted/v1", "key:1")
    play.add("key.revoked/v1", "key:1", {"reason": "compromised", "distrust_from": 17})
    assert play.state("key:1").distrust_from == 17
    assert play.codes("key.roles_changed/v1", "key:1", {"roles": [], "scope": []}) == {"C243"}


def test_a_number_names_one_item_for_ever(play: Play) -> None:
    body = {"scheme": "batch-no", "value": "ｂ-2026-０１"}
    play.add("alias.claimed/v1", "alias:1", body, {"names": "batch:1"})
    assert play.state("alias:1").number == "B-2026-01"
    assert play.state("alias:1").names == "batch:1"
    assert "C242" in play.codes("alias.claimed/v1", "alias:1", body, {"names": "batch:2"})


def test_a_number_names_exactly_one_item(play: Play) -> None:
    body = {"scheme": "batch-no", "value": "B1"}
    assert "C246" in play.codes("alias.claimed/v1", "alias:2", body)
    two = {"names": ["batch:1", "batch:2"]}
    assert "C246" in play.codes("alias.claimed/v1", "alias:2", body, two)
