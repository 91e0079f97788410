"""Rules of staff lists: what a line calls for, decided from values before anything is stored."""

import enum
from dataclasses import dataclass

from lms.institutions.errors import (
    AddressDiffers,
    AddressOfARole,
    AddressUnproved,
    HeldAddress,
    HeldNumber,
    KnownByNumber,
    OwnPosting,
)
from lms.institutions.scope import Scope


@dataclass(frozen=True, slots=True)
class Claim:
    """An account as it stands, and whether anybody but the person themselves vouches for it.

    `email` is empty where they have none; `is_closed`: they have died. `former_institution_id`: who
    vouched for them last, of who works nowhere.
    """

    account_id: int
    name: str
    email: str
    number: str | None
    institution_id: int | None
    is_confirmed: bool
    is_vouched_for: bool
    is_answered: bool
    holds_a_role: bool
    is_closed: bool = False
    unit_id: int | None = None
    former_institution_id: int | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """That somebody has registered with other data than a staff list has, or is listed with them.

    What they wrote is shown to the institution that they named, and to no other.
    """

    is_ours: bool
    name: str
    email: str
    number: str
    is_listed: bool = False


class LineStep(enum.Enum):
    """What is to be done for a line of a staff list."""

    LEAVE = "leave"
    CREATE = "create"
    TAKE_OVER = "take over"
    VOUCH = "vouch"
    CHANGE_ADDRESS = "change address"


def decide_line(
    scope: Scope,
    institution_id: int,
    number: str,
    email: str | None,
    by_number: Claim | None,
    by_email: Claim | None,
    *,
    is_named: bool,
    replaces_address: bool,
) -> LineStep:
    """What a line calls for, given who has its number and who has its address, if it names one.

    What the list says is what holds. A person whom nobody has vouched for yet and who names this
    number or this address, at whatever institution, is taken over. Who stands on the list already
    is left alone, but for another address if `replaces_address`, or a first one of who has not
    chosen a password. Who left another institution is not known by a number alone; `is_named` says
    that the list names them. A number of who
    has died is nobody else's. Raises OwnPosting, AddressOfARole, AddressDiffers, HeldNumber,
    HeldAddress, and AddressUnproved and KnownByNumber where too little says who it is.
    """
    if by_number is not None and by_number.is_vouched_for:
        refuse_own(scope, by_number.account_id)
        return _decide_vouched(
            scope,
            institution_id,
            email,
            by_number,
            by_email,
            is_named=is_named,
            replaces_address=replaces_address,
        )
    if by_email is not None and is_beyond_lists(by_email, number):
        raise HeldAddress
    for each in (by_number, by_email):
        if each is not None:
            refuse_own(scope, each.account_id)
    claim = pick_claim(by_number, by_email)
    if claim is None:
        return LineStep.CREATE
    if email is None and claim.is_answered:
        # A number is known to many: whoever registered with it may be anybody, and would stay in.
        raise AddressUnproved
    return LineStep.TAKE_OVER


def _decide_vouched(
    scope: Scope,
    institution_id: int,
    email: str | None,
    claim: Claim,
    by_email: Claim | None,
    *,
    is_named: bool,
    replaces_address: bool,
) -> LineStep:
    """Who was vouched for stays as they are; where they stand here or nowhere, they are ours."""
    if claim.is_closed:
        raise HeldNumber
    if claim.institution_id != institution_id or not claim.is_confirmed:
        if claim.institution_id not in {institution_id, None}:
            raise HeldNumber
        is_ours = claim.institution_id is not None or claim.former_institution_id == institution_id
        if not (is_ours or (is_named and _knows_mailbox(scope, email, claim))):
            raise KnownByNumber
        return LineStep.VOUCH
    if email in {None, claim.email}:
        return LineStep.LEAVE
    if claim.holds_a_role and scope.officer_id is not None:
        raise AddressOfARole
    if not replaces_address and (claim.email or claim.is_answered):
        raise AddressDiffers(claim.email or "-")
    if by_email is not None:
        raise HeldAddress
    return LineStep.CHANGE_ADDRESS


def _knows_mailbox(scope: Scope, email: str | None, claim: Claim) -> bool:
    """Whether a list has the mailbox of an account in use, as an officer's must have.

    Names and numbers are known to many, and whoever vouches may give a way in.
    """
    return scope.officer_id is None or not claim.is_answered or email == claim.email


def refuse_own(scope: Scope, account_id: int) -> None:
    """Raise OwnPosting where an officer would decide about themselves."""
    if account_id == scope.officer_id:
        raise OwnPosting


def pick_claim(by_number: Claim | None, by_email: Claim | None) -> Claim | None:
    """Whom a list means of two whom nobody vouches for: who has answered at its address.

    An account that holds a role never goes to another mailbox: it only loses the number, and the
    list's person begins anew.
    """
    if by_email is not None:
        return by_email
    return None if by_number is None or by_number.holds_a_role else by_number


def is_beyond_lists(by_email: Claim, number: str) -> bool:
    """Whether the account at an address is not the list's to change: vouched for, or with a role.

    With a role it may still be given the number that it has or lacks.
    """
    holds_another = by_email.holds_a_role and by_email.number not in {number, None}
    return by_email.is_vouched_for or holds_another


def contradict(
    scope: Scope, claim: Claim, name: str, email: str | None, number: str
) -> Contradiction | None:
    """Where a claim says otherwise than a staff list, if it does."""
    if (claim.name, claim.email, claim.number) == (name, email or claim.email, number):
        return None
    if not scope.covers(claim.institution_id):
        return Contradiction(is_ours=False, name="", email="", number="")
    return Contradiction(
        is_ours=True, name=claim.name, email=claim.email, number=claim.number or ""
    )
