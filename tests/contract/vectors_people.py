"""Vectors of bundles about people and times: who signed, what came later, what was shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contract.bundle_cases import (
    BATCH,
    BY_MAKER,
    BY_WAREHOUSE,
    SHIPMENT,
    Case,
    bundle,
    made,
    sealed,
    short,
    told,
    type_of,
    write,
)
from contract.vector_cases import Vector
from contract.vector_ledger import BY_REGISTRAR, VectorLedger, attachment
from contract.vector_story import (
    BY_AFFAIRS,
    CONSIGNEE,
    LOGGER_FILE,
    MAKER,
    PHYSICIAN,
    QA,
    RELEASER,
    By,
    names_of_signers,
    story,
)
from custody.evidence.disclosure import commit
from custody.evidence.encoding import b64
from custody.evidence.entry import encode, pae
from custody.evidence.names import SPKI_PREFIX
from evidence.cast import STRANGER, Person

BY_QA: By = [(QA, "released", "quality_authority")]


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from made(signers, keys, later, private)


def signers() -> Iterator[Case]:
    ledger = short()
    by: By = [(MAKER, "released", "quality_authority")]
    write(ledger, BATCH, "batch.released/v1", by)
    why = "An operator releases the batch in a role never granted."
    yield Case("role_not_granted", why, bundle(sealed(ledger)), "E21", "V6")

    ledger = short()
    write(ledger, BATCH, "batch.released/v1", [(QA, "approved", "quality_authority")])
    why = "The right role with a meaning the policy does not allow for a release."
    yield Case("meaning_not_allowed", why, bundle(sealed(ledger)), "E21", "V6")

    ledger = short()
    write(ledger, BATCH, "batch.completed/v1", BY_MAKER[:1])
    yield Case("one_signer_of_two", "Two must sign.", bundle(sealed(ledger)), "E23", "V6")

    twin = Person("second key of the maker", 0x1E, MAKER.person)
    ledger = short(twin)
    by = [(MAKER, "performed", "operator"), (twin, "verified", "verifier")]
    write(ledger, BATCH, "batch.completed/v1", by)
    why = "Two keys of one person are one person."
    yield Case("one_person_with_two_keys", why, bundle(sealed(ledger)), "E23", "V6")

    ledger = short()
    words = ledger.payload(
        BATCH, "batch.released/v1", BY_QA, body={"occurred_at": ledger.local()}
    ).to_bytes()
    ledger.add(encode(words, {QA.kid: STRANGER.private.sign(pae(words))}))
    why = "The ledger itself holds a release whose signature is false."
    yield Case("false_signature", why, bundle(sealed(ledger)), "E19", "V5")


def keys() -> Iterator[Case]:
    ledger = short()
    granted: By = [(STRANGER, "approved", "registrar")]
    ledger.grant(STRANGER, ["quality_authority"], by=granted)
    write(ledger, BATCH, "batch.released/v1", [(STRANGER, "released", "quality_authority")])
    why = "A stranger grants a key to themselves and releases with it."
    yield Case("self_granted_key", why, bundle(sealed(ledger)), "E21", "V6")

    ledger = short()
    ledger.grant(STRANGER, ["quality_authority"], accept=False)
    write(ledger, BATCH, "batch.released/v1", [(STRANGER, "released", "quality_authority")])
    why = "Its holder never accepted the key."
    yield Case("key_not_accepted", why, bundle(sealed(ledger)), "E21", "V6")

    ledger = short()
    ledger.grant(STRANGER, ["quality_authority"], scope=["sample"])
    write(ledger, BATCH, "batch.released/v1", [(STRANGER, "released", "quality_authority")])
    why = "The key may sign for samples, not for batches."
    yield Case("key_out_of_scope", why, bundle(sealed(ledger)), "E21", "V6")

    ledger = short()
    _revoke(ledger, QA, "left", -1)
    write(ledger, BATCH, "batch.released/v1", BY_QA)
    why = "The key was revoked before it signed; clocks play no part."
    yield Case("revoked_key", why, bundle(sealed(ledger)), "E22", "V6")

    ledger = short()
    released = write(ledger, BATCH, "batch.released/v1", BY_QA)
    _revoke(ledger, QA, "compromised", released)
    why = "The key is distrusted from a place in the log before the release."
    yield Case("stolen_key", why, bundle(sealed(ledger)), "E22", "V6")

    ledger = short()
    body = {
        "occurred_at": ledger.local(),
        "alg": "ed25519",
        "pub": b64(_small()),
        "person": "c1" * 16,
        "roles": ["operator"],
        "scope": ["*"],
    }
    ledger.append(f"key:{_kid(_small())}", "key.granted/v1", BY_REGISTRAR, body=body)
    write(
        ledger,
        SHIPMENT,
        "shipment.planned/v1",
        BY_WAREHOUSE,
        links=[("key", f"key:{_kid(_small())}")],
    )
    why = "Granted is a point of small order, under which anybody can sign."
    yield Case("unfit_key", why, bundle(sealed(ledger)), "E20", "V5")


def _revoke(ledger: VectorLedger, who: Person, reason: str, distrust_from: int) -> None:
    body = {"reason": reason, "distrust_from": distrust_from}
    write(ledger, who.stream, "key.revoked/v1", BY_REGISTRAR, body=body)


def _small() -> bytes:
    return (1).to_bytes(32, "little")


def _kid(public: bytes) -> str:
    from custody.evidence.encoding import sha256

    return sha256(SPKI_PREFIX + public).hex()


def later() -> Iterator[Case]:
    """What happened after the goods left, or what the story does not bear out."""
    shipment = "SHP-2026-007"
    ledger = story()
    body = {"reason": "revoked by the authority"}
    ledger.act("permit.revoked/v1", "EXP-2026-0042", body, BY_AFFAIRS)
    why = "The export filing was revoked while the shipment is under way."
    yield Case("permit_revoked", why, sealed(ledger).export(), "E26", "V9")

    ledger = story()
    body = {"reason": "sterility of the medium in doubt"}
    ledger.act("batch.recalled/v1", "B-2026-014", body, [(QA, "qa", "approved")])
    yield Case("batch_recalled", "The batch was recalled.", sealed(ledger).export(), "E25", "V9")

    ledger = story()
    notice = {"notice": "a later sample was reactive", "status": "reactive"}
    ledger.act(
        "donor.notice_received/v1",
        "DON-2026-001",
        notice,
        [(PHYSICIAN, "donor_physician", "performed")],
    )
    why = "The donor was found reactive later."
    yield Case("donor_notice", why, sealed(ledger).export(), "E25", "V9")

    ledger = story()
    warm = {
        "logger": "TL-5521",
        "started_at": ledger.local(),
        "ended_at": ledger.local(),
        "readings": 3,
        "minimum": "-151.0",
        "maximum": "-92.5",
        "gaps": 0,
        "documents": [
            {
                "kind": "logger_file",
                "name": "b.csv",
                "media_type": "text/csv",
                "size": 1,
                "sha256": "0f" * 32,
            }
        ],
    }
    ledger.act(
        "shipment.temperature_logged/v1", shipment, warm, [(CONSIGNEE, "receiver", "performed")]
    )
    why = "Warmer than the product allows, and not assessed."
    yield Case("too_warm", why, sealed(ledger).export(), "E34", "V9")

    ledger = _without_filing()
    why = "Sealed although no export filing is linked."
    yield Case("no_export_filing", why, sealed(ledger).export(), "EXP-001", "V9")

    ledger = story()
    stream = ledger.stream(shipment)
    place = {
        "occurred_at": ledger.local(),
        "seal": "SEAL-88121",
        "intact": True,
        "place": "Shanghai",
    }
    parties = [("giver", ledger.stream("ORG-001")), ("receiver", ledger.stream("ORG-002"))]
    ledger.append(
        stream,
        "shipment.handed_over/v1",
        [(MAKER, "given", "warehouse")],
        body=place,
        links=parties,
    )
    why = "Handed over by a party that no longer had it."
    yield Case("gap_in_custody", why, sealed(ledger).export(), "E25", "V7")

    ledger = story()
    stream = ledger.stream("B-2026-014")
    body = {"occurred_at": ledger.local()}
    ledger.append(
        stream, "batch.released/v1", [(RELEASER, "released", "quality_authority")], body=body
    )
    why = "Released a second time, a step its status does not allow."
    yield Case("released_twice", why, sealed(ledger).export(), "E25", "V7")

    ledger = _without_draws()
    why = "Sealed under permits of which nothing was written off."
    yield Case("permits_not_written_off", why, sealed(ledger).export(), "E25", "V7")

    ledger = story()
    spelled = {**warm, "minimum": "-190.0", "maximum": "-180.0", "readings": "3", "unit": "Cel"}
    log = "shipment.temperature_logged/v1"
    by = [(CONSIGNEE, "performed", "receiver")]
    body = {"occurred_at": ledger.local(), **spelled}
    ledger.append(ledger.stream(shipment), log, by, body=body)
    why = "A number written as text: other programs would read it differently."
    yield Case("number_as_text", why, sealed(ledger).export(), "E25", "V7")

    ledger = story()
    judged = {
        "occurred_at": ledger.local(-7_500),
        "assessment": "no effect",
        "disposition": "fit_for_use",
    }
    ledger.append(
        ledger.stream(shipment),
        "shipment.excursion_assessed/v1",
        [(QA, "approved", "qa")],
        body=judged,
        time=ledger.clock - 7_200,
    )
    why = "Signed, by its own word, before the event it follows."
    yield Case("time_runs_backwards", why, sealed(ledger).export(), "E24", "V7")


def _without_filing() -> VectorLedger:
    """Return the story up to the sealing, then sealed by a ledger that asks no rule."""
    whole = told()
    cut = next(i for i, w in enumerate(whole.wires) if type_of(w) == "permit.drawn/v1")
    ledger = VectorLedger().reload(whole.wires[:cut])
    ledger.numbers = dict(whole.numbers)
    by: By = [(MAKER, "warehouse", "performed"), (QA, "qa", "approved")]
    permits = (("permit", "HGR-2026-0117"), ("permit", "GAC-2026-0931"))
    seal = {"seal": "SEAL-88121", "quantity": "4"}
    ledger.act("shipment.sealed/v1", "SHP-2026-007", seal, by, links=permits, lawless=True)
    return ledger


def _without_draws() -> VectorLedger:
    """Return the story up to the sealing, then sealed without its companions."""
    whole = told()
    cut = next(i for i, w in enumerate(whole.wires) if type_of(w) == "permit.drawn/v1")
    ledger = VectorLedger().reload(whole.wires[:cut])
    ledger.numbers = dict(whole.numbers)
    by: By = [(MAKER, "performed", "warehouse"), (QA, "approved", "qa")]
    numbers = ("EXP-2026-0042", "HGR-2026-0117", "GAC-2026-0931")
    links = [("permit", ledger.stream(number)) for number in numbers]
    seal = {"occurred_at": ledger.local(), "seal": "SEAL-88121", "quantity": "4", "unit": "dose"}
    ledger.append(ledger.stream("SHP-2026-007"), "shipment.sealed/v1", by, body=seal, links=links)
    return ledger


def private() -> Iterator[Case]:
    ledger = told()
    shown = names_of_signers(ledger)
    leaf, strings = next(iter(sorted(shown.items())))
    other = next(iter(sorted(set(shown) - {leaf})))

    def case(name: str, why: str, disclosures: dict[str, list[str]]) -> Case:
        return Case(name, why, ledger.export(disclosures=disclosures), "E28", "V8")

    changed = [commit("printed_name", "Somebody Else", b"\x66" * 32)[0]]
    yield case("disclosure_changed", "Another name than the one committed to.", {leaf: changed})
    yield case("disclosure_of_another_event", "The name of another key.", {other: strings})
    whole = ledger.export(attachments=[attachment(LOGGER_FILE)])
    listed = replace(whole, attachments=(attachment(b"not referenced by any event"),))
    why = "A document is listed that no event mentions."
    yield Case("document_of_nobody", why, listed, "E29", "V8")
