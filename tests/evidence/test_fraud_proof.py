"""Fraud proofs: a ledger that lied is convicted, and an honest one never is, whoever accuses it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custody.evidence import headmap, names
from custody.evidence.acknowledgement import Promise
from custody.evidence.encoding import b64
from custody.evidence.entry import encode, pae
from custody.evidence.fraud import Fraud, MapAnswer
from custody.evidence.fraud_proof import check_fraud
from custody.evidence.headmap import DictNodes, Head
from custody.evidence.trust import TrustRoot
from evidence.accusations import (
    PERFORMED,
    REJECTED,
    answer,
    authority,
    held,
    hide_the_hold,
    judged,
    lying_seal,
    promised,
    sealed,
    shown,
    two_histories,
)
from evidence.cast import OPERATOR, ORIGIN, POLICY, QUALITY, ROOTS, Person, by_roots, trust, vkey
from evidence.ledgers import BATCH, FREEZER, SHIPMENT, Ledger, sealed_story

# ---- F1 ----


def test_two_histories_of_one_size_convict_the_ledger() -> None:
    one, other = two_histories()
    found = judged(Fraud("F1", (one.checkpoint(), other.checkpoint())))
    assert (found.proved, found.size) == (True, len(one.leaves))


def test_one_checkpoint_twice_or_two_sizes_convict_nobody() -> None:
    one, other = two_histories()
    same = Fraud("F1", (one.checkpoint(), one.checkpoint(witnesses=())))
    assert not judged(same).proved
    other.seal()
    assert not judged(Fraud("F1", (one.checkpoint(), other.checkpoint()))).proved


@pytest.mark.parametrize("line", ["ed25519", "mldsa44"])
def test_a_history_that_only_one_key_of_the_ledger_signed_convicts_nobody(line: str) -> None:
    one, other = two_histories()
    found = judged(Fraud("F1", (one.checkpoint(), other.checkpoint(log=(line,)))))
    assert (found.proved, found.known) == (False, True)


def test_of_a_ledger_the_trust_file_does_not_name_nothing_can_be_told() -> None:
    one, other = two_histories()
    notes = (one.checkpoint(), other.checkpoint())
    keys = trust().log_keys
    renamed = (replace(keys[0], name="elsewhere"), replace(keys[1], name="elsewhere"))
    found = judged(Fraud("F1", notes), origin="elsewhere", log_keys=renamed)
    assert (found.proved, found.known) == (False, False)


# ---- F2 ----


def test_a_map_that_hides_the_last_event_of_a_stream_is_convicted_by_that_event() -> None:
    ledger, hold = held()
    lying_seal(ledger, lambda heads: hide_the_hold(heads, ledger))
    fraud = sealed(
        ledger,
        "F2",
        events=shown(ledger, hold),
        accused=hold,
        answers=(answer(ledger, BATCH),),
    )
    found = judged(fraud)
    assert found.proved
    assert f"hides event {hold}" in found.detail


def test_a_map_that_denies_a_whole_stream_is_convicted() -> None:
    ledger, hold = held()
    lying_seal(ledger, lambda heads: heads.pop(BATCH))
    denied = answer(ledger, BATCH)
    assert denied.head is None
    parts = {"events": shown(ledger, hold), "accused": hold, "answers": (denied,)}
    assert judged(sealed(ledger, "F2", **parts)).proved


def test_a_map_that_names_another_last_event_is_convicted() -> None:
    ledger, hold = held()

    def renamed(heads: dict[str, Head]) -> None:
        heads[BATCH] = replace(heads[BATCH], leaf=bytes(32))

    lying_seal(ledger, renamed)
    parts = {"events": shown(ledger, hold), "accused": hold, "answers": (answer(ledger, BATCH),)}
    assert judged(sealed(ledger, "F2", **parts)).proved


def test_a_lie_of_an_older_seal_is_not_forgotten() -> None:
    ledger, hold = held()
    lying_seal(ledger, lambda heads: hide_the_hold(heads, ledger))
    told, seal = answer(ledger, BATCH), ledger.seals[-1]
    ledger.append(FREEZER, "equipment.calibrated/v1", PERFORMED)
    ledger.sealed = DictNodes()
    ledger.seal()
    size = len(ledger.leaves)
    fraud = Fraud(
        "F2",
        (ledger.checkpoint(),),
        ledger.wires[seal.index],
        tuple(ledger.inclusion(seal.index, size)),
        shown(ledger, hold),
        hold,
        (told,),
    )
    assert judged(fraud).proved


def test_an_event_after_the_seal_does_not_convict_the_seal() -> None:
    ledger = sealed_story()
    seal, told = ledger.seals[-1], answer(ledger, BATCH)
    hold = ledger.append(BATCH, "batch.held/v1", REJECTED)
    ledger.seal()
    size = len(ledger.leaves)
    path = tuple(ledger.inclusion(seal.index, size))
    fraud = Fraud(
        "F2",
        (ledger.checkpoint(),),
        ledger.wires[seal.index],
        path,
        shown(ledger, hold),
        hold,
        (told,),
    )
    assert not judged(fraud).proved


# ---- F3 and F4 ----


def test_two_events_in_one_place_convict_the_ledger() -> None:
    ledger = Ledger().establish().story()
    last = ledger.events(BATCH)[-1][1].payload
    twin = ledger.append(BATCH, "batch.held/v1", REJECTED, seq=last.seq, prev=last.prev)
    first = ledger.events(BATCH)[-2][0]
    ledger.seal()
    found = judged(Fraud("F3", (ledger.checkpoint(),), events=shown(ledger, first, twin)))
    assert (found.proved, found.detail.startswith(f"events {first} and {twin}")) == (True, True)


def test_an_event_that_does_not_follow_the_one_before_convicts_the_ledger() -> None:
    ledger = Ledger().establish().story()
    before = ledger.events(BATCH)[-1][0]
    loose = ledger.append(BATCH, "batch.held/v1", REJECTED, prev=b64(b"\1" * 32))
    ledger.seal()
    fraud = Fraud("F4", (ledger.checkpoint(),), events=shown(ledger, before, loose), accused=loose)
    assert judged(fraud).proved


def test_a_false_signature_that_was_taken_in_convicts_the_ledger() -> None:
    ledger = Ledger().establish().story()
    raw = ledger.payload(BATCH, "batch.held/v1", REJECTED).to_bytes()
    forged = ledger.add(encode(raw, {QUALITY.kid: OPERATOR.private.sign(pae(raw))}))
    grant = ledger.events(QUALITY.stream)[0][0]
    ledger.seal()
    fraud = Fraud("F4", (ledger.checkpoint(),), events=shown(ledger, grant, forged), accused=forged)
    assert judged(fraud).proved
    # Without the grant nobody can tell which key it should have been.
    alone = replace(fraud, events=shown(ledger, forged))
    assert not judged(alone).proved


def test_an_operator_who_releases_convicts_the_ledger_that_took_it_in() -> None:
    ledger = Ledger().establish().story()
    signers = [(OPERATOR, "released", "quality_authority")]
    unlawful = ledger.append(SHIPMENT, "shipment.released/v1", signers)
    ledger.seal()
    found = judged(authority(ledger, unlawful))
    assert found.proved
    assert "without authority" in found.detail


def test_an_honest_release_convicts_nobody_even_when_its_grant_is_left_out() -> None:
    ledger = sealed_story()
    release = ledger.events(SHIPMENT)[-1][0]
    whole = authority(ledger, release)
    assert judged(whole).detail.endswith("it was authorised")
    assert not judged(whole).proved
    assert not judged(authority(ledger, release, QUALITY.stream)).proved
    grant = ledger.events(QUALITY.stream)[0][0]
    cut = replace(whole, events=tuple(e for e in whole.events if e.index != grant))
    assert not judged(cut).proved


def test_a_grant_cannot_be_denied_by_somebody_elses_absence() -> None:
    """The map answer for the key's stream is taken from a stream that does not exist."""
    ledger = sealed_story()
    release = ledger.events(SHIPMENT)[-1][0]
    whole = authority(ledger, release)
    strange = headmap.prove(ledger.sealed, "batch:" + "0f" * 16)
    swapped = tuple(
        MapAnswer(a.stream, None, strange) if a.stream == QUALITY.stream else a
        for a in whole.answers
    )
    grant = {i for i, _ in ledger.events(QUALITY.stream)}
    events = tuple(e for e in whole.events if e.index not in grant)
    assert not judged(replace(whole, events=events, answers=swapped)).proved


def test_a_key_found_stolen_later_does_not_convict_the_ledger_that_believed_it() -> None:
    ledger = Ledger().establish().story()
    release = ledger.events(SHIPMENT)[-1][0]
    ledger.revoke(QUALITY, "compromised", distrust_from=release)
    ledger.seal()
    assert not judged(authority(ledger, release)).proved


# ---- F5 ----


def test_a_promise_that_a_later_seal_does_not_keep_convicts_the_ledger() -> None:
    ledger = sealed_story()
    count = len(ledger.events(BATCH))
    note = promised(ledger, count, ledger.seals[-1].time - 1)
    fraud = sealed(ledger, "F5", answers=(answer(ledger, BATCH),), promise=note)
    assert judged(fraud).proved


def test_a_promise_is_not_broken_before_its_deadline() -> None:
    ledger = sealed_story()
    note = promised(ledger, len(ledger.events(BATCH)), ledger.seals[-1].time)
    fraud = sealed(ledger, "F5", answers=(answer(ledger, BATCH),), promise=note)
    assert judged(fraud).detail == "the seal is not later than the deadline of the promise"


def test_a_promise_that_was_kept_convicts_nobody_and_a_broken_place_does() -> None:
    ledger = sealed_story()
    index, entry = ledger.events(BATCH)[-1]
    due = ledger.seals[-1].time - 1
    told, seq = (answer(ledger, BATCH),), entry.payload.seq
    kept = sealed(
        ledger,
        "F5",
        answers=told,
        events=shown(ledger, index),
        promise=promised(ledger, seq, due, entry.leaf),
    )
    assert judged(kept).detail == "the promise was kept"
    replaced = replace(kept, promise=promised(ledger, seq, due, b"\1" * 32))
    assert judged(replaced).proved
    assert not judged(replace(replaced, events=())).proved


def test_a_promise_by_somebody_else_convicts_nobody() -> None:
    ledger = sealed_story()
    due, count = ledger.seals[-1].time - 1, len(ledger.events(BATCH))
    forged = Promise(ORIGIN, BATCH, count, bytes(32), due).signed(OPERATOR.private)
    fraud = sealed(ledger, "F5", answers=(answer(ledger, BATCH),), promise=forged)
    assert judged(fraud).detail == "it is not signed by this ledger"


# ---- an honest ledger ----


def test_nothing_in_an_honest_ledger_convicts_it() -> None:
    """Every kind of accusation, with every event and every map answer, with true parts only."""
    ledger = sealed_story()
    every = range(len(ledger.leaves) - 1)
    answers = [answer(ledger, s) for s in [*ledger.streams, "batch:" + "0f" * 16]]
    for accused in every:
        for told in answers:
            parts = {"events": shown(ledger, accused), "accused": accused, "answers": (told,)}
            assert not judged(sealed(ledger, "F2", **parts)).proved
        for other in every:
            if other == accused:
                continue
            events = shown(ledger, accused, other)
            note = (ledger.checkpoint(),)
            assert not check_fraud(Fraud("F3", note, events=events), trust()).proved
        assert not judged(authority(ledger, accused)).proved


def test_keys_the_ledger_had_before_still_bind_it() -> None:
    one, other = two_histories()
    fraud = Fraud("F1", (one.checkpoint(), other.checkpoint()))
    new = trust(log_keys=(vkey(ORIGIN, 0x01, 0x71), vkey(ORIGIN, 0x06, 0x72)), version=2)
    assert not check_fraud(fraud, new).proved
    assert check_fraud(fraud, replace(new, earlier=(trust(),))).proved


NEW_ROOTS = tuple(Person(f"new root {n}", 0x7A + n) for n in (1, 2))


def handed_on() -> tuple[Ledger, int, TrustRoot]:
    """A ledger whose roots changed, the index of an act of the new ones, and their trust file."""
    new = trust(
        version=2, prev=trust().fingerprint, roots={root.kid: root.public for root in NEW_ROOTS}
    )
    ledger = Ledger().establish().story()
    body = {"version": 2, "sha256": new.fingerprint}
    ledger.append(names.AUTHORITY, "trustroot.announced/v1", by_roots(), body=body)
    signers = [(root, "approved", "root") for root in NEW_ROOTS]
    act = ledger.append(names.AUTHORITY, "policy.adopted/v1", signers, body={"rules": POLICY})
    ledger.seal()
    return ledger, act, new


def test_a_change_of_roots_convicts_nobody_whichever_trust_files_are_at_hand() -> None:
    ledger, act, new = handed_on()
    first = ledger.events(names.AUTHORITY)[0][0]
    strangers = [root.kid for root in (*NEW_ROOTS, *ROOTS)]
    for accused in (first, act):
        proof = authority(ledger, accused)
        absent = tuple(answer(ledger, f"key:{kid}") for kid in strangers)
        ordered = sorted((*proof.answers, *absent), key=lambda one: one.stream)
        proof = replace(proof, answers=tuple(ordered))
        for file in (new, trust(), replace(new, earlier=(trust(),))):
            assert not check_fraud(proof, file).proved
    assert not check_fraud(proof, trust()).known
    assert not check_fraud(authority(ledger, first), new).known
