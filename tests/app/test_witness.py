"""A witness signs what continues what it signed before, and nothing else, whatever it is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.vouchers import LOG_KEYS, NOW, asked, fork, grown, keys_of, small, witness
from custody.app.oversight.witness import Served, Witness, serve_ledger, witness_name
from custody.errors import CustodyError, InputError
from custody.evidence.checkpoint import parse_checkpoint, verify_line
from custody.evidence.cosigning import Request, parse_lines
from custody.evidence.note import ED25519, Signature, SignedNote, VerifierKey, encode
from evidence.cast import ORIGIN, trust


def refused(one: Witness, raw: bytes) -> str:
    """The code a request is refused with; nothing may have changed in the witness."""
    before = one.memory.latest(ORIGIN)
    with pytest.raises(CustodyError) as error:
        one.cosign(raw)
    assert one.memory.latest(ORIGIN) == before
    return error.value.code


@pytest.fixture
def one(tmp_path: Path) -> Witness:
    return witness(tmp_path, algs=("ed25519", "mldsa44"))


def test_a_first_checkpoint_is_signed_with_every_key_of_the_witness(one: Witness) -> None:
    ledger = small()
    made = one.cosign(asked(ledger))
    assert (made.checkpoint.size, made.time) == (4, NOW)
    lines = parse_lines(made.lines)
    times = [verify_line(k, made.checkpoint, s) for k, s in zip(keys_of(one), lines, strict=True)]
    assert times == [NOW, NOW]
    assert [line.name for line in lines] == [one.name, one.name]


def test_a_ledger_that_grows_is_followed(one: Witness) -> None:
    ledger = small()
    sizes = []
    old = 0
    for _ in range(5):
        old = one.cosign(asked(ledger, old)).checkpoint.size
        sizes.append(old)
        grown(ledger)
    assert sizes == [4, 8, 12, 16, 20]
    latest = one.memory.latest(ORIGIN)
    assert latest is not None
    assert latest.size == 20


def test_the_same_checkpoint_again_gives_the_same_statement(one: Witness) -> None:
    ledger = small()
    first = one.cosign(asked(ledger))
    one.clock = lambda: NOW + 1000
    again = one.cosign(asked(ledger, 4))
    assert (again.checkpoint, again.time) == (first.checkpoint, first.time)
    assert again.lines.split(b"\n")[0] == first.lines.split(b"\n")[0]


def test_a_file_carried_here_twice_is_answered_twice_but_not_over_the_protocol(
    one: Witness,
) -> None:
    request = asked(small())
    first = one.cosign(request)
    assert one.cosign(request, repeat=True).time == first.time
    assert refused(one, request) == "C189"


def test_a_smaller_checkpoint_is_refused(one: Witness) -> None:
    ledger = small()
    early = asked(ledger)
    one.cosign(asked(grown(ledger)))
    assert refused(one, early) == "C189"
    # The protocol has no way to ask for a checkpoint smaller than the old size.
    assert refused(one, early.replace(b"old 0\n", b"old 8\n")) == "C186"
    with pytest.raises(CustodyError) as error:
        one.cosign(early, repeat=True)
    assert error.value.code == "C189"


def test_the_size_where_the_witness_is_comes_with_the_refusal(one: Witness) -> None:
    ledger = small()
    one.cosign(asked(ledger))
    with pytest.raises(InputError) as error:
        one.cosign(asked(grown(ledger)))
    assert (error.value.code, error.value.params["size"]) == ("C189", 4)


def test_another_root_for_the_same_size_is_refused_and_both_notes_are_kept_as_proof(
    one: Witness, tmp_path: Path
) -> None:
    ledger = small()
    one.cosign(asked(ledger))
    other = fork(ledger)
    proof = asked(other, 4)
    assert refused(one, proof) == "C447"
    assert refused(one, proof) == "C447"
    with pytest.raises(CustodyError) as error:
        one.cosign(proof, repeat=True)
    assert error.value.code == "C447"
    kept = sorted((tmp_path / "witness-1" / "forks").glob("*/*.txt"))
    roots = set()
    for file in kept:
        checkpoint, note = parse_checkpoint(file.read_bytes())
        assert checkpoint.size == 4
        for key, line in zip(LOG_KEYS, note.signatures, strict=True):
            assert verify_line(key, checkpoint, line) is not None
        roots.add(checkpoint.root)
    assert roots == {ledger.root(4), other.root(4)}


def test_a_fork_at_a_size_signed_long_ago_is_noticed_too(one: Witness) -> None:
    ledger = small()
    one.cosign(asked(ledger))
    other = fork(ledger)
    one.cosign(asked(grown(ledger), 4))
    assert refused(one, asked(other)) == "C447"


def test_a_history_that_was_rewritten_is_refused(one: Witness) -> None:
    ledger = small()
    one.cosign(asked(ledger))
    other = grown(fork(ledger))
    assert refused(one, asked(other, 4)) == "C448"


def test_a_proof_that_is_cut_padded_or_for_other_sizes_is_refused(one: Witness) -> None:
    ledger = small()
    one.cosign(asked(ledger))
    grown(grown(ledger))
    good = Request.parse(asked(ledger, 4))
    for proof in (
        good.proof[:-1],
        (*good.proof, bytes(32)),
        good.proof[::-1],
        (),
        tuple(ledger.consistency(8, 12)),
    ):
        assert refused(one, replace(good, proof=proof).to_bytes()) == "C448"
    assert one.cosign(good.to_bytes()).checkpoint.size == 12


def test_a_first_request_must_not_bring_a_proof(one: Witness) -> None:
    good = Request.parse(asked(small()))
    assert refused(one, replace(good, proof=(bytes(32),)).to_bytes()) == "C448"


@pytest.mark.parametrize("only", [("ed25519",), ("mldsa44",), ()])
def test_both_signatures_of_the_ledger_are_demanded(one: Witness, only: tuple[str, ...]) -> None:
    assert refused(one, asked(small(), log=only, grease=True)) == "C446"


def test_a_false_or_doubled_signature_of_the_ledger_is_refused(one: Witness) -> None:
    good = Request.parse(asked(small()))
    _, note = good.parts()
    first, second = note.signatures
    false = Signature(second.name, second.keyid, second.blob[:-1] + b"\0")
    for lines in ((first, false), (first, first, second)):
        text = encode(SignedNote(note.text, lines))
        assert refused(one, replace(good, text=text).to_bytes()) == "C446"


def test_the_ledger_of_somebody_else_is_not_signed_for(tmp_path: Path) -> None:
    one = witness(tmp_path, serves=None)
    assert refused(one, asked(small())) == "C187"
    one.memory.serve(Served("custody.example/other", LOG_KEYS))
    assert refused(one, asked(small())) == "C187"


@pytest.mark.parametrize("raw", [b"", b"\n", b"old 0\n\n", b"old 0\n\na\n0\n\n", b"\xff" * 99])
def test_what_is_no_request_is_refused_in_one_way(one: Witness, raw: bytes) -> None:
    assert refused(one, raw) == "C186"


def test_unknown_lines_are_ignored_and_not_kept(one: Witness) -> None:
    one.cosign(asked(small(), grease=True))
    latest = one.memory.latest(ORIGIN)
    assert latest is not None
    assert b"grease" not in latest.text


def test_a_clock_that_went_back_a_little_does_not_make_statements_contradict(
    one: Witness,
) -> None:
    ledger = small()
    one.cosign(asked(ledger))
    one.clock = lambda: NOW - 200
    assert one.cosign(asked(grown(ledger), 4)).time == NOW
    one.clock = lambda: NOW - 400
    assert refused(one, asked(grown(ledger), 8)) == "C733"


def test_other_keys_of_a_known_ledger_need_a_person_to_say_so(one: Witness) -> None:
    file = trust()
    one.memory.serve(Served(file.origin, LOG_KEYS))
    other = Ed25519PrivateKey.from_private_bytes(b"\x99" * 32).public_key().public_bytes_raw()
    changed = replace(file, log_keys=(VerifierKey(ORIGIN, ED25519, other), LOG_KEYS[1]))
    with pytest.raises(InputError) as error:
        serve_ledger(one.memory, changed)
    assert error.value.code == "C194"
    assert serve_ledger(one.memory, changed, replace=True).keys == changed.log_keys
    assert serve_ledger(one.memory, changed).keys == changed.log_keys


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nfeed", "x" * 256])
def test_a_name_that_cannot_stand_on_a_line_is_refused(name: str) -> None:
    with pytest.raises(InputError) as error:
        witness_name(name)
    assert error.value.code == "C195"


def test_a_contradiction_is_told_even_when_its_proof_cannot_be_kept(
    one: Witness, tmp_path: Path
) -> None:
    ledger = small()
    one.cosign(asked(ledger))
    (tmp_path / "witness-1" / "forks").write_bytes(b"a file where the folder should be")
    with pytest.raises(CustodyError) as error:
        one.cosign(asked(fork(ledger), old=len(ledger.leaves)))
    assert error.value.code == "C447"
