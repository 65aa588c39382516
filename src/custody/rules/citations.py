"""Find how legal instruments are cited in the words of an event. Pure; it rewrites nothing.

A citation is read in its own text only: by the number, and by the title or date beside it. What is
found becomes a remark beside the event (see `sources`); the event keeps its words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

# Orders of goods are numbered, too, and are no orders of the state.
_GOODS: Final = "".join(rf"(?<!{word} )" for word in ("purchase", "work", "sales", "batch", "lab"))


def _order(number: int) -> re.Pattern[str]:
    """Return the usual spellings of an order of the state by its number, in both languages."""
    return re.compile(
        rf"{_GOODS}\b(?:order|decree)\s*(?:no\.?|number|nr\.?|#)?\s*{number}(?!\d)"
        rf"|令\s*[(\[〔]?\s*(?:第|no\.?)?\s*{number}(?!\d)\s*号?|(?<!\d){number}\s*号\s*令",
        re.IGNORECASE,
    )


_ORDER_789: Final = _order(789)
_ORDER_818: Final = _order(818)
# The regulation that number 789 belongs to, by its own title: then the citation is right.
_OWN_TITLE: Final = re.compile(
    r"filing (?:and )?review of regulations|法规规章备案审查", re.IGNORECASE
)
# Title, subject or date of No. 818 beside the number.
_TITLE_OR_DATE: Final = re.compile(
    r"biomedical|clinical (?:research|translation)|stem.cell|gene.edited|overseas|export"
    r"|may 1,? 2026|2026-05-01|2026年5月1日|生物医学|临床研究|临床转化|干细胞|基因编辑|出境|出口",
    re.IGNORECASE,
)
_FEBRUARY: Final = r"(?:february,? 2026|feb\.? 2026|2026-02|2026年0?2月)"
_PROMULGATED: Final = r"(?:promulgat\w+|公布|颁布|发布)"
_MISDATED: Final = re.compile(
    rf"{_PROMULGATED}[^.;。；]{{0,40}}{_FEBRUARY}|{_FEBRUARY}[^.;。；]{{0,20}}{_PROMULGATED}",
    re.IGNORECASE,
)
_DRUG_AUTHORITY: Final = re.compile(
    r"\bNMPA\b|national medical products administration|国家药监局|药品监督管理局|药监局",
    re.IGNORECASE,
)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}|[A-Za-z0-9+/]{43}=")


@dataclass(frozen=True, slots=True)
class Citation:
    """One doubtful citation: `field` of the body, the words found, whether more points to 818."""

    field: str
    words: str
    by_title: bool = False


def texts(body: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (field, text) of every text in a plain body, file names included, digests left out."""
    for name, value in body.items():
        yield from _texts(value, f"{path}{name}")


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if not _DIGEST.fullmatch(value):
            yield path, value
    elif isinstance(value, Mapping):
        yield from texts(value, f"{path}.")
    elif isinstance(value, Sequence):
        for part in value:
            yield from _texts(part, path)


def misnumbered(body: Mapping[str, Any]) -> list[Citation]:
    """Return the citations of Order No. 789 that do not name the regulation it belongs to."""
    found = []
    for field, text in texts(body):
        plain = unicodedata.normalize("NFKC", text)
        match = _ORDER_789.search(plain)
        if match and not _OWN_TITLE.search(plain):
            found.append(Citation(field, match[0].strip(), bool(_TITLE_OR_DATE.search(plain))))
    return found


def misdated(body: Mapping[str, Any]) -> list[Citation]:
    """Return the texts that cite the order and say it was promulgated in February 2026."""
    return _beside_a_citation(body, _MISDATED)


def misattributed(body: Mapping[str, Any]) -> list[Citation]:
    """Return the texts that cite the order and name the drug authority beside it."""
    return _beside_a_citation(body, _DRUG_AUTHORITY)


def names_drug_authority(text: str) -> bool:
    """Whether `text` names the National Medical Products Administration."""
    return bool(_DRUG_AUTHORITY.search(unicodedata.normalize("NFKC", text)))


def _beside_a_citation(body: Mapping[str, Any], wanted: re.Pattern[str]) -> list[Citation]:
    found = []
    for field, text in texts(body):
        plain = unicodedata.normalize("NFKC", text)
        match = wanted.search(plain)
        if match and (_ORDER_789.search(plain) or _ORDER_818.search(plain)):
            found.append(Citation(field, match[0].strip()))
    return found
