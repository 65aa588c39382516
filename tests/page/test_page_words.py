"""Every word of the page is there twice, and says what the command line says."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from custody.page.build import HERE
from custody.page.labels import VOCABULARIES, labels
from custody_cli.verdict import STATUS, STEPS, VERDICTS
from custody_cli.words import pick

VIEW = HERE / "js" / "view"
FRAME = (HERE / "page.html").read_text(encoding="utf-8")
CODE = {path.name: path.read_text(encoding="utf-8") for path in VIEW.glob("*.js")}
_PIECES = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ENTRIES = re.compile(r"^  (\w+): \[((?:[^\[\]]|\n)*?)\],$", re.MULTILINE)
HAN = re.compile("[\u4e00-\u9fff]")


def readings(text: str) -> tuple[str, str]:
    """The two readings of an entry ``"en" + "more", "zh" + …``."""
    joined = re.sub(r'"\s*\+\s*"', "", text)
    found = _PIECES.findall(joined)
    assert len(found) == 2, text
    return found[0], found[1]


def texts(name: str) -> Iterator[tuple[str, str, str]]:
    for key, body in _ENTRIES.findall(CODE[name]):
        yield (key, *readings(body))


ALL = {key: (en, zh) for name in ("texts.js", "result_texts.js") for key, en, zh in texts(name)}


def test_every_text_has_an_english_and_a_chinese_reading_with_the_same_places() -> None:
    assert len(ALL) > 120
    for key, (en, zh) in ALL.items():
        assert en and zh, key
        assert not HAN.search(en), key
        assert sorted(re.findall(r"\{\w+\}", en)) == sorted(re.findall(r"\{\w+\}", zh)), key
    alike = {key for key, (en, zh) in ALL.items() if en == zh}
    assert alike == {"chosen", "version"}


def test_every_text_that_is_said_exists_and_every_text_is_said() -> None:
    said = set(re.findall(r'data-say(?:-label)?="(\w+)"', FRAME))
    code = "\n".join(
        text for name, text in CODE.items() if name not in ("texts.js", "result_texts.js")
    )
    for inside in re.findall(r"\bsay(?:Around)?\(([^()]*)", code):
        said |= set(re.findall(r'"(\w+)"', inside))
    assert said - set(ALL) == set()
    quoted = said | set(re.findall(r'"(\w+)"', code))
    assert set(ALL) - quoted - set(STEPS) == set()


@pytest.mark.parametrize("step", STEPS)
def test_the_steps_are_called_as_on_the_command_line(step: str) -> None:
    found = {key: (en, zh) for key, en, zh in texts("texts.js")}
    assert found[step] == (pick(STEPS[step], "en"), pick(STEPS[step], "zh"))


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_verdicts_are_worded_as_on_the_command_line(verdict: str) -> None:
    mark, _, text = VERDICTS[verdict]
    block = CODE["texts.js"].split(f"  {verdict}: {{")[1].split("\n  },")[0]
    assert f'mark: "{mark}"' in block
    for lang, at, sep in (("en", 0, ": "), ("zh", 1, "：")):
        word, line = (
            readings(re.search(rf"{name}: \[(.*?)\],\n", block, re.DOTALL)[1])[at]  # type: ignore[index]
            for name in ("word", "line")
        )
        assert f"{word}{sep}{line}" == pick(text, lang)


def test_the_ends_of_steps_are_worded_as_on_the_command_line() -> None:
    for status, (mark, text) in STATUS.items():
        row = re.search(rf'  {status}: \["(.)", \["([^"]*)", "([^"]*)"\]\]', CODE["texts.js"])
        assert row is not None
        assert row.groups() == (mark, pick(text, "en"), pick(text, "zh"))


def test_the_embedded_lists_are_bilingual() -> None:
    lists = labels()
    assert set(lists["vocabularies"]) == set(VOCABULARIES)
    assert len(lists["types"]) > 150
    for entries in (*lists["vocabularies"].values(), lists["types"]):
        for term, words in entries.items():
            assert words["en"] and words["zh"], term
            assert HAN.search(words["zh"]), term


def test_no_source_of_the_page_makes_markup_from_text() -> None:
    banned = (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
    )
    for name, text in CODE.items():
        assert not [word for word in banned if word in text], name
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), name
        assert text.count("\n") < 400, name
