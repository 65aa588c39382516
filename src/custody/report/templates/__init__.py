"""The templates of what is printed, and how they are filled.

Everything filled in is data: in HTML and SVG it is escaped, and a name that is missing is an error.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape


def source(name: str) -> str:
    """Return the text of a template."""
    return (resources.files(__name__) / name).read_text(encoding="utf-8")


# Text of a figure stays text, so it needs letters that are there: the font of the paper first, then
# those that office machines have.
FONT: Final = (
    "'Noto Sans SC', 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', "
    "'Microsoft YaHei', 'Liberation Sans', Arial, sans-serif"
)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FunctionLoader(source),
        autoescape=select_autoescape(("html.j2", "svg.j2"), ("txt.j2",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals["font"] = FONT
    return made


def filled(name: str, **values: Any) -> str:
    """Return the template `name` with `values` in their places."""
    return _environment().get_template(name).render(**values)
