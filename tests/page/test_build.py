"""The page is one file under a strict policy, made of sources that keep its rules."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from custody.page.build import (
    ENTRY,
    HERE,
    UnfitSourceError,
    assembled,
    build,
    facts,
    joined,
    modules,
)

VENDORED = "90bdf7c5fa4d5d717d9382605d2b9fa9fb7c1cd511f4ca8dcdcd42c575a9f7ac"
FRAME = "<!doctype html>{{policy}}<style>{{style}}</style>{{facts}}<script>{{script}}</script>"
LINES = 400


class Parts(HTMLParser):
    """What a browser sees: the policy, the style, the scripts and everything with an address."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.policies: list[str] = []
        self.texts: list[tuple[str, dict[str, str | None], str]] = []
        self.addresses: list[str] = []
        self.handlers: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("http-equiv", "") == "Content-Security-Policy":
            self.policies.append(given["content"] or "")
        if tag in ("script", "style"):
            self.texts.append((tag, given, ""))
        self.addresses += [given[name] or "" for name in ("src", "href", "action") if name in given]
        self.handlers += [name for name in given if name.startswith("on") or name == "style"]

    def handle_data(self, data: str) -> None:
        if self.texts and self.lasttag in ("script", "style") and self.cdata_elem:
            tag, given, text = self.texts[-1]
            self.texts[-1] = (tag, given, text + data)

    def script(self) -> str:
        (text,) = (t for tag, given, t in self.texts if tag == "script" and "type" not in given)
        return text

    def style(self) -> str:
        (text,) = (text for tag, _, text in self.texts if tag == "style")
        return text

    def told(self, name: str) -> object:
        (text,) = (text for _, given, text in self.texts if given.get("id") == name)
        return json.loads(text)


@cache
def page(trust: bytes | None = None) -> Parts:
    return Parts(whole(trust))


@cache
def whole(trust: bytes | None = None) -> str:
    return build(trust).decode()


def hashed(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def written(folder: Path, **sources: str) -> Path:
    for name, source in sources.items():
        (folder / f"{name}.js").write_text(source, encoding="utf-8")
    return folder / "main.js"


def script_of(entry: Path) -> str:
    return joined(entry, "start();", "const law = null;")


def test_the_policy_allows_exactly_this_script_and_this_style_and_no_network() -> None:
    parts = page()
    (policy,) = parts.policies
    allowed = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert allowed == {
        "default-src": "'none'",
        "script-src": f"'{hashed(parts.script())}'",
        "style-src": f"'{hashed(parts.style())}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_the_policy_stands_before_everything_it_governs() -> None:
    text = whole()
    first = min(text.index(tag) for tag in ("<style", "<script", "<link", "<body"))
    assert text.index("Content-Security-Policy") < first


def test_the_page_names_no_address_and_holds_no_code_in_attributes() -> None:
    parts = page()
    assert {address for address in parts.addresses if not address.startswith("#")} == {"data:,"}
    assert parts.handlers == []
    assert (
        len([tag for tag, given, _ in parts.texts if tag == "script" and "type" not in given]) == 1
    )


def test_the_script_turns_no_text_into_code_or_markup() -> None:
    forbidden = (
        r"\beval\s*\(", r"\bFunction\s*\(", r"\bimport\s*\(", r"innerHTML", r"outerHTML",
        r"insertAdjacentHTML", r"document\.write", r"\bsetTimeout\s*\(\s*[\"'`]", r"\bfetch\s*\(",
        r"XMLHttpRequest", r"WebSocket", r"EventSource", r"sendBeacon", r"RTCPeerConnection",
        r"\bWorker\s*\(", r"javascript:", r"\blocalStorage\b", r"\bindexedDB\b", r"srcdoc",
        r"createContextualFragment", r"DOMParser", r"setHTML",
    )  # fmt: skip
    script = page().script()
    assert [pattern for pattern in forbidden if re.search(pattern, script)] == []


def test_a_trust_file_is_put_in_as_text_that_nothing_can_break_out_of() -> None:
    hostile = b'</script><script>alert(1)</script><!-- "\xff'
    parts = page(hostile)
    assert base64.b64decode(str(parts.told("trust"))) == hostile
    assert parts.script() == page().script()
    inert = Parts(assembled(FRAME, "", "", {"x": "</script><script>alert(1)//"}).decode())
    assert inert.told("x") == "</script><script>alert(1)//"
    assert inert.script() == ""


def test_without_a_trust_file_none_is_inside() -> None:
    assert 'id="trust"' not in whole().partition("<noscript>")[0]
    assert not any(given.get("id") == "trust" for _, given, _ in page().texts)


def test_the_page_holds_what_the_contract_says_of_every_event_type() -> None:
    told = page().told("contract")
    assert told == facts()
    registry = json.loads((HERE.parents[2] / "events" / "registry.json").read_text("utf-8"))
    assert set(facts()["types"]) == {entry["type"] for entry in registry["types"]}


def test_the_same_sources_give_the_same_bytes_in_another_process() -> None:
    ours = hashlib.sha256(whole().encode()).hexdigest()
    code = (
        "import hashlib; from custody.page.build import build;"
        " print(hashlib.sha256(build(None)).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": "1", "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == ours, done.stderr[-2000:]


def test_the_vendored_library_is_the_recorded_one_and_carries_its_licence() -> None:
    content = (HERE / "vendor" / "noble.js").read_bytes()
    assert hashlib.sha256(content).hexdigest() == VENDORED, "tests/page/vendor/rebuild.sh"
    for name in ("LICENSE-noble-post-quantum.txt", "LICENSE-noble-hashes.txt"):
        licence = (HERE / "vendor" / name).read_text(encoding="utf-8")
        assert licence.startswith("The MIT License")
        assert licence in content.decode()


def test_the_lock_of_the_vendored_library_holds_hashes_and_no_addresses() -> None:
    lock = json.loads((Path(__file__).parent / "vendor" / "package-lock.json").read_text("utf-8"))
    packages = {name: row for name, row in lock["packages"].items() if name}
    assert packages
    assert all(row["integrity"].startswith("sha512-") for row in packages.values())
    assert not any("resolved" in row for row in packages.values())
    assert "://" not in json.dumps(lock)  # in no value whatever, nor in a name


def test_the_verifier_itself_does_not_check_ed25519_by_a_library() -> None:
    vendored = (HERE / "vendor" / "noble.js").read_text(encoding="utf-8").lower()
    assert "ed25519" not in vendored


def test_a_module_of_the_page_is_one_concept_and_stays_short() -> None:
    long = {
        str(path.relative_to(HERE))
        for path in HERE.rglob("*.js")
        if path.parent.name != "vendor" and len(path.read_text("utf-8").splitlines()) > LINES
    }
    assert not long


def test_every_module_below_the_evidence_folder_is_part_of_the_page() -> None:
    used = set(modules(ENTRY))
    assert {path.resolve() for path in (HERE / "js" / "evidence").glob("*.js")} <= used


def test_modules_are_joined_each_after_what_it_needs(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        main='import { one,\n  two } from "./first.js";\nexport function start() { one(two); }\n',
        first='import { deep } from "./second.js";\n'
        "export const two = deep;\nexport function one() {}\n",
        second="const inner = 1;\nexport { deep };\nvar deep = inner;\n",
    )
    script = script_of(entry)
    assert script.index("inner = 1") < script.index("two = deep") < script.index("function start")
    assert "import" not in script
    assert "export" not in script


@pytest.mark.parametrize(
    ("sources", "fault"),
    [
        ({"main": "const a = 1;\nfunction b() {}\nconst b = 2;\n"}, "b is also declared by"),
        ({"main": "const law = 1;\n"}, "law is also declared by the law"),
        ({"main": 'import * as x from "./first.js";\n', "first": ""}, "form of import or export"),
        ({"main": 'import x from "./first.js";\n', "first": ""}, "form of import or export"),
        ({"main": "export default 1;\n"}, "form of import or export"),
        ({"main": "export { a, b };\n"}, "form of import or export"),
        ({"main": 'const m = await import("./x.js");\n'}, "form of import or export"),
        ({"main": "const here = import.meta.url;\n"}, "form of import or export"),
        ({"main": "const { a } = given;\n"}, "taking a value apart"),
        ({"main": 'import { a } from "./none.js";\n'}, "does not exist"),
        ({"main": 'import { a } from "./first.js";\n', "first": ""}, "does not export a"),
    ],
)
def test_a_source_that_breaks_the_rules_stops_the_build(
    tmp_path: Path, sources: dict[str, str], fault: str
) -> None:
    with pytest.raises(UnfitSourceError, match=fault):
        script_of(written(tmp_path, **sources))


@pytest.mark.parametrize(
    "make",
    [
        lambda: assembled(FRAME, "", 'const a = "</SCRIPT>";', {}),
        lambda: assembled(FRAME, "", 'const a = "<!--";', {}),
        lambda: assembled(FRAME, "a::before { content: '</style>' }", "", {}),
    ],
)
def test_a_source_that_would_end_its_element_stops_the_build(make: Callable[[], bytes]) -> None:
    with pytest.raises(UnfitSourceError, match="before its element does"):
        make()
