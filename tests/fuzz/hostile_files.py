"""Hostile files of about 100 MB, and of just below the size limit, each written piece by piece.

    python tests/fuzz/hostile_files.py SCRATCH TRUST '[["NAME", SIZE], …]'

Run in a process of its own, so that its peak memory is the verifier's and nobody else's.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

MEGABYTE: Final = 1 << 20
LARGE: Final = 100 * MEGABYTE
MOST: Final = 2_048 * MEGABYTE  # a runaway ends here, not at the end of the machine
UNDER: Final = 64 * MEGABYTE - 4_096  # the verifier reads files up to 64 MiB
HEAD: Final = b'{"attachments":[],"checkpoint":[],"consistency":[],"disclosures":[],"events":['
TAIL: Final = (
    b'],"format":"custody-bundle/v1","seal":{"lines":[],"p":[]},"shipment":"shipment:'
    + b"0" * 32
    + b'","streams":[],"timestamps":[]}'
)

Pieces = Callable[[int], Iterator[bytes]]


def _filled(head: bytes, unit: bytes, tail: bytes = b"") -> Pieces:
    """Return a maker of files: a beginning, one thing again and again, an end."""

    def pieces(size: int) -> Iterator[bytes]:
        yield head
        block = unit * max(1, MEGABYTE // len(unit))
        for _ in range((size - len(head) - len(tail)) // len(block)):
            yield block
        yield tail

    return pieces


EVENT: Final = b'{"e":"x","i":0,"p":[]},'
WIDE: Final = '{"e":"\U0001f600'.encode() + b"x" * 270 + b'","i":0,"p":[]},'
FILES: Final[dict[str, Pieces]] = {
    "lists_in_lists": _filled(b"", b"["),
    "objects_in_objects": _filled(b"", b'{"a":'),
    "lists_closed_at_once": _filled(b"[", b"[],", b"[]]"),
    "many_numbers": _filled(b"[", b"1,", b"1]"),
    "many_texts": _filled(b"[", b'"",', b'""]'),
    "many_keys": _filled(b"{", b'"a":1,', b'"b":1}'),
    "one_long_text": _filled(b'["', b"x", b'"]'),
    "one_long_number": _filled(b"[", b"9", b"]"),
    "only_quotes": _filled(b"", b'"'),
    "only_backslashes": _filled(b'["', b"\\\\", b'"]'),
    "only_escapes": _filled(b'["', b"\\u0041", b'"]'),
    "only_spaces": _filled(b"[", b" ", b"]"),
    "only_nought_bytes": _filled(b"", b"\x00"),
    "one_wide_character": _filled('["\U0001f600'.encode(), b"x", b'"]'),
    "a_wide_character_in_every_event": _filled(HEAD, WIDE, b'{"e":"x","i":0,"p":[]}' + TAIL),
    "chinese_text": _filled(b'["', "验".encode(), b'"]'),
    "a_million_events": _filled(HEAD, EVENT, b'{"e":"x","i":0,"p":[]}' + TAIL),
    "one_event_of_everything": _filled(HEAD + b'{"e":"', b"A", b'","i":0,"p":[]}' + TAIL),
    "one_path_of_everything": _filled(
        HEAD + b'{"e":"x","i":0,"p":[', b'"AAAA",', b'"AAAA"]}' + TAIL
    ),
}


# Shapes that hold as many values as are allowed: these are read to the end.
ALLOWED: Final[dict[str, Pieces]] = {
    "objects_as_many_as_allowed": _filled(b"[", b'{"a":[]},', b'{"a":[]}]'),
    "texts_as_many_as_allowed": _filled(b"[", b'"A text of some length",', b'"x"]'),
    "events_as_many_as_allowed": FILES["a_million_events"],
}
SIZES: Final = {
    "objects_as_many_as_allowed": 6 * MEGABYTE,
    "texts_as_many_as_allowed": 46 * MEGABYTE,
    "events_as_many_as_allowed": 4 * MEGABYTE,
}


def write(name: str, size: int, path: Path) -> None:
    """Write a hostile file of about `size` bytes."""
    with path.open("wb") as file:
        for piece in (FILES | ALLOWED)[name](size):
            file.write(piece)


def peak() -> int:
    """Return the most memory this process ever held, in bytes.

    The kernel's own count for this program: what `getrusage` says also knows the memory of the
    process that started it.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    line = next(li for li in status.read_text().splitlines() if li.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def main() -> None:
    """Write and verify each file in turn; print what each cost, and the peak of all."""
    from custody.app.verification.verifying import verify_bundle

    scratch, trust = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    for name, size in json.loads(sys.argv[3]):
        write(name, size, scratch)
        raw = scratch.read_bytes()
        start = time.process_time()
        report = verify_bundle(raw, trust, now=1_795_000_000)
        cost = {
            "name": name,
            "size": len(raw),
            "seconds": time.process_time() - start,
            "peak": peak(),
            "verdict": report.verdict.value,
            "codes": sorted({f.code for f in report.findings}),
        }
        sys.stdout.write(json.dumps(cost) + "\n")
        sys.stdout.flush()
        del raw, report


if __name__ == "__main__":
    main()
