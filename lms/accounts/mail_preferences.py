"""Which mail a person wants; what is needed (links, certificates, security) is always sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)

from lms.accounts.enums import Digest
from lms.accounts.models import MailPreference
from lms.db import current_connection, store_once

StopAddress = Callable[[int], str]
"""The address by which somebody, by their account, ends a kind of mail without signing in."""

PAUSES = {Digest.DAILY: timedelta(days=1), Digest.WEEKLY: timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class MailWishes:
    """What a person wants: reminders of assignments, and as an officer how often a digest."""

    reminders: bool = True
    digest: Digest = Digest.DAILY


_WISHES = select(MailPreference.reminders, MailPreference.digest).where(
    MailPreference.account_id == bindparam("account_id")
)


def get_mail_wishes(account_id: int) -> MailWishes:
    """A person's wishes; who has said nothing gets reminders, and a digest a day at most."""
    row = current_connection().execute(_WISHES, {"account_id": account_id}).one_or_none()
    return MailWishes() if row is None else MailWishes(*row)


def set_mail_wishes(account_id: int, wishes: MailWishes, *, now: datetime) -> None:
    """Keep what a person wants from now on."""
    row = {
        "account_id": account_id,
        "reminders": wishes.reminders,
        "digest": wishes.digest,
        "changed_at": now,
    }
    if not store_once(MailPreference, row, current_connection()):
        current_connection().execute(
            update(MailPreference)
            .where(MailPreference.account_id == account_id)
            .values(reminders=wishes.reminders, digest=wishes.digest, changed_at=now)
        )


def wants_reminders() -> ColumnElement[bool]:
    """That somebody wants reminders, in a statement that joins their preference from outside."""
    return func.coalesce(MailPreference.reminders, True)


def digest_is_due(told_at: SQLColumnExpression[datetime], *, now: datetime) -> ColumnElement[bool]:
    """That an officer who was last told then wants to hear again, in a statement as above."""
    wish = MailPreference.digest
    is_daily = or_(wish.is_(None), wish == Digest.DAILY)
    return or_(
        and_(is_daily, or_(told_at.is_(None), told_at <= now - PAUSES[Digest.DAILY])),
        and_(
            wish == Digest.WEEKLY,
            or_(told_at.is_(None), told_at <= now - PAUSES[Digest.WEEKLY]),
        ),
    )


def way_out_of_digests(stop_url: str) -> str:
    """How an officer ends or thins out what they are written."""
    return (
        "Anda dapat memilih menerimanya paling sering sekali sehari, sekali seminggu, atau tidak "
        f"sama sekali, di halaman Akun, bagian Surel, atau di sini:\n{stop_url}"
    )
