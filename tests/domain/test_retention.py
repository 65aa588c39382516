"""How long records are kept: the longest period, the permanent one, the one not running yet."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.domain.keeping import claims_of
from custody.domain.retention import PERIODS, Claim, Horizon, horizon
from domain.journeys import sealed_shipment
from domain.play import Play
from domain.stories import registered_donor

PASSING = sorted(b for b, p in PERIODS.items() if p.years)
CLAIMS = st.builds(
    Claim,
    st.sampled_from(sorted(PERIODS)),
    st.none() | st.dates(date(2020, 1, 1), date(2060, 12, 31)),
)


def test_the_longest_period_wins_even_when_it_started_earlier() -> None:
    claims = [
        Claim("gacc_281", date(2030, 1, 1)),
        Claim("order_818_study", date(2027, 2, 26)),
        Claim("cfr_1271_270", date(2035, 1, 1)),
    ]
    assert horizon(claims) == Horizon("until", "order_818_study", date(2057, 2, 26))


def test_the_later_end_wins_among_equal_periods() -> None:
    claims = [Claim("order_818_study", date(2027, 1, 1)), Claim("eu_1394_2007", date(2028, 1, 1))]
    assert horizon(claims).basis == "eu_1394_2007"


def test_permanent_wins_over_everything() -> None:
    claims = [Claim("order_818_study"), Claim("order_818_offspring"), Claim("gacc_281")]
    kept = horizon(claims)
    assert kept == Horizon("permanent", "order_818_offspring")
    assert not kept.over(date.max)


def test_an_unknown_start_gives_no_date_whatever_else_is_running() -> None:
    claims = [Claim("eu_1394_2007", date(2027, 1, 1)), Claim("gacc_281")]
    assert horizon(claims) == Horizon("not_yet_running", "gacc_281")


def test_without_any_period_nothing_is_ever_over() -> None:
    assert horizon([]) == Horizon("not_set")
    assert not horizon([]).over(date.max)


def test_a_period_is_over_only_after_its_last_day() -> None:
    kept = horizon([Claim("gacc_281", date(2026, 9, 1))])
    assert kept.until == date(2029, 9, 1)
    assert not kept.over(date(2029, 9, 1))
    assert kept.over(date(2029, 9, 2))


@given(st.lists(CLAIMS, max_size=6))
def test_a_date_is_told_only_when_every_start_is_known_and_nothing_is_permanent(
    claims: list[Claim],
) -> None:
    kept = horizon(claims)
    known = bool(claims) and all(c.until for c in claims)
    assert (kept.until is not None) == known == (kept.standing == "until")
    if kept.until:
        assert all(c.until and c.until <= kept.until for c in claims)


@given(st.lists(CLAIMS, max_size=6), st.randoms())
def test_the_order_in_which_periods_were_recorded_does_not_matter(
    claims: list[Claim], chance: object
) -> None:
    mixed = list(claims)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert horizon(mixed) == horizon(claims)


@given(st.lists(CLAIMS, min_size=1, max_size=5), CLAIMS)
def test_one_more_period_never_shortens_the_horizon(claims: list[Claim], more: Claim) -> None:
    before, after = horizon(claims), horizon([*claims, more])
    if after.until:
        assert before.until is not None
        assert before.until <= after.until


@pytest.fixture(scope="module")
def sealed() -> Play:
    play = Play(gates=False)
    sealed_shipment(play)
    return play


@pytest.mark.parametrize(
    ("country", "bases"),
    [("SG", set()), ("DE", {"eu_1394_2007"}), ("US", {"cfr_1271_270"})],
)
def test_a_batch_is_kept_by_the_law_of_where_it_went(
    sealed: Play, country: str, bases: set[str]
) -> None:
    batch = sealed.state("X1")
    claims = list(claims_of(batch, {country}))
    assert {c.basis for c in claims} == bases
    assert {c.start for c in claims} <= {date.fromisoformat(batch.expires_at[:10])}


def test_a_shipment_is_kept_three_years_from_its_seal(sealed: Play) -> None:
    assert list(claims_of(sealed.state("S-1"))) == [Claim("gacc_281", date(2026, 9, 1))]


def test_a_donation_used_in_europe_is_not_running_until_the_clinical_use_is_recorded() -> None:
    play = Play(gates=False)
    registered_donor(play)
    assert list(claims_of(play.state("D1"), {"CN", "FR"})) == [Claim("eu_2006_86")]
    play.add("retention.set/v1", "D1", {"basis": "eu_2006_86", "starts_on": "2026-10-01"})
    expected = [Claim("eu_2006_86", date(2026, 10, 1))]
    assert list(claims_of(play.state("D1"), {"CN", "FR"})) == expected
