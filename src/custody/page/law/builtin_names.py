"""What Python brings along, and what carries it in ``js/law``."""

from __future__ import annotations

from typing import Final

# Built-in functions, by the parameters that may go by name after the positional ones.
FUNCTIONS: Final[dict[str, tuple[str, ...]]] = {
    "abs": (),
    "all": (),
    "any": (),
    "bool": (),
    "dict": (),
    "divmod": (),
    "enumerate": (),
    "frozenset": (),
    "getattr": (),
    "hasattr": (),
    "int": (),
    "iter": (),
    "len": (),
    "list": (),
    "map": (),
    "max": ("key", "default"),
    "min": ("key", "default"),
    "next": (),
    "ord": (),
    "range": (),
    "reversed": (),
    "set": (),
    "sorted": ("key",),
    "str": (),
    "sum": (),
    "tuple": (),
    "type": (),
    "format": (),
}
ERRORS: Final = frozenset(
    {"ArithmeticError", "AssertionError", "KeyError", "LookupError", "TypeError", "ValueError"}
)
TYPES: Final[dict[str, str]] = {
    "bool": "py.types.bool",
    "dict": "py.types.dict",
    "frozenset": "py.types.set",
    "int": "py.types.int",
    "list": "py.types.list",
    "set": "py.types.set",
    "str": "py.types.str",
    "tuple": "py.types.tuple",
}
# Names imported from the standard library and pydantic: module, name → what stands for it.
IMPORTED: Final[dict[tuple[str, str], str]] = {
    ("bisect", "bisect_left"): "py.bisect_left",
    ("collections", "OrderedDict"): "py.dict",
    ("collections.abc", "Mapping"): "py.Mapping",
    ("collections.abc", "Sequence"): "py.Sequence",
    ("dataclasses", "asdict"): "py.asdict",
    ("dataclasses", "replace"): "py.replace",
    ("datetime", "UTC"): "py.UTC",
    ("datetime", "date"): "py.Day",
    ("datetime", "datetime"): "py.Instant",
    ("datetime", "timedelta"): "py.Span",
    ("decimal", "Context"): "py.Context",
    ("decimal", "Decimal"): "py.Decimal",
    ("functools", "cache"): "py.cache",
    ("math", "inf"): "Infinity",
    ("sys", "maxsize"): "Number.MAX_SAFE_INTEGER",
    ("operator", "attrgetter"): "py.attrgetter",
    ("pydantic", "ValidationError"): "py.ValidationError",
    ("unicodedata", "normalize"): "py.normalize",
    ("re", "sub"): "py.resub",
}
# Classes among them that are made from positions, and from names: these, in order.
BY_POSITION: Final[dict[str, tuple[str, ...]]] = {
    "py.Day": ("year", "month", "day"),
    "py.Decimal": ("value",),
}
BY_NAME: Final[dict[str, tuple[str, ...]]] = {
    "py.Context": ("prec",),
    "py.Span": ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"),
}
# Methods of str and list; other values have their own, in JavaScript too.
TEXT_AND_LIST: Final = frozenset(
    {
        "append",
        "casefold",
        "endswith",
        "format",
        "format_map",
        "index",
        "isascii",
        "isdigit",
        "join",
        "partition",
        "pop",
        "replace",
        "rpartition",
        "rstrip",
        "split",
        "startswith",
        "strip",
        "upper",
    }
)
# Methods written by hand that take arguments by name, in one object.
NAMING: Final = frozenset({"format", "popitem", "replace"})
# Methods written by hand that are handed around as values.
BOUND: Final = frozenset({"get"})
BINARY: Final[dict[str, str]] = {
    "Add": "py.add",
    "Sub": "py.sub",
    "Mult": "py.mul",
    "Mod": "py.mod",
    "FloorDiv": "py.floordiv",
    "BitOr": "py.or_",
    "BitAnd": "py.and_",
}
