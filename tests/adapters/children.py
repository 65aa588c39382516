"""Runs a function in child processes of this one and brings back what it returned."""

from __future__ import annotations

import os
import pickle
import shutil
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOBODY = 65534


class Child:
    """A forked process that runs `work`; `result` waits for it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._read, write = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                os.close(self._read)
                with os.fdopen(write, "wb") as pipe:
                    pickle.dump(work(), pipe)
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                # Nothing of the parent (test runner, buffers, open ledgers) may run on in here.
                os._exit(status)
        os.close(write)

    def result(self) -> Any:
        """Return what the work returned; fail when it raised."""
        with os.fdopen(self._read, "rb") as pipe:
            content = pipe.read()
        _, status = os.waitpid(self.pid, 0)
        assert status == 0, "the child process failed; see its traceback above"
        return pickle.loads(content)  # noqa: S301 - written by our own child

    def kill(self, signal: int) -> None:
        """Send `signal` and wait for the end."""
        os.kill(self.pid, signal)
        os.waitpid(self.pid, 0)
        os.close(self._read)


def in_child(work: Callable[[], Any]) -> Any:
    """Return what `work` returns when run in a child process."""
    return Child(work).result()


@contextmanager
def open_place() -> Iterator[Path]:
    """Yield a new folder that another user can enter; pytest's own is closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="custody-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def as_other_user(work: Callable[[], Any]) -> Any:
    """Run `work` in a child that is not root, since root is never refused anything."""

    def run() -> Any:
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        return work()

    return in_child(run)
