"""Personal data that must never stand in an event: found by form, check digit and context.

It looks at the clear body of any event. It knows forms, not people: a plain name in a sentence
passes unseen, and a number that merely looks like a business number is left alone. Sources: the
Personal Information Protection Law; 21 CFR 1271.290(c); GB 11643 (identity numbers), whose check
character follows ISO 7064 Mod 11-2.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from custody.domain.identifier import mod10_holds
from custody.domain.model import Body
from custody.domain.values import Frozen
from custody.errors import Text as Words

# Streams that stand for one person each; what is a harmless number elsewhere is theirs here.
PERSONAL_KINDS: Final = ("donation", "sample", "person", "subject", "dose")
# Fields made of digits or letters by machine, or written by the ledger itself.
UNREAD: Final = frozenset({"rulings", "sha256", "media_type", "occurred_at", "pub"})
GS1_FIELDS: Final = frozenset({"gs1", "gln", "gtin", "sscc", "gsrn"})
# Fields people write sentences in: a lone number there is no amount and no business number.
PROSE: Final = frozenset(
    {"reason", "notice", "description", "conclusion", "rationale", "scope", "topic", "title"}
    | {"comment", "note", "statement", "place", "name", "legal_name", "container", "text"}
)

KINDS: Final = {
    "id_card": Words("a Chinese identity number", "身份证号码"),
    "mobile": Words("a mobile phone number", "手机号码"),
    "email": Words("an e-mail address", "电子邮箱"),
    "ssn": Words("a US social security number", "美国社会保障号"),
    "medical_record": Words("the number of a medical record", "病历号"),
    "name": Words("a person's name", "人员姓名"),
}


@dataclass(frozen=True, slots=True)
class Trace:
    """Personal data in one field: where and of what kind; never the value itself."""

    field: str
    kind: str


def traces(body: Body, kind: str) -> Iterator[Trace]:
    """Yield the personal data in the clear fields of an event of a stream of `kind`."""
    texts: list[tuple[str, str]] = []
    _gather(body, "", texts)
    personal = kind in PERSONAL_KINDS
    # Most events hold nothing of interest: one glance over all their texts tells.
    if not personal and _harmless("\n".join([text for _, text in texts])):
        return
    for field, text in texts:
        # Where nothing else shows, only the code of a person can still be a name.
        if _harmless(text) and not (personal and _is_code(field)):
            continue
        if not (_SUSPECT.search(text) or _is_code(field)):
            continue
        for found in _found(unicodedata.normalize("NFKC", text), field, kind):
            yield Trace(field, found)


def _gather(value: object, place: str, texts: list[tuple[str, str]]) -> None:
    if isinstance(value, str):
        texts.append((place, value))
    elif isinstance(value, tuple):
        for part in value:
            _gather(part, place, texts)
    elif isinstance(value, Frozen):
        for name, part in value.__dict__.items():
            if part is None or name in UNREAD:
                continue
            field = f"{place}.{name}" if place else name
            if isinstance(part, str):
                texts.append((field, part))
            else:
                _gather(part, field, texts)


def _harmless(text: str) -> bool:
    """Whether it is ASCII without anything that the forms of numbers, addresses and names need."""
    if not text.isascii() or "@" in text or _NUMBER.search(text):
        return False
    folded = text.casefold()
    return not ("name" in folded or "mrn" in folded or "record" in folded)


def _found(text: str, field: str, kind: str) -> Iterator[str]:
    last = field.rpartition(".")[2]
    if last in GS1_FIELDS and mod10_holds(text):
        return
    personal = kind in PERSONAL_KINDS
    bare = _PLAIN.fullmatch(text) is not None and last not in PROSE
    if any(is_id_card(m.group()) for m in _ID_CARD.finditer(text)) or _OLD_ID_CARD.search(text):
        yield "id_card"
    if _EMAIL.search(text):
        yield "email"
    # A field that is all digits is an amount or a business number, unless it names a person.
    if not bare or (personal and _is_code(field)):
        if any(_is_phone(m, text) for m in _MOBILE.finditer(text)):
            yield "mobile"
        if any(not _in_business(m, text) for m in _SSN.finditer(text)):
            yield "ssn"
    if _RECORD.search(text):
        yield "medical_record"
    if _NAMED.search(text) or (personal and _is_code(field) and _is_name(text)):
        yield "name"


def is_id_card(text: str) -> bool:
    """Whether it is a number of a Chinese identity card: region, day of birth, check character."""
    digits = re.sub(r"[ -]", "", text).upper()
    if not _ID_FORM.fullmatch(digits) or digits[:2] not in _REGIONS:
        return False
    try:
        born = date.fromisoformat(f"{digits[6:10]}-{digits[10:12]}-{digits[12:14]}")
    except ValueError:
        return False
    return 1900 <= born.year < 2100 and mod11_2(digits[:17]) == digits[17]


def mod11_2(digits: str) -> str:
    """Return the ISO 7064 Mod 11-2 check character of `digits`: 0 to 9, or X for ten.

    Raises:
        ValueError: something other than a digit occurs.
    """
    rest = 0
    for digit in digits:
        rest = (rest + int(digit)) * 2 % 11
    return "0123456789X"[(12 - rest) % 11]


def _is_phone(found: re.Match[str], text: str) -> bool:
    digits = re.sub(r"\D", "", found.group())
    rounded = digits.endswith("00000")  # amounts of cells look so, subscribers hardly ever
    return not (rounded or _UNIT.match(text, found.end()) or _in_business(found, text))


def _in_business(found: re.Match[str], text: str) -> bool:
    """Whether the word before it says that it is a lot, a waybill or the like."""
    return _BUSINESS.search(text[max(0, found.start() - 24) : found.start()]) is not None


def _is_code(field: str) -> bool:
    last = field.rpartition(".")[2]
    return last in ("number", "code", "coi", "own") or last.endswith(("_code", "_number"))


def _is_name(text: str) -> bool:
    """Two to four Chinese characters that begin with a family name, or two capitalised words."""
    if _HAN.fullmatch(text):
        return text[0] in _SURNAMES or text[:2] in _DOUBLE_SURNAMES
    return _TWO_WORDS.fullmatch(text) is not None


_SUSPECT: Final = re.compile(
    r"[0-9０-９]{4}|[@＠]|姓名|病历|病案|住院|门诊|就诊|身份证|name\b|MRN|record", re.IGNORECASE
)
# What every number below holds if it is ASCII: six digits in a row, or the middle and the end of
# what is grouped. Instants, days and most business numbers do not.
_NUMBER: Final = re.compile(r"[0-9][0-9]{5}|[ -](?:[0-9]{2}-[0-9]{4}|[0-9]{4}[ -][0-9]{4})")
_PLAIN: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_EDGE, _END = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_ID_FORM: Final = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ID_CARD: Final = re.compile(rf"{_EDGE}[1-9][0-9]{{5}}[ -]?[0-9]{{8}}[ -]?[0-9]{{3}}[0-9Xx]{_END}")
_OLD_ID_CARD: Final = re.compile(r"身份证\D{0,6}[1-9][0-9]{14}(?![0-9])")
_MOBILE: Final = re.compile(
    r"(?<![0-9A-Za-z.\-])(?:\+?86[ -]?)?1[3-9][0-9](?:[0-9]{8}|([ -])[0-9]{4}\1[0-9]{4})"
    r"(?![0-9A-Za-z\-]|\.[0-9])"
)
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,24}"
)
_SSN: Final = re.compile(
    r"(?<![0-9A-Za-z-])(?!000|666|9[0-9]{2})[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![0-9A-Za-z-])"
)
_RECORD: Final = re.compile(
    r"(?:(?:病历|病案|住院|门诊|就诊卡?)(?:号码?|编号)|\bMRN\b|medical record (?:no|number|id))"
    r"[^0-9A-Za-z]{0,5}[A-Za-z]{0,4}-?[0-9]{3,}",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    r"姓名\s*[:：为是]\s*[\u4e00-\u9fff]{2,4}"
    r"|\b(?:patient|donor|subject|recipient)(?:'s)? name\s*(?::|=|is)\s*[A-Za-z\u4e00-\u9fff]",
    re.IGNORECASE,
)
_UNIT: Final = re.compile(r"\s*(?:cells?|copies|vg|TU|IU|个|万|细胞|/|%)", re.IGNORECASE)
_BUSINESS: Final = re.compile(
    r"(?:AWB|waybill|lot|batch|order|invoice|serial|catalogue|cat|运单|提单|批号|订单|发票|序列号"
    r"|编号|货号)[^0-9A-Za-z]{0,8}(?:no|number|号)?[^0-9A-Za-z]{0,3}$",
    re.IGNORECASE,
)
_HAN: Final = re.compile(r"[\u4e00-\u9fff]{2,4}")
_TWO_WORDS: Final = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}")
_REGIONS: Final = frozenset(
    str(n)
    for first, last in (
        (11, 15),
        (21, 23),
        (31, 37),
        (41, 46),
        (50, 54),
        (61, 65),
        (71, 71),
        (81, 83),
    )
    for n in range(first, last + 1)
)
_SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜"
    "叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺"
    "顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_DOUBLE_SURNAMES: Final = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "司徒")
)
