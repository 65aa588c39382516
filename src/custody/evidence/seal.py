"""The seal: the log entry that pins the stream-head map, so that nothing can be left out later.

Seven lines of text. It carries no signature of its own; the checkpoint right after it signs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from custody.evidence.encoding import HASH, b64, decimal, malformed, unb64, undecimal
from custody.evidence.names import check_origin

LIMIT: Final = 1_024
"""Most bytes of a seal."""

_TITLE = "custody-seal/v1"


@dataclass(frozen=True, slots=True)
class Seal:
    """What a seal says.

    `index` is the seal's own place in the log (the number of leaves before it), `time` Unix
    seconds, `map_root` the 32-byte root after every event with a lower index, `streams` how many
    streams the map holds (at least 1), `previous` the index of the seal before, None for the first.
    """

    origin: str
    index: int
    time: int
    map_root: bytes
    streams: int
    previous: int | None

    def to_bytes(self) -> bytes:
        """Return the seal as it stands in the log; C401 when a field is impossible."""
        check_origin(self.origin)
        if len(self.map_root) != HASH:
            raise malformed("seal", "its map root is not 32 bytes long")
        if not 1 <= self.streams <= self.index:
            raise malformed("seal", "its number of streams is impossible at that index")
        if self.previous is not None and not 0 < self.previous < self.index:
            raise malformed("seal", "the seal before it would not be before it")
        lines = (
            _TITLE,
            self.origin,
            decimal(self.index),
            decimal(self.time),
            b64(self.map_root),
            decimal(self.streams),
            "-" if self.previous is None else decimal(self.previous),
        )
        return "".join(line + "\n" for line in lines).encode("ascii")

    @classmethod
    def parse(cls, raw: bytes) -> Seal:
        """Return the seal behind `raw`; EvidenceError C401 unless the bytes are its one form."""
        if len(raw) > LIMIT:
            raise malformed("seal", f"it is longer than {LIMIT} bytes")
        try:
            lines = raw.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise malformed("seal", "it holds bytes outside ASCII") from None
        if len(lines) != 8:
            raise malformed("seal", "it does not have seven lines")
        _, origin, index, time, map_root, streams, previous, _ = lines
        seal = cls(
            origin,
            undecimal(index),
            undecimal(time),
            unb64(map_root, HASH),
            undecimal(streams),
            None if previous == "-" else undecimal(previous),
        )
        if seal.to_bytes() != raw:
            raise malformed("seal", "it is not in its one canonical spelling")
        return seal
