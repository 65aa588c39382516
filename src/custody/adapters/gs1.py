"""GS1 barcode data and Digital Links, read and written through the library `biip` (an extra).

It knows syntax, not meaning: which item a key names is for the ledger to look up. Standards: GS1
General Specifications, GS1 Digital Link URI syntax. Needs the extra: ``cell-custody[gs1]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from custody.domain.identifier import mod10_holds
from custody.errors import InputError, Text

if TYPE_CHECKING:
    from biip.gs1_element_strings import GS1ElementStrings

SEPARATOR: Final = "\x1d"  # what scanners send for FNC1
SYMBOLOGIES: Final = ("]C1", "]d2", "]e0", "]Q3", "]J1")  # the carriers that hold element strings
DEFAULT_DOMAIN: Final = "id.gs1.org"
# Keys that end in a check digit; the library reads them without insisting on it.
CHECKED: Final = ("00", "01", "02", "03", *(f"{n}" for n in range(410, 418)), "8017", "8018")
DATES: Final = ("11", "12", "13", "15", "16", "17")


def read(text: str) -> dict[str, str]:
    """Return the values by application identifier of scanned data or of a Digital Link.

    Args:
        text: element strings as a scanner sends them, with or without its symbology prefix
            (``]d2``) and with FNC1 as the character 29; or a Digital Link URI.

    Raises:
        InputError: C170 the library is not installed, C171 the text is neither, or a check digit,
            a length or a date in it is wrong.
    """
    shown = text.strip(" \r\n\t")
    try:
        link = shown.lower().startswith(("http://", "https://"))
        found = _digital_link(shown) if link else _element_strings(shown)
    except ImportError:
        raise InputError("C170", where=shown) from None
    return _values(found, shown)


def write(values: Mapping[str, str], domain: str = DEFAULT_DOMAIN) -> str:
    """Return the Digital Link URI of values by application identifier.

    Args:
        values: in any order; one of them must be a primary key, for example ``00``, ``01``.
        domain: host name of the resolver.

    Raises:
        InputError: C170 the library is not installed, C171 no such link can be written.
    """
    raw = "".join(f"{ai}{value}{SEPARATOR}" for ai, value in values.items())
    try:
        from biip import BiipException
        from biip.gs1_digital_link_uris import GS1DigitalLinkURI

        found = _element_strings(raw)
        if _values(found, raw) != dict(values):
            raise InputError(
                "C171",
                where=", ".join(values),
                detail=Text("a value has a separator", "有数值含分隔符"),
            )
        try:
            return GS1DigitalLinkURI.from_element_strings(found).as_uri(domain=domain)
        except BiipException as wrong:
            raise InputError("C171", where=", ".join(values), detail=str(wrong)) from None
    except ImportError:
        raise InputError("C170", where=", ".join(values)) from None


def _element_strings(text: str) -> GS1ElementStrings:
    from biip import BiipException
    from biip.gs1_messages import GS1Message

    bare = text[3:] if text.startswith(SYMBOLOGIES) else text
    try:
        return GS1Message.parse(bare).element_strings
    except BiipException as wrong:
        raise InputError("C171", where=text, detail=str(wrong)) from None


def _digital_link(text: str) -> GS1ElementStrings:
    from biip import BiipException
    from biip.gs1_digital_link_uris import GS1DigitalLinkURI

    try:
        return GS1DigitalLinkURI.parse(text).element_strings
    except BiipException as wrong:
        raise InputError("C171", where=text, detail=str(wrong)) from None


def _values(found: GS1ElementStrings, where: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for element in found:
        ai, value = element.ai.ai, element.value
        if ai in CHECKED and not mod10_holds(value):
            raise InputError(
                "C171",
                where=where,
                detail=Text(f"the check digit of {value} is wrong", f"{value} 的校验位有误"),
            )
        if ai in DATES and element.date is None:
            raise InputError(
                "C171", where=where, detail=Text(f"{value} is not a day", f"{value} 不是日期")
            )
        if values.setdefault(ai, value) != value:
            raise InputError(
                "C171", where=where, detail=Text(f"({ai}) is given twice", f"（{ai}）重复给出")
            )
    if not values:
        raise InputError("C171", where=where, detail=Text("there is nothing in it", "其中没有内容"))
    return values
