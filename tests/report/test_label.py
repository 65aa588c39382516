"""The label: scanned by an independent reader, and readable without one."""

from __future__ import annotations

import pypdfium2
import pytest
import typst
import zxingcpp

from custody.report import label
from report.facts import SHA, every_text, handover, tree


def scanned(svg: bytes) -> list[zxingcpp.Barcode]:
    """Return what a reader of bar codes finds on the label as it is printed."""
    page = b"#set page(width: 100mm, height: 62mm, margin: 0mm)\n"
    page += b'#image(bytes(sys.inputs.svg), format: "svg", width: 100mm)'
    pdf = typst.compile(page, sys_inputs={"svg": svg.decode()}, ignore_system_fonts=True)
    assert isinstance(pdf, bytes)
    bitmap = pypdfium2.PdfDocument(pdf)[0].render(scale=3, grayscale=True)
    dots = memoryview(bytes(bitmap.buffer)).cast("B", (bitmap.height, bitmap.stride))
    return list(zxingcpp.read_barcodes(dots))


def words(svg: bytes) -> str:
    return " ".join(e.text or "" for e in tree(svg).iter() if e.tag.endswith("text"))


def test_an_independent_reader_finds_number_and_digest_in_the_symbol() -> None:
    (found,) = scanned(label.svg(handover()))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    assert found.text == f"SHP-9\nSHA-256 {SHA}"


def test_the_symbol_sends_nobody_anywhere() -> None:
    (found,) = scanned(label.svg(handover()))
    assert "://" not in found.text


def test_everything_can_be_read_without_a_scanner() -> None:
    told = words(label.svg(handover()))
    for part in ("SHP-9", "Invented Trial Centre", "SG", "SEAL-9", "B-9", "4 doses 剂"):
        assert part in told
    assert SHA[:20] in told.replace(" ", "")
    assert "Not proof" in told
    assert "不是证据" in told


@pytest.mark.parametrize("hostile", ["</text><script>x</script>", '"/><image href="y"/>', "&lt;"])
def test_names_are_text_on_the_label(hostile: str) -> None:
    svg = label.svg(every_text(hostile))
    tags = {e.tag.rpartition("}")[2] for e in tree(svg).iter()}
    assert tags == {"svg", "title", "rect", "text", "g", "path"}


def test_the_same_bundle_gets_the_same_label() -> None:
    assert label.svg(handover()) == label.svg(handover())
