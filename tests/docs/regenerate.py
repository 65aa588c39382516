"""Write `docs/reference` and the console transcripts in the guides again.

python tests/docs/regenerate.py            write what differs
python tests/docs/regenerate.py --check    write nothing, list what differs, exit 1
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from docs import console, reference_pages, verifier_digest


def stale_pages() -> dict[Path, str]:
    """Return the reference pages whose file differs from what the code says."""
    return {
        path: text
        for name, text in reference_pages.pages().items()
        if not (path := reference_pages.REFERENCE / name).exists()
        or path.read_text(encoding="utf-8") != text
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    stale = stale_pages() | console.stale_guides() | verifier_digest.stale_digest()
    for path, text in stale.items():
        sys.stdout.write(f"{path.relative_to(reference_pages.ROOT)}\n")
        if not chosen.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if chosen.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
