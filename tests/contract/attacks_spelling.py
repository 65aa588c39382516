"""Attacks on how the signed words of an event are spelled (numbers 14 to 28).

The words are signed and logged as they are; only the reader that knows one spelling objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contract.attacks_case import Attack, event_words, logged, signed, tiny, vectors_of
from contract.vector_cases import Vector
from contract.vector_story import MAKER, SECOND


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def _reworded(name: str, number: str, en: str, zh: str, old: bytes, new: bytes) -> Attack:
    words = event_words(tiny(), body={"note": "x", "quantity": 1})
    assert words.count(old) == 1, (name, words)
    wire = signed(words.replace(old, new), MAKER, SECOND)
    return Attack(name, number, en, zh, logged(tiny(), wire), "V3", "E12")


def spelling() -> Iterator[Attack]:
    for row in (
        (
            "14_key_twice",
            "14",
            "The seal number stands in the signed words twice.",
            "签署内容中同一字段出现两次。",
            b'"quantity":1',
            b'"quantity":1,"quantity":9',
        ),
        (
            "15_not_a_number",
            "15",
            "NaN, which many readers of JSON take.",
            "NaN，许多 JSON 程序会接受。",
            b'"quantity":1',
            b'"quantity":NaN',
        ),
        (
            "15_infinity",
            "15",
            "Infinity, which many readers of JSON take, too.",
            "Infinity，许多 JSON 程序同样接受。",
            b'"quantity":1',
            b'"quantity":Infinity',
        ),
        (
            "15_beyond_every_double",
            "15",
            "1e400 becomes infinity in one language and an error in another.",
            "1e400 在一种语言中成为无穷大，在另一种中报错。",
            b'"quantity":1',
            b'"quantity":1e400',
        ),
        (
            "16_whole_fraction",
            "16",
            "1.0 and 1 are one number and two spellings.",
            "1.0 与 1 是同一数的两种写法。",
            b'"quantity":1',
            b'"quantity":1.0',
        ),
        (
            "16_exponent",
            "16",
            "1e0 is one, too.",
            "1e0 也等于一。",
            b'"quantity":1',
            b'"quantity":1e0',
        ),
        (
            "16_minus_nought",
            "16",
            "-0 is nought in some languages and another value in others.",
            "-0 在有些语言中等于零，在另一些中不同。",
            b'"quantity":1',
            b'"quantity":-0',
        ),
        (
            "17_beyond_exact_doubles",
            "17",
            "2^53 is the first number that doubles confuse with the next.",
            "2^53 是双精度数开始与相邻数混淆的第一个整数。",
            b'"quantity":1',
            b'"quantity":9007199254740992',
        ),
        (
            "18_lone_surrogate",
            "18",
            "Half a character, escaped.",
            "以转义写出的半个字符。",
            b'"note":"x"',
            b'"note":"\\ud800"',
        ),
        (
            "18_not_utf8",
            "18",
            "A byte that is not UTF-8.",
            "不属于 UTF-8 的字节。",
            b'"note":"x"',
            b'"note":"\xff"',
        ),
        (
            "19_direction_override",
            "19",
            "A text shows other words than it holds: it changes the direction of writing.",
            "文本改变书写方向，显示与内容不同。",
            b'"note":"x"',
            '"note":"\u202eseye\u202c"'.encode(),
        ),
        (
            "20_cyrillic_letter_in_a_stream",
            "20",
            "The kind of a stream is written with a Cyrillic letter.",
            "流的类别中混入西里尔字母。",
            b'"stream":"shipment:',
            '"stream":"sh\u0456pment:'.encode(),
        ),
        (
            "20_cyrillic_letter_in_a_role",
            "20",
            "A role looks like one that exists.",
            "角色名看似已有的角色。",
            b'"role":"warehouse"',
            '"role":"w\u0430rehouse"'.encode(),
        ),
        (
            "21_prototype_key",
            "21",
            "A key that changes every object in JavaScript.",
            "在 JavaScript 中会影响所有对象的键名。",
            b'"note":"x"',
            b'"__proto__":{"admin":true},"note":"x"',
        ),
        (
            "21_constructor_key",
            "21",
            "A twelfth key, called as what every object inherits.",
            "第十二个键，名称为所有对象都继承的属性。",
            b',"links":',
            b',"constructor":{},"links":',
        ),
        (
            "28_null",
            "28",
            "null is neither a value nor its absence.",
            "null 既非取值，也非缺失。",
            b'"note":"x"',
            b'"note":null',
        ),
        (
            "28_null_in_a_list",
            "28",
            "null inside a list.",
            "列表中的 null。",
            b'"note":"x"',
            b'"note":[null]',
        ),
    ):
        yield _reworded(*row)


GROUPS: Final = (spelling,)
