"""Somebody in front of the page: opens it from a file, gives it files, reads the answer.

Whatever the page says to the console, asks in a dialog or requests is kept, so that a test can
demand that there was nothing.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from custody.page.build import build
from page.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

ENGLISH, CHINESE = "en-GB", "zh-CN"
SECONDS: Final = 30_000  # milliseconds a page may take for one bundle before the test gives up


@cache
def plain_page() -> bytes:
    """The page of this version, without a trust file."""
    return build(None)


class Officer:
    """One page that is open, and what it did besides showing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.heard: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.heard.append(message.text))
        page.on("pageerror", lambda fault: self.heard.append(str(fault)))
        page.on("dialog", lambda dialog: (self.heard.append("dialog"), dialog.dismiss()))
        page.on("request", lambda request: self.asked.append(request.url))

    def trusts(self, content: bytes, name: str = "trust.json") -> None:
        self.page.set_input_files("#trust-file", [as_file(name, content)])
        self.page.wait_for_selector("#trust-name code")

    def gives(self, content: bytes, name: str = "SHP.custody.json") -> None:
        self.page.set_input_files("#bundle-file", [as_file(name, content)])

    def judges(self, bundle: bytes, trust: bytes) -> str:
        """Give both files, wait for the answer and return its word."""
        self.trusts(trust)
        self.gives(bundle)
        return self.verdict()

    def verdict(self) -> str:
        self.page.wait_for_selector("#verdict-word", timeout=SECONDS)
        return self.text("#verdict-word")

    def text(self, place: str) -> str:
        return self.page.locator(place).first.inner_text()

    def told(self, place: str) -> str:
        """Wait until something is said at a place, and return it."""
        self.page.locator(place, has_text=re.compile(r"\S")).wait_for()
        return self.text(place)

    def speaks(self, language: str) -> None:
        self.page.click(f'[data-language="{language}"]')

    def steps(self) -> dict[str, str]:
        """Each step with the word for how it ended."""
        rows = self.page.locator(".step").all()
        return {
            row.locator(".step-name").inner_text(): row.locator(".marked").first.inner_text()
            for row in rows
        }

    def codes(self, step: str) -> list[str]:
        row = self.page.locator(".step", has=self.page.get_by_text(step, exact=True))
        return [code.inner_text() for code in row.locator(".findings .code").all()]

    def paper(self) -> bytes:
        """What comes out of the printer, as PDF."""
        return self.page.pdf(prefer_css_page_size=True)


@contextmanager
def before(
    html: bytes | None = None,
    *,
    at: int | None = None,
    locale: str = ENGLISH,
    offline: bool = True,
    **screen: Any,
) -> Iterator[Officer]:
    """Open the page in a profile of its own; `at` is what its clock says, in Unix seconds."""
    context = chromium().new_context(locale=locale, offline=offline, **screen)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "verifier.html"
        file.write_bytes(plain_page() if html is None else html)
        try:
            page = context.new_page()
            if at is not None:
                page.clock.set_fixed_time(datetime.fromtimestamp(at).astimezone())
            officer = Officer(page)
            page.goto(file.as_uri())
            yield officer
        finally:
            context.close()


def as_file(name: str, content: bytes) -> Any:
    """Return a file to choose, as `set_input_files` takes it."""
    return {"name": name, "mimeType": "application/json", "buffer": content}
