"""Run one vector through the library and return what came out, in the words of `expect.json`.

The folder alone is read, as any other implementation would; what each input means is in
`events/vectors/README.md`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from custody.app.verification.verifying import verify_bundle
from custody.errors import CustodyError, TrustError
from custody.evidence import canonical, disclosure, headmap, merkle, names
from custody.evidence.checkpoint import parse_checkpoint, verify_line
from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.encoding import b64, b64u, sha256, unb64
from custody.evidence.entry import Entry, pae
from custody.evidence.headmap import Head, MapProof
from custody.evidence.note import VerifierKey
from custody.evidence.payload import Payload, seconds_of
from custody.evidence.seal import Seal
from custody.evidence.trust import TrustRoot

Result = dict[str, Any]


def run(folder: Path) -> Result:
    """Return the outcome of the vector in `folder`."""
    area = folder.parent.name
    try:
        return AREAS[area](folder)
    except CustodyError as refused:
        return {"ok": False, "code": refused.code}


def _input(folder: Path) -> Any:
    return json.loads((folder / "input.json").read_text(encoding="utf-8"))


def _judged(holds: bool, code: str) -> Result:
    return {"ok": True} if holds else {"ok": False, "code": code}


def _canonical(folder: Path) -> Result:
    content = (folder / "input.bin").read_bytes()
    canonical.loads(content, limit=48_000, what="vector")
    return {"ok": True, "sha256": sha256(content).hex()}


def _names(folder: Path) -> Result:
    given = _input(folder)
    match given["what"]:
        case "kid":
            return {"ok": True, "kid": names.kid(unb64(given["public"]))}
        case "public_key":
            names.check_public_key(unb64(given["public"]))
            return {"ok": True}
        case "stream":
            return {"ok": True, "kind": names.stream_kind(given["stream"])}
        case "alias":
            return {"ok": True, "stream": names.alias_stream(given["scheme"], given["value"])}
        case "origin":
            names.check_origin(given["origin"])
            return {"ok": True}
    raise AssertionError(given["what"])


def _entry(folder: Path) -> Result:
    wire = (folder / "entry.bin").read_bytes()
    keys = {k["kid"]: unb64(k["public"]) for k in json.loads((folder / "keys.json").read_bytes())}
    if (folder / "bytes_only").exists():
        outer = json.loads(wire)
        payload = unb64(outer["payload"])
        signatures = [(s["keyid"], unb64(s["sig"])) for s in outer["signatures"]]
    else:
        entry = Entry.parse(wire)
        payload, signatures = entry.payload_bytes, list(entry.signatures)
    if not all(verify_ed25519(keys[kid], sig, pae(payload)) for kid, sig in signatures):
        return {"ok": False, "code": "E19"}
    return {
        "ok": True,
        "size": len(wire),
        "sha256": sha256(wire).hex(),
        "payload_sha256": sha256(payload).hex(),
        "leaf": b64(merkle.leaf_hash(wire)),
    }


def _payload(folder: Path) -> Result:
    content = (folder / "payload.bin").read_bytes()
    payload = Payload.parse(content)
    return {"ok": True, "sha256": sha256(content).hex(), "stream": payload.stream}


def _merkle(folder: Path) -> Result:
    given = _input(folder)
    if "leaves" in given:
        return {"ok": True, "root": b64(merkle.root_of([unb64(h) for h in given["leaves"]]))}
    path = [unb64(h) for h in given["path"]]
    if "leaf" in given:
        leaf, root = unb64(given["leaf"]), unb64(given["root"])
        holds = merkle.verify_inclusion(leaf, given["index"], given["size"], path, root)
        return _judged(holds, "E14")
    roots = unb64(given["old_root"]), unb64(given["new_root"])
    return _judged(merkle.verify_consistency(given["old"], given["new"], path, *roots), "E06")


def _headmap(folder: Path) -> Result:
    given = _input(folder)

    def head(row: dict[str, Any]) -> Head:
        return Head(row["n"], row["i"], unb64(row["h"]))

    if "heads" in given:
        root = headmap.root_of({s: head(row) for s, row in given["heads"].items()})
        return {"ok": True, "root": root.hex()}
    if "copath" not in given:
        value = headmap.map_value(given["stream"], head(given["head"]))
        return {"ok": True, "key": headmap.map_key(given["stream"]).hex(), "value": value.hex()}
    other = given.get("other")
    proof = MapProof(
        given["kind"],
        tuple(unb64(h) for h in given["copath"]),
        (bytes.fromhex(other["key"]), bytes.fromhex(other["value"])) if other else None,
    )
    at = head(given["head"]) if "head" in given else None
    root = bytes.fromhex(given["root"])
    return _judged(headmap.verify_map(root, given["stream"], at, proof), "E16")


def _seal(folder: Path) -> Result:
    content = (folder / "seal.txt").read_bytes()
    seal = Seal.parse(content)
    return {"ok": True, "index": seal.index, "leaf": b64(merkle.leaf_hash(content))}


def _checkpoint(folder: Path) -> Result:
    checkpoint, note = parse_checkpoint((folder / "checkpoint.txt").read_bytes())
    keys = [VerifierKey.parse(text) for text in json.loads((folder / "keys.json").read_bytes())]
    times: dict[str, int] = {}
    for key in keys:
        lines = [s for s in note.signatures if (s.name, s.keyid) == (key.name, key.keyid)]
        if len(lines) > 1:
            return {"ok": False, "code": "E03"}
        time = verify_line(key, checkpoint, lines[0]) if lines else None
        if time is None:
            return {"ok": False, "code": "E04"}
        times[f"{key.name}+{key.keyid.hex()}"] = time
    return {
        "ok": True,
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": b64(checkpoint.root),
        "times": times,
    }


def _trust(folder: Path) -> Result:
    root = TrustRoot.parse((folder / "trust.json").read_bytes())
    return {"ok": True, "origin": root.origin, "fingerprint": root.fingerprint}


def _disclosure(folder: Path) -> Result:
    given = _input(folder)
    if "salt" in given:
        made, digest = disclosure.commit(given["name"], given["value"], unb64(given["salt"]))
        return {"ok": True, "disclosure": made, "digest": digest}
    name, value = disclosure.open_disclosure(given["disclosure"])
    digest = b64u(sha256(given["disclosure"].encode()))
    return {"ok": True, "name": name, "value": value, "digest": digest}


def bundle(folder: Path) -> Result:
    """Return verdict and findings of the verifier for a folder with a bundle."""
    expect = json.loads((folder / "expect.json").read_bytes())
    documents = {
        sha256(path.read_bytes()).hex(): path.read_bytes()
        for path in sorted((folder / "attachments").glob("*"))
    }
    try:
        report = verify_bundle(
            (folder / "bundle.custody.json").read_bytes(),
            (folder / "trust.json").read_bytes(),
            now=seconds_of(expect["at"]),
            archive=bool(expect.get("archive")),
            attachments=documents,
            pin=expect.get("pin"),
        )
    except TrustError as unusable:
        return {"verdict": "cannot_tell", "found": [["V2", unusable.code]]}
    found = sorted({(f.step, f.code) for f in report.findings})
    return {"verdict": report.verdict.value, "found": [list(pair) for pair in found]}


AREAS: dict[str, Callable[[Path], Result]] = {
    "bundle": bundle,
    "canonical": _canonical,
    "checkpoint": _checkpoint,
    "disclosure": _disclosure,
    "entry": _entry,
    "headmap": _headmap,
    "merkle": _merkle,
    "names": _names,
    "payload": _payload,
    "seal": _seal,
    "trust": _trust,
}
