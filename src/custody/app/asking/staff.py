"""Names of staff: personal data, too, and printed beside every signature as long as it is kept.

A signature without the printed name of its signer is none (21 CFR 11.50), and a name is part of the
grant of a key. So a name stays as long as anything its person signed is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from custody.app.asking.obligations import kept_until, today
from custody.app.recording.naming import schemes
from custody.errors import Reason, RefusedError
from custody.errors import Text as Words
from custody.rules.retention import kept_so_long

if TYPE_CHECKING:
    from custody.app.ledger import Ledger

SIGNATURES: Final = "21 CFR 11.50(b) and 11.70; 21 CFR 11.10(c)"


def require_erasable_staff(ledger: Ledger, person: str) -> NoReturn:
    """Say why the name of `person` (a stream) is not erased.

    Raises:
        RefusedError: C2707 a record this person signed is still kept; C2708 none is, but no event
            type can put the erasure of a name on record.
    """
    number = ledger.number_of(person)
    signed = [
        row["stream"]
        for row in ledger.models.entries()
        if any(s["person"] == person for s in row["signers"])
    ]
    # Keys, policies and numbers are no records of the work; they are kept with the ledger.
    items = [s for s in dict.fromkeys(signed) if s.partition(":")[0] in schemes()]
    for stream in items:
        kept = kept_until(ledger, stream)
        if kept.over(today(ledger)):
            continue
        words, item = kept_so_long(kept), ledger.number_of(stream)
        stop = Reason(
            "REC-002",
            stream,
            Words(f"the records of {item} are kept {words.en}", f"{item} 的记录{words.zh}"),
            Words("ask again when they are not kept any more", "请在其不再保存后再次提出"),
            SIGNATURES,
        )
        raise RefusedError("C2707", where=number, reasons=[stop], number=number, n=len(signed))
    raise RefusedError("C2708", where=number, number=number)
