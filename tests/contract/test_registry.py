"""The contract keeps its promises: what is frozen, final or published never changes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contract import regenerate
from custody import contract
from custody.domain.model import TYPES
from custody.errors import Text
from custody.evidence.bundle import Bundle
from custody.evidence.checkpoint import parse_checkpoint
from custody.evidence.entry import Entry
from custody.evidence.merkle import leaf_hash, verify_inclusion
from custody.evidence.seal import Seal
from custody.evidence.trust import TrustRoot

EVENTS = regenerate.EVENTS
SOURCE = Path(__file__).parents[2] / "src" / "custody"
THAWED = "vial.thawed/v1"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the contract without its vectors, in which every type is a draft again."""
    made = Path(shutil.copytree(EVENTS, tmp_path / "events", ignore=lambda d, _: _vectors(d)))
    shutil.rmtree(made / "published", ignore_errors=True)
    document = registry(made)
    document["published"] = []
    for entry in document["types"]:
        entry["status"] = "draft"
    (made / "registry.json").write_text(regenerate.text_of(document), encoding="utf-8")
    return made


def _vectors(folder: str) -> set[str]:
    return {"vectors"} if Path(folder) == EVENTS else set()


def frozen(copy: Path, *names: str) -> None:
    """Freeze types in the copy."""
    regenerate.write(regenerate.wanted(copy, frozenset(names)))


def registry(events: Path = EVENTS) -> dict[str, Any]:
    """Return the registry."""
    found: dict[str, Any] = json.loads((events / "registry.json").read_text(encoding="utf-8"))
    return found


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_contract_is_what_the_declarations_say() -> None:
    assert regenerate.differing(regenerate.wanted()) == [], "run: make contract"


def test_frozen_schemas_and_final_documents_still_have_their_hashes() -> None:
    document = registry()
    for entry in document["documents"]:
        assert entry["status"] == "final"
        assert sha256(EVENTS / entry["path"]) == entry["sha256"], entry["path"]
    for entry in document["types"]:
        if entry["status"] == "frozen":
            schema = EVENTS / entry["path"] / "schema.json"
            assert sha256(schema) == entry["schema_sha256"], entry["type"]
    for entry in document["published"]:
        assert sha256(EVENTS / entry["path"]) == entry["sha256"], entry["path"]


def test_the_changelog_names_everything_that_never_changes_with_its_hash() -> None:
    document = registry()
    lasting = [(e["path"], e["sha256"]) for e in document["documents"]]
    lasting += [(e["type"], e["schema_sha256"]) for e in document["types"] if regenerate.kept(e)]
    text = (EVENTS / "CHANGELOG.md").read_text(encoding="utf-8")
    listed = re.findall(r"^- (\S+) (?:final,|frozen, schema) ([0-9a-f]{64})$", text, re.MULTILINE)
    assert sorted(listed) == sorted(lasting)


def test_every_file_of_a_type_is_there_and_nothing_else() -> None:
    wanted = {
        f"{entry['path']}/{name}"
        for entry in registry()["types"]
        for name in ("schema.json", "example.json", "example_fail.json", "README.md")
    }
    there = (p for p in (EVENTS / "types").rglob("*") if p.is_file())
    assert {str(p.relative_to(EVENTS)) for p in there} == wanted


def test_published_examples_are_exactly_those_in_the_registry() -> None:
    there = {str(p.relative_to(EVENTS)) for p in (EVENTS / "published").rglob("*.json")}
    assert there == {entry["path"] for entry in registry()["published"]}


def test_freezing_publishes_the_example_and_notes_it_in_the_changelog(copy: Path) -> None:
    frozen(copy, THAWED)
    after = registry(copy)
    entry = next(e for e in after["types"] if e["type"] == THAWED)
    assert entry["status"] == "frozen"
    assert [e["path"] for e in after["published"]] == ["published/vial/thawed/v1/0001.json"]
    kept = copy / "published/vial/thawed/v1/0001.json"
    assert kept.read_bytes() == (copy / entry["path"] / "example.json").read_bytes()
    line = f"- {THAWED} frozen, schema {entry['schema_sha256']}\n"
    assert (copy / "CHANGELOG.md").read_text(encoding="utf-8").endswith(line)
    assert regenerate.differing(regenerate.wanted(copy)) == []


def test_a_frozen_type_cannot_change_its_schema(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(copy, THAWED)
    changed = dataclasses.replace(TYPES[THAWED], title=Text("vial warmed", "冻存管升温"))
    monkeypatch.setitem(TYPES, THAWED, changed)
    with pytest.raises(regenerate.Refused, match="is frozen"):
        regenerate.wanted(copy)


def test_a_draft_may_change_its_schema(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = dataclasses.replace(TYPES[THAWED], title=Text("vial warmed", "冻存管升温"))
    monkeypatch.setitem(TYPES, THAWED, changed)
    stale = regenerate.differing(regenerate.wanted(copy))
    assert "types/vial/thawed/v1/schema.json" in stale


def test_a_frozen_type_cannot_be_removed(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(copy, THAWED)
    monkeypatch.delitem(TYPES, THAWED)
    with pytest.raises(regenerate.Refused, match="never be removed"):
        regenerate.wanted(copy)


def test_a_better_example_of_a_frozen_type_is_added_and_the_old_one_stays(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(copy, THAWED)
    examples = json.loads(regenerate.EXAMPLES.read_text(encoding="utf-8"))
    examples[THAWED]["viability"] = "88.0"
    (tmp_path / "examples.json").write_text(json.dumps(examples), encoding="utf-8")
    monkeypatch.setattr(regenerate, "EXAMPLES", tmp_path / "examples.json")
    regenerate.write(regenerate.wanted(copy))
    assert [e["path"][-9:] for e in registry(copy)["published"]] == ["0001.json", "0002.json"]


@pytest.mark.parametrize("how", ["changed", "removed"])
def test_a_published_example_cannot_be_touched(copy: Path, how: str) -> None:
    frozen(copy, THAWED)
    kept = copy / "published/vial/thawed/v1/0001.json"
    if how == "removed":
        kept.unlink()
    else:
        kept.write_text(kept.read_text(encoding="utf-8").replace("91.4", "99.4"), encoding="utf-8")
    with pytest.raises(regenerate.Refused, match="was published"):
        regenerate.wanted(copy)


@pytest.mark.parametrize("path", regenerate.DOCUMENTS)
def test_a_final_document_cannot_change(copy: Path, path: str) -> None:
    with (copy / path).open("ab") as stream:
        stream.write(b" ")
    with pytest.raises(regenerate.Refused, match="is final"):
        regenerate.wanted(copy)


def test_an_unknown_type_cannot_be_frozen(copy: Path) -> None:
    with pytest.raises(regenerate.Refused, match=r"no type vial\.melted/v1"):
        regenerate.wanted(copy, frozenset({"vial.melted/v1"}))


def test_the_check_lists_what_differs_and_writes_nothing(copy: Path) -> None:
    (copy / "types/vial/thawed/v1/README.md").write_text("edited by hand\n", encoding="utf-8")
    command = [sys.executable, regenerate.__file__, "--check", "--events", str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "types/vial/thawed/v1/README.md\n")
    assert (copy / "types/vial/thawed/v1/README.md").read_text("utf-8") == "edited by hand\n"


def test_labels_are_exactly_those_that_keep_signed_and_hashed_bytes_apart() -> None:
    labels = contract.read("labels.json") | contract.read("labels-2.json")
    pattern = re.compile(
        r"custody-(?!vault)[a-z-]+/v[0-9]+|application/vnd\.[a-z0-9.+-]+|DSSEv1"
        r"|(?<![a-z])(?:cosignature|subtree)/v[0-9]+"
    )
    used = {
        word
        for path in (SOURCE / "evidence").glob("*.py")
        for word in pattern.findall(path.read_text(encoding="utf-8"))
    }
    assert used == set(labels)
    assert all(set(label) == {"en", "zh"} for label in labels.values())


@pytest.mark.parametrize("name", ["bundle", "envelope", "fraud", "refresh", "trust"])
def test_the_example_of_a_byte_format_fits_its_schema(name: str) -> None:
    schema = contract.read(f"{name}/v1/schema.json")
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(contract.read(f"{name}/v1/example.json"))


def test_the_payload_of_the_example_entry_fits_the_schema_inside_the_schema() -> None:
    schema = contract.read("envelope/v1/schema.json")
    payload = Entry.parse((EVENTS / "envelope/v1/example.json").read_bytes()).payload_bytes
    inner = {**schema["$defs"]["payload"], "$defs": schema["$defs"]}
    Draft202012Validator(inner).validate(json.loads(payload))


def test_the_examples_of_the_byte_formats_belong_together() -> None:
    seal = (EVENTS / "checkpoint/v1/seal.txt").read_bytes()
    checkpoint, _ = parse_checkpoint((EVENTS / "checkpoint/v1/example.txt").read_bytes())
    bundle = Bundle.parse((EVENTS / "bundle/v1/example.json").read_bytes())
    trust = TrustRoot.parse((EVENTS / "trust/v1/example.json").read_bytes())
    assert bundle.seal == seal
    assert bundle.checkpoint == (EVENTS / "checkpoint/v1/example.txt").read_bytes()
    assert (EVENTS / "envelope/v1/example.json").read_bytes() in {e.wire for e in bundle.events}
    assert trust.origin == checkpoint.origin == Seal.parse(seal).origin
    index, size = Seal.parse(seal).index, checkpoint.size
    assert verify_inclusion(leaf_hash(seal), index, size, bundle.seal_path, checkpoint.root)


def test_every_folder_of_a_byte_format_is_explained_in_both_languages() -> None:
    for name in ("bundle", "checkpoint", "envelope", "fraud", "receipt", "refresh", "trust"):
        text = (EVENTS / name / "v1" / "README.md").read_text(encoding="utf-8")
        assert text.startswith("# ")
        assert re.search(r"^## .*第 1 版$", text, re.MULTILINE), name
