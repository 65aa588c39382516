"""The values that event bodies are made of: numbers, instants, amounts, documents.

Every value is a string in one canonical form, so that the same fact has one spelling and a number
that is typed, scanned or pasted from a Chinese form finds the same item. No floats anywhere:
measurements are decimal strings beside a unit code (UCUM, https://ucum.org/ucum).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
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

from custody.domain.unassigned import UNASSIGNED

# Format characters that could make two different texts look alike; the list is fixed, so that
# the same text is judged alike on every machine and in every year.
_HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ud800-\udfff\U000e0000-\U000e007f]"
)

# The offsets that places on earth have, from Baker Island to the Line Islands (IANA time zones).
# With any other, whoever signs could choose the local day on which the law judges the act.
_OFFSET: Final = re.compile(
    r"Z|-(?:0[0-9]|1[01]):[0-5][0-9]|-12:00|\+(?:0[0-9]|1[0-3]):[0-5][0-9]|\+14:00"
)
_HOME: Final = timedelta(hours=8)  # China has one time zone, and no summer time since 1991

# What every reader takes for a hyphen or for a Latin capital: dashes, Cyrillic and Greek capitals
# (after Unicode Technical Standard 39, https://www.unicode.org/reports/tr39/).
_LOOKS: Final = {
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d",
    "A": "\u0410\u0391",
    "B": "\u0412\u0392",
    "C": "\u0421",
    "E": "\u0415\u0395",
    "G": "\u050c",
    "H": "\u041d\u0397",
    "I": "\u0406\u04c0\u0399",
    "J": "\u0408\u037f",
    "K": "\u041a\u039a",
    "M": "\u041c\u039c",
    "N": "\u039d",
    "O": "\u041e\u039f",
    "P": "\u0420\u03a1",
    "Q": "\u051a",
    "S": "\u0405",
    "T": "\u0422\u03a4",
    "W": "\u051c",
    "X": "\u0425\u03a7",
    "Y": "\u0423\u04ae\u03a5",
    "Z": "\u0396",
}
_ALIKE: Final = {other: seen for seen, others in _LOOKS.items() for other in others}


def clean(text: str) -> str:
    """Return `text` in NFC without surrounding space.

    Raises:
        ValueError: when it holds control, zero-width or direction-changing characters, or some
            that came after Unicode 14: programs of different years would read them differently.
    """
    # Noncharacters end every plane; in ASCII there is none to look for.
    plain = text.isascii()
    odd = not plain and any(ord(c) & 0xFFFE == 0xFFFE for c in text)
    if odd or _HIDDEN.search(text):
        raise ValueError("holds invisible or control characters")
    if not plain and UNASSIGNED.search(text):
        raise ValueError("holds characters that are not in Unicode 14")
    return unicodedata.normalize("NFC", text).strip()


def canonical_number(text: str) -> str:
    """Return the one spelling of a business number, as everybody who sees the label would type it.

    Full-width digits, case, spaces, kinds of dashes and letters of another script that look like
    Latin capitals make no difference: telling such numbers apart would let one lot have two
    histories. What is typed in another spelling is brought to this one; an event that holds another
    is refused.

    Raises:
        ValueError: as `clean` does.
    """
    if text.isascii():
        return "".join(clean(text).split()).upper()
    joined = "".join(unicodedata.normalize("NFKC", clean(text)).split())
    # Apart from their marks, letters are looked up one by one; then they come together again.
    apart = unicodedata.normalize("NFKD", "".join(_capital(c) for c in joined))
    return unicodedata.normalize("NFKC", "".join(_ALIKE.get(c, c) for c in apart))


def _capital(character: str) -> str:
    """Return its capital, unless only programs newer than Unicode 14 know that."""
    capital = character.upper()
    return character if UNASSIGNED.search(capital) else capital


def _instant(text: str) -> str:
    if text[11:13] == "24":  # newer versions of Python take it for midnight of the next day
        raise ValueError("hour must be in 0..23")
    if not _OFFSET.fullmatch(text[19:]):
        raise ValueError("needs a time zone offset of -12:00 to +14:00, for example +08:00 or Z")
    moment = datetime.fromisoformat(text)
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


def days_of(text: str) -> tuple[date, date]:
    """Return the local calendar day of an instant, and the day that it is in China then.

    What must hold on the day of an act must hold on both: whoever signs chooses the offset, and
    the offset must not choose the day.
    """
    return day_of(text), (instant(text).astimezone(UTC) + _HOME).date()


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
