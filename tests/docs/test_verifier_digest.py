"""The digest that people compare is the digest of the page they get."""

from __future__ import annotations

import hashlib

from custody.page.build import build
from docs.verifier_digest import PAGE, stale_digest


def test_the_published_digest_is_that_of_the_page_this_version_writes() -> None:
    assert stale_digest() == {}
    assert hashlib.sha256(build(None)).hexdigest() in PAGE.read_text(encoding="utf-8")
