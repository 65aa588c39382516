"""Encrypts a private key as PKCS#8 PEM with a passphrase that is costly to guess.

RFC 5958 (EncryptedPrivateKeyInfo), PBES2 of RFC 8018 with scrypt of RFC 7914 and AES-256-CBC. The
serialiser of the cryptography library fixes PBKDF2 at 2,048 rounds, which a stolen file does not
withstand; files written here open with any tool that knows RFC 7914. It writes only: reading is
the library's own.
"""

from __future__ import annotations

import base64
import hashlib
import os
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

COST: Final = (2**14, 8, 5)
"""scrypt N, r, p: 16 MiB and about a fifth of a second; OpenSSL refuses more memory by default."""

_SEQUENCE, _OCTETS, _INTEGER, _OID = 0x30, 0x04, 0x02, 0x06
_PBES2 = bytes.fromhex("2a864886f70d01050d")  # 1.2.840.113549.1.5.13
_SCRYPT = bytes.fromhex("2b06010401da47040b")  # 1.3.6.1.4.1.11591.4.11
_AES_256_CBC = bytes.fromhex("60864801650304012a")  # 2.16.840.1.101.3.4.1.42
_LINE = 64  # RFC 7468, section 2


def sealed_pem(pkcs8: bytes, passphrase: bytes) -> bytes:
    """Return the PEM text of the DER `pkcs8` (PrivateKeyInfo), encrypted under `passphrase`."""
    salt, iv = os.urandom(16), os.urandom(16)
    n, r, p = COST
    key = hashlib.scrypt(passphrase, salt=salt, n=n, r=r, p=p, dklen=32, maxmem=2**26)
    pad = PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    hidden = cipher.update(pad.update(pkcs8) + pad.finalize()) + cipher.finalize()
    derivation = _der(
        _SEQUENCE,
        _der(_OID, _SCRYPT),
        _der(_SEQUENCE, _der(_OCTETS, salt), *(_integer(number) for number in COST)),
    )
    encryption = _der(_SEQUENCE, _der(_OID, _AES_256_CBC), _der(_OCTETS, iv))
    algorithm = _der(_SEQUENCE, _der(_OID, _PBES2), _der(_SEQUENCE, derivation, encryption))
    return _pem(_der(_SEQUENCE, algorithm, _der(_OCTETS, hidden)))


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets + content


def _integer(number: int) -> bytes:
    return _der(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1))


def _pem(der: bytes) -> bytes:
    text = base64.b64encode(der).decode("ascii")
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    label = "ENCRYPTED PRIVATE KEY"
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode()
