"""What the page calls things: the published vocabularies and texts it shows, in both languages.

Only what is displayed is embedded; what the verification itself needs is put in by the build.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final

from custody import contract
from custody.errors import catalogue

VOCABULARIES: Final = (
    "dispositions",
    "document_kinds",
    "excursions",
    "kinds",
    "meanings",
    "permit_kinds",
    "roles",
    "statuses",
    "uses",
)


def labels() -> dict[str, Any]:
    """Return the lists that are embedded in the page as JSON, all of them ``{en, zh}`` by code."""
    return {
        "version": version("cell-custody"),
        "vocabularies": {
            name: {code: _both(entry) for code, entry in contract.vocabulary(name).items()}
            for name in VOCABULARIES
        },
        "types": {name: _both(entry["title"]) for name, entry in contract.types().items()},
        "trust_errors": {code: dict(texts) for code, texts in catalogue("trust").items()},
    }


def _both(entry: dict[str, Any]) -> dict[str, str]:
    return {"en": entry["en"], "zh": entry["zh"]}
