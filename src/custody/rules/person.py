"""Rules about persons: nobody vouches for themselves."""

from __future__ import annotations

from collections.abc import Iterable

from custody.rules.model import Answer, Basis, Case, rule, satisfied, violated


@rule(
    "PER-001",
    "qualify",
    en="nobody records their own qualification",
    zh="任何人不得确认本人的资质",
    source="house rule: separation of duties in the registration of persons",
    basis=Basis.HOUSE,
    remedy_en="ask another authorised person to sign",
    remedy_zh="请另一名有权人员签名",
)
def nobody_qualifies_themselves(case: Case) -> Iterable[Answer]:
    """The subject of a qualification is not among those who sign it."""
    if case.event.stream in case.event.persons():
        number = case.state.number if case.state else ""
        yield violated(
            case.event.stream,
            f"person {number} signs a record about their own qualification",
            f"人员 {number} 为本人的资质签名",
        )
    else:
        yield satisfied(case.event.stream)
