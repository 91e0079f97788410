"""The entry points of a WSGI server: `granian --interface wsgi --factory wsgi:worker`.

A server that takes no factory is given `wsgi:app`, whose first pages are slower.
"""

from flask import Flask

from config import Settings
from lms import create_app

app = create_app(Settings.from_environment())


def worker() -> Flask:
    """The application of a process that will answer requests, warmed up."""
    from lms.web.warming import warm_up  # commands import this module too, and print nothing

    warm_up(app)
    return app
