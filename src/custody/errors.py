"""The whole error tree of the library.

Every error answers four questions, in English and Chinese: what happened, where, why, and how to
fix it. Families answer "who must act", so a caller can catch what it can do something about:

    CustodyError                 root; never printed by the library itself
    ├── InputError      C1xx     the file or value you gave is not usable    -> the person typing
    ├── RefusedError    C2xx     a rule of the process forbids it            -> QA, production
    ├── ConflictError   C3xx     someone else appended first; safe to retry  -> retry
    ├── EvidenceError   C4xx     the evidence does not hold                  -> stop, investigate
    ├── TrustError      C5xx     it may hold, but these keys are unknown     -> get the trust file
    ├── SigningKeyError C6xx     your signing key could not be used          -> the key holder
    └── StorageError    C7xx     disk, permission, lock, missing ledger      -> IT

The texts live beside this file in ``catalogue/<family>.toml`` and are read only when an error is
rendered. Bugs are not in the tree: they stay ordinary exceptions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar, Literal

Lang = Literal["en", "zh"]
Say = Callable[[str, str], str]  # name and value of a placeholder → the value as people read it


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    en: str
    zh: str

    def __getitem__(self, lang: Lang) -> str:
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Reason:
    """One of several reasons behind an error: which rule, about which item, and how to mend it.

    `values` are what filled the placeholders of a catalogue text, so that it can be said again in
    other words; a reason that was written as a sentence has none.
    """

    code: str
    where: str
    why: Text
    fix: Text
    source: str = ""
    values: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def said(self, lang: Lang, say: Say) -> tuple[str, str]:
        """Return why and fix in `lang`, the values of placeholders as `say` words them."""
        if not self.values:
            return self.why[lang], self.fix[lang]
        texts = catalogue(_family(self.code))[self.code][lang]
        shown = _Shown({name: say(name, value) for name, value in self.values})
        return texts["why"].format_map(shown), texts["fix"].format_map(shown)


@dataclass(frozen=True, slots=True)
class Rendered:
    """An error in one language, ready to print."""

    code: str
    what: str
    where: str
    why: str
    fix: str


class CustodyError(Exception):
    """Root of the tree.

    Args:
        code: catalogue code, for example ``C203``.
        where: the record, file or command the error is about, in the words of the person typing.
        reasons: individual findings, each with its own text, shown together under the error.
        params: values for the placeholders of the catalogue text.
    """

    family: ClassVar[str] = ""

    def __init__(
        self, code: str, *, where: str = "", reasons: Sequence[Reason] = (), **params: object
    ) -> None:
        self.code = code
        self.where = where
        self.reasons = tuple(reasons)
        self.params = params
        super().__init__(code, where, params)

    def render(self, lang: Lang = "en", say: Say | None = None) -> Rendered:
        """Return the error's text in `lang`; unknown placeholders are shown, never raised.

        Args:
            say: words the values of placeholders; codes stay as they are without it. A value that
                is a `Text` is said in `lang` by itself.
        """
        texts = catalogue(self.family).get(self.code, {}).get(lang, {})
        values = _Shown({k: _worded(k, v, lang, say) for k, v in self.params.items()})
        return Rendered(
            code=self.code,
            what=texts.get("what", self.code).format_map(values),
            where=self.where,
            why=texts.get("why", "").format_map(values),
            fix=texts.get("fix", "").format_map(values),
        )

    def __str__(self) -> str:
        shown = self.render("en")
        lines = [f"{shown.code} {shown.what}", shown.why]
        lines += [f"{r.code}: {r.why.en}" for r in self.reasons]
        return " | ".join(line for line in lines if line)


class InputError(CustodyError):
    """The file or value given is not usable."""

    family = "input"


class RefusedError(CustodyError):
    """A rule of the process forbids the step."""

    family = "refused"


class ConflictError(CustodyError):
    """Somebody else appended first; trying again is safe."""

    family = "conflict"


class EvidenceError(CustodyError):
    """The evidence does not hold."""

    family = "evidence"


class TrustError(CustodyError):
    """The evidence may hold, but the keys behind it are not known here."""

    family = "trust"


class SigningKeyError(CustodyError):
    """A signing key could not be used."""

    family = "key"


class StorageError(CustodyError):
    """Disk, permission, lock or missing ledger."""

    family = "storage"


FAMILIES: dict[str, type[CustodyError]] = {
    cls.family: cls
    for cls in (
        InputError,
        RefusedError,
        ConflictError,
        EvidenceError,
        TrustError,
        SigningKeyError,
        StorageError,
    )
}


def reason(code: str, where: str, **values: object) -> Reason:
    """Return the reason `code` against the item `where`, in the words of the catalogue.

    Args:
        code: catalogue code, for example ``C243``; its first digit names the family.
        where: the stream or number the reason is about.
        values: values for the placeholders of the texts.

    Raises:
        KeyError: the catalogue has no such code, which is a bug.
    """
    texts = catalogue(_family(code))[code]

    shown = _Shown({name: str(value) for name, value in values.items()})

    def said(part: str) -> Text:
        return Text(texts["en"][part].format_map(shown), texts["zh"][part].format_map(shown))

    return Reason(code, where, said("why"), said("fix"), values=tuple(shown.items()))


def _family(code: str) -> str:
    return tuple(FAMILIES)[int(code[1]) - 1]


def _worded(name: str, value: object, lang: Lang, say: Say | None) -> str:
    if isinstance(value, Text):
        return value[lang]
    return say(name, str(value)) if say else str(value)


class _Shown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@cache
def catalogue(family: str) -> dict[str, dict[str, dict[str, str]]]:
    """Return ``{code: {lang: {what, why, fix}}}`` of one family."""
    # Only an error needs its texts; a command that goes well should not pay for reading them.
    import tomllib
    from importlib import resources

    source = resources.files("custody") / "catalogue" / f"{family}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
