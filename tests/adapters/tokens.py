"""A PKCS#11 token made of software (SoftHSM) for one test, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PLACES: Final = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN: Final = b"5678"


@dataclass(frozen=True)
class Token:
    """A fresh token; `environment` makes the driver find it."""

    label: str
    environment: dict[str, str]

    def uri(self, name: str) -> str:
        return f"pkcs11:token={self.label};object={name}"


def driver() -> str | None:
    """Return the driver's file, None where SoftHSM is not installed."""
    found = next((place for place in PLACES if Path(place).is_file()), None)
    return found if shutil.which("softhsm2-util") else None


def new_token(folder: Path, label: str = "test-token") -> Token:
    """Initialise a token below `folder`."""
    module = driver()
    assert module is not None, "SoftHSM is not installed: apt install softhsm2"
    store = folder / "tokens"
    store.mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {store}\nobjectstore.backend = file\n")
    environment = {"SOFTHSM2_CONF": str(config), "CUSTODY_PKCS11_MODULE": module}
    command = ["softhsm2-util", "--init-token", "--free", "--label", label]
    subprocess.run(
        [*command, "--so-pin", "87654321", "--pin", PIN.decode()],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        timeout=30,
    )
    return Token(label, environment)
