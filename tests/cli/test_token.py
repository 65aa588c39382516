"""A key on a token, from its making to a signed record and a bundle that names its holder."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.tokens import PIN, new_token
from cli.stage import Said, typed

# The PIN of the token for its key, the demo's word for every other.
SECRET = f'sh -c "case $CUSTODY_KEY_NAME in *.token) echo {PIN.decode()};; *) echo demo;; esac"'


@pytest.mark.needs("softhsm2")
def test_a_person_signs_with_a_token_from_enrolment_to_the_record(
    ledger: Path, tmp_path: Path
) -> None:
    token = new_token(tmp_path)

    def at(*words: str) -> Said:
        command = ("--ledger", str(ledger), *words, "--passphrase-command", SECRET)
        return typed(*command, env=token.environment)

    made = at("key", "new", "zhou.token", "--at", token.uri("zhou"))
    assert (made.code, "key made" in made.out) == (0, True), made.err
    assert at("key", "rotate", "Zhou Ping", "zhou.token", "--as", "Wang Min").code == 0
    said = at(
        *("batch", "test", "B-2026-001", "--test", "sterility", "--outcome", "negative"),
        *("--verdict", "pass", "--method", "compendial", "--sample", "QC-9", "--as", "zhou.token"),
    )
    assert (said.code, "Zhou Ping (performed)" in said.out) == (0, True), said.out + said.err
    assert not list((ledger / "keys").glob("zhou-token*.pem"))
    assert typed("--ledger", str(ledger), "audit").code == 0


@pytest.mark.needs("softhsm2")
def test_a_wrong_pin_writes_nothing_and_says_so(ledger: Path, tmp_path: Path) -> None:
    token = new_token(tmp_path)
    said = typed(
        *("--ledger", str(ledger), "key", "new", "x.token", "--at", token.uri("x")),
        *("--passphrase-command", "echo 0000"),
        env=token.environment,
    )
    assert (said.code, "C622" in said.err) == (9, True)
    assert "x.token" not in typed("--ledger", str(ledger), "key", "list").out
