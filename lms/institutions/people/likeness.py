"""Whether two accounts may be one person's, from names, numbers and addresses alone."""

from typing import Final, Protocol

from lms.accents import fold
from lms.accounts.rules import NAME_SIGNS
from lms.institutions.rules import Claim

BIRTH_LENGTH: Final = 8
# Letters that look like Latin ones, in small letters; a name may stand in them as a whole.
_LOOK_ALIKES = str.maketrans(
    # Cyrillic, Greek, and some that are Latin.
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u043a\u043c\u0442\u0432\u043d\u0455\u0458\u04bb\u0501\u051b\u051d"
    "\u03b1\u03b5\u03bd\u03bf\u03c1\u03c4\u03c5\u03b9\u03ba\u03b3"
    "\u0131\u0251\u0261",
    "aeopcyxikmtbhsjhdqwaevoptuikyiag",
)
_APOSTROPHES = "'\u2019\u2018\u02bc`\u00b4"
_WITHOUT_SIGNS = str.maketrans(dict.fromkeys(NAME_SIGNS, " ") | dict.fromkeys(_APOSTROPHES, ""))


class Known(Protocol):
    """Somebody's name, number and address; "" for what they have not."""

    @property
    def name(self) -> str:
        """With titles."""

    @property
    def number(self) -> str:
        """One of theirs."""

    @property
    def email(self) -> str:
        """Where they get mail."""


def base_name(name: str) -> str:
    """A name without the titles after it, as it is compared: small letters, no signs.

    Signs make nobody somebody else: what stands before a comma is the name if it has letters.
    """
    for part in name.split(","):
        words = fold(part).translate(_WITHOUT_SIGNS).split()
        if not part.isascii():
            words = [word.translate(_LOOK_ALIKES) for word in words]
        if words:
            return " ".join(words)
    return ""


def is_like(name: str, other: str) -> bool:
    """Whether two base names may be one: the same, or one's words are all in the other's."""
    words, others = set(name.split()), set(other.split())
    return bool(words) and bool(others) and (words <= others or others <= words)


def is_mistyped(number: str, other: str) -> bool:
    """Whether two numbers differ in one digit, or in two neighbours that were swapped."""
    if len(number) != len(other) or number == other:
        return False
    places = [place for place, (a, b) in enumerate(zip(number, other, strict=True)) if a != b]
    if len(places) == 1:
        return True
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and number[places[0]] == other[places[1]]
        and number[places[1]] == other[places[0]]
    )


def may_be_one(one: Known, other: Known) -> bool:
    """Whether two accounts may be one person's.

    The names must be alike, and either the birth dates in the numbers are the same (another
    contract, or PPPK and then PNS), or the numbers differ by a typing error, or the addresses have
    the same beginning, without dots and what follows a plus.
    """
    local, other_local = mailbox_of(one.email), mailbox_of(other.email)
    is_like_address = local != "" and local == other_local
    return is_evidently_one(one, other) or (is_like_address and _are_named_alike(one, other))


def is_evidently_one(one: Known, other: Known) -> bool:
    """Whether names and numbers say that two accounts are one person's.

    An address says nothing of that: whoever registers chooses it.
    """
    is_like_number = one.number != "" and one.number[:BIRTH_LENGTH] == other.number[:BIRTH_LENGTH]
    return _are_named_alike(one, other) and (
        is_like_number or is_mistyped(one.number, other.number)
    )


def _are_named_alike(one: Known, other: Known) -> bool:
    return are_alike(one.name, other.name)


def are_alike(name: str, other: str) -> bool:
    """Whether two names, with titles or without, may be one person's."""
    return is_like(base_name(name), base_name(other))


def mailbox_of(email: str) -> str:
    """What stands before the @, as far as it tells mailboxes apart.

    Many services deliver `ayu+2` and `a.yu` where they deliver `ayu`.
    """
    return email.partition("@")[0].partition("+")[0].replace(".", "").lower()


def names(name: str, claim: Claim | None) -> bool:
    """Whether a list names who has its number; it is asked of who works nowhere, and else False."""
    return claim is not None and claim.institution_id is None and are_alike(name, claim.name)
