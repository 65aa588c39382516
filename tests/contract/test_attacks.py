"""Every attack of the catalogue is a vector, and each is refused for its own reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract import attacks_index, make_vectors
from contract.attacks_case import Attack, exported, tiny_sealed
from contract.attacks_runner import HONEST, audited, expected
from contract.attacks_story import bent
from contract.vector_runner import bundle
from custody.app.verification.verifying import verify_bundle
from custody.evidence.findings import Verdict
from custody.evidence.trust import TrustRoot

VECTORS = make_vectors.EVENTS / "vectors"
ATTACKS = VECTORS / attacks_index.AREA
FOLDERS = sorted(path.parent for path in ATTACKS.rglob("expect.json"))
BUNDLES = [folder for folder in FOLDERS if (folder / "bundle.custody.json").exists()]
FILES = [folder for folder in FOLDERS if folder not in BUNDLES]
ROOT = VECTORS.parents[1]


def index() -> Any:
    return json.loads((VECTORS / attacks_index.PATH).read_text(encoding="utf-8"))


def short_name(folder: Path) -> str:
    return folder.name


@pytest.mark.parametrize("folder", BUNDLES, ids=short_name)
def test_an_attack_on_a_bundle_is_answered_for_exactly_its_own_reasons(folder: Path) -> None:
    wanted = expected(folder)
    assert bundle(folder) == {"verdict": wanted["verdict"], "found": wanted["found"]}
    if wanted["verdict"] == "genuine":
        assert wanted["found"] == []
    else:
        assert [wanted["step"], wanted["code"]] in wanted["found"]


@pytest.mark.parametrize("folder", FILES, ids=short_name)
def test_an_attack_on_a_ledger_file_is_found_by_the_audit(folder: Path, tmp_path: Path) -> None:
    wanted = expected(folder)
    assert audited(folder, tmp_path) == wanted["audit"]
    if folder.name != HONEST:
        assert [wanted["step"], wanted["code"]] in wanted["audit"]


def unpublished() -> Iterator[Attack]:
    for source in attacks_index.STORIES:
        for group in source.GROUPS:
            yield from (attack for attack in group() if not attack.published)


@pytest.mark.parametrize("attack", list(unpublished()), ids=lambda attack: attack.name)
def test_a_further_attack_on_the_story_is_answered_for_exactly_its_own_reasons(
    attack: Attack,
) -> None:
    raw = attack.file()
    found = attack.expected(raw, attack.trust or attacks_index.trust_file())
    assert attack.code == "" or [attack.step, attack.code] in found["found"]


def test_every_number_of_the_catalogue_has_a_vector() -> None:
    catalogue = index()["catalogue"]
    assert set(catalogue) == {*map(str, range(1, 89)), "72b"}
    assert [number for number, row in catalogue.items() if not row["vectors"]] == []


def test_more_than_forty_attacks_are_of_the_domain() -> None:
    domain = [row["vector"] for row in index()["domain"]]
    assert len(set(domain)) == len(domain) >= 40
    assert sum("/l" in name for name in domain) >= 10, "attacks on ledger files"


def test_the_index_names_only_what_is_there_and_says_what_is_there() -> None:
    rows = [row for entry in index()["catalogue"].values() for row in entry["vectors"]]
    for row in [*rows, *index()["domain"]]:
        wanted = expected(VECTORS / row["vector"])
        assert {key: wanted[key] for key in ("step", "code") if key in wanted} == {
            key: row[key] for key in ("step", "code") if key in row
        }, row
    tests = [entry["test"] for entry in index()["catalogue"].values() if "test" in entry]
    assert [path for path in tests if not (ROOT / path).is_file()] == []


def test_every_attack_stands_in_the_index() -> None:
    rows = [row for entry in index()["catalogue"].values() for row in entry["vectors"]]
    named = {row["vector"] for row in [*rows, *index()["domain"], *index()["form"]]}
    there = {f"{attacks_index.AREA}/{folder.name}" for folder in FOLDERS if folder.name != HONEST}
    assert there - named == set()


def test_every_attack_says_in_both_languages_who_does_what() -> None:
    for folder in FOLDERS:
        text = (folder / "README.md").read_text(encoding="utf-8")
        title, english, chinese = text.split("\n\n")
        assert title.startswith("# "), folder
        assert not re.search("[\u4e00-\u9fff]", english), folder
        assert re.search("[\u4e00-\u9fff]{3}", chinese), folder


def test_attacks_touch_every_step_and_every_verdict() -> None:
    wanted = [expected(folder) for folder in BUNDLES]
    assert {w["verdict"] for w in wanted} == {verdict.value for verdict in Verdict}
    assert {w["step"] for w in wanted if "step" in w} == {f"V{n}" for n in range(1, 10)}
    assert {expected(folder).get("step") for folder in FILES} >= {"A1", "A2", "A3", "A5"}


def test_what_is_attacked_is_genuine_by_itself() -> None:
    told = bent()()
    report = verify_bundle(
        told.export().to_bytes(),
        attacks_index.trust_file(),
        now=told.clock + 3_600,
    )
    assert report.genuine, report.findings
    tiny = verify_bundle(
        exported(tiny_sealed()).to_bytes(),
        attacks_index.trust_file(),
        now=tiny_sealed().clock + 3_600,
    )
    # Its words are too few for the domain; all evidence before that holds.
    assert {finding.step for finding in tiny.findings} == {"V7"}
    assert TrustRoot.parse(attacks_index.trust_file()).origin == tiny.evidence.origin


def test_the_honest_ledger_file_is_found_to_be_so(tmp_path: Path) -> None:
    assert audited(ATTACKS / HONEST, tmp_path) == []
