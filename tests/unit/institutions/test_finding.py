"""What people write for their institution finds it: short forms, words anywhere, slips."""

import pytest

from lms.institutions.finding import MOST, NameIndex, Place, Within
from lms.institutions.registry.seeding import list_regions
from tests.patience import ends

NAMES = [region.government for region in list_regions()]
SLEMAN = NAMES.index("Pemerintah Kabupaten Sleman")
UNITS = ["Dinas Pendidikan", "Dinas Kesehatan", "Kecamatan Depok", "SD Negeri 1 Depok"]
INDEX = NameIndex(
    [
        *(Place(number, None, name, name) for number, name in enumerate(NAMES)),
        *(Place(SLEMAN, 1000 + number, name, NAMES[SLEMAN]) for number, name in enumerate(UNITS)),
    ]
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("sleman", "Pemerintah Kabupaten Sleman"),
        ("Pemkab Sleman", "Pemerintah Kabupaten Sleman"),
        ("Kab. Sleman", "Pemerintah Kabupaten Sleman"),
        ("aceh sel", "Pemerintah Kabupaten Aceh Selatan"),
        ("Pemkot Bandung", "Pemerintah Kota Bandung"),
        ("Pemprov NTT", "Pemerintah Provinsi Nusa Tenggara Timur"),
        ("prov kep. riau", "Pemerintah Provinsi Kepulauan Riau"),
        ("Pemprov DIY", "Pemerintah Provinsi DI Yogyakarta"),
        ("Disdik Kab. Sleman", "Dinas Pendidikan, Pemerintah Kabupaten Sleman"),
        ("Dinas Kesehatan Sleman", "Dinas Kesehatan, Pemerintah Kabupaten Sleman"),
        ("kec depok", "Kecamatan Depok, Pemerintah Kabupaten Sleman"),
        ("kabupaten slemann", "Pemerintah Kabupaten Sleman"),
        ("Pemerintah Kota Bandnug", "Pemerintah Kota Bandung"),
        ("Dinas Pertanian Kab. Sleman", "Pemerintah Kabupaten Sleman"),
    ],
)
def test_what_is_meant_comes_first(written: str, meant: str) -> None:
    assert INDEX.find(written)[0].label == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("pemerintah kabupaten sleman", "Pemerintah Kabupaten Sleman"),
        ("Pemkab. Sleman", "Pemerintah Kabupaten Sleman"),
        ("Kota Bandung", "Pemerintah Kota Bandung"),
        ("dinkes kab sleman", "Dinas Kesehatan, Pemerintah Kabupaten Sleman"),
        ("Bandung", None),
        ("Sleman", None),
        ("", None),
    ],
)
def test_just_these_words_are_a_name_in_whichever_form(written: str, meant: str | None) -> None:
    found = INDEX.exact(written)
    assert (found.label if found else None) == meant


def test_units_of_one_institution_are_found_by_themselves() -> None:
    within = Within(frozenset({SLEMAN}))
    assert [place.name for place in INDEX.find("depok", within=within)] == [
        "Kecamatan Depok",
        "SD Negeri 1 Depok",
    ]
    assert INDEX.find("depok", within=Within(frozenset({SLEMAN + 1}))) == []
    found = INDEX.exact_within(within, "disdik")
    assert found is not None
    assert found.key == f"{SLEMAN}-1000"
    assert INDEX.get(found.key) is found
    assert INDEX.get("77777") is None


def offices() -> tuple[NameIndex, Place, list[Place]]:
    """An index of two institutions, one of them, and its units: of each office a like section."""
    ours, theirs = (Place(key, None, name, name) for key, name in ((1, "Kota A"), (2, "Kota B")))
    units = []
    for number, name in enumerate(("Dinas Kesehatan", "Dinas Pendidikan")):
        office = Place(1, 10 + number, name, ours.name)
        section = Place(1, 20 + number, "Sekretariat", ours.name, office)
        units += [office, section, Place(1, 30 + number, "Subbagian Umum", ours.name, section)]
    elsewhere = Place(2, 40, "Sekretariat", theirs.name)
    return NameIndex([ours, theirs, *units, elsewhere]), ours, units


def test_of_many_units_of_one_name_those_above_tell_which_it_is() -> None:
    index, _, units = offices()
    within = Within(frozenset({1}))
    meant = units[2]
    assert meant.label_within == "Subbagian Umum, Sekretariat, Dinas Kesehatan"
    assert meant.label == f"{meant.label_within}, Kota A"
    assert meant.under == "Sekretariat, Dinas Kesehatan, Kota A"
    assert index.find("umum dinkes", within=within) == [meant]
    assert index.find("sub umum keseh", within=within) == [meant]
    for written in ("subbagian umum dinkes", meant.label_within, meant.label):
        assert index.exact_within(within, written) is meant
    assert index.exact_within(within, "Subbagian Umum") is None
    assert index.exact_within(within, "Subbagian Umum Dinas Pertanian") is None
    assert {place.unit_id for place in index.find("umum", within=within)} == {30, 31}
    assert index.find("dinkes", within=within)[0] is units[0]


def test_a_name_that_is_a_units_own_comes_before_one_that_is_above_it() -> None:
    index, _, units = offices()
    found = index.find("sekretariat", within=Within(frozenset({1})))
    assert found == [units[1], units[4]]


def test_of_many_units_of_one_name_the_order_is_that_of_those_above() -> None:
    tops = [Place(1, 100 + number, f"Dinas {number}", "Kota A") for number in range(40, 0, -1)]
    units = [Place(1, 200 + n, "Sekretariat", "Kota A", top) for n, top in enumerate(tops)]
    found = NameIndex([*tops, *units]).find("sekretariat 1", within=Within(frozenset({1})))
    assert len(found) == MOST
    assert found[0].label_within == "Sekretariat, Dinas 1"


def test_whole_institutions_are_found_among_theirs_only_where_it_is_said() -> None:
    index, ours, units = offices()
    both = frozenset({1, 2})
    assert index.find("kota a", within=Within(both, is_whole=True))[0] is ours
    assert ours not in index.find("kota a", within=Within(both))
    assert index.exact_within(Within(both, is_whole=True), "Kota A") is ours
    assert index.exact_within(Within(both), "Kota A") is None
    assert index.exact_within(Within(frozenset({2}), is_whole=True), "Kota A") is None
    assert index.find("umum", within=Within(frozenset({2, 3}), is_whole=True)) == []
    assert {place.key for place in index.find("sekretariat", within=Within(both))} == {
        *(units[1].key, units[4].key, "2-40")
    }


def test_nothing_is_like_what_means_nothing() -> None:
    assert INDEX.find("xyzzyqwv") == []
    assert INDEX.find("--- !!!") == []


def test_many_names_are_found_soon_whatever_is_written() -> None:
    places = [
        Place(number % 600, number + 1, f"Unit Contoh {number}", f"Instansi Contoh {number % 600}")
        for number in range(10_000)
    ]
    with ends():
        index = NameIndex(places)
        for written in ("unit contoh", "u", "instnasi contoh 17", "a " * 100_000, "unit " * 90):
            assert len(index.find(written)) <= MOST
