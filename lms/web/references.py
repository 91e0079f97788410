"""The texts of pocketbooks on our pages: what they refer to stands in them as addresses."""

from functools import lru_cache

from flask import Flask
from markupsafe import Markup

from lms.addresses import path_of
from lms.rendering.references import resolve


def init_references(app: Flask) -> None:
    """Give templates what shows a text that an author wrote."""
    app.jinja_env.filters["author_html"] = author_html


@lru_cache(maxsize=8192)
def author_html(html: str | None, slug: str) -> Markup:
    """A text of a pocketbook, cleaned when it was published, with our addresses in its links.

    Worked out once in a process, since what was published does not change; nothing is nothing.
    """
    return Markup(resolve(html or "", slug, path_of))  # noqa: S704 - the sanitizer has seen it
