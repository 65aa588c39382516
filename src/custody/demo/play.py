"""Play the campaign into a new ledger, export its shipments, verify them, try five forgeries."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from custody import contract
from custody.app.ports import Signer
from custody.app.recording.intent import Act, Intent, SignAs
from custody.app.recording.lookback import Affected
from custody.app.verification.verifying import Report, verify_bundle
from custody.demo import campaign
from custody.demo.forgeries import Forgery, forge
from custody.errors import CustodyError, InputError, Reason, RefusedError
from custody.errors import Text as Words
from custody.rules.model import Ruling
from custody.wiring.ledger import OpenLedger, create_ledger, open_ledger, wall_clock

ORGANISATION = "Example Cell Works (Suzhou) Co., Ltd. 示例细胞制备（苏州）有限公司"
ORIGIN = "cells.example/suzhou"
FOUNDER = "Wang Min"
SHIPMENT, ABROAD = "SHP-2026-001", "SHP-2026-002"
MARK = "THIS-IS-A-DEMO.txt"
MARK_TEXT = (
    "Everything in this folder is invented: persons, donors, results, permits, keys.\n"
    "The passphrase of every key in keys/ is: demo\n"
    "本文件夹内容均为虚构：人员、供者、结果、许可、密钥。keys/ 中所有密钥的口令均为：demo\n"
)

Progress = Callable[[int, int, Words], None]
Signers = dict[str, Signer]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The violation that was attempted, and the error that stopped it.

    `code` is the reason the campaign promised; others may stand beside it.
    """

    say: Words
    code: str
    error: RefusedError

    @property
    def reason(self) -> Reason:
        """The promised reason."""
        return next(r for r in self.error.reasons if r.code == self.code)


@dataclass(frozen=True, slots=True)
class Remark:
    """An act that was recorded as written, and the ruling that comments on it."""

    say: Words
    number: str
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Spread:
    """Bad news about one item, and what the same act put on hold, with the way down to it."""

    say: Words
    number: str
    held: tuple[Affected, ...]


Seen = Refusal | Remark | Spread


@dataclass(frozen=True, slots=True)
class Exported:
    """The bundle of one shipment and what the verifier says of it."""

    shipment: str
    path: Path
    report: Report


@dataclass(frozen=True, slots=True)
class Caught:
    """One forged copy of the bundle and what the verifier said of it."""

    forgery: Forgery
    path: Path
    report: Report


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demo made and saw."""

    folder: Path
    trust: Path
    events: int
    stopped: tuple[Refusal, ...]
    remarks: tuple[Remark, ...]
    spread: tuple[Spread, ...]
    bundles: tuple[Exported, ...]
    caught: tuple[Caught, ...]

    @property
    def bundle(self) -> Path:
        """The bundle that the forgeries are made from."""
        return self.bundles[0].path

    @property
    def report(self) -> Report:
        """What the verifier says of that bundle."""
        return self.bundles[0].report

    @property
    def as_promised(self) -> bool:
        """Every bundle is genuine and each forgery was caught at its step."""
        return all(b.report.genuine for b in self.bundles) and all(
            not c.report.genuine and c.forgery.step in {f.step for f in c.report.findings}
            for c in self.caught
        )


class Clock:
    """A clock that stands where the campaign puts it, and moves a second at each look."""

    def __init__(self) -> None:
        self.moment: datetime | None = None

    def __call__(self) -> int:
        """Return Unix seconds: the campaign's time, or the real time once it is over."""
        if self.moment is None:
            return wall_clock()
        self.moment += timedelta(seconds=1)
        return int(self.moment.timestamp())


def passphrase(name: str) -> bytes:  # noqa: ARG001 - the same for every demo key
    """Return the passphrase of every demo key; there is nothing to protect."""
    return b"demo"


def play(folder: Path, progress: Progress | None = None, now: datetime | None = None) -> DemoResult:
    """Play the whole campaign into `folder`, which must be new, empty, or an earlier demo.

    Raises:
        InputError: C160 the folder holds something else, C168 an earlier demo was used further.
    """
    prepare(folder)
    today = now or datetime.now(UTC)
    acts = list(campaign.acts(today))
    people = campaign.people()
    total = len(acts) + len(people) + 5
    done = 0

    def tick(words: Words) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total, words)

    clock = Clock()
    clock.moment = acts[0].moment - timedelta(days=1)
    created = create_ledger(
        folder,
        organisation=ORGANISATION,
        origin=ORIGIN,
        registrar=FOUNDER,
        passphrase=passphrase,
        clock=clock,
    )
    tick(Words("ledger founded, with root and ledger keys", "台账已设立，含根密钥与台账密钥"))
    seen: list[Seen] = []
    with open_ledger(folder, clock=clock) as ledger:
        signers: Signers = {FOUNDER: ledger.signer(FOUNDER, passphrase)}
        for person in people:
            enrol(ledger, person, signers)
            tick(Words(f"{person.printed} enrolled", f"{person.printed} 已登记"))
        for person in people:
            qualify(ledger, person, signers, folder)
        for act in acts:
            clock.moment = act.moment + timedelta(minutes=2)
            seen += perform(ledger, act, signers, folder)
            tick(_title(act))
        # Closed off right after the last act, as a site that seals every hour would have it.
        clock.moment = None if now is None else today
        exported = [(s, ledger.export(s, passphrase).data) for s in (SHIPMENT, ABROAD)]
        tick(Words("bundles exported", "证据包已导出"))
        events = ledger.log.events()
    trust = created.trust_path.read_bytes()
    seconds = int(today.timestamp()) + 60 if now else wall_clock()
    bundles = []
    for shipment, data in exported:
        path = folder / f"{shipment}.custody.json"
        path.write_bytes(data)
        bundles.append(Exported(shipment, path, verify_bundle(data, trust, now=seconds)))
    tick(Words("bundles verified", "证据包已验证"))
    caught = []
    for forgery in forge(folder, exported[0][1], clock, passphrase):
        path = folder / "forged" / f"{forgery.name}.custody.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(forgery.data)
        caught.append(Caught(forgery, path, verify_bundle(forgery.data, trust, now=seconds)))
    tick(Words("forgeries tried", "伪造件已检验"))
    return DemoResult(
        folder=folder,
        trust=created.trust_path,
        events=events,
        stopped=tuple(s for s in seen if isinstance(s, Refusal)),
        remarks=tuple(s for s in seen if isinstance(s, Remark)),
        spread=tuple(s for s in seen if isinstance(s, Spread)),
        bundles=tuple(bundles),
        caught=tuple(caught),
    )


def prepare(folder: Path) -> None:
    """Make `folder` empty, but only when it is new, empty or an earlier demo left as it was.

    Raises:
        InputError: C160 it holds something else, C168 people went on recording in it.
    """
    if folder.exists():
        empty = folder.is_dir() and not any(folder.iterdir())
        if not empty and not (folder / MARK).is_file():
            raise InputError("C160", where=str(folder))
        if not empty:
            added = _added(folder)
            if added > 0:
                raise InputError("C168", where=str(folder), n=added)
            shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(MARK_TEXT, encoding="utf-8")


def _added(folder: Path) -> int:
    """Return how many entries an earlier demo grew by; 0 when it never ended, or is spoilt.

    A demo ends with its first checkpoint, which covers everything it recorded.
    """
    try:
        with open_ledger(folder, readonly=True) as ledger:
            published = ledger.log.checkpoints()
            return ledger.log.size() - published[0][0] if published else 0
    except CustodyError:
        return 0


def enrol(ledger: OpenLedger, person: campaign.Person, signers: Signers) -> None:
    """Register a person, make a key, grant it and let its holder accept it."""
    founder = SignAs(signers[FOUNDER], "system_admin", "approved")
    registrar = SignAs(signers[FOUNDER], "registrar", "approved")
    at = datetime.fromtimestamp(ledger.clock(), UTC).isoformat(timespec="seconds")
    ledger.record(
        Intent(
            "person.registered/v1",
            None,
            {"number": person.staff, "occurred_at": at},
            private={"printed_name": person.printed},
        ),
        [founder],
    )
    ledger.keys.create(person.name, "ed25519", passphrase(person.name))
    ledger.enrol(
        person.name,
        person=person.staff,
        printed_name=person.printed,
        roles=person.roles,
        by=[registrar],
    )
    signers[person.name] = signer = ledger.signer(person.name, passphrase)
    ledger.accept(person.name, [SignAs(signer)])


def qualify(ledger: OpenLedger, person: campaign.Person, signers: Signers, folder: Path) -> None:
    """Record a person's qualification, with its certificate."""
    qualification, title, since = person.qualified
    now = datetime.fromtimestamp(ledger.clock(), UTC)
    at = now.isoformat(timespec="seconds")
    content = f"Certificate of {person.staff}: {qualification} (invented)\n".encode()
    act = campaign.Act(
        now,
        "person.qualified/v1",
        person.staff,
        {},
        (),
        {},
        (),
        (("certificate", f"certificate-{person.staff.lower()}.txt", content),),
    )
    body: dict[str, object] = {
        "qualification": qualification,
        "title": title,
        "valid_from": (now - timedelta(days=200)).date().isoformat(),
        "occurred_at": at,
        "documents": campaign.filed(act, folder / "documents"),
    }
    if since:
        body["experience_from"] = since
    # Nobody qualifies themselves: the head of quality is qualified by the founder.
    by_founder = "qa" in person.roles
    signer = SignAs(
        signers[FOUNDER if by_founder else "Zhao Lan"],
        "system_admin" if by_founder else "qa",
        "approved",
    )
    ledger.record(Intent("person.qualified/v1", person.staff, body), [signer])


def perform(ledger: OpenLedger, act: campaign.Act, signers: Signers, folder: Path) -> list[Seen]:
    """Record one act of the campaign; return what was meant to be seen of it.

    Raises:
        AssertionError: what the campaign promised of the act did not happen.
    """
    by = [SignAs(signers[n], role, meaning) for n, role, meaning in act.signers]
    if act.type == "record.corrected/v1":
        body = act.body
        ledger.correct(
            act.number, body["event"], body["changes"], body["reason"], act.occurred_at, by
        )
        return []
    fields = {**act.body, "occurred_at": act.occurred_at}
    documents = campaign.filed(act, folder / "documents")
    if documents:
        fields["documents"] = documents
    opens = spec_opens(act.type)
    if opens:
        fields["number"] = act.number
    intent = Intent(act.type, None if opens else act.number, fields, act.links, act.private)
    try:
        done = ledger.record(intent, by)
    except RefusedError as error:
        if not act.refused or act.refused not in {r.code for r in error.reasons}:
            raise
        return [Refusal(act.say, act.refused, error)]
    if act.refused:
        raise AssertionError(f"{act.type} on {act.number} was meant to be refused")
    return [*remarks_on(act, done), *spread_of(act, done)]


def remarks_on(act: campaign.Act, done: Act) -> list[Seen]:
    """Return the remark the campaign promises of an act."""
    if not act.remarked:
        return []
    found = [r for r in done.rulings if r.rule.id == act.remarked and r.outcome == "violated"]
    if not found:
        raise AssertionError(f"{act.type} on {act.number} was meant to bring {act.remarked}")
    return [Remark(act.say, act.number, found[0])]


def spread_of(act: campaign.Act, done: Act) -> list[Seen]:
    """Return what an act put on hold, when the campaign promises that it does."""
    if not act.held:
        return []
    held = tuple(a for a in done.affected if a.outcome == "held")
    if {a.number for a in held} != set(act.held):
        raise AssertionError(f"{act.number}: {held} on hold, meant were {act.held}")
    return [Spread(act.say, act.number, held)]


def spec_opens(type_name: str) -> bool:
    """Whether events of this type open their stream."""
    return bool(contract.types()[type_name]["opens"])


def _title(act: campaign.Act) -> Words:
    title = contract.types()[act.type]["title"]
    return Words(f"{title['en']}: {act.number}", f"{title['zh']}：{act.number}")
