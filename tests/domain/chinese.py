"""A `Play` whose every number and every free word is Chinese, as many a site writes them.

Numbers get a Chinese word and full-width signs, free words a Chinese gloss with full-width
punctuation; codes, amounts, versions and moments stay as they are. What was different stays
different, and a value that was written so already stays as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from pydantic.fields import FieldInfo

from custody.domain.model import TYPES, Event, Link, Signed
from custody.domain.values import Frozen
from domain.play import Play

GLOSS: Final = "（已复核：“合格”，第１２号；𠮷野、欧阳·阿依古丽）"
WIDE: Final = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in "0123456789ABCDEFSXLP-."})


class ChinesePlay(Play):
    """Plays the same story in Chinese; see the module's docstring."""

    def _event(
        self,
        type: str,  # noqa: A002
        stream: str,
        body: Mapping[str, Any],
        links: Sequence[Link],
        signers: Sequence[Signed],
        private: Sequence[str] = (),
    ) -> Event:
        written = translated(TYPES[type].body, body)
        return super()._event(type, stream, written, links, signers, private)


def translated(model: type[Frozen], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body with its numbers and free words in Chinese."""
    fields = model.model_fields
    kept = {n for n in body if n not in fields or n.endswith("version")}
    return {n: v if n in kept else _written(fields[n], v) for n, v in body.items()}


def number(text: str) -> str:
    """Return a number as typed on a Chinese form: a word before it, full-width signs."""
    return text if text.startswith("批") else f"批{text.translate(WIDE)}号"


def canonical(text: str) -> str:
    """Return how the ledger shows the number `text` of a story played in Chinese."""
    return unicodedata.normalize("NFKC", number(text))


def words(text: str) -> str:
    """Return free words with a Chinese gloss."""
    return text if text.endswith(GLOSS) else f"{text}{GLOSS}"


def _written(info: FieldInfo, value: Any) -> Any:
    inner = _model(info.annotation)
    if inner is not None and isinstance(value, Mapping):
        return translated(inner, value)
    if inner is not None and isinstance(value, list | tuple):
        return [translated(inner, v) if isinstance(v, Mapping) else v for v in value]
    shape = repr((info.annotation, info.metadata))
    if not isinstance(value, str):
        return value
    if "lambda" in shape:  # a Number, cleaned by its validator
        return number(value)
    return words(value) if "function clean" in shape else value


def _model(annotation: Any) -> type[Frozen] | None:
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        return annotation
    return next((m for part in get_args(annotation) if (m := _model(part))), None)
