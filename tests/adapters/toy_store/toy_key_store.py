"""A key store as another package would offer it: keys in a dictionary, for tests only."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEYS: dict[str, Ed25519PrivateKey] = {}


class ToyStore:
    """Signs with the key named in the URI; the word for it is always "open sesame"."""

    def make(self, uri: str, secret: Callable[[], bytes]) -> bytes:
        self._open(secret)
        key = KEYS.setdefault(uri, Ed25519PrivateKey.generate())
        return key.public_key().public_bytes_raw()

    def sign(self, uri: str, secret: Callable[[], bytes], message: bytes) -> bytes:
        self._open(secret)
        return KEYS[uri].sign(message)

    @staticmethod
    def _open(secret: Callable[[], bytes]) -> None:
        if secret() != b"open sesame":
            raise PermissionError("the toy store stays shut")


class LyingStore(ToyStore):
    """Names one key and signs with another."""

    def sign(self, uri: str, secret: Callable[[], bytes], message: bytes) -> bytes:
        super().sign(uri, secret, message)
        return Ed25519PrivateKey.generate().sign(message)
