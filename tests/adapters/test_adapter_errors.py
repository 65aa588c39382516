"""Every error the adapters raise has its texts in both languages, and every text is in use."""

from __future__ import annotations

import re
from pathlib import Path

import custody
import custody_cli
from custody.errors import FAMILIES, catalogue

SOURCE = "".join(
    path.read_text(encoding="utf-8")
    for package in (custody, custody_cli)
    for path in Path(package.__path__[0]).rglob("*.py")
)
RAISED = set(re.findall(r'"(C(?:3|49|6|7)\d+)"', SOURCE))


def test_every_error_of_the_adapters_has_six_texts() -> None:
    for code in RAISED:
        family = next(name for name in FAMILIES if code in catalogue(name))
        texts = catalogue(family)[code]
        assert {(lang, key) for lang in texts for key in texts[lang]} == {
            (lang, key) for lang in ("en", "zh") for key in ("what", "why", "fix")
        }
        assert all(text.strip() for lang in texts.values() for text in lang.values())
        assert texts["en"]["what"][0].islower()


def test_no_text_is_left_over() -> None:
    families = ("conflict", "storage", "key")
    assert {code for family in families for code in catalogue(family)} <= RAISED
    assert len(RAISED) > 35


def test_both_languages_use_the_same_placeholders() -> None:
    for family in ("conflict", "storage", "key", "evidence"):
        for code, texts in catalogue(family).items():
            if code in RAISED:
                english, chinese = (
                    set(re.findall(r"\{(\w+)\}", "".join(texts[lang].values())))
                    for lang in ("en", "zh")
                )
                assert english == chinese, code
