"""Which periods of keeping follow from the facts of an item, without anybody having to say so.

What cannot be read from the facts (offspring, a use in the clinic elsewhere) is recorded with
`retention.set/v1`. How several periods combine is said in `retention`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from custody.domain.batch import Batch
from custody.domain.model import State
from custody.domain.retention import Claim
from custody.domain.shipment import Shipment
from custody.domain.study import Study
from custody.domain.subject_request import Pseudonymous
from custody.domain.values import day_of

EUROPEAN_UNION: Final = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
UNITED_STATES: Final = "US"
ORDER_818_PATHS: Final = ("technology_filing_818", "undecided")


def claims_of(state: State, destinations: Collection[str] = ()) -> Iterator[Claim]:
    """Yield the periods `state` is under.

    Args:
        destinations: countries the material went to (ISO 3166-1 alpha-2); European and American
            periods apply where it went there.
    """
    match state:
        case Pseudonymous():
            yield from state.retention
            if EUROPEAN_UNION.intersection(destinations):
                yield from _unless_recorded(state, "eu_2006_86")
        case Batch():
            expiry = day_of(state.expires_at) if state.expires_at else None
            if EUROPEAN_UNION.intersection(destinations):
                yield Claim("eu_1394_2007", expiry)
            if UNITED_STATES in destinations:
                yield Claim("cfr_1271_270", expiry)
        case Study() if state.path in ORDER_818_PATHS:
            ended = state.terminated_on or state.completed_on
            yield Claim("order_818_study", day_of(ended) if ended else None)
        case Shipment():
            yield Claim("gacc_281", day_of(state.sealed_at or state.opened))


def claims_of_person(person: Pseudonymous, world: Mapping[str, State]) -> Iterator[Claim]:
    """Yield the periods of the person, and of the study that person takes part in."""
    yield from claims_of(person)
    study = world.get(getattr(person, "study", ""))
    if study is not None:
        yield from claims_of(study)


def _unless_recorded(state: Pseudonymous, basis: str) -> Iterator[Claim]:
    if all(claim.basis != basis for claim in state.retention):
        yield Claim(basis)
