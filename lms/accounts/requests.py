"""Requests of people who are not signed in: a registration, or a link to choose a password.

A request is written down and answered with the same words for everybody, and in the same time.
Whose it is, is looked up afterwards, and told to the mailbox alone (`flask jobs run`).
"""

import logging
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import delete, exists, or_, select

from lms.accounts.enums import LinkPurpose
from lms.accounts.models import Account, LinkRequest, Registration
from lms.accounts.notifications import (
    Address,
    mail_link,
    mail_registrations,
    mail_who_has_an_account,
    may_be_written_to,
)
from lms.accounts.queries import find_account
from lms.accounts.rules import LINK_LENGTH, NumberFacts, read_identifier
from lms.db import db, read_only, transaction
from lms.jobs.rules import next_try

log = logging.getLogger("sakuham.accounts")

AT_ONCE = 200
IN_ONE_MESSAGE = 50
# When a registration is looked at again whose mailbox has had its messages of this hour.
LATER = timedelta(minutes=10)
# How long a request that failed waits before each further try; then it is given up.
PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


def register(
    name: str,
    email: str,
    number: NumberFacts,
    institution_id: int | None,
    *,
    now: datetime,
    target: str = "",
    unit_id: int | None = None,
    institution_words: str | None = None,
) -> None:
    """Write down that somebody wants an account; `target` is where they go on with it.

    Who did not find their institution gives its name in `institution_words`.

    It holds neither number nor address, whoever has them, and the asker learns nothing of that.
    """
    db.session.add(
        Registration(
            name=name,
            email=email,
            number=number.number,
            institution_id=institution_id,
            unit_id=unit_id,
            institution_words=institution_words,
            expires_at=now + LINK_LENGTH[LinkPurpose.REGISTER],
            due_at=now,
            target=target,
        )
    )


def ask_for_link(identifier: str, *, now: datetime, target: str = "") -> None:
    """Write down that the person of a number or an address wants to choose a password.

    `target` is where they go on afterwards.
    """
    db.session.add(LinkRequest(identifier=read_identifier(identifier), due_at=now, target=target))


def has_requests(*, now: datetime) -> bool:
    """Whether there is anything to answer or to forget at this moment."""
    waiting = or_(
        exists().where(LinkRequest.due_at <= now),
        exists().where(or_(Registration.due_at <= now, Registration.expires_at <= now)),
    )
    return bool(db.session.scalar(select(waiting)))


def answer_requests(address: Address, *, now: datetime) -> int:
    """Answer by mail what was asked for since the last time; returns how many requests that were.

    Each is answered in a transaction of its own. One that fails unexpectedly is noted in the log
    once, tried again after growing pauses, and given up in the end; the others go on. Registrations
    that nobody has answered in time are forgotten.
    """
    with read_only():
        links = list(
            db.session.scalars(
                select(LinkRequest.id)
                .where(LinkRequest.due_at <= now)
                .order_by(LinkRequest.due_at, LinkRequest.id)
                .limit(AT_ONCE)
            )
        )
        registrations = list(
            db.session.scalars(
                select(Registration.id)
                .where(Registration.due_at <= now)
                .order_by(Registration.due_at, Registration.id)
                .limit(AT_ONCE)
            )
        )
        has_lapsed = db.session.scalar(select(exists().where(Registration.expires_at <= now)))
    for link_request_id in links:
        _attempt(LinkRequest, link_request_id, address, now=now)
    for registration_id in registrations:
        _attempt(Registration, registration_id, address, now=now)
    if has_lapsed:
        with transaction():
            db.session.execute(delete(Registration).where(Registration.expires_at <= now))
    return len(links) + len(registrations)


Request = LinkRequest | Registration


def _attempt(kind: type[Request], key: int, address: Address, *, now: datetime) -> None:
    """Answer one request, or put it off."""
    try:
        with transaction():
            request = _take(kind, key)
            if isinstance(request, LinkRequest):
                _answer_link_request(request, address, now=now)
            elif request is not None:
                _answer_registration(request, address, now=now)
    except Exception:
        with transaction():
            request = _take(kind, key)
            if request is None:
                return
            if request.tried_count == 0:
                log.exception("%s %s is not answered", kind.__tablename__, key)
            _put_off(request, now=now)


def _take(kind: type[Request], key: int) -> Request | None:
    """A request that still waits and that no other process is at."""
    waiting = select(kind).where(kind.id == key, kind.due_at.is_not(None))
    return cast("Request | None", db.session.scalar(waiting.with_for_update(skip_locked=True)))


def _answer_link_request(request: LinkRequest, address: Address, *, now: datetime) -> None:
    account = find_account(request.identifier)
    if account is not None:
        _lock(account)
        if may_be_written_to(account.email, now=now):
            mail_link(account, _needed(account), address, now=now, target=request.target)
    else:
        _repeat_registration(request.identifier, address, now=now)
    db.session.delete(request)


def _answer_registration(request: Registration, address: Address, *, now: datetime) -> None:
    account = find_account(request.email)
    if account is not None:
        _tell_who_has_an_account(account, request, address, now=now)
        db.session.delete(request)
    elif may_be_written_to(request.email, now=now):
        _mail_waiting(request.email, [], address, now=now)
    else:
        # It stays: else three requests of strangers an hour would keep a mailbox from registering.
        request.due_at = now + LATER


def _mail_waiting(
    email: str, again: list[Registration], address: Address, *, now: datetime
) -> None:
    """Write a mailbox of all registrations that wait for a message, and of some once more."""
    waiting = db.session.scalars(
        select(Registration)
        .where(Registration.email == email, Registration.due_at.is_not(None))
        .where(Registration.expires_at > now)
        .order_by(Registration.id.desc())
        .limit(IN_ONE_MESSAGE)
        .with_for_update(skip_locked=True)
    )
    links, taken = again, []
    for each in waiting:
        each.due_at = None
        owner = find_account(each.number)
        if owner is None:
            links.append(each)
        else:
            taken.append(each)
            _tell_who_has_an_account(owner, each, address, now=now)
    mail_registrations(email, links, taken, address, now=now)


def _tell_who_has_an_account(
    account: Account, request: Registration, address: Address, *, now: datetime
) -> None:
    _lock(account)
    if may_be_written_to(account.email, now=now):
        mail_who_has_an_account(account, _needed(account), address, now=now, target=request.target)


def _repeat_registration(identifier: str, address: Address, *, now: datetime) -> None:
    """Who has not answered their registration yet is mailed its link once more."""
    by_email = "@" in identifier
    newest = db.session.scalar(
        select(Registration)
        .where((Registration.email if by_email else Registration.number) == identifier)
        .where(Registration.token_hash.is_not(None), Registration.expires_at > now)
        .order_by(Registration.id.desc())
        .limit(1)
    )
    if newest is None or not may_be_written_to(newest.email, now=now):
        return
    again = Registration(
        name=newest.name,
        email=newest.email,
        number=newest.number,
        institution_id=newest.institution_id,
        unit_id=newest.unit_id,
        institution_words=newest.institution_words,
        expires_at=newest.expires_at,
        due_at=None,
        target=newest.target,
    )
    _mail_waiting(newest.email, [again], address, now=now)
    db.session.add(again)


def _needed(account: Account) -> LinkPurpose:
    return LinkPurpose.RESET if account.password_hash else LinkPurpose.ACTIVATE


def _lock(account: Account) -> None:
    """So that no two processes count a mailbox's messages at once."""
    db.session.refresh(account, with_for_update=True)


def _put_off(request: Request, *, now: datetime) -> None:
    due_at = next_try(request.tried_count + 1, PAUSES, now=now)
    if due_at is None:
        db.session.delete(request)
    else:
        request.due_at, request.tried_count = due_at, request.tried_count + 1
