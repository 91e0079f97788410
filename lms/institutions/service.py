"""How people come to stand at an institution: by its staff list, or by themselves."""

from datetime import datetime

from sqlalchemy import select

from lms.accounts.errors import NumberTaken
from lms.accounts.kinds import LinkPurpose
from lms.accounts.models import Account
from lms.accounts.queries import find_account, find_number
from lms.accounts.rules import NumberFacts
from lms.accounts.service import (
    Address,
    ask_for_link,
    change_number,
    create_account,
    mail_link,
)
from lms.audit import record
from lms.db import db
from lms.institutions.errors import AlreadyDecided, NoSuchStaff
from lms.institutions.models import Institution, InstitutionKind, Posting, PostingSource
from lms.institutions.scope import Scope
from lms.institutions.signals import person_confirmed
from lms.mail import write_mail


def found_institution(
    code: str, name: str, kind: InstitutionKind, *, time_zone: str = "Asia/Jakarta"
) -> Institution:
    """Add an institution, or correct the one with this code."""
    institution = db.session.scalar(select(Institution).where(Institution.code == code))
    if institution is None:
        institution = Institution(code=code, name=name, kind=kind, time_zone=time_zone)
        db.session.add(institution)
    institution.name, institution.kind, institution.time_zone = name, kind, time_zone
    db.session.flush()
    return institution


def register(
    name: str,
    email: str,
    number: NumberFacts,
    institution: Institution,
    address: Address,
    *,
    now: datetime,
    target: str = "",
) -> None:
    """Let a person register themselves; unconfirmed until the institution's officer confirms.

    `target` is where they go on once they have chosen a password.

    Whatever is known already, the asker learns nothing from the answer: the mailbox that we have
    on record gets the link it needs, and a number is never given to a second person.
    """
    try:
        account = create_account(name, email, number, now=now)
    except NumberTaken:
        known = number.number if find_account(number.number) else email
        ask_for_link(known, address, now=now, target=target)
        return
    _post(account, institution, PostingSource.SELF, now=now)
    mail_link(account, LinkPurpose.REGISTER, address, now=now, target=target)


def add_staff(
    scope: Scope,
    institution: Institution,
    name: str,
    email: str,
    number: NumberFacts,
    address: Address,
    *,
    now: datetime,
) -> Account:
    """Put a person on an institution's staff list, confirmed, and mail them the way in.

    A person who registered themselves there is confirmed, and one who stands at no institution
    (who was declined elsewhere) stands here from now on. Raises NoSuchStaff for an institution
    outside the scope and NumberTaken when the number or the address belong to somebody else.
    """
    if institution.id not in scope.institution_ids:
        raise NoSuchStaff
    account = find_account(number.number)
    if account is None:
        account = create_account(name, email, number, now=now)
        posting = _post(account, institution, PostingSource.STAFF_LIST, now=now)
        mail_link(account, LinkPurpose.ACTIVATE, address, now=now)
    else:
        present = db.session.scalar(
            select(Posting).where(Posting.account_id == account.id, Posting.ended_on.is_(None))
        )
        if present is not None and present.institution_id != institution.id:
            raise NumberTaken
        posting = present or _post(account, institution, PostingSource.STAFF_LIST, now=now)
    if posting.confirmed_at is None:
        _confirm(posting, scope, now=now)
    return account


def confirm_staff(scope: Scope, posting_id: int, *, now: datetime) -> str:
    """Vouch for a person who registered themselves; returns their name.

    Raises NoSuchStaff outside the scope and AlreadyDecided for a second decision.
    """
    posting = _waiting(scope, posting_id)
    _confirm(posting, scope, now=now)
    return _name(posting)


def correct_staff(
    scope: Scope, posting_id: int, name: str, number: NumberFacts, *, now: datetime
) -> None:
    """Correct the name or the number of one's own confirmed staff; certificates stay as issued.

    The address is not the officer's to change: whoever holds it can choose the password. Raises
    NoSuchStaff outside the scope or before confirmation, and NumberTaken.
    """
    posting = db.session.scalar(
        select(Posting)
        .where(Posting.id == posting_id, Posting.confirmed_at.is_not(None))
        .where(Posting.institution_id.in_(scope.institution_ids), Posting.ended_on.is_(None))
    )
    if posting is None:
        raise NoSuchStaff
    account = db.session.get_one(Account, posting.account_id)
    account.name = name
    if find_number(account.id) != number.number:
        change_number(account, number, on=now.date())
    record("staff.corrected", f"account:{account.id}", actor_id=scope.officer_id, now=now)


def note_export(scope: Scope, form: str, *, now: datetime) -> None:
    """Note that an officer takes the list of their people away as a file of this form."""
    ids = sorted(scope.institution_ids)
    record(
        "staff.exported",
        "staff",
        actor_id=scope.officer_id,
        now=now,
        form=form,
        institution_ids=ids,
    )


def decline_staff(scope: Scope, posting_id: int, *, now: datetime) -> str:
    """Say that a person does not work here; returns their name.

    They keep their account and what they learned, and stand at no institution. Raises
    NoSuchStaff outside the scope and AlreadyDecided for a second decision.
    """
    posting = _waiting(scope, posting_id)
    posting.ended_on = now.date()
    account = db.session.get_one(Account, posting.account_id)
    record(
        "staff.declined",
        f"account:{account.id}",
        actor_id=scope.officer_id,
        now=now,
        institution_id=posting.institution_id,
    )
    write_mail(
        account.email,
        "Data kepegawaian Anda belum cocok",
        f"Yth. {account.name},\n\nPengelola kepegawaian menyatakan bahwa Anda tidak tercatat di "
        "instansi yang Anda pilih. Akun dan hasil belajar Anda tetap ada. Hubungi pengelola "
        "kepegawaian instansi Anda bila ini keliru.\n",
        now=now,
    )
    return account.name


def _post(
    account: Account, institution: Institution, source: PostingSource, *, now: datetime
) -> Posting:
    posting = Posting(
        account=account, institution=institution, source=source, started_on=now.date()
    )
    db.session.add(posting)
    db.session.flush()
    return posting


def _waiting(scope: Scope, posting_id: int) -> Posting:
    posting = db.session.scalar(
        select(Posting)
        .where(Posting.id == posting_id)
        .where(Posting.institution_id.in_(scope.institution_ids))
        .with_for_update()
    )
    if posting is None:
        raise NoSuchStaff
    if posting.confirmed_at is not None or posting.ended_on is not None:
        raise AlreadyDecided
    return posting


def _confirm(posting: Posting, scope: Scope, *, now: datetime) -> None:
    posting.confirmed_at = now
    db.session.flush()
    record(
        "staff.confirmed",
        f"account:{posting.account_id}",
        actor_id=scope.officer_id,
        now=now,
        institution_id=posting.institution_id,
    )
    person_confirmed.send(None, account_id=posting.account_id, now=now)


def _name(posting: Posting) -> str:
    return db.session.get_one(Account, posting.account_id).name
