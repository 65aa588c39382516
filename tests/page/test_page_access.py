"""The page works without a mouse, without colour and for a screen reader, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.conftest import SECONDS as AT
from custody.demo.play import DemoResult
from page.officer import CHINESE, ENGLISH, Officer, before

SCREENS = [(ENGLISH, "light"), (CHINESE, "dark")]
# WCAG 2.2, 1.4.3: text 4.5 to 1; colours as the browser computes them.
CONTRASTS = """() => {
  const parsed = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const part = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parsed(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const element of document.querySelectorAll("body *:not(svg *)")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const seen = element.checkVisibility({ visibilityProperty: true });
    const said = seen && !element.matches(".skip, :disabled, caption");
    if (!own || !said) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(parsed(style.color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push([element.localName, element.className, ratio]);
  }
  return weak;
}"""
NAMELESS = """() => [...document.querySelectorAll("button, input, summary, [role=region], section")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }))
  .filter((e) => {
    const by = (e.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
    const named = by.every((id) => document.getElementById(id)?.textContent.trim()) && by.length;
    const labels = [...(e.labels ?? [])].some((l) => l.textContent.trim());
    const label = e.getAttribute("aria-label") || labels;
    return !(named || label || e.matches("button, summary") && e.textContent.trim());
  })
  .map((e) => e.outerHTML.slice(0, 80))"""
HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3, h4")]
  .filter((h) => h.checkVisibility({ visibilityProperty: true }))
  .map((h) => Number(h.localName[1]))"""
TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""


@pytest.fixture(scope="module", params=SCREENS, ids=["english-light", "chinese-dark"])
def pages(request: pytest.FixtureRequest, played: DemoResult) -> Iterator[Officer]:
    locale, scheme = request.param
    with before(at=AT + 60, locale=locale, color_scheme=scheme) as officer:
        yield officer


def judged(officer: Officer, played: DemoResult, which: str) -> None:
    """Bring the page to one of its states."""
    if officer.page.locator("#result").is_visible():
        officer.page.click("#another")
    if which != "start":
        path = played.bundle if which == "genuine" else played.caught[2].path
        officer.judges(path.read_bytes(), played.trust.read_bytes())


@pytest.mark.parametrize("which", ["start", "genuine", "forged"])
def test_every_state_has_names_order_and_contrast(
    which: str, pages: Officer, played: DemoResult
) -> None:
    judged(pages, played, which)
    assert pages.page.evaluate(NAMELESS) == []
    assert pages.page.evaluate(TWICE) == []
    levels = pages.page.evaluate(HEADINGS)
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert pages.page.evaluate(CONTRASTS) == []
    for landmark in ("banner", "main", "contentinfo"):
        assert pages.page.get_by_role(landmark).count() == 1  # type: ignore[arg-type]


def test_a_bundle_is_judged_with_the_keyboard_alone(played: DemoResult) -> None:
    with before(at=AT + 60) as officer:
        page = officer.page
        chooses(officer, played.trust, played.bundle)
        page.keyboard.press("Tab")
        assert focused(officer)["class"] == "skip"
        walked(officer, "trust-file")
        page.keyboard.press("Enter")
        page.wait_for_selector("#trust-name code")
        walked(officer, "bundle-file")
        page.keyboard.press("Enter")
        assert officer.verdict() == "GENUINE"
        assert focused(officer)["id"] == "verdict-word"
        walked(officer, "compare")
        page.keyboard.type("EXP-2026-0007")
        page.keyboard.press("Enter")
        assert "is the export filing of this record" in officer.told("#compared")
        page.keyboard.press("Shift+Tab")
        for _ in range(3):
            page.keyboard.press("Shift+Tab")
        walked(officer, "another")
        page.keyboard.press("Enter")
        assert focused(officer)["id"] == "main"
        assert page.locator("#start").is_visible()


def test_files_can_be_given_with_the_space_bar_as_well(played: DemoResult) -> None:
    with before() as officer:
        chooses(officer, played.trust)
        walked(officer, "trust-file")
        officer.page.keyboard.press("Space")
        officer.page.wait_for_selector("#trust-name code")


def test_the_stop_under_the_finger_is_always_marked(played: DemoResult) -> None:
    with before() as officer:
        for _ in range(7):
            officer.page.keyboard.press("Tab")
            seen = officer.page.evaluate(
                """() => {
                  const at = document.activeElement;
                  const shown = [at, at.closest("label")].filter(Boolean);
                  return shown.some((e) => getComputedStyle(e).outlineStyle !== "none");
                }"""
            )
            assert seen, focused(officer)


def test_the_language_of_the_page_and_its_title_follow_the_switch(played: DemoResult) -> None:
    with before(at=AT + 60) as officer:
        officer.judges(played.bundle.read_bytes(), played.trust.read_bytes())
        for chosen, tag, title in (("zh", "zh-Hans", "真实"), ("en", "en", "GENUINE")):
            officer.speaks(chosen)
            assert officer.page.locator("html").get_attribute("lang") == tag
            assert title in officer.page.title()
            pressed = officer.page.locator('[aria-pressed="true"]').inner_text()
            assert pressed == {"zh": "中文", "en": "English"}[chosen]


def test_nothing_chinese_is_left_on_the_english_page_but_what_the_record_says(
    played: DemoResult,
) -> None:
    with before() as officer:
        words = officer.page.locator("body").inner_text().replace("中文", "")
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in words)
        officer.speaks("zh")
        words = officer.page.locator("main").inner_text()
        assert sum("\u4e00" <= letter <= "\u9fff" for letter in words) > 100


def focused(officer: Officer) -> dict[str, Any]:
    found: dict[str, Any] = officer.page.evaluate(
        "() => ({ id: document.activeElement.id, class: document.activeElement.className })"
    )
    return found


def chooses(officer: Officer, *paths: Path) -> None:
    """Answer the next dialogs that ask for a file; listened for before any key is pressed."""
    waiting = [str(path) for path in paths]
    officer.page.on("filechooser", lambda chooser: chooser.set_files(waiting.pop(0)))


def walked(officer: Officer, wanted: str) -> list[str]:
    """Press Tab until the control `wanted` has the focus; return the stops on the way."""
    stops = []
    for _ in range(30):
        officer.page.keyboard.press("Tab")
        stops.append(focused(officer)["id"] or focused(officer)["class"])
        if stops[-1] == wanted:
            return stops
    raise AssertionError(f"Tab never reached {wanted}: {stops}")
