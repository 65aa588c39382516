"""GS1 element strings and Digital Links: what a scanner sends is read, what is wrong is refused."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.adapters import gs1
from custody.domain.identifier import mod10
from custody.errors import CustodyError, InputError

GTIN, SSCC = "09506000134352", "106141412345678908"


@pytest.mark.parametrize(
    ("scanned", "values"),
    [
        (f"]d201{GTIN}17271231\x1d10B-2026-014", {"01": GTIN, "17": "271231", "10": "B-2026-014"}),
        (f"01{GTIN}10ABC\x1d21S1", {"01": GTIN, "10": "ABC", "21": "S1"}),
        (f"]C100{SSCC}", {"00": SSCC}),
        ("8018061414100000000007", {"8018": "061414100000000007"}),
        (
            f"https://id.gs1.org/01/{GTIN}/10/ABC?17=271231",
            {"01": GTIN, "10": "ABC", "17": "271231"},
        ),
        (f"https://cells.example/track/00/{SSCC}", {"00": SSCC}),
    ],
)
def test_a_code_is_read_to_its_values(scanned: str, values: dict[str, str]) -> None:
    assert gs1.read(scanned) == values


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "]d2",
        "\x1d",
        "hello",
        f"(01){GTIN}",  # brackets are for people, never in the symbol
        "0109506000134353",  # check digit of a trade item
        "00106141412345678909",  # check digit of a logistic unit
        "8018061414100000000008",  # check digit of a service relation
        "17271331",  # a thirteenth month
        f"01{GTIN}10A\x1d10B",  # two lots
        "https://id.gs1.org/",
        "https://id.gs1.org/01/09506000134353",
        "https://example.org/nothing/of/that/kind",
    ],
)
def test_a_code_that_is_wrong_is_refused_with_its_reason(wrong: str) -> None:
    with pytest.raises(InputError) as refused:
        gs1.read(wrong)
    assert refused.value.code == "C171"
    for lang in ("en", "zh"):
        assert refused.value.render(lang).why


@given(
    st.integers(0, 10**13 - 1).map(lambda n: f"{n:013}"),
    st.text("ABCXYZ0189-/.%", min_size=1, max_size=20),
    st.text("ABCXYZ0189-/.%", min_size=1, max_size=20),
)
def test_a_digital_link_reads_back_as_it_was_written(body: str, lot: str, serial: str) -> None:
    values = {"01": body + mod10(body), "10": lot, "21": serial}
    link = gs1.write(values, domain="cells.example")
    assert link.startswith("https://cells.example/01/")
    assert gs1.read(link) == values


@pytest.mark.parametrize(
    "values",
    [{}, {"10": "LOT"}, {"01": "09506000134353"}, {"01": GTIN, "10": "A\x1d21B"}, {"zz": "1"}],
)
def test_a_link_that_would_not_read_back_is_not_written(values: dict[str, str]) -> None:
    with pytest.raises(InputError) as refused:
        gs1.write(values)
    assert refused.value.code == "C171"


@given(st.text(max_size=200))
def test_whatever_is_scanned_only_our_own_errors_come_out(text: str) -> None:
    try:
        assert gs1.read(text)
    except CustodyError as refused:
        assert refused.code == "C171"


@given(st.text("0123456789\x1d", max_size=120), st.sampled_from(["", "]d2", "https://x.example/"]))
def test_digits_in_any_order_are_read_or_refused(text: str, before: str) -> None:
    try:
        assert gs1.read(before + text)
    except CustodyError as refused:
        assert refused.code == "C171"


def test_without_the_library_the_error_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['biip'] = None\n"
        "from custody.adapters import gs1\n"
        "from custody.errors import InputError\n"
        "for call in (lambda: gs1.read('00' + '0' * 18), lambda: gs1.write({'00': '0' * 18})):\n"
        "    try: call()\n"
        "    except InputError as e: print(e.code, 'cell-custody[gs1]' in e.render('zh').fix)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "C170 True\nC170 True\n", done.stderr
