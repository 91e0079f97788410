"""Passwords: argon2id, a gate on how many are hashed at once, and a measure of how well known."""

import re
from threading import BoundedSemaphore, Lock

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from lms.accounts.errors import TooBusy, WeakPassword
from lms.errors import N_

SHORTEST, LONGEST = 10, 128
LETTERS_BESIDE = 5
WAIT_SECONDS = 2.0
# zxcvbn reads signs as letters in every way there is (4 and @ as a, 1 as i or l), and looks all
# parts of each reading up: its time grows with their number and with the square of the length.
MEASURED, MEASURED_OF_SIGNS = 32, 12
MOST_SUBSTITUTIONS = 32
# What people here make passwords of, and no list of English words has.
COMMON_HERE = (
    "katasandi", "sandi", "kata", "rahasia", "indonesia", "pegawai", "sakuham", "merdeka",
    "kementerian", "pancasila", "nusantara", "bismillah", "alhamdulillah", "sayang", "cinta",
    "garuda", "jakarta", "bandung", "surabaya", "negara", "dinas", "kantor", "berakhlak", "admin",
    "januari", "februari", "maret", "agustus", "oktober", "desember", "senin", "selasa",
)  # fmt: skip

# OWASP's argon2id parameters: 19 MiB, two passes, one lane; about 24 ms of one core.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
_gate = BoundedSemaphore(2)
_measure = Lock()  # zxcvbn keeps the person's own words in a global of its module

# Verified when there is no account, so that the answer takes as long as for a wrong password.
_nobody = _hasher.hash("no account has this password")


def set_hashing_slots(count: int) -> None:
    """How many passwords this process hashes at once: a storm of sign-ins must not starve pages."""
    global _gate
    _gate = BoundedSemaphore(count)


def hash_password(password: str) -> str:
    """The argon2id hash to store; raises TooBusy when the gate stays shut for two seconds."""
    with _Slot():
        return _hasher.hash(password)


def is_right_password(stored: str | None, password: str) -> bool:
    """Whether the password fits the stored hash; as slow without a hash as with one.

    Raises TooBusy when the gate stays shut for two seconds.
    """
    with _Slot():
        try:
            fits = _hasher.verify(stored or _nobody, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return fits and stored is not None


def require_strong(password: str, known_words: list[str]) -> None:
    """Refuse a password that is short, overlong, common, or made of the person's own data.

    `known_words` are the name, address and number of the person. How hard it is to guess is
    measured at its beginning, so that no password takes long; what follows makes it no weaker.
    Raises WeakPassword, and TooBusy when the gate stays shut for two seconds.
    """
    if len(password) < SHORTEST:
        raise WeakPassword("password", N_("Kata sandi paling sedikit 10 karakter."))
    if len(password) > LONGEST:
        raise WeakPassword("password", N_("Kata sandi paling banyak 128 karakter."))
    from zxcvbn import zxcvbn

    parts = [part for word in known_words for part in re.split(r"[\W_]+", word) if len(part) > 2]
    if _is_of(parts, password):
        raise _easy_to_guess()
    with _Slot(), _measure:
        result = zxcvbn(_beginning(password), user_inputs=[*known_words, *parts, *COMMON_HERE])
    if result["score"] < 2:
        raise _easy_to_guess()


def _is_of(parts: list[str], password: str) -> bool:
    """Whether a password is a person's own words, and little more than signs and figures.

    zxcvbn knows each of them, and still takes two in a row for as good as two of all words.
    """
    own = "|".join(map(re.escape, sorted(parts, key=len, reverse=True)))
    rest, count = re.subn(own, "", password, flags=re.IGNORECASE) if own else (password, 0)
    return count > 0 and sum(map(str.isalpha, rest)) < LETTERS_BESIDE


def _easy_to_guess() -> WeakPassword:
    return WeakPassword(
        "password",
        N_(
            "Kata sandi ini terlalu mudah ditebak. Pakai beberapa kata yang tidak berhubungan, "
            "misalnya empat benda di sekitar Anda."
        ),
    )


def _beginning(password: str) -> str:
    """As much of a password as zxcvbn measures in some 20 ms at worst."""
    from zxcvbn.matching import L33T_TABLE, enumerate_l33t_subs, relevant_l33t_subtable

    head = password[:MEASURED]
    substitutions = enumerate_l33t_subs(relevant_l33t_subtable(head, L33T_TABLE))
    return head if len(substitutions) <= MOST_SUBSTITUTIONS else head[:MEASURED_OF_SIGNS]


class _Slot:
    """A permit of the gate."""

    def __enter__(self) -> None:
        self._gate = _gate
        if not self._gate.acquire(timeout=WAIT_SECONDS):
            raise TooBusy

    def __exit__(self, *_: object) -> None:
        self._gate.release()
