"""The registry: seeding, dated events, trees of units, and where people go from what has ended."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from lms.accounts.models import Account
from lms.days import local_day
from lms.db import current_connection, db, transaction
from lms.institutions.models import Institution, InstitutionKind, Posting, PostingSource, Unit
from lms.institutions.people.facts import (
    apply_due_facts,
    has_due_facts,
    move_out,
    move_unit,
    retire,
)
from lms.institutions.postings import add_posting
from lms.institutions.registry.errors import (
    CodeTaken,
    DayUnfit,
    HasEnded,
    NameTaken,
    NoSuchEntry,
    NoSuchRequest,
    NoSuchUnit,
    OwnDescendant,
    SuccessorUnfit,
    TooDeep,
    UnitNameTaken,
    UnreadableUnitName,
)
from lms.institutions.registry.models import EventKind
from lms.institutions.registry.queries import (
    Wanted,
    count_entries,
    get_level,
    list_entries,
    list_events,
    list_regional_offices,
)
from lms.institutions.registry.relocation import BATCH, count_stranded, relocate
from lms.institutions.registry.requests import (
    answer_request,
    count_requests,
    find_open_request,
    list_requests,
    settle_registered,
)
from lms.institutions.registry.rules import MOST_LEVELS, Editor
from lms.institutions.registry.seeding import (
    region_batches,
    seed_regional_offices,
    seed_regions,
)
from lms.institutions.registry.service import (
    Facts,
    add_institution,
    change_institution,
    close_institution,
    facts_of,
    merge_institution,
    set_regional_office,
)
from lms.institutions.registry.tree import (
    change_unit,
    close_unit,
    found_unit,
    merge_unit,
    transfer_unit,
)
from lms.institutions.scope import Branch, Scope
from lms.jobs.kind import Run
from tests.factories import Factory, InstitutionRef, Person

KEEPER = Editor(None)
TODAY = date(2026, 5, 20)


def seed() -> int:
    """Seed everything, as the command does; returns how many institutions were made."""
    with transaction():
        seed_regional_offices()
    count = 0
    for batch in region_batches(50):
        with transaction():
            count += len(seed_regions(batch))
    return count


def grow(at: InstitutionRef, name: str, now: datetime, below: int | None = None) -> int:
    """A unit of an institution."""
    with transaction():
        return found_unit(KEEPER, at.id, name, parent_id=below, now=now)


def put(person: Person, unit_id: int) -> None:
    """Have somebody's posting name a unit."""
    with transaction():
        db.session.execute(
            update(Posting).where(Posting.id == person.posting_id).values(unit_id=unit_id)
        )


def work(
    institution_id: int, now: datetime, report: Callable[[int, int], None] | None = None
) -> None:
    """Do the job that gives people their new postings."""
    run = Run(
        1,
        "relocation",
        {"institution_id": institution_id},
        None,
        frozenset(),
        1,
        "a claim",
        report or (lambda _done, _total: None),
    )
    relocate(run, clock=lambda: now)


def postings(person: Person) -> list[tuple[int, int | None, date, date | None, bool]]:
    """Where somebody has worked: institution, unit, from, until, confirmed."""
    rows = current_connection().execute(
        select(
            Posting.institution_id,
            Posting.unit_id,
            Posting.started_on,
            Posting.ended_on,
            Posting.confirmed_at.is_not(None),
        )
        .where(Posting.account_id == person.id)
        .order_by(Posting.id)
    )
    return [(at, unit, since, until, bool(held)) for at, unit, since, until, held in rows]


def part_of(at: InstitutionRef, name: str) -> Unit:
    """The unit in force of an institution that bears a name."""
    return db.session.scalars(
        select(Unit).where(Unit.institution_id == at.id, Unit.name == name, Unit.ended_on.is_(None))
    ).one()


def test_every_region_has_a_government_and_seeding_again_changes_nothing(
    make: Factory, now: datetime
) -> None:
    assert seed() == 552
    kinds = {
        kind: count_entries(Wanted(kind=kind))
        for kind in InstitutionKind
        if count_entries(Wanted(kind=kind))
    }
    assert kinds == {
        InstitutionKind.PROVINCE: 38,
        InstitutionKind.REGENCY: 415,
        InstitutionKind.CITY: 93,
        InstitutionKind.ADMINISTRATIVE_REGION: 6,
    }
    assert len(list_regional_offices()) == 20
    (south_aceh,) = list_entries(Wanted(search="kabupaten aceh selatan"))
    assert south_aceh.name == "Pemerintah Kabupaten Aceh Selatan"
    assert south_aceh.regional_office == "Kantor Wilayah Kementerian HAM Aceh"
    (bali,) = list_entries(Wanted(search="provinsi bali"))
    assert bali.regional_office is None
    with transaction():
        facts = facts_of(db.session.get_one(Institution, south_aceh.id))
        change_institution(
            KEEPER,
            south_aceh.id,
            Facts(facts.code, "Pemkab Aceh Selatan", facts.kind, regional_office_id=None),
            now=now,
        )
    assert seed() == 0
    (again,) = list_entries(Wanted(search="pemkab aceh selatan"))
    assert again.regional_office is None


def test_what_changed_is_kept_with_what_was_before(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    keeper = make.coordinator("Ratna")
    editor = Editor(keeper.id)
    facts = Facts(
        ours.code,
        "Pemerintah Kabupaten Contoh Baru",
        InstitutionKind.REGENCY,
        head_count=12_000,
        head_counted_on=TODAY,
        target_count=9_000,
    )
    with transaction():
        assert change_institution(editor, ours.id, facts, now=now)
    with transaction():
        assert not change_institution(editor, ours.id, facts, now=now)
    changed, renamed = list_events(ours.id)
    assert (renamed.kind, renamed.actor) == (EventKind.RENAMED, "Ratna")
    assert renamed.before == {"name": ours.name}
    assert renamed.after == {"name": facts.name}
    assert changed.kind is EventKind.CHANGED
    assert changed.after["head_count"] == 12_000
    assert changed.after["head_counted_on"] == "2026-05-20"
    taken = Facts(ours.code, theirs.name, InstitutionKind.REGENCY)
    with pytest.raises(NameTaken), transaction():
        change_institution(editor, ours.id, taken, now=now)
    with pytest.raises(CodeTaken), transaction():
        add_institution(editor, Facts(ours.code, "Lain", InstitutionKind.CITY), now=now)


def test_an_event_cannot_be_changed_or_taken_away(make: Factory, now: datetime) -> None:
    ours = make.institution()
    grow(ours, "Dinas Contoh", now)
    for deed in ("DELETE FROM registry_events", "UPDATE registry_events SET happened_on = NULL"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(deed))
        db.session.rollback()


def test_an_office_covers_a_whole_province_at_once(make: Factory, now: datetime) -> None:
    seed()
    aceh = list_regional_offices()[0]
    with transaction():
        assert set_regional_office(KEEPER, "51", aceh.id, now=now) == 10
    with transaction():
        assert set_regional_office(KEEPER, "51", aceh.id, now=now) == 0
    assert count_entries(Wanted(regional_office_id=aceh.id)) == 24 + 10


def test_units_stand_below_each_other_and_move_with_all_below(make: Factory, now: datetime) -> None:
    ours = make.institution()
    office, other = grow(ours, "Dinas Contoh", now), grow(ours, "Dinas Lain", now)
    section = grow(ours, "Bidang Contoh", now, office)
    desk = grow(ours, "Seksi Contoh", now, section)
    with transaction():
        change_unit(KEEPER, section, name="Bidang Contoh", parent_id=other, code="B-1", now=now)
    assert db.session.get_one(Unit, desk).path == f"/{other}/{section}/{desk}/"
    top = get_level(KEEPER, ours.id, None)
    assert [(line.name, line.child_count) for line in top.units] == [
        ("Dinas Contoh", 0),
        ("Dinas Lain", 1),
    ]
    below = get_level(KEEPER, ours.id, section)
    assert [line.name for line in below.above] == ["Dinas Lain", "Bidang Contoh"]
    assert [line.name for line in below.units] == ["Seksi Contoh"]
    assert [each.kind for each in list_events(ours.id, section)] == [
        EventKind.MOVED,
        EventKind.CHANGED,
        EventKind.ADDED,
    ]
    for refusal, values in (
        (OwnDescendant, {"name": "Bidang Contoh", "parent_id": desk, "code": None}),
        (UnitNameTaken, {"name": "dinas contoh", "parent_id": None, "code": None}),
        (UnreadableUnitName, {"name": "Dinas > Bidang", "parent_id": other, "code": None}),
        (NoSuchUnit, {"name": "Bidang", "parent_id": 999, "code": None}),
    ):
        with pytest.raises(refusal), transaction():
            change_unit(KEEPER, section, now=now, **values)


def test_a_tree_has_so_many_levels_and_no_more(make: Factory, now: datetime) -> None:
    ours = make.institution()
    below: int | None = None
    for level in range(MOST_LEVELS):
        below = grow(ours, f"Tingkat {level}", now, below)
    with pytest.raises(TooDeep):
        grow(ours, "Terlalu dalam", now, below)
    pair = grow(ours, "Atas", now)
    grow(ours, "Bawah", now, pair)
    parent = db.session.get_one(Unit, below).parent_id
    with pytest.raises(TooDeep), transaction():
        change_unit(KEEPER, pair, name="Atas", parent_id=parent, code=None, now=now)


def test_the_people_of_a_merged_unit_are_posted_anew_on_that_day(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    old, new = grow(ours, "Dinas Lama", now), grow(ours, "Dinas Baru", now)
    child = grow(ours, "Bidang Lama", now, old)
    ayu, budi, citra = (make.learner(name, at=ours) for name in ("Ayu", "Budi", "Citra"))
    put(ayu, old)
    put(budi, child)
    later = now + timedelta(days=40)
    on = local_day(now + timedelta(days=30))
    with transaction():
        merge_unit(KEEPER, old, new, on=on, now=later)
    assert count_stranded(ours.id) == 1
    work(ours.id, later)
    assert count_stranded(ours.id) == 0
    assert postings(ayu) == [
        (ours.id, old, TODAY, on, True),
        (ours.id, new, on, None, True),
    ]
    assert postings(budi) == [(ours.id, child, TODAY, None, True)]
    assert postings(citra) == [(ours.id, None, TODAY, None, True)]
    assert db.session.get_one(Unit, child).path == f"/{new}/{child}/"
    for refusal, into in ((HasEnded, new), (HasEnded, child)):
        with pytest.raises(refusal), transaction():
            merge_unit(KEEPER, old, into, on=on, now=later)
    with pytest.raises(SuccessorUnfit), transaction():
        merge_unit(KEEPER, new, child, on=on, now=later)
    with pytest.raises(DayUnfit), transaction():
        merge_unit(KEEPER, child, new, on=local_day(later) + timedelta(days=1), now=later)


def test_the_people_of_a_closed_unit_stay_at_the_institution(make: Factory, now: datetime) -> None:
    ours = make.institution()
    office = grow(ours, "Dinas Contoh", now)
    section = grow(ours, "Bidang Contoh", now, office)
    ayu = make.learner("Ayu", at=ours)
    put(ayu, section)
    with transaction():
        close_unit(KEEPER, office, on=TODAY, now=now)
    work(ours.id, now)
    assert postings(ayu) == [
        (ours.id, section, TODAY, TODAY, True),
        (ours.id, None, TODAY, None, True),
    ]
    assert get_level(KEEPER, ours.id, None).units == []


def test_a_merged_institutions_people_and_units_go_over_and_the_past_stays(
    make: Factory, now: datetime
) -> None:
    old, new, last = make.institution(), make.institution(), make.institution()
    office = grow(old, "Dinas Contoh", now)
    section = grow(old, "Bidang Contoh", now, office)
    ayu, budi = make.learner("Ayu", at=old), make.learner("Budi", at=old, confirmed=False)
    put(ayu, section)
    with transaction():
        merge_institution(KEEPER, old.id, new.id, on=TODAY, now=now)
    with transaction():  # before the people have gone over: the chain is followed
        merge_institution(KEEPER, new.id, last.id, on=TODAY, now=now)
    work(old.id, now)
    work(new.id, now)
    unit = db.session.scalars(
        select(Unit).where(Unit.institution_id == last.id, Unit.name == "Bidang Contoh")
    ).one()
    assert postings(ayu) == [
        (old.id, section, TODAY, TODAY, True),
        (last.id, unit.id, TODAY, None, True),
    ]
    # What merged is a unit of the name, and so is what it merged into before.
    parts = {name: part_of(last, name) for name in (old.name, new.name)}
    assert postings(budi)[-1] == (last.id, parts[old.name].id, TODAY, None, False)
    assert unit.path.startswith(parts[old.name].path)
    assert parts[old.name].path.startswith(parts[new.name].path)
    assert parts[new.name].path == f"/{parts[new.name].id}/"
    assert unit.path.count("/") == 5
    for refusal, pair in (
        (HasEnded, (old.id, last.id)),
        (SuccessorUnfit, (last.id, old.id)),
        (SuccessorUnfit, (last.id, last.id)),
        (NoSuchEntry, (9999, last.id)),
    ):
        with pytest.raises(refusal), transaction():
            merge_institution(KEEPER, *pair, on=TODAY, now=now)


def test_nobody_works_at_a_closed_institution(make: Factory, now: datetime) -> None:
    ours = make.institution()
    ayu = make.learner("Ayu", at=ours)
    with transaction():
        close_institution(KEEPER, ours.id, on=TODAY, now=now)
    work(ours.id, now)
    assert postings(ayu) == [(ours.id, None, TODAY, TODAY, True)]
    with pytest.raises(HasEnded), transaction():
        add_posting(
            db.session.get_one(Account, make.learner("Budi").id),
            db.session.get_one(Institution, ours.id),
            PostingSource.STAFF_LIST,
            now=now,
        )
    assert count_entries(Wanted(search=ours.code)) == 0
    assert count_entries(Wanted(search=ours.code, has_ended=True)) == 1


def test_what_is_to_come_goes_along_with_people(make: Factory, now: datetime) -> None:
    ours, theirs, other = make.institution(), make.institution(), make.institution()
    old, new = grow(ours, "Dinas Lama", now), grow(ours, "Dinas Baru", now)
    goes, retires = make.learner(at=ours), make.learner(at=ours)
    retires_there, stays_there = make.learner(at=other), make.learner(at=other)
    for person in (goes, retires):
        put(person, old)
    scope = Scope(None, frozenset({ours.id, other.id}))
    day = local_day(now) + timedelta(days=3)
    with transaction():
        move_out(scope, goes.posting_id or 0, theirs.id, day, now=now)
        move_out(scope, stays_there.posting_id or 0, theirs.id, day, now=now)
        for person in (retires, retires_there):
            retire(scope, person.posting_id or 0, day, now=now)
    with transaction():
        merge_unit(KEEPER, old, new, on=TODAY, now=now)
        merge_institution(KEEPER, other.id, theirs.id, on=TODAY, now=now)
    work(ours.id, now)
    work(other.id, now)
    assert apply_due_facts(now=now + timedelta(days=4)) == 3
    assert not has_due_facts(now=now + timedelta(days=4))
    assert postings(goes)[-1][0] == theirs.id
    assert postings(retires)[-1] == (ours.id, new, TODAY, day, True)
    part = part_of(theirs, other.name).id
    assert postings(retires_there)[-1] == (theirs.id, part, TODAY, day, True)
    assert postings(stays_there)[-1] == (theirs.id, part, TODAY, None, True)  # is there already


def test_a_move_that_is_to_come_leads_to_what_its_unit_went_into(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    old, new, closed = (grow(ours, name, now) for name in ("Dinas Lama", "Dinas Baru", "Tutup"))
    goes, stays = make.learner(at=ours), make.learner(at=ours)
    scope, day = Scope(None, frozenset({ours.id})), local_day(now) + timedelta(days=3)
    with transaction():
        move_unit(scope, goes.posting_id or 0, old, day, now=now)
        move_unit(scope, stays.posting_id or 0, closed, day, now=now)
    with transaction():
        merge_unit(KEEPER, old, new, on=TODAY, now=now)
        close_unit(KEEPER, closed, on=TODAY, now=now)
    assert apply_due_facts(now=now + timedelta(days=4)) == 1
    assert postings(goes) == [(ours.id, new, TODAY, None, True)]
    assert postings(stays) == [(ours.id, None, TODAY, None, True)]


def test_a_move_that_is_to_come_leads_to_what_its_institution_went_into(
    make: Factory, now: datetime
) -> None:
    ours, theirs, last, near = (make.institution() for _ in range(4))
    goes, stays = make.learner(at=ours), make.learner(at=ours)
    scope, day = Scope(None, frozenset({ours.id})), local_day(now) + timedelta(days=3)
    with transaction():
        move_out(scope, goes.posting_id or 0, theirs.id, day, now=now)
        move_out(scope, stays.posting_id or 0, near.id, day, now=now)
    with transaction():
        merge_institution(KEEPER, theirs.id, last.id, on=TODAY, now=now)
        merge_institution(KEEPER, near.id, ours.id, on=TODAY, now=now)
    then = now + timedelta(days=4)
    assert apply_due_facts(now=then) == 1
    part = part_of(last, theirs.name).id
    assert postings(goes)[-1] == (last.id, part, local_day(then), None, False)
    assert postings(stays) == [(ours.id, None, TODAY, None, True)]  # it came to them


def test_a_unit_goes_to_another_institution_with_its_people(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    office = grow(ours, "Balai Contoh", now)
    section = grow(ours, "Seksi Contoh", now, office)
    stays = grow(ours, "Dinas Lain", now)
    ayu, budi = make.learner("Ayu", at=ours), make.learner("Budi", at=ours)
    put(ayu, section)
    put(budi, stays)
    with transaction():
        transfer_unit(KEEPER, office, theirs.id, on=TODAY, now=now)
    work(ours.id, now)
    moved = db.session.get_one(Unit, section).successor_id
    assert postings(ayu)[-1] == (theirs.id, moved, TODAY, None, True)
    assert postings(budi) == [(ours.id, stays, TODAY, None, True)]
    assert [line.name for line in get_level(KEEPER, theirs.id, None).units] == ["Balai Contoh"]


def test_who_is_left_when_it_is_killed_is_relocated_by_the_next_try(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    with make.at_once():
        people = [make.learner(at=ours) for _ in range(BATCH + 5)]
    with transaction():
        merge_institution(KEEPER, ours.id, theirs.id, on=TODAY, now=now)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work(ours.id, now, stop)
    assert count_stranded(ours.id) == 5
    work(ours.id, now)
    part = part_of(theirs, ours.name)
    assert {tuple(postings(person)) for person in people} == {
        ((ours.id, None, TODAY, TODAY, True), (theirs.id, part.id, TODAY, None, True))
    }


def test_an_officer_changes_their_own_part_of_the_tree_alone(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    office, other = grow(ours, "Dinas Contoh", now), grow(ours, "Dinas Lain", now)
    section = grow(ours, "Bidang Contoh", now, office)
    foreign = grow(theirs, "Dinas Asing", now)
    officer = make.officer(at=ours)
    path = db.session.get_one(Unit, office).path
    of_branch = Editor(
        officer.id, Scope(officer.id, frozenset(), frozenset({Branch(ours.id, office, path)}))
    )
    of_all = Editor(officer.id, officer.scope)
    with transaction():
        inner = found_unit(of_branch, ours.id, "Seksi", parent_id=section, now=now)
    with transaction():
        change_unit(of_branch, inner, name="Seksi Satu", parent_id=office, code=None, now=now)
    assert [line.name for line in get_level(of_branch, ours.id, None).units] == ["Dinas Contoh"]
    found = get_level(of_branch, ours.id, None, search="dinas")
    assert [line.name for line in found.units] == ["Dinas Contoh"]
    for deed in (
        lambda: found_unit(of_branch, ours.id, "Baru", parent_id=None, now=now),
        lambda: found_unit(of_branch, ours.id, "Baru", parent_id=other, now=now),
        lambda: change_unit(of_branch, other, name="X", parent_id=None, code=None, now=now),
        lambda: change_unit(of_branch, section, name="X", parent_id=other, code=None, now=now),
        lambda: close_unit(of_branch, office, on=TODAY, now=now),
        lambda: merge_unit(of_branch, office, other, on=TODAY, now=now),
        lambda: found_unit(of_all, theirs.id, "Baru", parent_id=None, now=now),
        lambda: change_unit(of_all, foreign, name="X", parent_id=None, code=None, now=now),
        lambda: get_level(of_all, theirs.id, None),
    ):
        with pytest.raises(NoSuchUnit), transaction():
            deed()
    for deed in (
        lambda: close_institution(of_all, ours.id, on=TODAY, now=now),
        lambda: transfer_unit(of_all, office, theirs.id, on=TODAY, now=now),
        lambda: add_institution(of_all, Facts("X", "X", InstitutionKind.CITY), now=now),
    ):
        with pytest.raises(NoSuchEntry), transaction():
            deed()


def test_who_did_not_find_their_institution_waits_until_it_is_found(
    make: Factory, now: datetime
) -> None:
    ours, theirs = make.institution(), make.institution()
    unit = grow(ours, "Dinas Contoh", now)
    ayu, budi, citra, dewi = (make.learner(name) for name in ("Ayu", "Budi", "Citra", "Dewi"))
    listed = make.learner("Eko", at=theirs)
    with transaction():
        for person, words in (
            (ayu, "Dinas Contoh Kab. Contoh"),
            (budi, "dinas contoh kab. contoh"),
            (citra, "Yang lain"),
            (listed, "Dinas Contoh Kab. Contoh"),
        ):
            settle_registered(person.id, None, None, words, now=now)
        settle_registered(dewi.id, ours.id, unit, None, now=now)
    assert postings(dewi) == [(ours.id, unit, TODAY, None, False)]
    assert find_open_request(ayu.id) == "Dinas Contoh Kab. Contoh"
    assert count_requests() == 4
    first, other = list_requests()
    assert (first.people_count, other.words) == (3, "Yang lain")
    with transaction():
        assert answer_request(KEEPER, first.id, ours.id, unit, now=now) == 3
    assert postings(ayu) == postings(budi) == [(ours.id, unit, TODAY, None, False)]
    assert postings(listed) == [(theirs.id, None, TODAY, None, True)]
    assert find_open_request(ayu.id) is None
    assert [each.words for each in list_requests()] == ["Yang lain"]
    with pytest.raises(NoSuchRequest), transaction():
        answer_request(KEEPER, first.id, ours.id, None, now=now)
    with pytest.raises(SuccessorUnfit), transaction():
        answer_request(KEEPER, other.id, theirs.id, unit, now=now)


def test_who_registers_at_what_has_ended_since_stands_at_what_follows(
    make: Factory, now: datetime
) -> None:
    old, new, closed = make.institution(), make.institution(), make.institution()
    ayu, budi = make.learner("Ayu"), make.learner("Budi")
    with transaction():
        merge_institution(KEEPER, old.id, new.id, on=TODAY, now=now)
        close_institution(KEEPER, closed.id, on=TODAY, now=now)
    with transaction():
        settle_registered(ayu.id, old.id, None, None, now=now)
        settle_registered(budi.id, closed.id, None, None, now=now)
    assert postings(ayu) == [(new.id, part_of(new, old.name).id, TODAY, None, False)]
    assert find_open_request(budi.id) == closed.name
