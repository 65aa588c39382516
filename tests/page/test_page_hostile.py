"""Whatever stands in a file is shown as text: nothing in it runs, turns the line or leaves.

The hostile report takes a real one and puts hostile words in the place of every text in it, which
is more than any bundle could; it is shown by the page's own code under the page's own policy.
"""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pytest

from custody.demo.play import DemoResult
from custody.page.build import ENTRY, HERE, assembled, facts, joined, style
from custody.page.labels import labels
from custody.page.law import translated
from page.officer import Officer, before

SHOW: Final = """
beginPage();
globalThis.showAll = (result) => {
  const given = { ...result, given: new Map() };
  const { verdict } = result.report;
  page.result = given;
  showAnswer();
  return verdict;
};
globalThis.reach = (url) => fetch(url).then(() => "reached", (error) => String(error));
globalThis.insert = (markup) => { document.getElementById("result").innerHTML = markup; };
"""
HOSTILE: Final = (
    '<img src="x" onerror="alert(1)">',
    "</script><script>alert(2)</script>",
    "<svg/onload=alert(3)>",
    "javascript:alert(4)",
    "\u202egnp.exe\u202c \u2066hidden\u2069",
    "{{7*7}}${7*7}",
    '=HYPERLINK("http://evil.example","x")',
    "\ud800 lone \x00 zero \x1b[2J",
    "constructor",
    "__proto__",
    "W" * 10_000,
    "名" * 3_000,
)
# These choose how something is shown, they are not shown; the verifier makes them, not the file.
CHOSEN: Final = {"verdict", "step", "act"}
OURS: Final = {"unproved", "level_means"}  # texts of the page itself
ENDED: Final = ("passed", "failed", "not_run")


@cache
def showing_page() -> bytes:
    """The page, with a way to show any result."""
    frame = (HERE / "page.html").read_text(encoding="utf-8")
    told = {"contract": facts(), "labels": labels()}
    return assembled(frame, style(), joined(ENTRY, SHOW, translated()), told)


def result_of(report: dict[str, Any], name: str = "SHP.custody.json") -> dict[str, Any]:
    shown = {"report": report, "name": name, "bytes": 1000, "digest": "0" * 64}
    return {**shown, "now": 1_795_000_000, "trustGiven": True}


def poisoned(value: Any, text: str, key: str = "") -> Any:
    """A copy of `value` with `text` in the place of every text."""
    if key in OURS:
        return value
    if isinstance(value, dict):
        return {k: poisoned(v, text, k) for k, v in value.items()}
    if isinstance(value, list):
        return [poisoned(v, text, key) for v in value]
    chosen = key in CHOSEN or (key == "status" and value in ENDED)
    return text if isinstance(value, str) and not chosen else value


@pytest.fixture(scope="module")
def report(played: DemoResult) -> dict[str, Any]:
    """The genuine report, with a finding in each step so that every text has a place."""
    found: dict[str, Any] = json.loads(json.dumps(played.report.plain()))
    for step in found["steps"]:
        step["status"] = "failed"
        finding = {"code": "E25", "where": "here", "detail": "so", "verdict": "not_genuine"}
        step["findings"] = [finding, finding]
    found["story"]["excursions"] = [
        {
            "logger": "a",
            "kind": "too_warm",
            "from": "2026-11-22T10:00:00+08:00",
            "to": "",
            "extreme": "-1",
        }
    ]
    found["story"]["amendments"] = [
        {
            "act": "corrected",
            "type": "vial.frozen/v1",
            "told_at": "2026-10-10T16:01:00+08:00",
            "reason": "r",
            "changes": [{"field": "position", "was": "a", "now": "b"}],
            "event": 1,
            "noun": "vial",
            "number": "n",
            "signed_at": "2026-10-11T08:01:00Z",
            "names": ["p", "q"],
        }
    ]
    found["story"]["holds"] = ["decision"]
    found["notes"] = [{"code": "E09", "detail": "old"}]
    found["remarks"] = [
        {
            "rule": "SRC-001",
            "where": "x",
            "source": "y",
            "why": {"en": "z", "zh": "z"},
            "remedy": {"en": "z", "zh": "z"},
        }
    ]
    found["words"] = []
    return found


@pytest.fixture(scope="module")
def officer() -> Iterator[Officer]:
    with before(showing_page(), offline=False) as officer:
        yield officer


def elements(officer: Officer) -> dict[str, int]:
    counted: dict[str, int] = officer.page.evaluate(
        """() => {
          const all = {};
          for (const e of document.querySelectorAll("#result *, #sheet *")) {
            const name = e.localName;
            all[name] = (all[name] ?? 0) + 1;
            for (const { name: attribute } of e.attributes) {
              if (/^(on|href|src|style$|srcdoc|action)/i.test(attribute)) all[attribute] = 1;
            }
          }
          return all;
        }"""
    )
    return counted


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:18]))
def test_hostile_words_in_every_text_of_a_report_stay_words(
    text: str, officer: Officer, report: dict[str, Any]
) -> None:
    officer.heard.clear()
    officer.asked.clear()
    hostile = poisoned(report, text)
    assert officer.page.evaluate("(r) => showAll(r)", result_of(hostile, text)) == "genuine"
    made = elements(officer)
    harmless = {"img", "script", "iframe", "object", "embed", "link", "form_", "a", "style"}
    assert not harmless & set(made)
    assert not {n for n in made if n.startswith(("on", "href", "src", "action"))}
    officer.page.wait_for_timeout(50)  # an onerror would come later than the element
    assert officer.heard == []
    assert officer.asked == []
    body = officer.page.locator("#result").inner_text()
    assert not set(body) & set("\u202e\u202c\u2066\u2069\x00\x1b")
    if text.isascii() and text.isprintable() and len(text) < 100:
        assert text in body
    if "\u202e" in text:
        assert "\\u202e" in body


def test_long_words_never_push_the_page_wider_than_the_screen(
    officer: Officer, report: dict[str, Any]
) -> None:
    for width, text in ((360, "W" * 4_000), (1100, "名" * 2_000)):
        officer.page.set_viewport_size({"width": width, "height": 800})
        hostile = poisoned(report, text)
        officer.page.evaluate("(r) => showAll(r)", result_of(hostile, text))
        assert officer.page.evaluate("document.documentElement.scrollWidth") <= width


def test_markup_cannot_be_made_from_text_by_mistake(officer: Officer) -> None:
    with pytest.raises(Exception, match="TrustedHTML"):
        officer.page.evaluate("insert('<b>bold</b>')")
    officer.heard.clear()


class Listening(http.server.BaseHTTPRequestHandler):
    """Remembers what was asked of it."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(204)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def listener() -> Iterator[http.server.HTTPServer]:
    with http.server.HTTPServer(("127.0.0.1", 0), Listening) as server:
        server.asked = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(timeout=5)


def test_the_page_cannot_reach_a_network_even_when_its_own_code_tries(
    listener: http.server.HTTPServer,
) -> None:
    url = f"http://127.0.0.1:{listener.server_port}/leak"
    whole = showing_page()
    start = whole.index(b"<meta http-equiv")
    without = whole[:start] + whole[whole.index(b">", start) + 1 :]
    with before(without, offline=False) as officer:
        assert officer.page.evaluate("(url) => reach(url)", url) == "reached"
    assert listener.asked == ["/leak"]  # type: ignore[attr-defined]
    with before(whole, offline=False) as officer:
        assert officer.page.evaluate("(url) => reach(url)", url) != "reached"
    assert listener.asked == ["/leak"]  # type: ignore[attr-defined]


def test_verifying_asks_nothing_of_any_network(played: DemoResult) -> None:
    with before(offline=False) as officer:
        officer.judges(played.bundle.read_bytes(), played.trust.read_bytes())
        assert [url for url in officer.asked if not url.startswith(("file:", "data:"))] == []
        assert officer.heard == []


def test_a_hostile_name_of_a_file_is_shown_as_a_name(played: DemoResult) -> None:
    name = "<img src=x onerror=alert(1)>\u202e.custody.json"
    with before() as officer:
        officer.trusts(played.trust.read_bytes(), "<b>\u202etrust")
        officer.gives(b"{}", name)
        assert officer.verdict() == "NOT GENUINE"
        assert "<img src=x onerror=alert(1)>\\u202e.custody.json" in officer.text("#result")
        assert officer.heard == []
