"""The values that event bodies are made of: numbers, instants, amounts, documents.

Every value is a string in one canonical form, so that the same fact has one spelling and a number
that is typed, scanned or pasted from a Chinese form finds the same item. No floats anywhere:
measurements are decimal strings beside a unit code (UCUM, https://ucum.org/ucum).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

# Format characters that could make two different texts look alike; the list is fixed, so that
# the same text is judged alike on every machine and in every year.
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ud800-\udfff\U000e0000-\U000e007f]"
)


def clean(text: str) -> str:
    """Return `text` in NFC without surrounding space.

    Raises:
        ValueError: when it holds control, zero-width or direction-changing characters.
    """
    # Noncharacters end every plane; in ASCII there is none to look for.
    odd = not text.isascii() and any(ord(c) & 0xFFFE == 0xFFFE for c in text)
    if odd or _HIDDEN.search(text):
        raise ValueError("holds invisible or control characters")
    return unicodedata.normalize("NFC", text).strip()


def canonical_number(text: str) -> str:
    """Return the one spelling of a business number: no full-width digits, no case, no spaces.

    Lot and permit numbers that differ only so are the same number to every person who reads them;
    telling them apart would let one lot have two histories.
    """
    folded = unicodedata.normalize("NFKC", text)
    joined = "".join(clean(folded).split()).upper()
    return unicodedata.normalize("NFKC", joined)  # capitals of a few letters fall apart


def _instant(text: str) -> str:
    if text[11:13] == "24":  # newer versions of Python take it for midnight of the next day
        raise ValueError("hour must be in 0..23")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("needs a time zone offset, for example +08:00 or Z")
    # The local year comes first: at the ends of the calendar there is no other zone to go to.
    if not (1999 <= moment.year <= 2100 and 2000 <= moment.astimezone(UTC).year <= 2099):
        raise ValueError("must lie in the years 2000 to 2099")
    return text


def _date(text: str) -> str:
    date.fromisoformat(text)
    return text


def instant(text: str) -> datetime:
    """Parse an instant that a body has already validated."""
    return datetime.fromisoformat(text)


def day_of(text: str) -> date:
    """Return the local calendar day of an instant, or the day itself when given a date."""
    return date.fromisoformat(text[:10])


Number = Annotated[
    str,
    BeforeValidator(lambda v: canonical_number(v) if isinstance(v, str) else v),
    StringConstraints(min_length=1, max_length=60, pattern=r"^[^a-z\s]+$"),
]
Text = Annotated[str, AfterValidator(clean), StringConstraints(min_length=1, max_length=500)]
Name = Annotated[str, AfterValidator(clean), StringConstraints(min_length=1, max_length=120)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Instant = Annotated[
    str,
    StringConstraints(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$"
    ),
    AfterValidator(_instant),
]
Day = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_date)
]
Amount = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?$")]
Reading = Annotated[str, StringConstraints(pattern=r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?$")]
Unit = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9%\[\]{}/._*^-]{1,20}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Count = Annotated[int, Field(ge=0, le=10**9)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
LeafHash = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]


class Frozen(BaseModel):
    """Base of everything in an event body: closed, immutable, strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def told(self) -> dict[str, Any]:
        """Return exactly the fields that were given, as an event that was read holds them."""
        return self.model_dump(mode="json", exclude_unset=True)

    def plain(self) -> dict[str, Any]:
        """Return the JSON object that goes into the event: nothing for what was not said."""
        said = self.model_dump(mode="json", exclude_none=True)
        return {name: _told(value) for name, value in said.items() if value != []}


def _told(value: Any) -> Any:
    """Leave optional lists of nested objects out when they are empty, as `plain` does."""
    if isinstance(value, dict):
        return {name: _told(part) for name, part in value.items() if part != []}
    if isinstance(value, list):
        return [_told(part) for part in value]
    return value


class Document(Frozen):
    """A file that belongs to the record, by digest; the file itself is never inside an event."""

    kind: Code = Field(description="what the document is, for example coa, permit, consent_form")
    name: Name = Field(description="file name, as shown to people")
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]{1,80}$")]
    size: Count = Field(description="size in bytes")
    sha256: Digest = Field(description="SHA-256 of the file, lower-case hex")


class RuleResult(Frozen):
    """How one rule was answered when the event was recorded."""

    rule: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}-[0-9]{3}$")]
    outcome: Literal["satisfied", "risk_assessed", "overridden", "not_applicable"]
    evidence: tuple[str, ...] = Field(default=(), description="streams the answer rests on")


class Rulings(Frozen):
    """The rules that let the event pass, with the version of the rule pack that was asked."""

    pack: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}\.[0-9]{1,3}$")]
    results: tuple[RuleResult, ...]


def amount(text: str) -> Decimal:
    """Return the exact value of a validated amount or reading."""
    return Decimal(text)
