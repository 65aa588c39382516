"""From the number a person types or scans to the stream behind it, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from custody.domain.model import TYPES
from custody.domain.values import canonical_number
from custody.errors import EvidenceError, InputError
from custody.evidence.entry import Entry
from custody.evidence.names import alias_stream, stream_kind

ReadStream = Callable[[str], Sequence[tuple[int, Entry]]]


@cache
def schemes() -> dict[str, str]:
    """Return the alias scheme under which items of each kind are numbered."""
    return {
        spec.kinds[0]: spec.aliases["number"]
        for spec in TYPES.values()
        if spec.opens and "number" in spec.aliases
    }


def resolve(read: ReadStream, ref: str, kinds: Iterable[str]) -> str:
    """Return the stream of the item that `ref` (a number, or a stream id) names.

    Raises:
        InputError: C140 nothing is recorded under it, C141 several kinds of items bear it.
    """
    wanted = tuple(kinds)
    if ":" in ref and is_stream(ref):
        if ref.partition(":")[0] not in wanted or not read(ref):
            raise InputError("C140", where=ref, ref=ref, kinds=" / ".join(wanted))
        return ref
    found = [s for kind in wanted if (s := lookup(read, ref, kind)) is not None]
    if not found:
        raise InputError("C140", where=ref, ref=ref, kinds=" / ".join(wanted))
    if len(found) > 1:
        listed = ", ".join(s.partition(":")[0] for s in found)
        raise InputError("C141", where=ref, ref=ref, kinds=listed)
    return found[0]


def lookup(read: ReadStream, number: str, kind: str) -> str | None:
    """Return the stream of the item of `kind` that bears `number`, None when there is none."""
    scheme = schemes().get(kind)
    if scheme is None:
        return None
    try:
        claim = read(alias_stream(scheme, canonical_number(number)))
    except (EvidenceError, ValueError):
        return None
    return claim[0][1].payload.links[0].stream if claim else None


def is_stream(ref: str) -> bool:
    """Whether `ref` has the form of a stream id."""
    try:
        stream_kind(ref)
    except EvidenceError:
        return False
    return True
