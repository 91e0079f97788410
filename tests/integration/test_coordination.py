"""The lines of institutions as the database has them, held to the rules."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, insert, select, update

from lms.accounts.enums import Role
from lms.accounts.models import Account, RoleGrant
from lms.coordination.errors import NoSuchLine
from lms.coordination.lines import (
    PAGE_SIZE,
    Choice,
    Order,
    View,
    get_line,
    get_page,
    list_lines,
    list_ringing,
    sum_by_province,
)
from lms.coordination.queries import (
    choose_window,
    list_days_of,
    list_units,
    list_ways,
    list_windows,
)
from lms.coordination.rules import (
    QUIET_DAYS,
    State,
    add_up,
    list_to_ring,
    state_of,
)
from lms.db import db
from lms.institutions.granting.queries import count_without_officers, list_without_officers
from lms.institutions.models import Institution, InstitutionKind, Posting
from lms.institutions.registry.queries import list_officers
from lms.institutions.registry.rules import Editor
from lms.institutions.registry.tree import found_unit
from lms.programmes.breakdown import Day, Level, Wanted
from lms.programmes.errors import NoSuchProgramme
from lms.programmes.models import (
    Programme,
    ProgrammeState,
    ProgrammeTarget,
    RollupInstitution,
    TallyEntry,
)
from lms.programmes.queries import NATIONAL
from lms.programmes.rollup import fold
from lms.programmes.service import open_national_programme
from lms.progress.refresh import refresh_progress
from lms.small_numbers import Veil
from tests.conftest import Statements
from tests.factories import TODAY, Factory, later
from tests.integration.conftest import NOW

VIEW = View(NATIONAL, date(2026, 1, 1), NOW)
EVERY = Choice(order=Order.NAME)


def national() -> Programme:
    """The national programme's row."""
    return db.session.scalars(select(Programme).where(Programme.slug == NATIONAL)).one()


def step(institution_id: int, day: date, steps: int, *, now: datetime) -> None:
    """So many people more or fewer at an institution, in the tally."""
    rows = [
        {
            "programme_id": national().id,
            "institution_id": institution_id,
            "counted_on": day,
            "step": 1 if steps > 0 else -1,
            "hours_step": 2 if steps > 0 else -2,
            "entered_at": now,
        }
        for _ in range(abs(steps))
    ]
    if rows:
        db.session.execute(insert(TallyEntry), rows)


@pytest.fixture
def _nation(make: Factory, now: datetime) -> None:
    """Institutions of all sorts, some folded, some in the tail, some of whose people are gone."""
    random = Random(38)  # noqa: S311 - the same nation in every run
    open_national_programme(starts_on=VIEW.begun_on, now=now)
    officer = make.learner()
    codes = [None, "31", "33", "33.01", "33.02", "91.71", "96"]
    with make.at_once():
        refs = [make.institution(f"Instansi {number:02}") for number in range(45)]
    for number, ref in enumerate(refs):
        db.session.execute(
            update(Institution)
            .where(Institution.id == ref.id)
            .values(
                region_code=codes[number] if number < len(codes) else f"33.{number + 10}",
                kind=random.choice(list(InstitutionKind)),
                head_count=random.choice([None, 0, 3, 8, 20]),
                target_count=random.choice([None, None, 2, 9]),
                ended_on=TODAY if random.random() < 0.15 else None,
            )
        )
        if random.random() < 0.6:
            grant = {"role": Role.HR_OFFICER, "institution_id": ref.id, "granted_at": now}
            db.session.execute(insert(RoleGrant), {"account_id": officer.id, **grant})
    db.session.commit()
    for is_folded in (True, False):
        for ref in refs:
            for _ in range(random.choice([0, 0, 1, 2])):
                days_ago = random.choice([0, QUIET_DAYS - 1, QUIET_DAYS, QUIET_DAYS + 9, 90])
                step(ref.id, TODAY - timedelta(days_ago), random.choice([1, 2, 3]), now=now)
        if is_folded:
            fold(national())
        db.session.commit()


@pytest.mark.usefixtures("_nation")
def test_states_are_as_the_rule_has_them() -> None:
    lines = list_lines(VIEW, EVERY)
    assert {state_of(line, VIEW.begun_on, TODAY) for line in lines} == set(State)
    for state in State:
        chosen = list_lines(VIEW, Choice(state=state, order=Order.NAME))
        assert chosen == [
            line for line in lines if state_of(line, VIEW.begun_on, TODAY) is state
        ], state


@pytest.mark.usefixtures("_nation")
def test_who_is_to_be_rung_is_as_the_rule_has_it() -> None:
    lines = list_lines(VIEW, EVERY)
    assert list_ringing(VIEW) == list_to_ring(lines, VIEW.begun_on, TODAY)
    there = [line for line in lines if line.province_code == "33"]
    assert list_ringing(VIEW, "33") == list_to_ring(there, VIEW.begun_on, TODAY)
    assert len(list_ringing(VIEW)) == 3
    assert not list_ringing(VIEW, "11")


@pytest.mark.usefixtures("_nation")
def test_sums_are_those_of_their_institutions() -> None:
    lines, sums = list_lines(VIEW, EVERY), sum_by_province(VIEW)
    assert sums.keys() == {line.province_code for line in lines}
    for code, found in sums.items():
        there = [line for line in lines if line.province_code == code]
        opened = [line for line in there if line.is_open]
        states = [state_of(line, VIEW.begun_on, TODAY) for line in opened]
        assert found.institutions == len(opened)
        assert found.count == sum(line.count for line in there)
        assert found.counted == sum(line.count for line in opened if line.goal is not None)
        assert found.goal == sum(line.goal or 0 for line in opened)
        assert found.credit_hours == sum(line.credit_hours for line in there) == 2 * found.count
        assert found.without_officer == sum(not line.officer_count for line in opened)
        assert found.last_on == max((line.last_on for line in there if line.last_on), default=None)
        assert list(found.states) == [states.count(state) for state in State]
        assert sum_by_province(VIEW, code) == {code: found}
    assert add_up(sums.values()).count == sum(line.count for line in lines)


@pytest.mark.usefixtures("_nation")
def test_every_order_is_one_of_the_same_institutions() -> None:
    names = sorted(line.name for line in list_lines(VIEW, EVERY))
    lists = {order: list_lines(VIEW, Choice(order=order)) for order in Order}
    assert all(sorted(line.name for line in found) == names for found in lists.values())
    missing = [line.missing for line in lists[Order.MISSING]]
    known = [number for number in missing if number is not None]
    assert missing == sorted(known, reverse=True) + [None] * (len(missing) - len(known))
    shares = [line.percent for line in lists[Order.SHARE]]
    told = [share for share in shares if share is not None]
    assert shares == sorted(told) + [None] * (len(shares) - len(told))
    days = [line.last_on or date.min for line in lists[Order.LAST]]
    assert days == sorted(days)


@pytest.mark.usefixtures("_nation")
def test_pages_are_parts_of_the_whole() -> None:
    whole = list_lines(VIEW, EVERY)
    first, total = get_page(VIEW, EVERY, 1)
    second, _ = get_page(VIEW, EVERY, 2)
    assert total == len(whole)
    assert [*first, *second] == whole[: 2 * PAGE_SIZE]
    assert get_page(VIEW, EVERY, 99) == ([], total)
    assert get_page(VIEW, Choice(Wanted("tidak ada")), 1) == ([], 0)
    regional = Choice(Wanted("instansi 0", Level.REGENCY_OR_CITY, "33"), order=Order.NAME)
    assert all(line.province_code == "33" for line in list_lines(VIEW, regional))


@pytest.mark.usefixtures("_nation")
def test_twenty_cost_what_two_cost(statements: Statements) -> None:
    with statements() as seen:
        get_page(VIEW, EVERY, 1)
        list_ringing(VIEW)
        sum_by_province(VIEW)
    assert len(seen) == 4


def test_the_last_day_goes_back_where_it_was_revoked(make: Factory, now: datetime) -> None:
    book, place = make.book(), make.institution()
    make.certificate(make.learner(at=place), book)
    second = make.certificate(make.learner(at=place), book, at=later(now, days=9))
    for _ in range(2):
        assert get_line(VIEW, place.id).last_on == later(now, days=9).date()
        fold(national())
        db.session.commit()
    make.revoke(second)
    fold(national())
    db.session.commit()
    line = get_line(VIEW, place.id)
    assert (line.last_on, line.count) == (TODAY, 1)
    assert list_days_of(NATIONAL, place.id) == [Day(TODAY, 1, 1)]


def test_the_last_day_is_that_of_the_cells(make: Factory, now: datetime) -> None:
    make.institution()
    open_national_programme(now=now)
    random, places = Random(7), [make.institution().id for _ in range(4)]  # noqa: S311 - as above
    for _ in range(12):
        for place in random.sample(places, 2):
            step(place, TODAY - timedelta(random.randrange(5)), random.choice([-1, 1, 2]), now=now)
        fold(national())
    db.session.commit()
    for place, day in db.session.execute(
        select(RollupInstitution.institution_id, RollupInstitution.last_counted_on)
    ):
        assert day == max(
            (
                each
                for each, total in db.session.execute(
                    select(TallyEntry.counted_on, func.sum(TallyEntry.step))
                    .where(TallyEntry.institution_id == place)
                    .group_by(TallyEntry.counted_on)
                )
                if total > 0
            ),
            default=None,
        )


@pytest.mark.usefixtures("app")
def test_an_institution_that_is_not_there_is_no_line(now: datetime) -> None:
    open_national_programme(now=now)
    db.session.commit()
    with pytest.raises(NoSuchLine):
        get_line(VIEW, 999_999)
    with pytest.raises(NoSuchProgramme):
        choose_window(list_windows(), "lain")


def test_ways_are_officers_first_of_the_whole(make: Factory, now: datetime) -> None:
    place, other = make.institution(), make.institution()
    unit = found_unit(Editor(None), place.id, "Dinas Contoh", parent_id=None, now=now)
    db.session.execute(
        update(Institution).where(Institution.id == place.id).values(hr_contact="0812-0000-0000")
    )
    make.officer("Budi Rekaan", at=place)
    make.learner("Ani Rekaan", at=place, roles=((Role.HR_OFFICER, place),))
    db.session.execute(
        update(RoleGrant)
        .where(RoleGrant.account_id == db.session.scalar(select(func.max(RoleGrant.account_id))))
        .values(unit_id=unit)
    )
    db.session.commit()
    ways = list_ways([place.id, other.id], now=now)
    assert [each.name for each in ways[place.id].officers] == ["Budi Rekaan", "Ani Rekaan"]
    assert ways[place.id].officers[1].unit == "Dinas Contoh"
    assert ways[place.id].officers[0].last_seen_at is None
    assert ways[place.id].hr_contact == "0812-0000-0000"
    assert ways[other.id].officers == ()
    assert list_ways([], now=now) == {}


def test_whose_role_has_ended_is_no_way_and_answers_for_nobody(
    make: Factory, now: datetime
) -> None:
    place = make.institution()
    open_national_programme(now=now)
    make.officer("Budi Rekaan", at=place)
    db.session.execute(update(RoleGrant).values(ends_on=TODAY, ends_at=later(now, days=1)))
    db.session.commit()
    assert get_line(VIEW, place.id).officer_count == 1
    assert len(list_ways([place.id], now=now)[place.id].officers) == 1
    tomorrow = replace(VIEW, now=later(now, days=1))
    assert get_line(tomorrow, place.id).officer_count == 0
    assert list_ways([place.id], now=later(now, days=1))[place.id].officers == ()


def test_nobody_answers_for_an_institution_by_a_unit_alone_or_from_an_account_that_is_closed(
    make: Factory, now: datetime
) -> None:
    open_national_programme(now=now)
    whole, closed, of_unit, over = [make.institution(name) for name in ("A", "B", "C", "D")]
    officers = {
        ref.name: make.officer(f"Pengelola {ref.name}", at=ref)
        for ref in (whole, closed, of_unit, over)
    }
    unit = found_unit(Editor(None), of_unit.id, "Dinas Contoh", parent_id=None, now=now)
    grants = {name: RoleGrant.account_id == each.id for name, each in officers.items()}
    db.session.execute(update(RoleGrant).where(grants["C"]).values(unit_id=unit))
    # Its last day is today in the capital, and over already where the institution is.
    ended = {"ends_on": TODAY, "ends_at": now - timedelta(hours=1)}
    db.session.execute(update(RoleGrant).where(grants["D"]).values(**ended))
    dead = update(Account).where(Account.id == officers["B"].id).values(closed_at=now)
    db.session.execute(dead)
    db.session.commit()
    without = [line.name for line in list_lines(VIEW, EVERY) if not line.officer_count]
    assert without == ["B", "C", "D"]
    assert [name for _, name in list_without_officers(now=now)] == without
    assert count_without_officers(now=now) == sum_by_province(VIEW)[""].without_officer == 3
    ways = list_ways([ref.id for ref in (whole, closed, of_unit, over)], now=now)
    assert {key: [each.name for each in way.officers] for key, way in ways.items()} == {
        whole.id: ["Pengelola A"],
        closed.id: [],
        of_unit.id: ["Pengelola C"],
        over.id: [],
    }
    assert list_officers(closed.id, now=now) == []


def test_a_changed_programme_is_read_by_its_present_version_and_its_own_targets(
    make: Factory, now: datetime
) -> None:
    place = make.institution()
    db.session.execute(update(Institution).values(target_count=40))
    open_national_programme(now=now)
    former = national()
    former.state, former.ended_at = ProgrammeState.SUPERSEDED, now
    db.session.flush()
    present = Programme(
        slug=NATIONAL,
        name="Yang sekarang",
        target_count=90,
        starts_on=former.starts_on,
        definition_version=former.definition_version + 1,
        state=ProgrammeState.PUBLISHED,
        created_at=now,
        changed_at=now,
        published_at=now,
    )
    db.session.add(present)
    db.session.flush()
    assert get_line(VIEW, place.id).goal == 40
    db.session.add(
        ProgrammeTarget(
            programme_id=present.id, institution_id=place.id, people_count=7, credit_hours=30
        )
    )
    db.session.add(ProgrammeTarget(programme_id=former.id, institution_id=place.id, people_count=9))
    db.session.commit()
    assert get_line(VIEW, place.id).goal == 7
    assert get_line(VIEW, place.id).target_hours == 30
    assert [each.goal for each in list_lines(VIEW, EVERY)] == [7]
    assert [each.name for each in list_windows()] == ["Yang sekarang"]
    assert list_days_of(NATIONAL, place.id) == []


@pytest.mark.usefixtures("_nation")
def test_a_provinces_own_target_comes_before_the_sum_of_its_institutions() -> None:
    before = sum_by_province(VIEW)
    for code, people, hours in (("33", 5000, None), ("96", None, 40), ("11", 70, 90)):
        db.session.add(
            ProgrammeTarget(
                programme_id=national().id,
                province_code=code,
                people_count=people,
                credit_hours=hours,
            )
        )
    db.session.commit()
    found = sum_by_province(VIEW)
    whole = found["33"]
    assert (whole.aim, whole.reached) == (5000, before["33"].count)
    assert whole.missing == 5000 - before["33"].count
    assert whole.percent == 100 * before["33"].count / 5000
    assert found["96"] == replace(before["96"], target_hours=40)
    assert found["96"].aim == before["96"].goal
    assert (found["11"].aim, found["11"].institutions, found["11"].target_hours) == (70, 0, 90)
    assert found.keys() - before.keys() == {"11"}
    assert {code: found[code] for code in before.keys() - {"33", "96"}} == {
        code: before[code] for code in before.keys() - {"33", "96"}
    }
    assert sum_by_province(VIEW, "33") == {"33": whole}
    assert sum_by_province(VIEW, "11") == {"11": found["11"]}


def test_units_with_few_people_tell_nothing(make: Factory, now: datetime) -> None:
    place = make.institution()
    units = [
        found_unit(Editor(None), place.id, name, parent_id=None, now=now)
        for name in ("Bidang A", "Bidang B")
    ]
    db.session.commit()
    book = make.book()
    for unit, people in zip(units, (2, 6), strict=True):
        for number in range(people):
            person = make.learner(at=place)
            db.session.get_one(Posting, person.posting_id).unit_id = unit
            db.session.commit()
            if number == 0:
                make.certificate(person, book)
            refresh_progress([person.id], now=now)
            db.session.commit()
    found = list_units(place.id, now=now)
    assert [(each.name, each.total, each.finished) for each in found] == [
        ("Bidang A", 2, None),
        ("Bidang B", 6, None),
    ]
    assert [each.veil for each in found] == [Veil.FEW, Veil.FEW]
