"""Words as they are searched for: folding, stems, near words."""

import pytest

from lms.pocketbooks.search.known_words import KnownWords, nearest
from lms.pocketbooks.search.words import normal, stem, stems_of_text, words_of_text
from tests.patience import ends

FAMILIES = [
    "perlindungan pelindungan melindungi dilindungi lindung",
    "perundungan dirundung merundung rundung",
    "penelantaran ditelantarkan menelantarkan telantar",
    "diskriminasi mendiskriminasi didiskriminasi",
    "laporan melapor dilaporkan pelapor",
    "pengaduan mengadu aduan",
    "korban korbannya",
    "memperbarui pembaruan perbarui",
    "kekerasan keras",
]


@pytest.mark.parametrize("family", FAMILIES)
def test_words_of_one_family_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize("word", ["korban", "ham", "asn", "kdrt", "23", "hak", "anak", ""])
def test_roots_abbreviations_and_numbers_are_left_alone(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize("word", ["i" * 10_000, "mem" * 3_000, "bakani" * 1_500])
def test_what_is_no_word_is_not_taken_apart(word: str) -> None:
    with ends():
        assert stem(word) == word


@pytest.mark.parametrize("family", FAMILIES)
def test_the_stem_of_a_stem_is_the_stem(family: str) -> None:
    for word in family.split():
        assert stem(stem(word)) == stem(word)


def test_signs_part_words_and_marks_and_capitals_do_not_count() -> None:
    assert words_of_text("Hak-hak André: UU 23/2004, P5HAM!") == [
        "hak", "hak", "andre", "uu", "23", "2004", "p5ham",
    ]  # fmt: skip


def test_letters_whose_marks_were_typed_apart_are_the_same_letters() -> None:
    assert words_of_text(normal("Andre\N{COMBINING ACUTE ACCENT}  \n")) == ["andre"]


def test_common_words_are_not_kept() -> None:
    assert stems_of_text("Yang di dalam atau untuk itu") == []
    assert stems_of_text("Korban dapat melapor") == ["korban", "lapor"]


KNOWN = [
    KnownWords(["Perundungan adalah kekerasan. Perundungan siber."]),
    KnownWords(["Diskriminasi dan pengaduan; saksi perundungan."]),
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("perundugan", "perundungan"),
        ("perundunganm", "perundungan"),
        ("perudnungan", "perundungan"),
        ("prundungn", "perundungan"),
        ("diskrim", "diskriminasi"),
        ("diskriminsai", "diskriminasi"),
        ("sakso", "saksi"),
        ("kekerasn", "kekerasan"),
    ],
)
def test_a_mistyped_word_is_known_by_its_neighbours(typed: str, meant: str) -> None:
    assert nearest(typed, KNOWN)[0] == meant


@pytest.mark.parametrize("typed", ["ham", "sak", "xqzzt", "perahu", "", "a" * 60])
def test_what_is_near_to_nothing_is_not_guessed_at(typed: str) -> None:
    assert nearest(typed, KNOWN) == []
