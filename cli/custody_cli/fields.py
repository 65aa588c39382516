"""From the contract's schema to options, and from what was typed to an event body.

It checks what can be said at once about the words typed: required, choices, whole numbers, the keys
of structured values. What a value must look like beyond that is judged by the ledger. All mistakes
are collected and told together.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from custody import contract
from custody.errors import Reason
from custody_cli.failures import close_to, reason
from custody_cli.words import both

RESERVED: Final = frozenset(
    {"as", "role", "meaning", "second", "occurred-at", "reason", "assessment", "document"}
    | {"private", "dry-run", "help", "passphrase-fd", "passphrase-command"}
)
COMMON: Final = ("occurred_at", "reason", "documents", "rulings")
_PAIR: Final = re.compile(
    r"\s*(?P<key>[A-Za-z0-9_-]+)\s*=\s*(?P<value>\"(?:[^\"\\]|\\.)*\"|[^,\"]*)\s*(?:,|$)"
)
_FULL_WIDTH: Final = re.compile("[，＝；：“”]")


@dataclass(frozen=True, slots=True)
class Field:
    """One body field as an option.

    Args:
        shape: ``text``, ``integer``, ``boolean``, ``choice`` or ``object``.
        many: the option may be repeated.
        exact: only one spelling is valid, so full-width digits and letters are folded.
        members: the fields of an object.
    """

    name: str
    shape: str
    text: str
    required: bool = False
    many: bool = False
    exact: bool = False
    choices: tuple[str, ...] = ()
    members: Mapping[str, Field] = field(default_factory=dict)

    @property
    def option(self) -> str:
        """The long option without dashes; a word that commands use themselves gets a prefix."""
        option = self.name.replace("_", "-")
        return f"field-{option}" if option in RESERVED else option

    @property
    def metavar(self) -> str:
        """What to type after the option, for help pages."""
        if self.shape == "integer":
            return both("N", "整数")
        if self.shape == "choice":
            return (
                "|".join(self.choices) if len("|".join(self.choices)) < 60 else both("ONE", "选项")
            )
        if self.shape == "object":
            return ",".join(f"{m.name}=…" for m in self.members.values() if m.required) or "KEY=…"
        return both("TEXT", "文本")


def fields_of(type_name: str) -> list[Field]:
    """Return the fields of a type's body in the order of the contract, the common ones left out."""
    schema = contract.schema(type_name)
    required = set(schema.get("required", ()))
    found = []
    for name, part in schema["properties"].items():
        if name not in COMMON and "const" not in part:
            found.append(_field(name, part, schema.get("$defs", {}), name in required))
    return sorted(found, key=lambda f: not f.required)


def reason_required(type_name: str) -> bool:
    """Whether events of the type must say why."""
    return "reason" in contract.schema(type_name).get("required", ())


def _field(name: str, part: Mapping[str, Any], defs: Mapping[str, Any], required: bool) -> Field:
    english = str(part.get("description", name.replace("_", " ")))
    text = both(english, str(part.get("description_zh", english)))
    core = _core(part, defs)
    many = core.get("type") == "array"
    if many:
        core = _core(core["items"], defs)
    shape = {"integer": "integer", "boolean": "boolean", "object": "object"}.get(
        str(core.get("type")), "text"
    )
    choices = tuple(str(c) for c in core.get("enum", ()))
    members = {}
    if shape == "object":
        needed = set(core.get("required", ()))
        members = {
            key: _field(key, sub, defs, key in needed)
            for key, sub in core.get("properties", {}).items()
            if "const" not in sub
        }
    return Field(
        name=name,
        shape="choice" if choices else shape,
        text=text,
        required=required,
        many=many,
        exact="pattern" in core or bool(choices),
        choices=choices,
        members=members,
    )


def _core(part: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of a value that is present: references followed, null left out."""
    if "$ref" in part:
        return _core(defs[str(part["$ref"]).rsplit("/", 1)[1]], defs)
    for option in part.get("anyOf", ()):
        if option.get("type") != "null":
            return _core(option, defs)
    return part


def body_from(fields: list[Field], typed: Mapping[str, Any]) -> tuple[dict[str, Any], list[Reason]]:
    """Return the body that the typed values make, and everything that is wrong with them.

    Args:
        typed: field name → a string, a bool, a list of strings, or None when not given.
    """
    body: dict[str, Any] = {}
    wrong: list[Reason] = []
    for known in fields:
        given = typed.get(known.name)
        if given is None or given == []:
            if known.required:
                wrong.append(_missing(known))
            continue
        if not known.many:
            body[known.name] = _value(known, given, f"--{known.option}", wrong)
            continue
        parts = given if isinstance(given, list) else [given]
        if known.shape == "choice":
            parts = [p for text in parts for p in re.split("[,，、]", text) if p.strip()]
        body[known.name] = [_value(known, p, f"--{known.option}", wrong) for p in parts]
    return body, wrong


def _value(known: Field, given: Any, place: str, wrong: list[Reason]) -> Any:
    if known.shape == "object":
        return _object(known, str(given), place, wrong)
    if known.shape == "boolean":
        return _boolean(given, place, wrong)
    text = unicodedata.normalize("NFKC", str(given)).strip() if known.exact else str(given)
    if known.shape == "integer":
        return _integer(text, place, wrong)
    if known.shape == "choice":
        return _choice(known, text, place, wrong)
    return text


def _boolean(given: Any, place: str, wrong: list[Reason]) -> Any:
    if isinstance(given, bool):
        return given
    if str(given).lower() in ("true", "false"):
        return str(given).lower() == "true"
    wrong.append(
        reason(
            "C106",
            place,
            f"'{given}' is neither true nor false",
            f"“{given}”不是 true 或 false",
            "write true or false",
            "请写 true 或 false",
        )
    )
    return given


def _integer(text: str, place: str, wrong: list[Reason]) -> Any:
    if re.fullmatch(r"-?[0-9]{1,18}", unicodedata.normalize("NFKC", text).strip()):
        return int(unicodedata.normalize("NFKC", text))
    wrong.append(
        reason(
            "C106",
            place,
            f"'{text}' is not a whole number",
            f"“{text}”不是整数",
            "write digits only, without separators or unit",
            "请只写数字，不带分隔符或单位",
        )
    )
    return text


def _choice(known: Field, text: str, place: str, wrong: list[Reason]) -> str:
    if text in known.choices:
        return text
    near = close_to(text, known.choices)
    listed = ", ".join(known.choices)
    wrong.append(
        reason(
            "C106",
            place,
            f"'{text}' is not one of: {listed}",
            f"“{text}”不在可选值之内：{listed}",
            f"did you mean {near}?" if near else "choose one of them",
            f"是否要写 {near}？" if near else "请从中选择",
        )
    )
    return text


def _missing(known: Field) -> Reason:
    en, _, zh = known.text.partition("\x1f")
    place = f"--{known.option}"
    flag = f"{place} / --no-{known.option}" if known.shape == "boolean" else place
    listed = f" ({', '.join(known.choices)})" if known.choices else ""
    return reason(
        "C103",
        place,
        f"not given: {en}{listed}",
        f"未提供：{zh or en}{listed}",
        f"add {flag}",
        f"请加上 {flag}",
    )


def _object(known: Field, text: str, place: str, wrong: list[Reason]) -> dict[str, Any]:
    pairs = _json_pairs(text, place, wrong) if text.lstrip().startswith("{") else None
    if pairs is None:
        pairs = _typed_pairs(text, place, wrong)
    found: dict[str, Any] = {}
    for key, value in pairs.items():
        name = key.replace("-", "_")
        member = known.members.get(name)
        if member is None:
            wrong.append(_unknown_key(known, key, place))
        elif isinstance(value, str | bool):
            found[name] = _value(member, value, f"{place} {key}", wrong)
        else:
            found[name] = value
    lacking = [m for m in known.members.values() if m.required and m.name not in found]
    if pairs:
        wrong += [_missing_key(m, place) for m in lacking]
    return found


def _typed_pairs(text: str, place: str, wrong: list[Reason]) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    at = 0
    while at < len(text):
        match = _PAIR.match(text, at)
        if match is None or match.end() == at:
            wrong.append(_not_pairs(text[at:], place))
            return {}
        value = match["value"].strip()
        if re.search(r"[，；]\s*[A-Za-z0-9_-]+\s*[=＝]", value):
            wrong.append(_not_pairs(value, place))
            return {}
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        pairs[match["key"]] = value
        at = match.end()
    if not pairs:
        wrong.append(_not_pairs(text, place))
    return pairs


def _json_pairs(text: str, place: str, wrong: list[Reason]) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError as error:
        wrong.append(
            reason(
                "C106",
                place,
                f"not a JSON object: {error}",
                f"不是 JSON 对象：{error}",
                "write key=value,key=value instead",
                "也可写成 键=值,键=值",
            )
        )
        return {}
    return found if isinstance(found, dict) else None


def _not_pairs(rest: str, place: str) -> Reason:
    if _FULL_WIDTH.search(rest):
        return reason(
            "C106",
            place,
            f"full-width punctuation near '{rest[:30]}'",
            f"“{rest[:30]}”附近有全角标点",
            "use the half-width = and , between keys and values",
            "键与值之间请用半角的 = 和 ,",
        )
    return reason(
        "C106",
        place,
        f"cannot be read as key=value near '{rest[:30]}'",
        f"“{rest[:30]}”附近不是 键=值 的形式",
        'write key=value,key="value with, comma"',
        '请写成 键=值,键="带逗号, 的值"',
    )


def _unknown_key(known: Field, key: str, place: str) -> Reason:
    listed = ", ".join(known.members)
    near = close_to(key, tuple(known.members))
    return reason(
        "C106",
        place,
        f"there is no key '{key}'; the keys are: {listed}",
        f"没有键“{key}”；可用的键：{listed}",
        f"did you mean {near}?" if near else "use one of these keys",
        f"是否要写 {near}？" if near else "请使用其中之一",
    )


def _missing_key(member: Field, place: str) -> Reason:
    en, _, zh = member.text.partition("\x1f")
    return reason(
        "C103",
        place,
        f"the key '{member.name}' is not given: {en}",
        f"未提供键“{member.name}”：{zh or en}",
        f"add {member.name}=…",
        f"请加上 {member.name}=…",
    )
