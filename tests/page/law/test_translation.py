"""The translator: every construct it knows means the same, and nothing else passes it."""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from custody.errors import Reason
from custody.page.build import assembled
from custody.page.law import OutsideSubset, translated
from custody.page.law.bodies import TABLES_OF_PATTERNS
from custody.page.law.program import OMITTED, ONLY, VALUES, WRITTEN, Program
from custody.page.law.translate import enclosed, modules_of
from page.browser import FRAME, opened
from page.law import constructs

RUN = """() => {
  const { py } = law;
  const plain = (value) => {
    if (Array.isArray(value)) return value.map(plain);
    if (!(value instanceof py.Dict)) return value;
    return Object.fromEntries(value.items().map(([key, part]) => [py.str(key), plain(part)]));
  };
  return law.cases.map((each) => [each.name, plain(each())]);
}"""
HEAD = """from __future__ import annotations

"""
# Programs that run in Python and must not be translated, each with the line that is at fault.
OUTSIDE = {
    "a loop with else": (
        "def f():\n    for x in ():\n        pass\n    else:\n        return 1\n",
        2,
    ),
    "a with statement": ("def f(x):\n    with x:\n        return 1\n", 2),
    "a function that waits": ("async def f():\n    return 1\n", 1),
    "a global": ("N = 1\ndef f():\n    global N\n    N = 2\n", 3),
    "finally": ("def f():\n    try:\n        return 1\n    finally:\n        pass\n", 2),
    "except for everything": (
        "def f():\n    try:\n        return 1\n    except:\n        pass\n",
        2,
    ),
    "two except clauses": (
        "def f():\n try:\n  pass\n except KeyError:\n  pass\n except ValueError:\n  pass\n",
        2,
    ),
    "an error nobody carries": ("def f():\n    raise OSError('x')\n", 2),
    "a power": ("def f(x):\n    return x ** 2\n", 2),
    "a true division": ("def f(x):\n    return x / 2\n", 2),
    "an inverted number": ("def f(x):\n    return ~x\n", 2),
    "a fraction": ("X = 0.5\n", 1),
    "bytes": ("X = b'x'\n", 1),
    "a number beyond 2^53": ("X = 9007199254740993\n", 1),
    "a slice with a step": ("def f(x):\n    return x[::2]\n", 2),
    "a conversion in a text": ("def f(x):\n    return f'{x!r}'\n", 2),
    "a width in a text": ("def f(x, n):\n    return f'{x:>{n}}'\n", 2),
    "a function with a default inside an expression": ("F = lambda x=1: x\n", 1),
    "an import nobody carries": ("import os\ndef f():\n    return os.sep\n", 3),
    "a function of an unknown module": ("from math import sqrt\nX = sqrt(4)\n", 2),
    "evaluation": ("def f(x):\n    return eval(x)\n", 2),
    "printing": ("def f(x):\n    print(x)\n", 2),
    "a built-in with a name it has not": ("def f(x):\n    return sorted(x, reverse=True)\n", 2),
    "an argument there is not": ("def g(a):\n    return a\ndef f():\n    return g(1, b=2)\n", 4),
    "an argument too few": ("def g(a, b):\n    return a\nX = g\ndef f():\n    return g(1)\n", 5),
    "a class with two bases": (
        "class A:\n    pass\nclass B:\n    pass\nclass C(A, B):\n    pass\n",
        5,
    ),
    "a dataclass that changes": (
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n",
        2,
    ),
    "a dataclass with an order": (
        "from dataclasses import dataclass as d\n@d(frozen=True, order=True)\nclass A:\n x: int\n",
        2,
    ),
    "a field made anew for everybody": (
        "import dataclasses as d\n@d.dataclass(frozen=True)\nclass A:\n x: int = d.field(init=0)\n",
        4,
    ),
    "a decorator nobody carries": (
        "from functools import wraps\n@wraps(len)\ndef f(x):\n    return x\n",
        2,
    ),
    "a decorator that replaces": (
        "def d(n):\n return lambda f: max\n@d(1)\ndef f(x):\n    return x\n",
        4,
    ),
    "a function inside that is called by names": (
        "def f(x):\n    def g(*, a):\n        return a\n    return g\n",
        2,
    ),
    "a static method": ("class A:\n    @staticmethod\n    def f():\n        return 1\n", 3),
    "a pattern of parts": (
        "def f(x):\n    match x:\n        case [a, b]:\n            return a\n",
        3,
    ),
    "a pattern by position": (
        "class A:\n    pass\ndef f(v):\n    match v:\n        case A(1):\n            return 1\n",
        5,
    ),
    "deleting a name": ("def f(x):\n    del x\n", 2),
    "a statement at the top": ("X = []\nX.append(1)\nprint\n", 2),
    "reading what is thrown away": ("def f(x):\n    _, y = x\n    return _\n", 3),
    "an unknown expression": ("def f(x):\n    return (yield x) or 1\n", 2),
    "a pattern with flags inside": ("import re\nX = re.compile(r'a(?i:b)')\n", 2),
    "a pattern made at run time": ("import re\ndef f(x):\n    return re.compile(x)\n", 3),
}


def test_every_construct_means_in_the_page_what_it_means_in_python() -> None:
    program = Program(("page.law.constructs",), ("page.law.",))
    given = "return { cases: page_law_constructs.CASES, py };"
    script = enclosed([*modules_of(program), given]) + "globalThis.law = law;"
    with opened(assembled(FRAME, "", script, {})) as page:
        theirs = page.evaluate(RUN)
    mine = [[case.__name__, plain(case())] for case in constructs.CASES]
    assert theirs == mine


def plain(value: Any) -> Any:
    """Return a value as JSON."""
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    return value


@pytest.mark.parametrize("case", OUTSIDE)
def test_what_is_outside_the_subset_stops_the_build_with_its_place(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "invented_" + re.sub(r"\W", "_", case)
    body, line = OUTSIDE[case]
    path = tmp_path / f"{name}.py"
    path.write_text(HEAD + body, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    with pytest.raises(OutsideSubset) as stopped:
        modules_of(Program((name,), (name,)))
    assert (stopped.value.path, stopped.value.line) == (str(path), line + HEAD.count("\n"))
    assert f"{path}:{line + HEAD.count(chr(10))}: " in str(stopped.value)


def test_only_what_there_is_is_left_out_or_written_by_hand() -> None:
    lists = (OMITTED, WRITTEN, VALUES, TABLES_OF_PATTERNS)
    named = {full for names in lists for full in names}
    named |= {f"{module}.{name}" for module, names in ONLY.items() for name in names}
    for full in named:
        module, _, name = full.rpartition(".")
        if module == "custody.errors.Reason":
            assert hasattr(Reason, name)
        else:
            assert hasattr(importlib.import_module(module), name), full


def test_modules_that_import_one_another_stop_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "invented_first.py").write_text("from invented_second import *  # noqa\nX = 1\n")
    (tmp_path / "invented_second.py").write_text("from invented_first import *  # noqa\nY = 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    with pytest.raises(OutsideSubset, match="circle of imports"):
        Program(("invented_first",), ("invented_",))


def test_the_law_is_the_same_text_every_time_on_every_machine() -> None:
    code = "import sys; from custody.page.law import translated; sys.stdout.write(translated())"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "17", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        timeout=120,
        check=True,
    )
    own = translated().encode()
    assert hashlib.sha256(run.stdout).hexdigest() == hashlib.sha256(own).hexdigest()


def test_the_law_is_one_constant_that_runs_no_text_and_reaches_for_nothing() -> None:
    law = translated()
    assert re.findall(r"^(?:const|let|var|function\*?|class|async function) (\w+)", law) == ["law"]
    assert law.startswith("const law = (() => {\n")
    assert law.endswith("\n})();\n")
    reaching = (
        r"\beval\(|new Function|\bFunction\(|innerHTML|outerHTML|insertAdjacent|"
        r"\bdocument\.(?:write|body|create|query|get)|"
        r"\bwindow\.|\bfetch\(|XMLHttpRequest|WebSocket|\bimport\(|localStorage|</script|<!--|"
        r"setTimeout|Math\.random|Date\.now"
    )
    assert re.findall(reaching, law) == []


def test_the_law_is_small_enough_to_travel_in_a_page() -> None:
    assert len(translated().encode()) < 900_000


def test_nobody_reads_what_was_left_out_of_the_law() -> None:
    law = translated()
    for word in ('meaning_zh: "[^"]', "signing time is kept apart", '"""'):
        assert re.search(word, law) is None
