"""Many signatures at once: the other core answers as this one would, or is not needed."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

from custody.evidence import ed25519
from custody.evidence.ed25519 import (
    WORTH_ANOTHER_CORE,
    Signed,
    Verification,
    _cores,
    verify_ed25519,
)
from evidence.cast import OPERATOR, STRANGER

MANY = WORTH_ANOTHER_CORE


@pytest.fixture(scope="module")
def mixed() -> list[Signed]:
    """True and false signatures over long and short messages, in no order."""
    signed = []
    for number in range(MANY):
        message = b"%d" % number * (number % 50)
        signer = STRANGER if number % 7 == 0 else OPERATOR
        signed.append((OPERATOR.public, signer.private.sign(message), message))
    return signed


def one_by_one(signed: list[Signed]) -> list[bool]:
    return [verify_ed25519(*one) for one in signed]


def test_the_other_core_tells_of_each_signature_what_this_one_tells(mixed: list[Signed]) -> None:
    with Verification(MANY) as verification:
        assert (verification._other is None) == (_cores() == 1)
        verification.give(mixed)
        answers = verification.answers()
    assert answers == one_by_one(mixed)
    assert set(answers) == {True, False}, "both kinds have to be among those given"


def test_nothing_given_is_nothing_answered() -> None:
    with Verification(MANY) as verification:
        verification.give([])
        assert verification.answers() == []


def test_few_signatures_start_no_second_interpreter(mixed: list[Signed]) -> None:
    with Verification(MANY - 1) as verification:
        assert verification._other is None
        verification.give(mixed)
        assert verification.answers() == one_by_one(mixed)


@pytest.mark.parametrize("before", [True, False], ids=["before it is asked", "while it works"])
def test_an_interpreter_that_is_killed_costs_time_and_no_verdict(
    mixed: list[Signed], *, before: bool
) -> None:
    with Verification(MANY) as verification:
        if before and verification._other:
            verification._other.kill()
            verification._other.wait()
        verification.give(mixed)
        if verification._other:
            verification._other.kill()
        assert verification.answers() == one_by_one(mixed)


@pytest.mark.parametrize("said", ["", "1", "yes " * MANY, "1" * (MANY - 1), "1" * MANY + "\n"])
def test_an_interpreter_that_answers_something_else_is_not_believed(
    mixed: list[Signed], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "python"
    other.write_text(f"#!{sys.executable}\nimport sys\nsys.stdout.write({said!r})\n")
    other.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(other))
    with Verification(MANY) as verification:
        verification.give(mixed)
        assert verification.answers() == one_by_one(mixed)


def test_where_no_interpreter_can_be_started_this_one_does_the_work(
    mixed: list[Signed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for executable in ("", str(tmp_path / "nowhere")):
        monkeypatch.setattr(sys, "executable", executable)
        with Verification(MANY) as verification:
            assert verification._other is None
            verification.give(mixed)
            assert verification.answers() == one_by_one(mixed)


def test_an_interpreter_that_is_stopped_is_given_up(
    mixed: list[Signed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ed25519, "_PATIENCE", 0.2)
    monkeypatch.setattr(ed25519, "_PATIENCE_EACH", 0.0)
    with Verification(MANY) as verification:
        if verification._other:
            verification._other.send_signal(signal.SIGSTOP)
        verification.give(mixed * 50)  # more than a pipe holds
        assert verification.answers() == one_by_one(mixed) * 50


def test_the_second_interpreter_ends_with_the_block_whatever_it_was_doing(
    mixed: list[Signed],
) -> None:
    with pytest.raises(KeyboardInterrupt), Verification(MANY) as verification:
        verification.give(mixed)
        raise KeyboardInterrupt
    assert verification._other is None or verification._other.returncode is not None


def test_the_second_interpreter_runs_no_code_that_the_environment_names(
    mixed: list[Signed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "ran"
    for name in ("sitecustomize.py", "usercustomize.py", "struct.py"):
        (tmp_path / name).write_text(f"open({str(trace)!r}, 'w').close()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "sitecustomize.py"))
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), *sys.path])
    hostile = tmp_path / "custody" / "evidence"
    hostile.mkdir(parents=True)
    for place in (hostile.parent / "__init__.py", hostile / "__init__.py"):
        place.write_text(f"open({str(trace)!r}, 'w').close()\n")
    with Verification(MANY) as verification:
        verification.give(mixed)
        assert verification.answers() == one_by_one(mixed)
    assert not trace.exists()
