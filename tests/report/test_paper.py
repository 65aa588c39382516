"""The PDF: PDF/A-3, bundle and fonts inside, the same bytes every time, no empty box."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pypdfium2
import pytest
from pypdf import PdfReader

from custody import contract
from custody.errors import FAMILIES, InputError, catalogue
from custody.report import paper
from custody.report.reading import reading_copy
from report.facts import BUNDLE, SHA, every_text, handover

HOSTILE = (
    "#panic(1)",
    "$x$ *b* _i_ `r` <l> @r",
    '#read("/etc/passwd")',
    "\\u{41} ] [ } {",
    "= heading\n- item",
    "{{ x }}",
)


def made(facts: Any = None) -> bytes:
    given = facts or handover()
    return paper.pdf(reading_copy(given), given)


@pytest.fixture(scope="module")
def reader() -> PdfReader:
    return PdfReader(io.BytesIO(made()))


def text_of(content: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"[\s\u200b]+", "", text)


def test_it_says_in_its_own_description_that_it_is_pdf_a_3_at_level_a(reader: PdfReader) -> None:
    described = reader.xmp_metadata
    assert described is not None
    xml = described.stream.get_data().decode()
    assert re.search(r"pdfaid:part(>|=\")3\b", xml)
    assert re.search(r"pdfaid:conformance(>|=\")A\b", xml)


def test_the_bundle_is_inside_byte_for_byte_under_its_own_name(reader: PdfReader) -> None:
    assert dict(reader.attachments) == {"SHP-9.custody.json": [BUNDLE]}
    catalog = reader.trailer["/Root"]
    (linked,) = catalog["/AF"]
    specification = linked.get_object()
    assert specification["/AFRelationship"] == "/Source"
    assert specification["/EF"]["/F"]["/Subtype"] == "/application/json"


def test_the_first_page_says_that_it_is_not_proof_with_the_digest_of_the_bundle() -> None:
    first = PdfReader(io.BytesIO(made())).pages[0].extract_text()
    assert "This is a reading copy. It is not proof." in first
    assert "本文件为阅读副本，不是证据。" in first
    assert SHA in first.replace(" ", "").replace("\n", "")


def fonts(reader: PdfReader) -> Iterator[Any]:
    for page in reader.pages:
        for font in page["/Resources"].get_object().get("/Font", {}).values():
            yield font.get_object()


def test_every_font_is_embedded_with_a_map_back_to_text(reader: PdfReader) -> None:
    found = list(fonts(reader))
    assert found
    for font in found:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
        assert "/ToUnicode" in font


def test_its_date_is_the_time_of_the_seal_and_the_bytes_are_the_same_every_time() -> None:
    first, second = made(), made()
    assert first == second
    information = PdfReader(io.BytesIO(first)).metadata
    assert information is not None
    assert information["/CreationDate"].startswith("D:20260303040000")


def test_it_is_tagged_for_those_who_listen_and_names_its_language(reader: PdfReader) -> None:
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    assert reader.metadata is not None
    assert "SHP-9" in str(reader.metadata.title)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_whatever_people_typed_is_set_as_text_and_never_run(hostile: str) -> None:
    wanted = re.sub(r"\s+", "", hostile)
    assert text_of(made(every_text(hostile))).count(wanted) > 20


def test_a_letter_the_font_lacks_stops_it_and_is_named() -> None:
    with pytest.raises(InputError) as stopped:
        made(every_text("王𠮷 😀"))
    assert stopped.value.code == "C181"
    assert "𠮷 (U+20BB7)" in str(stopped.value.params["letters"])
    assert "😀 (U+1F600)" in str(stopped.value.params["letters"])


def test_a_letter_that_stands_in_a_figure_only_stops_it_too() -> None:
    given = handover()
    copy = reading_copy(given)
    figure = next(s.figure for s in copy.sections if s.figure)
    assert figure is not None
    plain = paper._plain(copy, given)
    drawn = next(s["figure"] for s in plain["sections"] if s["figure"])
    drawn["svg"] = drawn["svg"].replace("2026", "😀", 1)
    with patch.object(paper, "_plain", lambda *_: plain), pytest.raises(InputError) as stopped:
        paper.pdf(copy, given)
    assert stopped.value.code == "C181"


def every_word() -> str:
    """Return every text that the program itself can put on paper, both languages."""
    names = sorted(p.stem for p in (contract.folder() / "vocabulary").glob("*.json"))
    found = [json.dumps(contract.vocabulary(n), ensure_ascii=False) for n in names]
    found += [f"{t['title']['en']} {t['title']['zh']}" for t in contract.types().values()]
    found += [json.dumps(catalogue(f), ensure_ascii=False) for f in FAMILIES]
    return "".join(sorted(set("".join(found)) - set("\n\r\t")))


def test_every_letter_of_vocabulary_catalogue_and_titles_can_be_printed() -> None:
    letters = every_word()
    assert sum("\u4e00" <= c <= "\u9fff" for c in letters) > 800
    assert set(letters) - {" "} <= set(text_of(made(handover(trial=letters))))


@pytest.mark.parametrize("package", ["typst", "pylopdf_fonts_zh_cn"])
def test_without_what_it_needs_there_is_an_answer_and_no_crash(package: str) -> None:
    found = paper.util.find_spec
    with patch.object(paper.util, "find_spec", lambda n: None if n == package else found(n)):
        assert paper.missing() == package
        with pytest.raises(InputError) as stopped:
            made()
    assert (stopped.value.code, stopped.value.params["package"]) == ("C182", package)


@pytest.mark.parametrize("name", ["W" * 120, ("W" * 60 + " ") * 2, "细" * 120])
def test_names_of_any_length_stay_on_the_page(name: str) -> None:
    pages = pypdfium2.PdfDocument(made(every_text(name)))
    assert 1 < len(pages) < 12
    for page in pages:
        bitmap = page.render(scale=1, grayscale=True)
        dots = memoryview(bytes(bitmap.buffer)).cast("B", (bitmap.height, bitmap.stride))
        margin = [dots[y, x] for y in range(bitmap.height) for x in range(560, bitmap.width)]
        assert set(margin) == {255}
