"""`custody verifier` writes one page, whole or not at all, and keeps it apart from bundles."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from cli.stage import typed
from custody_cli.exits import Exit


def test_the_page_is_one_file_and_its_digest_is_said(tmp_path: Path) -> None:
    out = tmp_path / "made" / "verifier.html"
    said = typed("verifier", "-o", str(out))
    assert said.code == Exit.DONE
    page = out.read_bytes()
    assert page.startswith(b"<!doctype html>")
    assert hashlib.sha256(page).hexdigest() in said.out
    assert f"{len(page)} B" in said.out
    assert "apart from any bundle" in said.err
    assert [p.name for p in out.parent.iterdir()] == ["verifier.html"]


def test_a_trust_file_inside_changes_the_digest_and_both_are_said(
    demo: Path, tmp_path: Path
) -> None:
    trust = demo / "trust.json"
    plain = typed("--json", "verifier", "-o", str(tmp_path / "plain.html")).object
    baked = typed(
        "--json", "verifier", "-o", str(tmp_path / "baked.html"), "--trust", str(trust)
    ).object
    assert plain["kind"] == "custody.verifier/v1"
    assert plain["sha256"] == plain["published_sha256"] == baked["published_sha256"]
    assert baked["sha256"] != plain["sha256"]
    assert plain["trust"] is None
    assert baked["trust"] == hashlib.sha256(trust.read_bytes()).hexdigest()
    assert baked["origin"] == "cells.example/suzhou"
    content = (tmp_path / "baked.html").read_bytes()
    assert hashlib.sha256(content).hexdigest() == baked["sha256"]


def test_writing_the_same_page_again_is_no_trouble_and_another_file_is_never_replaced(
    tmp_path: Path,
) -> None:
    out = tmp_path / "verifier.html"
    assert typed("verifier", "-o", str(out)).code == Exit.DONE
    assert typed("verifier", "-o", str(out)).code == Exit.DONE
    out.write_text("mine", encoding="utf-8")
    said = typed("verifier", "-o", str(out))
    assert said.code == Exit.INPUT
    assert "C121" in said.err
    assert out.read_text(encoding="utf-8") == "mine"


def test_the_page_is_not_written_beside_a_bundle(demo: Path, tmp_path: Path) -> None:
    shutil.copy(demo / "SHP-2026-001.custody.json", tmp_path)
    for lang, words in (("en", "does not belong beside a bundle"), ("zh", "不应与证据包放在一起")):
        said = typed("--lang", lang, "verifier", "-o", str(tmp_path / "verifier.html"))
        assert said.code == Exit.INPUT
        assert "C174" in said.err and words in said.err
        assert not (tmp_path / "verifier.html").exists()


def test_the_page_is_not_written_among_the_documents_of_a_bundle(
    demo: Path, tmp_path: Path
) -> None:
    shutil.copy(demo / "SHP-2026-001.custody.json", tmp_path)
    (tmp_path / "documents").mkdir()
    out = tmp_path / "documents" / "verifier.html"
    assert typed("verifier", "-o", str(out), "--json").error["code"] == "C174"
    assert not out.exists()


def test_a_trust_file_that_is_none_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    wrong = tmp_path / "trust.json"
    wrong.write_text("{}", encoding="utf-8")
    out = tmp_path / "verifier.html"
    said = typed("--json", "verifier", "-o", str(out), "--trust", str(wrong))
    assert said.code == Exit.CANNOT_TELL
    assert (said.error["code"], said.error["where"]) == ("C501", str(wrong))
    assert typed("verifier", "-o", str(out), "--trust", str(tmp_path / "no")).code == Exit.INPUT
    assert not out.exists()
