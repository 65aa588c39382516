"""Ed25519 keys on a PKCS#11 token: a smart card, a hardware security module, or SoftHSM.

Named by a PKCS#11 URI (RFC 7512): ``pkcs11:token=Quality;object=li.na``, with the driver in
``?module-path=`` or in the environment variable CUSTODY_PKCS11_MODULE. The PIN is asked for like a
passphrase and is refused inside the URI. Mechanism CKM_EDDSA of PKCS#11 3.0.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import unquote

from custody.adapters.key_stores import Secret
from custody.errors import SigningKeyError

MODULE_VARIABLE: Final = "CUSTODY_PKCS11_MODULE"
SCHEME: Final = "pkcs11:"
"""What of a URI that cannot be used stands in an error: anything in the rest may be a PIN."""

# The object identifier of Ed25519, 1.3.101.112 (RFC 8410, section 3), in DER.
_CURVE: Final = bytes.fromhex("06032b6570")
_POINT: Final = b"\x04\x20"  # an OCTET STRING of 32 bytes


class Pkcs11:
    """Keys on tokens; a session lasts for one question."""

    def make(self, uri: str, secret: Secret) -> bytes:
        """Return the public key of the named object; a key pair is made when there is none.

        The private key is made on the token and marked as never to leave it.

        Raises:
            SigningKeyError: C621 the URI, C622 the PIN, C623 no such token.
        """
        with _session(uri, secret, writing=True) as (session, label):
            import pkcs11

            try:
                public = session.get_key(pkcs11.ObjectClass.PUBLIC_KEY, label=label)
            except pkcs11.NoSuchKey:
                form = session.create_domain_parameters(
                    pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: _CURVE}, local=True
                )
                public, _ = form.generate_keypair(
                    mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                    store=True,
                    label=label,
                    private_template={pkcs11.Attribute.EXTRACTABLE: False},
                )
            return point(public[pkcs11.Attribute.EC_POINT])

    def sign(self, uri: str, secret: Secret, message: bytes) -> bytes:
        """Return the signature by the named object.

        Raises:
            SigningKeyError: as `make`; C624 there is no such object.
        """
        with _session(uri, secret, writing=False) as (session, label):
            import pkcs11

            try:
                private = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, label=label)
            except pkcs11.NoSuchKey:
                raise SigningKeyError("C624", where=uri, name=label) from None
            return bytes(private.sign(message, mechanism=pkcs11.Mechanism.EDDSA))


def point(encoded: bytes) -> bytes:
    """Return the 32 bytes of a public key out of CKA_EC_POINT (PKCS#11 3.0)."""
    # Some tokens leave the OCTET STRING away; 32 bytes are the key itself, however they begin.
    return encoded if len(encoded) == 32 else encoded.removeprefix(_POINT)


def parts(uri: str) -> dict[str, str]:
    """Return the attributes of a PKCS#11 URI, those after the question mark as well.

    Raises:
        SigningKeyError: C621 when token or object is missing, an attribute is unknown or given
            twice, or a PIN stands in it.
    """
    path, _, query = uri.partition(":")[2].partition("?")
    found: dict[str, str] = {}
    for piece in [*path.split(";"), *query.split("&")]:
        name, sign, value = piece.partition("=")
        if not piece:
            continue
        known = name in ("token", "object", "module-path")
        if not sign or not known or name in found:
            # What has no sign of equality is no name, and may be the PIN itself.
            raise SigningKeyError("C621", where=SCHEME, attribute=name if sign else "…")
        found[name] = unquote(value)
    for name in ("token", "object"):
        if not found.get(name):
            raise SigningKeyError("C621", where=SCHEME, attribute=name)
    return found


@contextmanager
def _session(uri: str, secret: Secret, *, writing: bool) -> Iterator[tuple[Any, str]]:
    """Open a session on the token; yields it with the label of the object."""
    named = parts(uri)  # first of all: whatever else fails repeats the URI
    import pkcs11

    module = named.get("module-path") or os.environ.get(MODULE_VARIABLE, "")
    if not module:
        raise SigningKeyError("C625", where=uri, variable=MODULE_VARIABLE)
    try:
        token = pkcs11.lib(module).get_token(token_label=named["token"])
    except pkcs11.NoSuchToken:
        raise SigningKeyError("C623", where=uri, token=named["token"]) from None
    pin = secret()
    try:
        opened = token.open(user_pin=pin.decode(), rw=writing)
    except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid, UnicodeDecodeError):
        raise SigningKeyError("C622", where=uri) from None
    except pkcs11.PinLocked:
        raise SigningKeyError("C626", where=uri) from None
    with opened as session:
        yield session, named["object"]
