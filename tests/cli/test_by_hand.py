"""The campaign of the demo, typed as commands by hand, ends in the same state as the demo."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from custody import contract
from custody.adapters.keys import KeyFolder
from custody.demo import campaign
from custody.demo.play import FOUNDER, ORGANISATION, ORIGIN, Clock, play
from custody.wiring import ledger as wiring
from custody_cli.main import main

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
Typed = Callable[..., int]


def shorthand(value: Any) -> str:
    """Return a value as a person types it."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def typed(act: campaign.Act, documents: Path) -> list[str]:
    """Return the command a person types for one act."""
    entry = contract.types()[act.type]
    noun, verb = entry["command"]
    first, *others = [":".join(p for p in s if p) for s in act.signers]
    argv = [noun, verb, act.number, "--as", first, "--occurred-at", act.occurred_at]
    for other in others:
        argv += ["--second", other]
    for name, value in act.body.items():
        option = "--" + name.replace("_", "-")
        if isinstance(value, bool):
            argv.append(option if value else "--no-" + name.replace("_", "-"))
        else:
            for one in value if isinstance(value, list) else [value]:
                argv += [option, shorthand(one)]
    for rel, to in act.links:
        argv += ["--" + rel.replace("_", "-"), to]
    for name, value in act.private.items():
        argv += ["--" + name.replace("_", "-"), value]
    for row, (kind, name, _) in zip(campaign.filed(act, documents), act.documents, strict=True):
        assert row["name"] == name
        argv += ["--document", f"{kind}={documents / name}"]
    return argv


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let every command see the campaign's time, and open each key file only once."""
    made = Clock()
    really = wiring.open_ledger
    monkeypatch.setattr(
        wiring, "open_ledger", lambda folder, **how: really(folder, clock=made, **how)
    )
    unlock = KeyFolder.unlock

    @cache
    def once(path: Path, kid: str) -> Any:
        folder = KeyFolder(path)
        return unlock(folder, folder.find(kid), lambda _: b"demo")

    monkeypatch.setattr(KeyFolder, "unlock", lambda self, card, _: once(self.path, card.kid))
    return made


def test_the_campaign_typed_by_hand_gives_the_same_projections(
    tmp_path: Path,
    clock: Clock,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger, documents = tmp_path / "by-hand", tmp_path / "documents"
    monkeypatch.setenv("CUSTODY_PASSPHRASE_COMMAND", "echo demo")

    def do(*argv: str, expect: int = 0) -> None:
        code = main(["--ledger", str(ledger), "--no-input", *argv])
        shown = capsys.readouterr()
        assert code == expect, f"custody {' '.join(argv)}\n{shown.out}{shown.err}"
        assert "Traceback" not in shown.err

    acts = list(campaign.acts(NOW))
    clock.moment = acts[0].moment - timedelta(days=1)
    create = wiring.create_ledger
    monkeypatch.setattr(wiring, "create_ledger", lambda *a, **how: create(*a, clock=clock, **how))
    do(
        "init",
        str(ledger),
        "--organisation",
        ORGANISATION,
        "--origin",
        ORIGIN,
        "--registrar",
        FOUNDER,
    )
    for person in campaign.people():
        at = datetime.fromtimestamp(clock(), UTC).isoformat(timespec="seconds")
        do(
            "person",
            "register",
            person.staff,
            "--printed-name",
            person.printed,
            "--occurred-at",
            at,
            "--as",
            f"{FOUNDER}:system_admin:approved",
        )
        do("key", "new", person.name)
        roles = [part for role in person.roles for part in ("--role", role)]
        do(
            "key",
            "enrol",
            person.name,
            "--person",
            person.staff,
            "--printed-name",
            person.printed,
            *roles,
            "--as",
            f"{FOUNDER}:registrar:approved",
        )
        do("key", "accept", person.name)
    for person in campaign.people():
        qualification, title, since = person.qualified
        now = datetime.fromtimestamp(clock(), UTC)
        name = f"certificate-{person.staff.lower()}.txt"
        documents.mkdir(exist_ok=True)
        (documents / name).write_text(
            f"Certificate of {person.staff}: {qualification} (invented)\n"
        )
        by = f"{FOUNDER}:system_admin" if "qa" in person.roles else "Zhao Lan:qa"
        do(
            "person",
            "qualify",
            person.staff,
            "--qualification",
            qualification,
            "--title",
            title,
            "--valid-from",
            (now - timedelta(days=200)).date().isoformat(),
            *(("--experience-from", since) if since else ()),
            "--document",
            f"certificate={documents / name}",
            "--as",
            f"{by}:approved",
            "--occurred-at",
            now.isoformat(timespec="seconds"),
        )
    for act in acts:
        clock.moment = act.moment + timedelta(minutes=2)
        if act.type == "record.corrected/v1":
            changes = [p for k, v in act.body["changes"].items() for p in ("--set", f"{k}={v}")]
            first, second = (":".join(s) for s in act.signers)
            do(
                "correct",
                act.number,
                str(act.body["event"]),
                *changes,
                "--reason",
                act.body["reason"],
                "--as",
                first,
                "--second",
                second,
                "--occurred-at",
                act.occurred_at,
            )
        else:
            do(*typed(act, documents), expect=5 if act.refused else 0)

    demo = play(tmp_path / "demo", now=NOW)
    assert projections(ledger) == projections(demo.folder)


def projections(folder: Path) -> list[Any]:
    """Return all items with stream ids replaced by numbers, whatever the random ids were."""
    with wiring.open_ledger(folder) as ledger:
        kinds = list(ledger.queries.status()["stages"])
        rows = [row for kind in kinds for row in ledger.queries.list(kind)]
        for row in rows:
            row.pop("stream")
            row["state"].pop("seq", None)
        trees = [
            ledger.queries.trace(n, up=u)
            for n, u in (("SHP-2026-001", True), ("DON-2026-001", False))
        ]
    return [normal(rows), [shape(t["tree"]) for t in trees]]


def normal(value: Any) -> Any:
    """Sort lists of names: co-signers stand in the order of their key ids, which are random."""
    if isinstance(value, dict):
        return {k: normal(v) for k, v in value.items()}
    if isinstance(value, list):
        parts = [normal(v) for v in value]
        return sorted(parts) if all(isinstance(p, str) for p in parts) else parts
    return value


def shape(node: dict[str, Any]) -> Any:
    """Return a lineage tree without ids."""
    return (node["noun"], node["number"], node["status"], [shape(c) for c in node["children"]])
