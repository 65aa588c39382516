"""A real Chromium for the tests: one per process, started when first needed.

`verify_in_browser` judges bundles with the page's own code, from a file, under the page's own
policy. Pages opened here may reach nothing but files.
"""

from __future__ import annotations

import atexit
import base64
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from custody.page.build import assembled, facts, joined
from custody.page.law import translated

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Containers have neither a sandbox for Chromium nor much shared memory; the pages are our own.
OPTIONS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")
BENCH = Path(__file__).with_name("bench.js")
FRAME = (
    "<!doctype html><meta charset=utf-8>{{policy}}<style>{{style}}</style>{{facts}}"
    "<script>{{script}}</script>"
)
START = """
globalThis.bench = bench;
globalThis.law = law;
globalThis.contract = JSON.parse(document.getElementById("contract").textContent);
"""
VERIFY = """async (cases) => {
  const reports = [];
  for (const one of cases) reports.push(await bench.verifyCase(one, contract, law));
  return reports;
}"""
RUN = """async (vectors) => {
  const outcomes = [];
  for (const one of vectors) outcomes.push(await bench.runVector(one));
  return outcomes;
}"""


@dataclass(frozen=True)
class Case:
    """A bundle to judge.

    Attributes:
        at: the verifier's clock, Unix seconds or ``YYYY-MM-DDTHH:MM:SSZ``.
        documents: contents of documents at hand, matched by their SHA-256.
        memory: largest (size, root) of the ledger seen before.
    """

    bundle: bytes
    trust: bytes
    at: int | str
    archive: bool = False
    pin: str | None = None
    documents: Sequence[bytes] = ()
    memory: tuple[int, bytes] | None = None
    earlier: Sequence[bytes] = field(default=())

    def plain(self) -> dict[str, Any]:
        """Return the case as the page takes it."""
        size, root = self.memory or (0, b"")
        return {
            "bundle": encoded(self.bundle),
            "trust": encoded(self.trust),
            "at": self.at,
            "archive": self.archive,
            "pin": self.pin,
            "documents": [encoded(content) for content in self.documents],
            "memory": {"size": size, "root": encoded(root)} if self.memory else None,
            "earlier": [encoded(content) for content in self.earlier],
        }


def encoded(content: bytes) -> str:
    """Return standard base64."""
    return base64.b64encode(content).decode("ascii")


def chromium_path() -> str | None:
    """Return the program, or None where there is none: then no browser test can run."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@cache
def chromium() -> Browser:
    """Return the browser of this process; it ends with the process."""
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    assert path is not None, "no Chromium here: apt-get install chromium"
    driver = sync_playwright().start()
    browser = driver.chromium.launch(executable_path=path, args=list(OPTIONS))
    # In this order: the driver's own ending would wait for the browser.
    atexit.register(driver.stop)
    atexit.register(browser.close)
    return browser


@contextmanager
def opened(html: bytes) -> Iterator[Page]:
    """Open a page from a file of its own, in a fresh profile."""
    context = chromium().new_context(offline=True)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "page.html"
        file.write_bytes(html)
        faults: list[str] = []
        try:
            page = context.new_page()
            page.on("pageerror", lambda fault: faults.append(str(fault)))
            page.goto(file.as_uri())
            assert not faults, faults
            yield page
        finally:
            context.close()


@cache
def bench_page(*, lawful: bool = True) -> bytes:
    """Return a page with the verifier and nothing to look at, under the policy of the real one.

    Args:
        lawful: with the law inside; without it V9 is not run, and nothing is genuine.
    """
    law = translated() if lawful else "const law = null;"
    return assembled(FRAME, "", joined(BENCH, START, law), {"contract": facts()})


def verify_in_browser(cases: Sequence[Case], *, lawful: bool = True) -> list[dict[str, Any]]:
    """Return the page's report on each case, as `custody verify --json` prints it.

    A trust file that is not usable gives ``{"unusable": code}``. Reports have two more keys:
    ``milliseconds`` for the whole, ``steps_at`` for when each step was last heard of.
    """
    given = [case.plain() for case in cases]
    with opened(bench_page(lawful=lawful)) as own:
        return list(own.evaluate(VERIFY, given))


def run_in_browser(vectors: Sequence[tuple[str, dict[str, bytes]]]) -> list[dict[str, Any]]:
    """Return the outcome of vectors, given as (area, file name -> content)."""
    given = [
        {"area": area, "files": {name: encoded(content) for name, content in files.items()}}
        for area, files in vectors
    ]
    with opened(bench_page(lawful=False)) as page:
        return list(page.evaluate(RUN, given))
