"""Finds who stands in a list more than once, in little memory however long the list is."""

from array import array
from collections.abc import Iterable, Iterator
from typing import Final

from lms.errors import N_, Sentence
from lms.institutions.staff_lists.lines import Listed
from lms.tables.sheets import place_of

# So many places for each key, a bit each: one key in a hundred is looked at for nothing.
_PLACES: Final = 64
_FEWEST, _MOST = 1 << 20, 1 << 27


def find_suspects(keys: Iterable[str], count: int) -> "array[int]":
    """Marks of the keys that may be there more than once; those without one surely are not.

    `count`: about how many keys there are. A mark is 64 bits of a key: of a million keys two that
    differ have the same one in ten million lists.
    """
    places = min(max(1 << (_PLACES * count).bit_length(), _FEWEST), _MOST)
    met = bytearray(places // 8)
    suspects = array("q")
    for key in keys:
        mark = hash(key)
        place = mark % places
        byte, bit = place >> 3, 1 << (place & 7)
        if met[byte] & bit:
            suspects.append(mark)
        else:
            met[byte] |= bit
    return suspects


class Repeated:
    """Remembers the first line of each suspect, and compares the others with it.

    For each there is room beforehand, for the line's number and a mark of what it says: of a
    million lines some 15,000 are suspects for nothing, and what is kept here and there among what
    is let go keeps the memory around it.
    """

    __slots__ = ("_lines", "_places", "_said")

    def __init__(self, suspects: Iterable[int]) -> None:
        self._places = {mark: place for place, mark in enumerate(dict.fromkeys(suspects))}
        self._lines = array("q", bytes(8 * len(self._places)))
        self._said = array("q", bytes(8 * len(self._places)))

    def is_same(self, line: int, listed: Listed) -> bool | Sentence:
        """Whether the person stood there before, just so; or what another line says otherwise."""
        for key, what in keys_of(listed):
            place = self._places.get(hash(key))
            if place is None:
                continue
            said, first_line = hash(listed), self._lines[place]
            if not first_line:
                self._lines[place], self._said[place] = line, said
            elif first_line != line:
                return True if said == self._said[place] else _other(first_line, what)
        return False


def keys_of(listed: Listed) -> Iterator[tuple[str, str]]:
    """What tells one person from another, and which of the facts it is."""
    yield listed.number.number, "number"
    if listed.email:
        yield listed.email, "email"


def _other(number: int, what: str) -> Sentence:
    worksheet, line = place_of(number)
    values = {"sheet": worksheet, "line": line} if worksheet else {"line": line}
    if what == "number":
        if worksheet:
            return Sentence(
                N_(
                    "Nomor ini sudah ada di lembar %(sheet)s, baris %(line)s dengan data lain. "
                    "Sisakan yang benar."
                ),
                values,
            )
        return Sentence(
            N_("Nomor ini sudah ada di baris %(line)s dengan data lain. Sisakan yang benar."),
            values,
        )
    if worksheet:
        return Sentence(
            N_(
                "Surel ini sudah ada di lembar %(sheet)s, baris %(line)s untuk orang lain. "
                "Sisakan yang benar."
            ),
            values,
        )
    return Sentence(
        N_("Surel ini sudah ada di baris %(line)s untuk orang lain. Sisakan yang benar."), values
    )
