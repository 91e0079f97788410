"""The units of an officer's own, offered at one look or looked up by the key that a form sends."""

from dataclasses import dataclass

import pytest

from lms.db import db, transaction
from lms.institutions.choosing import find_own_place, find_own_unit, list_own_places
from lms.institutions.finding import Place, Within
from lms.institutions.models import Institution, Unit
from lms.institutions.scope import Branch, Scope
from lms.institutions.units import add_unit
from tests.factories import TODAY, Factory, InstitutionRef


@dataclass(frozen=True)
class Offices:
    """Two institutions with a tree each, and who answers for the first, and for a branch of it."""

    ours: InstitutionRef
    theirs: InstitutionRef
    ids: dict[str, int]
    whole: Scope
    branch: Scope

    @property
    def within(self) -> Within:
        """Our institution's units."""
        return Within(frozenset({self.ours.id}))


@pytest.fixture
def offices(make: Factory) -> Offices:
    """Of the branch's office there is another with a path that begins like it."""
    ours, theirs = make.institution("Kota A"), make.institution("Kota B")
    with transaction():
        units: dict[str, Unit] = {}
        for name, parent in (
            ("Dinas", None),
            ("Sekretariat", "Dinas"),
            ("Subbagian", "Sekretariat"),
            ("Badan", None),
        ):
            units[name] = add_unit(ours.id, name, parent=units[parent] if parent else None)
        units["Lama"] = add_unit(ours.id, "Lama", parent=units["Dinas"])
        units["Lama"].ended_on = TODAY
        units["Kantor"] = add_unit(theirs.id, "Kantor")
        branch = Branch(ours.id, units["Dinas"].id, units["Dinas"].path)
        ids = {name: unit.id for name, unit in units.items()}
    return Offices(
        *(ours, theirs, ids),
        Scope(1, frozenset({ours.id})),
        Scope(1, frozenset(), frozenset({branch})),
    )


def names(places: list[Place] | None) -> list[str]:
    """Where each of them is."""
    assert places is not None
    return [place.label_within for place in places]


def test_they_are_offered_as_their_tree_has_them_and_by_name(offices: Offices) -> None:
    below = ["Dinas", "Sekretariat, Dinas", "Subbagian, Sekretariat, Dinas"]
    assert names(list_own_places(offices.whole, offices.within, 60)) == ["Badan", *below]
    assert names(list_own_places(offices.branch, offices.within, 60)) == below
    whole = Within(offices.within.institution_ids, is_whole=True)
    assert names(list_own_places(offices.whole, whole, 60)) == ["Kota A", "Badan", *below]
    assert names(list_own_places(offices.branch, whole, 60)) == below


def test_of_more_than_are_looked_through_none_is_offered(offices: Offices) -> None:
    assert len(list_own_places(offices.whole, offices.within, 4) or ()) == 4
    assert list_own_places(offices.whole, offices.within, 3) is None
    assert len(list_own_places(offices.branch, offices.within, 3) or ()) == 3
    whole = Within(offices.within.institution_ids, is_whole=True)
    assert list_own_places(offices.whole, whole, 4) is None


def test_nothing_of_others_is_offered_or_found(offices: Offices) -> None:
    both = Within(frozenset({offices.ours.id, offices.theirs.id}), is_whole=True)
    assert "Kantor" not in names(list_own_places(offices.whole, both, 60))
    theirs = f"{offices.theirs.id}-{offices.ids['Kantor']}"
    for key in (theirs, str(offices.theirs.id)):
        assert find_own_place(offices.whole, both, key) is None
    badan = f"{offices.ours.id}-{offices.ids['Badan']}"
    assert find_own_place(offices.whole, both, badan) is not None
    for key in (badan, str(offices.ours.id)):
        assert find_own_place(offices.branch, both, key) is None
    nobody = Scope(1, frozenset())
    assert list_own_places(nobody, both, 60) == []
    assert find_own_unit(nobody, offices.ids["Badan"]) is None


def test_a_unit_is_found_with_those_above_it_by_a_key_of_its_institution(offices: Offices) -> None:
    key = f"{offices.ours.id}-{offices.ids['Subbagian']}"
    place = find_own_place(offices.branch, offices.within, key)
    assert place is not None
    assert (place.key, place.under) == (key, "Sekretariat, Dinas, Kota A")
    other = Within(frozenset({offices.theirs.id}))
    assert find_own_place(offices.branch, other, key) is None
    assert (
        find_own_place(offices.whole, other, f"{offices.theirs.id}-{offices.ids['Subbagian']}")
        is None
    )


def test_a_whole_institution_is_found_where_that_is_asked(offices: Offices) -> None:
    key, ids = str(offices.ours.id), offices.within.institution_ids
    assert find_own_place(offices.whole, offices.within, key) is None
    place = find_own_place(offices.whole, Within(ids, is_whole=True), key)
    assert place is not None
    assert (place.institution_id, place.unit_id) == (offices.ours.id, None)


def test_what_has_ended_is_neither_offered_nor_found(make: Factory, offices: Offices) -> None:
    assert find_own_unit(offices.whole, offices.ids["Lama"]) is None
    with transaction():
        db.session.get_one(Institution, offices.ours.id).ended_on = TODAY
    whole = Within(offices.within.institution_ids, is_whole=True)
    assert list_own_places(offices.whole, whole, 60) == []
    assert find_own_place(offices.whole, whole, str(offices.ours.id)) is None
    assert find_own_unit(offices.whole, offices.ids["Badan"]) is None


@pytest.mark.parametrize(
    "key",
    ["", "-", "1-", "-1", "1-0", "01-1", "1-2-3", "x", "1-x", "9" * 400, "²-³", "1-" + "9" * 9],
)
def test_a_key_of_nothing_finds_nothing(offices: Offices, key: str) -> None:
    whole = Within(frozenset(range(20)), is_whole=True)
    assert find_own_place(offices.whole, whole, key) is None
