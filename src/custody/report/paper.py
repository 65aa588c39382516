"""The reading copy as PDF/A-3, with the bundle itself inside.

Typst sets it, and stops rather than print an empty box: a letter that the font lacks is an error
that names it. Chinese letters come from a font that is installed as a package; both are the extra
``pdf``, and without it there is no paper.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib import resources, util
from typing import Any, Final

from custody.app.publication.handover import Handover
from custody.errors import InputError, Text
from custody.report.reading import TITLE, ReadingCopy
from custody.report.templates import source

ENGINE: Final = "typst"
FONT_PACKAGE: Final = "pylopdf_fonts_zh_cn"
FONT_FILE: Final = "NotoSansSC-Regular.otf"
# PDF/A-3 (ISO 19005-3) at its strictest level, tagged, and PDF/UA-1 (ISO 14289-1) for readers
# who listen.
STANDARDS: Final = ("a-3a", "ua-1")
FOOTER: Final = Text("reading copy, not proof", "阅读副本，不是证据")
TALL: Final = 1.35  # height by width, from which a figure gets a page of its own
_LACKING: Final = re.compile(r'the text `"(.+?)"` could not be displayed')


def missing() -> str:
    """Return the name of the package that a PDF needs and that is not installed; else nothing."""
    return next((name for name in (ENGINE, FONT_PACKAGE) if util.find_spec(name) is None), "")


def pdf(copy: ReadingCopy, handover: Handover) -> bytes:
    """Return the reading copy as PDF/A-3a, the bundle embedded under its file name.

    Its date is the time of the seal, so the same bundle gives the same bytes.

    Raises:
        InputError: C181 when the font lacks letters of a name, C182 when the extra is missing.
    """
    lacking = missing()
    if lacking:
        raise InputError("C182", where=handover.number, package=lacking)
    import typst

    inputs = {
        "copy": json.dumps(_plain(copy, handover), ensure_ascii=False, sort_keys=True),
        "bundle": handover.bundle.decode(),
    }
    try:
        made = typst.compile(
            source("reading.typ").encode(),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs=inputs,
            pdf_standards=list(STANDARDS),
            timestamp=handover.as_of,
        )
    except typst.TypstError as wrong:
        letters = dict.fromkeys(_LACKING.findall(f"{wrong.message}\n{wrong.diagnostic}"))
        if not letters:
            raise
        shown = ", ".join(_letter(c) for text in letters for c in text)
        raise InputError("C181", where=handover.number, letters=shown) from wrong
    assert isinstance(made, bytes)  # noqa: S101 - a list only for pictures of several pages
    return made


@cache
def _fonts() -> Any:
    import typst

    with resources.as_file(resources.files(FONT_PACKAGE) / FONT_FILE) as path:
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(path.parent)]
        )


def _letter(letter: str) -> str:
    return f"{letter} (U+{ord(letter):04X})"


def _plain(copy: ReadingCopy, handover: Handover) -> dict[str, Any]:
    """Return the copy as JSON for the template."""
    plain = asdict(copy)
    for section in plain["sections"]:
        if section["figure"]:
            section["figure"]["tall"] = _tall(section["figure"])
    return {
        **plain,
        "title": asdict(TITLE),
        "footer": asdict(FOOTER),
        "bundle": handover.bundle_name,
    }


def _tall(figure: Mapping[str, Any]) -> bool:
    size = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', figure["svg"])
    return size is not None and float(size[2]) > TALL * float(size[1])
