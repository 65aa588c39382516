"""The HTML copy and the file to read first: one file each, nothing loaded, nothing run."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from custody.report import pages
from custody.report.reading import reading_copy
from report.facts import SHA, every_text, handover

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "=HYPERLINK(1)",
    '" onmouseover="alert(1)',
)
LOADING = {"src", "href", "srcset", "action", "data", "poster", "xlink:href", "style"}


class Tags(HTMLParser):
    """Collects what a browser would see: tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(k, v or "") for k, v in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(page: bytes) -> Tags:
    tags = Tags()
    tags.feed(page.decode())
    return tags


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    page = pages.html(reading_copy(handover()))
    found = seen(page)
    assert "script" not in found.tags
    assert not {name for name, _ in found.attributes} & LOADING
    assert not [n for n, _ in found.attributes if n.startswith("on")]
    assert b"url(" not in page.replace(b"url(#open)", b"")


def test_its_policy_forbids_everything_but_its_own_style() -> None:
    page = pages.html(reading_copy(handover())).decode()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert "unsafe" not in policy[1]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_whatever_people_typed_is_shown_as_text(hostile: str) -> None:
    plain = seen(pages.html(reading_copy(handover())))
    spoilt = seen(pages.html(reading_copy(every_text(hostile))))
    assert set(spoilt.tags) == set(plain.tags)
    assert {n for n, _ in spoilt.attributes} == {n for n, _ in plain.attributes}
    assert spoilt.text.count(hostile) > 20


def test_texts_of_the_record_are_kept_apart_from_the_direction_of_the_page() -> None:
    page = pages.html(reading_copy(every_text("שלום"))).decode()
    bare = re.findall(r"<t[dh][^>]*>[^<]*שלום|<dd>[^<]*שלום", page)
    assert bare == []


def test_the_copy_says_on_top_and_at_the_end_what_the_digest_of_the_bundle_is() -> None:
    text = seen(pages.html(reading_copy(handover()))).text.replace(" ", "")
    assert text.count(SHA) == 2
    assert text.index("notproof") < text.index(SHA)


def test_the_same_facts_give_the_same_page() -> None:
    first, second = (pages.html(reading_copy(handover())) for _ in range(2))
    assert first == second


def test_read_me_first_is_short_bilingual_and_readable_in_any_editor() -> None:
    content = pages.read_me(handover(), ["SHP-9.html", "label.svg"])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n") < 20
    text = content.decode("utf-8-sig")
    assert SHA in text
    assert "Never use ones that came with the goods" in text
    assert "切勿使用随货附带的程序或信任文件" in text
    assert "custody verify SHP-9.custody.json --trust trust.json --attachments documents" in text
    assert "SHP-9.html, label.svg: for reading only, not proof." in text
    assert ".pdf" not in text  # there is none, and a permit among the documents may be one
    assert "{" not in text
