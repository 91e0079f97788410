"""Who signs now, and which keys anybody may check signatures with."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import bindparam, select

from lms.db import AnyRow, asked_once, current_connection
from lms.keys.enums import Algorithm, Purpose
from lms.keys.models import SigningKey
from lms.keys.signers import CannotSign, Signer
from lms.keys.vault import vault

log = logging.getLogger("sakuham")

_ROOT: Final = (
    select(SigningKey.certificate)
    .where(SigningKey.purpose == Purpose.ROOT)
    .order_by(SigningKey.id.desc())
    .limit(1)
)
_IN_USE: Final = select(
    SigningKey.purpose,
    SigningKey.number,
    SigningKey.encrypted_private_key,
    SigningKey.label,
    SigningKey.certificate,
    _ROOT.scalar_subquery().label("root"),
).where(SigningKey.retired_at.is_(None))
_PUBLIC: Final = select(
    SigningKey.purpose,
    SigningKey.number,
    SigningKey.algorithm,
    SigningKey.public_key,
    SigningKey.certificate,
    SigningKey.created_at,
    SigningKey.retired_at,
).order_by(SigningKey.id)
_PUBLIC_OF: Final = _PUBLIC.where(SigningKey.purpose == bindparam("of"))


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What anybody may know of a key.

    public_key: SubjectPublicKeyInfo in DER. certificate: X.509 in DER; None where it has none.
    """

    purpose: Purpose
    number: int
    algorithm: Algorithm
    public_key: bytes
    certificate: bytes | None
    created_at: datetime
    retired_at: datetime | None

    @property
    def key_id(self) -> str:
        """The key's name, for example "qr-1"."""
        return key_id_of(self.purpose, self.number)

    @property
    def public_bytes(self) -> bytes:
        """The 32 bytes of an Ed25519 key; raises TypeError for another."""
        key = serialization.load_der_public_key(self.public_key)
        if not isinstance(key, Ed25519PublicKey):
            raise TypeError(f"{self.key_id} is not a key of Ed25519.")
        return key.public_bytes_raw()


@dataclass(frozen=True, slots=True)
class Seal:
    """The institution's seal: who signs, with which certificate, and who certified it.

    certificate, chain: X.509 in DER; the chain goes on to the root, which is its last.
    """

    signer: Signer
    certificate: bytes
    chain: tuple[bytes, ...]


def key_id_of(purpose: Purpose, number: int) -> str:
    """A key's name."""
    return f"{purpose.value}-{number}"


def find_signer(purpose: Purpose) -> Signer | None:
    """Who signs for a purpose now.

    None where no key was made, where it is kept in a file (the root), or where it cannot be opened:
    what would be signed is then given unsigned, and the operator finds why in the log and by
    `flask keys list`.
    """
    row = _keys_in_use().get(purpose)
    return None if row is None else _signer(row)


def find_seal() -> Seal | None:
    """The seal in use, with its certificates; None as with `find_signer`."""
    row = _keys_in_use().get(Purpose.SEAL)
    if row is None or row.certificate is None or row.root is None:
        return None
    signer = _signer(row)
    return None if signer is None else Seal(signer, row.certificate, (row.root,))


def is_root_away() -> bool:
    """Whether the private key of the root in use is kept in a file, and not on the server."""
    row = _keys_in_use().get(Purpose.ROOT)
    return row is not None and row.encrypted_private_key is None


def list_public_keys(purpose: Purpose | None = None) -> list[PublicKey]:
    """Every key of a purpose, or of all, from the first on; retired ones are among them."""
    if purpose is None:
        return [PublicKey(*row) for row in current_connection().execute(_PUBLIC)]
    rows = current_connection().execute(_PUBLIC_OF, {"of": purpose})
    return [PublicKey(*row) for row in rows]


@asked_once
def _keys_in_use() -> Mapping[Purpose, AnyRow]:
    """Who signs now, by purpose: a sheet takes three, and a ZIP has a thousand sheets."""
    return {row.purpose: row for row in current_connection().execute(_IN_USE)}


def _signer(row: AnyRow) -> Signer | None:
    key_id = key_id_of(row.purpose, row.number)
    try:
        if row.label is not None:
            return vault().hardware_signer(key_id, row.label)
        if row.encrypted_private_key is None:
            return None
        return vault().signer(key_id, row.encrypted_private_key)
    except CannotSign as reason:
        log.warning("The key %s cannot be used: %s", key_id, reason)
        return None
    except ValueError:
        log.exception("The key %s cannot be opened: KEYS_PASSPHRASE is not the one it has", key_id)
        return None
