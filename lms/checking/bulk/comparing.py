"""Does a row say the same as the certificate that it names? Names, numbers and hours, as typed."""

import re
import unicodedata
from typing import Final

from lms.accounts.numbers import SHOWN_DIGITS
from lms.certificates.codes import DEGREES, TITLES

# As they are typed, and as Arabic names are written with them.
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'`\u2018\u2019\u02bb\u02bc"))
_LOST_DIGITS: Final = re.compile(r"(\d)\.(\d{10,})E\+17", re.IGNORECASE)
_EXACT_DIGITS: Final = 15
_HOURS: Final = re.compile(r"(\d{1,4})(?:[.,]0+)?\s*(?:jp|jam|jam pelajaran)?", re.IGNORECASE)


def is_same_name(left: str, right: str) -> bool:
    """Whether two ways of writing a name are one name.

    The rule: the words of the name itself must be the same, in the same order. Capitals, spaces,
    dots, hyphens, apostrophes and accents do not count; nor do titles before it (Dr., Hj.), what
    stands behind the first comma, or degrees at its end without one (S.Pd.), since lists have them
    or not, and in any order. "Muh." is not "Muhammad", and a word more is another name: the officer
    sees both beside each other.
    """
    return plain_name(left) == plain_name(right)


def plain_name(name: str) -> tuple[str, ...]:
    """The words of a name that count, for comparing."""
    words = _without_accents(name).partition(",")[0].casefold().split()
    while len(words) > 1 and set(_parts(words[0])) <= TITLES:
        words = words[1:]
    while len(words) > 1 and _is_degree(words[-1]):
        words = words[:-1]
    joined = " ".join(word.translate(_APOSTROPHES) for word in words)
    return tuple(re.sub(r"[\W_]+", " ", joined).split())


def is_same_number(written: str, number: str | None, *, is_whole: bool) -> bool:
    """Whether a row's NIP is the certificate's.

    Of somebody whose number the asker may not see (`is_whole` is false) only the digits that
    everybody sees are compared: a sheet must not find out the others one by one. A number whose
    last digits a spreadsheet has lost is compared as far as it goes.
    """
    if number is None:
        return False
    lost = _LOST_DIGITS.fullmatch(written.strip())
    if lost:
        exact = (lost[1] + lost[2])[:_EXACT_DIGITS]
        return not is_whole or number.startswith(exact.rstrip("0"))
    digits = re.sub(r"\D", "", written)
    if is_whole:
        return digits == number
    return len(digits) == len(number) and digits[-SHOWN_DIGITS:] == number[-SHOWN_DIGITS:]


def is_same_hours(written: str, hours: int) -> bool:
    """Whether a row says as many JP as the certificate; "3", "3.0" and "3 JP" are one."""
    found = _HOURS.fullmatch(written.strip())
    return found is not None and int(found[1]) == hours


def _is_degree(word: str) -> bool:
    """A single letter with a dot is more likely the beginning of a name."""
    parts = _parts(word)
    return "." in word and len("".join(parts)) > 1 and set(parts) <= DEGREES


def _parts(word: str) -> list[str]:
    return [part for part in re.split(r"[^\w]+", word) if part] or ["?"]


def _without_accents(text: str) -> str:
    split = unicodedata.normalize("NFKD", text)
    return "".join(each for each in split if not unicodedata.combining(each))
