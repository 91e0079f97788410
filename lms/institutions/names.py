"""Names of institutions as people write them."""

from collections.abc import Sequence
from difflib import SequenceMatcher

MOST = 3
LEAST_LIKENESS = 0.5
# Words that people shorten, and that tell no institution from another.
_SHORT = {"kab": "kabupaten", "prov": "provinsi", "kec": "kecamatan", "kem": "kementerian"}
_OF_MANY = frozenset({"kabupaten", "kota", "provinsi", "pemerintah", "dinas", "badan"})


def near_names(written: str, names: Sequence[str]) -> list[str]:
    """The few of these names that are most like what was written, the likest first."""
    wanted = _words(written)
    likeness = {name: _likeness(wanted, _words(name)) for name in names}
    near = [name for name in names if likeness[name] >= LEAST_LIKENESS]
    return sorted(near, key=lambda name: -likeness[name])[:MOST]


def _words(name: str) -> list[str]:
    words = name.casefold().replace(".", " ").split()
    return [_SHORT.get(word, word) for word in words]


def _likeness(wanted: list[str], words: list[str]) -> float:
    """How like two names are as a whole, or how many of a name's telling words were written."""
    whole = SequenceMatcher(None, " ".join(wanted), " ".join(words)).ratio()
    telling = set(words) - _OF_MANY
    return max(whole, len(telling & set(wanted)) / len(telling) if telling else 0)
