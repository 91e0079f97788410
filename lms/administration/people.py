"""Whom somebody looks for: by a number, an address, a name, or an account's key."""

from typing import Final

from sqlalchemy import select

from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.queries import find_credentials
from lms.accounts.rules import read_identifier
from lms.administration.accounts import MOST_FOUND, find_accounts
from lms.db import db
from lms.errors import N_, Invalid

LONGEST_KEY: Final = 9
"""So many digits an account's key has at most: an employee number has twice as many."""


class NobodyFound(Invalid):
    """No account has this number, this address, or a name that begins so."""

    def __init__(self, field: str) -> None:
        super().__init__(
            field,
            N_("Tidak ada akun dengan NIP, surel, atau nama ini. Nama ditulis sedikitnya 3 huruf."),
        )


class SeveralFound(Invalid):
    """A name that more than one person has."""

    def __init__(self, field: str, count: int) -> None:
        if count > MOST_FOUND:
            text = N_("Lebih dari %(count)s akun bernama begini. Tulis NIP atau surelnya.")
        else:
            text = N_("%(count)s akun bernama begini. Tulis NIP atau surelnya.")
        super().__init__(field, text, count=min(count, MOST_FOUND))


def find_one_person(field: str, text: str) -> int:
    """The account that is meant, by its key.

    A name in full goes before those that only begin so. Raises NobodyFound and SeveralFound, each
    of the field where it was typed.
    """
    text = " ".join(text.split())
    digits = text.replace(" ", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_KEY:
        found = [] if db.session.get(Account, int(digits)) is None else [int(digits)]
    elif "@" in text or digits.isdigit():
        found = _by_identifier(text)
    else:
        found = _by_name(text)
    if not found:
        raise NobodyFound(field)
    if len(found) > 1:
        raise SeveralFound(field, len(found))
    return found[0]


def _by_identifier(text: str) -> list[int]:
    """Who signs in by it; else who did, such as somebody who has died."""
    known = find_credentials(text)
    if known is not None:
        return [known.account_id]
    typed = read_identifier(text)
    statement = (
        select(Account.id).where(Account.email == typed)
        if "@" in typed
        else select(EmployeeNumber.account_id).where(EmployeeNumber.number == typed)
    )
    return sorted(set(db.session.scalars(statement)))


def _by_name(text: str) -> list[int]:
    ways = sorted({text, text.title(), text.upper()})
    in_full = select(Account.id).where(Account.name.in_(ways)).order_by(Account.id)
    found = list(db.session.scalars(in_full.limit(MOST_FOUND + 1)))
    return found or [each.id for each in find_accounts(text)]
