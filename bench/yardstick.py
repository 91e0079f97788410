"""How fast this machine is just now, beside the one for which the targets were set."""

import time
from statistics import median
from typing import Final

from lms.accounts.passwords import hash_password, is_right_password

YARDSTICK_MS: Final = 24.0
"""What one argon2id check took there, in CPU-ms (ADR 8); signing with RSA-3072 took 0.75."""
_PASSWORD: Final = "satu yang dibuat untuk mengukur"  # noqa: S105 - nobody's
_CHECKS: Final = 9


class Yardstick:
    """Checks one password again and again; a machine is as much slower as that takes longer."""

    def __init__(self) -> None:
        self._hash = hash_password(_PASSWORD)

    def check_ms(self) -> float:
        """What one check takes now, in CPU-ms."""
        before = time.process_time()
        assert is_right_password(self._hash, _PASSWORD)  # noqa: S101 - it is theirs
        return (time.process_time() - before) * 1000

    def slowness(self) -> float:
        """How many times as long this machine takes now, in the middle of several checks."""
        return slowness_of(median(self.check_ms() for _ in range(_CHECKS)))


def slowness_of(check_ms: float) -> float:
    """How many times as long a machine takes on which a check takes this long."""
    return check_ms / YARDSTICK_MS
