"""Random samples of confirmations: drawn by a seed, and answered by somebody else."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from lms.accounts.models import Account
from lms.audit import record
from lms.clock import utc_now
from lms.db import db, transaction
from lms.institutions.doubts.models import ConfirmationDoubt, DoubtGround
from lms.institutions.doubts.queries import count_open_doubts
from lms.institutions.errors import OwnPosting
from lms.institutions.models import Posting
from lms.institutions.samples.drawing import draw_samples, is_to_be_drawn
from lms.institutions.samples.errors import (
    ConfirmedByYou,
    NoSuchSample,
    SampleAnswered,
    WhyNot,
)
from lms.institutions.samples.models import (
    ConfirmationSample,
    SampleAnswer,
    SampledConfirmation,
)
from lms.institutions.samples.queries import (
    Asker,
    count_open_samples,
    list_open_samples,
    list_trust,
)
from lms.institutions.samples.rules import PASS_ON_AFTER, REMIND_AFTER, draw
from lms.institutions.samples.service import (
    answer_for_others,
    answer_sample,
    follow_up,
    has_mail_due,
    tell_of_samples,
)
from lms.jobs.kind import Run
from lms.mail import list_recent_mail
from lms.programmes.queries import NATIONAL, get_figure
from lms.reporting.confirmations import list_confirmations
from lms.worker.confirmation_rounds import (
    find_unanswered,
    find_unsampled,
    follow_samples,
    sample_confirmations,
    survey_confirmations,
)
from tests.factories import Factory, InstitutionRef, Person

MONDAY = datetime(2026, 5, 25, 2, tzinfo=UTC)
"""The Monday on which the week before is drawn from."""
LAST_WEEK = date(2026, 5, 18)
YES, NO, UNKNOWN = SampleAnswer.YES, SampleAnswer.NO, SampleAnswer.UNKNOWN
WHY = "Tidak ada dalam daftar gaji."
PLACES = ("https://sakuham.example/sampel", "https://sakuham.example/koordinator/sampel")


def confirmed(
    make: Factory, officer: Person | None, at: InstitutionRef, many: int, *, days_ago: int = 3
) -> list[Person]:
    """People whom the audit log says that an officer confirmed."""
    with make.at_once():
        people = [make.learner(at=at) for _ in range(many)]
    with transaction():
        for person in people:
            record(
                "staff.confirmed",
                f"account:{person.id}",
                actor_id=officer.id if officer else None,
                now=MONDAY - timedelta(days=days_ago),
                institution_id=at.id,
            )
    return people


def answer_mail(*people: Person) -> None:
    """These have signed in."""
    with transaction():
        ids = [person.id for person in people]
        db.session.execute(update(Account).where(Account.id.in_(ids)).values(activated_at=MONDAY))


def draws(percent: int = 10, *, now: datetime = MONDAY) -> int:
    """A week's samples, by seeds that are known."""
    seeds = (f"benih-{number}" for number in count())
    return draw_samples(percent, lambda: next(seeds), now=now)


def sampled() -> list[SampledConfirmation]:
    """All who were drawn."""
    return list(db.session.scalars(select(SampledConfirmation).order_by(SampledConfirmation.id)))


def recipients(words: str) -> set[str]:
    """Who was written to with these words in the subject."""
    return {each.recipient for each in list_recent_mail() if words in each.subject}


def test_a_draw_can_be_made_again_from_its_seed(make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, oki = make.officer(at=ours), make.officer(at=ours)
    answer_mail(ratna, oki)
    people = confirmed(make, ratna, ours, 30)
    confirmed(make, ratna, ours, 5, days_ago=0)
    confirmed(make, ratna, ours, 5, days_ago=8)
    confirmed(make, None, theirs, 4)
    assert is_to_be_drawn(now=MONDAY)
    assert draws() == 3
    with transaction():
        tell_of_samples(*PLACES, now=MONDAY)
    assert not is_to_be_drawn(now=MONDAY)
    assert draws() == 0
    samples = db.session.scalars(select(ConfirmationSample).order_by(ConfirmationSample.id)).all()
    assert [(each.institution_id, each.week_on, each.drawn_count) for each in samples] == [
        (ours.id, LAST_WEEK, 3),
        (theirs.id, LAST_WEEK, 0),
    ]
    rows = sampled()
    pool = {person.id for person in people}
    assert [row.account_id for row in rows] == draw(samples[0].seed, pool, 3)
    assert [row.place for row in rows] == [1, 2, 3]
    assert {row.confirmer_id for row in rows} == {ratna.id}


def test_who_is_confirmed_no_more_is_not_drawn(make: Factory) -> None:
    ours = make.institution()
    people = confirmed(make, make.officer(at=ours), ours, 4)
    with transaction():
        db.session.execute(
            update(Posting)
            .where(Posting.account_id.in_([person.id for person in people[:3]]))
            .values(confirmed_at=None)
        )
    assert draws(100) == 1
    assert [row.account_id for row in sampled()] == [people[3].id]


def test_a_second_officer_is_asked_and_not_who_confirmed(make: Factory) -> None:
    ours = make.institution()
    ratna, oki = make.officer(at=ours), make.officer(at=ours)
    answer_mail(ratna, oki)
    confirmed(make, ratna, ours, 3)
    draws(100)
    tell_of_samples(*PLACES, now=MONDAY)
    assert recipients("Pemeriksaan acak atas") == {oki.email}
    assert count_open_samples(Asker(ratna.scope, ratna.id)) == 0
    listed = list_open_samples(Asker(oki.scope, oki.id))
    assert len(listed) == 3
    with pytest.raises(ConfirmedByYou):
        answer_sample(ratna.scope, listed[0].sampled_id, YES, "", now=MONDAY)
    answer_sample(oki.scope, listed[0].sampled_id, YES, "", now=MONDAY)
    with pytest.raises(SampleAnswered):
        answer_sample(oki.scope, listed[0].sampled_id, NO, WHY, now=MONDAY)
    assert count_open_samples(Asker(oki.scope, oki.id)) == 2


def test_where_nobody_else_can_answer_coordinators_are_asked_at_once(make: Factory) -> None:
    ours = make.institution()
    ratna, wulan = make.officer(at=ours), make.coordinator()
    answer_mail(ratna, wulan)
    confirmed(make, ratna, ours, 2)
    draws(100)
    tell_of_samples(*PLACES, now=MONDAY)
    assert recipients("Pemeriksaan acak") == set()
    assert recipients("menunggu koordinator") == {wulan.email}
    (first, _) = list_open_samples(Asker(None, wulan.id))
    answer_for_others(wulan.id, first.sampled_id, UNKNOWN, "", now=MONDAY)
    assert count_open_samples(Asker(None, wulan.id)) == 1


def test_silence_is_reminded_of_once_and_then_passed_on(make: Factory) -> None:
    ours = make.institution()
    ratna, oki, wulan = make.officer(at=ours), make.officer(at=ours), make.coordinator()
    answer_mail(ratna, oki, wulan)
    confirmed(make, ratna, ours, 1)
    draws(100)
    (row,) = sampled()
    with pytest.raises(NoSuchSample):
        answer_for_others(wulan.id, row.id, YES, "", now=MONDAY)
    db.session.rollback()
    assert not has_mail_due(now=MONDAY + REMIND_AFTER - timedelta(seconds=1))
    for later in (REMIND_AFTER, REMIND_AFTER + timedelta(days=1)):
        with transaction():
            follow_up(*PLACES, now=MONDAY + later)
    subjects = [each.subject for each in list_recent_mail()]
    assert len([each for each in subjects if "masih menunggu jawaban" in each]) == 1
    assert not has_mail_due(now=MONDAY + PASS_ON_AFTER - timedelta(seconds=1))
    assert has_mail_due(now=MONDAY + PASS_ON_AFTER)
    with transaction():
        follow_up(*PLACES, now=MONDAY + PASS_ON_AFTER)
    assert recipients("menunggu koordinator") == {wulan.email}
    assert not has_mail_due(now=MONDAY + PASS_ON_AFTER * 2)
    answer_for_others(wulan.id, row.id, YES, "", now=MONDAY + PASS_ON_AFTER)


def test_no_is_a_doubt_and_nothing_else_changes_the_count(make: Factory) -> None:
    make.programme()
    ours = make.institution()
    ratna, oki = make.officer(at=ours), make.officer(at=ours)
    answer_mail(ratna, oki)
    people = confirmed(make, ratna, ours, 3)
    for person in people:
        make.certificate(person)
    draws(100)
    rows = sampled()
    answer_sample(oki.scope, rows[0].id, YES, "", now=MONDAY)
    answer_sample(oki.scope, rows[1].id, UNKNOWN, "", now=MONDAY)
    assert get_figure(NATIONAL, now=MONDAY).count == 3
    with pytest.raises(WhyNot):
        answer_sample(oki.scope, rows[2].id, NO, "", now=MONDAY)
    answer_sample(oki.scope, rows[2].id, NO, WHY, now=MONDAY)
    assert get_figure(NATIONAL, now=MONDAY).count == 2
    (doubt,) = db.session.scalars(select(ConfirmationDoubt))
    assert (doubt.ground, doubt.words, doubt.opener_id, doubt.confirmer_id) == (
        DoubtGround.SAMPLE,
        WHY,
        oki.id,
        ratna.id,
    )
    assert count_open_doubts(None) == 1
    (line,) = list_trust()
    assert (line.trust.yes, line.trust.no, line.trust.unknown, line.trust.waiting) == (1, 1, 1, 0)


def test_nobody_answers_of_others_people_or_of_themselves(make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, oki, eka = make.officer(at=ours), make.officer(at=ours), make.officer(at=theirs)
    answer_mail(ratna, oki, eka)
    with transaction():
        record(
            "staff.confirmed",
            f"account:{oki.id}",
            actor_id=ratna.id,
            now=MONDAY - timedelta(days=3),
            institution_id=ours.id,
        )
    draws(100)
    (row,) = sampled()
    assert row.passed_on_at == MONDAY  # of who there is, one confirmed and the other is confirmed
    for key in (row.id, 999_999):
        with pytest.raises(NoSuchSample):
            answer_sample(eka.scope, key, YES, "", now=MONDAY)
    with pytest.raises(OwnPosting):
        answer_sample(oki.scope, row.id, YES, "", now=MONDAY)
    assert count_open_samples(Asker(oki.scope, oki.id)) == 0


def test_many_institutions_are_drawn_from_by_sets(make: Factory) -> None:
    places = [make.institution() for _ in range(53)]
    for place in places:
        confirmed(make, None, place, 1)
    assert draws(100) == len(places)
    number = db.session.scalar(select(func.count()).select_from(ConfirmationSample))
    assert number == len(places)


def test_the_rounds_draw_once_a_week_and_write_to_who_is_asked(app: Flask, make: Factory) -> None:
    now = utc_now()
    ours = make.institution()
    ratna, oki = make.officer(at=ours), make.officer(at=ours)
    answer_mail(ratna, oki)
    people = [make.learner(at=ours) for _ in range(20)]
    with transaction():
        for person in people:
            record(
                "staff.confirmed",
                f"account:{person.id}",
                actor_id=ratna.id,
                now=now - timedelta(days=7),
                institution_id=ours.id,
            )
    run = Run(1, "samples", {}, None, frozenset(), 1, "a")
    settings = app.config["SAKUHAM"]
    assert find_unsampled(replace(settings, confirmation_sample_percent=0), now) == []
    assert find_unsampled(settings, now) == [{}]
    sample_confirmations(settings, run)
    assert find_unsampled(settings, now) == []
    (row,) = sampled()
    assert row.account_id in {person.id for person in people}
    (message,) = [each for each in list_recent_mail() if "Pemeriksaan acak atas" in each.subject]
    assert message.recipient == oki.email
    assert "/kepegawaian/sampel" in message.body
    assert find_unanswered(now) == []
    assert find_unanswered(now + REMIND_AFTER * 1.1) == [{}]
    follow_samples(run)
    survey_confirmations(run)
    assert [line.count for line in list_confirmations(now=now)] == [20]


def test_who_was_drawn_before_a_round_was_cut_off_is_written_of_by_the_next(make: Factory) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna, oki, wulan = make.officer(at=ours), make.officer(at=ours), make.coordinator()
    answer_mail(ratna, oki, wulan)
    confirmed(make, ratna, ours, 20)
    confirmed(make, None, theirs, 20)
    assert draws() == 4
    later = MONDAY + timedelta(minutes=10)
    assert is_to_be_drawn(now=later)
    assert draws(now=later) == 0
    for _ in range(2):
        with transaction():
            tell_of_samples(*PLACES, now=later)
    subjects = ("Pemeriksaan acak atas", "Sampel konfirmasi menunggu")
    told = [
        (each.recipient, each.body.split(" konfirmasi ")[0].split()[-1])
        for each in list_recent_mail()
        if any(words in each.subject for words in subjects)
    ]
    assert sorted(told) == sorted([(oki.email, "2"), (wulan.email, "2")])
    assert not is_to_be_drawn(now=later)


def test_nobody_looks_at_what_they_confirmed_under_an_account_merged_into_theirs(
    make: Factory,
) -> None:
    ours = make.institution()
    ratna, former, wulan = make.officer(at=ours), make.learner(at=ours), make.coordinator()
    answer_mail(ratna, wulan)
    with transaction():
        db.session.get_one(Account, former.id).merged_into_id = ratna.id
    confirmed(make, former, ours, 20)
    draws()
    with transaction():
        tell_of_samples(*PLACES, now=MONDAY)
    assert recipients("Pemeriksaan acak atas") == set()
    assert recipients("Sampel konfirmasi menunggu") == {wulan.email}
    assert count_open_samples(Asker(ratna.scope, ratna.id)) == 0
    with pytest.raises(ConfirmedByYou):
        answer_sample(ratna.scope, sampled()[0].id, YES, "", now=MONDAY)
