"""What the record's own authority says of every event of a ledger, by index."""

from __future__ import annotations

from custody.evidence.authority import Authority
from evidence.cast import OPERATOR, QUALITY, ROOTS
from evidence.ledgers import Ledger

PERFORMED = [(OPERATOR, "performed", "operator")]
RELEASED = [(OPERATOR, "reviewed", "operator"), (QUALITY, "released", "quality_authority")]


def fold(ledger: Ledger) -> tuple[Authority, dict[int, list[str]]]:
    """Judge and apply every event; return the authority and the codes by index."""
    events = sorted(placed for stream in ledger.streams.values() for placed in stream)
    law = Authority.start({root.kid: root.public for root in ROOTS}, 2)
    law.collect_distrust(events)
    codes: dict[int, list[str]] = {}
    for index, entry in events:
        against = law.judge(index, entry)
        if against:
            codes[index] = [finding.code for finding in against]
            assert all(f.step == "V6" and f.where == f"event {index}" for f in against)
        else:
            law.apply(index, entry)
    return law, codes


def codes(ledger: Ledger) -> dict[int, list[str]]:
    return fold(ledger)[1]


def start() -> Ledger:
    return Ledger().establish()
