"""Small secrets that lie in the database, sealed by the passphrase that opens the keys.

AES-256-GCM under a key of its own for each purpose. What is sealed for one row opens for no other.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_LENGTH: Final = 12


class CannotUnseal(ValueError):
    """It was sealed by another passphrase, for another row, or was changed since."""


def seal(secret: bytes, passphrase: bytes, *, purpose: str, row: str) -> bytes:
    """Seal a secret of a row."""
    nonce = os.urandom(_NONCE_LENGTH)
    return nonce + AESGCM(_key(passphrase, purpose)).encrypt(nonce, secret, row.encode())


def unseal(sealed: bytes, passphrase: bytes, *, purpose: str, row: str) -> bytes:
    """What was sealed; raises CannotUnseal."""
    nonce, content = sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:]
    try:
        return AESGCM(_key(passphrase, purpose)).decrypt(nonce, content, row.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal from error


def _key(passphrase: bytes, purpose: str) -> bytes:
    """The passphrase is random and long (`config.py`), so that nothing slow is needed here."""
    return HKDF(SHA256(), 32, salt=None, info=f"sakuham:{purpose}".encode()).derive(passphrase)
