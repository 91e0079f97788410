"""How people come to stand at an institution: by its staff list, or by themselves."""

import enum
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.accounts.enums import LinkPurpose
from lms.accounts.errors import NumberTaken
from lms.accounts.models import Account
from lms.accounts.notifications import Address, mail_link
from lms.accounts.queries import find_number
from lms.accounts.rules import NumberFacts
from lms.accounts.service import (
    change_number,
    create_account,
    give_number,
    hand_over,
    take_number,
)
from lms.announcements import announce
from lms.audit import record
from lms.db import db
from lms.institutions.announcements import PersonConfirmed
from lms.institutions.claims import (
    Claim,
    Contradiction,
    contradict,
    find_claim_on_address,
    find_claim_on_number,
    is_kept,
    pick_claim,
)
from lms.institutions.errors import (
    AddressDiffers,
    AddressOfARole,
    AlreadyDecided,
    NoSuchStaff,
    NotInScope,
    OwnPosting,
)
from lms.institutions.models import Institution, InstitutionKind, Posting, PostingSource
from lms.institutions.scope import Scope
from lms.mail import write_mail


class Outcome(enum.Enum):
    """What became of a line of a staff list."""

    ADDED = "added"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Added:
    """A person of a staff list, how they came to stand there, and what the list has overridden."""

    account_id: int
    name: str
    email: str
    outcome: Outcome
    overridden: Contradiction | None = None


def save_institution(
    code: str,
    name: str,
    kind: InstitutionKind,
    *,
    time_zone: str = "Asia/Jakarta",
    email_domain: str | None = None,
) -> Institution:
    """Add an institution, or correct the one with this code; without a domain it keeps its own."""
    institution = db.session.scalar(select(Institution).where(Institution.code == code))
    if institution is None:
        institution = Institution(code=code, name=name, kind=kind, time_zone=time_zone)
        db.session.add(institution)
    institution.name, institution.kind, institution.time_zone = name, kind, time_zone
    institution.email_domain = email_domain or institution.email_domain
    db.session.flush()
    return institution


def post_registered(account_id: int, institution_id: int, *, now: datetime) -> None:
    """Note where somebody says that they work whose registration was answered; unconfirmed."""
    _add_posting(
        db.session.get_one(Account, account_id),
        db.session.get_one(Institution, institution_id),
        PostingSource.SELF,
        now=now,
    )


def add_staff(
    scope: Scope,
    institution: Institution,
    name: str,
    email: str,
    number: NumberFacts,
    address: Address,
    *,
    now: datetime,
    replaces_address: bool = False,
) -> Added:
    """Put a person on an institution's staff list, confirmed, and mail them the way in.

    What the list says is what holds. A person whom nobody has vouched for yet and who names this
    number or this address, at whatever institution, becomes the person of the list: with its name,
    number and address, and without password, devices and links if their address was another one.
    What they have learned stays. An account with a role only loses a number that it claimed.

    Who stands on the list already is left alone, but for another address if `replaces_address`:
    then whoever used the former one is out, in the same way. Without it AddressDiffers is raised.

    Raises NoSuchStaff for an institution outside the scope, OwnPosting for the officer's own
    number, AddressOfARole where an officer would give another address to who holds a role, and
    NumberTaken when the number or the address belong to somebody vouched for elsewhere.
    """
    if institution.id not in scope.institution_ids:
        raise NoSuchStaff
    for is_last in (False, True):
        by_number, by_email = find_claim_on_number(number.number), find_claim_on_address(email)
        try:
            with db.session.begin_nested():
                if by_number is None or not by_number.is_vouched_for:
                    return _add(
                        by_number,
                        by_email,
                        scope,
                        institution,
                        name,
                        email,
                        number,
                        address,
                        now=now,
                    )
                if by_number.institution_id == institution.id and by_number.is_confirmed:
                    return _add_again(
                        by_number,
                        scope,
                        name,
                        email,
                        address,
                        now=now,
                        may_replace=replaces_address,
                    )
                return _keep(by_number, scope, institution, now=now)
        except NumberTaken:
            # Somebody may have come between our looking and our storing: what was begun is undone,
            # and they are seen now.
            if is_last:
                raise
    raise NumberTaken


def _add(
    by_number: Claim | None,
    by_email: Claim | None,
    scope: Scope,
    institution: Institution,
    name: str,
    email: str,
    number: NumberFacts,
    address: Address,
    *,
    now: datetime,
) -> Added:
    """Add a person whose number nobody is vouched for with, and settle whose it is."""
    if by_email is not None and is_kept(by_email, number.number):
        raise NumberTaken
    for each in (by_number, by_email):
        if each is not None:
            refuse_own(scope, each.account_id)
    claim = pick_claim(by_number, by_email)
    if by_number is not None and by_number != claim:
        _lose(by_number, now=now)
    if claim is None:
        account = create_account(name, email, number, now=now)
        outcome = Outcome.ADDED
    else:
        account = _settle(claim, name, email, number, scope, now=now)
        outcome = Outcome.CONFIRMED
    loser, overridden = claim or by_number, None
    if loser is not None:
        overridden = contradict(scope, loser, name, email, number.number)
    posting = _stand(account, institution, now=now)
    _confirm(posting, scope, now=now)
    if account.password_hash is None:
        mail_link(account, LinkPurpose.ACTIVATE, address, now=now)
    if overridden is not None:
        outcome = Outcome.CORRECTED
    return Added(account.id, account.name, account.email, outcome, overridden)


def _add_again(
    listed: Claim,
    scope: Scope,
    name: str,
    email: str,
    address: Address,
    *,
    now: datetime,
    may_replace: bool,
) -> Added:
    """Who stands on the list stays as they are, but for an address that is to be replaced."""
    refuse_own(scope, listed.account_id)
    if listed.email == email:
        return Added(listed.account_id, listed.name, listed.email, Outcome.KNOWN)
    if listed.holds_a_role and scope.officer_id is not None:
        raise AddressOfARole
    if not may_replace:
        raise AddressDiffers(listed.email)
    account = db.session.get_one(Account, listed.account_id, populate_existing=True)
    hand_over(account, name, email)
    if listed.is_answered:
        _tell_of_the_list(listed.email, now=now)
    mail_link(account, LinkPurpose.ACTIVATE, address, now=now)
    record("staff.address_replaced", f"account:{account.id}", actor_id=scope.officer_id, now=now)
    overridden = Contradiction(
        is_ours=True,
        name=listed.name,
        email=listed.email,
        number=listed.number or "",
        is_listed=True,
    )
    return Added(account.id, account.name, email, Outcome.CORRECTED, overridden)


def _keep(claim: Claim, scope: Scope, institution: Institution, *, now: datetime) -> Added:
    """Who was vouched for stays as they are; where they stand here or nowhere, they are ours."""
    refuse_own(scope, claim.account_id)
    account = db.session.get_one(Account, claim.account_id)
    if claim.institution_id not in {institution.id, None}:
        raise NumberTaken
    _confirm(_stand(account, institution, now=now), scope, now=now)
    return Added(account.id, account.name, account.email, Outcome.CONFIRMED)


def _settle(
    claim: Claim, name: str, email: str, number: NumberFacts, scope: Scope, *, now: datetime
) -> Account:
    """Make a claim the person of the list."""
    account = db.session.get_one(Account, claim.account_id, populate_existing=True)
    former_address = account.email
    hand_over(account, name, email)
    if claim.number != number.number:
        give_number(account, number, on=now.date())
    if former_address != email and claim.is_answered:
        _tell_of_the_list(former_address, now=now)
    record("staff.claim_settled", f"account:{account.id}", actor_id=scope.officer_id, now=now)
    return account


def _lose(claim: Claim, *, now: datetime) -> None:
    """Take a number, and the place that goes with it, from somebody who only claimed it."""
    account = db.session.get_one(Account, claim.account_id)
    take_number(account)
    _leave(account, now=now)
    if claim.is_answered:
        _tell_of_the_list(claim.email, now=now)


def _tell_of_the_list(email: str, *, now: datetime) -> None:
    write_mail(
        email,
        "NIP Anda tercatat dengan surel lain",
        "Yth. Bapak/Ibu,\n\nNIP yang Anda tulis di SakuHAM kini tercatat dalam daftar pegawai "
        "suatu instansi dengan surel lain; daftar itu yang berlaku. Bila NIP itu milik Anda, buka "
        "surel kantor Anda: di sana ada tautan untuk memilih kata sandi, dan hasil belajar Anda "
        "tetap ada. Bila NIP itu bukan milik Anda, hubungi pengelola kepegawaian instansi Anda.\n",
        now=now,
    )


def confirm_staff(scope: Scope, posting_id: int, *, now: datetime) -> str:
    """Vouch for a person who registered themselves; returns their name.

    Raises NoSuchStaff outside the scope, AlreadyDecided for a second decision, and OwnPosting.
    """
    posting = _waiting(scope, posting_id)
    _confirm(posting, scope, now=now)
    return _name(posting)


def correct_staff(
    scope: Scope, posting_id: int, name: str, number: NumberFacts, *, now: datetime
) -> None:
    """Correct the name or the number of one's own confirmed staff; certificates stay as issued.

    The address is not the officer's to change: whoever holds it can choose the password. A number
    that somebody only claims becomes theirs. Raises NoSuchStaff outside the scope or before
    confirmation, OwnPosting for the officer's own data, and NumberTaken.
    """
    # Whose number it is comes first, as where a staff list adds somebody.
    claim = find_claim_on_number(number.number)
    posting = _hold(scope, posting_id)
    if posting is None or posting.confirmed_at is None or posting.ended_on is not None:
        raise NoSuchStaff
    refuse_own(scope, posting.account_id)
    account = db.session.get_one(Account, posting.account_id)
    account.name = name
    if find_number(account.id) != number.number:
        if claim is not None and claim.account_id != account.id and not claim.is_vouched_for:
            _lose(claim, now=now)
        change_number(account, number, on=now.date())
    record("staff.corrected", f"account:{account.id}", actor_id=scope.officer_id, now=now)


def set_contact(scope: Scope, institution_id: int, contact: str, *, now: datetime) -> None:
    """Say where an institution's staff reach its HR office; an empty text takes it back.

    Raises NotInScope for an institution that the asker does not answer for.
    """
    if institution_id not in scope.institution_ids:
        raise NotInScope
    institution = db.session.get_one(Institution, institution_id)
    institution.hr_contact = contact or None
    record(
        "institution.contact_set",
        f"institution:{institution.id}",
        actor_id=scope.officer_id,
        now=now,
    )


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
    NoSuchStaff outside the scope, AlreadyDecided for a second decision, and OwnPosting.
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
        "Yth. Bapak/Ibu,\n\nPengelola kepegawaian menyatakan bahwa Anda tidak tercatat di "
        "instansi yang Anda pilih. Akun dan hasil belajar Anda tetap ada. Hubungi pengelola "
        "kepegawaian instansi Anda bila ini keliru.\n",
        now=now,
    )
    return account.name


def _add_posting(
    account: Account, institution: Institution, source: PostingSource, *, now: datetime
) -> Posting:
    posting = Posting(
        account=account, institution=institution, source=source, started_on=now.date()
    )
    db.session.add(posting)
    db.session.flush()
    return posting


def _stand(account: Account, institution: Institution, *, now: datetime) -> Posting:
    """Where a person stands at an institution from now on, by its staff list."""
    present = _present(account)
    if present is not None and present.institution_id == institution.id:
        present.source = PostingSource.STAFF_LIST
        return present
    _leave(account, now=now)
    return _add_posting(account, institution, PostingSource.STAFF_LIST, now=now)


def _leave(account: Account, *, now: datetime) -> None:
    present = _present(account)
    if present is not None:
        present.ended_on = now.date()
        db.session.flush()


def _present(account: Account) -> Posting | None:
    return db.session.scalar(
        select(Posting).where(Posting.account_id == account.id, Posting.ended_on.is_(None))
    )


def _hold(scope: Scope, posting_id: int) -> Posting | None:
    """Where a person of the scope stands, as whoever decided before has left it.

    Whoever decides about a person holds their account. What they do is noted under their own, and
    so two officers who decide about each other must be able to refer to what the other holds.
    """
    wanted = select(Posting).where(
        Posting.id == posting_id, Posting.institution_id.in_(scope.institution_ids)
    )
    who = wanted.with_only_columns(Posting.account_id).scalar_subquery()
    db.session.execute(select(Account.id).where(Account.id == who).with_for_update(key_share=True))
    return db.session.scalar(wanted.execution_options(populate_existing=True))


def _waiting(scope: Scope, posting_id: int) -> Posting:
    posting = _hold(scope, posting_id)
    if posting is None:
        raise NoSuchStaff
    if posting.confirmed_at is not None or posting.ended_on is not None:
        raise AlreadyDecided
    refuse_own(scope, posting.account_id)
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
    announce(PersonConfirmed(account_id=posting.account_id, now=now))


def refuse_own(scope: Scope, account_id: int) -> None:
    """Raise OwnPosting where an officer would decide about themselves."""
    if account_id == scope.officer_id:
        raise OwnPosting


def _name(posting: Posting) -> str:
    return db.session.get_one(Account, posting.account_id).name
