"""The rounds of the background process: mail, the fold, and the nightly reconciliation.

What is to be done stands in tables (outbox, tally), so nothing is lost when the process is
killed, and two of them do no harm.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from itertools import count
from smtplib import SMTP
from threading import Event
from time import monotonic
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import literal, select

from config import Settings
from lms.accounts.brakes import forget_old_failures
from lms.accounts.requests import answer_requests
from lms.addresses import link_address, public_address_of, waiting_address
from lms.clock import utc_now
from lms.db import current_connection, db, read_only, snapshot, transaction, trouble_of
from lms.editions.queries import find_unprinted
from lms.institutions.notifications import Waiting, list_officers_to_tell, tell_officer
from lms.mail import has_waiting_mail, let_old_mail_lapse, send_waiting_mail
from lms.printing.fonts import BUILT_FONTS
from lms.programmes.folding import fold, reconcile
from lms.programmes.models import Programme

log = logging.getLogger("sakuham.jobs")

# Somebody waits before a letter of theirs; a figure's tail and a book can wait longer.
PAUSE_SECONDS = 1.0
ROUNDS_BETWEEN = 5
ROUNDS_BETWEEN_FORGETTING = 3600
LONGEST_PAUSE_SECONDS = 60.0
NIGHT_HOUR = 2
NIGHT_ZONE = ZoneInfo("Asia/Jakarta")

Item = TypeVar("Item")
_NOTHING = select(literal(1))


def run_rounds(settings: Settings, stop: Event) -> None:
    """Make a round every second until told to stop; an accident ends no more than a step.

    Letters leave in each; the others have their turn in every fifth. While the database cannot be
    used there is nothing else to do than to wait for it.
    """
    database = Step("database", _reach_database)
    requests, letters = (
        Step("requests", _answer_requests),
        Step("mail", partial(_send_mail, settings)),
    )
    folding, books = Step("fold", _fold), Step("books", partial(_make_book, settings))
    officers = Step("officers", _tell_officers)
    reconciling = Step("reconcile", _reconcile)
    forgetting = Step("forget", _forget)
    reconciled_on: date | None = None
    for number in count():
        if stop.is_set():
            return
        night = utc_now().astimezone(NIGHT_ZONE)
        if database.take():
            requests.take()
            letters.take()
            if number % ROUNDS_BETWEEN == 0:
                folding.take()
                officers.take()
                books.take()
            if number % ROUNDS_BETWEEN_FORGETTING == 0:
                forgetting.take()
            if night.hour == NIGHT_HOUR and reconciled_on != night.date():
                reconciled_on = night.date()
                reconciling.take()
        stop.wait(PAUSE_SECONDS)


class Step:
    """One thing that is done in rounds, which begins and ends its own transactions.

    An accident is told in the log once, with its traceback, or in one line where the database is
    in trouble; then the step is left out for a while, longer each time, until it works again, which
    is told too.
    """

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._name = name
        self._work = work
        self._failed_count = 0
        self._told = ""
        self._resumes_at = 0.0

    def take(self) -> bool:
        """Take the step, unless it has failed a short while ago; says whether it was done."""
        if monotonic() < self._resumes_at:
            return False
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - it ends this step, and nothing else
            self._fail(error)
            return False
        else:
            if self._failed_count:
                log.warning("%s works again after %s failures", self._name, self._failed_count)
            self._failed_count, self._told = 0, ""
            return True
        finally:
            db.session.remove()

    def _fail(self, error: Exception) -> None:
        self._failed_count += 1
        pause = min(2.0 ** min(self._failed_count, 10), LONGEST_PAUSE_SECONDS)
        self._resumes_at = monotonic() + pause
        trouble = trouble_of(error)
        kind = type(error).__name__ if trouble is None else trouble.value
        if kind == self._told:
            return
        self._told = kind
        if trouble is None:
            log.error("%s failed and is tried again, later each time", self._name, exc_info=error)
        else:
            log.error(
                "%s failed and is tried again, later each time: the database is %s",
                self._name,
                trouble.value,
            )


def _reach_database() -> None:
    with read_only():
        current_connection().execute(_NOTHING)


def _do_each(items: Iterable[Item], work: Callable[[Item], None]) -> None:
    """Do something with each; the first accident is raised when all have had their turn."""
    accident: Exception | None = None
    for item in items:
        try:
            work(item)
        except Exception as error:  # noqa: BLE001 - one of them must not stop the others
            accident = accident or error
    if accident is not None:
        raise accident


def _answer_requests() -> None:
    answer_requests(link_address, now=utc_now())


def _send_mail(settings: Settings) -> None:
    now = utc_now()
    if not settings.development:  # there it is read in the browser, however old
        let_old_mail_lapse(now=now)
    if not settings.mail_server:
        return
    with read_only():
        if not has_waiting_mail(now=now):
            return
    host, _, port = settings.mail_server.partition(":")
    with SMTP(host, int(port or 25), timeout=20) as server:
        sent = send_waiting_mail(server, settings.mail_sender, clock=utc_now)
    if sent:
        log.info("%s messages sent", sent)


def _tell_officers() -> None:
    """Write those officers for whom somebody has come to wait."""
    address = waiting_address()
    with read_only():
        uninformed = list_officers_to_tell(now=utc_now())

    def tell(waiting: Waiting) -> None:
        with transaction():
            tell_officer(waiting, address, now=utc_now())

    _do_each(uninformed, tell)


def _make_book(settings: Settings) -> None:
    """Make the files of one release that has none."""
    now = utc_now()
    with read_only():
        release_id = find_unprinted(now=now)
    if release_id is not None:
        # WeasyPrint is large, and needed only then.
        from lms.editions.service import make_files_or_put_off

        make_files_or_put_off(
            release_id,
            public_address_of,
            BUILT_FONTS,
            now=now,
            publisher=settings.issuer_name,
            licence=settings.book_licence,
        )


def _fold() -> None:
    def fold_one(programme_id: int) -> None:
        with transaction():
            fold(db.session.get_one(Programme, programme_id))

    with read_only():
        programme_ids = db.session.scalars(select(Programme.id)).all()
    _do_each(programme_ids, fold_one)


def _forget() -> None:
    forget_old_failures(now=utc_now())


def _reconcile() -> None:
    with snapshot():
        for programme in db.session.scalars(select(Programme)).all():
            for difference in reconcile(programme):
                log.error("figure and ledger differ: %s %s", programme.slug, difference)
