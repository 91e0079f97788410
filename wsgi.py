"""The entry points of a WSGI server: `granian --interface wsgi --factory wsgi:worker`.

A server that takes no factory, and Flask's command, are given `wsgi:app`.
"""

from threading import Thread

import click
from flask import Flask

from config import Settings
from lms import create_app
from lms.version import VERSION


def worker() -> Flask:
    """The application of a process that will answer requests; it warms up beside the first."""
    app = create_app(Settings.from_environment(), with_commands=False)
    click.echo(f"SakuHAM {VERSION} answers requests.", err=True)
    Thread(target=_warm_up, args=(app,), daemon=True).start()
    return app


def _warm_up(app: Flask) -> None:
    from lms.web.warm_up import warm_up  # it loads what sets type

    warm_up(app)


def __getattr__(name: str) -> Flask:
    """`wsgi.app`, made when it is first asked for: a worker makes its own."""
    if name != "app":
        raise AttributeError(name)
    from lms.cli.failures import report_errors_of_commands

    report_errors_of_commands()
    app = globals()[name] = create_app(Settings.from_environment())
    return app
