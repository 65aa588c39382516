"""One page with the law for all these tests, without a verifier around it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.conftest import played
from custody.page.build import assembled
from custody.page.law import translated
from page.browser import opened

__all__ = ["played"]

Ask = Callable[[str, Any], Any]
FRAME = (
    "<!doctype html><meta charset=utf-8>{{policy}}<style>{{style}}</style>{{facts}}"
    "<script>{{script}}</script>"
)
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
