"""Partners witness a ledger, by files and over the network; recipients see who vouches for it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cli.stage import CUSTODY, PLAIN, started, typed

KEY = ("--passphrase-command", "echo demo")
SHIPMENT = "SHP-2026-001"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four witnesses in one folder, made once; each test works on copies."""
    place = tmp_path_factory.mktemp("witnesses")
    for number in (1, 2, 3, 4):
        name = f"witness.example/w{number}"
        said = typed("witness", "init", str(place / f"w{number}"), "--name", name, *KEY)
        assert said.code == 0, said.err
    return place


@pytest.fixture(scope="module")
def vouched(demo: Path, made: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The demonstration's ledger after its root keys adopted a quorum of three of four."""
    place = tmp_path_factory.mktemp("vouched")
    book, witnesses = place / "ledger", place / "witnesses"
    shutil.copytree(demo, book)
    shutil.copytree(made, witnesses)
    here = ("--ledger", str(book))
    named = []
    for number in (1, 2, 3, 4):
        key = typed("witness", "show", str(witnesses / f"w{number}"), "--json").object["keys"][0]
        named += ["--witness", f"w{number}={key}"]
    roots = ("--key", "root-1", "--key", "root-2")
    draft, signed = str(place / "draft.json"), str(place / "signed.json")
    for words in (
        (*here, "trust", "draft", *named, "--quorum", "3", "-o", draft, *KEY),
        (*here, "trust", "sign", draft, *roots, "-o", signed, *KEY),
        (*here, "trust", "adopt", signed, "--as", "root-1", "--as", "root-2", *KEY),
        (*here, "checkpoint", *KEY),
    ):
        said = typed(*words)
        assert said.code == 0, (words, said.err)
    for number in (1, 2, 3, 4):
        trust = str(book / "trust.json")
        said = typed(
            "witness", "trust-ledger", str(witnesses / f"w{number}"), "--trust", trust, "--json"
        )
        assert said.code == 0, said.err
    return book, witnesses


@pytest.fixture
def here(vouched: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """Copies of both that the test may spoil."""
    book, witnesses = tmp_path / "ledger", tmp_path / "witnesses"
    shutil.copytree(vouched[0], book)
    shutil.copytree(vouched[1], witnesses)
    return book, witnesses


@contextmanager
def serving(folder: Path, stop: int = signal.SIGINT) -> Iterator[str]:
    """A witness that answers on this machine, as its own process; yields its URL."""
    process = subprocess.Popen(
        [CUSTODY, "witness", "serve", str(folder), "--port", "0", "--json", *KEY],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **PLAIN},
        text=True,
    )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5)]
        yield json.loads("".join(lines))["url"]
    finally:
        process.send_signal(stop)
        _, said = process.communicate(timeout=20)
        if stop == signal.SIGINT:
            assert process.returncode == 130, said
            assert "Traceback" not in said


def ask(book: Path, *urls: str) -> Any:
    return typed("--ledger", str(book), "witness", "ask", *urls, "--json", env={"NO_PROXY": "*"})


def test_a_bundle_needs_its_witnesses_and_has_them_after_files_and_calls(
    here: tuple[Path, Path], tmp_path: Path
) -> None:
    book, witnesses = here
    at = ("--ledger", str(book))
    refused = typed(*at, "export", SHIPMENT, "-o", str(tmp_path / "out"), "--bundle-only", *KEY)
    assert (refused.code, "C2605" in refused.err) == (5, True)
    assert not (tmp_path / "out").exists()
    # One by files …
    request, answer = str(tmp_path / "request.txt"), str(tmp_path / "answer.txt")
    for words in (
        (*at, "witness", "request", "--witness", "w1", "-o", request),
        ("witness", "cosign", str(witnesses / "w1"), request, "-o", answer, *KEY),
        (*at, "witness", "add", answer),
    ):
        said = typed(*words)
        assert said.code == 0, (words, said.err)
    status = typed(*at, "witness", "status", "--json").object
    assert (status["quorum"]["met"], status["quorum"]["missing"]) == (False, ["w2", "w3", "w4"])
    # … and two over the network.
    with serving(witnesses / "w2") as two, serving(witnesses / "w3") as three:
        said = ask(book, two, three)
    assert said.code == 0, said.err
    assert [row["added"] for row in said.object["answers"]] == [["w2"], ["w3"]]
    assert said.object["quorum"] == {"demanded": True, "met": True, "missing": ["w4"]}
    exported = typed(*at, "export", SHIPMENT, "-o", str(tmp_path), "--bundle-only", *KEY)
    assert exported.code == 0, exported.err
    (bundle,) = tmp_path.glob("*.custody.json")
    verified = typed(
        *("verify", str(bundle), "--trust", str(book / "trust.json"), "--memory", "none", "--json")
    )
    assert (verified.code, verified.object["verdict"]) == (0, "genuine"), verified.out
    assert verified.object["witnesses"] == ["w1", "w2", "w3"]
    assert verified.object["single_operator"] is False


def test_a_witness_that_is_shown_a_rewritten_ledger_refuses_and_keeps_both(
    here: tuple[Path, Path], tmp_path: Path
) -> None:
    book, witnesses = here
    other = tmp_path / "other"
    shutil.copytree(book, other)
    for place, number in ((book, "P-901"), (other, "P-902")):
        by = ("--printed-name", "Invented Person", "--as", "Zhao Lan", *KEY)
        for words in (("person", "register", number, *by), ("checkpoint", *KEY)):
            said = typed("--ledger", str(place), *words)
            assert said.code == 0, said.err
    with serving(witnesses / "w1") as url:
        first = ask(book, url)
        assert first.code == 0, first.err
        second = ask(other, url)
    assert (second.code, second.error["code"]) == (3, "C447")
    shown = typed("witness", "show", str(witnesses / "w1"), "--json").object
    assert len(shown["forks"]) == 2
    told = typed("witness", "show", str(witnesses / "w1"), "--lang", "zh")
    assert "相互矛盾" in told.out


def test_a_witness_killed_while_serving_has_forgotten_nothing(here: tuple[Path, Path]) -> None:
    book, witnesses = here
    with serving(witnesses / "w4", stop=signal.SIGKILL) as url:
        assert ask(book, url).code == 0
    shown = typed("witness", "show", str(witnesses / "w4"), "--json").object
    assert shown["ledgers"][0]["size"] is not None
    # Its answer may be had again, from a file this time.
    request = typed("--ledger", str(book), "witness", "request", "--from", "0", "--json").object
    again = started(
        *("witness", "cosign", str(witnesses / "w4"), "-", *KEY, "--json"),
        stdin=request["request"].encode(),
    )
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["size"] == shown["ledgers"][0]["size"]


def test_of_several_addresses_each_answers_for_itself(here: tuple[Path, Path]) -> None:
    book, witnesses = here
    with serving(witnesses / "w2") as url:
        said = ask(book, "http://127.0.0.1:9", url, "nonsense")
    assert said.object["answers"][0]["added"] == ["w2"]
    assert (said.code, said.error["code"]) == (6, "C193")
    assert [reason["code"] for reason in said.error["reasons"]] == ["C193", "C197"]


def test_everything_is_said_in_both_languages_and_as_json(here: tuple[Path, Path]) -> None:
    book, witnesses = here
    at = ("--ledger", str(book))
    for words, en, zh in (
        ((*at, "witness", "status"), "too few witnesses have signed", "见证签名不足"),
        (("witness", "show", str(witnesses / "w1")), "for trust files", "供信任文件使用"),
        ((*at, "witness", "request", "--witness", "w9"), "which witness", "哪个见证方"),
        (("witness", "show", str(book)), "no witness in this folder", "没有见证方"),
        (("witness", "cosign", str(witnesses / "w1"), str(book / "trust.json"), *KEY),
         "the request cannot be read", "无法读取该请求"),
        ((*at, "witness", "add", str(book / "trust.json")),
         "the answer cannot be used", "该答复无法使用"),
        (("witness", "init", str(book), "--name", "witness.example/x", *KEY), "in use", "已被使用"),
        (("witness", "init", str(book / "w"), "--name", "two words", *KEY),
         "name of a", "见证方名称"),
    ):  # fmt: skip
        english, chinese = typed(*words), typed(*words, "--lang", "zh")
        assert en in english.out + english.err, words
        assert zh in chinese.out + chinese.err, words
        document = typed(*words, "--json")
        kind = document.object["kind"] if document.code == 0 else document.error["kind"]
        assert kind.startswith("custody."), words
        assert english.code == chinese.code == document.code


def test_a_witness_may_have_a_second_key_for_the_time_after_quantum_computers(
    tmp_path: Path,
) -> None:
    words = ("witness", "init", str(tmp_path / "w"), "--name", "witness.example/w1")
    said = typed(*words, "--post-quantum", *KEY)
    assert said.code == 0, said.err
    keys = said.out.splitlines()[1:]
    assert [len(key) > 1000 for key in keys] == [False, True]
    assert oct((tmp_path / "w").stat().st_mode)[-3:] == "700"


def test_a_beginning_without_passphrase_leaves_nothing_behind(tmp_path: Path) -> None:
    said = typed(
        "witness", "init", str(tmp_path / "w"), "--name", "witness.example/w1", "--no-input"
    )
    assert said.code == 9
    assert list(tmp_path.iterdir()) == []
