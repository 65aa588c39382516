"""Numbers, days, texts, order and patterns: what Python computes, the page computes."""

from __future__ import annotations

import random
import re
import sys
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from typing import Any

import pytest

from custody.app.verification.details import _DETAILS, _PLACES, detail_zh, place_zh
from custody.app.verification.details_of_form import FORM
from custody.domain import identifier, lint, values
from custody.domain.balance import EXACT, added, left, plain
from custody.domain.calendar import add_months, add_years
from custody.page.law.regex import UnknownPattern, from_python, from_rust
from custody.rules import citations
from page.law.conftest import Ask

AMOUNTS = (
    *("0", "-0", "0.0", "0.000000001", "1", "1.0", "10", "100.50", "-1.5", "0.5", "2.5", "3.5"),
    *("999999999999999.999999999", "-999999999999999.999999999", "123456789012345.000000001"),
    *("5", "7.25", "99.95", "0.1", "0.2", "0.3", "1000000", "0.00001", "0.0000001"),
)
# Every character that has a meaning of its own: no surrogates, none for private use.
UNUSED = ("Cn", "Cs", "Co")
# The planes in which anything is assigned, without surrogates; of private use, the beginning.
EVERY = [*map(chr, [*range(0xD800), *range(0xE000, 0x40000), *range(0xE0000, 0xF0010)])]
PLAIN = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) not in UNUSED]


def outcome(make: Callable[[], Any]) -> Any:
    """Return what is made, or the name of the error."""
    try:
        return make()
    except (ArithmeticError, ValueError, LookupError, TypeError) as wrong:
        return ["raised", type(wrong).__name__]


def test_decimals_are_added_compared_rounded_and_written_alike(ask: Ask) -> None:
    default = Context(prec=28)
    pairs = [(a, b) for a in AMOUNTS for b in AMOUNTS]
    mine = []
    for a, b in pairs:
        x, y = Decimal(a), Decimal(b)
        mine.append(
            [
                *(str(EXACT.add(x, y)), str(EXACT.subtract(x, y)), str(default.add(x, y))),
                *(added(a, b), plain(left(a, b)), x < y, x <= y, x == y, bool(x), int(x)),
                *(format(x, "f"), str(x), str(x.to_integral_value()), hash(x) == hash(y)),
            ]
        )
    theirs = ask("(pairs) => pairs.map(([a, b]) => asking.decimals(a, b))", pairs)
    assert theirs == mine


def test_what_is_no_number_is_refused_alike(ask: Ask) -> None:
    texts = ["", " ", "1e3", "x", "1.", ".5", "--1", "+1", "١", "0x1", "1 2", "１"]
    mine = []
    for text in texts:
        try:
            mine.append(str(Decimal(text)))
        except InvalidOperation:
            mine.append("refused")
    known = [(t, m) for t, m in zip(texts, mine, strict=True) if t not in ("1e3", ".5", "١", "１")]
    theirs = ask("(texts) => texts.map(asking.decimal)", [t for t, _ in known])
    assert theirs == [m for _, m in known]


def test_sums_beyond_the_usual_precision_round_halves_to_the_even_digit(ask: Ask) -> None:
    big = ("1" + "0" * 27, "99999999999999999999999999995", "12345678901234567890123456785")
    pairs = [(a, b) for a in big for b in ("0.5", "0.05", "1.5", "5", "15", "-0.5", "0.50001")]
    context = Context(prec=28)
    mine = [str(context.add(Decimal(a), Decimal(b))) for a, b in pairs]
    assert ask("(pairs) => pairs.map(([a, b]) => asking.sum(a, b))", pairs) == mine


def test_days_are_counted_alike_over_the_whole_calendar(ask: Ask) -> None:
    chance = random.Random(818)  # noqa: S311 - the same cases in every run
    days = [date.fromordinal(chance.randint(1, date.max.toordinal())) for _ in range(400)]
    days += [date(2024, 2, 29), date(2023, 2, 28), date(2000, 1, 31), date(1, 1, 1), date.max]
    steps = [-400_000, -366, -31, -1, 0, 1, 28, 365, 366, 100_000]
    rows = [(d.isoformat(), chance.choice(steps), chance.randint(-40, 400)) for d in days]
    mine = []
    for text, step, months in rows:
        day = date.fromisoformat(text)
        mine.append(
            [
                *(str(day), day.weekday(), (day - date(2026, 1, 1)).days),
                outcome(lambda d=day, s=step: str(d + timedelta(days=s))),  # type: ignore[misc]
                outcome(lambda d=day, m=months: str(add_months(d, m))),  # type: ignore[misc]
                outcome(lambda d=day, m=months: str(add_years(d, m // 12))),  # type: ignore[misc]
            ]
        )
    assert ask("(rows) => rows.map((row) => asking.days(...row))", rows) == mine


def test_instants_are_read_and_compared_alike(ask: Ask) -> None:
    clocks = ("00:00:00", "09:10:00", "23:59:59", "24:00:00", "12:60:00", "12:00:60")
    zones = ("Z", "+08:00", "-08:00", "+00:00", "+23:59", "-23:59", "+24:00", "+05:30", "+08:99")
    days = ("2026-03-01", "2024-02-29", "2023-02-29", "2026-00-10", "2099-12-31", "0001-01-01")
    texts = [f"{d}T{c}{z}" for d in days for c in clocks for z in zones]
    if sys.version_info >= (3, 14):  # it takes 24:00 for the midnight that follows
        texts = [t for t in texts if "T24" not in t]
    base = datetime(2026, 3, 1, tzinfo=UTC)

    def read(text: str) -> Any:
        moment = datetime.fromisoformat(text)
        apart = moment - base
        universal = str(moment.astimezone(UTC).date())
        return [int(apart.total_seconds()), str(moment.date()), moment < base, universal]

    mine = [outcome(lambda t=t: read(t)) for t in texts]  # type: ignore[misc]
    assert ask("(texts) => texts.map(asking.instant)", texts) == mine


def test_the_offset_of_a_moment_is_judged_alike_and_gives_the_same_two_days(ask: Ask) -> None:
    offsets = [f"{sign}{h:02}:{m:02}" for sign in "+-" for h in range(25) for m in (0, 1, 59, 60)]
    clocks = ("2026-11-24T00:00:00", "2026-12-31T23:31:00", "2000-01-01T12:00:00")
    texts = [f"{clock}{offset}" for clock in clocks for offset in ("", "Z", *offsets)]

    def read(text: str) -> Any:
        return [values._instant(text), *map(str, values.days_of(text))]

    mine = [outcome(lambda t=t: read(t)) for t in texts]  # type: ignore[misc]
    assert ask("(texts) => texts.map(asking.daysOf)", texts) == mine


def test_seconds_since_1970_are_the_same_days(ask: Ask) -> None:
    moments = [0, 951_782_399, 951_782_400, 1_700_000_000, 4_102_444_799, -1, 1_709_164_800]
    mine = [str(datetime.fromtimestamp(m, UTC).date()) for m in moments]
    assert ask("(moments) => moments.map(asking.dayAt)", moments) == mine


def test_texts_are_ordered_by_code_point(ask: Ask) -> None:
    texts = ["", "a", "B", "é", "e\u0301", "\uffee", "\U00010000", "\U0001f600", "中", "中文", "Ａ"]
    texts += [a + b for a in texts for b in texts]
    assert ask("(texts) => asking.sorted(texts)", texts) == sorted(texts)


def test_every_character_that_is_taken_has_the_same_normal_forms_and_capitals(ask: Ask) -> None:
    taken = [c for c in EVERY if outcome(lambda c=c: values.clean(c)) != ["raised", "ValueError"]]  # type: ignore[misc]
    theirs = ask("(texts) => texts.map(asking.forms)", taken)
    mine = [
        [
            *(unicodedata.normalize("NFC", c), unicodedata.normalize("NFKC", c)),
            *(unicodedata.normalize("NFKD", c), values._capital(c)),
        ]
        for c in taken
    ]
    assert [r for r in zip(taken, mine, theirs, strict=True) if r[1] != r[2]] == []


def test_every_character_makes_the_same_number_or_none_on_both_sides(ask: Ask) -> None:
    mine = [outcome(lambda c=c: values.canonical_number(c)) for c in EVERY]  # type: ignore[misc]
    theirs = ask("(texts) => texts.map(asking.canonical)", EVERY)
    assert [r for r in zip(EVERY, mine, theirs, strict=True) if r[1] != r[2]] == []


def test_characters_that_came_after_unicode_14_are_refused_on_both_sides(ask: Ask) -> None:
    """Where they are known they compose or have capitals; elsewhere they stay what they are."""
    later = ["\U00016d67\U00016d67", "\U00011382\U000113c9", "\U00010d70", "\ua7db"]
    mine = [outcome(lambda t=t: values.clean(t)) for t in later]  # type: ignore[misc]
    assert mine == [["raised", "ValueError"]] * len(later)
    assert ask("(texts) => texts.map((text) => asking.cleaned(text)[0])", later) == mine


def test_every_character_is_space_or_hidden_on_both_sides(ask: Ask) -> None:
    def read(text: str) -> Any:
        return [outcome(lambda: values.clean(text)), "".join(text.split()), text.strip()]

    mine = [read(f"{c}a{c}b{c}") for c in EVERY]
    theirs = ask("(texts) => texts.map((c) => asking.cleaned(c + 'a' + c + 'b' + c))", EVERY)
    differing = [(c, a, b) for c, a, b in zip(EVERY, mine, theirs, strict=True) if a != b]
    assert differing == []


def test_texts_that_fold_alike_fold_alike_on_both_sides(ask: Ask) -> None:
    cased = [c for c in PLAIN if c.lower() != c or c.upper() != c or c.casefold() != c]
    theirs = ask("(texts) => texts.map(asking.folded)", cased)
    groups: dict[str, set[str]] = {}
    own: dict[str, set[str]] = {}
    for character, folded in zip(cased, theirs, strict=True):
        groups.setdefault(folded, set()).add(character)
        own.setdefault(character.casefold(), set()).add(character)
    assert {frozenset(g) for g in groups.values()} == {frozenset(g) for g in own.values()}


NUMBERS = (
    *("", " a b ", "ｂ－０１", "ß", "ﬀ1", "b-1", "Ⅷ", "①", "ǆ", "a\u200bb", "ŉx", "B 0 1\t"),
    *("LOT\u20120042", "\u041b\u041e\u0422", "\u0410\u0308", "\u0410\u0301", "\u0393\u0391\u0345"),
    *("\u02bc\u039d", "a\u0264\u019b"),
)


def test_business_numbers_have_one_spelling_on_both_sides(ask: Ask) -> None:
    mine = [outcome(lambda t=t: values.canonical_number(t)) for t in NUMBERS]  # type: ignore[misc]
    assert ask("(texts) => texts.map(asking.canonical)", list(NUMBERS)) == mine


@pytest.mark.parametrize(
    ("name", "check"),
    [
        ("mod10_holds", identifier.mod10_holds),
        ("mod37_2_holds", identifier.mod37_2_holds),
        ("is_sec", identifier.is_sec),
        ("is_gln", identifier.is_gln),
    ],
)
def test_check_characters_are_judged_alike(
    ask: Ask, name: str, check: Callable[[str], bool]
) -> None:
    chance = random.Random(17)  # noqa: S311 - the same cases in every run
    texts = ["", "0", "4006381333931", "G123498654321H", "20260230", "00000000", "٤٠٠٦٣٨١٣٣٣٩٣١"]
    texts += ["".join(chance.choices("0123456789", k=13)) for _ in range(200)]
    texts += ["".join(chance.choices(identifier.ALPHABET, k=14)) for _ in range(200)]
    mine = [outcome(lambda t=t: check(t)) for t in texts]  # type: ignore[misc]
    theirs = ask("([name, texts]) => texts.map((t) => asking.identifier(name, t))", [name, texts])
    assert theirs == mine


WORDS = (
    *(
        "order no. 789",
        "Order No.818",
        "decree 789",
        "purchase order 789",
        "令第789号",
        "789 号 令",
    ),
    *("workorder 7890", "ORDER # 789", "filing review of regulations", "promulgated on Feb. 2026"),
    *("公布于 2026年2月", "NMPA", "xNMPA", "国家药监局", "biomedical", "stem-cell", "stem\ncell"),
    *("11010519491231002X", "110105 19491231 002x", "a11010519491231002X", "13800138000"),
    *("+86 138 0013 8000", "138-0013-8001", "1380013 8001", "AWB 13800138123", "lot: 13712345678 "),
    *("x@y.example", "a.b+c@d-e.example.org", "123-45-6789", "000-12-3456", "S/N 123-45-6789"),
    *("MRN 12345", "病历号：A-1234", "住院编号 0001", "medical record no: 998", "患者姓名：王小明"),
    *("patient name is Bob", "donor's name: 李", "ſubject name = x", "\u212aoala", "İD 5", "ıd"),
    *(
        "王小明",
        "欧阳锋",
        "John Smith",
        "john smith",
        "13712345678 cells",
        "13712345678/ml",
        "5 个",
    ),
    *(
        "1e5",
        "1.5",
        "-2",
        "2.50",
        "身份证 310101850101123",
        "身份证\n310101850101123",
        "batch no\n",
    ),
)
LINTED = [n for n, v in vars(lint).items() if isinstance(v, re.Pattern)]
CITED = [n for n, v in vars(citations).items() if isinstance(v, re.Pattern)]


@pytest.mark.parametrize(
    ("module", "name"),
    [("custody_domain_lint", n) for n in LINTED] + [("custody_rules_citations", n) for n in CITED],
)
def test_a_pattern_finds_the_same_in_every_text(ask: Ask, module: str, name: str) -> None:
    live = lint if module == "custody_domain_lint" else citations
    pattern: re.Pattern[str] = getattr(live, name)
    edged = [
        f"{a}{w}{b}" for w in WORDS for a, b in (("", ""), ("x", "9"), ("é", "中"), ("_", "_"))
    ]
    texts = [*edged, "; ".join(WORDS), *("\U0001f600" + w for w in WORDS)]

    def found(text: str) -> Any:
        spans = [[m.start(), m.end(), m.group()] for m in pattern.finditer(text)]
        return [spans, pattern.fullmatch(text) is not None, bool(pattern.match(text, 1))]

    given = [module, name, texts]
    assert ask("([module, name, texts]) => asking.found(module, name, texts)", given) == [
        found(t) for t in texts
    ]


def test_a_search_leaves_nothing_behind_for_the_next_text(ask: Ask) -> None:
    said = """(texts) => texts.map((text) => {
      const { _MOBILE } = law.inner.modules.custody_domain_lint;
      _MOBILE.search(text);
      return [..._MOBILE.finditer("13800138000")].length;
    })"""
    assert ask(said, ["call 13800138001", "nothing", "at the far end: 13800138002"]) == [1, 1, 1]


def test_a_pattern_that_ignores_case_knows_the_same_letters(ask: Ask) -> None:
    patterns = ["[a-z]", "k", "S", "i", "[^a-z]", r"\bi\b", "[A-Z0-9]", "ß", "σ", r"\S", "µ"]
    letters = [c for c in map(chr, range(0x3000)) if c.isprintable()]
    written = [from_python(re.compile(p, re.IGNORECASE)) for p in patterns]
    mine = [[c for c in letters if re.search(p, c, re.IGNORECASE)] for p in patterns]
    bodies = [w[1:-2] for w in written]
    theirs = ask(
        "([all, letters]) => all.map((b) => letters.filter((c) => new RegExp(b, 'u').test(c)))",
        [bodies, letters],
    )
    assert theirs == mine


def test_personal_data_is_found_in_the_same_fields(ask: Ask) -> None:
    fields = ("number", "reason", "donor_code", "gln", "quantity", "doc.name")
    rows = [(w, f, k) for w in WORDS for f in fields for k in ("donation", "batch")]
    mine = [list(lint._found(unicodedata.normalize("NFKC", w), f, k)) for w, f, k in rows]
    assert any(mine)
    assert ask("(rows) => rows.map((row) => asking.personal(...row))", rows) == mine


def test_clauses_and_places_of_findings_are_told_in_the_same_chinese(ask: Ask) -> None:
    texts = []
    for pattern, _ in (*_DETAILS, *FORM, *_PLACES):
        plain_text = re.sub(r"\(\?:([^|)]*)\|[^)]*\)", r"\1", pattern)
        plain_text = re.sub(r"\(\?![^)]*\)", "", plain_text)
        filled = re.sub(r"\((?:\\S\+|\\d\+|\.\+)\)", "17", plain_text).replace("\\", "")
        texts += [filled, filled + " ", filled.upper()]
    mine = [[detail_zh(t), place_zh(t)] for t in texts]
    assert sum(d is not None for d, _ in mine) > 250
    assert ask("(texts) => texts.map(asking.told)", texts) == mine


def test_a_pattern_with_something_unknown_is_not_translated() -> None:
    for pattern, flags in ((r"a(?i:b)", 0), (r"a", re.ASCII), (r"\Ba", 0), ("a$", re.MULTILINE)):
        with pytest.raises(UnknownPattern):
            from_python(re.compile(pattern, flags))
    with pytest.raises(UnknownPattern):
        from_rust(r"\bword")
