"""What a file is, decided from what was seen of it."""

from typing import Any

import pytest

from lms.checking.enums import Seal, Verdict
from lms.checking.rules import judge

CLEAN: dict[str, Any] = {
    "is_ours": True,
    "seal": Seal.WHOLE,
    "has_program": False,
    "names_others": False,
    "differs": False,
}


@pytest.mark.parametrize("registered", [Verdict.VALID, Verdict.REVOKED, Verdict.REPLACED])
@pytest.mark.parametrize("seal", [Seal.WHOLE, Seal.NONE])
def test_a_file_that_says_what_the_register_says_is_what_the_register_says_it_is(
    registered: Verdict, seal: Seal
) -> None:
    assert judge(registered, **CLEAN | {"seal": seal}) is registered


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        ({"is_ours": False}, Verdict.FOREIGN),
        ({"is_ours": False, "seal": Seal.STRANGE}, Verdict.FOREIGN),
        ({"seal": Seal.BROKEN}, Verdict.ALTERED),
        ({"seal": Seal.BROKEN, "differs": True}, Verdict.ALTERED),
        ({"seal": Seal.STRANGE}, Verdict.ALTERED),
        ({"has_program": True}, Verdict.ALTERED),
        ({"names_others": True, "seal": Seal.NONE}, Verdict.ALTERED),
        ({"differs": True, "seal": Seal.NONE}, Verdict.DIFFERENT),
        ({"differs": True}, Verdict.DIFFERENT),
    ],
)
def test_a_file_that_is_not_as_it_was_made_is_never_called_valid(
    seen: dict[str, Any], verdict: Verdict
) -> None:
    for registered in (Verdict.VALID, Verdict.REVOKED):
        assert judge(registered, **CLEAN | seen) is verdict


def test_a_file_about_a_certificate_that_nobody_issued_is_unknown() -> None:
    assert judge(None, **CLEAN) is Verdict.UNKNOWN
