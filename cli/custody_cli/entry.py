"""Where the program starts: Ctrl-C and closed channels are taken care of before any import.

It runs no command itself. Exit code 130 is 128 + SIGINT, as shells count.
"""

import gc
import os
import sys


def start() -> int:
    """Run one call and return its exit code."""
    try:
        open_channels()
        settle()
        from custody_cli.main import main

        code = main()
        gc.freeze()  # the end of the process frees all at once; searching it first takes longer
        return code
    except KeyboardInterrupt:
        _stopped()
        return 130


def settle() -> None:
    """Set what has to be set before the first import."""
    # Whoever verifies runs no stranger's code that happens to be installed beside Pydantic.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # A call makes many objects and drops few; the usual 700 would have it look all the time, and
    # one look in the middle of a verification costs as much as 400 signatures.
    gc.set_threshold(1_000_000, 50, 100)


def open_channels() -> None:
    """Point channels the caller closed at nothing, lowest first.

    Python leaves such a channel as None, and the next file opened would take its number: a ledger
    opened as number 1 would be written into by the next line of output.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _stopped() -> None:
    languages = (os.environ.get(n, "") for n in ("CUSTODY_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    chinese = next((text for text in languages if text), "").startswith("zh")
    said = "已停止；没有写入一半的内容" if chinese else "stopped; nothing half-written remains"
    os.write(2, (said + "\n").encode("utf-8"))


if __name__ == "__main__":
    sys.exit(start())
