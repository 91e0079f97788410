"""Keys are stored, and retired; what they are made of comes from `material.py`."""

from collections.abc import Iterable
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from sqlalchemy import func, select, update

from lms.audit import record
from lms.db import current_connection, db, store_once
from lms.keys.enums import Purpose
from lms.keys.material import (
    KeyMaterial,
    make_hardware_seal,
    make_plain,
    make_root,
    make_seal,
)
from lms.keys.models import SigningKey
from lms.keys.queries import key_id_of
from lms.keys.signers import open_private_key
from lms.keys.vault import vault


class RootAway(LookupError):
    """The private key of the root in use is not on the server: it is kept in a file."""


class OtherRoot(Exception):
    """What was brought is another root than the one in use."""


_IS_IN_USE = SigningKey.retired_at.is_(None)


def list_missing() -> list[Purpose]:
    """The purposes of which no key is in use, in their order."""
    in_use = set(db.session.scalars(select(SigningKey.purpose).where(_IS_IN_USE)))
    return [purpose for purpose in Purpose if purpose not in in_use]


def make_hardware_keys(
    label: str, issuer_name: str, *, root: KeyMaterial | None = None, now: datetime
) -> list[KeyMaterial]:
    """A seal whose key the hardware module makes and keeps, certified by the root in use.

    Takes the root where it is kept in a file. Raises CannotSign where the module cannot be used,
    LabelTaken where it has something of this label, and what `open_root` does.
    """
    root = root or open_root()
    return [make_hardware_seal(vault().module, label, issuer_name, root, now=now)]


def make_keys(
    purposes: Iterable[Purpose],
    issuer_name: str,
    *,
    root: KeyMaterial | None = None,
    now: datetime,
) -> list[KeyMaterial]:
    """New keys for purposes; takes a second, and belongs before the transaction that stores them.

    A new root certifies a new seal, which is then made with it. Takes the root in use where it is
    kept in a file. Raises what `open_root` does.
    """
    wanted = set(purposes)
    if Purpose.ROOT in wanted:
        wanted.add(Purpose.SEAL)
    made = {purpose: make_plain(purpose) for purpose in wanted - {Purpose.ROOT, Purpose.SEAL}}
    if Purpose.SEAL in wanted:
        is_new = Purpose.ROOT in wanted
        root = make_root(issuer_name, now=now) if is_new else root or open_root()
        made[Purpose.SEAL] = make_seal(issuer_name, root, now=now)
        if is_new:
            made[Purpose.ROOT] = root
    return [made[purpose] for purpose in Purpose if purpose in made]


def add_keys(keys: Iterable[KeyMaterial], *, now: datetime) -> list[str]:
    """Store keys for purposes of which none is in use; returns the names of those stored.

    Of two processes that start at once one stores its own, and the other leaves it at that.
    """
    return [name for key in keys if (name := _store(key, now=now)) is not None]


def rotate_keys(
    keys: Iterable[KeyMaterial], *, actor_id: int | None = None, now: datetime
) -> list[str]:
    """Retire the keys in use of the same purposes and store these; returns their names.

    What retired keys signed stays true: they stay published.
    """
    names = []
    for key in keys:
        retired = db.session.execute(
            update(SigningKey)
            .where(SigningKey.purpose == key.purpose, _IS_IN_USE)
            .values(retired_at=now)
            .returning(SigningKey.number)
        ).scalar()
        if retired is not None:
            name = key_id_of(key.purpose, retired)
            record("key.retired", f"key:{name}", actor_id=actor_id, now=now)
        names += [name for name in (_store(key, actor_id=actor_id, now=now),) if name]
    return names


def _store(key: KeyMaterial, *, actor_id: int | None = None, now: datetime) -> str | None:
    certificate = key.certificate
    numbers = select(func.max(SigningKey.number)).where(SigningKey.purpose == key.purpose)
    number = (db.session.scalar(numbers) or 0) + 1
    values = {
        "purpose": key.purpose,
        "number": number,
        "algorithm": key.algorithm,
        "public_key": key.public_der,
        "certificate": certificate and certificate.public_bytes(serialization.Encoding.DER),
        "encrypted_private_key": key.encrypted(vault().passphrase),
        "label": key.label,
        "created_at": now,
    }
    if not store_once(SigningKey, values, current_connection()):
        return None
    name = key_id_of(key.purpose, number)
    record("key.made", f"key:{name}", actor_id=actor_id, now=now)
    return name


def open_root() -> KeyMaterial:
    """The root in use, opened: for the moment in which it certifies a seal, or leaves the server.

    Raises LookupError where there is none, RootAway where its private key is kept in a file alone,
    and ValueError where it cannot be opened.
    """
    key = _root_in_use()
    if key.encrypted_private_key is None:
        raise RootAway
    private_key = open_private_key(key.encrypted_private_key, vault().passphrase)
    return KeyMaterial(
        Purpose.ROOT,
        private_key.public_key(),
        private_key,
        x509.load_der_x509_certificate(key.certificate or b""),
    )


def require_in_use(root: KeyMaterial) -> None:
    """Make sure that a root that came out of a file is the one in use; raises OtherRoot."""
    if root.public_der != _root_in_use().public_key:
        raise OtherRoot("The file holds another root than the one in use.")


def forget_root(root: KeyMaterial, *, actor_id: int | None = None, now: datetime) -> str:
    """Take the private key of the root in use off the server; returns the root's name.

    For whoever has read it back out of its file. Its public half and its certificate stay. Raises
    OtherRoot where it is not that one.
    """
    require_in_use(root)
    key = _root_in_use()
    key.encrypted_private_key = None
    db.session.flush()
    name = key_id_of(Purpose.ROOT, key.number)
    record("key.taken_away", f"key:{name}", actor_id=actor_id, now=now)
    return name


def _root_in_use() -> SigningKey:
    key = db.session.scalars(
        select(SigningKey).where(SigningKey.purpose == Purpose.ROOT, _IS_IN_USE)
    ).one_or_none()
    if key is None:
        raise LookupError("There is no root.")
    return key
