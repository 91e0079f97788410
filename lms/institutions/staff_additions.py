"""Adds people to an institution's staff list, one by one; the list overrides claims."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lms.accounts.addresses import mail_way_back, was_taken_back
from lms.accounts.announcements import PeopleChanged
from lms.accounts.enums import LinkPurpose
from lms.accounts.errors import AddressTakenBack, NumberTaken
from lms.accounts.models import Account
from lms.accounts.notifications import Address, mail_link
from lms.accounts.people import create_account, give_number, hand_over, take_number
from lms.accounts.rules import NumberFacts
from lms.accounts.tokens import new_token
from lms.announcements import announce
from lms.audit import record
from lms.days import local_day
from lms.db import db
from lms.institutions.claims import find_claim_on_address, find_claim_on_number
from lms.institutions.errors import NoSuchStaff, OwnPosting
from lms.institutions.models import Institution
from lms.institutions.oneself import Identity, list_own_identities, refuse_oneself
from lms.institutions.people.likeness import names
from lms.institutions.postings import confirm_posting, end_current_posting, move_to
from lms.institutions.rules import (
    Claim,
    Contradiction,
    LineStep,
    contradict,
    decide_line,
    pick_claim,
)
from lms.institutions.scope import Scope
from lms.letters import Letter
from lms.mail import write_letter


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
    email: str | None
    outcome: Outcome
    overridden: Contradiction | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a list, and who has its number and its address already."""

    scope: Scope
    institution: Institution
    name: str
    email: str | None
    number: NumberFacts
    by_number: Claim | None
    by_email: Claim | None
    address: Address | None
    way_back: Address | None
    now: datetime

    @property
    def listed(self) -> Claim:
        """Who has the number, where the step says that somebody has."""
        assert self.by_number is not None  # noqa: S101 - `decide_line` gave the step
        return self.by_number


def add_staff(
    scope: Scope,
    institution: Institution,
    name: str,
    email: str | None,
    number: NumberFacts,
    address: Address | None,
    *,
    now: datetime,
    replaces_address: bool = False,
    way_back: Address | None = None,
) -> Added:
    """Put a person on an institution's staff list, confirmed, and mail them the way in.

    Who has no address is given a code on paper instead.
    Without `address`, which makes a link's address of its token, they are invited later.

    `rules.decide_line` says what is done. Whoever is taken over becomes the person of the list:
    with its name, number and address, and without password, devices and links if their address was
    another one. What they have learned stays. An account with a role only loses a number that it
    claimed. Where an address is replaced, whoever used the former one is out in the same way; if
    they had proved it, they are mailed a link that takes the account back, by `way_back` or
    `address`, and once it was used no officer replaces the address again, unless an older one is
    still open.

    Raises NoSuchStaff for an institution outside the scope, OwnPosting for the officer's own
    number, AddressOfARole where an officer would give another address to who holds a role,
    AddressDiffers, AddressTakenBack, NumberTaken when number or address belong to somebody vouched
    for elsewhere, and the other refusals of `rules.decide_line`.
    """
    if not scope.covers(institution.id):
        raise NoSuchStaff
    for is_last in (False, True):
        by_number, by_email = find_claim_on_number(number.number), find_claim_on_address(email)
        line = _Line(
            scope,
            institution,
            name,
            email,
            number,
            by_number,
            by_email,
            address,
            way_back or address,
            now,
        )
        try:
            with db.session.begin_nested():
                step = decide_line(
                    scope,
                    institution.id,
                    number.number,
                    email,
                    by_number,
                    by_email,
                    is_named=names(name, by_number),
                    replaces_address=replaces_address,
                )
                _refuse_oneself(line, step)
                return _TAKE[step](line)
        except NumberTaken:
            # Somebody may have come between our looking and our storing: what was begun is undone,
            # and they are seen now.
            if is_last:
                raise
    raise NumberTaken


def _refuse_oneself(line: _Line, step: LineStep) -> None:
    """Raise OwnPosting where a line would vouch for the asker under another number or address."""
    if step in {LineStep.LEAVE, LineStep.CHANGE_ADDRESS}:
        return
    listed = Identity(line.name, line.number.number, line.email or "")
    if listed.is_among(list_own_identities(line.scope)):
        raise OwnPosting
    for claim in (line.by_number, line.by_email):
        if claim is not None:
            refuse_oneself(line.scope, claim.account_id)


def lose_number(claim: Claim, *, now: datetime) -> None:
    """Take a number, and the posting that goes with it, from somebody who only claimed it."""
    account = db.session.get_one(Account, claim.account_id)
    take_number(account)
    end_current_posting(account, now=now)
    _announce(account, now=now)
    if claim.is_answered:
        _tell_of_the_list(claim.email, now=now)


def _create(line: _Line) -> Added:
    """A new account; a number that an account with a role claimed is taken from it."""
    if line.by_number is not None:
        lose_number(line.by_number, now=line.now)
    account = create_account(line.name, line.email, line.number, now=line.now)
    return _put(line, account, line.by_number, Outcome.ADDED)


def _take_over(line: _Line) -> Added:
    """Make a claim the person of the list."""
    claim = pick_claim(line.by_number, line.by_email)
    assert claim is not None  # noqa: S101 - `decide_line` gave the step
    if line.by_number is not None and line.by_number != claim:
        lose_number(line.by_number, now=line.now)
    account = db.session.get_one(Account, claim.account_id, populate_existing=True)
    former_address = account.email
    hand_over(account, line.name, line.email, now=line.now)
    if claim.number != line.number.number:
        give_number(account, line.number, on=local_day(line.now, line.institution.time_zone))
    if former_address != account.email and claim.is_answered:
        _tell_of_the_list(former_address, now=line.now, has_link=line.address is not None)
    _announce(account, now=line.now)
    _note(line, "staff.claim_settled", account)
    return _put(line, account, claim, Outcome.CONFIRMED)


def _put(line: _Line, account: Account, claimed: Claim | None, outcome: Outcome) -> Added:
    """Have a person stand at the institution, vouched for, and write them the way in."""
    overridden = None
    if claimed is not None:
        number = line.number.number
        overridden = contradict(line.scope, claimed, line.name, line.email, number)
    posting = move_to(account, line.institution, now=line.now)
    confirm_posting(posting, line.scope, now=line.now)
    if account.password_hash is None and line.address is not None:
        mail_link(account, LinkPurpose.ACTIVATE, line.address, now=line.now)
    if overridden is not None:
        outcome = Outcome.CORRECTED
    return Added(account.id, account.name, account.email, outcome, overridden)


def _leave(line: _Line) -> Added:
    """Who stands on the list already stays as they are."""
    listed = line.listed
    return Added(listed.account_id, listed.name, listed.email or None, Outcome.KNOWN)


def _vouch(line: _Line) -> Added:
    """Who was vouched for before and stands here or nowhere is ours now."""
    account = db.session.get_one(Account, line.listed.account_id)
    posting = move_to(account, line.institution, now=line.now)
    confirm_posting(posting, line.scope, now=line.now)
    return Added(account.id, account.name, account.email, Outcome.CONFIRMED)


def _change_address(line: _Line) -> Added:
    """Give who stands on the list the list's address; whoever used the former one is out."""
    listed = line.listed
    account = db.session.get_one(Account, listed.account_id, populate_existing=True)
    if line.scope.officer_id is not None and was_taken_back(account.id, now=line.now):
        raise AddressTakenBack
    former, is_proved = account.email, account.address_proved_at is not None
    hand_over(account, line.name, line.email, now=line.now)
    _announce(account, now=line.now)
    if former is not None and is_proved and line.way_back is not None:
        token = new_token()
        letter = _way_back(line.way_back(token))
        mail_way_back(account.id, former, letter, token, now=line.now)
    elif listed.is_answered:
        _tell_of_the_list(listed.email, now=line.now, has_link=line.address is not None)
    if line.address is not None:
        mail_link(account, LinkPurpose.ACTIVATE, line.address, now=line.now)
    _note(line, "staff.address_replaced", account)
    overridden = Contradiction(
        is_ours=True,
        name=listed.name,
        email=listed.email,
        number=listed.number or "",
        is_listed=True,
    )
    return Added(account.id, account.name, line.email, Outcome.CORRECTED, overridden)


_TAKE: Mapping[LineStep, Callable[[_Line], Added]] = {
    LineStep.LEAVE: _leave,
    LineStep.CREATE: _create,
    LineStep.TAKE_OVER: _take_over,
    LineStep.VOUCH: _vouch,
    LineStep.CHANGE_ADDRESS: _change_address,
}


def _announce(account: Account, *, now: datetime) -> None:
    db.session.flush()
    announce(PeopleChanged(account_ids=(account.id,), now=now))


def _note(line: _Line, action: str, account: Account) -> None:
    record(action, f"account:{account.id}", actor_id=line.scope.officer_id, now=line.now)


def _way_back(url: str) -> Letter:
    return Letter(
        subject="Surel akun SakuHAM Anda diganti instansi",
        parts=(
            (
                "Pengelola kepegawaian mencatat surel lain untuk akun SakuHAM Anda, dan surel "
                "inilah yang terdahulu. Bila itu benar, bukalah surel Anda yang baru: di sana ada "
                "tautan untuk memilih kata sandi, dan hasil belajar Anda tetap ada."
            ),
            (
                "Bila bukan itu kehendak Anda, ambil kembali akun Anda dengan memilih kata sandi "
                f"lewat tautan ini, yang berlaku 14 hari:\n{url}"
            ),
            (
                "Sesudahnya surel akun Anda kembali ke alamat ini, siapa pun yang memakainya "
                "dikeluarkan, dan pengelola kepegawaian diberi tahu."
            ),
        ),
        why="Surel ini dikirim karena surel akun SakuHAM Anda diganti.",
    )


def _tell_of_the_list(email: str | None, *, now: datetime, has_link: bool = False) -> None:
    """Write who loses a number; has_link: the other address is mailed one to choose a password."""
    way_in = (
        "buka surel kantor Anda: di sana ada tautan untuk memilih kata sandi,"
        if has_link
        else "masuklah dengan surel kantor Anda, atau minta tautan dengan NIP Anda di halaman "
        "Masuk, Buat kata sandi,"
    )
    letter = Letter(
        subject="NIP Anda tercatat dengan surel lain",
        parts=(
            (
                "NIP yang Anda tulis di SakuHAM kini tercatat dalam daftar pegawai suatu instansi "
                f"dengan surel lain; daftar itu yang berlaku. Bila NIP itu milik Anda, {way_in} "
                "dan hasil belajar Anda tetap ada. Bila NIP itu bukan milik Anda, hubungi "
                "pengelola kepegawaian instansi Anda."
            ),
        ),
        why="Surel ini dikirim karena data akun Anda di SakuHAM berubah.",
    )
    write_letter(email or None, letter, now=now)
