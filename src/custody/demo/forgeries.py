"""Five forged copies of a genuine bundle, from the clumsy to the insider with the ledger's keys.

Each is made the way a forger would make it, with everything a forger of that kind could repair
repaired; each must be caught at its own step.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from custody.app.ports import Clock, Signer
from custody.app.recording.bodies import stamp
from custody.errors import Text as Words
from custody.evidence import payload as wire
from custody.evidence.canonical import dumps
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry, encode, pae
from custody.wiring.ledger import OpenLedger, open_ledger

SHIPMENT = "SHP-2026-001"
BATCH = "B-2026-001"


@dataclass(frozen=True, slots=True)
class Forgery:
    """A forged bundle: what was done to it, and the step that must catch it."""

    name: str
    step: str
    say: Words
    data: bytes


def forge(
    folder: Path, genuine: bytes, clock: Clock, passphrase: Callable[[str], bytes]
) -> Iterator[Forgery]:
    """Yield the five forgeries of the bundle that the ledger in `folder` exported."""
    yield Forgery(
        "1-checkpoint-without-second-signature",
        "V2",
        Words(
            "the post-quantum signature was stripped from the checkpoint",
            "检查点的抗量子签名被去除",
        ),
        _stripped(genuine),
    )
    yield Forgery(
        "2-result-rewritten",
        "V3",
        Words("a viability of 92.3 % was rewritten to 99.9 %", "活率由 92.3 % 改为 99.9 %"),
        _rewritten(genuine),
    )
    yield Forgery(
        "3-last-event-left-out",
        "V4",
        Words("the last event of the batch was left out", "批次的最后一个事件被略去"),
        _shortened(genuine),
    )
    yield Forgery(
        "4-signature-of-somebody-else",
        "V5",
        Words(
            "an insider with the ledger's keys signed in the quality authority's name",
            "持有台账密钥的内部人员冒用质量受权人签名",
        ),
        _insider(folder, clock, passphrase, signed_as="Li Wei", by="Chen Yu"),
    )
    yield Forgery(
        "5-operator-lifts-the-rules",
        "V6",
        Words(
            "an insider with the ledger's keys let an operator review the batch record",
            "持有台账密钥的内部人员让操作员审核批记录",
        ),
        _insider(folder, clock, passphrase, signed_as="Chen Yu", by="Chen Yu"),
    )


def _stripped(genuine: bytes) -> bytes:
    bundle: dict[str, Any] = json.loads(genuine)
    bundle["checkpoint"] = bundle["checkpoint"][:-1]
    return dumps(bundle)


def _rewritten(genuine: bytes) -> bytes:
    bundle: dict[str, Any] = json.loads(genuine)
    for row in bundle["events"]:
        entry = Entry.parse(row["e"].encode())
        if b'"value":"92.3"' in entry.payload_bytes:
            changed = entry.payload_bytes.replace(b'"value":"92.3"', b'"value":"99.9"')
            row["e"] = encode(changed, dict(entry.signatures)).decode()
    return dumps(bundle)


def _shortened(genuine: bytes) -> bytes:
    """Leave out the batch's last event and repair the numbers that give it away."""
    bundle: dict[str, Any] = json.loads(genuine)
    entries = {row["i"]: Entry.parse(row["e"].encode()) for row in bundle["events"]}
    row = next(r for r in bundle["streams"] if r["s"].startswith("batch:"))
    mine = sorted(i for i, e in entries.items() if e.payload.stream == row["s"])
    bundle["events"] = [e for e in bundle["events"] if e["i"] != mine[-1]]
    row["n"], row["i"], row["h"] = row["n"] - 1, mine[-2], b64(entries[mine[-2]].leaf)
    return dumps(bundle)


def _insider(
    folder: Path,
    clock: Clock,
    passphrase: Callable[[str], bytes],
    *,
    signed_as: str,
    by: str,
) -> bytes:
    """Add a forged event to a copy of the ledger, seal and sign it with the real ledger keys."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("forged"))
        with open_ledger(copy, clock=clock) as ledger:
            entry = _forged_review(ledger, signed_as, ledger.signer(by, passphrase))
            ledger.log.append([entry])
            return ledger.export(SHIPMENT, passphrase).data


def _forged_review(ledger: OpenLedger, signed_as: str, signer: Signer) -> Entry:
    stream = ledger.resolve(BATCH, ("batch",))
    events = ledger.read(stream)
    last = events[-1][1]
    now = stamp(ledger.clock())
    payload = replace(
        last.payload,
        seq=len(events),
        prev=b64(last.leaf),
        type="batch.reviewed/v1",
        time=now,
        signers=(wire.Signer(ledger.keys.find(signed_as).kid, "reviewed", "qa"),),
        links=(),
        body={"occurred_at": now},
        sd=(),
    )
    raw = payload.to_bytes()
    return Entry.parse(encode(raw, {payload.signers[0].kid: signer.sign(pae(raw))}))
