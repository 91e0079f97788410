"""Nobody vouches for themselves, under whichever of their accounts."""

from datetime import datetime

import pytest
from sqlalchemy import select

from lms.accounts.rules import read_employee_number
from lms.db import db
from lms.institutions.decisions.models import DecisionKind
from lms.institutions.decisions.service import confirm_staff, decide
from lms.institutions.errors import OwnPosting
from lms.institutions.models import Institution, Posting
from lms.institutions.oneself import list_own_accounts
from lms.institutions.scope import Scope
from lms.institutions.staff_additions import Outcome, add_staff
from tests.factories import Factory

OWN, CONTRACT, TYPO, OTHER = (
    "190203042090031001",
    "190203042091211002",
    "190203042090031011",
    "190811122090031001",
)


def is_confirmed(posting_id: int | None) -> bool:
    """Whether an institution vouches for somebody."""
    return db.session.get_one(Posting, posting_id).confirmed_at is not None


@pytest.mark.parametrize(
    ("name", "number", "email"),
    [
        ("Ratna Wijaya", CONTRACT, "lain@contoh.example"),  # PPPK before, PNS now
        ("Ratna Wijaya, S.H.", CONTRACT, "lain@contoh.example"),
        ("RATNA  WIJAYA", TYPO, "lain@contoh.example"),
        (", Ratna Wijaya", CONTRACT, "lain@contoh.example"),  # signs make nobody somebody else
        ("(., Ratna-Wijaya, S.H.", CONTRACT, "lain@contoh.example"),
        ("Ratna Wijaya", OTHER, "ratna@surel.example"),  # another mailbox of the same name
    ],
)
def test_an_officer_confirms_no_second_account_of_their_own(
    make: Factory, now: datetime, name: str, number: str, email: str
) -> None:
    ours = make.institution()
    ratna = make.officer("Ratna Wijaya", at=ours, number=OWN, email="ratna@contoh.example")
    second = make.learner(name, at=ours, confirmed=False, number=number, email=email)
    for kind in DecisionKind:
        decision = decide(ratna.scope, kind, [second.posting_id or 0], now=now)
        assert (decision.people_count, decision.passed_count) == (0, 1)
    with pytest.raises(OwnPosting):
        confirm_staff(ratna.scope, second.posting_id or 0, now=now)
    assert not is_confirmed(second.posting_id)
    colleague = make.officer(at=ours)
    confirm_staff(colleague.scope, second.posting_id or 0, now=now)
    assert is_confirmed(second.posting_id)


def test_who_shares_a_birth_date_or_a_name_alone_is_somebody_else(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    ratna = make.officer("Ratna Wijaya", at=ours, number=OWN, email="ratna@contoh.example")
    born = make.learner("Sari Melati", at=ours, confirmed=False, number=CONTRACT)
    named = make.learner("Ratna Wijaya", at=ours, confirmed=False, number=OTHER)
    assert list_own_accounts(ratna.scope, [ratna.id, born.id, named.id]) == {ratna.id}
    for each in (born, named):
        confirm_staff(ratna.scope, each.posting_id or 0, now=now)
    operator = Scope(None, ratna.scope.institution_ids)
    assert list_own_accounts(operator, [ratna.id]) == set()


def test_a_former_number_is_ones_own(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ratna = make.officer("Ratna Wijaya", at=ours, number=CONTRACT)
    make.renumber(ratna, OTHER)
    second = make.learner("Ratna Wijaya", at=ours, confirmed=False, number=OWN)
    with pytest.raises(OwnPosting):
        confirm_staff(ratna.scope, second.posting_id or 0, now=now)


def test_nor_by_adding_them_to_the_list(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ratna = make.officer("Ratna Wijaya", at=ours, number=OWN)
    second = make.learner("Ratna Wijaya", at=ours, confirmed=False, number=CONTRACT)
    institution = db.session.get_one(Institution, ours.id)

    def add(name: str, number: str, scope: Scope = ratna.scope) -> Outcome:
        facts = read_employee_number(number)
        email = second.email if number == CONTRACT else None
        return add_staff(scope, institution, name, email, facts, None, now=now).outcome

    for number in (CONTRACT, TYPO):  # the account that is there, and one that would come to be
        with pytest.raises(OwnPosting):
            add("Ratna Wijaya", number)
    with pytest.raises(OwnPosting):
        add("Nama Lain", CONTRACT)
    assert not is_confirmed(second.posting_id)
    assert len(db.session.scalars(select(Posting.id)).all()) == 2
    assert add("Ratna Wijaya", CONTRACT, make.officer(at=ours).scope) is Outcome.CONFIRMED
