"""All nouns: importing this module makes the tables of event types and states complete."""

from __future__ import annotations

from custody.domain import (
    alias,
    assessment,
    authority,
    bank,
    batch,
    deviation,
    donation,
    key,
    material,
    organisation,
    permit,
    person,
    product,
    record,
    sample,
    shipment,
    vial,
)

__all__ = [
    "alias",
    "assessment",
    "authority",
    "bank",
    "batch",
    "deviation",
    "donation",
    "key",
    "material",
    "organisation",
    "permit",
    "person",
    "product",
    "record",
    "sample",
    "shipment",
    "vial",
]
