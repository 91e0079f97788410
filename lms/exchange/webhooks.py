"""Webhooks of institutions: made, begun anew from a position, removed, and shown."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from lms.accounts.models import Account
from lms.audit import record
from lms.db import AnyRow, current_connection, db
from lms.exchange.errors import (
    BadPosition,
    NoSuchWebhook,
    NoWholeInstitution,
    TooManyWebhooks,
)
from lms.exchange.letters import webhook_made
from lms.exchange.makers import has_maker
from lms.exchange.models import Webhook
from lms.exchange.receivers import read_address
from lms.exchange.signatures import SECRET_BYTES, write_secret
from lms.institutions.granting.officers import list_addresses_of_officers
from lms.institutions.models import Institution
from lms.institutions.postings import has_ended
from lms.institutions.registry.errors import HasEnded
from lms.institutions.scope import Scope
from lms.keys.sealed import seal
from lms.keys.vault import vault
from lms.mail import write_letters
from lms.transparency.queries import find_checkpoint

MOST: Final = 5
"""So many webhooks an institution may have."""

PURPOSE: Final = "webhook"
"""What the secrets are sealed for."""


def row_of(webhook_id: int) -> str:
    """To which row a sealed secret belongs."""
    return f"webhook:{webhook_id}"


def make_webhook(scope: Scope, institution_id: int, address: str, *, now: datetime) -> str:
    """Have an institution's system told from now on, and give the secret, this once.

    Raises NoWholeInstitution where the asker does not answer for all of it, HasEnded,
    BadWebhookAddress, and TooManyWebhooks.
    """
    if not scope.covers(institution_id) or scope.officer_id is None:
        raise NoWholeInstitution
    if has_ended(Institution, institution_id):
        raise HasEnded
    url = read_address(address)
    count = select(func.count(Webhook.id)).where(Webhook.institution_id == institution_id)
    if (db.session.scalar(count) or 0) >= MOST:
        raise TooManyWebhooks(MOST)
    secret = secrets.token_bytes(SECRET_BYTES)
    made = Webhook(
        institution_id=institution_id,
        creator_id=scope.officer_id,
        url=url,
        sealed_secret=b"",
        created_at=now,
        position=log_size(),
        due_at=now,
    )
    db.session.add(made)
    db.session.flush()
    made.sealed_secret = seal(secret, vault().passphrase, purpose=PURPOSE, row=row_of(made.id))
    db.session.flush()
    _enter("webhook.made", made, scope, now, url=url)
    maker = db.session.scalars(select(Account.name).where(Account.id == scope.officer_id)).one()
    place = db.session.scalars(
        select(Institution.name).where(Institution.id == institution_id)
    ).one()
    letter = webhook_made(url, maker, place)
    emails = list_addresses_of_officers(institution_id, now=now)
    write_letters([(email, letter) for email in emails], now=now)
    return write_secret(secret)


def replay_webhook(scope: Scope, webhook_id: int, position: int, *, now: datetime) -> int:
    """Tell all again from a position of the log on, also where it was switched off; gives it.

    Raises NoSuchWebhook, and BadPosition beyond the log.
    """
    kept = _own(scope, webhook_id)
    size = log_size()
    if not 0 <= position <= size:
        raise BadPosition(size)
    kept.position, kept.due_at = position, now
    kept.failing_since, kept.failure_count, kept.failure = None, 0, None
    db.session.flush()
    _enter("webhook.replayed", kept, scope, now, position=position)
    return position


def remove_webhook(scope: Scope, webhook_id: int, *, now: datetime) -> None:
    """Tell nothing there any more, and forget the secret; raises NoSuchWebhook."""
    kept = _own(scope, webhook_id)
    _enter("webhook.removed", kept, scope, now)
    db.session.delete(kept)
    db.session.flush()


def _own(scope: Scope, webhook_id: int) -> Webhook:
    kept = db.session.get(Webhook, webhook_id, with_for_update=True)
    if kept is None or not scope.covers(kept.institution_id):
        raise NoSuchWebhook
    return kept


def _enter(action: str, kept: Webhook, scope: Scope, now: datetime, **details: object) -> None:
    record(
        action,
        f"webhook:{kept.id}",
        actor_id=scope.officer_id,
        now=now,
        institution_id=kept.institution_id,
        **details,
    )


def log_size() -> int:
    """How many entries the public log has."""
    checkpoint = find_checkpoint()
    return 0 if checkpoint is None else checkpoint.size


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """A webhook as the page shows it; never its secret.

    is_off: it was switched off. is_orphaned: who made it answers for the institution no longer.
    """

    webhook_id: int
    institution: str
    url: str
    creator: str
    created_at: datetime
    position: int
    delivered_at: datetime | None
    failing_since: datetime | None
    failure_count: int
    failure: str | None
    is_off: bool
    is_orphaned: bool


_LINES: Final = (
    select(
        Webhook.id,
        Institution.name,
        Webhook.url,
        Account.name,
        Webhook.created_at,
        Webhook.position,
        Webhook.delivered_at,
        Webhook.failing_since,
        Webhook.failure_count,
        Webhook.failure,
        Webhook.due_at.is_(None),
        ~has_maker(Webhook),
    )
    .join(Institution, Institution.id == Webhook.institution_id)
    .join(Account, Account.id == Webhook.creator_id)
    .order_by(Institution.name, Webhook.id)
)


def list_webhooks(scope: Scope, *, now: datetime) -> list[WebhookLine]:
    """The webhooks of the asker's whole institutions, each of which has a few."""
    theirs = _LINES.where(Webhook.institution_id.in_(sorted(scope.institution_ids)))
    return [_line(row) for row in current_connection().execute(theirs, {"now": now})]


def _line(row: AnyRow) -> WebhookLine:
    return WebhookLine(*row)


def get_webhook(scope: Scope, webhook_id: int, *, now: datetime) -> WebhookLine:
    """One of them; raises NoSuchWebhook."""
    for line in list_webhooks(scope, now=now):
        if line.webhook_id == webhook_id:
            return line
    raise NoSuchWebhook
