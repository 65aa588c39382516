"""Where private keys may live besides a file: key stores, named by the scheme of a URI.

A store makes a key, tells its public half and signs; the private key never leaves it. Packages
offer further stores as entry points of the group `custody.key_stores`, named by their scheme; see
docs/howto/hardware-keys.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from custody.errors import CustodyError, SigningKeyError
from custody.evidence.ed25519 import verify_ed25519

GROUP: Final = "custody.key_stores"
_PROBE: Final = b"custody: does this key store sign with the key it names?"

Secret = Callable[[], bytes]
"""Gives the passphrase or PIN when it is needed."""


class KeyStore(Protocol):
    """A place that holds Ed25519 keys (RFC 8032).

    Every method may raise SigningKeyError; other exceptions are reported as C617.
    """

    def make(self, uri: str, secret: Secret) -> bytes:
        """Return the 32-byte public key at `uri`; the key is made when there is none yet."""
        ...

    def sign(self, uri: str, secret: Secret, message: bytes) -> bytes:
        """Return the 64-byte signature over `message` by the key at `uri`."""
        ...


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key in a store, usable wherever a private key of the library is."""

    uri: str
    public: bytes
    secret: Secret

    def public_key(self) -> Ed25519PublicKey:
        """Return the public half."""
        return Ed25519PublicKey.from_public_bytes(self.public)

    def sign(self, data: bytes) -> bytes:
        """Return the signature, after checking it: a store that errs must not spoil a record.

        Raises:
            SigningKeyError: C617 the store cannot sign, C619 its signature is not by this key.
        """
        made: bytes = _asked(self.uri, lambda store: store.sign(self.uri, self.secret, data))
        if not verify_ed25519(self.public, made, data):
            raise SigningKeyError("C619", where=self.uri)
        return made


def made_at(uri: str, secret: Secret) -> bytes:
    """Return the public key of the key at `uri`, made there when it was not there yet.

    Raises:
        SigningKeyError: C617 the store does not answer, C618 no store for this scheme, C619 it
            signs with another key than it names, C620 what it needs is not installed.
    """
    public: bytes = _asked(uri, lambda store: store.make(uri, secret))
    if len(public) != 32:
        raise SigningKeyError("C619", where=uri)
    StoredKey(uri, public, secret).sign(_PROBE)
    return public


def _asked(uri: str, question: Callable[[KeyStore], Any]) -> Any:
    try:
        return question(_store(uri))
    except CustodyError:
        raise
    except ImportError as missing:
        scheme = uri.partition(":")[0]
        raise SigningKeyError("C620", where=uri, scheme=scheme, detail=str(missing)) from missing
    except Exception as trouble:  # whatever a driver raises is told, not shown as our mistake
        detail = str(trouble) or type(trouble).__name__
        raise SigningKeyError("C617", where=uri, detail=detail) from trouble


def _store(uri: str) -> KeyStore:
    from importlib.metadata import entry_points

    given, colon, _ = uri.partition(":")
    scheme = given.lower()  # RFC 3986 section 3.1: case does not matter
    known = {point.name: point for point in entry_points(group=GROUP)}
    if scheme not in known or not colon:
        # The rest of it is not repeated: nobody has looked yet whether a PIN stands in it.
        listed = ", ".join(sorted(known))
        raise SigningKeyError("C618", where=f"{given}:…", scheme=given, known=listed)
    store: KeyStore = known[scheme].load()()
    return store
