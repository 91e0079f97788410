"""What many pages share word for word, made once and kept.

A page's frame hangs on who may see which section and on how pages are to look. Where the address
of the page or the visitor's token stands in it, a mark is kept, which each page fills in.
"""

from functools import lru_cache
from typing import Final

from flask import render_template, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from lms.web.presentation import Appearance, Visitor, appearance, current_path, current_visitor

# Marks pass unchanged through quoting and escaping, and nobody writes them by chance.
PATH_MARK: Final = "mark.0fa1c9.path"
CSRF_MARK: Final = "mark.0fa1c9.csrf"
ANCHOR_MARK: Final = "mark.0fa1c9.anchor"

Duties = tuple[bool, bool] | None
"""Which sections a signed-in person has besides a learner's; None for everybody else."""


def frame(part: str, here: str = "") -> Markup:
    """The header or the footer of the page that is being made; `here` is its section."""
    kept = _frame(part, here, appearance(), _duties(current_visitor()))
    return Markup(fill(kept))  # noqa: S704 - a rendered template, and values that are escaped


def fill(kept: str) -> str:
    """Put this page's address and this visitor's token where their marks stand."""
    if PATH_MARK in kept:
        quoted = url_for("preferences.set", kembali=current_path()).partition("kembali=")[2]
        kept = kept.replace(PATH_MARK, escape(quoted))
    if CSRF_MARK in kept:
        kept = kept.replace(CSRF_MARK, generate_csrf())
    return kept


def marks() -> dict[str, object]:
    """What a template is given instead of the values that `fill` puts in."""
    return {"current_path": PATH_MARK, "csrf_token": lambda: CSRF_MARK}


@lru_cache(maxsize=512)
def _frame(part: str, here: str, _appearance: Appearance, _duties: Duties) -> str:
    """The part for everybody of whom all this is true; what it hangs on is the key."""
    return render_template(f"frame/{part}.html", here=here, **marks())


def _duties(visitor: Visitor | None) -> Duties:
    if visitor is None:
        return None
    return visitor.may_manage_staff, visitor.may_manage_certificates
