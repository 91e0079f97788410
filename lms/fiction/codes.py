"""Codes of certificates and tokens of attempts that are the same in every run."""

from random import Random

from lms.certificates.codes import RANDOM_BITS, code_from_bits


class Codes:
    """Draws codes, none twice: the number of the draw is in it, mixed by an odd factor."""

    def __init__(self, seed: int) -> None:
        random = Random(seed)  # noqa: S311 - these open nothing: they are of fiction
        self._factor = random.getrandbits(RANDOM_BITS) | 1
        self._begin = random.getrandbits(RANDOM_BITS)
        self._count = 0
        self._token = random.getrandbits(64)

    def code(self) -> str:
        """The code of the next certificate."""
        self._count += 1
        return code_from_bits((self._begin + self._count * self._factor) % (1 << RANDOM_BITS))

    def token(self) -> str:
        """The token of the next attempt."""
        self._token += 1
        return f"rekaan-{self._token:016x}"
