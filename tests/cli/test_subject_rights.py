"""Personal data at the terminal: erased, restricted, disclosed, and never printed by accident."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli.stage import Said, started, typed
from custody.adapters.vault_erasure import VaultErasure
from custody.errors import StorageError
from custody_cli import bugs
from custody_cli.exits import Exit

KEY = ("--passphrase-command", "echo demo")
TOGETHER = ("--as", "Gao Lin:dpo", "--second", "Zhao Lan", *KEY)
DONATION, REQUEST, VALUE = "DON-2026-002", "DSR-1", "INVENTED-DONOR-B"
ERASE = ("subject", "erase", DONATION, "--request", REQUEST, "--reason", "asked for", *TOGETHER)


@pytest.fixture
def asked(ledger: Path) -> Path:
    """A demo in which somebody looks after data protection and a donor asked for erasure."""
    roles = ("--role", "regulatory_affairs", "--role", "dpo")
    run(ledger, "key", "roles", "Gao Lin", *roles, "--as", "Wang Min", *KEY)
    asks = ("--request", REQUEST, "--asks", "erasure", "--as", "Gao Lin:dpo")
    run(ledger, "request", "receive", DONATION, *asks, *KEY)
    return ledger


def run(ledger: Path, *words: str, code: int = Exit.DONE) -> Said:
    said = typed("--ledger", str(ledger), *words)
    assert said.code == code, said.err
    return said


@pytest.fixture
def over(asked: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same four years later, when the only period of the donor is over."""
    words = ("--basis", "gacc_281", "--starts-on", "2026-11-24", "--as", "Gao Lin:dpo", *KEY)
    run(asked, "retention", "set", DONATION, *words)
    later = time.time() + 4 * 366 * 86400
    monkeypatch.setattr("custody.wiring.ledger.time", SimpleNamespace(time=lambda: later))
    return asked


def test_an_erasure_inside_the_period_ends_refused_and_says_the_rule_and_what_was_written(
    asked: Path,
) -> None:
    said = run(asked, *ERASE, "--json", code=Exit.REFUSED)
    assert said.error["code"] == "C2705"
    assert re.search(r"event \d+", said.error["what"])
    assert [r["code"] for r in said.error["reasons"]] == ["REC-002"]
    assert run(asked, *ERASE, "--json", code=Exit.REFUSED).error["code"] == "C2706"


@pytest.mark.parametrize(("lang", "told"), [("en", "given to nobody"), ("zh", "不提供给任何人")])
def test_restricted_values_are_printed_in_no_way_and_it_is_said_why(
    asked: Path, lang: str, told: str
) -> None:
    assert VALUE in run(asked, "show", DONATION).out
    why = ("--request", "DSR-2", "--reason", "contested", *TOGETHER)
    run(asked, "subject", "restrict", DONATION, *why)
    for words in (("show", DONATION), ("log", "--limit", "9"), ("list", "donation"), ("due",)):
        for form in ((), ("--json",)):
            said = run(asked, *words, *form, "--lang", lang)
            assert VALUE not in said.out + said.err
    assert told in run(asked, "show", DONATION, "--lang", lang).out
    assert run(asked, "show", DONATION, "--json").object["withheld"]["status"] == "restricted"
    run(asked, "subject", "lift", DONATION, *why)
    assert VALUE in run(asked, "show", DONATION).out


def test_an_erasure_is_tried_dry_carried_out_and_repeated(over: Path) -> None:
    dry = run(over, *ERASE, "--dry-run", "--json").object
    assert (dry["dry_run"], dry["event"]) == (True, None)
    assert VALUE in run(over, "show", DONATION).out
    done = run(over, *ERASE, "--json").object
    assert (done["searched"], done["remains"], done["digests"]) == ("values", [], 4)
    assert run(over, *ERASE, "--json").object["event"] == done["event"]
    assert "erased by event" in run(over, "show", DONATION).out
    assert "A8  ✓ holds  erased values" in run(over, "audit").out


def test_a_file_that_still_holds_the_value_is_named_and_the_command_does_not_end_well(
    over: Path,
) -> None:
    (over / "notes.txt").write_text(f"the donor is {VALUE}\n")
    said = run(over, *ERASE, "--json", code=Exit.STORAGE)
    assert said.error["code"] == "C742"
    assert "notes.txt" in said.error["why"]
    assert said.object["remains"] == [{"path": "notes.txt", "what": "value"}]


def test_an_old_vault_that_comes_back_is_told_once_by_the_next_command(
    over: Path, tmp_path: Path
) -> None:
    backup = (over / "vault.db").read_bytes()
    run(over, *ERASE)
    (over / "vault.db").write_bytes(backup)
    said = run(over, "status")
    assert f"private values of {DONATION} were here again" in said.err
    assert "here again" not in run(over, "status").err


def test_an_erasure_that_was_interrupted_goes_on_by_itself_and_it_is_said_what_is_left(
    over: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StorageError("C707", where="vault.db")

    with monkeypatch.context() as broken:
        broken.setattr(VaultErasure, "destroy", refuse)
        assert run(over, *ERASE, "--json", code=Exit.STORAGE).error["code"] == "C741"
    assert "had been interrupted; the vault has forgotten" in run(over, "status").err
    assert "had been interrupted" not in run(over, "status").err


def test_a_vault_that_is_lost_stops_an_erasure_before_anything_is_decided(over: Path) -> None:
    before = run(over, "status", "--json").object["events"]
    (over / "vault.db").unlink()
    assert run(over, *ERASE, "--json", code=Exit.STORAGE).error["code"] == "C720"
    assert run(over, "status", "--json").object["events"] == before


DISCLOSE = (
    *("disclose", "SHP-2026-002", "--field", "donor_code", "--of", "DON-2026-003"),
    *("--to", "customs (invented)", "--purpose", "identity of the donor"),
)
BY = ("--as", "Gao Lin:regulatory_affairs", *KEY)


def test_a_disclosure_that_a_rule_forbids_leaves_no_file_and_no_event(
    ledger: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    run(ledger, "status")
    before = run(ledger, "status", "--json").object["events"]
    out = str(folder / "customs.custody.json")
    said = run(ledger, *DISCLOSE, "-o", out, *BY, "--json", code=Exit.REFUSED)
    assert {r["code"] for r in said.error["reasons"]} == {"PIP-002"}
    assert list(folder.iterdir()) == []
    assert run(ledger, "status", "--json").object["events"] == before


def test_a_disclosure_is_recorded_and_its_file_verifies_with_the_value_open(
    ledger: Path, tmp_path: Path
) -> None:
    form = tmp_path / "form.txt"
    form.write_text("consent form, invented\n")
    consent = ("--document", f"consent_form={form}", "--reason", "asked again", "--as", "Xu Hai")
    added = ("--version", "4", "--added", "cross_border_transfer")
    run(ledger, "donor", "amend-consent", "DON-2026-003", *added, *consent, *KEY)
    out = tmp_path / "customs.custody.json"
    basis = ("--transfer-basis", "standard_contract")
    said = run(ledger, *DISCLOSE, "-o", str(out), *basis, *BY, "--json").object
    assert [(v["field"], v["number"]) for v in said["values"]] == [("donor_code", "DON-2026-003")]
    trust = ("--trust", str(ledger / "trust.json"), "--memory", "none")
    report = typed("verify", str(out), *trust, "--json")
    assert report.code == Exit.DONE, report.out
    log = run(ledger, "log", "--type", "shipment.bundle_issued/v1", "--json").object
    assert "shipment.bundle_issued/v1" in json.dumps(log)
    again = run(ledger, *DISCLOSE, "-o", str(out), *basis, *BY, "--json", code=Exit.INPUT)
    assert again.error["code"] == "C121"


def test_pairs_of_field_and_owner_that_do_not_fit_are_a_mistake_of_typing(ledger: Path) -> None:
    words = (*DISCLOSE, "--field", "a", "--field", "b", "--of", "DON-2026-001")
    said = typed("--ledger", str(ledger), *words, "-o", "x", *BY, "--json")
    assert (said.code, said.error["code"]) == (Exit.USAGE, "C105")


def test_what_is_saved_of_a_mistake_of_ours_quotes_nothing_that_was_typed() -> None:
    def fails(donor_code: str) -> None:
        try:
            raise KeyError(donor_code)
        except KeyError as cause:
            raise ValueError(f"cannot read {donor_code}") from cause

    try:
        fails(VALUE)
    except ValueError as bug:
        text = bugs.traced(bug)
    assert VALUE not in text
    assert text.index("builtins.KeyError") < text.index("builtins.ValueError")
    assert "raise KeyError(donor_code)" in text  # the line of the program, not its values


def test_a_mistake_of_ours_in_a_real_command_leaves_no_private_value_behind(
    ledger: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(
        "import custody.domain.values as v\n"
        "def bug(text):\n"
        "    raise RuntimeError(text)\n"
        "v.canonical_number = bug\n"
        "import custody.app.recording.naming as n\n"
        "n.canonical_number = bug\n"
    )
    env = {"PYTHONPATH": str(tmp_path), "TMPDIR": str(tmp_path)}
    done = started("--ledger", str(ledger), "show", VALUE, env=env)
    assert done.returncode == Exit.BUG, done.stderr
    [report] = tmp_path.glob("custody-failure-*.txt")
    assert "RuntimeError" in report.read_text()
    assert VALUE not in report.read_text()
