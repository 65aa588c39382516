"""The trust file on the command line: shown in words, drafted, signed, adopted, accepted."""

from __future__ import annotations

from pathlib import Path

from cli.stage import Said, typed

KEY = ("--passphrase-command", "echo demo")


def at(ledger: Path, *words: str) -> Said:
    return typed("--ledger", str(ledger), *words, *KEY)


def test_a_trust_file_is_passed_on_from_draft_to_recipient(ledger: Path, tmp_path: Path) -> None:
    draft, one, two = (str(tmp_path / name) for name in ("next.json", "one.json", "two.json"))
    kept = tmp_path / "kept.json"
    kept.write_bytes((ledger / "trust.json").read_bytes())
    assert at(ledger, "trust", "draft", "--max-age", "86400", "-o", draft).code == 0
    said = at(ledger, "trust", "sign", draft, "--key", "root-1", "-o", one)
    assert (said.code, "1 of the present root keys, 1 of the new ones" in said.err) == (0, True)
    assert at(ledger, "trust", "adopt", one, "--as", "root-1", "--as", "root-2").code == 4
    assert at(ledger, "trust", "sign", one, "--key", "root-2", "-o", two).code == 0
    said = at(ledger, "trust", "adopt", two, "--as", "root-1", "--as", "root-2")
    assert (said.code, "trust file version 2 in force" in said.out) == (0, True)
    assert (ledger / "earlier-trust" / "000001.json").read_bytes() == kept.read_bytes()
    accepted = typed("trust", "accept", str(kept), two, "-o", str(tmp_path / "new.json"))
    assert accepted.code == 0
    assert (tmp_path / "new.json").read_bytes() == (ledger / "trust.json").read_bytes()
    assert typed("--ledger", str(ledger), "audit").code == 0


def test_the_trust_file_is_shown_in_both_languages_and_as_json(ledger: Path) -> None:
    file = str(ledger / "trust.json")
    shown = typed("trust", "show", file)
    assert (shown.code, "2 of 3 must agree" in shown.out) == (0, True)
    assert "3 把中须有 2 把同意" in typed("--lang", "zh", "trust", "show", file).out
    told = typed("--json", "trust", "show", file).object
    assert told["fingerprint"] in shown.out
    assert told["file"]["version"] == 1


def test_what_cannot_be_a_trust_file_changes_nothing(ledger: Path, tmp_path: Path) -> None:
    before = (ledger / "trust.json").read_bytes()
    bad = tmp_path / "bad.json"
    for content in (b"", b"{}", b'{"payload":"e30=","payloadType":"x","signatures":[]}', b"\xff"):
        bad.write_bytes(content)
        said = at(ledger, "trust", "adopt", str(bad), "--as", "root-1", "--as", "root-2")
        assert said.code == 4, content
        assert typed("trust", "show", str(bad)).code == 4, content
    assert (ledger / "trust.json").read_bytes() == before


def test_a_witness_without_a_name_and_a_change_of_nothing_are_explained(
    ledger: Path, tmp_path: Path
) -> None:
    out = str(tmp_path / "next.json")
    said = at(ledger, "trust", "draft", "--witness", "w1", "-o", out)
    assert (said.code, "C129" in said.err) == (6, True)
    said = at(ledger, "trust", "draft", "-o", out)
    assert (said.code, "C126" in said.err) == (6, True)
    assert not (tmp_path / "next.json").exists()
