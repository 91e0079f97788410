"""Versions of a programme: prepared beside the present one, switched at once, and then frozen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms.certificates.enums import RevocationGround
from lms.certificates.service import revoke_certificate
from lms.db import db, snapshot, transaction
from lms.institutions.decisions.service import confirm_staff
from lms.institutions.scope import Scope
from lms.jobs.kind import Run
from lms.jobs.models import Job
from lms.learning.attempts import submit_attempt
from lms.programmes import filling
from lms.programmes.breakdown import list_by_institution
from lms.programmes.counting import recount_person
from lms.programmes.errors import (
    AlreadyPrepared,
    IsPrepared,
    NameTaken,
    NoSuchProgramme,
    NotCountedYet,
    NotPrepared,
    ProgrammeClosed,
    PublishedByCoordinators,
)
from lms.programmes.filling import FILLING, FiguresDiffer, fill
from lms.programmes.models import ProgrammeState, Standing, TallyEntry
from lms.programmes.past import breakdown_at, figure_at
from lms.programmes.queries import NATIONAL, get_figure, get_figure_of_version
from lms.programmes.recounting import list_published, recount_figure
from lms.programmes.rollup import fold, reconcile
from lms.programmes.rules import Amount
from lms.programmes.service import keep_national_programme_open, open_national_programme
from lms.programmes.versions import (
    Wish,
    close_programme,
    discard_preparation,
    get_current,
    get_prepared,
    modules_of,
    prepare_programme,
    prepare_version,
    publish_preparation,
    revise_preparation,
)
from tests.factories import REASON, Factory, later

HOURS = 2
"""Of each pocketbook of the tests."""


def wish(*module_ids: int, starts_on: date = date(2025, 1, 1), name: str = "Uji") -> Wish:
    """A programme that counts these modules."""
    return Wish(name, 100, 400, starts_on, None, "Yang dihitung.\n\nSekali.", frozenset(module_ids))


def present_wish(**changes: object) -> Wish:
    """The national programme as it is, but for these."""
    present = get_current(NATIONAL)
    modules = modules_of(present.id)
    same = Wish(
        present.name,
        present.target_count,
        None,
        present.starts_on,
        None,
        "Seperti semula.",
        modules,
    )
    return replace(same, **changes)  # type: ignore[arg-type]  # as the test has them


def fill_all(clock: Callable[[], datetime]) -> None:
    """Do every job that counts a preparation through."""
    db.session.commit()
    jobs = select(Job.id, Job.arguments).where(Job.kind == FILLING).order_by(Job.id)
    found = db.session.execute(jobs).all()
    db.session.remove()
    for job_id, arguments in found:
        fill(Run(job_id, FILLING, arguments, None, frozenset(), 1, "claim"), clock=clock)
        with transaction():
            db.session.delete(db.session.get_one(Job, job_id))
    db.session.remove()


def shown(slug: str, now: datetime) -> tuple[int, int, int]:
    """The version, people and hours of a programme's figure."""
    figure = get_figure(slug, now=now)
    return figure.definition_version, figure.count, figure.credit_hours


def change_national(make: Factory, **changes: object) -> None:
    """Prepare, count through and publish a change of the national programme."""
    prepare_version(NATIONAL, present_wish(**changes), actor_id=None, now=make.now)
    fill_all(lambda: make.now)
    publish_preparation(NATIONAL, actor_id=None, now=make.now)
    db.session.commit()


# Hours


def test_hours_are_those_of_all_certificates_that_count_where_the_person_counts(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution("A"), make.institution("B")
    ayu = make.learner(at=ours)
    first = make.certificate(ayu, make.book())
    make.move(ayu, theirs)
    make.certificate(ayu, make.book("tema-dua"), at=later(now, days=1))
    make.certificate(ayu, make.book("tema-tiga", counted=False))
    assert shown(NATIONAL, now) == (3, 1, 2 * HOURS)
    steps = select(TallyEntry.step, TallyEntry.hours_step).order_by(TallyEntry.id)
    assert [*db.session.execute(steps)] == [(1, HOURS), (0, HOURS)]
    make.revoke(first)
    assert shown(NATIONAL, now) == (3, 1, HOURS)
    assert [each.name for each in list_by_institution(NATIONAL)] == ["B"]
    assert reconcile(get_current(NATIONAL)) == []


# A first version


def test_a_new_programme_counts_whoever_has_a_certificate_already(
    make: Factory, now: datetime
) -> None:
    book, ours = make.book(), make.institution()
    for _ in range(3):
        make.certificate(make.learner(at=ours), book)
    make.certificate(make.learner(at=ours, confirmed=False), book)
    prepare_programme("uji", wish(book.module_id), actor_id=None, now=now)
    with pytest.raises(NoSuchProgramme):
        get_figure("uji", now=now)
    with pytest.raises(NotCountedYet):
        publish_preparation("uji", actor_id=None, now=now)
    db.session.commit()
    fill_all(lambda: now)
    make.certificate(make.learner(at=ours), book)
    publish_preparation("uji", actor_id=None, now=now)
    assert shown("uji", now) == (1, 4, 4 * HOURS)
    assert shown(NATIONAL, now) == (3, 4, 4 * HOURS)
    assert reconcile(get_current("uji")) == []
    figure = get_figure("uji", now=now)
    assert (figure.paragraphs, figure.target_hours) == (["Yang dihitung.", "Sekali."], 400)
    assert figure.percent_of_hours == 2


def test_a_slug_is_one_programmes_own(make: Factory, now: datetime) -> None:
    book = make.book()
    with pytest.raises(NameTaken):
        prepare_programme(NATIONAL, wish(book.module_id), actor_id=None, now=now)


# A change


def test_a_change_takes_the_place_of_the_present_version_and_that_keeps_its_figure(
    make: Factory, now: datetime
) -> None:
    ours, book = make.institution(), make.book()
    other = make.book("tema-dua", counted=False)
    ayu, budi = make.learner(at=ours), make.learner(at=ours)
    issued = make.certificate(ayu, book)
    make.certificate(budi, other)
    former = get_current(NATIONAL).id
    both = frozenset({book.module_id, other.module_id})
    prepare_version(NATIONAL, present_wish(module_ids=both), actor_id=None, now=now)
    fill_all(lambda: now)
    assert shown(NATIONAL, now) == (3, 1, HOURS)
    assert get_figure_of_version(get_prepared(NATIONAL).id, now=now).count == 2
    publish_preparation(NATIONAL, actor_id=None, now=later(now, days=1))
    db.session.commit()
    assert shown(NATIONAL, now) == (4, 2, 2 * HOURS)
    make.revoke(issued)
    assert shown(NATIONAL, now) == (4, 1, HOURS)
    old = get_figure_of_version(former, now=now)
    assert (old.count, old.ended_at) == (1, later(now, days=1))
    assert [each.count for each in list_by_institution(NATIONAL)] == [1]
    states = [each.state for each in list_published(NATIONAL)]
    assert states == [ProgrammeState.SUPERSEDED, ProgrammeState.PUBLISHED]


def test_a_change_that_counts_less_lets_people_go(make: Factory, now: datetime) -> None:
    ours, book = make.institution(), make.book()
    make.certificate(make.learner(at=ours), book)
    make.certificate(make.learner(at=ours), make.book("tema-dua"))
    change_national(make, module_ids=frozenset({book.module_id}))
    assert shown(NATIONAL, now) == (4, 1, HOURS)
    change_national(make, starts_on=later(now, days=1).date())
    assert shown(NATIONAL, now) == (5, 0, 0)
    assert reconcile(get_current(NATIONAL)) == []


def test_what_is_prepared_may_be_changed_and_is_counted_again(make: Factory, now: datetime) -> None:
    ours, book, other = make.institution(), make.book(), make.book("tema-dua")
    make.certificate(make.learner(at=ours), book)
    make.certificate(make.learner(at=ours), other)
    prepare_version(NATIONAL, present_wish(), actor_id=None, now=now)
    fill_all(lambda: now)
    only = present_wish(module_ids=frozenset({other.module_id}))
    revise_preparation(NATIONAL, only, actor_id=None, now=later(now, days=1))
    with pytest.raises(NotCountedYet):
        publish_preparation(NATIONAL, actor_id=None, now=now)
    db.session.rollback()
    revise_preparation(NATIONAL, only, actor_id=None, now=later(now, days=1))
    fill_all(lambda: now)
    # Words and targets alone need no counting.
    renamed = replace(only, name="Lain", target_count=7)
    revise_preparation(NATIONAL, renamed, actor_id=None, now=later(now, days=2))
    publish_preparation(NATIONAL, actor_id=None, now=now)
    assert shown(NATIONAL, now) == (4, 1, HOURS)
    assert get_figure(NATIONAL, now=now).name == "Lain"


def test_a_change_is_discarded_and_the_next_one_has_another_number(
    make: Factory, now: datetime
) -> None:
    make.certificate(make.learner(at=make.institution()))
    prepare_version(NATIONAL, present_wish(), actor_id=None, now=now)
    with pytest.raises(AlreadyPrepared):
        prepare_version(NATIONAL, present_wish(), actor_id=None, now=now)
    with pytest.raises(IsPrepared):
        close_programme(NATIONAL, REASON, actor_id=None, now=now)
    discard_preparation(NATIONAL, actor_id=None, now=now)
    with pytest.raises(NotPrepared):
        publish_preparation(NATIONAL, actor_id=None, now=now)
    fill_all(lambda: now)  # it finds nothing to count
    assert prepare_version(NATIONAL, present_wish(), actor_id=None, now=now).definition_version == 5
    assert shown(NATIONAL, now) == (3, 1, HOURS)


def test_a_closed_programme_keeps_its_last_figure_and_is_changed_no_more(
    make: Factory, now: datetime
) -> None:
    issued = make.certificate(make.learner(at=make.institution()))
    close_programme(NATIONAL, REASON, actor_id=None, now=now)
    db.session.commit()
    make.revoke(issued)
    make.certificate(make.learner(at=make.institution()), issued.book)
    assert shown(NATIONAL, now) == (3, 1, HOURS)
    assert get_figure(NATIONAL, now=now).ended_at == now
    with pytest.raises(ProgrammeClosed):
        prepare_version(NATIONAL, present_wish(), actor_id=None, now=now)
    with pytest.raises(ProgrammeClosed):
        close_programme(NATIONAL, REASON, actor_id=None, now=now)


# The operator's way


def test_a_start_opens_the_national_programme_and_has_it_count_what_is_new(
    make: Factory, now: datetime
) -> None:
    first = make.book(counted=False)
    keep_national_programme_open(now=now)
    assert modules_of(get_current(NATIONAL).id) == {first.module_id}
    second = make.book("tema-dua", counted=False)
    keep_national_programme_open(now=now)
    assert modules_of(get_current(NATIONAL).id) == {first.module_id, second.module_id}


def test_a_start_touches_nothing_that_a_coordinator_has_published_or_closed(
    make: Factory, now: datetime
) -> None:
    book, left_out = make.book(), make.book("tema-dua")
    ours = make.institution()
    make.certificate(make.learner(at=ours), book)
    make.certificate(make.learner(at=ours), left_out)
    changes = {"name": "Nama Baru", "target_count": 900, "module_ids": frozenset({book.module_id})}
    change_national(make, **changes)

    def is_untouched() -> bool:
        present = get_current(NATIONAL)
        agrees = [recount_figure(each, now=now).agrees for each in list_published(NATIONAL)]
        return (
            (present.name, present.target_count) == ("Nama Baru", 900)
            and modules_of(present.id) == {book.module_id}
            and shown(NATIONAL, now) == (4, 1, HOURS)
            and all(agrees)
        )

    assert is_untouched()
    keep_national_programme_open(now=now)
    assert is_untouched()
    with pytest.raises(PublishedByCoordinators):
        open_national_programme(500, now=now)
    assert is_untouched()
    close_programme(NATIONAL, REASON, actor_id=None, now=now)
    keep_national_programme_open(now=now)
    assert is_untouched()
    with pytest.raises(ProgrammeClosed):
        open_national_programme(500, now=now)
    assert is_untouched()


def test_an_opened_programme_that_is_closed_counts_nothing_new(
    make: Factory, now: datetime
) -> None:
    book = make.book()
    close_programme(NATIONAL, REASON, actor_id=None, now=now)
    make.book("tema-dua", counted=False)
    keep_national_programme_open(now=now)
    assert modules_of(get_current(NATIONAL).id) == {book.module_id}


# Counting through


def test_people_are_counted_through_some_at_a_time_from_where_it_was(
    make: Factory, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "PORTION", 2)
    book, ours = make.book(), make.institution()
    for _ in range(5):
        make.certificate(make.learner(at=ours), book)
    programme_id = prepare_version(NATIONAL, present_wish(), actor_id=None, now=now).id
    db.session.commit()
    reported: list[tuple[int, int]] = []

    def report(done: int, total: int) -> None:
        reported.append((done, total))
        if len(reported) == 2:
            raise KeyboardInterrupt

    run = Run(1, FILLING, {"programme_id": programme_id}, None, frozenset(), 1, "c", report)
    with pytest.raises(KeyboardInterrupt):
        fill(run, clock=lambda: now)
    db.session.remove()
    begun = reported[-1]
    fill(run, clock=lambda: now)
    assert all(after > before for before, after in pairwise(reported))
    assert reported[-1][0] == reported[-1][1] > begun[0]
    assert get_figure_of_version(programme_id, now=now).count == 5
    assert len(db.session.scalars(select(Standing.account_id)).all()) == 10


def test_what_differs_from_certificates_is_counted_once_more_before_it_may_be_published(
    make: Factory, now: datetime
) -> None:
    make.certificate(make.learner(at=make.institution()))
    prepared_id = prepare_version(NATIONAL, present_wish(), actor_id=None, now=now).id
    fill_all(lambda: now)
    with transaction():
        db.session.execute(text("DELETE FROM standings"))
        db.session.execute(text("UPDATE programmes SET filled_at = NULL, filled_through = 0"))
    run = Run(1, FILLING, {"programme_id": prepared_id}, None, frozenset(), 1, "claim")
    with pytest.raises(FiguresDiffer):
        fill(run, clock=lambda: now)
    db.session.remove()
    assert get_prepared(NATIONAL).filled_at is None
    assert get_prepared(NATIONAL).filled_through == 0


@pytest.mark.parametrize("first", ["fill", "recount"])
def test_counting_through_and_a_revocation_in_one_moment_give_the_same_in_either_order(
    app: Flask, make: Factory, now: datetime, first: str
) -> None:
    book, ours = make.book(), make.institution()
    issued = [make.certificate(make.learner(at=ours), book) for _ in range(3)]
    actor = make.coordinator()
    programme_id = prepare_version(NATIONAL, present_wish(), actor_id=None, now=now).id
    db.session.commit()
    db.session.remove()
    begun, may_end = Event(), Event()

    def filling_them() -> None:
        with app.app_context(), transaction():
            busy = filling.fill_some(programme_id, 1, 10_000, now=now)
            begun.set()
            may_end.wait(1)
        for account_id in busy:
            with app.app_context(), transaction():
                recount_person(account_id, now=now)

    def revoking() -> None:
        ground = RevocationGround.MISTAKE
        with app.app_context(), transaction():
            revoke_certificate(issued[1].code, ground, REASON, actor.id, now=now)
            begun.set()
            may_end.wait(1)

    deeds = (filling_them, revoking) if first == "fill" else (revoking, filling_them)
    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(deeds[0])
        assert begun.wait(20)
        other = pool.submit(deeds[1])
        may_end.set()
        running.result(30)
        other.result(30)
    prepared = get_prepared(NATIONAL)
    assert get_figure_of_version(prepared.id, now=now).count == 2
    assert reconcile(prepared) == []
    assert reconcile(get_current(NATIONAL)) == []


# Recomputing, and the past


def test_figures_are_computed_anew_while_certificates_are_issued_revoked_and_moved(
    app: Flask, make: Factory, now: datetime
) -> None:
    book, ours, theirs = make.book(), make.institution(), make.institution()
    sittings = [make.attempt(make.learner(at=ours), book) for _ in range(8)]
    for sitting in sittings:
        make.answers(sitting, sitting.right)
    older = [make.certificate(make.learner(at=theirs), book) for _ in range(8)]
    waiting = [make.learner(at=ours, confirmed=False) for _ in range(4)]
    for person in waiting:
        make.certificate(person, book)
    actor = make.coordinator()
    db.session.remove()
    ended = Event()

    def change() -> None:
        ground = RevocationGround.MISTAKE
        with app.app_context():
            for number, (sitting, issued) in enumerate(zip(sittings, older, strict=True)):
                with transaction():
                    submit_attempt(sitting.person.id, sitting.token, now=now)
                with transaction():
                    revoke_certificate(issued.code, ground, REASON, actor.id, now=now)
                if number % 2:
                    person = waiting[number // 2]
                    assert person.posting_id is not None
                    scope = Scope(None, frozenset({ours.id}))
                    with transaction():
                        confirm_staff(scope, person.posting_id, now=now)
                if number % 3 == 0:
                    with transaction():
                        fold(get_current(NATIONAL))
        ended.set()

    def prepare() -> None:
        with app.app_context():
            with transaction():
                prepare_version(NATIONAL, present_wish(), actor_id=None, now=now)
            fill_all(lambda: now)
            with transaction():
                publish_preparation(NATIONAL, actor_id=None, now=now)

    looks = 0
    with ThreadPoolExecutor(2) as pool:
        deeds = [pool.submit(change), pool.submit(prepare)]
        while looks < 3 or not ended.is_set():
            with snapshot():
                for version in list_published():
                    assert recount_figure(version, now=now).agrees
            looks += 1
            if any(deed.done() and deed.exception() for deed in deeds):
                break
        for deed in deeds:
            deed.result(60)
    assert shown(NATIONAL, now) == (4, 12, 12 * HOURS)
    with snapshot():
        for version in list_published():
            assert recount_figure(version, now=now).agrees


def test_a_figure_that_was_tampered_with_does_not_agree(make: Factory, now: datetime) -> None:
    make.certificate(make.learner(at=make.institution()))
    with transaction():
        fold(get_current(NATIONAL))
        db.session.execute(text("UPDATE programmes SET folded_hours = 9"))
    found = recount_figure(get_current(NATIONAL), now=now)
    assert not found.agrees
    assert (found.published, found.tally) == (Amount(1, 9), Amount(1, HOURS))
    assert found.certificates == Amount(1, HOURS)


def test_a_past_figure_is_the_same_whatever_comes_after(make: Factory, now: datetime) -> None:
    book, ours, theirs = make.book(), make.institution("A"), make.institution("B")
    issued = make.certificate(make.learner(at=ours), book)
    make.certificate(make.learner(at=ours), book)
    make.certificate(make.learner(at=theirs), book)
    moment = later(now, days=1)
    then = figure_at(NATIONAL, moment)
    assert (then.count, then.credit_hours, then.definition_version) == (3, 3 * HOURS, 3)
    parts = breakdown_at(NATIONAL, moment)
    assert [(each.name, each.count) for each in parts] == [("A", 2), ("B", 1)]
    make.now = later(now, days=30)
    make.revoke(issued)
    with transaction():
        fold(get_current(NATIONAL))
    change_national(make, name="Lain")
    assert figure_at(NATIONAL, moment) == then
    assert breakdown_at(NATIONAL, moment) == parts
    after = figure_at(NATIONAL, later(now, days=31))
    assert (after.count, after.definition_version, after.name) == (2, 4, "Lain")
    before = figure_at(NATIONAL, now - timedelta(days=1))
    assert (before.count, before.definition_version) == (0, 3)
    with pytest.raises(NoSuchProgramme):
        figure_at(NATIONAL, datetime(2024, 12, 1, tzinfo=UTC))
