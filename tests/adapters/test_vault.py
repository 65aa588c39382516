"""The vault gives back what was put in, to the holder of its key only, and can forget a person."""

from __future__ import annotations

import secrets
import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from custody.adapters.vault import Vault
from custody.errors import StorageError
from custody.evidence.disclosure import commit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LEAF, OTHER = bytes([1]) * 32, bytes([2]) * 32


def made(value: str) -> tuple[str, str]:
    """Return (digest, disclosure) of a family name."""
    one, two = commit("family_name", value, secrets.token_bytes(32))
    return (one, two) if len(one) == 43 else (two, one)


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(StorageError) as caught:
        work()
    return caught.value.code


def test_a_value_comes_back_by_digest_and_by_event(tmp_path: Path) -> None:
    one, two, three = made("王"), made("Li"), made("Zhao")
    with Vault.create(tmp_path) as vault:
        vault.put(LEAF, *rearranged(one, "person:1"))
        vault.put(LEAF, *rearranged(two, "person:2"))
        vault.put(OTHER, *rearranged(three, "person:1"))
    with Vault.open(tmp_path) as vault:
        assert vault.get(one[0]) == one[1]
        assert vault.by_leaf(LEAF) == dict([one, two])
        assert vault.by_leaf(OTHER) == dict([three])
        assert vault.get(made("unknown")[0]) is None
        assert vault.by_leaf(bytes(32)) == {}


def rearranged(pair: tuple[str, str], subject: str) -> tuple[str, str, str]:
    digest, disclosure = pair
    return digest, subject, disclosure


def test_putting_a_value_twice_is_one(tmp_path: Path) -> None:
    digest, said = made("Wang")
    with Vault.create(tmp_path) as vault:
        vault.put(LEAF, digest, "person:1", said)
        vault.put(LEAF, digest, "person:1", said)
        assert vault.by_leaf(LEAF) == {digest: said}


def test_a_value_under_a_false_digest_is_not_kept(tmp_path: Path) -> None:
    with Vault.create(tmp_path) as vault:
        with pytest.raises(ValueError, match="digest"):
            vault.put_all(
                [(LEAF, made("a")[0], "person:1", made("a")[1])],
            )
        assert vault.by_leaf(LEAF) == {}


def test_several_values_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    good = made("good")
    with Vault.create(tmp_path) as vault:
        with pytest.raises(ValueError, match="digest"):
            vault.put_all([(LEAF, good[0], "person:1", good[1]), (LEAF, good[0], "person:1", "x")])
        assert vault.get(good[0]) is None


def test_the_file_holds_no_value_in_the_clear(tmp_path: Path) -> None:
    digest, said = made("Wang")
    with Vault.create(tmp_path) as vault:
        vault.put(LEAF, digest, "person:1", said)
    content = (tmp_path / "vault.db").read_bytes()
    assert digest.encode() in content
    assert said.encode() not in content
    for name in ("vault.db", "vault.key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_person_whose_key_is_destroyed_is_forgotten_and_nobody_else(tmp_path: Path) -> None:
    gone, kept = made("gone"), made("kept")
    with Vault.create(tmp_path) as vault:
        vault.put(LEAF, *rearranged(gone, "person:1"))
        vault.put(LEAF, *rearranged(kept, "person:2"))
    with closing(sqlite3.connect(tmp_path / "vault.db", isolation_level=None)) as database:
        database.execute("PRAGMA secure_delete=ON")
        (wrapped,) = database.execute(
            "SELECT wrapped FROM subjects WHERE subject = 'person:1'"
        ).fetchone()
        database.execute(
            "UPDATE subjects SET nonce = NULL, wrapped = NULL WHERE subject = 'person:1'"
        )
    assert wrapped not in (tmp_path / "vault.db").read_bytes()
    with Vault.open(tmp_path) as vault:
        assert vault.get(gone[0]) is None
        assert vault.by_leaf(LEAF) == dict([kept])
        again = made("again")
        assert code_of(lambda: vault.put(LEAF, *rearranged(again, "person:1"))) == "C724"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disclosures SET ciphertext = zeroblob(length(ciphertext))",
        "UPDATE disclosures SET nonce = zeroblob(12)",
        "UPDATE disclosures SET leaf = 'AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI='",
        "UPDATE disclosures SET subject = 'person:2'",
        "UPDATE subjects SET wrapped = zeroblob(length(wrapped))",
    ],
)
def test_an_altered_row_does_not_open(tmp_path: Path, statement: str) -> None:
    one, two = made("one"), made("two")
    with Vault.create(tmp_path) as vault:
        vault.put(LEAF, *rearranged(one, "person:1"))
        vault.put(OTHER, *rearranged(two, "person:2"))
        with closing(sqlite3.connect(tmp_path / "vault.db", isolation_level=None)) as database:
            database.execute(statement)
        assert code_of(lambda: (vault.get(one[0]), vault.get(two[0]))) == "C723"


def test_the_key_of_another_vault_does_not_open_it(tmp_path: Path) -> None:
    digest, said = made("Wang")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with Vault.create(tmp_path / name) as vault:
            vault.put(LEAF, digest, "person:1", said)
    (tmp_path / "a" / "vault.key").write_bytes((tmp_path / "b" / "vault.key").read_bytes())
    with Vault.open(tmp_path / "a") as vault:
        assert code_of(lambda: vault.get(digest)) == "C723"
        assert code_of(lambda: vault.put(OTHER, digest, "person:1", said)) == "C723"


def test_a_vault_is_never_created_by_opening_or_over_another(tmp_path: Path) -> None:
    assert code_of(lambda: Vault.open(tmp_path)) == "C720"
    assert list(tmp_path.iterdir()) == []
    Vault.create(tmp_path).close()
    before = (tmp_path / "vault.key").read_bytes()
    assert code_of(lambda: Vault.create(tmp_path)) == "C721"
    assert (tmp_path / "vault.key").read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["vault.db", "vault.key"]


@pytest.mark.parametrize("content", [b"", b"custody-vault-key/v1\n", b"\xff\xfe", b"x" * 70])
def test_a_vault_key_of_another_form_is_refused(tmp_path: Path, content: bytes) -> None:
    Vault.create(tmp_path).close()
    (tmp_path / "vault.key").write_bytes(content)
    assert code_of(lambda: Vault.open(tmp_path)) == "C722"


def test_a_vault_key_that_is_missing_or_open_to_others_is_refused(tmp_path: Path) -> None:
    Vault.create(tmp_path).close()
    (tmp_path / "vault.key").chmod(0o644)
    assert code_of(lambda: Vault.open(tmp_path)) == "C722"
    (tmp_path / "vault.key").unlink()
    assert code_of(lambda: Vault.open(tmp_path)) == "C722"


def test_a_file_of_another_kind_is_not_a_vault(tmp_path: Path) -> None:
    Vault.create(tmp_path).close()
    for content, code in ((b"", "C720"), (b"noise" * 2000, "C720")):
        (tmp_path / "vault.db").write_bytes(content)
        assert code_of(lambda: Vault.open(tmp_path)) == code
