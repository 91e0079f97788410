"""What `flask serve` says about the address it is reached at."""

import pytest

from config import Settings
from lms.cli.serve import _greeting, _is_loopback

OURS = ("127.0.0.1", "127.0.0.2", "::1", "localhost")
OTHERS = ("0.0.0.0", "::", "192.0.2.7", "sakuham.example")  # noqa: S104 - nothing is bound


@pytest.mark.parametrize("host", OURS + OTHERS)
def test_who_serves_to_others_is_told_what_a_proxy_is_for(host: str) -> None:
    is_ours = host in OURS
    assert _is_loopback(host) is is_ours
    words = _greeting(f"http://{host}:8000", Settings(), is_exposed=not is_ours)
    assert ("docs/operator.md, part 5" in words) is not is_ours
