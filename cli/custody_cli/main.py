"""The entry point and the one place where errors end: words for people, a number for scripts.

Nothing below this file prints an error or chooses an exit code. The front page and the version are
answered here, before anything heavy is imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from custody_cli import console, settings
from custody_cli.exits import Exit

if TYPE_CHECKING:
    from custody.errors import CustodyError

FRONT: Final[tuple[list[str], ...]] = ([], ["--help"], ["-h"], ["help"])
COMPLETION: Final = "_CUSTODY_COMPLETE"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one call and return its exit code; nothing escapes but the end of the interpreter."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = run(arguments)
        sys.stdout.flush()
    except BrokenPipeError as closed:
        console.close_quietly()
        return _unheard(console.here(), closed)
    except OSError as trouble:
        return _on_disk_trouble(console.here(), trouble)
    return code


def run(argv: list[str]) -> int:
    """Run one call: settings, front page, or a command within the boundary."""
    chosen, rest = settings.of_call(argv)
    speaker = console.begin(chosen)
    if COMPLETION not in os.environ:
        if chosen.wrong_lang:
            from custody.errors import InputError

            return _told(
                speaker, InputError("C104", where="--lang", value=chosen.wrong_lang, known="en, zh")
            )
        if rest in FRONT:
            from custody_cli import pages

            speaker.out(pages.front())
            return int(Exit.DONE)
        if rest == ["--version"]:
            return _version(speaker)
    return _bounded(speaker, rest)


def _version(speaker: console.Console) -> int:
    from importlib.metadata import version

    number = version("cell-custody")
    if speaker.json:
        speaker.document("version", {"version": number})
    else:
        speaker.out(f"custody {number}")
    return int(Exit.DONE)


def _bounded(speaker: console.Console, rest: list[str]) -> int:
    """Run a command; turn every way it can end into an exit code."""
    import typer

    from custody.errors import CustodyError
    from custody_cli import root, usage

    try:
        code = root.application().main(rest, prog_name="custody", standalone_mode=False)
        sys.stdout.flush()
        if code == Exit.INTERRUPTED:  # Typer's answer to Ctrl-C
            raise KeyboardInterrupt
        return int(code) if isinstance(code, int) else int(Exit.DONE)
    except BrokenPipeError:
        raise
    except SystemExit as ended:
        # Typer ends so when nobody reads the output any more; its number says "our mistake".
        if isinstance(ended.__context__, BrokenPipeError):
            return _unheard(speaker, ended.__context__)
        raise
    except CustodyError as error:
        return _told(speaker, error)
    except typer.TyperException as mistake:
        return _told(speaker, usage.explained(mistake))
    except (KeyboardInterrupt, typer.Abort):
        stopped = speaker.t("stopped; nothing half-written remains", "已停止；没有写入一半的内容")
        kept = speaker.t(f"; {speaker.kept}", f"；{speaker.kept}") if speaker.kept else ""
        speaker.complain(stopped + kept)
        return int(Exit.INTERRUPTED)
    except OSError as trouble:
        return _on_disk_trouble(speaker, trouble)
    except Exception as bug:
        return _apologise(speaker, bug)


def _unheard(speaker: console.Console, closed: OSError) -> int:
    """End quietly when nobody reads the answer, unless something was written all the same."""
    return _done_but_unsaid(speaker, closed) if speaker.kept else int(Exit.CLOSED)


def _done_but_unsaid(speaker: console.Console, trouble: OSError) -> int:
    from custody.errors import StorageError

    detail = trouble.strerror or type(trouble).__name__
    return _told(speaker, StorageError("C716", done=speaker.kept, detail=detail))


def _on_disk_trouble(speaker: console.Console, trouble: OSError) -> int:
    """Tell what the system refused; after a commit, first of all what was written."""
    from custody_cli import failures

    try:
        sys.stdout.flush()
    except OSError:
        console.close_quietly()  # what still waits in it can go nowhere
    if speaker.kept:
        return _done_but_unsaid(speaker, trouble)
    return _told(speaker, failures.from_disk(trouble, str(trouble.filename or "")))


def _told(speaker: console.Console, error: CustodyError) -> int:
    from custody_cli.failures import tell

    return tell(speaker, error)


def _apologise(speaker: console.Console, bug: BaseException) -> int:
    """Save what is needed to mend a mistake of ours, and say where it is."""
    import tempfile

    from custody_cli.bugs import traced

    text = traced(bug)
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            encoding="utf-8",
            errors="backslashreplace",
            prefix="custody-failure-",
            suffix=".txt",
            delete=False,
        ) as report:
            report.write(text)
        place: Any = report.name
    except OSError:
        place = speaker.t("nowhere: the disk refused it", "未能保存：磁盘拒绝写入")
    if speaker.json:
        speaker.complain(
            console.as_json(
                {
                    "kind": "custody.error/v1",
                    "code": "C100",
                    "exit": 1,
                    "what": type(bug).__name__,
                    "where": place,
                }
            )
        )
        return int(Exit.BUG)
    speaker.complain(
        speaker.t(
            f"this is a mistake in custody, not yours ({type(bug).__name__})",
            f"这是 custody 自身的错误，与您的操作无关（{type(bug).__name__}）",
        )
    )
    speaker.complain(speaker.t(f"  saved   {place}", f"  已保存  {place}"))
    speaker.complain(
        speaker.t(
            "  please  send that file to whoever looks after this program; it holds no passphrase "
            "and no value you typed",
            "  请      将该文件发给本程序的维护人员；其中不含口令与您输入的内容",
        )
    )
    return int(Exit.BUG)


if __name__ == "__main__":
    sys.exit(main())
