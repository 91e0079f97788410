"""How checks are answered: kept by no cache, and too many of them with what was typed."""

from http import HTTPStatus
from typing import Final

from flask.typing import ResponseReturnValue

from lms.http.errors import TooOften

# A check names a person: no cache stores it, and no search engine finds it.
PRIVATE: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}

Answer = tuple[str, HTTPStatus, dict[str, str]]


def too_often(page: str, refusal: TooOften) -> ResponseReturnValue:
    """The form with what was typed, to be sent again later."""
    later = {"Retry-After": str(refusal.seconds)}
    return page, HTTPStatus.TOO_MANY_REQUESTS, later | PRIVATE
