"""Who signs: an interface of one method, behind which a key lies here or elsewhere."""

from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key

PrivateKey = Ed25519PrivateKey | RSAPrivateKey

_PADDING: Final = PKCS1v15()
_HASH: Final = SHA256()


@dataclass(frozen=True, slots=True)
class Token:
    """Where a hardware module is: its library, its token's name, and the PIN, never shown."""

    library: str
    name: str
    pin: str = field(repr=False)


class CannotSign(Exception):
    """Who keeps the key does not answer, or refuses; the message says which, for the log."""


class LabelTaken(Exception):
    """The hardware module has something of this label already."""


class Signer(Protocol):
    """Signs with one key: data in, signature out, wherever the key is kept."""

    @property
    def key_id(self) -> str:
        """The key's name, for example "qr-1"."""
        ...

    def sign(self, data: bytes, /) -> bytes:
        """The signature over data: 64 bytes of Ed25519, or RSA PKCS #1 v1.5 over its SHA-256.

        Raises CannotSign where the key is kept elsewhere and cannot be used at the moment: what
        would be signed is then given unsigned, and signed another time.
        """
        ...


@dataclass(frozen=True, slots=True, repr=False)
class LocalSigner:
    """Signs with a key that lies in this process's memory; its representation names it only."""

    key_id: str
    _key: PrivateKey

    def sign(self, data: bytes, /) -> bytes:
        """See `Signer`; the same data give the same signature."""
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, _PADDING, _HASH)
        return self._key.sign(data)

    def __repr__(self) -> str:
        return f"LocalSigner({self.key_id!r})"


def open_private_key(encrypted: bytes, passphrase: bytes) -> PrivateKey:
    """The key in an encrypted PKCS #8; raises ValueError for another passphrase or no such key."""
    key = load_der_private_key(encrypted, passphrase)
    if not isinstance(key, PrivateKey):
        raise TypeError(f"Nothing here signs with a {type(key).__name__}.")
    return key
