"""What people write for their institution finds it: short forms, words anywhere, slips."""

import pytest

from lms.institutions.finding import MOST, NameIndex, Place
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
    assert [place.name for place in INDEX.find("depok", within=SLEMAN)] == [
        "Kecamatan Depok",
        "SD Negeri 1 Depok",
    ]
    assert INDEX.find("depok", within=SLEMAN + 1) == []
    found = INDEX.exact_unit(SLEMAN, "disdik")
    assert found is not None
    assert found.key == f"{SLEMAN}-1000"
    assert INDEX.get(found.key) is found
    assert INDEX.get("77777") is None


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
