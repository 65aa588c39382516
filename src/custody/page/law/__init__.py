"""The law in the browser: facts and rules translated from Python, not written a second time.

`translated` returns the JavaScript. What is translated is exactly the modules that judge events and
tell the story; a construct the translator does not know stops the build with its place.
"""

from __future__ import annotations

from functools import cache

from custody.page.law.subset import OutsideSubset
from custody.page.law.translate import translate as whole_law

__all__ = ["OutsideSubset", "translated"]


@cache
def translated() -> str:
    """Return the law as JavaScript text that defines the constant ``law``.

    Raises:
        OutsideSubset: a module of the law uses something that is not translated.
    """
    return whole_law()
