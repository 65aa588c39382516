"""A bundle of 10,000 events: the reader sees how far it is, may stop it, and gets the answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.demo.play import DemoResult
from page.large import large_bundle
from page.officer import Officer, before

EVENTS = 10_000
# Kept by the page: how long each stretch of work was that nothing could interrupt, and each
# value of the bar with the words beside it.
WATCH = """
globalThis.stretches = [];
globalThis.shown = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) stretches.push(entry.duration);
}).observe({ type: "longtask", buffered: true });
document.addEventListener("DOMContentLoaded", () => {
  const bar = document.getElementById("bar");
  const said = document.getElementById("working-said");
  const keep = () => shown.push([bar.value, said.textContent]);
  new MutationObserver(keep).observe(bar, { attributes: true });
});
"""


@pytest.fixture(scope="module")
def large(played: DemoResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("large")
    bundle = place / "large.custody.json"
    bundle.write_bytes(large_bundle(played, EVENTS, place))
    return bundle


@pytest.fixture
def officer(played: DemoResult) -> Iterator[Officer]:
    with before() as officer:
        officer.page.add_init_script(WATCH)
        officer.page.reload()
        officer.trusts(played.trust.read_bytes())
        officer.page.click("summary")
        officer.page.check("#archive")  # the campaign's day is long gone, or still to come
        yield officer


def test_ten_thousand_events_are_judged_with_visible_progress(
    officer: Officer, large: Path
) -> None:
    officer.page.set_input_files("#bundle-file", large)
    word = officer.verdict()
    assert word in ("GENUINE", "CANNOT TELL")
    shown = officer.page.evaluate("shown")
    values = [value for value, _ in shown]
    assert values == sorted(values)
    assert len(set(values)) > 30
    assert {words[:2] for _, words in shown if words} >= {"V3", "V5", "V9"}
    assert f"{EVENTS} events" in officer.text("#result")
    # On a quiet machine no stretch is longer than half a second; on a busy one all are longer.
    whole = officer.page.evaluate("performance.now()")
    assert max(officer.page.evaluate("stretches"), default=0) < max(500, whole / 6)
    assert officer.heard == []


def test_a_long_verification_can_be_cancelled_and_begun_again(
    officer: Officer, large: Path, played: DemoResult
) -> None:
    officer.page.set_input_files("#bundle-file", large)
    officer.page.wait_for_selector("#working:not([hidden])")
    officer.page.click("#cancel")
    assert officer.told("#verify-said") == "Cancelled. Nothing was judged."
    assert not officer.page.locator("#result").is_visible()
    assert officer.page.evaluate("document.activeElement.id") == "verify"
    officer.gives(played.caught[2].path.read_bytes())
    assert officer.verdict() == "NOT GENUINE"
    assert officer.codes("V4")[0] == "E16"
