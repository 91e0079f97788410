"""Where somebody works, as the sign-on of the state has it."""

from datetime import datetime

from sqlalchemy import select

from lms.accounts.models import Account
from lms.accounts.one_person import accounts_of, kept_of
from lms.db import db
from lms.institutions.doubts.withdrawals import find_withdrawal, has_declined_since_withdrawal
from lms.institutions.models import Institution, Posting, PostingSource
from lms.institutions.postings import BY_SIGN_ON, add_posting, confirm_posting, end_posting
from lms.institutions.scope import Scope


def confirm_by_sign_on(account: Account, institution_code: str | None, *, now: datetime) -> None:
    """Confirm where a person works, if the provider says where, or if a staff list has said so.

    Whom an institution has confirmed stays there, whatever the provider says: it may be late, and
    people move by what their institutions note. Where the person only says themselves that they
    work, the institution decides, unless the provider names the same one. So it does where a doubt
    was answered that they do not work, or where they worked before, or were declined: then nobody's
    word but the institution's confirms them there again, and where it has declined them once more,
    it is not asked another time.
    """
    present = db.session.scalar(
        select(Posting).where(Posting.account_id == account.id, Posting.ended_on.is_(None))
    )
    if present is not None and present.confirmed_at is not None:
        return
    named = _find(institution_code)
    if named is None:
        if present is None or present.source is PostingSource.SELF:
            return
    elif present is None or present.institution_id != named.id:
        if has_declined_since_withdrawal(account.id, named.id) or _was_asked(account.id, named.id):
            return
        if present is not None:
            end_posting(present, now=now)
        present = add_posting(account, named, PostingSource.SIGN_ON, now=now)
    else:
        present.source = PostingSource.SIGN_ON
    place_id = present.institution_id
    if find_withdrawal(account.id, place_id) is not None or _list_ended(account.id, place_id):
        return
    scope = Scope(None, frozenset({present.institution_id}))
    confirm_posting(present, scope, now=now, by=BY_SIGN_ON)


def _was_asked(account_id: int, institution_id: int) -> bool:
    """Whether the institution has declined whom sign-on had put before it after they had gone."""
    ended = _list_ended(account_id, institution_id)
    return len(ended) > 1 and ended[0] == (PostingSource.SIGN_ON, None)


def _list_ended(
    account_id: int, institution_id: int
) -> list[tuple[PostingSource, datetime | None]]:
    """A person's postings at an institution that have ended, the newest first.

    By whom each was said, and when it was confirmed, if it was: who was declined stands among them.
    """
    rows = db.session.execute(
        select(Posting.source, Posting.confirmed_at)
        .where(
            Posting.account_id.in_(accounts_of(kept_of(account_id))),
            Posting.institution_id == institution_id,
            Posting.ended_on.is_not(None),
        )
        .order_by(Posting.id.desc())
    )
    return [(source, confirmed_at) for source, confirmed_at in rows]


def _find(code: str | None) -> Institution | None:
    """The institution in force with this code of the registry."""
    if code is None:
        return None
    return db.session.scalar(
        select(Institution).where(Institution.code == code, Institution.ended_on.is_(None))
    )
