"""A ledger collects co-signatures, never loses one, and hands out nothing too few have signed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.children import Child
from app.acts import do
from app.conftest import LATER
from app.vouchers import (
    SHIPMENT,
    keys_of,
    moved,
    newest,
    once_unlocked,
    signed_by,
    witness,
    witnessed,
)
from custody.app.oversight import witnessing
from custody.app.oversight.witness import Served, Witness
from custody.app.verification.verifying import verify_bundle
from custody.demo.play import Clock, passphrase
from custody.errors import CustodyError, EvidenceError, InputError, RefusedError
from custody.evidence.checkpoint import parse_checkpoint
from custody.evidence.cosigning import Request, cosign, format_lines
from custody.wiring import witnesses as others
from custody.wiring.ledger import OpenLedger, open_ledger


@pytest.fixture(autouse=True)
def quick(ledger: OpenLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    once_unlocked(ledger, monkeypatch)


@pytest.fixture
def witnesses(ledger: OpenLedger, tmp_path: Path) -> list[Witness]:
    """Four witnesses that know this ledger, of which its trust file wants three."""
    served = Served(ledger.origin, ledger.trust.log_keys)
    made = [witness(tmp_path, number, clock=ledger.clock, serves=served) for number in (1, 2, 3, 4)]
    ledger.trust = witnessed(ledger.trust, made, 3)
    return made


def test_lines_are_merged_into_the_checkpoint_and_its_file(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    ledger.checkpoint(passphrase)
    size, before = newest(ledger)
    signed_by(ledger, *witnesses[:2])
    _, after = newest(ledger)
    assert after.startswith(before)
    assert len(parse_checkpoint(after)[1].signatures) == 4
    assert (ledger.folder / "checkpoints" / f"{size:010d}.txt").read_bytes() == after
    standing = witnessing.standing(ledger)
    assert (standing.demanded, standing.met, standing.missing) == (True, False, ("w3", "w4"))
    signed_by(ledger, witnesses[3])
    assert witnessing.standing(ledger).met
    assert ledger.audit().ok


def test_adding_an_answer_twice_changes_nothing(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    ledger.checkpoint(passphrase)
    answer = witnesses[0].cosign(witnessing.request(ledger, old=0).to_bytes()).lines
    first, _ = others.add_lines(ledger, answer)
    kept = ledger.log.checkpoints()
    again, _ = others.add_lines(ledger, answer)
    assert (first.added, first.present) == (("w1",), ())
    assert (again.added, again.present) == ((), ("w1",))
    assert ledger.log.checkpoints() == kept


def test_an_answer_that_comes_late_goes_to_the_checkpoint_it_is_about(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    ledger.checkpoint(passphrase)
    size, _ = newest(ledger)
    answer = witnesses[0].cosign(witnessing.request(ledger, old=0).to_bytes()).lines
    moved(ledger)
    ledger.checkpoint(passphrase)
    added, _ = others.add_lines(ledger, answer)
    assert added.size == size < newest(ledger)[0]
    # From there the next request begins.
    request = witnessing.request(ledger, witness="w1")
    assert request.old == size
    assert witnesses[0].cosign(request.to_bytes()).checkpoint.size == newest(ledger)[0]


def test_lines_of_strangers_are_not_taken_and_false_ones_refuse_the_whole_answer(
    ledger: OpenLedger, witnesses: list[Witness], tmp_path: Path
) -> None:
    ledger.checkpoint(passphrase)
    kept = ledger.log.checkpoints()
    checkpoint, _ = parse_checkpoint(newest(ledger)[1])
    stranger = witness(tmp_path, 9)
    theirs = cosign(stranger._signers[0].private, stranger.name, checkpoint, 5)
    with pytest.raises(InputError) as unknown:
        others.add_lines(ledger, format_lines([theirs]))
    assert unknown.value.code == "C192"
    good = cosign(witnesses[0]._signers[0].private, witnesses[0].name, checkpoint, 5)
    other = replace(checkpoint, root=bytes(32))
    false = cosign(witnesses[1]._signers[0].private, witnesses[1].name, other, 5)
    with pytest.raises(EvidenceError) as wrong:
        others.add_lines(ledger, format_lines([good, false]))
    assert wrong.value.code == "C449"
    assert ledger.log.checkpoints() == kept
    mixed, _ = others.add_lines(ledger, format_lines([theirs, good]))
    assert (mixed.added, mixed.unknown) == (("w1",), (stranger.name,))
    assert stranger.name.encode() not in newest(ledger)[1]


@pytest.mark.parametrize("content", [b"", b"nothing", b"\xff\xff", b"\n\n", b"x" * 200_000])
def test_what_is_no_answer_is_refused_in_one_way(
    ledger: OpenLedger, witnesses: list[Witness], content: bytes
) -> None:
    ledger.checkpoint(passphrase)
    with pytest.raises(InputError) as error:
        others.add_lines(ledger, content)
    assert error.value.code == "C192"


def test_two_processes_that_add_lines_at_once_lose_none(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    ledger.checkpoint(passphrase)
    size, _ = newest(ledger)
    request = witnessing.request(ledger, old=0).to_bytes()
    answers = [one.cosign(request).lines for one in witnesses]
    folder, trust = ledger.folder, ledger.trust

    def add(answer: bytes) -> None:
        with open_ledger(folder) as mine:
            mine.trust = trust
            for _ in range(3):
                others.add_lines(mine, answer)

    children = [Child(lambda answer=answer: add(answer)) for answer in answers]
    for child in children:
        child.result()
    _, text = newest(ledger)
    assert len(parse_checkpoint(text)[1].signatures) == 6
    assert (folder / "checkpoints" / f"{size:010d}.txt").read_bytes() == text


def test_a_checkpoint_in_the_file_can_still_not_be_changed_or_taken_away(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    ledger.checkpoint(passphrase)
    signed_by(ledger, witnesses[0])
    with closing(sqlite3.connect(ledger.folder / "ledger.db")) as db:
        for statement in ("UPDATE checkpoints SET note = x'00'", "DELETE FROM checkpoints"):
            with pytest.raises(sqlite3.DatabaseError):
                db.execute(statement)


def test_each_witness_gets_the_proof_from_where_it_is(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    ledger.checkpoint(passphrase)
    first, _ = newest(ledger)
    signed_by(ledger, witnesses[0])
    moved(ledger)
    ledger.checkpoint(passphrase)
    assert witnessing.request(ledger, witness="w1").old == first
    assert witnessing.request(ledger, witness="w2").old == 0
    with pytest.raises(InputError) as unclear:
        witnessing.request(ledger)
    with pytest.raises(InputError) as unknown:
        witnessing.request(ledger, witness="w7")
    assert (unclear.value.code, unknown.value.code) == ("C188", "C188")
    signed_by(ledger, *witnesses)
    assert witnessing.request(ledger).old == newest(ledger)[0]


def test_asking_begins_where_the_witness_says_it_is(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    ledger.checkpoint(passphrase)
    one = witnesses[0]
    one.cosign(witnessing.request(ledger, old=0).to_bytes())  # the answer got lost
    moved(ledger)
    ledger.checkpoint(passphrase)
    sent: list[int] = []
    added = witnessing.ask(ledger, post_to(one, sent), "http://witness.example")
    assert added.added == ("w1",)
    assert len(sent) == 2


def post_to(one: Witness, sent: list[int]) -> Callable[[bytes], bytes | int]:
    def post(body: bytes) -> bytes | int:
        sent.append(Request.parse(body).old)
        try:
            return one.cosign(body).lines
        except CustodyError as error:
            return int(str(error.params["size"]))

    return post


def test_a_witness_that_knows_more_than_a_restored_ledger_is_noticed(
    ledger: OpenLedger,
    witnesses: list[Witness],
    tmp_path: Path,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger.checkpoint(passphrase)
    old = tmp_path / "old copy"
    shutil.copytree(ledger.folder, old)
    moved(ledger)
    ledger.checkpoint(passphrase)
    signed_by(ledger, witnesses[0])
    with open_ledger(old, clock=clock) as restored:
        once_unlocked(restored, monkeypatch).trust = ledger.trust
        with pytest.raises(EvidenceError) as behind:
            witnessing.ask(restored, post_to(witnesses[0], []), "http://witness.example")
        assert behind.value.code == "C448"
        moved(restored)
        moved(restored)
        restored.checkpoint(passphrase)
        request = witnessing.request(restored, old=newest(ledger)[0])
        with pytest.raises(EvidenceError) as rewritten:
            witnesses[0].cosign(request.to_bytes())
        assert rewritten.value.code in ("C447", "C448")


def test_a_witness_that_answers_nonsense_does_not_keep_a_ledger_busy(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    ledger.checkpoint(passphrase)
    size = newest(ledger)[0]
    answers = iter([1, 2, 3, 4, 5])
    with pytest.raises(InputError) as dizzy:
        witnessing.ask(ledger, lambda _: next(answers), "http://witness.example")
    assert dizzy.value.code == "C193"
    with pytest.raises(EvidenceError) as same:
        witnessing.ask(ledger, lambda _: 0, "http://witness.example")
    assert same.value.code == "C447"
    with pytest.raises(EvidenceError) as more:
        witnessing.ask(ledger, lambda _: size + 1, "http://witness.example")
    assert more.value.code == "C448"


def test_an_auditor_signs_in_the_same_way(ledger: OpenLedger, tmp_path: Path) -> None:
    auditor = witness(tmp_path, 7, algs=("mldsa44",))
    ledger.trust = replace(ledger.trust, auditors=keys_of(auditor), auditor_threshold=1)
    ledger.checkpoint(passphrase)
    checkpoint, _ = parse_checkpoint(newest(ledger)[1])
    line = cosign(auditor._signers[0].private, auditor.name, checkpoint, ledger.clock())
    added, _ = others.add_lines(ledger, format_lines([line]))
    assert added.added == (auditor.name,)
    assert [row.kind for row in witnessing.standing(ledger).cosigners] == ["auditor"]


# ------------------------------------------------------------------ export


def detail(error: pytest.ExceptionInfo[RefusedError]) -> str:
    assert error.value.code == "C2605"
    return error.value.render("en").why


def test_export_is_refused_early_while_witnesses_are_missing(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    kept = ledger.log.checkpoints()
    size = ledger.log.size()
    with pytest.raises(RefusedError) as error:
        ledger.export(SHIPMENT, passphrase)
    assert "too few witnesses" in detail(error)
    assert (ledger.log.checkpoints(), ledger.log.size()) == (kept, size)


def test_a_bundle_with_its_witnesses_is_genuine_and_one_without_is_not_known(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    ledger.checkpoint(passphrase)
    signed_by(ledger, *witnesses[:2])
    with pytest.raises(RefusedError) as error:
        ledger.export(SHIPMENT, passphrase)
    assert "missing: w3, w4" in detail(error)
    signed_by(ledger, witnesses[2])
    size = ledger.log.size()
    data = ledger.export(SHIPMENT, passphrase).data
    assert ledger.log.size() == size
    trust = ledger.trust.to_bytes()
    report = verify_bundle(data, trust, now=LATER)
    assert report.genuine
    assert set(report.evidence.witnesses) == {"w1", "w2", "w3"}
    assert not report.evidence.single_operator
    four = witnessed(ledger.trust, witnesses, 4).to_bytes()
    assert [f.code for f in verify_bundle(data, four, now=LATER).findings] == ["E05"]


def test_a_busy_ledger_can_export_under_the_checkpoint_its_witnesses_signed(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    ledger.checkpoint(passphrase)
    signed_by(ledger, *witnesses)
    moved(ledger)
    data = ledger.export(SHIPMENT, passphrase).data
    assert verify_bundle(data, ledger.trust.to_bytes(), now=LATER).genuine


def test_export_is_refused_when_the_shipment_itself_has_moved_on(
    ledger: OpenLedger, witnesses: list[Witness]
) -> None:
    ledger.checkpoint(passphrase)
    signed_by(ledger, *witnesses)
    body = {"reason": "second label found"}
    do(ledger, "shipment.held/v1", SHIPMENT, body, by=("Zhao Lan",))
    with pytest.raises(RefusedError) as error:
        ledger.export(SHIPMENT, passphrase)
    assert "more was recorded after" in detail(error)


def test_export_is_refused_when_the_witnessed_checkpoint_has_grown_old(
    ledger: OpenLedger, witnesses: list[Witness], clock: Clock
) -> None:
    ledger.checkpoint(passphrase)
    signed_by(ledger, *witnesses)
    clock.moment = clock.moment.replace(day=clock.moment.day + 2)
    with pytest.raises(RefusedError) as error:
        ledger.export(SHIPMENT, passphrase)
    assert "48 hours old" in detail(error)


def test_without_witnesses_export_makes_a_checkpoint_only_when_one_is_needed(
    ledger: OpenLedger,
) -> None:
    ledger.export(SHIPMENT, passphrase)
    size = ledger.log.size()
    ledger.export(SHIPMENT, passphrase)
    assert ledger.log.size() == size
    moved(ledger)
    size = ledger.log.size()
    ledger.export(SHIPMENT, passphrase)
    assert ledger.log.size() == size + 1


def test_a_ledger_without_checkpoint_has_nothing_to_be_witnessed(
    tmp_path: Path, witnesses: list[Witness], ledger: OpenLedger
) -> None:
    from custody.wiring.ledger import create_ledger

    made = create_ledger(
        tmp_path / "new", organisation="Invented", passphrase=passphrase, roots=1, threshold=1
    )
    with open_ledger(made.folder) as empty:
        empty.trust = witnessed(empty.trust, witnesses, 3)
        line = cosign(
            witnesses[0]._signers[0].private,
            witnesses[0].name,
            parse_checkpoint(ledger.log.checkpoints()[0][1])[0],
            5,
        )
        for attempt in (
            lambda: witnessing.request(empty),
            lambda: others.add_lines(empty, format_lines([line])),
            lambda: others.stamp_request(empty),
        ):
            with pytest.raises(RefusedError) as error:
                attempt()
            assert error.value.code == "C2606"
        assert witnessing.standing(empty).size is None
