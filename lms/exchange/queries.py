"""Whose key this is, and which keys an institution has."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, case, func, select

from lms.accounts.models import Account
from lms.accounts.tokens import hash_token
from lms.db import AnyRow, current_connection
from lms.errors import N_
from lms.exchange.caller import Caller
from lms.exchange.enums import TokenScope
from lms.exchange.errors import TokenRefused
from lms.exchange.makers import has_maker
from lms.exchange.models import ApiToken
from lms.exchange.rules import USED_EVERY, TokenState, read_scopes, state_of
from lms.institutions.models import Institution
from lms.institutions.scope import Scope

PAGE_SIZE: Final = 50
SOON: Final = timedelta(days=30)

_HAS_MAKER: Final = has_maker(ApiToken)
_FACTS: Final = (
    ApiToken.id,
    ApiToken.institution_id,
    ApiToken.creator_id,
    ApiToken.scopes,
    ApiToken.expires_at,
    ApiToken.revoked_at,
    ApiToken.last_used_at,
    Institution.ended_on.is_not(None).label("has_ended"),
    _HAS_MAKER.label("has_maker"),
)
_SHOWN: Final = (
    select(*_FACTS)
    .join(Institution, Institution.id == ApiToken.institution_id)
    .where(ApiToken.token_hash == bindparam("token_hash"))
)
_WHY: Final = {
    TokenState.REVOKED: N_("Kunci ini sudah dicabut."),
    TokenState.EXPIRED: N_("Masa berlaku kunci ini sudah lewat."),
    TokenState.ENDED: N_(
        "Instansi pemilik kunci ini sudah digabung atau ditutup. Pengelola kepegawaian instansi "
        "penerusnya membuat kunci yang baru."
    ),
    TokenState.ORPHANED: N_(
        "Pembuat kunci ini bukan lagi pengelola kepegawaian seluruh instansi. Pengelola yang "
        "sekarang membuat kunci yang baru."
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Who shows a key; is_to_be_noted: that it is in use was not noted for a while."""

    caller: Caller
    is_to_be_noted: bool


def find_shown(token: str, *, now: datetime) -> Shown:
    """Whose key this is; raises TokenRefused, and says why only to who has the key itself.

    A key of an institution that was merged or closed opens nothing: its people are answered for by
    the successor, whose officers decide anew which system may have what.
    """
    row = (
        current_connection()
        .execute(_SHOWN, {"token_hash": hash_token(token), "now": now})
        .one_or_none()
    )
    if row is None:
        raise TokenRefused(N_("Kunci ini tidak dikenal."))
    state = _state(row, now)
    if state is not TokenState.LIVE:
        raise TokenRefused(_WHY[state])
    return Shown(
        Caller(row.id, row.institution_id, row.creator_id, read_scopes(row.scopes)),
        row.last_used_at is None or now - row.last_used_at > USED_EVERY,
    )


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A key as a list shows it; never the key itself."""

    token_id: int
    name: str
    prefix: str
    institution: str
    creator: str
    scopes: tuple[TokenScope, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: TokenState


@dataclass(frozen=True, slots=True)
class TokenPage:
    """A page of keys, and how many pages there are."""

    lines: list[TokenLine]
    page: int
    pages: int


_LINES: Final = (
    select(
        *_FACTS,
        ApiToken.name,
        ApiToken.prefix,
        ApiToken.created_at,
        Institution.name.label("institution"),
        Account.name.label("creator"),
    )
    .join(Institution, Institution.id == ApiToken.institution_id)
    .join(Account, Account.id == ApiToken.creator_id)
    .order_by(case((ApiToken.revoked_at.is_(None), 0), else_=1), ApiToken.id.desc())
    .limit(PAGE_SIZE)
    .offset(bindparam("first"))
)
_OF: Final = ApiToken.institution_id.in_(bindparam("institutions", expanding=True))
_OWN_LINES, _COUNT = _LINES.where(_OF), select(func.count(ApiToken.id))
_OWN_COUNT: Final = _COUNT.where(_OF)
_ENDING: Final = _COUNT.join(Institution, Institution.id == ApiToken.institution_id).where(
    ApiToken.revoked_at.is_(None),
    ApiToken.expires_at > bindparam("now"),
    ApiToken.expires_at <= bindparam("soon"),
    Institution.ended_on.is_(None),
    _HAS_MAKER,
)


def list_tokens(scope: Scope, page: int, *, now: datetime) -> TokenPage:
    """A page of the keys of the asker's whole institutions: those not revoked first, newest first.

    A page that there is not is the last one.
    """
    return _list(scope.institution_ids, page, now)


def list_all_tokens(page: int, *, now: datetime) -> TokenPage:
    """The same of all institutions, for who keeps the registry."""
    return _list(None, page, now)


def count_ending_tokens(*, now: datetime) -> int:
    """How many keys that still open something end within a month."""
    return current_connection().execute(_ENDING, {"now": now, "soon": now + SOON}).scalar_one()


def _list(institution_ids: Collection[int] | None, page: int, now: datetime) -> TokenPage:
    own = institution_ids is not None
    asked = {"institutions": sorted(institution_ids or ())} if own else {}
    connection = current_connection()
    number: int = connection.execute(_OWN_COUNT if own else _COUNT, asked).scalar_one()
    pages = max(1, -(-number // PAGE_SIZE))
    page = min(max(page, 1), pages)
    rows = connection.execute(
        _OWN_LINES if own else _LINES, asked | {"first": (page - 1) * PAGE_SIZE, "now": now}
    )
    return TokenPage([_line(row, now) for row in rows], page, pages)


def _line(row: AnyRow, now: datetime) -> TokenLine:
    scopes = read_scopes(row.scopes)
    return TokenLine(
        token_id=row.id,
        name=row.name,
        prefix=row.prefix,
        institution=row.institution,
        creator=row.creator,
        scopes=tuple(scope for scope in TokenScope if scope in scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        state=_state(row, now),
    )


def _state(row: AnyRow, now: datetime) -> TokenState:
    return state_of(
        revoked_at=row.revoked_at,
        expires_at=row.expires_at,
        has_ended=bool(row.has_ended),
        has_maker=bool(row.has_maker),
        now=now,
    )
