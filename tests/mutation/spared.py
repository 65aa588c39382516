"""Checks that no vector can show to be needed, each with the reason.

Three kinds of reason: another check refuses the same bytes as well; it only saves time; or what it
decides is no part of a verdict on a bundle and is tested elsewhere.
"""

from __future__ import annotations

from typing import Final

# ruff: noqa: E501 - the names of checks are their source

FASTER: Final = "it only saves time; what it lets through is judged in full"
TWICE: Final = "a second line: what reads the value next refuses it as well"
CALLER: Final = "no caller hands in anything else"
APPLICATION: Final = "asked by the ledger, not by the verifier; tests/app"
SIZES: Final = "only a file of megabytes shows it; tests/fuzz/test_exhaustion.py"
CHAIN: Final = "needs the trust files before this one; tests/evidence/test_trust.py"
REFRESH: Final = "needs a refresh file beside the bundle; tests/app"
REPORT: Final = "said in the report, no finding"
STAMPS: Final = "needs the certificate of a time-stamp authority; tests/evidence, tests/adapters"
DISTRUST: Final = "needs a key that was stolen; tests/evidence/test_distrust.py, tests/attacks"
PEOPLE: Final = "what is left of it is judged event by event; tests/evidence/test_verify_people.py"

SPARED: Final[dict[str, str]] = {
    "authority.Authority.apply: entry.payload.type not in FIXED_TYPES": FASTER,
    "authority.Authority.roles_of: known is None or known.accepted is None or known.revoked is not "
    "None": APPLICATION,
    "bundle._read: not isinstance(item, str)": TWICE,
    "canonical.clean_text: text.isascii()": FASTER,
    "canonical._check_shape: crowded or (len(raw) > VALUES and raw.count(b'\"') > 4 * VALUES)": SIZES,
    "canonical.loads: bytewise and same": SIZES,
    "canonical._check_shape: len(raw) > LARGE and (not raw.isascii()) and (len(raw.translate(None, _ASCII)) > LARGE)": SIZES,
    "canonical._clean_bytes: not raw.translate(None, _NO_CONTROL) and REFUSED.search(rest) is None": SIZES,
    "canonical._decoded: isinstance(value, str)": SIZES,
    "canonical._decoded: isinstance(value, dict)": SIZES,
    "canonical._decoded: isinstance(value, list)": SIZES,
    "canonical._check_shape: openers <= DEPTH": FASTER,
    "canonical._without_escapes: _ODD_BYTES.search(raw) is None": FASTER,
    "canonical._odd_escape: _ODD.search(text) is None": FASTER,
    "canonical._odd_escape: '\\\\' in text.replace('\\\\\\\\', '').replace('\\\\\"', '')": TWICE,
    "canonical._integer: len(digits) > 17": FASTER,
    "checkpoint.Checkpoint.check: not 0 <= self.size <= INTEGER_MAX": TWICE,
    "checkpoint.Checkpoint.check: len(self.root) != HASH": TWICE,
    "checkpoint.verify_line: (signature.name, signature.keyid) != (key.name, key.keyid)": CALLER,
    "checkpoint._check_time: not 1 <= time <= INTEGER_MAX": TWICE,
    "closure.check_aliases: link.rel == NAMES": "a further link only makes the rule stricter",
    "closure._numbers: isinstance(value, list)": "no published type has lists of numbers yet",
    "closure._numbers: isinstance(number, str)": "no published type has lists of numbers yet",
    "disclosure.open_disclosure: len(disclosure) > MAX_DISCLOSURE": TWICE,
    "disclosure.check_disclosures: name in entry.payload.body": TWICE,
    "documents.check_attachments: name != real": CALLER,
    "documents.check_attachments: row.sha256 not in (given or {})": "listed in the report, no finding",
    "documents.check_attachments: sizes.get(real, size) != size or not any((m.fits(size) for m in "
    "known[real]))": TWICE,
    "documents._mentions: isinstance(value, str)": "tests/evidence/test_verify.py",
    "documents._mentions: _HEX.fullmatch(value)": "other texts are never asked for",
    "encoding.unb64u: not isinstance(text, str)": CALLER,
    "encoding.undecimal: number > INTEGER_MAX": TWICE,
    "entry.Entry.parse: len(wire) > LIMIT": TWICE,
    "grants.granted_public_key: not isinstance(text, str)": TWICE,
    "grants.answered: payload.type == REAFFIRMED": DISTRUST,
    "grants.answered: payload.type == VOIDED and (not payload.stream.startswith('key:'))": DISTRUST,
    "grants.policy_rules: not isinstance(rows, list)": TWICE,
    "grants._sorted_texts: not isinstance(value, list)": TWICE,
    "grants._sorted_texts: isinstance(text, str)": TWICE,
    "headmap.verify_map: proof.kind != ending or (head is not None and proof.other is not None)": TWICE,
    "headmap.verify_map: len(head.leaf) != HASH or not 1 <= head.count <= head.index + 1 <= "
    "INTEGER_MAX": TWICE,
    "judgement.Case.announcement: said[0] == file.version and said[1] != file.fingerprint": CHAIN,
    "judgement.Case.by_registrar: not self.standing(signer)": "the question itself reports the fault",
    "judgement.Case.doubted: self.payload.type == grants.ACCEPTED": APPLICATION,
    "judgement.Case.doubted: self.distrusted(s.kid)": APPLICATION,
    "judgement.Case.acceptance: not payload.stream.startswith('key:')": TWICE,
    "merkle.verify_inclusion: not 0 <= index < size or any((len(h) != HASH for h in (leaf, root, "
    "*path)))": TWICE,
    "merkle.verify_inclusion: sn == 0": TWICE,
    "merkle.verify_consistency: not steps": TWICE,
    "merkle.verify_consistency: sn == 0": TWICE,
    "merkle._subtree: width & width - 1 == 0": APPLICATION,
    "merkle.Inclusions.holds: not 0 <= index < self._size or len(leaf) != HASH": TWICE,
    "merkle.Inclusions.holds: there >= 0 and self._way[there] == place and (self._path[there:] == path[at:])": FASTER,
    "merkle.Inclusions.holds: sn == 0 or len(sibling) != HASH": TWICE,
    "names.spki: len(public) != 32": CALLER,
    "names.alias_stream: _SCHEME.fullmatch(scheme) is None": CALLER,
    "note.parse: _CONTROL.search(content) is not None": TWICE,
    "payload._digests: not isinstance(item, str)": TWICE,
    "payload.seconds_of: time[11:13] == '24'": TWICE,
    "quorum.WitnessPolicy.single_operator: self.quorum == NONE": REPORT,
    "rows.objects: not isinstance(value, list) or len(value) > most": TWICE,
    "seal.Seal.to_bytes: len(self.map_root) != HASH": TWICE,
    "seal.Seal.parse: len(raw) > LIMIT": TWICE,
    "signatures.false_signatures: kid not in keys": "V4 finds the stream of such a key missing; "
    "for a key that is unfit, tests/evidence/test_verify_people.py",
    "standing.Standing.collect_distrust: leaf is not None": DISTRUST,
    "standing.Standing.collect_distrust: payload.type == grants.GRANTED": PEOPLE,
    "standing.Standing.collect_distrust: isinstance(person, str)": PEOPLE,
    "standing.Standing.change: payload.type == grants.ESTABLISHED": PEOPLE,
    "standing.Standing.change: not payload.stream.startswith('key:')": PEOPLE,
    "standing.Standing.change: known is None": PEOPLE,
    "standing.Standing.change: payload.type == grants.TRUST_ROOT and self.following": CHAIN,
    "standing.Standing.change: grants.announcement(payload) == (following.version, "
    "following.fingerprint)": CHAIN,
    "trust.TrustRoot.after: earlier.origin != self.origin or earlier.version != last.version - 1": CHAIN,
    "trust._all_different: len({(key.name, key.keyid) for key in keys}) != len(keys)": TWICE,
    "trust._text: not isinstance(value, str)": TWICE,
    "trust._texts: not isinstance(values, list)": TWICE,
    "verify._unreadable: not wire.startswith(head) or not found": TWICE,
    "verify.verify_evidence: if_true.proved": "where nothing is proved there is nothing to judge",
    "verify.verify_evidence: timestamps is not None and bundle.timestamps": STAMPS,
    "verify._shown: not found": REPORT,
    "verify._shown: entry.payload.sd": REPORT,
    "verify_log._log_lines: time > 0": "an Ed25519 line of the ledger has no time to look at",
    "verify_log._history: continued": REFRESH,
    "verify_streams._chain: payload.seq != seq": TWICE,
}
