"""How the reader wants pages: theme, size of letters, language."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.http.addresses import local_path
from lms.http.cookies import set_cookie
from lms.http.doors import open_to_all
from lms.web.formatting import COOKIE_LIFETIME, LANGUAGES, TEXT_SIZES, THEMES

bp = Blueprint("preferences", __name__)
open_to_all(bp)

CHOICES = {"tema": THEMES, "huruf": TEXT_SIZES, "bahasa": LANGUAGES}


@bp.get("/tampilan", endpoint="set")
def choose() -> ResponseReturnValue:
    """Save how the reader wants pages in a cookie, and go back."""
    response = redirect(local_path(request.args.get("kembali")) or url_for("site.home"))
    for name, known in CHOICES.items():
        wanted = request.args.get(name)
        if wanted in known:
            set_cookie(response, name, wanted, max_age=COOKIE_LIFETIME, is_ours=False)
    return response
