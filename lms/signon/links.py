"""Identities that a person has linked with their own account, as they see and end them.

Those of accounts that were merged into theirs are among them: they open it too.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Device
from lms.accounts.one_person import find_kept, kept_of
from lms.accounts.queries import get_account
from lms.audit import record
from lms.db import db
from lms.errors import N_, NotFound
from lms.mail import write_letter
from lms.signon import letters
from lms.signon.claims import Told
from lms.signon.errors import IdentityTaken, LastWayIn, OtherIdentity
from lms.signon.models import ExternalIdentity
from lms.signon.service import (
    Arrival,
    find_identity,
    has_identity,
    hold_account,
    is_of_person,
)


class NoSuchIdentity(NotFound):
    """The asker has no such identity."""

    def __init__(self) -> None:
        super().__init__(N_("Tautan ini sudah diputuskan."))


@dataclass(frozen=True, slots=True)
class Linked:
    """One identity of a person's."""

    id: int
    issuer: str
    linked_at: datetime
    last_used_at: datetime


def list_identities_of(account_id: int) -> list[Linked]:
    """The identities by which a person signs in, the oldest first."""
    rows = db.session.execute(
        select(
            ExternalIdentity.id,
            ExternalIdentity.issuer,
            ExternalIdentity.linked_at,
            ExternalIdentity.last_used_at,
        )
        .where(is_of_person(account_id))
        .order_by(ExternalIdentity.id)
    )
    return [Linked(*row) for row in rows]


def find_issuer_of_device(device_id: int) -> str | None:
    """The issuer of the identity by which somebody came on a device, if by one."""
    return db.session.scalar(
        select(ExternalIdentity.issuer)
        .join(Device, Device.identity_id == ExternalIdentity.id)
        .where(Device.id == device_id)
    )


def link_own(account_id: int, told: Told, label: str, *, now: datetime) -> Arrival:
    """Link an identity with the account of who is signed in, by their own wish.

    What the provider says of numbers and institutions is left for when they come by it. Raises
    IdentityTaken for what is linked with another person's account, and OtherIdentity where they
    have another identity of the same provider.
    """
    known = find_identity(told.issuer, told.subject)
    if known is not None:
        if find_kept(known.account_id) != account_id:
            raise IdentityTaken(label)
        return Arrival(account_id, known.id)
    hold_account(account_id)
    if has_identity(account_id, told.issuer):
        raise OtherIdentity(label)
    identity = ExternalIdentity(
        account_id=account_id,
        issuer=told.issuer,
        subject=told.subject,
        linked_at=now,
        last_used_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(identity)
    except IntegrityError as error:
        raise OtherIdentity(label) from error
    record("sign_on.linked", f"account:{account_id}", actor_id=account_id, now=now)
    write_letter(get_account(account_id).email, letters.linked_by_oneself(label), now=now)
    return Arrival(account_id, identity.id)


def unlink(
    account_id: int, identity_id: int, label: str, device_id: int | None, *, now: datetime
) -> None:
    """End an identity: it opens the account no more, and devices that came by it are signed out.

    But for the one at which that is asked (`device_id`). Raises NoSuchIdentity for anybody else's,
    and LastWayIn where the person has neither a password nor another identity.
    """
    account = hold_account(account_id)
    own = is_of_person(account_id)
    is_theirs = db.session.scalar(
        select(ExternalIdentity.id).where(own, ExternalIdentity.id == identity_id)
    )
    if is_theirs is None:
        raise NoSuchIdentity
    count = db.session.scalar(select(func.count()).select_from(ExternalIdentity).where(own)) or 0
    if account.password_hash is None and count == 1:
        raise LastWayIn
    _remove([identity_id], device_id)
    record("sign_on.unlinked", f"account:{account_id}", actor_id=account_id, now=now)
    write_letter(account.email, letters.unlinked(label), now=now)


def forget_identities(account_id: int, *, now: datetime) -> None:
    """End all identities that open an account which has its rightful holder again."""
    ids = list(db.session.scalars(select(ExternalIdentity.id).where(is_of_person(account_id))))
    if ids:
        _remove(ids, None)
        record("sign_on.unlinked", f"account:{account_id}", actor_id=account_id, now=now)


def sign_out_others(account_ids: Collection[int]) -> None:
    """Sign out of these accounts whoever came by an identity that opens them no more.

    So when two accounts are parted: while they were one, the identities of both opened the kept.
    """
    strangers = exists().where(
        ExternalIdentity.id == Device.identity_id,
        kept_of(ExternalIdentity.account_id) != kept_of(Device.account_id),
    )
    db.session.execute(
        delete(Device)
        .where(Device.account_id.in_(account_ids), strangers)
        .execution_options(synchronize_session=False)
    )


def _remove(identity_ids: list[int], device_id: int | None) -> None:
    by_it = Device.identity_id.in_(identity_ids)
    db.session.execute(update(Device).where(by_it, Device.id == device_id).values(identity_id=None))
    db.session.execute(delete(Device).where(by_it))
    db.session.execute(delete(ExternalIdentity).where(ExternalIdentity.id.in_(identity_ids)))
