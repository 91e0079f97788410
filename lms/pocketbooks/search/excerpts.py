"""What is shown of a passage that was found: its best sentence, with the words marked."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lms.pocketbooks.search.words import find_words, stem_as_written

LONGEST: Final = 260
# Not after what only shortens a word or numbers a thing: Pasal 5 ayat (1), No. 23, dr. Ratna.
_END: Final = re.compile(r"(?<![ (]No\.)(?<![ (][Dd]r\.)(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of an excerpt; those that were asked for are marked."""

    text: str
    is_hit: bool = False


def excerpt_of(text: str, stems: Collection[str]) -> tuple[Piece, ...]:
    """The sentence of a passage that has the most of the stems, cut where it is very long."""
    hits = [
        (match.span(), found)
        for match in find_words(text)
        if (found := stem_as_written(match[0])) in stems
    ]
    begin, finish = _best_sentence(text, hits)
    spans = [span for span, _ in hits if begin <= span[0] and span[1] <= finish]
    start, end = _window(text, begin, finish, spans[0] if spans else (begin, begin))
    pieces = [Piece("… ")] if start > begin else []
    place = start
    for first, last in spans:
        if start <= first and last <= end:
            pieces += [Piece(text[place:first]), Piece(text[first:last], is_hit=True)]
            place = last
    pieces.append(Piece(text[place:end].rstrip() + (" …" if end < finish else "")))
    return tuple(piece for piece in pieces if piece.text)


def _best_sentence(text: str, hits: Iterable[tuple[tuple[int, int], str]]) -> tuple[int, int]:
    cuts = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    sentences = list(pairwise(cuts))
    if len(sentences) == 1:
        return sentences[0]
    held: dict[int, set[str]] = {}
    for (first, _), found in hits:
        held.setdefault(bisect_right(cuts, first) - 1, set()).add(found)
    return sentences[max(held, key=lambda number: len(held[number]), default=0)]


def _window(text: str, begin: int, finish: int, hit: tuple[int, int]) -> tuple[int, int]:
    """Which part of a sentence is shown: all, or what stands around a hit, in whole words."""
    if finish - begin <= LONGEST:
        return begin, finish
    start = max(begin, min(hit[0] - LONGEST // 3, finish - LONGEST))
    end = min(finish, start + LONGEST)
    if start > begin:
        start = max(begin, text.rfind(" ", begin, start + 1) + 1)
    if end < finish:
        end = max(text.rfind(" ", start, end), hit[1])
    return start, end
