"""The page in a real browser gives every answer the vectors demand, and says it as Python does."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from custody.app.verification.verifying import Report, verify_bundle
from custody.errors import TrustError
from custody.evidence.encoding import sha256
from custody.evidence.payload import seconds_of
from page.browser import Case, run_in_browser, verify_in_browser

VECTORS = Path(__file__).parents[2] / "events" / "vectors"
FOLDERS = sorted(found.parent for found in VECTORS.rglob("expect.json"))
# A bundle vector is known by its file, so that a new folder of bundles is picked up by itself.
BUNDLES = [folder for folder in FOLDERS if (folder / "bundle.custody.json").is_file()]
# What else lies among the attacks are ledger files: a page judges none.
PARTS = [f for f in FOLDERS if f not in BUNDLES and f.parent.name != "attacks"]


def short_name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expect.json").read_bytes())
    return found


def documents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "attachments").glob("*"))]


@cache
def outcomes() -> dict[Path, dict[str, Any]]:
    """Every vector of a part of the verifier, run in one page."""
    given = [
        (
            folder.parent.name,
            {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()},
        )
        for folder in PARTS
    ]
    return dict(zip(PARTS, run_in_browser(given), strict=True))


@cache
def reports() -> dict[Path, dict[str, Any]]:
    """Every bundle, judged in one page."""
    cases = []
    for folder in BUNDLES:
        wanted = expected(folder)
        cases.append(
            Case(
                (folder / "bundle.custody.json").read_bytes(),
                (folder / "trust.json").read_bytes(),
                wanted["at"],
                bool(wanted.get("archive")),
                wanted.get("pin"),
                documents=documents(folder),
            )
        )
    return dict(zip(BUNDLES, verify_in_browser(cases), strict=True))


def python_report(folder: Path) -> Report:
    wanted = expected(folder)
    return verify_bundle(
        (folder / "bundle.custody.json").read_bytes(),
        (folder / "trust.json").read_bytes(),
        now=seconds_of(wanted["at"]),
        archive=bool(wanted.get("archive")),
        pin=wanted.get("pin"),
        attachments={sha256(content).hex(): content for content in documents(folder)},
    )


@pytest.mark.parametrize("folder", PARTS, ids=short_name)
def test_a_part_of_the_page_answers_as_its_vector_demands(folder: Path) -> None:
    assert outcomes()[folder] == expected(folder)


@pytest.mark.parametrize("folder", BUNDLES, ids=short_name)
def test_a_bundle_gets_its_verdict_in_the_browser_for_the_reasons_its_vector_names(
    folder: Path,
) -> None:
    report, wanted = reports()[folder], expected(folder)
    if "unusable" in report:
        assert wanted["found"] == [["V2", report["unusable"]]]
        assert wanted["verdict"] == "cannot_tell"
        return
    assert report["failure"] is None
    found = {(step["step"], f["code"]) for step in report["steps"] for f in step["findings"]}
    assert sorted(found) == [tuple(pair) for pair in wanted["found"]]
    assert report["verdict"] == wanted["verdict"]


@pytest.mark.parametrize("folder", BUNDLES, ids=short_name)
def test_the_browser_reports_what_python_reports_to_the_word(folder: Path) -> None:
    report = reports()[folder]
    try:
        wanted = python_report(folder).plain()
    except TrustError as unusable:
        assert report["unusable"] == unusable.code
        return
    assert {key: report[key] for key in wanted} == wanted


def test_there_are_vectors_for_every_part_and_for_every_verdict() -> None:
    assert len(PARTS) > 200
    assert {expected(folder)["verdict"] for folder in BUNDLES} == {
        "genuine",
        "not_genuine",
        "cannot_tell",
    }
