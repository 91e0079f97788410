"""Near names: what somebody wrote, and the institutions that they may have meant."""

import pytest

from lms.institutions.names import near_names

NAMES = [
    "Kementerian Hak Asasi Manusia",
    "Pemerintah Kabupaten Banyumas",
    "Pemerintah Kabupaten Banyuwangi",
    "Pemerintah Kota Bandung",
    "Pemerintah Provinsi Jawa Tengah",
]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Dinas Pendidikan Kab. Banyumas", "Pemerintah Kabupaten Banyumas"),
        ("pemkot bandung", "Pemerintah Kota Bandung"),
        ("Kemen Hak Asasi Manusia", "Kementerian Hak Asasi Manusia"),
        ("Dinas Kesehatan Prov. Jawa Tengah", "Pemerintah Provinsi Jawa Tengah"),
    ],
)
def test_the_likest_name_comes_first(written: str, meant: str) -> None:
    assert near_names(written, NAMES)[0] == meant


def test_what_is_like_nothing_has_no_near_name() -> None:
    assert near_names("xyz", NAMES) == []
