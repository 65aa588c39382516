"""A file given in the place of a receipt or a refresh file is a mistake, not evidence of fraud."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.stage import Said, typed

SHIPMENT = "SHP-2026-001"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def verified(ledger: Path, bundle: Path, *words: str) -> Said:
    return typed("verify", str(bundle), "--trust", str(ledger / "trust.json"), *words)


EMPTY, PDF = (b"", "it is empty", "它是空文件"), (b"%PDF-1.7\n", "it is a PDF", "它是 PDF")
NOTHING = ("nothing in it says that it is one", "没有任何内容表明")
RECEIPTS = [EMPTY, (b"hi\n", *NOTHING), PDF, (b"custody-ack/v1\n", "it is a promise", "承诺")]
FRAUD = (b'{"format":"custody-fraud/v1"}', "it is a fraud proof", "欺诈证明")
REFRESHES = [EMPTY, (b"{}", *NOTHING), PDF, FRAUD]


@pytest.mark.parametrize(
    ("place", "code", "content", "said", "chinese"),
    [
        *(("receipt", "C176", *row) for row in RECEIPTS),
        *(("refresh file", "C175", *row) for row in REFRESHES),
    ],
)
def test_another_file_in_its_place_is_a_mistake_and_no_verdict(
    place: str, code: str, content: bytes, said: str, chinese: str, demo: Path, tmp_path: Path
) -> None:
    (tmp_path / "wrong").write_bytes(content)
    words = ["receipt", "verify", "wrong"]
    if place == "refresh file":
        words = ["verify", str(demo / f"{SHIPMENT}.custody.json"), "--refresh", "wrong"]
    words += ["--trust", str(demo / "trust.json")]
    english = typed(*words)
    assert (english.code, english.out) == (6, "")
    assert code in english.err and said in english.err
    assert chinese in typed(*words, "--lang", "zh").err


def test_a_bundle_is_no_receipt_and_a_receipt_that_was_cut_is_still_judged(
    demo: Path, tmp_path: Path
) -> None:
    trust = ("--trust", str(demo / "trust.json"))
    bundle = typed("receipt", "verify", str(demo / f"{SHIPMENT}.custody.json"), *trust, "--json")
    assert (bundle.code, bundle.error["code"], bundle.error["why"]) == (6, "C176", "it is a bundle")
    typed("--ledger", str(demo), "receipt", "make", "214", "-o", str(tmp_path / "a"))
    (tmp_path / "cut").write_bytes((tmp_path / "a").read_bytes()[:-40])
    assert typed("receipt", "verify", "cut", *trust).code == 3


@pytest.mark.parametrize(
    ("name", "why"),
    [("trust.json", "it is a trust file"), (f"{SHIPMENT}.custody.json", "it is a bundle")],
)
def test_a_file_of_the_handover_is_no_refresh_file(name: str, why: str, demo: Path) -> None:
    bundle = demo / f"{SHIPMENT}.custody.json"
    said = verified(demo, bundle, "--refresh", str(demo / name), "--json")
    assert (said.code, said.error["code"], said.error["why"]) == (6, "C175", why)


def test_a_damaged_refresh_file_leaves_the_question_open(demo: Path, tmp_path: Path) -> None:
    """It says what it is, so it is judged; but it never condemns a bundle that is genuine."""
    (tmp_path / "damaged").write_bytes(b'{ "format": "custody-refresh/v1"')
    said = verified(demo, demo / f"{SHIPMENT}.custody.json", "--refresh", "damaged", "--json")
    assert (said.code, said.object["verdict"]) == (4, "cannot_tell")
