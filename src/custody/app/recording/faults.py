"""What is wrong with the fields of a body, in plain sentences of both languages.

It words what validation found and decides nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from custody.errors import Text as Words

# How a value is written that has only one spelling, by a mark in its pattern.
SPELLINGS: Final[tuple[tuple[str, Words], ...]] = (
    (
        r"T[0-9]{2}:",
        Words(
            "an instant with its offset, for example 2026-03-02T09:15:00+08:00",
            "带时区的时刻，例如 2026-03-02T09:15:00+08:00",
        ),
    ),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", Words("a day such as 2026-03-02", "日期，例如 2026-03-02")),
    (
        r"^-?(0|",
        Words(
            "a number in digits with a decimal point, for example -150 or 92.3",
            "数字与小数点，例如 -150 或 92.3",
        ),
    ),
    (
        r"^(0|[1-9]",
        Words("a number in digits, not negative, for example 60 or 0.4", "非负数字，例如 60"),
    ),
    (r"^[A-Z]{2}$", Words("a country of two capitals, for example CN", "两位大写国家代码，如 CN")),
    (
        r"^[a-z][a-z0-9_]",
        Words("a code in lower case, digits and _", "由小写字母、数字和下划线组成的代码"),
    ),
    (r"[0-9a-f]{64}", Words("64 hex digits, lower case", "64 位小写十六进制数字")),
    (r"{43}=", Words("a hash in base64", "base64 编码的哈希")),
    (r"%\[\]", Words("a unit code such as mL or Cel", "单位代码，例如 mL 或 Cel")),
    (
        r"^[^a-z\s]",
        Words("a number as it is on the label", "标签上的编号"),
    ),
)
# What our own checks say, beside what the library of validation says.
SAID: Final[dict[str, str]] = {
    "holds invisible or control characters": "含有不可见字符或控制字符",
    "holds characters that are not in Unicode 14": "含有 Unicode 14 未收录的字符",
    "needs a time zone offset of -12:00 to +14:00, for example +08:00 or Z": (
        "须带 -12:00 至 +14:00 的时区，例如 +08:00 或 Z"
    ),
    "must lie in the years 2000 to 2099": "须在 2000 至 2099 年之间",
}


def told(model: type[BaseModel], wrong: ValidationError) -> Words:
    """Return everything that was found wrong with a body, one clause per field."""
    clauses = [_clause(model, found) for found in wrong.errors()]
    return Words("; ".join(c.en for c in clauses), "；".join(c.zh for c in clauses))


def _clause(model: type[BaseModel], found: Any) -> Words:
    place = ".".join(str(part) for part in found["loc"])
    label = _label(model, found["loc"])
    fault = _fault(str(found["type"]), found.get("ctx", {}), str(found["msg"]))
    if not place:
        return fault
    en = f"{place} ({label.en})" if label.en else place
    zh = f"{place}（{label.zh}）" if label.zh else place
    return Words(f"{en} {fault.en}", f"{zh}{fault.zh}")


def _label(model: type[BaseModel], place: Sequence[int | str]) -> Words:
    """Return what the field is, as the contract says it; nothing for a field it does not have."""
    known = model.model_fields.get(str(place[0])) if place else None
    if known is None or len(place) > 1:
        return Words("", "")
    extra = known.json_schema_extra
    zh = str(extra.get("description_zh", "")) if isinstance(extra, dict) else ""
    return Words(known.description or "", zh or known.description or "")


def _fault(kind: str, given: Mapping[str, Any], message: str) -> Words:
    match kind:
        case "missing":
            return Words("is missing", "缺失")
        case "extra_forbidden":
            return Words("is no field of this event", "不是本事件的字段")
        case "string_pattern_mismatch":
            spelling = next(
                (words for mark, words in SPELLINGS if mark in str(given.get("pattern"))), None
            )
            if spelling is None:
                return Words("is not written as it must be", "写法不符合要求")
            return Words(f"must be {spelling.en}", f"应为{spelling.zh}")
        case "string_too_short" | "too_short":
            n = given.get("min_length")
            return Words(f"must not be shorter than {n}", f"长度或个数不得少于 {n}")
        case "string_too_long" | "too_long":
            n = given.get("max_length")
            return Words(f"must not be longer than {n}", f"长度或个数不得超过 {n}")
        case "greater_than_equal" | "greater_than":
            n = given.get("ge", given.get("gt"))
            more = ("at least", "不得小于") if "ge" in given else ("more than", "须大于")
            return Words(f"must be {more[0]} {n}", f"{more[1]} {n}")
        case "less_than_equal" | "less_than":
            n = given.get("le", given.get("lt"))
            less = ("at most", "不得大于") if "le" in given else ("less than", "须小于")
            return Words(f"must be {less[0]} {n}", f"{less[1]} {n}")
        case "literal_error":
            listed = re.sub(r"'", "", str(given.get("expected", "")))
            listed = listed.replace(" or ", ", ")
            return Words(f"must be one of: {listed}", f"应为其中之一：{listed}")
        case "value_error":
            return _own(message.removeprefix("Value error, "))
    return _shape(kind)


def _own(message: str) -> Words:
    if message in SAID:
        return Words(message, SAID[message])
    # What remains comes from the calendar: a day or an hour that does not exist.
    return Words("is no day or moment of the calendar", "不是日历中存在的日期或时刻")


def _shape(kind: str) -> Words:
    shapes = {
        "string": Words("must be text", "应为文本"),
        "int": Words("must be a whole number", "应为整数"),
        "bool": Words("must be true or false", "应为 true 或 false"),
        "tuple": Words("must be a list", "应为列表"),
        "list": Words("must be a list", "应为列表"),
        "model": Words("must be an object with its fields", "应为含各字段的对象"),
        "dict": Words("must be an object with its fields", "应为含各字段的对象"),
    }
    return shapes.get(kind.partition("_")[0], Words("is not usable", "不可用"))
