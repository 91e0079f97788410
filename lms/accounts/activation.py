"""Codes on paper by which people without mail choose a password.

A code has 58 random bits and belongs to one account: only its hash with that account is kept.
Guesses are counted and braked as guesses at passwords are, under the number that was typed.
"""

import secrets
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from sqlalchemy import bindparam, delete, insert, select

from lms.accounts.enums import LinkPurpose
from lms.accounts.errors import WrongCode
from lms.accounts.models import ActivationCode, OneTimeLink
from lms.accounts.queries import find_credentials, get_account
from lms.accounts.throttling import (
    count_failures,
    key_of_identifier,
    record_failure,
    record_guess,
)
from lms.accounts.tokens import hash_token, new_token
from lms.db import current_connection, db, read_only

# Without what looks alike in print or in handwriting: 0 and O, 1, I and L, 2 and Z, 5 and S.
ALPHABET: Final = "346789ABCDEFGHJKMNPQRTUVWXY"
CODE_LENGTH: Final = 12
GROUP: Final = 4
VALID_FOR: Final = timedelta(days=30)
# Long enough to think of a password.
OPEN_FOR: Final = timedelta(minutes=30)

_FIND = select(ActivationCode.code_hash).where(
    ActivationCode.account_id == bindparam("account_id"),
    ActivationCode.expires_at > bindparam("now"),
)


def new_code() -> str:
    """A code, without the signs between its groups."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def show_code(code: str) -> str:
    """A code as it is printed, in groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, CODE_LENGTH, GROUP))


def read_code(text: str) -> str:
    """A code as people type it: with or without signs between, large or small."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in plain if sign.isalnum())[: 2 * CODE_LENGTH]


def issue_codes(
    account_ids: Collection[int], *, issuer_id: int | None, now: datetime
) -> dict[int, str]:
    """Give each of these accounts a code, which voids the former one; returns code by account."""
    codes = {account_id: new_code() for account_id in sorted(set(account_ids))}
    if not codes:
        return {}
    connection = current_connection()
    connection.execute(delete(ActivationCode).where(ActivationCode.account_id.in_(codes)))
    connection.execute(
        insert(ActivationCode),
        [
            {
                "account_id": account_id,
                "code_hash": _hash(account_id, code),
                "created_at": now,
                "expires_at": now + VALID_FOR,
                "issuer_id": issuer_id,
            }
            for account_id, code in codes.items()
        ],
    )
    return codes


def open_by_code(identifier: str, code: str, *, now: datetime, target: str = "") -> str:
    """The token of a link, good for half an hour, for who has the code of this number or address.

    The code goes when a password is chosen; `target` is where the person goes on then. Raises
    WrongCode, which says neither what is wrong nor whether there is such a person, and
    TooManyGuesses where many have failed before.
    """
    key = key_of_identifier(identifier)
    with read_only():
        known = find_credentials(identifier)
        asked = {"account_id": known.account_id if known else 0, "now": now}
        stored = current_connection().execute(_FIND, asked).scalar()
        failed_count = count_failures(key, now=now)
    record_guess(key, failed_count, now=now)
    given = _hash(asked["account_id"], read_code(code))
    if not compare_digest(stored or bytes(32), given) or known is None:
        record_failure(key, failed_count, now=now)
        raise WrongCode
    token = new_token()
    db.session.add(
        OneTimeLink(
            account=get_account(known.account_id),
            token_hash=hash_token(token),
            purpose=LinkPurpose.CODE,
            created_at=now,
            expires_at=now + OPEN_FOR,
            target=target,
        )
    )
    return token


def _hash(account_id: object, code: str) -> bytes:
    return sha256(f"code:{account_id}:{code}".encode()).digest()
