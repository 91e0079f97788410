"""Chapters that a visitor finished on this device, in a small cookie until they sign in.

The cookie is plain. Whoever writes one by hand claims what they could as well have had by pressing
the button at each chapter's end; the final quiz is what a certificate rests on.
"""

from collections.abc import Mapping
from datetime import timedelta

from werkzeug.wrappers import Response

from lms.http.cookies import drop_cookie, read_cookie, set_cookie

COOKIE = "bacaan"
COOKIE_LIFETIME = timedelta(days=180)
MOST_EDITIONS = 12
MOST_CHAPTERS = 40


def finished_here() -> Mapping[int, frozenset[int]]:
    """The numbers of the chapters finished on this device, by the key of their edition."""
    found: dict[int, frozenset[int]] = {}
    for part in (read_cookie(COOKIE) or "").split("_")[:MOST_EDITIONS]:
        numbers = [_number(word) for word in part.split(".")[: MOST_CHAPTERS + 1]]
        if len(numbers) > 1 and all(numbers):
            found[numbers[0]] = frozenset(numbers[1:])
    return found


def note_finished(response: Response, edition_id: int, number: int) -> Response:
    """The same answer, with one more chapter in the cookie; of many editions the latest stay."""
    found = dict(finished_here())
    chapters = found.pop(edition_id, frozenset()) | {number}
    entries = [(edition_id, chapters), *found.items()][:MOST_EDITIONS]
    value = "_".join(
        ".".join(str(each) for each in (edition, *sorted(read))) for edition, read in entries
    )
    set_cookie(response, COOKIE, value, max_age=COOKIE_LIFETIME)
    return response


def forget_finished(response: Response) -> Response:
    """The same answer, deleting the cookie if there is one."""
    if read_cookie(COOKIE) is not None:
        drop_cookie(response, COOKIE)
    return response


def _number(word: str) -> int:
    """A row's key or a chapter's number; 0 for what is neither."""
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else 0
