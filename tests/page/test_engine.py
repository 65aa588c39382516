"""What the page does when the browser can less than it needs, and while it works."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from custody.app.verification.details import detail_zh
from custody.errors import EvidenceError
from custody.evidence.canonical import LARGE, loads
from custody.evidence.payload import seconds_of
from page.browser import VERIFY, Case, bench_page, opened, verify_in_browser

if TYPE_CHECKING:
    from playwright.sync_api import Page

GENUINE = Path(__file__).parents[2] / "events" / "vectors" / "bundle" / "genuine"

# Stand-ins for browsers that lack an algorithm, or have it wrong.
WITHOUT_ED25519 = """() => {
  const own = SubtleCrypto.prototype.importKey;
  SubtleCrypto.prototype.importKey = function (form, key, algorithm, ...rest) {
    if (algorithm === "Ed25519") return Promise.reject(new DOMException("", "NotSupportedError"));
    return own.call(this, form, key, algorithm, ...rest);
  };
}"""
WITHOUT_WEB_CRYPTOGRAPHY = """() => {
  Object.defineProperty(globalThis.crypto, "subtle", { value: undefined });
}"""
EVERY_ED25519_HOLDS = """() => {
  const own = SubtleCrypto.prototype.verify;
  SubtleCrypto.prototype.verify = function (algorithm, ...rest) {
    return algorithm === "Ed25519" ? Promise.resolve(true) : own.call(this, algorithm, ...rest);
  };
}"""
NATIVE_MLDSA44_SAYS = """(answer) => {
  const imports = SubtleCrypto.prototype.importKey;
  const verifies = SubtleCrypto.prototype.verify;
  globalThis.asked = 0;
  SubtleCrypto.prototype.importKey = function (form, key, algorithm, ...rest) {
    if (form === "raw-public") return Promise.resolve("a native key");
    return imports.call(this, form, key, algorithm, ...rest);
  };
  SubtleCrypto.prototype.verify = function (algorithm, key, ...rest) {
    if (key !== "a native key") return verifies.call(this, algorithm, key, ...rest);
    globalThis.asked += 1;
    return Promise.resolve(answer);
  };
}"""
LISTENED = """async ({ bundle, trust, at, stop }) => {
  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const heard = [];
  const run = new AbortController();
  const given = { bundle: bytes(bundle), trust: bytes(trust), now: at, contract, law };
  const progress = (told) => {
    heard.push(told);
    if (told.step === stop) run.abort();
  };
  try {
    const report = await bench.verifyBundle({ ...given, progress, signal: run.signal });
    return { heard, verdict: report.verdict };
  } catch (error) {
    return { heard, stopped: error.name };
  }
}"""
LARGEST = 64 << 20
HUGE = """async ({ trust, at, piece, size }) => {
  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const bundle = new Uint8Array(size);
  for (let to = 0; to < size; to += 1) bundle[to] = piece.charCodeAt(to % piece.length);
  const started = performance.now();
  const given = { bundle, trust: bytes(trust), now: at, contract, law };
  const report = await bench.verifyBundle(given);
  const milliseconds = performance.now() - started;
  return { ...report.steps[0].findings[0], milliseconds };
}"""
FAULTY_LAW = """async (one) => {
  const law = { judgeProved: () => { throw new RangeError("too deep"); } };
  return bench.verifyCase(one, contract, law);
}"""


@cache
def genuine() -> Case:
    at = json.loads((GENUINE / "expect.json").read_bytes())["at"]
    bundle = (GENUINE / "bundle.custody.json").read_bytes()
    return Case(bundle, (GENUINE / "trust.json").read_bytes(), seconds_of(at))


@contextmanager
def bench(change: str | None = None, argument: object = None) -> Iterator[Page]:
    """A page whose browser was changed before it verified anything."""
    with opened(bench_page()) as page:
        if change is not None:
            page.evaluate(change, argument)
        yield page


def judged(page: Page) -> dict[str, Any]:
    (report,) = page.evaluate(VERIFY, [genuine().plain()])
    return dict(report)


def found(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (step["step"], finding["code"], finding["detail"])
        for step in report["steps"]
        for finding in step["findings"]
    ]


@pytest.mark.parametrize("change", [WITHOUT_ED25519, WITHOUT_WEB_CRYPTOGRAPHY, EVERY_ED25519_HOLDS])
def test_a_browser_that_cannot_check_signatures_never_calls_a_bundle_genuine(change: str) -> None:
    with bench(change) as page:
        report = judged(page)
    detail = "this browser cannot check Ed25519 signatures"
    assert report["verdict"] == "cannot_tell"
    assert found(report) == [("V2", "E04", detail)]
    assert [step["status"] for step in report["steps"][2:]] == ["not_run"] * 7
    assert detail_zh(detail) == "此浏览器无法核验 Ed25519 签名"


def test_a_browser_that_knows_ml_dsa_is_asked_as_well_and_may_agree() -> None:
    with bench(NATIVE_MLDSA44_SAYS, True) as page:
        assert judged(page)["verdict"] == "genuine"
        assert page.evaluate("asked") >= 1


def test_when_browser_and_library_disagree_about_ml_dsa_nobody_can_tell() -> None:
    with bench(NATIVE_MLDSA44_SAYS, False) as page:
        report = judged(page)
    assert report["verdict"] == "cannot_tell"
    assert {(step, code) for step, code, _ in found(report)} <= {("V2", "E04"), ("V2", "E05")}
    assert any("disagree about the ML-DSA-44 signature" in said for *_, said in found(report))
    assert all(detail_zh(said) for *_, said in found(report))


def test_every_step_is_told_in_order_while_it_runs() -> None:
    with bench() as page:
        told = page.evaluate(LISTENED, {**genuine().plain(), "stop": None})
    steps = [one["step"] for one in told["heard"]]
    assert steps == sorted(steps)
    assert {"V1", "V2", "V5", "V9"} <= set(steps)
    assert all(0 < one["done"] <= one["total"] for one in told["heard"])
    assert told["verdict"] == "genuine"


def test_a_run_that_is_cancelled_ends_without_an_answer() -> None:
    with bench() as page:
        told = page.evaluate(LISTENED, {**genuine().plain(), "stop": "V2"})
    assert told["stopped"] == "AbortError"
    assert "verdict" not in told


def test_a_fault_of_the_program_itself_is_never_taken_for_a_genuine_record() -> None:
    with bench() as page:
        report = page.evaluate(FAULTY_LAW, genuine().plain())
    assert report["verdict"] == "cannot_tell"
    assert report["failure"] == "RangeError: too deep"
    assert report["steps"][8]["status"] == "not_run"


def test_without_the_law_a_bundle_is_proved_but_not_genuine() -> None:
    (report,) = verify_in_browser([genuine()], lawful=False)
    assert report["verdict"] == "cannot_tell"
    assert report["level"] in ("L4", "L5")
    assert found(report) == []


@pytest.mark.parametrize(
    ("piece", "detail"),
    [
        ("[" + "a" * 63, "it is nested deeper than 16 levels or not closed"),
        ("[", "it holds more than 2097152 values"),
        ("1,", "it holds more than 2097152 values"),
        ('"",', "it holds more than 2097152 values"),
        ("a", "it is not canonical JSON"),
        ("\\a", "it holds a character that is not allowed"),
        ("\xc3\xa9", "it holds too many characters outside ASCII"),
    ],
)
def test_a_huge_hostile_file_is_refused_in_bounded_time(piece: str, detail: str) -> None:
    with bench() as page:
        told = page.evaluate(HUGE, {**genuine().plain(), "piece": piece, "size": LARGEST})
    assert (told["code"], told["detail"]) == ("E01", detail)
    assert told["milliseconds"] < 20_000


@pytest.mark.parametrize("more", [0, 2])
def test_a_mebibyte_outside_ascii_is_read_and_not_one_character_more(more: int) -> None:
    size = LARGE + more
    with pytest.raises(EvidenceError) as refused:
        loads("é".encode() * (size // 2), limit=LARGEST, what="bundle")
    with bench() as page:
        told = page.evaluate(HUGE, {**genuine().plain(), "piece": "\xc3\xa9", "size": size})
    assert told["detail"] == refused.value.params["detail"]
    assert ("outside ASCII" in told["detail"]) == bool(more)


def test_a_file_one_byte_too_long_is_not_even_read() -> None:
    with bench() as page:
        told = page.evaluate(HUGE, {**genuine().plain(), "piece": "[", "size": LARGEST + 1})
    assert told["detail"] == f"it is longer than {LARGEST} bytes"
    assert told["milliseconds"] < 2_000
