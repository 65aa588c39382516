"""Write the published rule packs; a released pack never changes.

    python tests/rules/packs.py                    write the pack of this version, if a draft
python tests/rules/packs.py --check            write nothing, say what differs, exit 1
python tests/rules/packs.py --release PACK     the deliberate step from draft to released
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from custody.app.asking.rulebook import pack_digest, pack_document
from custody.rules.model import PACK

PACKS = Path(__file__).parents[2] / "src" / "custody" / "rules" / "packs"


def text_of(status: str, version: str) -> str:
    """Return the file of a version as the program has it now."""
    document = {"status": status, "sha256": pack_digest(version), **pack_document(version)}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def published() -> dict[str, dict[str, Any]]:
    """Return every published pack by its version."""
    files = sorted(PACKS.glob("*.json"))
    return {p.stem: json.loads(p.read_text(encoding="utf-8")) for p in files}


def differing(packs: dict[str, dict[str, Any]]) -> list[str]:
    """Return the versions whose file is not what the program says of that version."""
    found = []
    for version in {*packs, PACK}:
        kept = packs.get(version, {})
        made = json.loads(text_of(kept.get("status", "draft"), version))
        if kept != made:
            found.append(version)
    return sorted(found)


def main() -> int:
    """Run the command; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--release", metavar="PACK")
    chosen = parser.parse_args()
    packs = published()
    stale = differing(packs)
    if chosen.check:
        sys.stdout.write("".join(f"{version}\n" for version in stale))
        return 1 if stale else 0
    broken = [v for v in stale if packs.get(v, {}).get("status") == "released"]
    if broken:
        raise SystemExit(f"{', '.join(broken)} is released; a change is a new pack")
    if chosen.release not in (None, PACK):
        raise SystemExit(f"only {PACK} can be released")
    released = chosen.release == PACK or packs.get(PACK, {}).get("status") == "released"
    PACKS.mkdir(exist_ok=True)
    text = text_of("released" if released else "draft", PACK)
    (PACKS / f"{PACK}.json").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
