"""The handover folder as its sender and its recipient meet it."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from unittest.mock import patch

import pytest
from pypdf import PdfReader

from cli.stage import CUSTODY, PLAIN, Said, typed
from custody.report import paper
from custody.report.wording import fingerprint
from custody_cli.exits import Exit

KEY = ("--passphrase-command", "echo demo")
NUMBER = "SHP-2026-002"
PARTS = {
    "READ-ME-FIRST.txt",
    f"{NUMBER}.custody.json",
    f"{NUMBER}.html",
    f"{NUMBER}.pdf",
    "label.svg",
    "documents",
}


def exported(ledger: Path, out: Path, *more: str, number: str = NUMBER) -> Said:
    papers = str(ledger / "documents")
    words = ("--ledger", str(ledger), "export", number, "-o", str(out), "--documents", papers)
    return typed(*words, *KEY, *more)


@pytest.fixture(scope="module")
def sent(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A ledger and the folder that was handed over from it; nobody changes either."""
    place = tmp_path_factory.mktemp("sent")
    shutil.copytree(demo, place / "ledger")
    said = exported(place / "ledger", place / "out")
    assert said.code == 0, said.err
    return place / "ledger", place / "out" / NUMBER


def test_the_folder_holds_bundle_copies_label_documents_and_no_verifier(
    sent: tuple[Path, Path],
) -> None:
    _, folder = sent
    assert {p.name for p in folder.iterdir()} == PARTS
    assert len(list((folder / "documents").iterdir())) == 8
    assert [p.name for p in folder.parent.iterdir()] == [NUMBER]
    assert b"<script" not in (folder / f"{NUMBER}.html").read_bytes()


def test_the_recipient_finds_it_genuine_and_the_documents_at_hand(sent: tuple[Path, Path]) -> None:
    ledger, folder = sent
    words = (
        "verify",
        str(folder / f"{NUMBER}.custody.json"),
        "--trust",
        str(ledger / "trust.json"),
        "--memory",
        "none",
    )
    alone = typed(*words, "--json").object
    along = typed(*words, "--attachments", str(folder / "documents"), "--json").object
    assert (alone["verdict"], along["verdict"]) == ("genuine", "genuine")
    assert len(alone["missing_documents"]) - len(along["missing_documents"]) == 8


def test_the_pdf_carries_the_very_same_bundle(sent: tuple[Path, Path]) -> None:
    _, folder = sent
    name = f"{NUMBER}.custody.json"
    inside = PdfReader(folder / f"{NUMBER}.pdf").attachments[name]
    assert inside == [(folder / name).read_bytes()]


def test_every_copy_names_the_digest_of_the_bundle_in_the_folder(sent: tuple[Path, Path]) -> None:
    _, folder = sent
    digest = hashlib.sha256((folder / f"{NUMBER}.custody.json").read_bytes()).hexdigest()
    page = (folder / f"{NUMBER}.html").read_text(encoding="utf-8").replace(" ", "")
    first = PdfReader(io.BytesIO((folder / f"{NUMBER}.pdf").read_bytes())).pages[0].extract_text()
    assert digest in page
    assert digest in first.replace(" ", "").replace("\n", "")
    assert digest in (folder / "READ-ME-FIRST.txt").read_text(encoding="utf-8-sig")
    assert fingerprint(digest).rpartition(" ")[0][:14] in (folder / "label.svg").read_text("utf-8")


def test_the_same_ledger_gives_the_same_folder_and_writing_it_again_changes_nothing(
    sent: tuple[Path, Path], tmp_path: Path
) -> None:
    ledger, folder = sent
    assert exported(ledger, tmp_path).code == 0
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            twin = tmp_path / NUMBER / path.relative_to(folder)
            assert twin.read_bytes() == path.read_bytes(), path.name
    again = exported(ledger, tmp_path, "--json").object
    assert again["new"] is False


def test_all_that_is_missing_is_told_at_once_and_nothing_is_written(
    ledger: Path, tmp_path: Path
) -> None:
    size = typed("--ledger", str(ledger), "status", "--json").object["checkpoint"]["size"]
    words = ("--ledger", str(ledger), "export", NUMBER, "-o", str(tmp_path / "out"), *KEY)
    said = typed(*words, "--json")
    assert (said.code, said.error["code"]) == (Exit.REFUSED, "C283")
    assert [r["code"] for r in said.error["reasons"]] == ["C284"] * 8
    assert all(r["why"] and r["fix"] for r in said.error["reasons"])
    assert not (tmp_path / "out").exists()
    assert typed("--ledger", str(ledger), "status", "--json").object["checkpoint"]["size"] == size
    chinese = typed(*words, "--lang", "zh")
    assert "交接文件夹不完整" in chinese.err
    assert "装箱单“pl-2026-002.txt”" in chinese.err.replace(" ", "")


def test_a_lost_vault_is_one_reason_among_the_others(ledger: Path, tmp_path: Path) -> None:
    (ledger / "vault.db").unlink()
    words = ("--ledger", str(ledger), "export", NUMBER, "-o", str(tmp_path), *KEY, "--json")
    said = typed(*words)
    assert (said.code, said.error["code"]) == (Exit.REFUSED, "C283")
    assert [r["code"] for r in said.error["reasons"]][:2] == ["C726", "C284"]
    alone = exported(ledger, tmp_path, "--json")
    assert (alone.code, alone.error["code"]) == (Exit.STORAGE, "C726")


def test_another_folder_at_the_place_is_not_overwritten(
    sent: tuple[Path, Path], tmp_path: Path
) -> None:
    ledger, _ = sent
    (tmp_path / NUMBER).mkdir()
    (tmp_path / NUMBER / "mine.txt").write_text("keep")
    said = exported(ledger, tmp_path, "--json")
    assert (said.code, said.error["code"]) == (Exit.INPUT, "C180")
    assert [p.name for p in (tmp_path / NUMBER).iterdir()] == ["mine.txt"]


def test_the_bundle_alone_is_the_file_inside_the_folder(
    sent: tuple[Path, Path], tmp_path: Path
) -> None:
    ledger, folder = sent
    words = ("--ledger", str(ledger), "export", NUMBER, "-o", str(tmp_path), "--bundle-only", *KEY)
    made = typed(*words, "--json").object
    assert made["kind"] == "custody.export/v1"
    inside = (folder / f"{NUMBER}.custody.json").read_bytes()
    assert Path(made["path"]).read_bytes() == inside
    assert [p.name for p in tmp_path.iterdir()] == [f"{NUMBER}.custody.json"]


def test_without_the_pdf_packages_the_folder_is_written_and_says_how_to_get_it(
    sent: tuple[Path, Path], tmp_path: Path
) -> None:
    ledger, _ = sent
    with patch.object(paper, "missing", lambda: "typst"):
        said = exported(ledger, tmp_path)
        told = exported(ledger, tmp_path, "--json").object
    assert said.code == 0
    assert "there is no PDF: the package typst is not installed" in " ".join(said.err.split())
    assert "cell-custody[pdf]" in said.err
    assert (told["pdf"], told["pdf_needs"]) == (None, "typst")
    assert not list((tmp_path / NUMBER).glob("*.pdf"))


def test_a_pdf_that_nobody_wants_is_left_out_without_a_word(
    sent: tuple[Path, Path], tmp_path: Path
) -> None:
    ledger, _ = sent
    said = exported(ledger, tmp_path, "--no-pdf")
    assert said.code == 0
    assert "PDF" not in said.err
    assert {p.name for p in (tmp_path / NUMBER).iterdir()} == PARTS - {f"{NUMBER}.pdf"}


def test_further_kinds_can_be_enclosed_and_a_wrong_kind_is_named(
    sent: tuple[Path, Path], tmp_path: Path
) -> None:
    ledger, _ = sent
    made = exported(ledger, tmp_path, "--enclose", "test_report", "--json").object
    assert any("test_report" in d["file"] for d in made["documents"])
    wrong = exported(ledger, tmp_path, "--enclose", "Test Report", "--json")
    assert (wrong.code, wrong.error["code"]) == (Exit.INPUT, "C184")


def test_a_rule_that_still_stands_against_issuing_is_said_and_where_to_settle_it(
    sent: tuple[Path, Path], tmp_path: Path
) -> None:
    ledger, _ = sent
    said = exported(ledger, tmp_path, number="SHP-2026-001")
    assert said.code == 0
    assert "EXP-014" in said.err
    assert "custody shipment issue-bundle" in " ".join(said.err.split())


def test_the_answer_lists_the_files_in_both_languages(
    sent: tuple[Path, Path], tmp_path: Path
) -> None:
    ledger, _ = sent
    english, chinese = (
        exported(ledger, tmp_path / lang, "--lang", lang, "--no-pdf") for lang in ("en", "zh")
    )
    assert "the only proof" in english.out
    assert "唯一的证据" in chinese.out
    assert "reading copy" not in chinese.out


def test_an_interrupted_export_leaves_no_folder_and_no_draft(
    sent: tuple[Path, Path], tmp_path: Path
) -> None:
    ledger, _ = sent
    papers = tmp_path / "papers"
    shutil.copytree(ledger / "documents", papers)
    out = tmp_path / "out"
    words = ["--ledger", str(ledger), "export", NUMBER, "-o", str(out), "--documents", str(papers)]
    child = subprocess.Popen(
        [CUSTODY, *words, *KEY],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **PLAIN},
    )
    deadline = time.monotonic() + 30
    while not out.exists() and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.0005)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    left = [p.name for p in out.iterdir()] if out.exists() else []
    assert left in ([], [NUMBER])
    if left:
        assert {p.name for p in (out / NUMBER).iterdir()} == PARTS


@pytest.mark.parametrize("below", ["", "sub"])
@pytest.mark.parametrize(("lang", "said"), [("en", "a folder is needed"), ("zh", "需要文件夹")])
def test_a_file_in_the_place_of_the_folder_is_told_as_what_it_is(
    below: str, lang: str, said: str, demo: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "out"
    taken.write_text("mine", encoding="utf-8")
    words = ("export", NUMBER, "-o", str(taken / below), "--bundle-only", *KEY, "--lang", lang)
    told = typed("--ledger", str(demo), *words, "--json")
    assert (told.code, told.error["code"]) == (Exit.INPUT, "C185")
    assert said in told.error["what"]
    assert taken.read_text(encoding="utf-8") == "mine"


def test_the_answer_is_one_json_document_of_its_own_kind(sent: tuple[Path, Path]) -> None:
    ledger, folder = sent
    told = exported(ledger, folder.parent, "--json").object
    assert told["kind"] == "custody.handover/v1"
    assert set(told["files"]) == PARTS - {"documents"}
    bundle = (folder / told["bundle"]).read_bytes()
    assert (told["sha256"], told["size"]) == (hashlib.sha256(bundle).hexdigest(), len(bundle))
    assert told["pdf"] == f"{NUMBER}.pdf"
