"""Verification codes of certificates: generated, formatted, and parsed as people type them.

Ten random symbols of Crockford's base 32 and two check symbols: a Reed-Solomon code over GF(32),
the field of x⁵ + x² + 1 whose powers of 2 are all its elements but 0. With Xᵢ = 2¹¹⁻ⁱ for the
position i, counted from 0, the symbols c₀ … c₁₁ of a true code have Σ cᵢ·Xᵢ = 0 and Σ cᵢ·Xᵢ² = 0.
Two codes therefore differ in at least three positions: one or two wrong characters are always
noticed, and so is any swap. If one character is wrong by e, the sums are e·Xᵢ and e·Xᵢ², and
their quotient says which. (Reed and Solomon, "Polynomial Codes over Certain Finite Fields", 1960;
Douglas Crockford, "Base 32".)
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Final, Literal

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BITS: Final = 50
LENGTH: Final = 12

Problem = Literal["length", "character", "checksum"]

_VALUES: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LINKED: Final = re.compile(r"/(?:v|sertifikat)/([^/?#\s]+?)(?:\.pdf)?(?:[/?#\s]|$)", re.IGNORECASE)
_GROUPED: Final = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Z]{4}-?[0-9A-Z]{4}-?[0-9A-Z]{4}(?![0-9A-Za-z])"
)
TITLES: Final = frozenset(["dr", "dra", "drg", "drh", "drs", "h", "hj", "ir", "ns", "prof"])
# The parts of degrees, as S.Pd.I, A.Md.Keb. or Ph.D. are made of them.
DEGREES: Final = frozenset(
    re.findall(
        r"\w+",
        "a adm ag agr ak an ap apt ars b ba bid bns c cs d dev e ec ed eng ep farm fil gz h hum "
        "hut i ip k kar keb ked kel kep kes kom kn kp l ling ll log m ma mar mat mb med mm mp mpd "
        "ms mt ners og or p pd ph pi pk psi pt pust s sc sd se sh si sn sos sp ss st stat t th tp "
        "tr",
    )
)
_WORD: Final = re.compile(r"[^\s,]+")
_LOOKALIKES: Final = str.maketrans("OILU", "011V")


def _powers() -> tuple[int, ...]:
    """2⁰ … 2³⁰: doubling, and x⁵ = x² + 1."""
    powers = [1]
    while len(powers) < 31:
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 0b100000 else doubled)
    return tuple(powers)


_EXP: Final = _powers()
_LOG: Final = {power: exponent for exponent, power in enumerate(_EXP)}


def _times(left: int, right: int) -> int:
    """The product of two elements of GF(32)."""
    return 0 if not left or not right else _EXP[(_LOG[left] + _LOG[right]) % 31]


def _over(left: int, right: int) -> int:
    """The quotient of two elements of GF(32); the divisor is not 0."""
    return 0 if not left else _EXP[(_LOG[left] - _LOG[right]) % 31]


def _sums(values: list[int]) -> tuple[int, int]:
    """Σ cᵢ·Xᵢ and Σ cᵢ·Xᵢ²: both are 0 for a true code."""
    first = second = 0
    for value in values:  # Horner's rule: by 2 and 2² once more for every position passed
        first = _times(first, _EXP[1]) ^ value
        second = _times(second, _EXP[2]) ^ value
    return first, second


def code_from_bits(bits: int) -> str:
    """Make the code of fifty bits: ten symbols, highest bits first, and the two checks.

    Takes a whole number from 0 to 2⁵⁰ - 1 and gives the twelve characters as they are stored,
    without dashes. Raises ValueError for any other number.
    """
    if not 0 <= bits < 1 << RANDOM_BITS:
        raise ValueError(f"{bits} is not a number of {RANDOM_BITS} bits")
    values = [bits >> shift & 31 for shift in range(RANDOM_BITS - 5, -1, -5)]
    first, second = _sums([*values, 0, 0])
    # 2·c₁₀ + c₁₁ = first and 2²·c₁₀ + c₁₁ = second, solved for c₁₀.
    check = _over(first ^ second, _EXP[1] ^ _EXP[2])
    values += [check, first ^ _times(check, _EXP[1])]
    return "".join(ALPHABET[value] for value in values)


def new_code() -> str:
    """Draw a code that nobody can guess from other codes; the only function here that is not pure.

    Gives twelve characters. That no certificate has it yet is for the database to say.
    """
    return code_from_bits(secrets.randbits(RANDOM_BITS))


def show_code(code: str) -> str:
    """Write a code in groups of four for people to read: ``MBT9-6K8J-G5MG``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def find_code_in_link(text: str) -> str:
    """The code in a pasted address of a check or of a certificate; any other text as it is."""
    found = _LINKED.search(text)
    return found[1] if found else text


def find_codes(text: str) -> tuple[str, ...]:
    """The true codes in a text, in its order and each once.

    They stand in addresses of checks, in groups of four with dashes, or alone as twelve characters;
    of all texts of twelve such characters one in a thousand is a true code.
    """
    found = [*_LINKED.findall(text), *_GROUPED.findall(text)]
    parsed = [parse_code(each) for each in found if len(each) <= 2 * LENGTH]
    return tuple(dict.fromkeys(it.normalised for it in parsed if it.is_valid))


def mask_name(name: str) -> str:
    """The beginnings of a name's words, to hold against a paper: ``Si•• Am••••, S.H.``.

    For whoever has but a number, which can be guessed. Titles, and degrees after a comma, stay
    where they are known ones; whatever else stands there may be a name, and is masked like one. No
    word comes out whole.
    """
    own, comma, rest = name.partition(",")
    own = _WORD.sub(lambda word: _mask(word[0], TITLES), own)
    return own + comma + _WORD.sub(lambda word: _mask(word[0], TITLES | DEGREES), rest)


def _mask(word: str, known: frozenset[str]) -> str:
    """The beginning of a word, at most half of it; the whole of a known abbreviation with dots."""
    parts = [part.lower() for part in word.rstrip(".").split(".")]
    if "." in word and known.issuperset(parts):
        return word
    shown = min(2, len(word) // 2)
    return word[:shown] + "•" * len(word[shown:])


@dataclass(frozen=True, slots=True)
class ParsedCode:
    """What somebody typed, parsed as a certificate code.

    normalised: the characters that count, in capitals and without separators, look-alikes
    replaced; a character that no code has stays as it was typed.
    problem: None for a true code; "character" if some character is in no code, else "length" if
    there are not twelve, else "checksum".
    suspicious: positions in `normalised`, from 0: every character that is in no code; or the one
    character that is wrong if only one is; or the two neighbours that were swapped if only that
    explains it; else nothing. It is a hint for the person who types.
    proposal: the true code that the hint leads to. It is not shown and never looked up in place
    of what was typed: only the paper says what the code is.
    """

    normalised: str
    problem: Problem | None = None
    suspicious: tuple[int, ...] = ()
    proposal: str | None = field(default=None, repr=False)

    @property
    def is_valid(self) -> bool:
        """Whether it is a true code; a certificate with it may still not exist."""
        return self.problem is None


def parse_code(text: str) -> ParsedCode:
    """Parse a code as people type it.

    Takes any text: small or capital letters, spaces, dashes and dots of any kind anywhere, O
    for 0, I or L for 1, U for V. Never raises: what is no code says so.
    """
    normalised = "".join(
        character.upper().translate(_LOOKALIKES)
        for character in unicodedata.normalize("NFKC", text)
        if not _is_separator(character)
    )
    unknown = tuple(position for position, it in enumerate(normalised) if it not in _VALUES)
    if unknown:
        return ParsedCode(normalised, "character", unknown)
    if len(normalised) != LENGTH:
        return ParsedCode(normalised, "length")
    values = [_VALUES[character] for character in normalised]
    if _sums(values) == (0, 0):
        return ParsedCode(normalised)
    suspicious = _find_wrong_character(values) or _find_swapped_neighbours(values)
    return ParsedCode(normalised, "checksum", suspicious, _mend(values, suspicious))


def _is_separator(character: str) -> bool:
    """Spaces, dashes, dots, underscores, and marks that cannot be seen."""
    return character in "._·•" or unicodedata.category(character) in {"Zs", "Pd", "Cc", "Cf"}


def _find_wrong_character(values: list[int]) -> tuple[int, ...]:
    """The one position where a single other character makes a true code, if there is one."""
    first, second = _sums(values)
    if not first or not second:
        return ()
    position = LENGTH - 1 - (_LOG[second] - _LOG[first]) % 31
    return (position,) if position >= 0 else ()


def _find_swapped_neighbours(values: list[int]) -> tuple[int, ...]:
    """The one pair of neighbours that makes a true code when swapped back, if just one does."""
    pairs = [
        (position, position + 1)
        for position in range(LENGTH - 1)
        if _sums(_swap(values, position, position + 1)) == (0, 0)
    ]
    return pairs[0] if len(pairs) == 1 else ()


def _swap(values: list[int], left: int, right: int) -> list[int]:
    """The same values with two of them exchanged."""
    swapped = values.copy()
    swapped[left], swapped[right] = values[right], values[left]
    return swapped


def _mend(values: list[int], suspicious: tuple[int, ...]) -> str | None:
    """The true code a hint leads to."""
    match suspicious:
        case (position,):
            mended = values.copy()
            mended[position] ^= _over(_sums(values)[0], _EXP[LENGTH - 1 - position])
        case (left, right):
            mended = _swap(values, left, right)
        case _:
            return None
    return "".join(ALPHABET[value] for value in mended)
