"""The vectors are the law: the library gives every answer they demand, for the reason they name."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from contract import make_vectors
from contract.bundle_cases import bundle, short_sealed
from contract.vector_ledger import trust
from contract.vector_runner import AREAS, run
from custody import contract
from custody.evidence.findings import CODES, Verdict
from custody.evidence.verify import verify_evidence

VECTORS = make_vectors.EVENTS / "vectors"
# The attacks have tests of their own: some are on ledger files.
FOLDERS = sorted(
    p.parent for p in VECTORS.rglob("expect.json") if p.parent.parent.name != "attacks"
)
BUNDLES = [folder for folder in FOLDERS if folder.parent.name == "bundle"]
SIZE_LIMIT = 16 << 20


def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    return found


def short_name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", [f for f in FOLDERS if f not in BUNDLES], ids=short_name)
def test_a_part_of_the_verifier_answers_as_its_vector_demands(folder: Path) -> None:
    assert run(folder) == expected(folder)


@pytest.mark.parametrize("folder", BUNDLES, ids=short_name)
def test_a_bundle_gets_its_verdict_for_exactly_the_reasons_its_vector_names(folder: Path) -> None:
    wanted = expected(folder)
    assert run(folder) == {"verdict": wanted["verdict"], "found": wanted["found"]}
    if wanted["verdict"] == "genuine":
        assert wanted["found"] == []
        assert "code" not in wanted
    else:
        assert [wanted["step"], wanted["code"]] in wanted["found"]


def test_names_tell_what_must_be_refused() -> None:
    for folder in FOLDERS:
        wanted = expected(folder)
        good = wanted.get("ok", wanted.get("verdict") == "genuine")
        assert good != folder.name.endswith("_fail"), short_name(folder)


def test_every_area_holds_good_vectors_and_bad_ones() -> None:
    assert {folder.parent.name for folder in FOLDERS} == set(AREAS)
    for area in AREAS:
        kinds = {f.name.endswith("_fail") for f in FOLDERS if f.parent.name == area}
        assert kinds == {True, False}, area


def test_every_vector_says_why_it_is_there() -> None:
    for folder in FOLDERS:
        title, _, why = (folder / "README.md").read_text(encoding="utf-8").partition("\n\n")
        assert title.startswith("# ") and why.endswith(".\n"), short_name(folder)


def test_bundles_show_every_verdict_and_every_step() -> None:
    wanted = [expected(folder) for folder in BUNDLES]
    assert {w["verdict"] for w in wanted} == {v.value for v in Verdict}
    assert {w["step"] for w in wanted if "step" in w} == {f"V{n}" for n in range(1, 10)}


def test_bundles_show_every_finding_that_the_bytes_of_a_bundle_can_lead_to() -> None:
    elsewhere = {
        "E02",  # the pin is given beside the trust file
        "E27",  # needs the memory of a verifier
        "E30",  # needs the key of a time-stamp authority
    }
    shown = {code for folder in BUNDLES for _, code in expected(folder)["found"]}
    early = {code for code in CODES if code <= "E30"}
    assert early - elsewhere <= shown
    findings = {code for code in shown if re.fullmatch("E[0-9]{2}", code)}
    assert findings <= set(contract.vocabulary("findings"))


def test_the_short_ledger_is_honest_so_that_each_attack_is_the_only_one() -> None:
    ledger = short_sealed()
    report = verify_evidence(
        bundle(ledger).to_bytes(),
        trust(),
        ledger.clock + 60,
        alias_fields=contract.alias_fields,
        known_types=contract.is_known,
        private_fields=contract.private_names,
    )
    assert (report.verdict, report.findings) == (Verdict.GENUINE, ())


def test_the_generator_makes_the_very_same_vectors_again() -> None:
    assert make_vectors.differing(make_vectors.files(), VECTORS) == [], "run make_vectors.py"


def test_the_generator_makes_the_very_same_examples_again() -> None:
    for path, content in make_vectors.documents().items():
        assert (make_vectors.EVENTS / path).read_bytes() == content, path


def test_the_vectors_stay_small() -> None:
    assert sum(p.stat().st_size for p in VECTORS.rglob("*") if p.is_file()) < SIZE_LIMIT
