"""Whom a provider's word signs in, and what becomes of numbers, postings and links by it.

Nothing is done here but storing: the provider has been asked before (`client.py`). An address finds
nobody. A number finds somebody once, by a provider that vouches for numbers; from then on the
subject does, whatever the claims say.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.addresses import mail_way_back, was_taken_back
from lms.accounts.announcements import PeopleChanged
from lms.accounts.errors import NumberTaken
from lms.accounts.models import Account
from lms.accounts.notifications import Address
from lms.accounts.one_person import accounts_of, find_kept, kept_of
from lms.accounts.people import change_number, create_account, give_number
from lms.accounts.queries import find_number
from lms.accounts.rules import NumberFacts
from lms.accounts.tokens import new_token
from lms.announcements import announce
from lms.audit import AuditEntry, record
from lms.days import local_day
from lms.db import db
from lms.institutions.claims import find_claim_on_number, is_vouched_for
from lms.institutions.models import Posting
from lms.institutions.notifications import tell_others
from lms.institutions.rules import Claim
from lms.institutions.scope import Scope
from lms.institutions.staff_additions import lose_number
from lms.letters import Letter
from lms.mail import write_letter
from lms.signon import letters
from lms.signon.claims import Told
from lms.signon.errors import (
    AccountClosed,
    NoName,
    NoNumber,
    NotLinked,
    OtherIdentity,
    TakenByAnother,
    WasTakenBack,
)
from lms.signon.models import ExternalIdentity
from lms.signon.postings import confirm_by_sign_on
from lms.signon.taking_over import take_over_claim

CONTESTED: Final = "sign_on.number_contested"
REFUSED: Final = "sign_on.other_identity_refused"
ONCE_IN: Final = timedelta(days=7)
"""How often anybody hears of the same trouble."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """A provider whose word it is: its name for people, and how far its word goes."""

    label: str
    vouches_for_numbers: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who has come, and by which identity."""

    account_id: int
    identity_id: int
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why somebody was not let in, with what is to be stored of it all the same."""

    refusal: TakenByAnother | OtherIdentity


def arrive(told: Told, voucher: Voucher, address: Address, *, now: datetime) -> Arrival | Trouble:
    """Find, link or make the account of who comes with a provider's word.

    `address` makes a link's address of its token. Returns Trouble where people were written to
    because the word contradicts what is known: that is stored, and nobody is signed in. Raises
    AccountClosed, NoNumber, NoName, NotLinked and WasTakenBack.
    """
    identity = find_identity(told.issuer, told.subject)
    if identity is not None:
        return _return(identity, told, voucher, now=now)
    if not voucher.vouches_for_numbers:
        raise NotLinked(voucher.label)
    if told.number is None:
        raise NoNumber(voucher.label)
    claim = find_claim_on_number(told.number.number)
    if claim is None:
        account = _enter(told, told.number, voucher, now=now)
        return _link(account, told, is_new=True, now=now)
    return _meet(claim, told, voucher, address, now=now)


def find_identity(issuer: str, subject: str) -> ExternalIdentity | None:
    """The identity of a subject, if somebody here has it; held until the end."""
    return db.session.scalar(
        select(ExternalIdentity)
        .where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
        .with_for_update()
    )


def is_of_person(account_id: int) -> ColumnElement[bool]:
    """That an identity opens this account: it is linked with it, or with one merged into it."""
    return ExternalIdentity.account_id.in_(accounts_of(kept_of(account_id)))


def _return(
    identity: ExternalIdentity, told: Told, voucher: Voucher, *, now: datetime
) -> Arrival | Trouble:
    """Let in who has come before, with the number that the provider says now."""
    account = hold_account(find_kept(identity.account_id))
    if account.closed_at is not None:
        raise AccountClosed
    if voucher.vouches_for_numbers and told.number is not None:
        trouble = _renumber(account, told.number, voucher, now=now)
        if trouble is not None:
            return trouble
        identity.vouched_at = identity.vouched_at or now
        confirm_by_sign_on(account, told.institution_code, now=now)
    _activate(account, now=now)
    identity.last_used_at = now
    db.session.flush()
    return Arrival(account.id, identity.id)


def _renumber(
    account: Account, number: NumberFacts, voucher: Voucher, *, now: datetime
) -> Trouble | None:
    """Give a person the number that a provider says, as a staff list would.

    One that was theirs before changes nothing: the provider may be late. One that somebody else
    only claims becomes theirs; one that somebody else has by an institution's or a provider's word
    does not, and both hear of it. Numbers that they themselves had only claimed are forgotten, or
    their owner would be led to this account.
    """
    if find_number(account.id) == number.number:
        return None
    is_known = is_vouched_for(account.id) or _was_vouched_for(account.id)
    claim = find_claim_on_number(number.number)
    if claim is not None and claim.account_id == account.id and is_known:
        return None
    if claim is not None and claim.account_id != account.id:
        if claim.is_vouched_for or claim.is_closed or _was_vouched_for(claim.account_id):
            _tell_of_contest(account, claim, number.number[-3:], voucher, now=now)
            return Trouble(TakenByAnother(voucher.label))
        lose_number(claim, now=now)
    if is_known:
        change_number(account, number, on=local_day(now))
    else:
        give_number(account, number, on=local_day(now))
    record("sign_on.number_changed", f"account:{account.id}", actor_id=account.id, now=now)
    letter = letters.number_changed(voucher.label, number.number[-3:])
    write_letter(account.email, letter, now=now)
    announce(PeopleChanged(account_ids=(account.id,), now=now))
    return None


def _enter(told: Told, number: NumberFacts, voucher: Voucher, *, now: datetime) -> Account:
    """Make an account of who is new here; without a password, and active at once."""
    if told.name is None:
        raise NoName(voucher.label)
    is_taken = exists().where(Account.email == told.email)
    email = None if told.email is None or db.session.scalar(select(is_taken)) else told.email
    account = create_account(told.name, email, number, now=now)
    record("sign_on.entered", f"account:{account.id}", actor_id=account.id, now=now)
    return account


def _meet(
    claim: Claim, told: Told, voucher: Voucher, address: Address, *, now: datetime
) -> Arrival | Trouble:
    """Link the account that has the number, which a list or its person themselves has named.

    Where nobody but its holder has said that the number is theirs, the account is its person's, who
    has come now, whatever the holder has linked with it.
    """
    if claim.is_closed:
        raise AccountClosed
    account = hold_account(claim.account_id)
    if was_taken_back(account.id, now=now):
        raise WasTakenBack(voucher.label)
    is_in_use = claim.is_answered or has_identity(account.id)
    if claim.holds_a_role and is_in_use:
        # Who may see others' data is not let in by a third party's word before they have said so.
        raise NotLinked(voucher.label)
    is_claimed = is_in_use and not (claim.is_vouched_for or _was_vouched_for(account.id))
    if is_claimed:
        take_over_claim(account, told, letters.handed_over(voucher.label), now=now)
    if has_identity(account.id, told.issuer):
        letter = letters.other_identity(voucher.label)
        _tell_once(REFUSED, account, letter, now=now)
        return Trouble(OtherIdentity(voucher.label))
    if not is_claimed:
        _tell_of_link(account, voucher, address, now=now)
    return _link(account, told, now=now)


def _link(account: Account, told: Told, *, now: datetime, is_new: bool = False) -> Arrival:
    """Pin the subject to the account, by the provider's word.

    Raises NumberTaken to the second of two at once.
    """
    identity = ExternalIdentity(
        account_id=account.id,
        issuer=told.issuer,
        subject=told.subject,
        linked_at=now,
        last_used_at=now,
        vouched_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(identity)
    except IntegrityError as error:
        raise NumberTaken from error
    record("sign_on.linked", f"account:{account.id}", actor_id=account.id, now=now)
    _activate(account, now=now)
    confirm_by_sign_on(account, told.institution_code, now=now)
    return Arrival(account.id, identity.id, is_new)


def _activate(account: Account, *, now: datetime) -> None:
    """Who has come in has an account that is in use, though nobody has chosen a password."""
    if account.activated_at is None:
        account.activated_at = now
        db.session.flush()
        announce(PeopleChanged(account_ids=(account.id,), now=now))


def _tell_of_link(account: Account, voucher: Voucher, address: Address, *, now: datetime) -> None:
    """Write who has the account by now; a mailbox that was proved can take it back."""
    if account.email is None or account.activated_at is None:
        return
    if account.address_proved_at is None:
        write_letter(account.email, letters.linked(voucher.label, None), now=now)
        return
    token = new_token()
    letter = letters.linked(voucher.label, address(token))
    mail_way_back(account.id, account.email, letter, token, now=now)


def _tell_of_contest(
    account: Account, claim: Claim, ending: str, voucher: Voucher, *, now: datetime
) -> None:
    letter = letters.number_contested(voucher.label, ending)
    if not _tell_once(CONTESTED, account, letter, now=now):
        return
    if claim.is_answered:
        write_letter(claim.email or None, letter, now=now)
    present = select(Posting.id).where(
        Posting.account_id == claim.account_id, Posting.ended_on.is_(None)
    )
    tell_others(
        Scope(None, frozenset()),
        list(db.session.scalars(present)),
        letters.to_officers(voucher.label, ending),
        partial(letters.to_coordinators, voucher.label, ending),
        now=now,
    )


def _tell_once(action: str, account: Account, letter: Letter, *, now: datetime) -> bool:
    """Note a trouble and write of it, unless that was done lately; whether it was done now."""
    subject = f"account:{account.id}"
    lately = exists().where(
        AuditEntry.action == action,
        AuditEntry.entered_at > now - ONCE_IN,
        AuditEntry.subject == subject,
    )
    if db.session.scalar(select(lately)):
        return False
    record(action, subject, actor_id=None, now=now)
    write_letter(account.email, letter, now=now)
    return True


def has_identity(account_id: int, issuer: str | None = None) -> bool:
    """Whether a person is linked already, with an identity of this issuer if one is given."""
    theirs = exists().where(is_of_person(account_id))
    if issuer is not None:
        theirs = theirs.where(ExternalIdentity.issuer == issuer)
    return bool(db.session.scalar(select(theirs)))


def _was_vouched_for(account_id: int) -> bool:
    """Whether a provider has said that the account's number is its holder's."""
    by_word = exists().where(is_of_person(account_id), ExternalIdentity.vouched_at.is_not(None))
    return bool(db.session.scalar(select(by_word)))


def hold_account(account_id: int) -> Account:
    """The account, as whoever changed it before has left it, and nobody else's meanwhile."""
    return db.session.scalars(
        select(Account)
        .where(Account.id == account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
