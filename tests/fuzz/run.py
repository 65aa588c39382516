"""Fuzz one or more targets with atheris (libFuzzer), each in a process of its own.

    python tests/fuzz/run.py --seconds 2 entry seal    these, two seconds each
    python tests/fuzz/run.py --seconds 600             all; what `make fuzz` runs

Ends with 1 and the name of the target when one failed; libFuzzer has then printed the input. Found
inputs are kept below --corpus, when given, and are where the next run starts.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script

with atheris.instrument_imports(include=["custody", "custody_cli"], enable_loader_override=False):
    from fuzz.targets import TARGETS, Target

LONGEST = 65_536


def fuzz(name: str, target: Target, corpus: Path, seconds: int, runs: int) -> None:
    """Fuzz in this process; libFuzzer ends it."""
    for at, path in enumerate(target.seed_files()):
        (corpus / f"seed{at}").write_bytes(path.read_bytes())
    settings = [
        f"-max_total_time={seconds}",
        f"-runs={runs}",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={corpus}/failed-",
        "-timeout=20",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    atheris.Setup([name, str(corpus), *settings], target.try_one)
    atheris.Fuzz()


def in_own_process(name: str, corpus: Path, seconds: int, runs: int) -> int:
    """Return how the process ended: 0 when nothing was found."""
    child = os.fork()
    if child == 0:
        try:
            fuzz(name, TARGETS[name], corpus, seconds, runs)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def main() -> int:
    """Run the command; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []], metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--runs", type=int, default=-1)
    parser.add_argument("--corpus", type=Path)
    given = parser.parse_args()
    failed = []
    for name in given.targets or TARGETS:
        with tempfile.TemporaryDirectory() as scratch:
            corpus = (given.corpus or Path(scratch)) / name
            corpus.mkdir(parents=True, exist_ok=True)
            if in_own_process(name, corpus, given.seconds, given.runs):
                failed.append(name)
                for found in corpus.glob("failed-*"):
                    sys.stderr.write(f"{name} failed on {found.read_bytes()[:2_000]!r}\n")
    sys.stderr.write(f"failed: {' '.join(failed)}\n" if failed else "nothing was found\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
