"""CSRF protection by Flask-WTF: forms and answers have to come from our own pages."""

from collections.abc import Callable

from flask import Blueprint, Flask, g, session
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_csrf(app: Flask) -> None:
    """Refuse what other sites have a visitor's browser send."""
    CSRFProtect(app)


def changes_nothing(blueprint: Blueprint, view: Callable[..., ResponseReturnValue]) -> None:
    """Say of a form that it only asks, so that it needs no token, and its page no cookie.

    Another site can have it sent, and reads no answer.
    """
    blueprint.record(lambda state: state.app.extensions["csrf"].exempt(view))


def proves_itself(blueprint: Blueprint, view: Callable[..., ResponseReturnValue]) -> None:
    """Say of a form that its address is signed for one person, so that it needs no token.

    It may be sent by a mail program, which has neither our page nor our cookie.
    """
    blueprint.record(lambda state: state.app.extensions["csrf"].exempt(view))


def shows_keys(blueprint: Blueprint) -> None:
    """Say of a part of the API that keys open it, and no cookie: no token of a form is asked for.

    No page of another site can have a browser send a key that it does not know.
    """
    blueprint.record(lambda state: state.app.extensions["csrf"].exempt(blueprint))


def renew_token() -> None:
    """Draw another secret: whoever knew the one before a sign-in or its end knows it no longer."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
