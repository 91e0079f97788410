"""Who of an officer's people is given a code on paper, and the codes themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from lms.accounts.activation import issue_codes
from lms.accounts.models import Account, ActivationCode, EmployeeNumber, RoleGrant
from lms.accounts.numbers import mask_number
from lms.accounts.queries import get_principal
from lms.audit import record_all
from lms.db import current_connection, transaction
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.people.errors import NobodyChosen
from lms.institutions.reach import holds, same_scope
from lms.institutions.scope import Scope


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom an officer means: single people, a unit with all below it, or everybody of theirs."""

    posting_ids: tuple[int, ...] = ()
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One slip of the sheet; the number is masked, as the sheet lies about in the office."""

    name: str
    masked_number: str
    unit_name: str
    code: str


MOST_CODES: Final = 2_000
"""In one sheet: what prints and joins it holds all of its pages."""

_HOLDS_A_ROLE = exists().where(RoleGrant.account_id == Account.id)


def theirs(scope: Scope, chosen: Chosen) -> list[ColumnElement[bool]]:
    """That a posting is one of those meant: present, confirmed, and of nobody with a role.

    Who holds a role is helped by the operator: a code would be a way into what they may do.
    """
    conditions: list[ColumnElement[bool]] = [
        holds(scope),
        Posting.ended_on.is_(None),
        Posting.confirmed_at.is_not(None),
        Posting.account_id != (scope.officer_id or 0),
        Account.closed_at.is_(None),
        ~_HOLDS_A_ROLE,
    ]
    if chosen.posting_ids:
        conditions.append(Posting.id.in_(chosen.posting_ids))
    if chosen.unit_id is not None:
        top = select(Unit.path).where(Unit.id == chosen.unit_id).scalar_subquery()
        of = select(Unit.institution_id).where(Unit.id == chosen.unit_id).scalar_subquery()
        below = select(Unit.id).where(
            Unit.institution_id == of, Unit.path.startswith(top, autoescape=False)
        )
        conditions.append(Posting.unit_id.in_(below))
    return conditions


def list_without_way_in(
    scope: Scope, chosen: Chosen, *, now: datetime
) -> Sequence[tuple[int, str, str, str]]:
    """Account, name, masked number and unit of those meant who need a code, by unit and name.

    They are those who have not activated their account, and of single people also who has forgotten
    the password and has no address; of everybody only those without an address. Of more than fit on
    a sheet, those are taken first who have no code yet. Who is in no unit comes last.
    """
    needs: ColumnElement[bool] = Account.activated_at.is_(None)
    if chosen.posting_ids:
        needs = or_(needs, Account.email.is_(None))
    elif chosen.unit_id is None:
        needs = and_(needs, Account.email.is_(None))
    has_code = (
        exists()
        .where(ActivationCode.account_id == Account.id, ActivationCode.expires_at > now)
        .correlate(Account)
    )
    by_place = (Unit.path.is_(None), Unit.path, Account.name, Account.id)
    taken = (
        select(
            Account.id,
            Account.name,
            EmployeeNumber.number,
            Unit.name.label("unit"),
            Institution.name.label("institution"),
            func.row_number().over(order_by=by_place).label("place"),
        )
        .select_from(Posting)
        .join(Account, Account.id == Posting.account_id)
        .join(Institution, Institution.id == Posting.institution_id)
        .outerjoin(Unit, Unit.id == Posting.unit_id)
        .outerjoin(
            EmployeeNumber,
            and_(EmployeeNumber.account_id == Account.id, EmployeeNumber.ended_on.is_(None)),
        )
        .where(*theirs(scope, chosen), needs)
        .order_by(has_code, *by_place)
        .limit(MOST_CODES)
        .subquery()
    )
    rows = current_connection().execute(select(taken).order_by(taken.c.place))
    return [
        (account_id, name, mask_number(number) if number else "", unit or institution)
        for account_id, name, number, unit, institution, _ in rows
    ]


def make_codes(scope: Scope, chosen: Chosen, *, now: datetime) -> list[CodeLine]:
    """Give those meant a code each, noted in the audit log; former codes of theirs are void.

    Of more than MOST_CODES the others are given one by asking again.

    Raises NobodyChosen.
    """
    people = list_without_way_in(scope, chosen, now=now)
    if not people:
        raise NobodyChosen
    codes = issue_codes([each[0] for each in people], issuer_id=scope.officer_id, now=now)
    record_all(
        "staff.code_issued",
        (f"account:{account_id}" for account_id in codes),
        actor_id=scope.officer_id,
        now=now,
    )
    return [CodeLine(name, number, unit, codes[key]) for key, name, number, unit in people]


def make_codes_of(
    asker_id: int, keys: frozenset[int], chosen: Chosen, *, now: datetime
) -> list[CodeLine]:
    """The same for who asked earlier, when their scope had these keys, in a transaction of its own.

    Raises NoInstitution, and NotInScope where they answer for others now, beside NobodyChosen.
    """
    with transaction():
        return make_codes(same_scope(get_principal(asker_id), keys), chosen, now=now)
