"""Write `events/types`, `events/registry.json` and `events/published` from the declarations.

    python tests/contract/regenerate.py             write; refuses to change what is frozen or final
    python tests/contract/regenerate.py --check     write nothing, list what differs, exit 1
    python tests/contract/regenerate.py --freeze TYPE [TYPE …]
                                                    the deliberate step from draft to frozen
    python tests/contract/regenerate.py --events DIR …
                                                    the same on a copy of events/

It judges nothing but the contract's own promises: a frozen schema, a final document and an example
that was once published never change.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, `contract` is a sibling

from contract.readme import readme_of
from contract.schemas import schema_of
from custody.domain import nouns  # noqa: F401 - importing declares every type
from custody.domain.model import TYPES, Sig, TypeSpec

EVENTS = Path(__file__).parents[2] / "events"
EXAMPLES = Path(__file__).parent / "examples.json"
FAILS = Path(__file__).parent / "fails.json"  # type → a body that must be refused

# Byte formats and labels, final from the first commit: what is signed cannot change its meaning.
DOCUMENTS = (
    "bundle/v1/example.json",
    "bundle/v1/schema.json",
    "checkpoint/v1/example.txt",
    "checkpoint/v1/seal.txt",
    "envelope/v1/example.json",
    "envelope/v1/schema.json",
    "fraud/v1/example.json",
    "fraud/v1/schema.json",
    "labels-2.json",
    "labels.json",
    "receipt/v1/example.tlog-proof",
    "receipt/v1/promise.txt",
    "refresh/v1/example.json",
    "refresh/v1/schema.json",
    "trust/v1/example.json",
    "trust/v1/schema.json",
)


class Refused(SystemExit):
    """The contract would break a promise; nothing was written."""


@dataclass
class Contract:
    """The generated files (path below events/ to text) and the registry they are listed in."""

    events: Path
    files: dict[str, str] = field(default_factory=dict)
    frozen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        place = self.events / "registry.json"
        old = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
        self.types = {entry["type"]: entry for entry in old.get("types", ())}
        self.documents = {entry["path"]: entry for entry in old.get("documents", ())}
        self.published = [dict(entry) for entry in old.get("published", ())]


def text_of(document: Any) -> str:
    """Return the one spelling of a generated JSON file."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def digest(content: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def path_of(spec: TypeSpec) -> str:
    """Return the folder of a type below events/types, for example ``vial/thawed/v1``."""
    name, version = spec.name.split("/")
    noun, verb = name.split(".", 1)
    return f"{noun}/{verb}/{version}"


def entry_of(spec: TypeSpec, status: str, schema: str, example: str) -> dict[str, Any]:
    """Return the registry's entry of a type."""
    return {
        "type": spec.name,
        "status": status,
        "path": f"types/{path_of(spec)}",
        "schema_sha256": digest(schema.encode()),
        "example_sha256": digest(example.encode()),
        "kinds": list(spec.kinds),
        "command": list(spec.command),
        "title": {"en": spec.title.en, "zh": spec.title.zh},
        "meaning": {"en": spec.meaning.en, "zh": spec.meaning.zh},
        "signers": _pairs(spec.signers),
        **({"in_keys": _pairs(spec.in_keys)} if spec.in_keys else {}),
        "minimum": spec.minimum,
        "every": spec.every,
        "opens": spec.opens,
        "when": list(spec.when),
        "then": spec.then or "",
        "links": [
            {
                "rel": r.rel,
                "kinds": list(r.kinds),
                "en": r.en,
                "zh": r.zh,
                "least": r.least,
                "most": r.most,
                "lineage": r.lineage,
            }
            for r in spec.links
        ],
        "aliases": spec.aliases,
        "private": [
            {"name": p.name, "en": p.en, "zh": p.zh, "least": p.least} for p in spec.private
        ],
        "gate": spec.gate or "",
        "next": list(spec.next),
        "plumbing": spec.plumbing,
    }


def _pairs(signers: Iterable[Sig]) -> list[dict[str, str]]:
    return [{"role": s.role, "meaning": s.meaning} for s in signers]


def wanted(events: Path = EVENTS, freeze: frozenset[str] = frozenset()) -> Contract:
    """Return the contract as the declarations want it.

    Raises:
        Refused: a frozen schema or final document would change, a published example was touched,
            a type without an example, or `freeze` names a type there is not.
    """
    contract = Contract(events)
    if unknown := freeze - TYPES.keys():
        raise Refused(f"there is no type {', '.join(sorted(unknown))}")
    if lost := sorted(n for n, e in contract.types.items() if kept(e) and n not in TYPES):
        raise Refused(f"{', '.join(lost)} is frozen and can never be removed")
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    fails = json.loads(FAILS.read_text(encoding="utf-8"))
    entries = [_type(contract, TYPES[n], examples, fails, n in freeze) for n in sorted(TYPES)]
    documents = [_document(contract, path) for path in DOCUMENTS]
    _published_are_untouched(contract)
    contract.files["registry.json"] = text_of(
        {
            "format": "custody-registry/v1",
            "documents": documents,
            "published": sorted(contract.published, key=lambda e: str(e["path"])),
            "types": entries,
        }
    )
    if contract.frozen:
        _note_in_changelog(contract)
    return contract


def kept(entry: dict[str, Any]) -> bool:
    """Whether an entry of the registry may not change any more."""
    return entry["status"] in ("frozen", "final")


def _type(
    contract: Contract,
    spec: TypeSpec,
    examples: dict[str, Any],
    fails: dict[str, Any],
    freeze: bool,
) -> dict[str, Any]:
    if spec.name not in examples:
        raise Refused(f"{spec.name} has no example in {EXAMPLES.name}")
    old = contract.types.get(spec.name, {"status": "draft"})
    schema, example = text_of(schema_of(spec)), text_of(examples[spec.name])
    status = "frozen" if freeze else old["status"]
    if old["status"] == "frozen" and old["schema_sha256"] != digest(schema.encode()):
        raise Refused(f"{spec.name} is frozen; a change of meaning is a new version")
    place = f"types/{path_of(spec)}"
    contract.files[f"{place}/schema.json"] = schema
    contract.files[f"{place}/README.md"] = readme_of(spec, schema_of(spec))
    contract.files[f"{place}/example.json"] = example
    if spec.name in fails:  # a test tells which types still lack theirs
        contract.files[f"{place}/example_fail.json"] = text_of(fails[spec.name])
    if status == "frozen":
        _publish(contract, f"published/{path_of(spec)}", example)
        if old["status"] != "frozen":
            contract.frozen.append(f"{spec.name} frozen, schema {digest(schema.encode())}")
    return entry_of(spec, status, schema, example)


def _publish(contract: Contract, folder: str, example: str) -> None:
    """Add the example of a frozen type to those ever published, unless it is there already."""
    there = [e for e in contract.published if str(e["path"]).startswith(f"{folder}/")]
    if digest(example.encode()) in {e["sha256"] for e in there}:
        return
    path = f"{folder}/{len(there) + 1:04d}.json"
    contract.files[path] = example
    contract.published.append({"path": path, "sha256": digest(example.encode())})


def _document(contract: Contract, path: str) -> dict[str, Any]:
    place = contract.events / path
    if not place.is_file():
        raise Refused(f"{path} is missing")
    found = digest(place.read_bytes())
    old = contract.documents.get(path)
    if old is not None and old["sha256"] != found:
        raise Refused(f"{path} is final; another format is a new version beside it")
    return {"path": path, "sha256": found, "status": "final"}


def _published_are_untouched(contract: Contract) -> None:
    for entry in contract.published:
        place = contract.events / str(entry["path"])
        content = contract.files.get(str(entry["path"]), "").encode()
        if place.is_file():
            content = place.read_bytes()
        if digest(content) != entry["sha256"]:
            raise Refused(f"{entry['path']} was published and can never change")


def _note_in_changelog(contract: Contract) -> None:
    old = (contract.events / "CHANGELOG.md").read_text(encoding="utf-8").rstrip("\n")
    lines = [f"- {line}" for line in contract.frozen]
    contract.files["CHANGELOG.md"] = "\n".join([old, *lines]) + "\n"


def differing(contract: Contract) -> list[str]:
    """Return the generated paths whose content on disk differs or is missing."""
    places = {path: contract.events / path for path in contract.files}
    return [
        path
        for path, place in places.items()
        if not place.is_file() or place.read_text(encoding="utf-8") != contract.files[path]
    ]


def write(contract: Contract) -> list[str]:
    """Write what differs and return it."""
    stale = differing(contract)
    for path in stale:
        place = contract.events / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(contract.files[path], encoding="utf-8")
    return stale


def main() -> int:
    """Run the command; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--freeze", nargs="+", default=[], metavar="TYPE")
    parser.add_argument("--events", type=Path, default=EVENTS)
    chosen = parser.parse_args()
    contract = wanted(chosen.events, frozenset(chosen.freeze))
    if chosen.check:
        stale = differing(contract)
        sys.stdout.write("".join(f"{path}\n" for path in stale))
        return 1 if stale else 0
    write(contract)
    return 0


if __name__ == "__main__":
    sys.exit(main())
