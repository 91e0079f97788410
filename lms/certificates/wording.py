"""How facts are written on the page: days, numbers in words, and names from anywhere."""

import unicodedata
from datetime import date
from typing import Final

MONTHS: Final = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
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

# Joiners shape letters in several scripts and stay; what else is of category Cf turns the
# direction of the line or cannot be seen.
_JOINERS: Final = frozenset("\u200c\u200d")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})


def write_day(day: date) -> str:
    """Write a day the Indonesian way: ``15 Mei 2025``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


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


def _joined(words: str, rest: int) -> str:
    """The words, and those of what remains."""
    return f"{words} {spell_number(rest)}" if rest else words


def tidy_text(text: str) -> str:
    """Make a text of one line that cannot disturb its neighbours.

    Takes any text and gives it composed (NFC), with single spaces, without control characters
    and without the invisible marks that turn the direction of what follows. Letters that exist
    as one glyph for printing only ("presentation forms") become ordinary letters.
    """
    kept = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", _ordinary_letters(text))
        if character.isspace()
        or character in _JOINERS
        or not (unicodedata.category(character) in _UNSEEN or _is_no_character(character))
    )
    return " ".join(kept.split())


def _is_no_character(character: str) -> bool:
    """Code points that Unicode keeps free for good, and XML forbids."""
    return ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"


def _ordinary_letters(text: str) -> str:
    """The text with Arabic presentation forms, such as a phrase in one glyph, spelled out."""
    return "".join(
        unicodedata.normalize("NFKC", character)
        if "\ufb50" <= character <= "\ufdff" or "\ufe70" <= character <= "\ufefc"
        else character
        for character in text
    )


def is_right_to_left(text: str) -> bool:
    """Tell in which direction a text runs: that of its first letter that has one."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False
