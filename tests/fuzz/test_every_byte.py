"""Every byte of a genuine bundle counts, and every element, each under the code of its own part.

Here a sample is tried; `make fuzz` tries all.
"""

from __future__ import annotations

import json
import os

from evidence.checking import check, found
from evidence.ledgers import good_bundle
from properties.mutations import genuine, same_in_meaning
from properties.paths import places, without
from properties.test_any_mutation import judged

EVERYTHING = "CUSTODY_FUZZ" in os.environ
STRIDE = 1 if EVERYTHING else 127
STORY_STRIDE = 41 if EVERYTHING else 1_999


def test_no_byte_of_a_small_bundle_can_be_flipped() -> None:
    """It has no line of an unknown signer, so there is no exception."""
    raw = good_bundle()
    assert check(raw).findings == ()
    kept = []
    for at in range(0, len(raw), STRIDE):
        changed = bytearray(raw)
        changed[at] ^= 1 << at % 8
        if not check(bytes(changed)).findings:
            kept.append(at)
    assert kept == []


def test_bytes_of_a_whole_story_count_but_for_the_line_of_an_unknown_signer() -> None:
    raw = genuine()
    line = raw.index("\u2014 grease.example".encode())
    inside = range(line, raw.index(b'"', line))
    for at in [*inside, *range(0, len(raw), STORY_STRIDE)]:
        changed = bytearray(raw)
        changed[at] ^= 1
        if judged(bytes(changed)).genuine:
            assert at in inside, raw[at - 20 : at + 20]
            assert same_in_meaning(bytes(changed))


# Where an element stands → the codes its absence may be found under.
CODES = {
    ("attachments",): set(),  # the holder's choice
    ("checkpoint",): {"E03", "E04", "E05"},
    ("disclosures",): set(),  # the holder's choice
    ("disclosures", "d"): set(),
    ("events",): {"E15", "E16", "E17", "E18"},
    ("events", "p"): {"E14"},
    ("seal", "lines"): {"E08"},
    ("seal", "p"): {"E08"},
    ("streams",): {"E17", "E18"},
    ("streams", "copath"): {"E16"},
}


def test_every_element_left_out_is_found_under_a_code_of_its_part() -> None:
    fields = json.loads(good_bundle())
    elements = [path for path in places(fields) if isinstance(path[-1], int)]
    seen = set()
    for path in elements if EVERYTHING else elements[::3]:
        part = tuple(step for step in path if isinstance(step, str))
        codes = {code for _, code in found(check(without(good_bundle(), path)))}
        seen.add(part)
        if CODES[part]:
            assert codes and codes <= CODES[part], (path, codes)
        else:
            assert codes <= {"E01"}, (path, codes)  # an emptied list is not left standing
    assert seen == CODES.keys()


def test_every_field_left_out_is_no_bundle() -> None:
    fields = json.loads(good_bundle())
    named = [path for path in places(fields) if isinstance(path[-1], str)]
    for path in named if EVERYTHING else named[::5]:
        assert found(check(without(good_bundle(), path))) == {("V1", "E01")}, path
