"""Assemble the verifier page: one HTML file with its code, its style and the facts it needs.

The page runs under a policy that allows exactly this script and this style and no network at all
(Content Security Policy Level 3, `require-trusted-types-for`). The modules below ``js/`` are joined
into one script in the order of their imports; whatever else could stand in a module stops the
build. The same sources give the same bytes on every machine.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from custody import contract
from custody.app.verification.unprovable import ALWAYS, LEVELS, UNAUDITED, UNWITNESSED, WITNESSED
from custody.errors import Text

HERE: Final = Path(__file__).parent
ENTRY: Final = HERE / "js" / "view" / "main.js"
STYLES: Final = ("page.css", "result.css", "sheet.css")
START: Final = "beginPage();"

_IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "(\.[^"\n]*)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function\b|class\b|const\b)", re.MULTILINE)
_EXPORTED_NAME = re.compile(r"^export \{ (\w+) \};\n", re.MULTILINE)
_DECLARED = re.compile(
    r"^(export )?(?:async )?(?:function\*?|class|const|let|var) (\w+)", re.MULTILINE
)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*|\bimport\s*[.(].*", re.MULTILINE)
_TAKEN_APART = re.compile(r"^(?:export )?(?:const|let|var) [\[{].*", re.MULTILINE)
# Either would end or change the script element around it, whatever it means in JavaScript.
_BREAKS_OUT = re.compile(r"</script|<!--", re.IGNORECASE)


class UnfitSourceError(Exception):
    """A source of the page cannot be part of it; says which and why. A fault of this program."""


def build(trust: bytes | None) -> bytes:
    """Return the page, with the bytes of a trust file inside or without one.

    Raises:
        UnfitSourceError: a source of the page breaks the rules above.
    """
    from custody.page.labels import labels

    told: dict[str, Any] = {"contract": facts(), "labels": labels()}
    if trust is not None:
        told["trust"] = base64.b64encode(trust).decode("ascii")
    frame = (HERE / "page.html").read_text(encoding="utf-8")
    return assembled(frame, style(), _page_script(), told)


def style() -> str:
    """Return the style of the page: the frame, the answer, the printed sheet."""
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in STYLES)


def assembled(frame: str, style: str, script: str, told: dict[str, Any]) -> bytes:
    """Return `frame` with its places ``{{policy}}``, ``{{style}}``, ``{{facts}}``, ``{{script}}``
    filled; `told` is put in as inert JSON by element id.

    Raises:
        UnfitSourceError: the style or script would not stay inside its element.
    """
    if _BREAKS_OUT.search(script) or "</style" in style.lower():
        raise UnfitSourceError("script or style would end before its element does")
    parts = {
        "policy": _policy(script, style),
        "style": style,
        "facts": "\n".join(_inert(name, value) for name, value in told.items()),
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda place: parts[place[1]], frame).encode()


def facts() -> dict[str, Any]:
    """Return what the verification needs of the contract, and what a level means."""
    return {
        "types": {
            name: {
                "aliases": contract.alias_fields(name),
                "private": list(contract.private_names(name)),
            }
            for name in contract.types()
        },
        "levels": {level: _both(words) for level, words in LEVELS.items()},
        "unprovable": {
            "always": [_both(words) for words in ALWAYS],
            "witnessed": _both(WITNESSED),
            "unwitnessed": _both(UNWITNESSED),
            "unaudited": _both(UNAUDITED),
        },
    }


def joined(entry: Path, start: str, law: str) -> str:
    """Return one script: the modules that `entry` needs, the `law`, and `start` to run at the end.

    Raises:
        UnfitSourceError: a module holds another form of import or export than ours, imports what
            is not exported, or declares a name at its top level that another one has, too.
    """
    sources = {path: path.read_text(encoding="utf-8") for path in modules(entry)}
    owners: dict[str, str] = {"law": "the law"}
    for path, source in sources.items():
        apart = _TAKEN_APART.search(source)
        if apart:
            raise UnfitSourceError(
                f"{path}: a name is declared by taking a value apart: {apart[0]}"
            )
        for _, name in _DECLARED.findall(source):
            if name in owners:
                raise UnfitSourceError(f"{path}: {name} is also declared by {owners[name]}")
            owners[name] = str(path)
    bodies = [_plain(path, source) for path, source in sources.items()]
    return "\n".join(["(() => {", '"use strict";', *bodies, law, start, "})();"])


def modules(entry: Path) -> list[Path]:
    """Return `entry` and all it imports, each after what it needs itself."""
    ordered: list[Path] = []
    reached: set[Path] = set()

    def reach(path: Path) -> None:
        if path in reached:
            return
        reached.add(path)
        for names, target in _IMPORT.findall(path.read_text(encoding="utf-8")):
            needed = (path.parent / target).resolve()
            if not needed.is_file():
                raise UnfitSourceError(f"{path}: imports {target}, which does not exist")
            wanted = {name.strip() for name in names.split(",") if name.strip()}
            if missing := wanted - _exports(needed):
                raise UnfitSourceError(
                    f"{path}: {target} does not export {', '.join(sorted(missing))}"
                )
            reach(needed)
        ordered.append(path)

    reach(entry.resolve())
    return ordered


@cache
def _page_script() -> str:
    from custody.page.law import translated

    return joined(ENTRY, START, translated())


def _exports(path: Path) -> set[str]:
    source = path.read_text(encoding="utf-8")
    declared = {name for exported, name in _DECLARED.findall(source) if exported}
    return declared | set(_EXPORTED_NAME.findall(source))


def _plain(path: Path, source: str) -> str:
    """Return a module without its imports and the word ``export``."""
    body = _EXPORT.sub("", _EXPORTED_NAME.sub("", _IMPORT.sub("", source)))
    if left := _LEFT_OVER.search(body):
        raise UnfitSourceError(f"{path}: this form of import or export is not used here: {left[0]}")
    return body.strip("\n") + "\n"


def _policy(script: str, style: str) -> str:
    directives = (
        "default-src 'none'",
        f"script-src '{_source_hash(script)}'",
        f"style-src '{_source_hash(style)}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(directives)}">'


def _source_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _inert(name: str, value: object) -> str:
    """Return a block of JSON that nothing runs and no text in it can end."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>'


def _both(words: Text) -> dict[str, str]:
    return {"en": words.en, "zh": words.zh}
