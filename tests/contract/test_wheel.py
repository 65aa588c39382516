"""The contract travels inside the wheel and is found there, away from any checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORMATS = ("bundle", "checkpoint", "envelope", "fraud", "receipt", "refresh", "trust")
ASK = """
import json, custody.contract as c
print(json.dumps({
    "file": c.__file__, "folder": str(c.folder()), "types": len(c.types()),
    "schema": c.schema("vial.thawed/v1")["title"], "label": c.label("roles", "qa", "zh"),
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without the network."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--no-index", "--disable-pip-version-check", "--wheel-dir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("*.whl")
    return built


def asked(folder: Path, path: str) -> dict[str, object]:
    """Return what the contract says to an interpreter started in `folder` with that path."""
    settings = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", ASK]
    done = subprocess.run(
        command, cwd=folder, env=settings, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_the_wheel_holds_the_whole_contract(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    wanted = [
        path.relative_to(ROOT / "events")
        for folder in (*FORMATS, "types", "vocabulary")
        for path in (ROOT / "events" / folder).rglob("*")
        if path.is_file()
    ]
    assert len(wanted) > 200
    missing = [str(path) for path in wanted if f"custody/_contract/{path}" not in inside]
    assert missing == []
    assert "custody/_contract/registry.json" in inside


def test_an_unpacked_wheel_answers_from_its_own_contract(wheel: Path, tmp_path: Path) -> None:
    unpacked, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    answer = asked(elsewhere, str(unpacked))
    assert str(answer["file"]).startswith(str(unpacked))
    assert str(answer["folder"]) == str(unpacked / "custody" / "_contract")
    assert (answer["schema"], answer["label"]) == ("vial thawed", "质量保证")


def test_an_editable_install_answers_from_the_checkout(tmp_path: Path) -> None:
    answer = asked(tmp_path, "")
    assert str(answer["folder"]) == str(ROOT / "events")
    document = json.loads((ROOT / "events" / "registry.json").read_text(encoding="utf-8"))
    assert answer["types"] == len(document["types"])


def test_the_verifier_page_from_the_wheel_is_the_published_one(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    script = (
        "import hashlib, custody, custody.page.build as b; "
        "print(custody.__file__, hashlib.sha256(b.build(None)).hexdigest())"
    )
    digests = []
    for path in (str(tmp_path / "installed"), f"{ROOT / 'src'}{os.pathsep}{ROOT / 'cli'}"):
        settings = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env=settings,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        where, _, digest = done.stdout.strip().rpartition(" ")
        assert where.startswith(path.split(os.pathsep)[0])
        digests.append(digest)
    assert digests[0] == digests[1]
