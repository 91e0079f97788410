"""The words that a release has, and which of them somebody meant who mistyped one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import bindparam, select

from lms.db import current_connection
from lms.pocketbooks.models import Passage
from lms.pocketbooks.search.words import COMMON, stem_as_written, words_of_text

SHORTEST: Final = 4  # with fewer letters every word is near to many
LONG: Final = 8  # from here on two letters may be wrong
MOST_CANDIDATES: Final = 16

_TEXTS: Final = select(Passage.text).where(Passage.release_id == bindparam("release_id"))


class KnownWords:
    """The words of some texts, with how often each stands there."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.counts = Counter(
            word for text in texts for word in words_of_text(text) if word not in COMMON
        )
        self.stems = frozenset(map(stem_as_written, self.counts))
        self._by_trigram: dict[str, list[str]] = defaultdict(list)
        for word in self.counts:
            for trigram in _trigrams(word):
                self._by_trigram[trigram].append(word)

    def near(self, word: str) -> list[tuple[tuple[int, bool, int], str]]:
        """Words that a mistyped one may stand for, each with how far it is: the less, the nearer.

        A word of which only the beginning was typed is nearest.
        """
        if len(word) < SHORTEST:
            return []
        shared = Counter(
            each for trigram in _trigrams(word) for each in self._by_trigram.get(trigram, ())
        )
        allowed = 2 if len(word) >= LONG else 1
        found = [
            ((distance, each[0] != word[0], -self.counts[each]), each)
            for each, _ in shared.most_common(MOST_CANDIDATES)
            if (distance := 0 if each.startswith(word) else _distance(word, each, allowed))
            <= allowed
        ]
        return sorted(found)


def known_words(release_id: int) -> KnownWords:
    """The words of a release; those of one that has no passages yet are asked for again."""
    try:
        return _known_words(release_id)
    except LookupError:
        return KnownWords(())


def forget_known_words() -> None:
    """Empty the process's memory of words; for tests, which change databases."""
    _known_words.cache_clear()


@lru_cache(maxsize=64)
def _known_words(release_id: int) -> KnownWords:
    texts = current_connection().execute(_TEXTS, {"release_id": release_id}).scalars().all()
    if not texts:
        raise LookupError
    return KnownWords(texts)


def nearest(word: str, known: Sequence[KnownWords]) -> list[str]:
    """What may have been meant, the most likely first, over several releases."""
    found = sorted(pair for each in known for pair in each.near(word))
    return list(dict.fromkeys(near for _, near in found))


def _trigrams(word: str) -> set[str]:
    padded = f"  {word}"
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def _distance(one: str, other: str, allowed: int) -> int:
    """How many letters are wrong, missing, too many, or exchanged with their neighbour.

    Where it is more than is allowed, any number above that.
    """
    if abs(len(one) - len(other)) > allowed:
        return allowed + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, wanted in enumerate(other, start=1):
            cost = last[column - 1] + (letter != wanted)
            if last[column] < cost:
                cost = last[column] + 1
            if line[-1] < cost:
                cost = line[-1] + 1
            is_exchanged = (
                row > 1 < column and letter == other[column - 2] and wanted == one[row - 2]
            )
            if is_exchanged and before[column - 2] < cost:
                cost = before[column - 2] + 1
            line.append(cost)
        if min(line) > allowed:
            return allowed + 1
        before, last = last, line
    return last[-1]
