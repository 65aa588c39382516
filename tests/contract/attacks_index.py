"""The published index of attacks: number of the catalogue → vectors, each with its step and code.

Where an attack is a vector of another area already, it is named there instead of being repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from contract import (
    attacks_authority,
    attacks_border,
    attacks_form,
    attacks_grants,
    attacks_growth,
    attacks_ledger,
    attacks_log,
    attacks_making,
    attacks_papers,
    attacks_parts,
    attacks_record,
    attacks_spelling,
    attacks_streams,
    attacks_words,
)
from contract.attacks_case import AREA
from contract.vector_cases import Vector, pretty
from contract.vector_ledger import trust

SOURCES: Final = (
    attacks_form,
    attacks_grants,
    attacks_authority,
    attacks_words,
    attacks_spelling,
    attacks_log,
    attacks_growth,
    attacks_streams,
    attacks_making,
    attacks_border,
    attacks_record,
    attacks_papers,
    attacks_parts,
    attacks_ledger,
)
# Attacks on the story; here are cases that are tried and not written out, too.
STORIES: Final = (attacks_making, attacks_border, attacks_record, attacks_papers)
NUMBERS: Final = (*(str(n) for n in range(1, 73)), "72b", *(str(n) for n in range(73, 89)))
HONEST: Final = attacks_ledger.BASE
PATH: Final = f"{AREA}/index.json"

# What each number of the catalogue is, in a few words.
TITLES: Final[Mapping[str, str]] = dict(
    zip(
        NUMBERS,
        (
            "a byte of the signed words changed",
            "a signature changed",
            "the signature of another event pasted in",
            "another payload type",
            "the payload twice in an envelope",
            "a field too many in an envelope",
            "the other alphabet of base64",
            "loose bits at the end of base64",
            "spaces or another order of keys",
            "a stranger's signature added",
            "a co-signer's signature stripped",
            "one signature twice",
            "a signature under another person's key id",
            "a key twice in the signed words",
            "numbers that are none",
            "another spelling of an integer",
            "an integer beyond exact doubles",
            "surrogates, byte order marks, bytes that are not UTF-8",
            "characters that change direction or do not show",
            "letters that look like others",
            "keys that every object inherits",
            "deep nesting",
            "oversized entries, bundles, lists",
            "versions and types of the future",
            "a signature with an unreduced scalar",
            "weak or badly spelled public keys",
            "a signed document of another kind",
            "null, or a key missing",
            "the proofs of two events exchanged",
            "a proof cut, extended or empty",
            "a wrong place in the log",
            "an inner node for an entry",
            "a proof of another size",
            "sizes in other spellings",
            "growth from nothing",
            "an inner node for a leaf of the map",
            "absence shown by the stream's own leaf",
            "absence shown by a leaf from elsewhere",
            "map paths of a wrong length",
            "a map proof of another seal",
            "a seal that is not the last leaf",
            "two seals mixed",
            "a checkpoint of another ledger",
            "a witness in the place of the ledger",
            "the post-quantum signature stripped",
            "the classical signature stripped",
            "a signature about a part of the log",
            "an extension line",
            "line ends and empty lines",
            "one witness on two lines",
            "one key under two names",
            "an unknown signer first (must be accepted)",
            "a false line beside a good one",
            "the time of a co-signature changed",
            "times in the future",
            "an old checkpoint",
            "an older state than known",
            "another ledger of the same size",
            "growth that is not proved",
            "growth with a forged proof",
            "the last event left out",
            "an event in the middle left out",
            "records in another order",
            "an event twice",
            "the stream of a parent left out",
            "the stream of a key left out",
            "a revocation cut off",
            "two events with one number in a stream",
            "a second history under one batch number",
            "an unrelated stream put in",
            "a link to something later, or outdated",
            "papers of another lot or product",
            "the beginning of a stream left out",
            "a key not yet accepted",
            "a key revoked before",
            "a key compromised before",
            "a role never granted",
            "keys and roles granted to oneself",
            "one person with two keys",
            "a key outside its scope",
            "a key under another's name",
            "a trust file nobody vouched for",
            "times that cannot be, or run backwards",
            "steps after an end",
            "held or recalled goods",
            "papers for another shipment or day",
            "disclosures that are not the recorded ones",
            "documents that are not the recorded ones",
            "programs and formulas in texts",
        ),
        strict=True,
    )
)

# Vectors of the other areas, by number.
ELSEWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "1": ("bundle/body_changed_fail", "bundle/false_signature_fail"),
    "2": ("bundle/signature_replaced_fail",),
    "4": ("bundle/payload_type_changed_fail", "entry/payload_type_upper_case_fail"),
    "5": ("entry/payload_twice_fail",),
    "6": ("entry/extra_field_fail",),
    "7": ("entry/url_safe_base64_fail",),
    "8": ("entry/loose_base64_fail",),
    "9": ("bundle/space_in_entry_fail", "bundle/payload_not_canonical_fail"),
    "10": ("entry/signature_added_fail",),
    "11": ("entry/signature_stripped_fail",),
    "12": ("entry/signature_twice_fail",),
    "13": ("entry/other_key_named_fail",),
    "14": ("canonical/key_twice_fail", "bundle/key_twice_fail"),
    "15": ("canonical/infinity_fail",),
    "16": (
        "canonical/whole_fraction_fail",
        "canonical/exponent_fail",
        "canonical/minus_nought_fail",
    ),
    "17": ("canonical/integer_too_large_fail", "canonical/largest_integers"),
    "18": ("canonical/lone_surrogate_fail", "canonical/overlong_utf8_fail"),
    "19": ("canonical/zero_width_space_fail", "canonical/tag_character_fail"),
    "20": ("names/homoglyph_stream_fail", "canonical/homoglyph_key_fail"),
    "21": ("canonical/prototype_key_fail",),
    "22": ("bundle/nesting_bomb_fail", "canonical/seventeen_levels_fail"),
    "24": (
        "bundle/later_format_fail",
        "bundle/later_payload_format_fail",
        "bundle/unknown_type_fail",
    ),
    "25": ("entry/signature_not_reduced_fail",),
    "26": ("bundle/unfit_key_fail", "names/not_canonical_key_fail"),
    "28": ("canonical/null_fail",),
    "29": ("bundle/proofs_swapped_fail",),
    "30": ("bundle/proof_cut_fail", "merkle/leaf_as_root_fail"),
    "31": ("merkle/index_off_by_one_fail", "merkle/index_is_size_fail"),
    "32": ("entry/inner_node_fail", "merkle/node_as_leaf_fail"),
    "33": ("merkle/other_size_fail",),
    "34": ("checkpoint/leading_nought_fail", "checkpoint/size_too_large_fail"),
    "35": ("merkle/grown_from_nothing_fail",),
    "36": ("headmap/copath_cut_fail",),
    "37": ("headmap/absent_beside_itself_fail",),
    "38": ("headmap/absent_beside_a_stranger_fail",),
    "39": ("headmap/copath_of_257_fail", "headmap/no_copath_fail"),
    "40": ("bundle/last_event_cut_off_fail",),
    "41": ("bundle/earlier_seal_fail",),
    "42": ("bundle/seal_changed_fail",),
    "43": ("bundle/ledger_of_another_fail",),
    "45": ("bundle/post_quantum_line_stripped_fail",),
    "46": ("bundle/classical_line_stripped_fail",),
    "47": ("checkpoint/time_of_nought_fail",),
    "48": ("bundle/extension_line_fail",),
    "49": ("checkpoint/carriage_return_fail", "checkpoint/second_empty_line_fail"),
    "50": ("bundle/witness_twice_fail",),
    "51": ("trust/witness_twice_fail",),
    "52": ("bundle/genuine_with_unknown_line", "checkpoint/unknown_line_first"),
    "53": ("checkpoint/same_key_twice_fail",),
    "54": ("checkpoint/time_of_witness_changed_fail",),
    "55": ("bundle/from_the_future_fail",),
    "56": ("bundle/stale_fail",),
    "57": ("bundle/older_than_known_fail",),
    "58": ("bundle/fork_fail",),
    "59": ("bundle/growth_not_proved_fail",),
    "60": ("bundle/growth_forged_fail",),
    "61": ("bundle/last_event_left_out_fail",),
    "62": ("bundle/middle_event_left_out_fail",),
    "64": ("bundle/event_twice_fail",),
    "65": ("bundle/parent_left_out_fail",),
    "66": ("bundle/key_left_out_fail",),
    "67": ("bundle/acceptance_left_out_fail",),
    "69": ("bundle/number_used_twice_fail", "bundle/number_left_out_fail"),
    "70": ("bundle/stream_too_many_fail",),
    "71": ("bundle/outdated_link_fail",),
    "73": ("bundle/key_not_accepted_fail",),
    "74": ("bundle/revoked_key_fail",),
    "75": ("bundle/stolen_key_fail",),
    "76": ("bundle/role_not_granted_fail", "bundle/meaning_not_allowed_fail"),
    "77": ("bundle/self_granted_key_fail",),
    "78": ("bundle/one_person_with_two_keys_fail", "bundle/one_signer_of_two_fail"),
    "79": ("bundle/key_out_of_scope_fail",),
    "81": ("trust/later_format_fail",),
    "82": ("bundle/time_runs_backwards_fail", "payload/leap_second_fail"),
    "83": ("bundle/released_twice_fail",),
    "84": ("bundle/batch_recalled_fail", "bundle/donor_notice_fail"),
    "85": ("bundle/permit_revoked_fail",),
    "86": ("bundle/disclosure_changed_fail", "bundle/disclosure_of_another_event_fail"),
    "87": ("bundle/document_of_nobody_fail", "bundle/genuine_with_document"),
}
# Of the domain, in other areas.
DOMAIN_ELSEWHERE: Final = (
    "bundle/gap_in_custody_fail",
    "bundle/no_export_filing_fail",
    "bundle/permits_not_written_off_fail",
    "bundle/too_warm_fail",
)
# What no file can show: sizes that would not fit here, and what passes between two trust files.
TESTS: Final[Mapping[str, str]] = {
    "22": "tests/fuzz/test_exhaustion.py",
    "23": "tests/fuzz/test_exhaustion.py",
    "81": "tests/evidence/test_trust.py",
}


def trust_file() -> bytes:
    """Return the trust file of the ledgers that are attacked."""
    return trust().to_bytes()


def index(vectors: Iterable[Vector]) -> dict[str, Any]:
    """Return the index over all vectors of all areas.

    Raises:
        KeyError: when a vector is named here and does not exist.
    """
    made = {vector.path: vector for vector in vectors}
    catalogue: dict[str, list[dict[str, str]]] = {
        number: [_row(made[path]) for path in ELSEWHERE.get(number, ())] for number in NUMBERS
    }
    domain = [_row(made[path]) for path in DOMAIN_ELSEWHERE]
    more: list[dict[str, str]] = []
    for vector in made.values():
        if vector.area != AREA or vector.name == HONEST:
            continue
        if number := vector.expect.get("number"):
            catalogue[number].append(_row(vector))
        if vector.name[0] in "dl":  # the domain's own, and attacks on ledger files
            domain.append(_row(vector))
        elif vector.name[0] == "f":
            more.append(_row(vector))
    return {
        "catalogue": {
            number: {"title": TITLES[number], "vectors": rows, **_test(number)}
            for number, rows in catalogue.items()
        },
        "domain": sorted(domain, key=lambda row: row["vector"]),
        "form": sorted(more, key=lambda row: row["vector"]),
    }


def _test(number: str) -> dict[str, str]:
    return {"test": TESTS[number]} if number in TESTS else {}


def _row(vector: Vector) -> dict[str, str]:
    row = {"vector": vector.path}
    for key in ("step", "code"):
        if key in vector.expect:
            row[key] = str(vector.expect[key])
    return row


def written(vectors: Iterable[Vector]) -> dict[str, bytes]:
    """Return the file of the index."""
    return {PATH: pretty(index(vectors))}
