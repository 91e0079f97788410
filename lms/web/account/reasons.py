"""Why a person is asked to sign in, in the words of the page that they were going to."""

from flask import current_app
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from lms.pocketbooks.errors import NoSuchPocketbook
from lms.pocketbooks.queries import get_book


def reason_for(target: str) -> str:
    """What a page of ours needs an account for, in a sentence; nothing where that is plain."""
    endpoint, values = _match(target)
    if endpoint != "quiz.intro":
        return ""
    try:
        code = get_book(str(values["slug"])).code
    except NoSuchPocketbook:
        return ""
    sentence: str = gettext(
        "Kuis akhir %(code)s memerlukan akun, supaya sertifikat memuat nama Anda. Bacaan Anda "
        "tetap tersimpan.",
        code=code,
    )
    return sentence


def _match(target: str) -> tuple[str, dict[str, object]]:
    """The page that an address leads to, by its endpoint; nothing for one that leads nowhere."""
    try:
        endpoint, values = current_app.url_map.bind("").match(target.partition("?")[0])
    except (HTTPException, RequestRedirect):
        return "", {}
    return str(endpoint), dict(values)
