"""A bundle of the small story at its recipient: changed on the way, and verified."""

from __future__ import annotations

import json
from typing import Any

from custody.evidence.bundle import Bundle
from custody.evidence.verify import EvidenceReport, verify_evidence
from evidence.cast import trust
from evidence.ledgers import START, alias_fields

TYPES = {
    "donation.collected/v1",
    "equipment.calibrated/v1",
    "batch.opened/v1",
    "batch.held/v1",
    "batch.voided/v1",
    "batch.released/v1",
    "alias.claimed/v1",
    "shipment.packed/v1",
    "shipment.released/v1",
    "record.reaffirmed/v1",
}


def private_fields(event_type: str) -> set[str]:
    return {
        "key.granted/v1": {"printed_name"},
        "donation.collected/v1": {"family_name", "given_name"},
    }.get(event_type, set())


def check(raw: bytes | Bundle, now: int | None = None, **rest: Any) -> EvidenceReport:
    """Verify a bundle with the usual trust file, an hour after the story began."""
    content = raw.to_bytes() if isinstance(raw, Bundle) else raw
    return verify_evidence(
        content,
        rest.pop("trust", None) or trust(),
        START + 3_600 if now is None else now,
        **{
            "alias_fields": alias_fields,
            "known_types": TYPES.__contains__,
            "private_fields": private_fields,
            **rest,
        },
    )


def found(report: EvidenceReport) -> set[tuple[str, str]]:
    """Return the (step, code) pairs a report holds."""
    return {(finding.step, finding.code) for finding in report.findings}


def edited(raw: bytes, edit: Any) -> bytes:
    """Return a bundle file after a change to its JSON."""
    fields = json.loads(raw)
    edit(fields)
    return canonical_bytes(fields)


def canonical_bytes(fields: Any) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
