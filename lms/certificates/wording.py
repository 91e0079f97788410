"""How facts are printed: numbers in words, and names in any script."""

import unicodedata
from datetime import date
from typing import Final

from lms.days import write_day

DIGITS: Final = (
    "nol",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)

MOST_MARKS: Final = 4

# Joiners shape letters in several scripts and stay; what else is of category Cf turns the
# direction of the line or cannot be seen.
_JOINERS: Final = frozenset("\u200c\u200d")
_BISMILLAH: Final = " بسم الله الرحمن الرحيم "  # the one phrase that Unicode does not spell out


def spell_number(number: int) -> str:
    """Write a whole number from 0 to 999 in Indonesian words; a larger one stays in digits."""
    if not 0 <= number < 1000:
        return str(number)
    if number < 12:
        return DIGITS[number]
    if number < 20:
        return f"{DIGITS[number - 10]} belas"
    if number < 100:
        return _joined(f"{DIGITS[number // 10]} puluh", number % 10)
    hundreds = "seratus" if number < 200 else f"{DIGITS[number // 100]} ratus"
    return _joined(hundreds, number % 100)


def write_period(first: date, last: date) -> str:
    """Write from when to when something took: ``2 s.d. 15 Mei 2026``; one day as itself."""
    if first >= last:
        return write_day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} s.d. {write_day(last)}"
    if first.year == last.year:
        return f"{write_day(first).rpartition(' ')[0]} s.d. {write_day(last)}"
    return f"{write_day(first)} s.d. {write_day(last)}"


def _joined(words: str, rest: int) -> str:
    """The words, and those of what remains."""
    return f"{words} {spell_number(rest)}" if rest else words


def printable_text(text: str) -> str:
    """Make a text of one line that cannot disturb its neighbours.

    Takes any text and gives it composed (NFC), with single spaces, without control characters
    and without the invisible marks that turn the direction of what follows. Letters that exist
    for printing only, such as Arabic "presentation forms" and whole phrases in one glyph, become
    ordinary ones, and of accents heaped on one letter four are printed.
    """
    if text.isascii() and text.isprintable():  # as most are: nothing of it could disturb
        return " ".join(text.split())
    shown: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", _ordinary_letters(text)):
        if character.isspace():
            shown.append(" ")
            continue
        if character not in _JOINERS and _is_unseen(character):
            continue
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MOST_MARKS:
            shown.append(character)
    return " ".join("".join(shown).split())


def _is_unseen(character: str) -> bool:
    """Controls, and code points that Unicode keeps free for good and XML forbids."""
    return (
        unicodedata.category(character) in {"Cc", "Cf", "Cs"}
        or ord(character) & 0xFFFE == 0xFFFE
        or "\ufdd0" <= character <= "\ufdef"
    )


def _ordinary_letters(text: str) -> str:
    """The text with Arabic presentation forms and phrases spelled out."""
    return "".join(
        unicodedata.normalize("NFKC", character)
        if "\ufb50" <= character <= "\ufdff" or "\ufe70" <= character <= "\ufefc"
        else character
        for character in text.replace("\ufdfd", _BISMILLAH)
    )
