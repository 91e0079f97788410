"""Finds who stands in a list more than once, in little memory however long the list is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from lms.errors import N_, Sentence
from lms.institutions.staff_lists.lines import Listed

# A place for each of so many marks; of a million keys one in a hundred is looked at for nothing.
_PLACES: Final = 1 << 27
_FEW: Final = 1 << 20


def find_suspects(keys: Iterable[str], count: int) -> set[str]:
    """The keys that may be there more than once; those that are not in it surely are not.

    `count`: about how many there are.
    """
    places = _PLACES if count > _FEW // 64 else _FEW
    marks = bytearray(places // 8)
    suspects: set[str] = set()
    for key in keys:
        place = hash(key) % places
        byte, bit = place >> 3, 1 << (place & 7)
        if marks[byte] & bit:
            suspects.add(key)
        else:
            marks[byte] |= bit
    return suspects


@dataclass(slots=True)
class Repeated:
    """Remembers the first line of each suspect, and compares the others with it.

    Of what a line says a mark of 64 bits is kept: of a million lines tens of thousands are suspects
    for nothing.
    """

    suspects: set[str]
    _first: dict[str, tuple[int, int]] = field(default_factory=dict)

    def is_same(self, line: int, listed: Listed) -> bool | Sentence:
        """Whether the person stood there before, just so; or what another line says otherwise."""
        for key, what in _keys(listed):
            if key not in self.suspects:
                continue
            mark = hash(listed)
            first_line, first = self._first.setdefault(key, (line, mark))
            if first_line == line:
                continue
            return True if first == mark else _other(first_line, what)
        return False


def _keys(listed: Listed) -> Iterator[tuple[str, str]]:
    yield listed.number.number, "number"
    if listed.email:
        yield listed.email, "email"


def _other(line: int, what: str) -> Sentence:
    if what == "number":
        return Sentence(
            N_("Nomor ini sudah ada di baris %(line)s dengan data lain. Sisakan yang benar."),
            {"line": line},
        )
    return Sentence(
        N_("Surel ini sudah ada di baris %(line)s untuk orang lain. Sisakan yang benar."),
        {"line": line},
    )
