"""Documents are found by content alone, and the folder is there as a whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from unittest.mock import patch

import pytest

from adapters.children import as_other_user, open_place
from custody.adapters import handover_folder
from custody.adapters.handover_folder import found, write
from custody.errors import InputError, StorageError

LETTER = b"letter of the authority (invented)"
OTHER = b"LETTER of the authority (invented)"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


WANTED = {sha(LETTER): len(LETTER)}
FILES = {"READ-ME-FIRST.txt": b"read me", "S.custody.json": b"{}"}


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    place = tmp_path / "papers"
    (place / "deep" / "down").mkdir(parents=True)
    (place / "deep" / "down" / "any name.bin").write_bytes(LETTER)
    (place / "letter.pdf").write_bytes(OTHER)
    return place


def test_a_document_is_found_under_any_name_and_a_namesake_is_not(papers: Path) -> None:
    assert found(papers, WANTED) == {sha(LETTER): papers / "deep" / "down" / "any name.bin"}
    assert found(papers, {sha(b"lost"): 4}) == {}


def test_only_files_of_a_wanted_size_are_read(papers: Path) -> None:
    (papers / "huge.bin").write_bytes(b"x" * 4096)
    read: list[str] = []
    digest = handover_folder._digest
    with patch.object(handover_folder, "_digest", lambda p: read.append(p.name) or digest(p)):
        found(papers, WANTED)
    assert "huge.bin" not in read


def test_a_link_that_leads_in_a_circle_does_not_trap_the_search(papers: Path) -> None:
    (papers / "deep" / "loop").symlink_to(papers)
    (papers / "dangling").symlink_to(papers / "nothing")
    (papers / "itself").symlink_to("itself")
    assert set(found(papers, WANTED)) == set(WANTED)


@pytest.mark.parametrize("name", ["nowhere", "papers/letter.pdf"])
def test_a_folder_that_is_none_is_named(papers: Path, tmp_path: Path, name: str) -> None:
    assert papers.exists()
    with pytest.raises(InputError) as stopped:
        found(tmp_path / name, WANTED)
    assert (stopped.value.code, stopped.value.where) == ("C183", str(tmp_path / name))


def test_a_folder_below_that_cannot_be_read_is_named_itself() -> None:
    with open_place() as folder:
        (folder / "closed").mkdir()
        (folder / "closed").chmod(0o000)

        def look() -> str:
            try:
                found(folder, WANTED)
            except InputError as stopped:
                return f"{stopped.code} {stopped.where}"
            return "nothing"

        assert as_other_user(look) == f"C183 {folder / 'closed'}"


def test_the_folder_holds_what_was_given_and_documents_under_our_names(
    papers: Path, tmp_path: Path
) -> None:
    place = tmp_path / "new" / "S"
    source = papers / "deep" / "down" / "any name.bin"
    assert write(place, FILES, {"01-permit.txt": (source, sha(LETTER))})
    there = {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()}
    assert there == {*FILES, "documents/01-permit.txt"}
    assert (place / "documents" / "01-permit.txt").read_bytes() == LETTER
    assert [p.name for p in place.parent.iterdir()] == ["S"]


def test_the_same_folder_again_is_no_error_and_changes_nothing(tmp_path: Path) -> None:
    place = tmp_path / "S"
    assert write(place, FILES, {})
    before = (place / "S.custody.json").stat().st_mtime_ns
    assert not write(place, FILES, {})
    assert (place / "S.custody.json").stat().st_mtime_ns == before


@pytest.mark.parametrize("change", ["other", "more", "less", "file"])
def test_anything_else_at_its_place_is_left_as_it_is(tmp_path: Path, change: str) -> None:
    place = tmp_path / "S"
    if change == "file":
        place.write_bytes(b"a file of somebody")
    else:
        write(place, FILES, {})
        name = "READ-ME-FIRST.txt" if change != "more" else "note.txt"
        (place / name).write_bytes(b"changed") if change != "less" else (place / name).unlink()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError) as stopped:
        write(place, FILES, {})
    assert stopped.value.code == "C180"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with patch.object(os, "fsync", full), pytest.raises(StorageError) as stopped:
        write(tmp_path / "S", FILES, {})
    assert stopped.value.code == "C727"
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    with (
        patch.object(Path, "rename", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        write(tmp_path / "S", FILES, {})
    assert list(tmp_path.iterdir()) == []


def test_a_document_that_changed_since_it_was_found_is_not_enclosed(
    papers: Path, tmp_path: Path
) -> None:
    ((digest, source),) = found(papers, WANTED).items()
    source.write_bytes(OTHER)
    with pytest.raises(StorageError) as stopped:
        write(tmp_path / "S", FILES, {"01-permit.txt": (source, digest)})
    assert (stopped.value.code, stopped.value.where) == ("C728", str(source))
    assert not (tmp_path / "S").exists()
