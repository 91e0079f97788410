"""The rounds of the background process: mail, the fold, and the nightly reconciliation.

What is to be done stands in tables (outbox, tally), so nothing is lost when the process is
killed, and two of them do no harm.
"""

import logging
from collections.abc import Callable
from datetime import date
from itertools import count
from smtplib import SMTP
from threading import Event
from zoneinfo import ZoneInfo

from sqlalchemy import select

from config import Settings
from lms.accounts.brakes import forget_old_failures
from lms.accounts.requests import answer_requests
from lms.books.queries import find_unprinted
from lms.clock import utc_now
from lms.db import db, reading, snapshot, transaction
from lms.http.addresses import link_address
from lms.mail import has_waiting_mail, send_waiting_mail
from lms.programmes.folding import fold, reconcile
from lms.programmes.models import Programme
from lms.typesetting.fonts import BUILT_FONTS

log = logging.getLogger("sakuham.jobs")

# Somebody waits before a letter of theirs; a figure's tail and a book can wait longer.
PAUSE_SECONDS = 1.0
ROUNDS_BETWEEN = 5
NIGHT_HOUR = 2
NIGHT_ZONE = ZoneInfo("Asia/Jakarta")


def run_rounds(settings: Settings, stop: Event) -> None:
    """Make a round every second until told to stop; an accident ends no more than a step.

    Letters leave in each; the fold and books have their turn in every fifth.
    """
    reconciled_on: date | None = None
    for number in count():
        if stop.is_set():
            return
        _attempt("requests", _answer_requests)
        _attempt("mail", lambda: _send_mail(settings))
        if number % ROUNDS_BETWEEN == 0:
            _attempt("fold", _fold)
            _attempt("books", lambda: _make_book(settings))
        night = utc_now().astimezone(NIGHT_ZONE)
        if night.hour == NIGHT_HOUR and reconciled_on != night.date():
            reconciled_on = night.date()
            _attempt("reconcile", _reconcile)
            _attempt("forget", lambda: forget_old_failures(now=utc_now()))
        stop.wait(PAUSE_SECONDS)


def _attempt(name: str, step: Callable[[], None]) -> None:
    """Take one step, which begins and ends its own transactions."""
    try:
        step()
    except Exception:
        log.exception("%s failed; the next round tries again", name)
    finally:
        db.session.remove()


def _answer_requests() -> None:
    answer_requests(link_address, now=utc_now())


def _send_mail(settings: Settings) -> None:
    if not settings.mail_server:
        return
    with reading():
        if not has_waiting_mail():
            return
    host, _, port = settings.mail_server.partition(":")
    with SMTP(host, int(port or 25), timeout=20) as server:
        sent = send_waiting_mail(server, settings.mail_sender, now=utc_now())
    log.info("%s messages sent", sent)


def _make_book(settings: Settings) -> None:
    """Make the files of one release that has none."""
    with reading():
        release_id = find_unprinted()
    if release_id is not None:
        # WeasyPrint is large, and needed only then.
        from lms.books.service import make_files

        with transaction():
            make_files(release_id, settings.public_url, BUILT_FONTS)


def _fold() -> None:
    with transaction():
        for programme in db.session.scalars(select(Programme)).all():
            fold(programme)


def _reconcile() -> None:
    with snapshot():
        for programme in db.session.scalars(select(Programme)).all():
            for difference in reconcile(programme):
                log.error("figure and ledger differ: %s %s", programme.slug, difference)
