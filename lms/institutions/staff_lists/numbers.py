"""Employee numbers among whatever else a cell has: labels, old numbers, a name."""

import re
from typing import Final

_GAP: Final = r"[\s.\-\u00a0\u2010-\u2015]?"
_NUMBER: Final = re.compile(rf"(?<!\d)\d{{8}}{_GAP}\d{{4}}{_GAP}\d{{2}}{_GAP}\d{_GAP}\d{{3}}(?!\d)")
# A number as people write it wrongly, which is to be told as such.
_NEARLY: Final = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){7,}(?!\d)")
_LABEL: Final = re.compile(
    r"\b(?:nip|nipppk|ni ?pppk|nik|nomor|no|baru|lama)\b[.:\s]*|[()]", re.IGNORECASE
)
# How a rank begins; behind a name and its number it is no part of either.
_RANK: Final = re.compile(
    r"(?:juru|pengatur|penata|pembina)\b|(?:pangkat|gol(?:ongan)?)\b|[ivx]{1,5}\s*/\s*[a-e]\b",
    re.IGNORECASE,
)
_AROUND: Final = " \t\r\n\u00a0/|,;:-–—()[]"


def has_number(text: str) -> bool:
    """Whether a cell has a number of 18 digits somewhere."""
    return _NUMBER.search(text) is not None


def numbers_within(text: str) -> tuple[list[str], str]:
    """The different numbers of 18 digits that a cell has, and what it has besides."""
    found = {re.sub(r"\D", "", each): each for each in _NUMBER.findall(text)}
    return list(found.values()), _NUMBER.sub(" ", text)


def key_of(text: str) -> str:
    """The digits that tell whose number a cell has, about as it will be read."""
    digits = "".join(filter(str.isdecimal, text))
    if len(digits) > 18 and (found := _NUMBER.search(text)):
        return "".join(filter(str.isdecimal, found[0]))
    return digits


def without_labels(text: str) -> str:
    """A cell without the words that say which number is which."""
    return _LABEL.sub(" ", text).strip()


def part_name(text: str) -> tuple[str | None, str]:
    """A cell that has a name and a number as the two; None for the name where there is more.

    The name stands before the number or behind it, on one line or on several of which each but the
    last ends with a comma. A rank behind both is left aside.
    """
    found = _NUMBER.search(text) or _NEARLY.search(text)
    if found is None:
        return text, ""
    sides = [_stripped(text[: found.start()]), _stripped(text[found.end() :])]
    if rank_beside(text):
        sides = sides[:1]
    names = [side for side in sides if side]
    if len(names) != 1:
        return (None if names else ""), found[0]
    lines = [line.strip() for line in names[0].splitlines() if line.strip()]
    if not all(line.endswith(",") for line in lines[:-1]):
        return None, found[0]
    return " ".join(lines), found[0]


def rank_beside(text: str) -> str:
    """The rank that a cell has behind a name and a number; empty where it has none."""
    found = _NUMBER.search(text)
    if found is None or not _stripped(text[: found.start()]):
        return ""
    behind = text[found.end() :].lstrip(_AROUND).rstrip()
    return behind if _RANK.match(behind) and not has_number(behind) else ""


def _stripped(side: str) -> str:
    return re.sub(
        r"(?:\bnip|\bnipppk|\bni ?pppk)\b[.:\s]*$", "", side.strip(_AROUND), flags=re.IGNORECASE
    ).strip(_AROUND)
