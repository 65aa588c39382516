"""Whatever opens a browser needs one; see `tests/conftest.py` for what happens without."""

from __future__ import annotations

from types import ModuleType

import pytest

from app.conftest import played

__all__ = ["played"]
BROWSER = "page.browser"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and _opens_a_browser(item.module):
            item.add_marker(pytest.mark.needs("chromium"))


def _opens_a_browser(module: ModuleType) -> bool:
    """Whether a test module takes anything from the module that starts the browser."""
    return any(
        BROWSER in (getattr(value, "__module__", ""), getattr(value, "__name__", ""))
        or getattr(value, "__module__", "") == "page.officer"
        for value in vars(module).values()
    )
