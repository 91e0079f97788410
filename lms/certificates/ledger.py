"""What the ledger says of a certificate now: out of force, or in it, in statements that ask.

An entry that nothing follows is the last word on its certificate. Almost all certificates have but
the entry of their issue, which the index of all other entries passes by: one look finds nothing.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import AliasedClass

from lms.certificates.models import ISSUED, REINSTATED, REVOKED, Certificate, LedgerEntry

_Entry = type[LedgerEntry] | AliasedClass[LedgerEntry]


def ends(entry: _Entry) -> ColumnElement[bool]:
    """That this entry holds a certificate out of force: an end, and it was not withdrawn."""
    return and_(entry.kind != ISSUED, entry.kind != REINSTATED, is_last(entry))


def is_out_of_force(certificate: type[Certificate] = Certificate) -> ColumnElement[bool]:
    """That a certificate of the statement is revoked, or replaced, and not reinstated since."""
    entry = aliased(LedgerEntry)
    return exists().where(entry.certificate_id == certificate.id, ends(entry))


def is_revoked(certificate: type[Certificate] = Certificate) -> ColumnElement[bool]:
    """That a certificate of the statement is revoked, and that this was not withdrawn."""
    entry = aliased(LedgerEntry)
    return exists().where(
        entry.certificate_id == certificate.id,
        entry.kind != ISSUED,
        entry.kind == REVOKED,
        is_last(entry),
    )


def is_last(entry: _Entry) -> ColumnElement[bool]:
    """That nothing follows this entry: it says what holds.

    A value and not NOT EXISTS, which PostgreSQL makes a join of that goes through the whole ledger:
    this is looked up for the few entries that are at hand.
    """
    following = aliased(LedgerEntry)
    follower = select(following.id).where(following.follows_id == entry.id).scalar_subquery()
    return follower.is_(None)


def are_of(is_wanted: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """That entries are of the certificates wanted, of which `is_wanted` is asked by their key.

    In two halves, of which an index serves each.
    """
    wanted = is_wanted(LedgerEntry.certificate_id)
    return or_(and_(wanted, LedgerEntry.kind == ISSUED), and_(wanted, LedgerEntry.kind != ISSUED))


ended = aliased(LedgerEntry)
"""The entry that holds a certificate out of force, where statements join it by `HAS_ENDED`."""

HAS_ENDED = and_(ended.certificate_id == Certificate.id, ends(ended))
