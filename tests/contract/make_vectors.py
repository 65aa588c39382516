"""Write `events/vectors` and the examples of the byte formats; everything is made from seeds.

    python tests/contract/make_vectors.py           write what differs
    python tests/contract/make_vectors.py --check   write nothing, list what differs, exit 1

Final documents (the examples) are written when they are missing and never again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, `contract` is a sibling

from contract import (
    attacks_index,
    proof_examples,
    vectors_bundle,
    vectors_checkpoint,
    vectors_entries,
    vectors_formats,
    vectors_log,
    vectors_people,
    vectors_proofs,
)
from contract.bundle_cases import SHIPMENT, sealed, short
from contract.vector_cases import Vector
from contract.vector_ledger import trust

EVENTS = Path(__file__).parents[2] / "events"
KEPT = ("README.md",)  # of events/vectors itself, written by hand
SOURCES = (
    vectors_formats,
    vectors_entries,
    vectors_log,
    vectors_checkpoint,
    vectors_bundle,
    vectors_proofs,
    vectors_people,
    *attacks_index.SOURCES,
)


def vectors() -> Iterator[Vector]:
    """Yield every vector there is."""
    for source in SOURCES:
        yield from source.vectors()


def files() -> dict[str, bytes]:
    """Return every file below `events/vectors`."""
    every = list(vectors())
    made: dict[str, bytes] = attacks_index.written(every)
    for vector in every:
        written = vector.written()
        if made.keys() & written.keys():
            raise ValueError(f"two vectors are called {vector.path}")
        made |= written
    return made


def documents() -> dict[str, bytes]:
    """Return the examples of the byte formats, by path below `events`."""
    ledger = sealed(short())
    note = ledger.note()
    return {
        "bundle/v1/example.json": ledger.export(SHIPMENT, checkpoint=note).to_bytes(),
        "checkpoint/v1/example.txt": note,
        "checkpoint/v1/seal.txt": ledger.wires[-1],
        "envelope/v1/example.json": ledger.wires[-2],
        "trust/v1/example.json": trust().to_bytes(),
        **proof_examples.examples(),
    }


def differing(made: dict[str, bytes], folder: Path) -> list[str]:
    """Return the paths that are missing, differ, or are there without being made."""
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - set(KEPT)
    wrong = [
        path for path in made if path not in there or (folder / path).read_bytes() != made[path]
    ]
    return sorted({*wrong, *(there - made.keys())})


def main() -> int:
    """Run the command; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    folder = EVENTS / "vectors"
    made = files()
    stale = differing(made, folder)
    if parser.parse_args().check:
        sys.stdout.write("".join(f"{path}\n" for path in stale))
        return 1 if stale else 0
    for path in stale:
        place = folder / path
        if path not in made:
            place.unlink()
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(made[path])
    for path, content in documents().items():
        if not (EVENTS / path).exists():
            (EVENTS / path).write_bytes(content)
    for empty in sorted(folder.rglob("*"), reverse=True):
        if empty.is_dir() and not any(empty.iterdir()):
            empty.rmdir()
    return 0


if __name__ == "__main__":
    sys.exit(main())
