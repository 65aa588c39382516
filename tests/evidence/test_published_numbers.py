"""The published byte vectors: fixed seeds in, fixed bytes, hashes, roots and signatures out.

The type names in these vectors carry no version, so they are parsed with an older pattern; they
bind bytes, hashes and signatures only.
"""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from sd_jwt.common import SDJWTCommon

from custody.evidence import canonical, headmap, merkle, names, note
from custody.evidence.checkpoint import (
    Checkpoint,
    _subtree,
    cosign_ed25519,
    parse_checkpoint,
    sign_ed25519,
    sign_mldsa44,
    verify_line,
)
from custody.evidence.ed25519 import verify_ed25519
from custody.evidence.encoding import ZERO, b64, b64u, sha256, unb64
from custody.evidence.entry import Entry, encode, pae
from custody.evidence.headmap import Head
from custody.evidence.payload import Payload, Signer
from custody.evidence.seal import Seal

OLD_TYPES = r"^[a-z]+(\.[a-z_]+)+$"
ORIGIN = "custody.example/site-1"
OPERATOR, QP, LOG, WITNESS = (
    Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (0x11, 0x22, 0x33, 0x55)
)
LOG_PQ = MLDSA44PrivateKey.from_seed_bytes(b"\x44" * 32)
OPERATOR_KID = "503d8ee46d581c649966569ae095e27041de83322e8e0480e5539e00d2d5d874"
QP_KID = "744f36cca67eb1912cb282e08e86bd2fe0d09004a28cf6e7c6bd56cdd6bf65aa"
S, T = "batch:" + "ab" * 16, "batch:" + "cd" * 16

DISCLOSURE = (
    "WyJabVptWm1abVptWm1abVptWm1abVptWm1abVptWm1abVptWm1abVptWm1ZIiwiZG9ub3IuZmFtaWx5X25hbWUiLCJF"
    "eGFtcGxlIl0"
)
DIGEST = "brKPXl82IZYN1j9pBSnCuJQNYBaIAh4gbViqvKAClk0"
LEAF_0 = "DJ7LsO/Z4jNBKZZayWYtS9gTplqLv97izSyfq/Lz+eg="
LEAF_1 = "gOEVLrHQTGTgjIPkNkCyTd/vzu4ty4O5lEfnH068gBg="
SEAL_LEAF = "Vp+r5gTLerRSNGGX/emmGVM6jr60G/qhA9ZGNkUpS0I="
TREE_ROOT = "tkN0ZC2UPE1Wdnw1s9Pmoz5jmnJN/vyc0KRSHzuarVc="
PAYLOAD_0 = (
    '{"body":{},"links":[],"log":"custody.example/site-1",'
    '"prev":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",'
    f'"sd":["{DIGEST}"],"seq":0,"signers":[{{"kid":"{OPERATOR_KID}","meaning":"performed",'
    f'"role":"operator"}}],"stream":"{S}","time":"2026-11-24T08:00:00Z",'
    '"type":"batch.created","v":1}'
).encode()
PAYLOAD_1 = (
    f'{{"body":{{}},"links":[],"log":"custody.example/site-1","prev":"{LEAF_0}","sd":[],"seq":1,'
    f'"signers":[{{"kid":"{OPERATOR_KID}","meaning":"reviewed","role":"operator"}},'
    f'{{"kid":"{QP_KID}","meaning":"released","role":"qp"}}],"stream":"{S}",'
    '"time":"2026-11-24T09:00:00Z","type":"batch.released","v":1}'
).encode()

ENTRY_0 = encode(PAYLOAD_0, {OPERATOR_KID: OPERATOR.sign(pae(PAYLOAD_0))})
ENTRY_1 = encode(
    PAYLOAD_1, {QP_KID: QP.sign(pae(PAYLOAD_1)), OPERATOR_KID: OPERATOR.sign(pae(PAYLOAD_1))}
)
SEAL = Seal(ORIGIN, 2, 1795000000, headmap.root_of({S: Head(2, 1, unb64(LEAF_1))}), 1, None)


def public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes_raw()


def test_key_ids_are_the_hashes_of_the_public_key_records() -> None:
    assert names.kid(public(OPERATOR)) == OPERATOR_KID
    assert names.kid(public(QP)) == QP_KID


def test_a_disclosure_and_its_digest_have_the_published_form() -> None:
    text = b64u(canonical.dumps([b64u(b"\x66" * 32), "donor.family_name", "Example"]))
    assert text == DISCLOSURE
    assert b64u(sha256(text.encode())) == DIGEST
    assert SDJWTCommon("compact")._b64hash(DISCLOSURE.encode()) == DIGEST


def test_the_first_event_is_written_to_the_published_bytes() -> None:
    event = Payload(
        log=ORIGIN,
        stream=S,
        seq=0,
        prev=b64(ZERO),
        type="batch.created",
        time="2026-11-24T08:00:00Z",
        signers=(Signer(OPERATOR_KID, "performed", "operator"),),
        links=(),
        body={},
        sd=(DIGEST,),
    )
    assert event.to_bytes(OLD_TYPES) == PAYLOAD_0
    assert hashlib.sha256(PAYLOAD_0).hexdigest() == (
        "3c78f36c65de7587f935adc63816e538e8222025e6e01c136e57036d57df9fb7"
    )
    assert Payload.parse(PAYLOAD_0, OLD_TYPES) == event


@pytest.mark.parametrize(
    ("wire", "size", "digest", "leaf"),
    [
        (ENTRY_0, 797, "dfeddd4431da44bb3d7067f6db401fa4e969b50b424ce47906e88ea0b952bc70", LEAF_0),
        (ENTRY_1, 1055, "c3c796b75c7a2d2bcea2d5aef5ff853bd589a0ed867b0a58b72d1394550e8ac3", LEAF_1),
    ],
)
def test_signed_entries_have_the_published_bytes(
    wire: bytes, size: int, digest: str, leaf: str
) -> None:
    entry = Entry.parse(wire, OLD_TYPES)
    assert len(wire) == size
    assert hashlib.sha256(wire).hexdigest() == digest
    assert b64(entry.leaf) == leaf
    keys = {OPERATOR_KID: public(OPERATOR), QP_KID: public(QP)}
    assert all(verify_ed25519(keys[kid], sig, entry.signed) for kid, sig in entry.signatures)


def test_the_first_signature_is_the_published_one() -> None:
    assert b64(Entry.parse(ENTRY_0, OLD_TYPES).signatures[0][1]) == (
        "ZWGa5pyB+5RXTDGgq1osGEOYTtmT7b9NDJPd7lcmybcyyt3vfnV2Xb9GjmL9P/dhsik30+pYfFvGnhbH1Ho+AA=="
    )


def test_the_map_has_the_published_keys_values_and_roots() -> None:
    head_s, head_t = Head(2, 1, unb64(LEAF_1)), Head(1, 0, unb64(LEAF_0))
    assert headmap.map_key(S).hex() == (
        "4569150451648ecebc6b9d68c340003fe286fd3acc0d0898312d7da4a6cc3047"
    )
    assert headmap.map_key(T).hex() == (
        "9b023a23dd9d403f872e22aaa1ffba12a542e8c4392b213b5856490269cd9bc0"
    )
    assert headmap.map_value(S, head_s).hex() == (
        "4364e3213dfa578ae056990a10af14a5836fe9bbc880a04683efa45a960d6b69"
    )
    nodes = headmap.DictNodes()
    assert headmap.apply(nodes, {S: head_s}).hex() == (
        "91858715269417f526a143150c43c85d139d6036c1eed750b40cdaa1de1f03ca"
    )
    leaf = nodes.nodes["0"]
    assert leaf.hash.hex() == "cbc1740cd4cd06abb80e65566a3f906d5e569f29085496e9ad580259b1cc72aa"
    assert headmap.prove(nodes, T) == headmap.MapProof("empty", (leaf.hash,))
    assert headmap.apply(nodes, {T: head_t}).hex() == (
        "b9a00596fc7f537abbe2a6275a7d5817442807baefa356b32cdf88567ac9df49"
    )
    assert headmap.prove(nodes, T).copath == (
        unb64("y8F0DNTNBqu4DmVWaj+QbV5WnykIVJbprVgCWbHMcqo="),
    )
    assert headmap.prove(nodes, S).copath == (
        unb64("mwyjx8jxsNXRLXzhpFEsoLcWWAfyOvmeoEW47Ed/+fc="),
    )


def test_the_seal_has_the_published_lines_and_leaf() -> None:
    assert SEAL.to_bytes().decode() == (
        "custody-seal/v1\ncustody.example/site-1\n2\n1795000000\n"
        "kYWHFSaUF/UmoUMVDEPIXROdYDbB7tdQtAzaod4fA8o=\n1\n-\n"
    )
    assert b64(merkle.leaf_hash(SEAL.to_bytes())) == SEAL_LEAF


def test_the_tree_of_two_events_and_a_seal_has_the_published_root_and_proof() -> None:
    leaves = [unb64(LEAF_0), unb64(LEAF_1), unb64(SEAL_LEAF)]
    nodes = {(level, at): made for level, at, made in merkle.grow(0, leaves, no_node)}
    assert b64(merkle.root_at(3, lambda level, at: nodes[level, at])) == TREE_ROOT
    path = merkle.inclusion_path(1, 3, lambda level, at: nodes[level, at])
    assert path == [leaves[0], leaves[2]]
    assert merkle.verify_inclusion(leaves[1], 1, 3, path, unb64(TREE_ROOT))


def no_node(level: int, position: int) -> bytes:
    raise AssertionError(f"asked for {level}/{position} of an empty tree")


def test_the_checkpoint_carries_the_published_signature_lines() -> None:
    checkpoint = Checkpoint(ORIGIN, 3, unb64(TREE_ROOT))
    log_key = note.VerifierKey(ORIGIN, note.ED25519, public(LOG))
    witness_key = note.VerifierKey("witness.example/w1", note.COSIGNATURE, public(WITNESS))
    pq_key = note.VerifierKey(ORIGIN, note.MLDSA44, LOG_PQ.public_key().public_bytes_raw())
    assert log_key.text() == (
        "custody.example/site-1+8025ef2c+ARfLefsrQSDysexl5BmNbgiyjoE/6wHkpACDm4XhgIDO"
    )
    assert witness_key.text() == (
        "witness.example/w1+201796ae+BMaCJjfH0xDsV2J74AuiWdJTdJ9Kr2REcM/75To19zJC"
    )
    assert pq_key.keyid.hex() == "dbe34be5"
    assert hashlib.sha256(pq_key.public).hexdigest() == (
        "a697433bb609d9b503f4c8ae6382c38931d326bf5c2f8f03a332d30fac39048c"
    )
    assert hashlib.sha256(_subtree(ORIGIN, checkpoint, 1795000000)).hexdigest() == (
        "2bc8cef79ded114fec2e8c8b32c29826c366662f0bafdb468f5fc199990f45e1"
    )
    raw = note.encode(
        note.SignedNote(
            checkpoint.body().decode(),
            (
                sign_ed25519(LOG, ORIGIN, checkpoint),
                sign_mldsa44(LOG_PQ, ORIGIN, checkpoint, 1795000000),
                cosign_ed25519(WITNESS, "witness.example/w1", checkpoint, 1795000010),
            ),
        )
    )
    assert len(raw) == 3591
    lines = raw.decode().split("\n")
    assert lines[4] == (
        "— custody.example/site-1 gCXvLBPGGkgLUIjkVVCKPJdh89mjGuwyq0Mh8wUTaIbYqgppikzmK+Bu/9WXDpjVo"
        "93rLGlMbnZYNDJHqcELbhP9FQY="
    )
    assert lines[6] == (
        "— witness.example/w1 IBeWrgAAAABq/YbK7fLkNXfir0MMNsMaJxRVLFkAEiF/BBJynlVhjWJq/a43dmGLEp616"
        "6As77KAtVfRVvvMvqwxdyW39uqicZQzDQ=="
    )
    parsed, signed = parse_checkpoint(raw)
    assert parsed == checkpoint
    times = [
        verify_line(key, parsed, line)
        for key, line in zip((log_key, pq_key, witness_key), signed.signatures, strict=True)
    ]
    assert times == [0, 1795000000, 1795000010]


def test_a_batch_number_is_bound_by_the_published_alias_stream() -> None:
    assert names.alias_stream("batch-no", "CT-2026-0042") == (
        "alias:eca5d77eebb84bfdbb52d46e99f8574993eb400fac2b29d95dd7aa04ac481efd"
    )
