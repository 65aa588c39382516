"""Texts of the command line in English and Chinese, side by side.

It holds words only; the texts of errors live in the catalogue, those of event types in the
contract. A text for help pages is one string with both readings, as Typer carries
one.
"""

from __future__ import annotations

from typing import Final, Literal

Lang = Literal["en", "zh"]
_SPLIT: Final = "\x1f"


def both(en: str, zh: str) -> str:
    """Return one string that carries both readings; `pick` takes one out again."""
    return f"{en}{_SPLIT}{zh}"


def pick(text: str, lang: Lang) -> str:
    """Return the reading of `text` in `lang`; a text without two readings is returned as it is."""
    en, mark, zh = text.partition(_SPLIT)
    return zh if mark and lang == "zh" else en


WORDS: Final[dict[str, tuple[str, str]]] = {
    "error": ("error", "错误"),
    "where": ("where", "位置"),
    "why": ("why", "原因"),
    "fix": ("fix", "处理"),
    "more": ("more", "详情"),
    "source": ("source", "依据"),
    "next": ("next", "下一步"),
    "example": ("example", "示例"),
    "examples": ("examples", "示例"),
    "usage": ("usage", "用法"),
    "arguments": ("arguments", "参数"),
    "fields": ("what is recorded", "记录内容"),
    "related": ("related items", "关联物项"),
    "signing": ("signing", "签名"),
    "passphrase": ("passphrase", "口令"),
    "options": ("options", "选项"),
    "global": ("everywhere", "通用选项"),
    "commands": ("commands", "命令"),
    "required": ("required", "必填"),
    "repeatable": ("repeatable", "可重复"),
    "one_of": ("one of", "可选值"),
    "default": ("default", "默认"),
    "signed_by": ("signed by", "签名人"),
    "event": ("event", "事件"),
    "recorded": ("recorded", "已记录"),
    "checked": ("checked, not recorded", "检查通过，未写入"),
    "and": ("and", "与"),
    "any_role": ("any role", "任意角色"),
    "reasons": ("{n} reasons stand against it", "共 {n} 条原因"),
    "none": ("none", "无"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
}


def word(key: str, lang: Lang, **values: object) -> str:
    """Return one of the fixed words in `lang`, its placeholders filled."""
    en, zh = WORDS[key]
    return (zh if lang == "zh" else en).format(**values)
