"""An officer's desk: lists by name, the figure, and what is new since the last look."""

from datetime import datetime, timedelta

import pytest

from lms.db import db
from lms.desk.errors import NoSuchFilter, TooManyFilters, UnfitFilterName
from lms.desk.figures import Share, list_offered_units, list_shares, read_share
from lms.desk.models import SavedFilter
from lms.desk.saved_filters import (
    MOST_FILTERS,
    delete_filter,
    list_filters,
    rename_filter,
    save_filter,
    set_columns,
    set_default,
)
from lms.desk.visits import (
    NOTED_AFTER,
    PAUSE,
    find_visit,
    is_to_be_noted,
    list_arrived,
    list_left,
    note_visit,
    read_news,
)
from lms.institutions.models import Posting
from lms.institutions.scope import Branch, Scope
from lms.institutions.units import add_unit
from lms.progress.refresh import refresh_progress
from lms.progress.staff import StaffFilter
from tests.factories import Factory, Person


def opened_first(person: Person) -> SavedFilter | None:
    """The list with which an officer begins."""
    return next((each for each in list_filters(person.id) if each.is_default), None)


def columns_of(person: Person) -> list[str] | None:
    """The columns that an officer has chosen."""
    desk = find_visit(person.id)
    return desk.columns if desk else None


def put(person: Person, unit_id: int, now: datetime) -> None:
    """Say in which unit somebody works."""
    db.session.get_one(Posting, person.posting_id).unit_id = unit_id
    db.session.flush()
    refresh_progress([person.id], now=now)


def test_a_list_is_kept_by_name_and_the_same_name_is_the_same_list(
    make: Factory, now: datetime
) -> None:
    ratna, oki = make.officer(at=make.institution()), make.officer(at=make.institution())
    first = save_filter(ratna.id, " Belum  mulai ", "status=not_started", now=now)
    again = save_filter(ratna.id, "Belum mulai", "status=started", now=now)
    assert (again.id, again.name, again.query) == (first.id, "Belum mulai", "status=started")
    other = save_filter(ratna.id, "Semua", "", now=now)
    assert [each.name for each in list_filters(ratna.id)] == ["Belum mulai", "Semua"]
    assert list_filters(oki.id) == []
    with pytest.raises(UnfitFilterName):
        rename_filter(ratna.id, first.id, "Semua")
    with pytest.raises(NoSuchFilter):
        rename_filter(oki.id, first.id, "Punya saya")
    assert rename_filter(ratna.id, first.id, "Mulai").name == "Mulai"
    set_default(ratna.id, first.id)
    set_default(ratna.id, other.id)
    assert opened_first(ratna) is other
    with pytest.raises(NoSuchFilter):
        set_default(oki.id, other.id)
    with pytest.raises(NoSuchFilter):
        delete_filter(oki.id, other.id)
    assert delete_filter(ratna.id, other.id) == "Semua"
    assert opened_first(ratna) is None


@pytest.mark.parametrize("name", ["", "  ", "a" * 81, "a\0b"])
def test_a_name_that_is_none_is_refused(make: Factory, now: datetime, name: str) -> None:
    with pytest.raises(UnfitFilterName):
        save_filter(make.officer(at=make.institution()).id, name, "", now=now)


def test_so_many_lists_and_no_more(make: Factory, now: datetime) -> None:
    ratna = make.officer(at=make.institution())
    for number in range(MOST_FILTERS):
        save_filter(ratna.id, str(number), "", now=now)
    save_filter(ratna.id, "0", "status=started", now=now)
    with pytest.raises(TooManyFilters):
        save_filter(ratna.id, "lain", "", now=now)


def test_columns_are_kept(make: Factory, now: datetime) -> None:
    ratna = make.officer(at=make.institution())
    assert columns_of(ratna) is None
    set_columns(ratna.id, ["unit", "jp"], now=now)
    assert columns_of(ratna) == ["unit", "jp"]
    set_columns(ratna.id, None, now=now)
    assert columns_of(ratna) is None


def test_a_visit_begins_after_a_pause_at_the_look_before(make: Factory, now: datetime) -> None:
    ratna = make.officer(at=make.institution())
    assert is_to_be_noted(find_visit(ratna.id), now=now)
    note_visit(ratna.id, now=now)
    desk = find_visit(ratna.id)
    assert desk is not None
    assert not is_to_be_noted(desk, now=now + NOTED_AFTER - timedelta(seconds=1))
    soon = now + NOTED_AFTER
    note_visit(ratna.id, now=soon)
    db.session.refresh(desk)
    assert (desk.since_at, desk.seen_at) == (now, soon)
    note_visit(ratna.id, now=soon + PAUSE)
    db.session.refresh(desk)
    assert (desk.since_at, desk.seen_at) == (soon, soon + PAUSE)


def test_what_is_new_are_those_who_finished_came_and_left(make: Factory, now: datetime) -> None:
    ours, theirs = make.institution(), make.institution()
    ratna = make.officer("Ratna", at=ours)
    ayu, budi = make.learner("Ayu", at=ours), make.learner("Budi", at=ours)
    make.certificate(ayu)
    make.learner("Asing", at=theirs)
    make.move(budi, theirs)
    news = read_news(ratna.scope, now, StaffFilter(institution_id=ours.id), now=now)
    assert (news.finished, news.arrived, news.left) == (1, 2, 1)
    everybody = StaffFilter(institution_id=ours.id)
    assert {move.name for move in list_arrived(ratna.scope, news.since, everybody)} == {
        "Ratna",
        "Ayu",
    }
    assert [move.name for move in list_left(ratna.scope, news.since, everybody)] == ["Budi"]
    later = news.since + timedelta(days=1)
    assert list_arrived(ratna.scope, later, everybody) == []
    assert list_left(ratna.scope, later, everybody) == []


def test_the_figure_is_of_the_confirmed_and_of_each_unit_with_all_below(
    make: Factory, now: datetime
) -> None:
    ours = make.institution()
    dinas, badan = add_unit(ours.id, "Dinas"), add_unit(ours.id, "Badan")
    sub = add_unit(ours.id, "Bidang", parent=dinas)
    ayu, budi, citra = (make.learner(at=ours) for _ in range(3))
    make.certificate(ayu)
    make.learner(at=ours, confirmed=False)
    put(ayu, sub.id, now)
    put(budi, dinas.id, now)
    scope = Scope(None, frozenset({ours.id}))
    here = StaffFilter(institution_id=ours.id)
    assert read_share(scope, here, now=now) == Share(1, 3, 1)
    assert read_share(scope, here, now=now).percent == 33
    shares = {each.name: each.share for each in list_shares(scope, here, now=now)}
    assert shares == {"Badan": Share(0, 0), "Dinas": Share(1, 2), "": Share(0, 1)}
    below = StaffFilter(institution_id=ours.id, unit_id=dinas.id)
    assert {each.name: each.share for each in list_shares(scope, below, now=now)} == {
        "Bidang": Share(1, 1),
        "": Share(0, 1),
    }
    branch = Scope(1, frozenset(), frozenset({Branch(ours.id, dinas.id, dinas.path)}))
    assert read_share(branch, here, now=now) == Share(1, 2, 0)
    assert [each.name for each in list_shares(branch, here, now=now)] == ["Dinas"]
    assert [each.name for each in list_offered_units(branch, here, now=now)] == ["Dinas"]
    assert [each.name for each in list_offered_units(scope, here, now=now)] == ["Badan", "Dinas"]
    assert [(each.name, each.depth) for each in list_offered_units(scope, below, now=now)] == [
        ("Dinas", 0),
        ("Bidang", 1),
    ]
    assert citra.id
    assert badan.id
