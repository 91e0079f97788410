"""Whoever makes a key or a webhook answers for it, as long as they answer for the institution."""

from sqlalchemy import ColumnElement, bindparam, exists

from lms.accounts.models import Account, RoleGrant
from lms.exchange.models import ApiToken, Webhook
from lms.institutions.granting.officers import answers_for_all


def has_maker(made: type[ApiToken | Webhook]) -> ColumnElement[bool]:
    """That who made it answers for the whole institution still, at the moment `now` is bound to."""
    return (
        exists()
        .where(
            RoleGrant.account_id == made.creator_id,
            RoleGrant.institution_id == made.institution_id,
            answers_for_all(bindparam("now")),
            Account.id == RoleGrant.account_id,
            Account.merged_into_id.is_(None),
        )
        .correlate(made)
    )
