"""Play the campaign into a new ledger, export its shipment, verify it, and try five forgeries."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from custody import contract
from custody.app.intent import Intent, SignAs
from custody.app.ports import Signer
from custody.app.verifying import Report, verify_bundle
from custody.demo import campaign
from custody.demo.forgeries import Forgery, forge
from custody.errors import InputError, RefusedError
from custody.errors import Text as Words
from custody.wiring import OpenLedger, create_ledger, open_ledger, wall_clock

ORGANISATION = "Example Cell Works (Suzhou) Co., Ltd. 示例细胞制备（苏州）有限公司"
ORIGIN = "cells.example/suzhou"
FOUNDER = "Wang Min"
SHIPMENT = "SHP-2026-001"
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
    """The violation that was attempted, and the error that stopped it."""

    say: Words
    error: RefusedError


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
    bundle: Path
    events: int
    refusals: tuple[Refusal, ...]
    report: Report
    caught: tuple[Caught, ...]

    @property
    def as_promised(self) -> bool:
        """The bundle is genuine and each forgery was caught at its step."""
        return self.report.genuine and all(
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
        InputError: C160 the folder holds something else.
    """
    prepare(folder)
    today = now or datetime.now(UTC)
    acts = list(campaign.acts(today))
    people = campaign.people()
    total = len(acts) + len(people) + 4
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
    refusals: list[Refusal] = []
    with open_ledger(folder, clock=clock) as ledger:
        signers: Signers = {FOUNDER: ledger.signer(FOUNDER, passphrase)}
        for person in people:
            enrol(ledger, person, signers)
            tick(Words(f"{person.printed} enrolled", f"{person.printed} 已登记"))
        for person in people:
            qualify(ledger, person, signers, folder)
        for act in acts:
            clock.moment = act.moment + timedelta(minutes=2)
            refusal = perform(ledger, act, signers, folder)
            if refusal is not None:
                refusals.append(refusal)
            tick(_title(act))
        # Closed off right after the last act, as a site that seals every hour would have it.
        clock.moment = None if now is None else today
        exported = ledger.export(SHIPMENT, passphrase)
        bundle = folder / f"{SHIPMENT}.custody.json"
        bundle.write_bytes(exported.data)
        tick(Words("bundle exported", "证据包已导出"))
        size = ledger.log.size()
    trust = created.trust_path.read_bytes()
    seconds = int(today.timestamp()) + 60 if now else wall_clock()
    report = verify_bundle(exported.data, trust, now=seconds)
    tick(Words("bundle verified", "证据包已验证"))
    caught = []
    for forgery in forge(folder, exported.data, clock, passphrase):
        path = folder / "forged" / f"{forgery.name}.custody.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(forgery.data)
        caught.append(Caught(forgery, path, verify_bundle(forgery.data, trust, now=seconds)))
    tick(Words("forgeries tried", "伪造件已检验"))
    return DemoResult(
        folder, created.trust_path, bundle, size, tuple(refusals), report, tuple(caught)
    )


def prepare(folder: Path) -> None:
    """Make `folder` empty, but only when it is new, empty or an earlier demo."""
    if folder.exists():
        empty = folder.is_dir() and not any(folder.iterdir())
        if not empty and not (folder / MARK).is_file():
            raise InputError("C160", where=str(folder))
        if not empty:
            shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(MARK_TEXT, encoding="utf-8")


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


def perform(
    ledger: OpenLedger, act: campaign.Act, signers: Signers, folder: Path
) -> Refusal | None:
    """Record one act of the campaign; return the refusal when one was meant to happen."""
    by = [SignAs(signers[n], role, meaning) for n, role, meaning in act.signers]
    if act.type == "record.corrected/v1":
        body = act.body
        ledger.correct(
            act.number, body["event"], body["changes"], body["reason"], act.occurred_at, by
        )
        return None
    fields = {**act.body, "occurred_at": act.occurred_at}
    documents = campaign.filed(act, folder / "documents")
    if documents:
        fields["documents"] = documents
    opens = spec_opens(act.type)
    if opens:
        fields["number"] = act.number
    intent = Intent(act.type, None if opens else act.number, fields, act.links, act.private)
    try:
        ledger.record(intent, by)
    except RefusedError as error:
        if not act.refused or act.refused not in {r.code for r in error.reasons}:
            raise
        return Refusal(act.say, error)
    if act.refused:
        raise AssertionError(f"{act.type} on {act.number} was meant to be refused")
    return None


def spec_opens(type_name: str) -> bool:
    """Whether events of this type open their stream."""
    return bool(contract.types()[type_name]["opens"])


def _title(act: campaign.Act) -> Words:
    title = contract.types()[act.type]["title"]
    return Words(f"{title['en']}: {act.number}", f"{title['zh']}：{act.number}")
