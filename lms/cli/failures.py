"""Error messages of commands: one line where that is enough, else the traceback."""

import errno
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import click
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError, OperationalError

from config import VAR, BadSetting
from lms.errors import Refusal
from lms.http.i18n import translate

ACCIDENTS = VAR / "log" / "accidents.log"


def report_error(error: BaseException) -> None:
    """Print what ended a command, for the person who started it."""
    match error:
        case click.ClickException():
            error.show()
        case BadSetting():
            click.echo(f"Error: {error}", err=True)
        case OperationalError():
            click.echo(f"Error: {describe_database_error(error)}", err=True)
        case OSError(errno=errno.EROFS | errno.EACCES | errno.EPERM | errno.ENOSPC | errno.EDQUOT):
            click.echo(f"Error: {error.filename or 'a file'}: {error.strerror}.", err=True)
        case SystemExit():
            pass
        case _:
            traceback.print_exception(error)


def describe_database_error(error: DBAPIError) -> str:
    """What the database says, in a line, and where to look."""
    said = " ".join(str(error.orig).split()).rstrip(".?")
    return (
        f"the database cannot be used: {said}. Look at DATABASE_URL and at the server, or, for an"
        " embedded database, at its folder: whether it is there and may be written to."
    )


def log_traceback(error: Exception) -> str:
    """An unexpected error in a line, where work goes on; its traceback goes to a file."""
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    ACCIDENTS.parent.mkdir(parents=True, exist_ok=True)
    with ACCIDENTS.open("a") as log:
        log.write(f"\n== {time.strftime('%F %T')}\n")
        traceback.print_exception(error, file=log)
    return f"{reason} (more in {ACCIDENTS})"


def report_errors_of_commands() -> None:
    """Have `flask` report a known error in a line; Python's traceback is for unknown ones."""
    sys.excepthook = _hook


def _hook(
    _kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    if not isinstance(error, KeyboardInterrupt):
        report_error(error)


@contextmanager
def told_at_once() -> Iterator[None]:
    """End the command where what is asked for is refused, with the sentence in English."""
    try:
        yield
    except Refusal as refusal:
        with force_locale("en"):
            raise click.ClickException(translate(refusal.sentence)) from refusal
