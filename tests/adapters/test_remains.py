"""The search through a folder: whatever stands in any file is found, and nothing is missed."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from adapters.children import as_other_user, open_place
from custody.adapters import remains
from custody.adapters.remains import Remain, search
from custody.errors import StorageError
from custody.evidence.disclosure import commit

NEEDLE = b"INVENTED-DONOR-7"


def test_what_is_looked_for_is_found_in_every_file_and_folder_with_what_it_is(
    tmp_path: Path,
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / ".hidden").write_bytes(b"\x00\xff" + NEEDLE)
    (tmp_path / "clean").write_bytes(NEEDLE[:-1] + b"8")
    (tmp_path / "empty").touch()
    assert search(tmp_path, {NEEDLE: "value"}) == (Remain("a/b/.hidden", "value"),)
    assert search(tmp_path, {b"nowhere": "value"}) == ()


@pytest.mark.parametrize("offset", range(-20, 4, 3))
def test_what_lies_across_two_pieces_of_a_large_file_is_found(tmp_path: Path, offset: int) -> None:
    place = remains._PIECE + offset
    disclosure, digest = commit("donor_code", "x", secrets.token_bytes(32))
    text = disclosure.encode()
    (tmp_path / "big").write_bytes(b"." * place + NEEDLE + b"." * 99)
    (tmp_path / "text").write_bytes(b"." * (place - 40) + b'"' + text + b'"' + b"." * 99)
    assert remains.look_for(tmp_path, {NEEDLE: "value"}) == [Remain("big", "value")]
    assert remains.look_for_strings(tmp_path, {digest}) == [Remain("text", "disclosure")]


def test_a_disclosure_is_found_by_its_digest_alone(tmp_path: Path) -> None:
    disclosure, digest = commit("donor_code", "INVENTED", secrets.token_bytes(32))
    other, _ = commit("donor_code", "INVENTED", secrets.token_bytes(32))
    (tmp_path / "bundle.json").write_text(f'{{"d":["{other}","{disclosure}"]}}')
    (tmp_path / "other.json").write_text(f'{{"d":["{other}"]}}')
    assert search(tmp_path, {}, [digest]) == (Remain("bundle.json", "disclosure"),)


def looked_into_by_another(folder: Path) -> Any:
    """Return what the search meets when somebody without rights to all runs it."""

    def look() -> str:
        try:
            remains.look_for(folder, {NEEDLE: "value"})
        except OSError as refused:
            return type(refused).__name__
        return "nothing"

    return as_other_user(look)


def test_a_file_that_cannot_be_read_leaves_the_question_open() -> None:
    with open_place() as folder:
        (folder / "closed").write_bytes(NEEDLE)
        (folder / "closed").chmod(0o000)
        assert looked_into_by_another(folder) == "PermissionError"


def test_a_folder_that_cannot_be_entered_leaves_the_question_open() -> None:
    with open_place() as folder:
        (folder / "closed").mkdir()
        (folder / "closed" / "file").write_bytes(NEEDLE)
        (folder / "closed").chmod(0o000)
        assert looked_into_by_another(folder) == "PermissionError"


def test_what_a_link_leads_to_is_looked_into_as_well_and_no_circle_traps_the_search(
    tmp_path: Path,
) -> None:
    folder, disk = tmp_path / "ledger", tmp_path / "disk"
    (folder / "in").mkdir(parents=True)
    (disk / "papers").mkdir(parents=True)
    (disk / "vault.db").write_bytes(NEEDLE)
    (disk / "papers" / "form.txt").write_bytes(NEEDLE)
    (folder / "vault.db").symlink_to(disk / "vault.db")
    (folder / "documents").symlink_to(disk / "papers")
    (folder / "in" / "circle").symlink_to(folder)
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    found = search(folder, {NEEDLE: "value"})
    assert {r.path for r in found} == {"vault.db", "documents/form.txt"}


def test_a_program_lying_where_the_command_is_typed_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ledger").mkdir()
    for name in ("json", "re", "custody"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a stranger was let in')")
    monkeypatch.chdir(tmp_path)
    assert search(tmp_path / "ledger", {NEEDLE: "value"}) == ()


def test_a_search_that_fails_is_an_error_and_no_clean_bill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(StorageError) as failed:
        search(tmp_path, {NEEDLE: "value"})
    assert failed.value.code == "C743"
