"""Finding an institution or a unit by what people write: words anywhere, short forms, slips."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from heapq import nsmallest
from math import log
from typing import Final

from lms.accents import fold
from lms.institutions.short_forms import SHORT_FORMS

MOST: Final = 8
LEAST_LIKENESS: Final = 0.5
# What is typed beyond is not looked at.
LONGEST: Final = 200
MOST_WORDS: Final = 20
# How like a word of the index a typed one is that is taken for a slip.
SLIP: Final = 0.75
# Words that tell no institution from another.
_SAY_NOTHING: Final = frozenset({"pemerintah", "daerah", "republik", "indonesia", "ri", "dan"})


@dataclass(frozen=True, slots=True)
class Within:
    """Of which institutions units are looked for, and with `is_whole` they themselves."""

    institution_ids: frozenset[int] = frozenset()
    is_whole: bool = False

    @property
    def is_one(self) -> bool:
        """Whether it is one institution, so that a unit's name can do without it."""
        return len(self.institution_ids) == 1


@dataclass(frozen=True, slots=True)
class Place:
    """An institution, or a unit of it, that can be chosen; `parent` is the unit right above."""

    institution_id: int
    unit_id: int | None
    name: str
    institution_name: str
    parent: "Place | None" = None

    @property
    def key(self) -> str:
        """How forms name it."""
        return f"{self.institution_id}" + (f"-{self.unit_id}" if self.unit_id else "")

    @property
    def above(self) -> list["Place"]:
        """The units above, the nearest first: of many units of one name they tell which it is."""
        return [] if self.parent is None else [self.parent, *self.parent.above]

    @property
    def label(self) -> str:
        """Its name, a unit's with those of the units above and of its institution."""
        return self._named(self.name, self.under)

    @property
    def under(self) -> str:
        """Where a unit is: the units above and its institution."""
        return self._named(self.under_within, self.institution_name if self.unit_id else "")

    @property
    def label_within(self) -> str:
        """Its name among the places of its institution."""
        return self._named(self.name, self.under_within)

    @property
    def under_within(self) -> str:
        """The units above alone."""
        return self._named(*(each.name for each in self.above))

    @staticmethod
    def _named(*names: str) -> str:
        return ", ".join(filter(None, names))[:LONGEST]


class NameIndex:
    """Names of places, to be found by their words; made once for all of them."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._by_key = {place.key: place for place in places}
        self._words: list[frozenset[str]] = []
        holding: defaultdict[str, set[int]] = defaultdict(set)
        exact: defaultdict[frozenset[str], list[int]] = defaultdict(list)
        institutions: dict[int, frozenset[str]] = {}
        self._units: defaultdict[int, set[int]] = defaultdict(set)
        self._wholes: dict[int, int] = {}
        numbers = {place.key: number for number, place in enumerate(places)}
        self._above = [
            [numbers[each.key] for each in place.above if each.key in numbers] for place in places
        ]
        for number, place in enumerate(places):
            words = _spelt_out(place.name)
            if place.unit_id is None:
                institutions[place.institution_id] = words
                self._wholes[place.institution_id] = number
            else:
                self._units[place.institution_id].add(number)
                above = institutions.get(place.institution_id)
                if above is None:
                    above = _spelt_out(place.institution_name)
                    institutions[place.institution_id] = above
                words |= above
            self._words.append(words)
            exact[words - _SAY_NOTHING].append(number)
            for word in words:
                holding[word].add(number)
        self._holding = dict(holding)
        self._vocabulary = sorted(holding)
        self._exact = {words: found[0] for words, found in exact.items() if len(found) == 1}

    def get(self, key: str) -> Place | None:
        """The place that a form names by its key."""
        return self._by_key.get(key)

    def exact(self, written: str) -> Place | None:
        """The one place with just these words, whichever short forms are written."""
        number = self._exact.get(_spelt_out(written) - _SAY_NOTHING)
        return None if number is None else self._places[number]

    def exact_within(self, within: Within, written: str) -> Place | None:
        """The one place there of just this name, or of this beside names of what is above it."""
        wanted = _spelt_out(written)
        place = self.exact(written)
        if place is not None and within.is_whole and place.unit_id is None:
            return place if place.institution_id in within.institution_ids else None
        near = [
            number
            for number in self._units_of(within)
            if _spelt_out(self._places[number].name) <= wanted
        ]
        same = [number for number in near if _spelt_out(self._places[number].name) == wanted]
        found = same or [
            number
            for number in near
            if wanted
            <= self._words[number].union(*(self._words[each] for each in self._above[number]))
        ]
        return self._places[found[0]] if len(found) == 1 else None

    def find(self, written: str, *, within: Within | None = None) -> list[Place]:
        """The places that have every written word, or what it begins; the shortest names first.

        Where there is none, those that are likest. `within` asks for the places of institutions
        alone; there a word may also be one of a unit above.
        """
        groups = [self._matches(word) for word in _words(written)[:MOST_WORDS]]
        if not groups:
            return []
        inside = None if within is None else self._inside(within)
        if inside is not None:
            groups = [group & inside for group in groups]
        rank = self._rank if inside is None else self._rank_within
        found = nsmallest(MOST, set.intersection(*groups), key=rank)
        if inside is not None and len(found) < MOST:
            below = self._with_those_above(groups).difference(found)
            found += nsmallest(MOST - len(found), below, key=rank)
        if found:
            return [self._places[number] for number in found]
        return self._near(written, inside)

    def _units_of(self, within: Within) -> set[int]:
        return set[int]().union(*(self._units[each] for each in within.institution_ids))

    def _inside(self, within: Within) -> set[int]:
        units = self._units_of(within)
        if not within.is_whole:
            return units
        return units | {self._wholes[each] for each in within.institution_ids & set(self._wholes)}

    def _with_those_above(self, groups: Sequence[set[int]]) -> set[int]:
        """The places that have some of the words themselves, and the others above them."""
        return {
            number
            for number in set.union(*groups)
            if all(number in group or not group.isdisjoint(self._above[number]) for group in groups)
        }

    def _near(self, written: str, inside: set[int] | None) -> list[Place]:
        """The likest by how much of the telling words they have; a slip stands for the word."""
        score: defaultdict[int, float] = defaultdict(float)
        whole = 0.0
        count = len(self._places)
        for word in _words(written)[:MOST_WORDS]:
            found = self._matches(word) or self._slips(word)
            weight = log(1 + count / max(len(found), 1))
            whole += weight
            for number in found:
                score[number] += weight
        near = [
            number
            for number, likeness in score.items()
            if likeness >= LEAST_LIKENESS * whole and (inside is None or number in inside)
        ]
        best = nsmallest(MOST, near, key=lambda number: (-score[number], *self._rank(number)))
        places = [self._places[number] for number in best]
        if inside is not None or not places:
            return places
        # The unit that was written may not be listed where its institution is.
        above = self._by_key.get(str(places[0].institution_id), places[0])
        return [above, *(place for place in places if place != above)][:MOST]

    def _matches(self, word: str) -> set[int]:
        """The places with a word that begins so, or with all that a short form stands for."""
        found = set[int]()
        start = bisect_left(self._vocabulary, word)
        for each in self._vocabulary[start:]:
            if not each.startswith(word):
                break
            found |= self._holding[each]
        meant = SHORT_FORMS.get(word)
        if meant is not None:
            found |= set.intersection(*(self._holding.get(each, set()) for each in meant.split()))
        return found

    def _slips(self, word: str) -> set[int]:
        like = [
            each
            for each in self._vocabulary
            if abs(len(each) - len(word)) <= 2 and (each[0] == word[0] or each[-1] == word[-1])
        ]
        found = set[int]()
        for each in get_close_matches(word, like, n=3, cutoff=SLIP):
            found |= self._holding[each]
        return found

    def _rank_within(self, number: int) -> tuple[int, str, str]:
        """The same of few places, where many units have one name."""
        place = self._places[number]
        return len(self._words[number]), place.name, place.under

    def _rank(self, number: int) -> tuple[int, str, str]:
        place = self._places[number]
        return len(self._words[number]), place.name, place.institution_name


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text[:LONGEST]))


# Thousands of institutions have units of the same names.
@lru_cache(maxsize=20_000)
def _spelt_out(text: str) -> frozenset[str]:
    """The words of a text, short forms in full."""
    return frozenset(full for word in _words(text) for full in SHORT_FORMS.get(word, word).split())
