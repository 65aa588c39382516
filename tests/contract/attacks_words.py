"""Attacks on one event: its envelope, its signatures, its words (numbers 1 to 28).

Unless a case says otherwise, a hostile operator logged the event: tree, seal and checkpoint over it
are genuine, and so are the signatures as far as the attack leaves any. Only the one check that the
case is about stands in the way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from contract.attacks_case import (
    PLANNED,
    SHIPMENT,
    Attack,
    edited,
    event_words,
    exported,
    logged,
    sealed,
    signed,
    tiny,
    tiny_sealed,
    vectors_of,
    written,
)
from contract.attacks_grants import GOOD
from contract.vector_cases import Vector
from contract.vector_ledger import BY_REGISTRAR
from contract.vector_story import MAKER, QA, SECOND, names_of_signers, story
from custody.evidence.bundle import Bundle
from custody.evidence.encoding import b64, b64u
from custody.evidence.entry import PAYLOAD_TYPE, encode, pae
from custody.evidence.names import key_stream, kid
from custody.evidence.succession import PAYLOAD_TYPE as TRUST_PAYLOAD_TYPE
from evidence.cast import STRANGER, Person

Words = Callable[[bytes], bytes]
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
FIELD: Final = 2**255 - 19


def vectors() -> Iterator[Vector]:
    """Yield the vectors of this file."""
    yield from vectors_of(*GROUPS)


def _envelope(change: Callable[[str], str], *people: Person) -> bytes:
    """Return an entry of the next event after a change to its envelope."""
    words = event_words(tiny())
    return change(signed(words, *(people or (MAKER, SECOND))).decode()).encode()


def _in_envelope(name: str, number: str, en: str, zh: str, change: Callable[[str], str]) -> Attack:
    return Attack(name, number, en, zh, logged(tiny(), _envelope(change)), "V3", "E11")


def envelopes() -> Iterator[Attack]:
    yield _in_envelope(
        "04_payload_type_upper_case",
        "4",
        "The payload type in capitals; loose verifiers compare without case.",
        "载荷类型改为大写；宽松的验证程序不区分大小写。",
        lambda e: e.replace("application/vnd", "APPLICATION/VND"),
    )
    other = b64(event_words(tiny(), body={"seal": "other"}))
    yield _in_envelope(
        "05_payload_twice",
        "5",
        "The payload stands in the envelope twice; many readers take the last one.",
        "信封中载荷出现两次；许多程序取最后一个。",
        lambda e: e.replace(',"payloadType"', f',"payload":"{other}","payloadType"', 1),
    )
    yield _in_envelope(
        "06_field_too_many",
        "6",
        "A field that no signature covers is added to the envelope.",
        "信封中加入任何签名都不覆盖的字段。",
        lambda e: e.replace(',"signatures"', ',"note":"approved","signatures"', 1),
    )
    yield _in_envelope(
        "07_url_safe_base64",
        "7",
        "Signatures in the other alphabet of base64: a second spelling of one event.",
        "签名采用 base64 的另一字母表：同一事件的第二种写法。",
        _url_safe,
    )
    yield _in_envelope(
        "08_loose_tail_bits",
        "8",
        "Unused bits at the end of base64 are set: decoders give the same bytes.",
        "base64 末尾未用的位被置位：解码结果相同。",
        _tail,
    )
    yield _in_envelope(
        "09_fields_reordered",
        "9",
        "The payload type stands before the payload.",
        "载荷类型置于载荷之前。",
        lambda e: json.dumps(
            {k: json.loads(e)[k] for k in ("payloadType", "payload", "signatures")},
            separators=(",", ":"),
        ),
    )

    def added(e: str) -> str:
        words = event_words(tiny())
        row = f'{{"keyid":"{STRANGER.kid}","sig":"{b64(STRANGER.private.sign(pae(words)))}"}}'
        fields = json.loads(e)
        fields["signatures"] = sorted(
            [*fields["signatures"], json.loads(row)], key=lambda r: str(r["keyid"])
        )
        return json.dumps(fields, separators=(",", ":"))

    yield _in_envelope(
        "10_signature_of_a_stranger_added",
        "10",
        "A good signature is added by somebody the event does not name.",
        "加入事件未列名者的有效签名。",
        added,
    )
    yield _in_envelope(
        "11_second_signature_stripped",
        "11",
        "The signature of the second person is taken off.",
        "第二人的签名被去除。",
        lambda e: _rows(e, lambda rows: rows[:1]),
    )
    yield _in_envelope(
        "12_one_signature_twice",
        "12",
        "One signature stands twice, to reach the number of two.",
        "同一签名出现两次，以凑足两份。",
        lambda e: _rows(e, lambda rows: [rows[0], rows[0]]),
    )

    def renamed(e: str) -> str:
        return e.replace(SECOND.kid, QA.kid)

    yield _in_envelope(
        "13_signature_under_another_name",
        "13",
        "The key id beside a signature is changed to another person's.",
        "签名旁的密钥编号改为他人的。",
        renamed,
    )
    words = event_words(tiny())
    message = b"DSSEv1 %d %s %d %s" % (
        len(TRUST_PAYLOAD_TYPE),
        TRUST_PAYLOAD_TYPE.encode(),
        len(words),
        words,
    )
    wire = encode(words, {p.kid: p.private.sign(message) for p in (MAKER, SECOND)})
    yield Attack(
        "27_signed_as_something_else",
        "27",
        "Both signed these words as a trust file; they are passed off as an event.",
        "两人以“信任文件”类型签署的内容被冒充为事件。",
        logged(tiny(), wire),
        "V5",
        "E19",
    )
    relabelled = wire.replace(PAYLOAD_TYPE.encode(), TRUST_PAYLOAD_TYPE.encode())
    yield Attack(
        "27_document_of_another_kind",
        "27",
        "The same, with the type it was signed as.",
        "同上，并保留其签署时的类型。",
        logged(tiny(), relabelled),
        "V3",
        "E11",
    )


def _rows(entry: str, change: Callable[[list[Any]], list[Any]]) -> str:
    fields = json.loads(entry)
    fields["signatures"] = change(fields["signatures"])
    return json.dumps(fields, separators=(",", ":"))


def _url_safe(entry: str) -> str:
    def other(rows: list[Any]) -> list[Any]:
        return [{**r, "sig": r["sig"].replace("+", "-").replace("/", "_")} for r in rows]

    changed = _rows(entry, other)
    assert changed != entry
    return changed


def _tail(entry: str) -> str:
    """Set an unused bit of the last signature: 64 bytes leave four of them."""
    head, _, rest = entry.rpartition("==")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return head[:-1] + letters[letters.index(head[-1]) + 1] + "==" + rest


def members() -> Iterator[Attack]:
    for key in ("sd", "prev"):
        words = json.loads(event_words(tiny()))
        del words[key]
        wire = signed(json.dumps(words, sort_keys=True, separators=(",", ":")).encode(), MAKER)
        yield Attack(
            f"28_without_{key}",
            "28",
            f"The signed words lack the key {key}.",
            f"签署内容缺少键 {key}。",
            logged(tiny(), wire),
            "V3",
            "E12",
        )
    raw = exported(tiny_sealed()).to_bytes()
    yield Attack(
        "18_byte_order_mark",
        "18",
        "The file begins with a byte order mark, as some editors write it.",
        "文件以字节顺序标记开头，部分编辑器会如此保存。",
        b"\xef\xbb\xbf" + raw,
        "V1",
        "E01",
    )
    yield Attack(
        "21_prototype_key_in_the_file",
        "21",
        "The bundle file itself holds a key that changes every object in JavaScript.",
        "证据包文件本身含有会影响所有 JavaScript 对象的键名。",
        raw.replace(b'{"attachments"', b'{"__proto__":{"genuine":true},"attachments"', 1),
        "V1",
        "E01",
    )
    told = story()
    told.seal()
    shown = names_of_signers(told)
    leaf = min(shown)
    salt = b64u(bytes(32))
    hidden = b64u(f'["{salt}","printed_name","Ma\u200bker"]'.encode())
    swapped = {**shown, leaf: [hidden]}
    yield Attack(
        "19_hidden_character_in_a_name",
        "19",
        "A printed name is shown with an invisible character in it: it was never committed to.",
        "所示签名人姓名含不可见字符：事件从未作此承诺。",
        told.export(disclosures=swapped),
        "V8",
        "E28",
    )


def limits() -> Iterator[Attack]:
    deep: Any = "x"
    for _ in range(15):
        deep = [deep]
    words = json.loads(event_words(tiny()))
    words["body"]["note"] = deep
    raw = json.dumps(words, sort_keys=True, separators=(",", ":")).encode()
    yield Attack(
        "22_seventeen_levels",
        "22",
        "Signed words that are nested one level deeper than allowed.",
        "签署内容的嵌套比允许多一层。",
        logged(tiny(), signed(raw, MAKER, SECOND)),
        "V3",
        "E12",
    )
    words["body"]["note"] = "x" * 48_000
    raw = json.dumps(words, sort_keys=True, separators=(",", ":")).encode()
    long = signed(b"{}", MAKER, SECOND).replace(b64(b"{}").encode(), b64(raw).encode())
    yield Attack(
        "23_words_too_long",
        "23",
        "An event longer than any event may be.",
        "事件超过允许的最大长度。",
        logged(tiny(), long),
        "V3",
        "E12",
    )
    whole = exported(tiny_sealed())
    yield Attack(
        "23_path_of_sixty_five",
        "23",
        "A proof longer than any tree is deep.",
        "证明路径长于任何树的深度。",
        edited(whole, lambda f: f["events"][0].update(p=[b64(bytes(32))] * 65)),
        "V1",
        "E01",
    )


def signatures() -> Iterator[Attack]:
    ledger = tiny()
    words = event_words(ledger)
    elsewhere = event_words(tiny(), body={"note": "another event"})
    wire = encode(
        words,
        {
            MAKER.kid: MAKER.private.sign(pae(elsewhere)),
            SECOND.kid: SECOND.private.sign(pae(words)),
        },
    )
    yield Attack(
        "03_signature_of_another_event",
        "3",
        "A signature its owner gave for another event is pasted in, and all is sealed anew.",
        "粘贴签名人为另一事件所作的签名，并重新封印。",
        logged(tiny(), wire),
        "V5",
        "E19",
    )
    good = MAKER.private.sign(pae(words))
    scalar = int.from_bytes(good[32:], "little") + ORDER
    lifted = good[:32] + scalar.to_bytes(32, "little")
    both = {MAKER.kid: lifted, SECOND.kid: SECOND.private.sign(pae(words))}
    yield Attack(
        "25_second_form_of_a_signature",
        "25",
        "A good signature with the order of the group added: a second form nobody signed.",
        "有效签名加上群的阶：无人签署过的第二种形式。",
        logged(tiny(), encode(words, both)),
        "V5",
        "E19",
    )
    public = (FIELD + 3).to_bytes(32, "little")
    yield Attack(
        "26_key_beyond_the_field",
        "26",
        "A granted key is written as a number beyond the field: implementations disagree about it.",
        "所授公钥超出有限域的规范写法：各实现的判断不一。",
        _granted(key_stream(kid(public)), public),
        "V5",
        "E20",
    )
    yield Attack(
        "80_key_under_the_name_of_another",
        "80",
        "A registrar grants the public key of one person under the key id of another.",
        "登记员以他人的密钥编号授予某人的公钥。",
        _granted(key_stream(QA.kid), STRANGER.public),
        "V5",
        "E20",
    )


def _granted(stream: str, public: bytes) -> Bundle:
    """Return the bundle of a shipment that rests on a key granted in `stream`."""
    ledger = tiny()
    written(ledger, stream, "key.granted/v1", BY_REGISTRAR, body={**GOOD, "pub": b64(public)})
    written(ledger, SHIPMENT, PLANNED, links=[("key", stream)])
    return sealed(ledger)


GROUPS: Final = (envelopes, members, limits, signatures)
