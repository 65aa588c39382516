"""The published SHA-256 of the verifier page, in `docs/verification.md`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from custody.page.made import verifier_page

PAGE: Final = Path(__file__).parents[2] / "docs" / "verification.md"
_PUBLISHED: Final = re.compile(r"(<!-- verifier-sha256: [^\n]*-->\n`)[0-9a-f]{64}(`\n)")


def stale_digest() -> dict[Path, str]:
    """Return the page of the documents with the right digest, when it has another one.

    Raises:
        LookupError: the page has no place for the digest, or several.
    """
    text = PAGE.read_text(encoding="utf-8")
    digest = verifier_page(None).published
    fresh, places = _PUBLISHED.subn(rf"\g<1>{digest}\g<2>", text)
    if places != 1:
        raise LookupError(f"{PAGE.name} has {places} places for the digest of the verifier page")
    return {} if fresh == text else {PAGE: fresh}
