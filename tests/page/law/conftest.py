"""One page with the law for all these tests, without a verifier around it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.conftest import played
from custody.errors import TrustError
from custody.page.build import assembled
from custody.page.law import translated
from page.browser import FRAME, opened
from page.law.questions import Ask, answer, of_bundle, question, vectors

__all__ = ["Ask", "Questions", "played"]

Questions = Mapping[str, tuple[Any, Any]]
EXPOSED = "globalThis.law = law; globalThis.asking = asking;"


@pytest.fixture(scope="session")
def ask() -> Iterator[Ask]:
    """Ask the page: a JavaScript function of what is given, as JSON, and its answer."""
    asking = Path(__file__).with_name("asking.js").read_text(encoding="utf-8")
    script = "\n".join([translated(), asking, EXPOSED])
    with opened(assembled(FRAME, "", script, {})) as page:

        def ask(function: str, given: Any) -> Any:
            code = f"async (text) => JSON.stringify(await ({function})(JSON.parse(text)))"
            return json.loads(page.evaluate(code, json.dumps(given)))

        yield ask


@pytest.fixture(scope="session")
def questions() -> Questions:
    """What the law is asked about every vector whose evidence is proved, and Python's answer."""
    found = {}
    for name, bundle, trust, at, archive in vectors():
        try:
            evidence = of_bundle(bundle, trust, at, archive=archive)
        except TrustError:
            continue
        if evidence.proved:
            found[name] = (question(evidence, trust), answer(evidence, trust))
    return found
