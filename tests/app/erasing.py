"""What the tests of erasure share: who decides, a donor whose periods are over, a look at bytes.

The search here is written apart from the one in the product, so that both would have to be blind in
the same place. All names and codes are invented.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from app.acts import do, paper, sign
from custody.app.privacy import erasure
from custody.app.privacy.erased import DECIDED
from custody.app.privacy.erasure import Erased
from custody.app.recording.intent import Act, SignAs
from custody.demo.play import FOUNDER, Clock
from custody.evidence.disclosure import open_disclosure
from custody.evidence.encoding import unb64u
from custody.wiring.ledger import OpenLedger, open_ledger

DONATION, SHIPMENT, REQUEST = "DON-2026-001", "SHP-2026-001", "DSR-1"
# A shipment whose record may be given to customs as it is, and the donor behind it.
ABROAD, DONOR_ABROAD = "SHP-2026-002", "DON-2026-003"
VALUE = "INVENTED-DONOR-A"
WHY = "no period of keeping runs any more"
# Sixty years on, when the thirty years of Order 818 and the three of GACC 281 are over.
LATER = datetime(2090, 3, 1, 9, 0, tzinfo=UTC)
PERMITS = (
    *("EXP-2026-0007", "HGR-2026-0112", "HGC-2026-0020", "SG-2026-0345"),
    *("EXP-2026-0011", "HGR-2026-0140", "HGC-2026-0021", "SG-2026-0401"),
)


def hand(ledger: OpenLedger, text: str) -> SignAs:
    """Return one signature, ``Name:role:meaning``."""
    return sign(ledger, text)


def write(
    ledger: OpenLedger, type_name: str, number: str, body: Mapping[str, object], *by: str
) -> Act:
    """Record one event that opens nothing."""
    return do(ledger, type_name, number, body, by=by)


def deciders(ledger: OpenLedger) -> list[SignAs]:
    """Return data protection and quality, who decide on requests together."""
    return [hand(ledger, "Gao Lin:dpo:approved"), hand(ledger, "Zhao Lan:qa:approved")]


def appoint(ledger: OpenLedger) -> None:
    """Let regulatory affairs look after data protection as well."""
    registrar = hand(ledger, f"{FOUNDER}:registrar:approved")
    ledger.change_roles("Gao Lin", ["dpo", "regulatory_affairs"], ["*"], [registrar])


def ask(
    ledger: OpenLedger, asks: str = "erasure", request: str = REQUEST, donation: str = DONATION
) -> None:
    """Put a request of the donor on record."""
    body = {"request": request, "asks": asks}
    write(ledger, "request.received/v1", donation, body, "Gao Lin:dpo:performed")


def erase(ledger: OpenLedger, ref: str = DONATION, request: str = REQUEST) -> Erased:
    """Erase on a request, as those who decide do it."""
    return erasure.erase(ledger, ledger.stores(), ref, request, deciders(ledger), reason=WHY)


def decisions(ledger: OpenLedger, ref: str = DONATION) -> list[str]:
    """Return what was decided on the requests of a donor, in order."""
    stream = ledger.resolve(ref, ("donation",))
    return [
        str(e.payload.body["decision"]) for _, e in ledger.read(stream) if e.payload.type == DECIDED
    ]


def keep(ledger: OpenLedger, basis: str, starts_on: str, donation: str = DONATION) -> None:
    """Put a period of keeping of the donor on record."""
    body = {"basis": basis, "starts_on": starts_on}
    write(ledger, "retention.set/v1", donation, body, "Gao Lin:dpo:approved")


def let_time_pass(folder: Path) -> None:
    """Make the ledger in `folder` one of 2090: every period is over, the donor asks for erasure.

    The permits of the shipment are prolonged meanwhile, so that its bundle is genuine then as well.
    """
    clock = Clock()
    clock.moment = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    with open_ledger(folder, clock=clock) as ledger:
        appoint(ledger)
        for donation in (DONATION, DONOR_ABROAD):
            keep(ledger, "order_818_study", "2026-12-01", donation)
            ask(ledger, donation=donation)
        for permit in PERMITS:
            prolong(ledger, permit)


def prolong(ledger: OpenLedger, permit: str) -> None:
    """Record that a permit holds until the end of the century."""
    state = ledger.models.item(ledger.resolve(permit, ("permit",)))
    assert state is not None
    body = {
        "state": state["status"],
        "valid_until": "2099-12-31",
        "documents": [paper("permit")],
    }
    write(ledger, "permit.updated/v1", permit, body, "Gao Lin:regulatory_affairs:approved")


def at(moment: datetime = LATER) -> Clock:
    """Return a clock that stands at `moment`."""
    clock = Clock()
    clock.moment = moment
    return clock


def disclosures(ledger: OpenLedger) -> list[str]:
    """Return the disclosure strings of the donor, as long as they can be read."""
    stream = ledger.resolve(DONATION, ("donation",))
    return list(ledger.vault.of_subject(stream).values())


def found_in(folder: Path, disclosed: list[str]) -> set[tuple[str, str]]:
    """Return (file, what) for every value, salt and disclosure that any byte of `folder` holds."""
    assert disclosed, "nothing to look for"
    wanted: dict[bytes, str] = {}
    for disclosure in disclosed:
        name, value = open_disclosure(disclosure)
        salt = json.loads(unb64u(disclosure))[0]
        for what, text in (("value", str(value)), ("salt", salt), ("disclosure", disclosure)):
            for form in _forms(text.encode()) | {
                text.encode("utf-16-le"),
                text.encode("utf-16-be"),
            }:
                wanted[form] = f"{name} {what}"
        wanted[unb64u(salt)] = f"{name} salt"
        wanted[unb64u(disclosure)] = f"{name} disclosure"
    found = set()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found |= {(path.name, what) for form, what in wanted.items() if form in content}
    return found


def _forms(content: bytes) -> set[bytes]:
    forms = {content, content.hex().encode(), content.hex().upper().encode()}
    for before in range(3):
        for after in range(3):
            text = base64.b64encode(bytes(before) + content + bytes(after))
            inner = text[4 if before else 0 : -4 if after or text.endswith(b"=") else None]
            forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return forms
