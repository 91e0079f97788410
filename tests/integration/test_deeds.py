"""What an officer does with many people of a list: they are invited, moved, and told apart."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTP, SMTPRecipientsRefused
from typing import Any, cast

import pytest
from sqlalchemy import func, select, update

from lms.accounts.models import Account
from lms.db import current_connection, db, transaction
from lms.desk.deeds import AT_ONCE, INVITING, MOVING, invite_many, move_many, move_some
from lms.institutions.errors import NotInScope
from lms.institutions.models import Posting
from lms.institutions.people.codes import Chosen
from lms.institutions.people.errors import NoSuchBatch
from lms.institutions.people.facts import move_out
from lms.institutions.people.invitations import invite, stop
from lms.institutions.staff_models import Invitation, InvitationBatch, StaffFact, UnreachedAddress
from lms.institutions.units import add_unit
from lms.jobs.kind import Run
from lms.mail import PAUSES_WHEN_REFUSED, send_waiting_mail, write_mail
from lms.progress.staff import Group, StaffFilter, count, list_staff
from tests.factories import Factory, InstitutionRef, Person

Statements = Callable[[], AbstractContextManager[list[str]]]


def run_of(kind: str, officer: Person, arguments: dict[str, object]) -> Run:
    """A job's run, as a worker has it."""
    return Run(1, kind, arguments, officer.id, officer.scope.keys, 1, "a")


def staff(make: Factory, at: InstitutionRef, number: int) -> list[Person]:
    """Confirmed people who have not chosen a password."""
    with make.at_once():
        return [make.learner(at=at) for _ in range(number)]


def units_of(people: Sequence[Person]) -> set[int | None]:
    """In which units these people are."""
    ids = [each.posting_id for each in people]
    return set(db.session.scalars(select(Posting.unit_id).where(Posting.id.in_(ids))))


def names(officer: Person, wanted: StaffFilter, now: datetime) -> list[str]:
    """Whom a list shows, which is as many as are counted."""
    rows = list_staff(officer.scope, wanted, now=now).rows
    assert count(officer.scope, wanted, now=now).number == len(rows)
    return [row.name for row in rows]


def test_a_list_of_those_chosen_shows_them_and_nobody_of_others(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, ayu = make.officer("Ratna", at=ours), make.learner("Ayu", at=ours)
    make.learner("Budi", at=ours)
    stranger = make.learner("Oki", at=theirs)
    keys = (ayu.posting_id or 0, stranger.posting_id or 0, 999_999)
    assert names(ratna, StaffFilter(posting_ids=keys), now) == ["Ayu"]
    assert names(ratna, StaffFilter(posting_ids=keys, search="ayu"), now) == ["Ayu"]
    assert names(ratna, StaffFilter(posting_ids=keys, search="budi"), now) == []
    assert names(ratna, StaffFilter(posting_ids=keys, is_confirmed=False), now) == []


def test_who_moved_in_lately_is_told_apart(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, sari = make.officer("Ratna", at=ours), make.officer("Sari", at=theirs)
    ayu = make.learner("Ayu", at=theirs)
    make.learner("Budi", at=ours)
    with transaction():
        move_out(sari.scope, ayu.posting_id or 0, ours.id, make.today, now=now)
    moved = StaffFilter(group=Group.MOVED_IN)
    assert names(ratna, moved, now) == ["Ayu"]
    assert names(sari, moved, now) == []
    assert names(ratna, moved, now + timedelta(days=29)) == ["Ayu"]
    assert names(ratna, moved, now + timedelta(days=32)) == []


class Server:
    """A mail server that refuses some mailboxes for good."""

    def __init__(self, *refused: str) -> None:
        self.refused = set(refused)

    def send_message(self, message: Any) -> None:
        """Take a message, or say that there is no such mailbox."""
        if message["To"] in self.refused:
            raise SMTPRecipientsRefused({message["To"]: (550, b"no such mailbox")})

    def rset(self) -> None:
        """Nothing is pending."""


def _same(moment: datetime) -> datetime:
    return moment


def deliver(server: Server, at: datetime) -> datetime:
    """Try all mail until nothing is tried any more; the moment after it."""
    for pause in (timedelta(), *PAUSES_WHEN_REFUSED, timedelta()):
        at += pause + timedelta(minutes=1)
        send_waiting_mail(cast(SMTP, server), "a@b.example", clock=partial(_same, at))
    return at


def test_who_cannot_be_reached_is_told_apart_until_a_message_arrives(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna = make.officer("Ratna", at=ours)
    ayu, budi, oki = make.learner("Ayu", at=ours), make.learner("Budi", at=ours), make.learner()

    def write() -> None:
        with transaction():
            for each in (ayu, budi, oki):
                write_mail(each.email, "Kabar", "Isi", now=now)

    unreached = StaffFilter(group=Group.UNREACHED)
    write()
    at = deliver(Server(ayu.email, oki.email), now)
    assert names(ratna, unreached, now) == ["Ayu"]  # Oki works nowhere: nobody is to be told
    assert names(make.officer(at=theirs), unreached, now) == []
    write()
    at = deliver(Server(ayu.email), at)  # once more changes nothing
    assert names(ratna, unreached, now) == ["Ayu"]
    with transaction():
        db.session.execute(
            update(Account).where(Account.id == ayu.id).values(email="baru@contoh.example")
        )
    assert names(ratna, unreached, now) == []
    with transaction():
        db.session.execute(update(Account).where(Account.id == ayu.id).values(email=ayu.email))
    write()
    deliver(Server(), at)
    assert names(ratna, unreached, now) == []
    assert db.session.scalars(select(UnreachedAddress)).all() == []


def test_many_are_moved_once_and_what_cannot_be_is_passed_over(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, people = make.officer(at=ours), staff(make, ours, 3)
    waiting = make.learner(at=ours, confirmed=False)
    stranger = make.learner(at=theirs)
    with transaction():
        unit_id = add_unit(ours.id, "Dinas").id
        elsewhere_id = add_unit(theirs.id, "Dinas").id
    everybody = [each.posting_id or 0 for each in (*people, waiting, stranger, ratna)]
    with transaction():
        assert move_some(ratna.scope, everybody, unit_id, make.today, now=now) == 3
        assert move_some(ratna.scope, everybody, unit_id, make.today, now=now) == 0
        assert move_some(ratna.scope, everybody, elsewhere_id, make.today, now=now) == 0
    assert units_of(people) == {unit_id}
    assert units_of([waiting, stranger, ratna]) == {None}


def test_whom_a_move_concerns_is_held_in_the_order_of_keys_whatever_the_lists(
    make: Factory, now: datetime, statements: Statements
) -> None:
    ours = make.institution()
    ratna, people = make.officer(at=ours), staff(make, ours, 3)
    with transaction():
        unit_id = add_unit(ours.id, "Dinas").id
    backwards = [each.posting_id or 0 for each in reversed(people)]
    with statements() as seen, transaction():
        assert move_some(ratna.scope, backwards, unit_id, make.today, now=now) == 3
        is_postgresql = current_connection().dialect.name == "postgresql"
    first = next(n for n, each in enumerate(seen) if each.startswith("SAVEPOINT"))
    (held,) = (each for each in seen[:first] if "FROM accounts" in each)
    assert "ORDER BY accounts.id" in held
    assert ("FOR NO KEY UPDATE" in held) is is_postgresql


@pytest.mark.parametrize("days", [0, 3])
def test_a_move_of_many_that_was_cut_off_and_begun_again_notes_nobody_twice(
    make: Factory, now: datetime, days: int
) -> None:
    ours = make.institution()
    ratna, people = make.officer(at=ours), staff(make, ours, AT_ONCE + 5)
    with transaction():
        unit_id = add_unit(ours.id, "Dinas").id
    on = make.today + timedelta(days=days)
    arguments = {
        "filter": StaffFilter(is_confirmed=True).as_json(),
        "unit_id": unit_id,
        "on": on.isoformat(),
    }
    run = run_of(MOVING, ratna, arguments)
    first = [each.posting_id or 0 for each in people[:20]]
    with transaction():
        move_some(ratna.scope, first, unit_id, on, now=now)
    assert move_many(run, clock=lambda: now).result == {"rows": len(people) - 20}
    assert move_many(run, clock=lambda: now).result == {"rows": 0}
    assert db.session.scalar(select(func.count()).select_from(StaffFact)) == len(people)
    assert units_of(people) == ({unit_id} if days == 0 else {None})


def test_everybody_of_a_list_is_invited_in_one_batch_which_can_be_stopped(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna = make.officer(at=ours)
    staff(make, ours, AT_ONCE + 5)
    make.learner(at=ours, password="Kata-sandi-uji-1")
    make.learner(at=theirs)
    run = run_of(INVITING, ratna, {"filter": StaffFilter(is_activated=False).as_json()})
    invite_many(run, clock=lambda: now)
    invite_many(run, clock=lambda: now)  # who waits already is not invited twice
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == AT_ONCE + 5
    (batch,) = db.session.scalars(select(InvitationBatch)).all()
    other = make.officer(at=ours)
    late = make.learner(at=ours)
    chosen = Chosen((late.posting_id or 0,))
    with pytest.raises(NoSuchBatch):
        invite(other.scope, chosen, now=now, batch_id=batch.id)
    stop(ratna.id, batch.id, now=now)
    with pytest.raises(NoSuchBatch):
        invite(ratna.scope, chosen, now=now, batch_id=batch.id)


@pytest.mark.parametrize("kind", [MOVING, INVITING])
def test_whose_role_is_another_by_then_does_nothing(
    make: Factory, now: datetime, kind: str
) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna = make.officer(at=ours)
    arguments = {"filter": StaffFilter().as_json(), "unit_id": 1, "on": "2026-01-01"}
    run = Run(1, kind, arguments, ratna.id, frozenset({theirs.id}), 1, "a")
    work = move_many if kind == MOVING else invite_many
    with pytest.raises(NotInScope):
        work(run, clock=lambda: now)
