"""Stories that no honest ledger would hold: proved events, changed one by one at random.

The law is asked about them without signatures around, so every change reaches it. Events keep their
form; what they tell is out of order, left out, doubled, signed by others or simply different.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from custody.app.judgement.histories import Histories, decode
from custody.app.verification import replaying
from custody.app.verification.particulars import NOTHING, particulars
from custody.app.verification.story import check, tell
from custody.errors import EvidenceError
from custody.evidence.canonical import spelled
from custody.evidence.encoding import unb64
from custody.evidence.findings import Finding, Verdict
from custody.evidence.payload import MEANINGS, Link, Payload, Signer
from page.law.questions import answered

TIMES: Final = ("2026-01-01T00:00:00Z", "2099-12-31T23:59:59Z", "2026-11-24T09:00:00Z")
TEXTS: Final = ("0", "1", "-0", "999999999", "x", "fail", "pass", "2020-01-01", "a" * 400, "")


@dataclass(frozen=True)
class Told:
    """An entry as far as the law looks at it."""

    leaf: bytes
    payload: Payload
    payload_bytes: bytes


def forged(question: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return the question with one to three changes."""
    made = copy.deepcopy(question)
    for _ in range(chance.randint(1, 3)):
        chance.choice(CHANGES)(made["proved"], chance)
    proved = made["proved"]
    for place, entry in enumerate(proved):
        entry["index"] = place + 1
        entry["payloadText"] = spelled(entry["payload"]).decode()
    made["shown"] = [[e["index"], [1, len(e["payload"]["sd"])]] for e in proved]
    made["disclosures"] = []
    return made


def _dropped(proved: list[Any], chance: random.Random) -> None:
    if len(proved) > 2:
        del proved[chance.randrange(len(proved))]


def _swapped(proved: list[Any], chance: random.Random) -> None:
    a, b = chance.randrange(len(proved)), chance.randrange(len(proved))
    proved[a], proved[b] = proved[b], proved[a]


def _doubled(proved: list[Any], chance: random.Random) -> None:
    again = copy.deepcopy(chance.choice(proved))
    again["leaf"] = "".join(chance.choices("ABCDEFGH", k=42)) + "A="
    again["payload"]["seq"] += chance.choice((0, 1))
    proved.insert(chance.randint(0, len(proved)), again)


def _retimed(proved: list[Any], chance: random.Random) -> None:
    payload = chance.choice(proved)["payload"]
    if chance.random() < 0.5:
        payload["time"] = chance.choice(TIMES)
    else:
        payload["body"]["occurred_at"] = chance.choice(proved)["payload"]["body"]["occurred_at"]


def _signed(proved: list[Any], chance: random.Random) -> None:
    payload = chance.choice(proved)["payload"]
    other = chance.choice(proved)["payload"]["signers"]
    if chance.random() < 0.5:
        payload["signers"] = copy.deepcopy(other)
    else:
        chance.choice(payload["signers"])["meaning"] = chance.choice(MEANINGS)


def _linked(proved: list[Any], chance: random.Random) -> None:
    links = chance.choice(proved)["payload"]["links"]
    other = chance.choice(proved)["payload"]
    if links and chance.random() < 0.5:
        chance.choice(links)["stream"] = other["stream"]
    elif links and chance.random() < 0.5:
        links.pop()
    else:
        links += copy.deepcopy(other["links"])


def _moved(proved: list[Any], chance: random.Random) -> None:
    payload = chance.choice(proved)["payload"]
    payload["stream"] = chance.choice(proved)["payload"]["stream"]


def _rewritten(proved: list[Any], chance: random.Random) -> None:
    payload = chance.choice(proved)["payload"]
    body = payload["body"]
    same = [e["payload"]["body"] for e in proved if e["payload"]["type"] == payload["type"]]
    name = chance.choice(sorted(body))
    value = chance.choice(same).get(name, body[name])
    if chance.random() < 0.4 and isinstance(body[name], str):
        value = chance.choice(TEXTS)
    if chance.random() < 0.2 and isinstance(body[name], bool | int):
        value = type(body[name])(not body[name])
    body[name] = copy.deepcopy(value)


def _unruled(proved: list[Any], chance: random.Random) -> None:
    ruled = [e for e in proved if "rulings" in e["payload"]["body"]]
    if not ruled:
        return
    body = chance.choice(ruled)["payload"]["body"]
    results = body["rulings"]["results"]
    which = chance.random()
    if which < 0.3:
        del body["rulings"]
    elif which < 0.6 and len(results) > 1:
        del results[chance.randrange(len(results))]
    elif which < 0.8:
        chance.choice(results)["outcome"] = "overridden"
    else:
        body["rulings"]["pack"] = "2031.1"


def _corrected(proved: list[Any], chance: random.Random) -> None:
    """Somebody corrects or voids an event afterwards."""
    wrong = chance.choice(proved)
    at = {"occurred_at": wrong["payload"]["body"]["occurred_at"], "reason": "a slip of the pen"}
    names = [n for n, v in sorted(wrong["payload"]["body"].items()) if isinstance(v, str | int)]
    name = chance.choice(names)
    was = wrong["payload"]["body"][name]
    change = {"field": name, "was": was, "now": chance.choice((*TEXTS[:-1], 7, False))}
    made = copy.deepcopy(wrong)
    made["leaf"] = "".join(chance.choices("ABCDEFGH", k=42)) + "E="
    made["payload"]["type"] = chance.choice(("record.corrected/v1", "record.voided/v1"))
    if "corrected" in made["payload"]["type"]:
        made["payload"]["body"] = {**at, "corrects": wrong["leaf"], "changes": [change]}
    else:
        made["payload"]["body"] = {**at, "voids": wrong["leaf"]}
    made["payload"]["links"], made["payload"]["sd"] = [], []
    made["payload"]["seq"] += 1
    qa = {"kid": made["payload"]["signers"][0]["kid"], "role": "qa", "meaning": "approved"}
    other = chance.choice(chance.choice(proved)["payload"]["signers"])
    made["payload"]["signers"] = [qa, {**other, "meaning": "performed"}]
    proved.insert(chance.randint(proved.index(wrong) + 1, len(proved)), made)


CHANGES: Final[tuple[Callable[[list[Any], random.Random], None], ...]] = (
    *(_dropped, _swapped, _doubled, _retimed, _signed, _linked, _moved, _unruled),
    *(_rewritten, _rewritten, _corrected, _corrected),
)


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Return what Python makes of a question, as `replaying` asks it of proved entries."""
    words: Any = {}
    entries = [(row["index"], _entry(row)) for row in question["proved"]]
    try:
        events = [decode(i, e, question["persons"].get) for i, e in entries]  # type: ignore[arg-type]
        histories = Histories.of(events)
        states, told = replaying.judge_all(histories, events, words)
        if not states:
            story = check(histories, question["shipment"], events, question["asOf"])
            told += [replaying.told_as_finding(judged, judged.where, words) for judged in story]
        shown = {index: (d, w) for index, (d, w) in question["shown"]}
        said = particulars(histories, question["shipment"], events, shown)
        tale = tell(histories, question["shipment"], events, lambda kid: kid[:8])
    except EvidenceError as unfit:
        verdict = Verdict.CANNOT_TELL if unfit.code in ("C440", "C445") else Verdict.NOT_GENUINE
        states = [Finding("V7", "E25", unfit.where, unfit.render("en").why, verdict)]
        told, tale, said = [], {}, NOTHING
    except (AttributeError, TypeError) as fault:
        return {"fault": type(fault).__name__}
    return answered(states, told, tale, words, said)


def _entry(row: dict[str, Any]) -> Told:
    given = row["payload"]
    payload = Payload(
        given["log"],
        given["stream"],
        given["seq"],
        given["prev"],
        given["type"],
        given["time"],
        tuple(Signer(s["kid"], s["meaning"], s["role"]) for s in given["signers"]),
        tuple(Link(k["head"], k["rel"], k["stream"]) for k in given["links"]),
        given["body"],
        tuple(given["sd"]),
    )
    return Told(unb64(row["leaf"]), payload, row["payloadText"].encode())
