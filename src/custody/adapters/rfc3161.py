"""Time stamps of RFC 3161: make a request, send it, read and check a reply.

Reading and checking is the work of the library `rfc3161-client` (an extra); certificates are
judged at the time of the token, since records outlive them. Needs ``cell-custody[timestamp]``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509

from custody.errors import EvidenceError, InputError, Text
from custody.evidence.timestamps import TimestampCheck

if TYPE_CHECKING:
    from rfc3161_client import TimeStampRequest, TimeStampResponse

QUERY_MEDIA: Final = "application/timestamp-query"
REPLY_MEDIA: Final = "application/timestamp-reply"
REPLY_LIMIT: Final = 64 * 1024
"""Most bytes of a reply; real ones have 1 to 8 KiB."""

_DIGESTS: Final = {
    "2.16.840.1.101.3.4.2.1": hashlib.sha256,
    "2.16.840.1.101.3.4.2.2": hashlib.sha384,
    "2.16.840.1.101.3.4.2.3": hashlib.sha512,
}


def query(body: bytes) -> bytes:
    """Return the DER of a request to stamp `body`: SHA-256, a nonce, certificate wanted.

    Raises InputError C199 without the library.
    """
    return bytes(_query(body).as_bytes())


def _query(body: bytes) -> TimeStampRequest:
    library = _library()
    builder = library.TimestampRequestBuilder().data(body).nonce(nonce=True)
    request: TimeStampRequest = builder.cert_request(cert_request=True).build()
    return request


def ask(address: str, body: bytes) -> bytes:
    """Return the DER reply of the authority at the URL `address` to a request over `body`.

    Raises:
        InputError: C193 no usable answer, C197 not an address, C199 the library is missing.
        EvidenceError: C449 the reply is not a stamp over `body`, or answers another request.
    """
    from custody.adapters.post import post

    request = _query(body)
    answer = post(address, bytes(request.as_bytes()), QUERY_MEDIA, limit=REPLY_LIMIT)
    if answer.status != 200 or answer.media != REPLY_MEDIA:
        detail = Text(
            f"it is no time-stamp authority (status {answer.status}, {answer.media or 'no type'})",
            f"它不是时间戳服务（状态 {answer.status}，{answer.media or '无类型'}）",
        )
        raise InputError("C193", where=address, detail=detail)
    response = _decoded(answer.body)
    _time_of(response, body)
    if request.nonce != _guarded(lambda: response.tst_info.nonce):
        raise _unfit("it answers another request", "它回应的是另一请求")
    return answer.body


def stamped(reply: bytes, body: bytes) -> int:
    """Return the time (Unix seconds) of a granted reply over `body`; no signature is checked.

    Raises:
        InputError: C199 the library is missing.
        EvidenceError: C449 not such a reply.
    """
    return _time_of(_decoded(reply), body)


def _time_of(response: TimeStampResponse, body: bytes) -> int:
    def read() -> int:
        info = response.tst_info
        digest = _DIGESTS.get(info.message_imprint.hash_algorithm.dotted_string)
        if digest is None:
            raise _unfit("its digest is of a kind not known here", "其摘要算法未知")
        if info.message_imprint.message != digest(body).digest():
            raise _unfit("it is over something else", "它针对的是其他内容")
        return int(info.gen_time.timestamp())

    return int(_guarded(read))


def checker(certificates: Sequence[bytes]) -> TimestampCheck:
    """Return how tokens are checked against authorities named by the verifier.

    Args:
        certificates: PEM files, each with the certificates of one authority. Each file is tried
            by itself: two roots of the same name would hide each other.

    Raises:
        InputError: C196 a file holds no certificate, C199 the library is missing.
    """
    library = _library()
    verifiers = [_verifier(library, pem) for pem in certificates]

    def check(reply: bytes, body: bytes) -> int:
        response = _decoded(reply)
        time = _time_of(response, body)
        wrong: Exception | None = None
        for verifier in verifiers:
            try:
                _guarded(partial(verifier.verify_message, response, body))
            except library.VerificationError as error:
                wrong = wrong or error
            else:
                return time
        why = _plain(wrong) if wrong is not None else "none was named"
        raise _unfit(
            f"no authority named here vouches for it ({why})",
            f"此处指定的机构均不能证明它（{why}）",
        ) from wrong

    return check


def _verifier(library: Any, pem: bytes) -> Any:
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise InputError("C196", where="--tsa", detail=str(error)) from error
    builder = library.VerifierBuilder()
    for certificate in dict.fromkeys(found):
        builder = builder.add_root_certificate(certificate)
    return builder.build()


def _library() -> Any:
    try:
        import rfc3161_client
    except ImportError:
        raise InputError("C199", where="cell-custody[timestamp]") from None
    return rfc3161_client


def _decoded(reply: bytes) -> TimeStampResponse:
    library = _library()
    if len(reply) > REPLY_LIMIT:
        raise _unfit(f"it is longer than {REPLY_LIMIT} bytes", f"其长度超过 {REPLY_LIMIT} 字节")
    response: TimeStampResponse = _guarded(lambda: library.decode_timestamp_response(reply))
    status = _guarded(lambda: response.status)
    if status != 0:
        raise _unfit(
            f"the authority did not grant it (status {status})", f"机构未予签发（状态 {status}）"
        )
    return response


def _guarded(read: Any) -> Any:
    """Return what `read` returns; whatever the parser raises becomes C449.

    Errors of our own and the library's verdicts pass through.
    """
    try:
        return read()
    except (EvidenceError, _library().VerificationError):
        raise
    except Exception as error:
        raise _unfit(
            f"it cannot be read as a reply in strict DER ({_plain(error)})",
            f"无法按严格的 DER 读取该回复（{_plain(error)}）",
        ) from error


def _plain(error: Exception) -> str:
    """Return the message of a library as one short line, without its stack of causes."""
    text = " ".join(str(error).split())
    verdict = re.search(r'Verify error: ([^"]+)"', text)
    said = verdict[1] if verdict else text.partition(": ErrorStack")[0]
    return said[:160] or type(error).__name__


def _unfit(en: str, zh: str) -> EvidenceError:
    return EvidenceError("C449", where="time stamp", detail=Text(en, zh))
