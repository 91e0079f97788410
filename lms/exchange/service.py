"""Makes keys for other systems, revokes them, and notes that they are in use."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Account
from lms.accounts.tokens import hash_token, new_token
from lms.audit import record
from lms.db import current_connection, db
from lms.errors import N_, Invalid
from lms.exchange.enums import TokenScope
from lms.exchange.errors import NoSuchToken, NoWholeInstitution, TokenNameTaken, TooManyTokens
from lms.exchange.letters import token_made
from lms.exchange.models import ApiToken
from lms.exchange.rules import LIFETIMES, MARK, MOST_TOKENS, SHOWN, write_scopes
from lms.institutions.granting.officers import list_addresses_of_officers
from lms.institutions.models import Institution
from lms.institutions.postings import has_ended
from lms.institutions.registry.errors import HasEnded
from lms.institutions.scope import Scope
from lms.mail import write_letters


def make_token(
    scope: Scope,
    institution_id: int,
    name: str,
    scopes: Collection[TokenScope],
    days: int,
    *,
    now: datetime,
) -> str:
    """Make a key for an institution's own system, and give it: this once, for only its hash stays.

    All who answer for the whole institution are written that it was made, and by whom.

    Raises NoWholeInstitution where the asker does not answer for all of it, HasEnded, Invalid where
    it opens nothing or lives too long, TokenNameTaken, and TooManyTokens.
    """
    if not scope.covers(institution_id) or scope.officer_id is None:
        raise NoWholeInstitution
    if not scopes:
        raise Invalid("scopes", N_("Pilih sedikitnya satu hak."))
    if days not in LIFETIMES:
        raise Invalid("days", N_("Pilih masa berlakunya."))
    if has_ended(Institution, institution_id):
        raise HasEnded
    kept = select(func.count(ApiToken.id)).where(
        ApiToken.institution_id == institution_id, ApiToken.revoked_at.is_(None)
    )
    if (db.session.scalar(kept) or 0) >= MOST_TOKENS:
        raise TooManyTokens(MOST_TOKENS)
    token = MARK + new_token()
    made = ApiToken(
        institution_id=institution_id,
        creator_id=scope.officer_id,
        name=name,
        scopes=write_scopes(scopes),
        token_hash=hash_token(token),
        prefix=token[:SHOWN],
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError as error:
        raise TokenNameTaken from error
    _enter("api_token.made", made, scope.officer_id, now)
    _tell_officers(made)
    return token


def revoke_token(scope: Scope, token_id: int, *, now: datetime) -> str:
    """Have a key open nothing from now on, and give its name; twice does no harm.

    Raises NoSuchToken for one of an institution for all of which the asker does not answer.
    """
    token = _lock(token_id)
    if not scope.covers(token.institution_id):
        raise NoSuchToken
    return _revoke(token, scope.officer_id, now)


def revoke_any_token(actor_id: int, token_id: int, *, now: datetime) -> str:
    """The same for who keeps the registry; raises NoSuchToken."""
    return _revoke(_lock(token_id), actor_id, now)


def touch_token(token_id: int, *, now: datetime) -> None:
    """Note that a key is in use."""
    current_connection().execute(
        update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now)
    )


def _lock(token_id: int) -> ApiToken:
    token = db.session.get(ApiToken, token_id, with_for_update=True)
    if token is None:
        raise NoSuchToken
    return token


def _revoke(token: ApiToken, actor_id: int | None, now: datetime) -> str:
    if token.revoked_at is None:
        token.revoked_at = now
        _enter("api_token.revoked", token, actor_id, now)
    return token.name


def _enter(action: str, token: ApiToken, actor_id: int | None, now: datetime) -> None:
    record(
        action,
        f"api_token:{token.id}",
        actor_id=actor_id,
        now=now,
        institution_id=token.institution_id,
        scopes=token.scopes,
    )


def _tell_officers(token: ApiToken) -> None:
    maker = db.session.scalars(select(Account.name).where(Account.id == token.creator_id)).one()
    place = db.session.scalars(
        select(Institution.name).where(Institution.id == token.institution_id)
    ).one()
    letter = token_made(token, maker, place)
    emails = list_addresses_of_officers(token.institution_id, now=token.created_at)
    write_letters([(email, letter) for email in emails], now=token.created_at)
