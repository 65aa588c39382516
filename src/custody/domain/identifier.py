"""Identifiers of the trade and their arithmetic: GS1 keys, ISO 7064 Mod 37,2, single European code.

Pure; it ships no table of any scheme. ISBT 128 numbers are opaque here: only their outer form and
their check character are looked at, and who uses them needs a licence of their own. Barcode data is
parsed in `adapters.gs1`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from pydantic import BeforeValidator, StringConstraints, WithJsonSchema

from custody.domain.values import canonical_number

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
NO_EXPIRY: Final = "00000000"
KEY_LENGTHS: Final = (8, 12, 13, 14, 18)
SSCC_DIGITS: Final = 18
GSRN_DIGITS: Final = 18
GLN_DIGITS: Final = 13

DIN_FORM: Final = "^[A-Z0-9]{5}[0-9]{8}[A-Z0-9*]$"
SEC_FORM: Final = "^[A-Z]{2}[A-Z0-9]{19}[ABE][A-Z0-9]{10}[0-9]{8}$"
KEY_FORM: Final = "^([0-9]{8}|[0-9]{12}|[0-9]{13}|[0-9]{14}|[0-9]{18})$"

# What is typed is brought to its one spelling first; a schema would lose the pattern behind that.
_canonical = BeforeValidator(lambda v: canonical_number(v) if isinstance(v, str) else v)
Din = Annotated[
    str,
    _canonical,
    StringConstraints(pattern=DIN_FORM),
    WithJsonSchema({"type": "string", "pattern": DIN_FORM}),
]
Sec = Annotated[
    str,
    _canonical,
    StringConstraints(pattern=SEC_FORM),
    WithJsonSchema({"type": "string", "pattern": SEC_FORM}),
]
Gs1Key = Annotated[
    str,
    _canonical,
    StringConstraints(pattern=KEY_FORM),
    WithJsonSchema({"type": "string", "pattern": KEY_FORM}),
]


def mod37_2(text: str) -> str:
    """Return the ISO 7064 Mod 37,2 check character of `text` (digits, A to Z).

    Raises:
        ValueError: another character occurs.
    """
    return ALPHABET[(1 - 2 * _mod37(text)) % 37]


def mod37_2_holds(text: str) -> bool:
    """Whether `text`, check character included, satisfies ISO 7064 Mod 37,2."""
    return len(text) > 1 and all(c in ALPHABET for c in text) and _mod37(text) == 1


def _mod37(text: str) -> int:
    rest = 0
    for character in text:
        rest = (2 * rest + ALPHABET.index(character)) % 37
    return rest


def mod10(digits: str) -> str:
    """Return the GS1 check digit of `digits` (weights 3, 1 from the right).

    Raises:
        ValueError: it is empty or holds something other than the digits 0 to 9.
    """
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("only digits have a check digit")
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def mod10_holds(digits: str) -> bool:
    """Whether a GS1 key, its last digit being the check digit, is well-formed."""
    return (
        len(digits) > 1
        and digits.isascii()
        and digits.isdigit()
        and (mod10(digits[:-1]) == digits[-1])
    )


def is_gtin(text: str) -> bool:
    """Whether it is a trade item number: 8, 12, 13 or 14 digits with a right check digit."""
    return len(text) in KEY_LENGTHS[:4] and mod10_holds(text)


def is_gln(text: str) -> bool:
    """Whether it is a location number: 13 digits with a right check digit."""
    return len(text) == GLN_DIGITS and mod10_holds(text)


def is_sscc(text: str) -> bool:
    """Whether it is a number of a logistic unit: 18 digits with a right check digit."""
    return len(text) == SSCC_DIGITS and mod10_holds(text)


def is_gsrn(text: str) -> bool:
    """Whether it is a number of a service relation: 18 digits with a right check digit."""
    return len(text) == GSRN_DIGITS and mod10_holds(text)


def is_din(text: str) -> bool:
    """Whether 13 characters of a donation number and their check character belong together."""
    return len(text) == 14 and mod37_2_holds(text)


def is_sec(text: str) -> bool:
    """Whether the last eight characters of a single European code are a day or `NO_EXPIRY`."""
    try:
        sec_expiry(text)
    except ValueError:
        return False
    return True


def sec_expiry(text: str) -> date | None:
    """Return the last day in a single European code, None when it has none.

    Raises:
        ValueError: the last eight digits are no day that exists.
    """
    stated = text[-8:]
    return None if stated == NO_EXPIRY else date.fromisoformat(stated)
