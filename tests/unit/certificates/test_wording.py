"""How facts are written: days, numbers in words, names from anywhere."""

from datetime import date

import pytest

from lms.certificates.wording import printable_text, spell_number
from lms.days import write_day


def test_a_day_is_written_the_indonesian_way() -> None:
    assert write_day(date(2025, 5, 15)) == "15 Mei 2025"
    assert write_day(date(2026, 8, 1)) == "1 Agustus 2026"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (20, "dua puluh"),
        (35, "tiga puluh lima"),
        (100, "seratus"),
        (101, "seratus satu"),
        (111, "seratus sebelas"),
        (250, "dua ratus lima puluh"),
        (999, "sembilan ratus sembilan puluh sembilan"),
        (1000, "1000"),
        (-1, "-1"),
    ],
)
def test_a_number_is_written_in_words(number: int, words: str) -> None:
    assert spell_number(number) == words


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("  Nur'aini \n\t Siregar ", "Nur'aini Siregar"),
        ("\u202eitrahuS\u202c", "itrahuS"),
        ("\u2067Ayu\u2069\u200f \u200eRai\u061c", "Ayu Rai"),
        ("Su\x00mi\x07rah\ufeff", "Sumirah"),
        ("Cafe\u0301", "Café"),
        ("م\u200cی\u200dم", "م\u200cی\u200dم"),
        ("\ufdfa", "صلى الله عليه وسلم"),
        ("\ufdfd", "بسم الله الرحمن الرحيم"),
        ("Z" + "\u0351" * 50, "Z" + "\u0351" * 4),
        ("a\ufffeb\ufdd0", "ab"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("", ""),
    ],
)
def test_a_text_cannot_disturb_its_neighbours(text: str, tidy: str) -> None:
    assert printable_text(text) == tidy
