"""Words as they are searched for: in small letters, without marks, and as their stems."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from snowballstemmer.indonesian_stemmer import IndonesianStemmer

from lms.accents import fold

LONGEST_WORD: Final = 40  # mempertanggungjawabkannyalah has 28 letters
WORD: Final = re.compile(r"[^\W_]+")

_COMMON: Final = """
ada adalah agar akan anda antara apa apakah atas atau bagi bahwa bila bisa boleh dalam dan dapat
dari dengan di hal hanya harus hingga ia ini itu itulah jadi jika juga kalau kami kamu kapan karena
ke kepada ketika kita lagi lain lalu lebih maka mana masih mereka oleh pada para pernah pun saat
saja sama sampai sangat saya sebagai sebelum sebuah secara sedang sehingga sejak selain semua
seorang seperti serta sesudah setelah setiap siapa sudah supaya telah tentang terhadap tersebut
tetap tetapi tiap untuk yaitu yakni yang
"""
# Words of which nearly every sentence has one; they tell nothing apart, and are not kept.
COMMON: Final = frozenset(_COMMON.split())

# The stemmer takes the first letter of these roots for a part of their prefix, and then words of
# one family would not find each other: perundungan and dirundung, penelantaran and ditelantarkan.
IRREGULAR: Final = {"undung": "rundung", "elantar": "telantar", "ertib": "tertib"}


def words_of_text(text: str) -> list[str]:
    """All words of a text, in order, as they are compared."""
    return [fold(match[0]) for match in find_words(text)]


def find_words(text: str) -> Iterator[re.Match[str]]:
    """Where words stand in a text; none of them holds a sign that a database gives a meaning to."""
    return WORD.finditer(text)


def normal(text: str) -> str:
    """What somebody typed, with letters and their marks composed, on one line."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def stem(word: str) -> str:
    """The stem of a compared word: of a stem it is the stem itself.

    The algorithm takes one layer of affixes off; it is asked again until nothing is left to take,
    so that `mendiskriminasi` comes to where `diskriminasi` does. What is too long to be a word is
    left alone: from one it would take thousands of layers off, each at the cost of its length.
    """
    if len(word) > LONGEST_WORD:
        return word
    while (shorter := IndonesianStemmer().stemWord(word)) != word:
        word = shorter
    return IRREGULAR.get(word, word)


@lru_cache(maxsize=16384)
def stem_as_written(word: str) -> str:
    """The stem of a word as it stands in a book; nothing for a common one.

    Those of books alone are remembered: what readers ask for is not.
    """
    compared = fold(word)
    return "" if compared in COMMON else stem(compared)


def stems_of_text(text: str) -> list[str]:
    """The stems of a book's text in order, without the common words."""
    return [found for match in find_words(text) if (found := stem_as_written(match[0]))]
