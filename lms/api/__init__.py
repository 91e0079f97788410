"""The API for other systems: what is asked with a key, and the document that describes it."""

from collections.abc import Callable

from flask import Flask

from lms.api.document import Document, init_document
from lms.api.documents import bp as documents
from lms.api.v1 import SECTIONS
from lms.http.tokens import init_tokens

__all__ = ["Document", "init_api"]


def init_api(app: Flask, render_page: Callable[[Document], str]) -> None:
    """Register every part, and the page that `render_page` makes of the document."""
    init_document(app, SECTIONS)
    app.extensions["api_page"] = render_page
    app.register_blueprint(documents)
    init_tokens(app)
