"""Where passphrases come from: descriptor, command, terminal; and what is refused."""

from __future__ import annotations

import os
import pty
import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from adapters.children import in_child
from custody.adapters.passphrases import from_command, from_descriptor, from_prompt
from custody.errors import SigningKeyError

if TYPE_CHECKING:
    from collections.abc import Callable


def descriptor_with(content: bytes) -> int:
    read, write = os.pipe()
    os.write(write, content)
    os.close(write)
    return read


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(SigningKeyError) as caught:
        work()
    return caught.value.code


def test_a_single_line_serves_every_key() -> None:
    ask = from_descriptor(descriptor_with(b"secret\n"))
    assert [ask("a"), ask("b"), ask("a")] == [b"secret"] * 3


def test_lines_are_taken_in_order_one_for_each_key() -> None:
    ask = from_descriptor(descriptor_with(b"one\r\ntwo words\n\xe4\xb8\x89"))
    assert [ask("a"), ask("b"), ask("a"), ask("c")] == [
        b"one",
        b"two words",
        b"one",
        b"\xe4\xb8\x89",
    ]
    assert code_of(lambda: ask("d")) == "C608"


def test_an_empty_or_closed_descriptor_is_refused() -> None:
    assert code_of(lambda: from_descriptor(descriptor_with(b""))("a")) == "C608"
    assert code_of(lambda: from_descriptor(descriptor_with(b"\n"))("a")) == "C607"
    closed = descriptor_with(b"x")
    os.close(closed)
    assert code_of(lambda: from_descriptor(closed)("a")) == "C608"


def test_a_command_is_told_the_key_and_its_first_line_counts() -> None:
    script = "import os; print(os.environ['CUSTODY_KEY_NAME'] + ' secret'); print('more')"
    assert (
        from_command(f'{shlex.quote(sys.executable)} -c "{script}"')("王伟")
        == "王伟 secret".encode()
    )


def test_a_command_runs_without_a_shell() -> None:
    assert from_command("echo $HOME; true")("a") == b"$HOME; true"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("false", "C608"),
        ("true", "C607"),
        ("/no/such/program", "C608"),
        ("", "C608"),
        ("'", "C608"),
    ],
)
def test_a_command_that_gives_nothing_is_refused(command: str, code: str) -> None:
    assert code_of(lambda: from_command(command)("a")) == code


def typed(keys: bytes, ask: Callable[[str], bytes]) -> tuple[str, bytes, bytes]:
    """Return what `ask` gives, or its error code, when `keys` are typed; and what was shown."""
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            try:
                said, code = ask("a"), ""
            except SigningKeyError as error:
                said, code = b"", error.code
            os.write(1, b"<" + code.encode() + b"|" + said.hex().encode() + b">")
        finally:
            os._exit(0)
    shown = prompted = os.read(terminal, 1000)
    try:
        for line in keys.splitlines(keepends=True):
            # What is typed before the prompt would be thrown away.
            while not prompted.rstrip(b"\r\n ").endswith((b":", b">")):
                prompted += os.read(terminal, 1000)
            os.write(terminal, line)
            shown, prompted = shown + prompted, b""
        while b">" not in prompted:
            prompted += os.read(terminal, 1000)
    except OSError:  # the terminal closes with its last process
        pass
    shown += prompted
    os.waitpid(pid, 0)
    os.close(terminal)
    answer = shown[shown.rindex(b"<") + 1 : shown.rindex(b">")]
    code, _, said = answer.partition(b"|")
    return code.decode(), bytes.fromhex(said.decode()), shown


def test_a_passphrase_is_typed_without_being_shown() -> None:
    code, said, shown = typed(b"se cret\n", from_prompt("Passphrase for {name}: "))
    assert (code, said) == ("", b"se cret")
    assert b"Passphrase for a:" in shown
    assert b"se cret" not in shown


def test_a_passphrase_for_a_new_key_is_typed_twice_alike() -> None:
    twice = from_prompt("once:", again="again:")
    assert typed(b"one\none\n", twice)[:2] == ("", b"one")
    assert typed(b"one\ntwo\n", twice)[0] == "C612"


def test_an_empty_answer_is_refused() -> None:
    assert typed(b"\n", from_prompt("now:"))[0] == "C607"


def test_without_a_terminal_nothing_is_asked() -> None:
    def ask() -> str:
        os.setsid()  # a process without a terminal
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        return code_of(lambda: from_prompt()("a"))

    assert in_child(ask) == "C608"
