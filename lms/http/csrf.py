"""CSRF protection by Flask-WTF: forms and answers have to come from our own pages."""

from flask import Flask, g, session
from flask_wtf import CSRFProtect

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_csrf(app: Flask) -> None:
    """Refuse what other sites have a visitor's browser send."""
    CSRFProtect(app)


def renew_token() -> None:
    """Draw another secret: whoever knew the one before a sign-in or its end knows it no longer."""
    session.pop("csrf_token", None)
    g.pop("csrf_token", None)
