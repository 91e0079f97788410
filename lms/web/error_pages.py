"""The error page: why a request was refused, and where to go on."""

from flask import render_template, request, url_for
from flask_babel import gettext

from lms.accounts.errors import AddressTaken, LinkSpent
from lms.errors import Refusal
from lms.http.errors import ErrorAnswer
from lms.http.load import LeftOut
from lms.pocketbooks.errors import NoSuchChapter
from lms.version import VERSION

_ASKS_ANEW = {
    "account.choose_password": "account.forgot",
    "account.new_address": "profile.change_address",
}
"""Where another link is asked for, by the page to which one leads."""


def render_error(answer: ErrorAnswer) -> str:
    """The page for a person."""
    return render_template(
        "site/error.html",
        error=answer,
        version=VERSION,
        next_page=_next_page(answer.refusal),
        action=request.path,
    )


def _next_page(refusal: Refusal | None) -> tuple[str, str] | None:
    """Where the person goes on best, with its words; None: home will do."""
    slug = (request.view_args or {}).get("slug")
    if isinstance(refusal, NoSuchChapter) and slug:
        return url_for("reading.book", slug=slug), gettext("Buka daftar bab")
    if isinstance(refusal, LinkSpent | AddressTaken) and request.endpoint in _ASKS_ANEW:
        return url_for(_ASKS_ANEW[request.endpoint]), gettext("Minta tautan baru")
    if isinstance(refusal, LeftOut):
        return url_for("site.home", _anchor="buku"), gettext("Buka daftar buku saku")
    return None
