"""Every reason the domain can give has its words, and every word in the catalogue is used."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import custody
import custody.domain
from custody.errors import catalogue, reason

SOURCES = sorted(Path(custody.domain.__path__[0]).glob("*.py"))
# What others refuse by themselves, with an error or a reason of their own, is no concern here.
ELSEWHERE = {
    code
    for path in Path(custody.__path__[0]).rglob("*.py")
    if path.parent.name != "domain"
    for code in re.findall(r'"(C2\d{2,3})"', path.read_text(encoding="utf-8"))
}
TEXTS = {
    c: t
    for c, t in catalogue("refused").items()
    if c not in ELSEWHERE and (len(c) == 5 or "C240" <= c <= "C299")
}  # four digits: the domain's further reasons, by subject


def given() -> dict[str, set[str]]:
    """Return the codes that occur in the domain, each with the values given for its texts."""
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            dicts = [n for n in ast.walk(function) if isinstance(n, ast.Dict)]
            shared = {str(k.value) for d in dicts for k in d.keys if isinstance(k, ast.Constant)}
            for call in ast.walk(function):
                if isinstance(call, ast.Call):
                    _note(call, shared, found)
    return found


def _note(call: ast.Call, shared: set[str], found: dict[str, set[str]]) -> None:
    for argument in call.args:
        chosen = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
        codes = [n.value for n in chosen if isinstance(n, ast.Constant)]
        for code in (c for c in codes if isinstance(c, str) and re.fullmatch(r"C2\d{2,3}", c)):
            names = {k.arg for k in call.keywords if k.arg}
            names |= shared if any(k.arg is None for k in call.keywords) else set()
            names |= {"type"} if getattr(call.func, "id", "") == "_reason" else set()
            found[code] = found.get(code, names) & names


GIVEN = given()


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_the_catalogue_holds_exactly_the_reasons_the_domain_gives() -> None:
    assert len(GIVEN) > 40
    assert set(GIVEN) == set(TEXTS)


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_a_reason_says_what_why_and_how_to_mend_it_in_both_languages(code: str) -> None:
    for lang in ("en", "zh"):
        assert set(TEXTS[code][lang]) == {"what", "why", "fix"}
        assert all(TEXTS[code][lang].values())
        assert not placeholders(TEXTS[code][lang]["what"])
    for part in ("what", "why", "fix"):
        assert re.search(r"[\u4e00-\u9fff]", TEXTS[code]["zh"][part])
        assert not TEXTS[code]["en"][part][0].isupper()


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_every_placeholder_of_a_reason_is_given_a_value(code: str) -> None:
    for lang in ("en", "zh"):
        for part in ("why", "fix"):
            assert placeholders(TEXTS[code][lang][part]) <= GIVEN[code]


def test_a_reason_is_rendered_in_both_languages() -> None:
    found = reason("C266", "material:1", quantity="5", unit="{cells}", left="2")
    assert (found.code, found.where) == ("C266", "material:1")
    assert found.why.en == "5 {cells} are asked for, 2 {cells} are left"
    assert found.why.zh == "需要 5 {cells}，仅余 2 {cells}"


def test_a_code_without_words_is_a_bug_and_not_an_empty_reason() -> None:
    with pytest.raises(KeyError):
        reason("C239", "material:1")
