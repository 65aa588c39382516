"""What somebody before the page reads: one verdict, in their language, and why."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator

import pypdf
import pypdf.generic
import pytest

from app.conftest import SECONDS as AT
from custody.demo.play import DemoResult
from custody.page.build import build
from page.officer import CHINESE, Officer, as_file, before, plain_page

LATER = AT + 3600
WORDS = {
    "genuine": ("GENUINE", "真实"),
    "not_genuine": ("NOT GENUINE", "不真实"),
    "cannot_tell": ("CANNOT TELL", "无法判断"),
}
NINE = [f"V{number}" for number in range(1, 10)]


@pytest.fixture
def officer() -> Iterator[Officer]:
    with before(at=LATER) as officer:
        yield officer
        assert officer.heard == []


@pytest.fixture(scope="module")
def trust(played: DemoResult) -> bytes:
    return played.trust.read_bytes()


@pytest.fixture(scope="module")
def genuine(played: DemoResult) -> bytes:
    return played.bundle.read_bytes()


def test_a_genuine_bundle_is_called_genuine_in_both_languages(
    officer: Officer, genuine: bytes, trust: bytes
) -> None:
    assert officer.judges(genuine, trust) == WORDS["genuine"][0]
    assert officer.steps() == dict.fromkeys(NINE, "✓ holds")
    officer.speaks("zh")
    assert officer.verdict() == WORDS["genuine"][1]
    assert officer.steps() == dict.fromkeys(NINE, "✓ 成立")


@pytest.mark.parametrize("forgery", range(5))
def test_each_forgery_is_called_not_genuine_at_its_step_in_both_languages(
    forgery: int, officer: Officer, played: DemoResult, trust: bytes
) -> None:
    caught = played.caught[forgery]
    first = caught.report.findings[0]
    assert officer.judges(caught.path.read_bytes(), trust) == WORDS["not_genuine"][0]
    assert officer.steps()[first.step] == "✗ does not hold"
    assert officer.codes(first.step)[0] == first.code
    officer.speaks("zh")
    assert officer.verdict() == WORDS["not_genuine"][1]
    assert officer.steps()[first.step] == "✗ 不成立"
    texts = caught.report.text_of(first, "zh")
    assert texts["title"] in officer.text(".findings li")
    assert texts["hint"] in officer.text(".findings li")


def test_without_a_trust_file_nobody_can_tell_and_what_the_file_says_is_marked_as_unchecked(
    officer: Officer, genuine: bytes
) -> None:
    officer.gives(genuine)
    officer.page.click("#verify")
    assert officer.verdict() == WORDS["cannot_tell"][0]
    assert set(officer.steps().values()) == {"– not judged"}
    claims = officer.page.get_by_role("region", name="What the file says of itself (not verified)")
    assert "cells.example/suzhou+" in claims.inner_text()
    assert officer.page.get_by_role("heading", name="The story of shipment").count() == 0


def test_a_trust_file_that_is_none_leaves_everything_open_and_says_why(
    officer: Officer, genuine: bytes
) -> None:
    assert officer.judges(genuine, b'{"format":"custody-trust-root/v1"}') == WORDS["cannot_tell"][0]
    assert officer.codes("V2") == ["C501"]
    assert "the trust file is not usable" in officer.text(".findings li")


def test_why_a_trust_file_is_none_is_said_in_chinese_as_well(genuine: bytes) -> None:
    with before(plain_page(), locale=CHINESE) as officer:
        officer.judges(genuine, b'{"format":"custody-trust-root/v1"}')
        assert "其字段与该版本的信任文件不符" in officer.text(".findings li")


def test_a_trust_file_of_another_ledger_never_makes_a_bundle_genuine(
    officer: Officer, genuine: bytes, trust: bytes
) -> None:
    other = trust.replace(b"cells.example/suzhou", b"cells.example/xuzhou")
    assert officer.judges(genuine, other) != WORDS["genuine"][0]
    assert officer.steps()["V2"] != "✓ holds"


def test_another_fingerprint_than_the_one_told_is_noticed_before_and_after(
    officer: Officer, genuine: bytes, trust: bytes
) -> None:
    officer.page.fill("#pin", "12 34")
    assert "here are 4" in officer.text("#pin-said")
    officer.page.fill("#pin", "AB:" * 32)
    officer.trusts(trust)
    assert officer.text("#pin-said").startswith("✗")
    officer.gives(genuine)
    assert officer.verdict() == WORDS["cannot_tell"][0]
    assert officer.codes("V2") == ["E02"]


def test_an_old_record_is_open_until_it_is_looked_at_on_purpose(
    genuine: bytes, trust: bytes
) -> None:
    years = 20 * 365 * 86_400
    with before(at=LATER + years) as officer:
        assert officer.judges(genuine, trust) == WORDS["cannot_tell"][0]
        assert officer.codes("V2") == ["E09"]
        officer.page.click("#back")
        officer.page.click("summary")
        officer.page.check("#archive")
        officer.page.click("#verify")
        officer.page.wait_for_selector(".verdict")
        assert officer.steps()["V2"] == "✓ holds"


def test_documents_are_matched_by_content_whatever_they_are_called(
    officer: Officer, played: DemoResult, genuine: bytes, trust: bytes
) -> None:
    assert officer.judges(genuine, trust) == WORDS["genuine"][0]
    documents = officer.page.get_by_role("region", name="Documents of the record", exact=True)
    assert "not at hand" in documents.inner_text()
    officer.page.click("#back")
    officer.page.click("summary")
    files = sorted((played.folder / "documents").iterdir())
    given = [{"name": "x", "mimeType": "", "buffer": f.read_bytes()} for f in files]
    officer.page.set_input_files("#documents-file", given)
    officer.told("#documents-name")
    officer.page.click("#verify")
    assert officer.verdict() == WORDS["genuine"][0]
    facts = officer.text("#result")
    assert "30 at hand, 0 not at hand" in facts


def test_a_page_with_a_trust_file_inside_needs_nothing_but_the_bundle(
    genuine: bytes, trust: bytes, played: DemoResult
) -> None:
    with before(build(trust), at=LATER) as officer:
        shown = officer.text("#trust-name").replace(" ", "")
        assert played.report.evidence.trust in shown
        assert not officer.page.locator("#trust-file").is_visible()
        officer.gives(genuine)
        assert officer.verdict() == WORDS["genuine"][0]
        assert officer.heard == []


def test_a_trust_file_that_comes_with_the_goods_is_not_used(
    officer: Officer, genuine: bytes, trust: bytes
) -> None:
    drop(officer, {"SHP.custody.json": genuine, "trust.json": trust})
    assert "proves nothing" in officer.told("#verify-said")
    assert officer.text("#trust-name") == "No trust file yet."


def test_a_dropped_bundle_is_judged_at_once_when_the_trust_file_is_at_hand(
    officer: Officer, genuine: bytes, trust: bytes
) -> None:
    officer.trusts(trust)
    drop(officer, {"SHP.custody.json": genuine})
    assert officer.verdict() == WORDS["genuine"][0]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "E01"), (b"{}", "E01"), (b"\xff\xfe\x00", "E01"), (b"%PDF-1.7 nothing", None)],
    ids=["empty", "not-a-bundle", "not-text", "pdf-without-bundle"],
)
def test_a_file_that_is_no_bundle_is_said_to_be_none(
    content: bytes, code: str | None, officer: Officer, trust: bytes
) -> None:
    officer.trusts(trust)
    officer.gives(content, "odd.pdf")
    if code is None:
        assert "no bundle is embedded in odd.pdf" in officer.told("#verify-said")
    else:
        assert officer.verdict() == WORDS["not_genuine"][0]
        assert officer.codes("V1") == [code]


@pytest.mark.parametrize("deflated", [True, False], ids=["deflated", "plain"])
def test_the_bundle_inside_a_pdf_is_judged_and_nothing_else_of_the_pdf(
    deflated: bool, officer: Officer, played: DemoResult, genuine: bytes, trust: bytes
) -> None:
    forged = played.caught[2].path.read_bytes()
    officer.trusts(trust)
    for content, word in ((genuine, "genuine"), (forged, "not_genuine")):
        officer.gives(pdf_with(content, deflated), "SHP-2026-001.pdf")
        assert officer.verdict() == WORDS[word][0]
        officer.page.click("#another")


def pdf_with(content: bytes, deflated: bool) -> bytes:
    """A PDF of one empty page with a file embedded in it."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("bundle.custody.json", content)
    if deflated:
        for held in writer._objects:
            if isinstance(held, pypdf.generic.StreamObject) and "/EmbeddedFile" in held.values():
                held._data = zlib.compress(held.get_data())
                filtered = pypdf.generic.NameObject("/Filter")
                held[filtered] = pypdf.generic.NameObject("/FlateDecode")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_the_page_begins_in_the_language_of_the_machine() -> None:
    for locale, word in (
        ("en-US", "Verify"),
        (CHINESE, "核验"),
        ("zh-TW", "核验"),
        ("fr", "Verify"),
    ):
        with before(locale=locale) as officer:
            assert officer.text("#verify") == word
            assert officer.page.locator("html").get_attribute("lang") in ("en", "zh-Hans")


def drop(officer: Officer, files: dict[str, bytes]) -> None:
    """Let files fall into the place for the bundle, as a mouse does."""
    officer.page.evaluate(
        """(files) => {
          const carried = new DataTransfer();
          for (const [name, text] of files) carried.items.add(new File([text], name));
          const zone = document.getElementById("bundle-zone");
          const about = { dataTransfer: carried, bubbles: true, cancelable: true };
          zone.dispatchEvent(new DragEvent("dragover", about));
          zone.dispatchEvent(new DragEvent("drop", about));
        }""",
        [[name, content.decode()] for name, content in files.items()],
    )


def test_a_bundle_given_as_trust_file_is_pointed_out_and_not_used(
    officer: Officer, genuine: bytes, trust: bytes
) -> None:
    officer.page.set_input_files("#trust-file", [as_file("SHP.custody.json", genuine)])
    officer.page.wait_for_selector("text=is a bundle, not a trust file")
    assert officer.page.locator("#trust-name code").count() == 0
    assert officer.judges(genuine, trust) == WORDS["genuine"][0]
