"""Handlers of our own periodic jobs, and the queries that tell whether there is work."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from smtplib import SMTP
from typing import Any
from zoneinfo import ZoneInfo

from config import Settings
from lms.accounts.requests import answer_requests, has_requests
from lms.accounts.throttling import forget_old_failures
from lms.addresses import (
    digest_stop_address,
    link_address,
    log_address,
    public_address_of,
    reminder_addresses,
    requests_address,
    waiting_address,
)
from lms.assignments.reminders import has_due_reminders, remind_some
from lms.assignments.settling import list_unsettled, look_through_running
from lms.assignments.settling import settle as settle_assignment
from lms.certificates.correction_notices import list_deciders_to_notify, notify_decider
from lms.checking.bulk.service import forget_old_bulk_checks, has_old_bulk_checks
from lms.clock import utc_now
from lms.days import local_day
from lms.db import read_only, snapshot, transaction
from lms.editions.queries import list_unprinted
from lms.exchange.idempotency import forget_old_answers, has_old_answers
from lms.institutions.decisions.telling import list_untold, tell_some
from lms.institutions.granting.ends import has_ends, see_to_ends
from lms.institutions.notifications import list_officers_to_notify, notify_officer
from lms.institutions.people.facts import apply_due_facts, has_due_facts
from lms.institutions.people.invitations import has_waiting, send_some
from lms.institutions.registry.sheets import forget_old_sheets, has_old_sheets
from lms.institutions.staff_lists.service import forget_old_imports, has_old_imports
from lms.jobs.kind import Run
from lms.jobs.service import forget_old, has_old
from lms.learning.queries import has_lapsed
from lms.learning.service import reopen_lapsed
from lms.load.service import forget_old_notes
from lms.mail import has_waiting_mail, let_old_mail_lapse, send_waiting_mail
from lms.pocketbooks.search.indexing import index_release, list_unindexed
from lms.printing.fonts import BUILT_FONTS
from lms.programmes.queries import get_programme, list_programmes
from lms.programmes.rollup import fold, list_unfolded, reconcile
from lms.transparency.continuity import keep_checkpoint, kept_in, require_continuity
from lms.transparency.notes import origin_at
from lms.transparency.queries import has_unlogged
from lms.transparency.sequencer import sequence_batch

log = logging.getLogger("sakuham.jobs")

NIGHT_HOUR = 2
NIGHT_ZONE = ZoneInfo("Asia/Jakarta")

Found = Iterable[Mapping[str, Any]]
_ONE: Found = [{}]
_NONE: Found = []


def find_requests(now: datetime) -> Found:
    """Whether anybody waits for a link, or has never answered."""
    return _ONE if has_requests(now=now) else _NONE


def answer(_run: Run) -> None:
    """Answer requests for links and registrations by mail."""
    answer_requests(link_address, now=utc_now())


def find_mail(settings: Settings, now: datetime) -> Found:
    """Whether a message is to leave; without a mail server they wait."""
    return _ONE if settings.mail_server and has_waiting_mail(now=now) else _NONE


def send_mail(settings: Settings, _run: Run) -> None:
    """Hand waiting messages to the mail server; raises OSError where it is away.

    Without a mail server they wait, also where the job was left over from when there was one.
    """
    if not settings.development:  # there they are read in the browser, however old
        let_old_mail_lapse(now=utc_now())
    if not settings.mail_server:
        return
    host, _, port = settings.mail_server.partition(":")
    with SMTP(host, int(port or 25), timeout=20) as server:
        sent = send_waiting_mail(server, settings.mail_sender, clock=utc_now)
    if sent:
        log.info("%s messages sent", sent)


def find_officers(now: datetime) -> Found:
    """Whether somebody has come to wait for an officer who was not told."""
    return _ONE if list_officers_to_notify(now=now) else _NONE


def notify_officers(_run: Run) -> None:
    """Write those officers for whom somebody has come to wait.

    One whose mail fails stops no other; the first error is raised in the end.
    """
    address = waiting_address()
    with read_only():
        uninformed = list_officers_to_notify(now=utc_now())
    failure: Exception | None = None
    for waiting in uninformed:
        try:
            with transaction():
                notify_officer(waiting, address, digest_stop_address, now=utc_now())
        except Exception as error:  # noqa: BLE001 - one of them must not stop the others
            failure = failure or error
    if failure is not None:
        raise failure


def find_invited(_now: datetime) -> Found:
    """Whether anybody waits to be invited."""
    return _ONE if has_waiting() else _NONE


def invite_some(settings: Settings, _run: Run) -> None:
    """Invite as many people as the last minute leaves room for."""
    with transaction():
        send_some(settings.invitations_per_minute, link_address, now=utc_now())


def find_facts(now: datetime) -> Found:
    """Whether a dated fact about somebody takes force."""
    return _ONE if has_due_facts(now=now) else _NONE


def apply_facts(_run: Run) -> None:
    """Put in force what takes force today."""
    apply_due_facts(now=utc_now())


def find_ends(now: datetime) -> Found:
    """Whether a role ends soon and nobody was told, or has ended."""
    return _ONE if has_ends(now=now) else _NONE


def see_to_role_ends(_run: Run) -> None:
    """Tell of roles that end soon, and put away those that have ended."""
    is_more = True
    while is_more:
        with transaction():
            is_more = see_to_ends(now=utc_now())


def find_untold(now: datetime) -> Found:
    """Whether people were confirmed or declined, and it cannot be undone any more."""
    return _ONE if list_untold(now=now) else _NONE


def tell_decided(_run: Run) -> None:
    """Write those people, some at a time."""
    with read_only():
        decisions = list_untold(now=utc_now())
    for decision_id in decisions:
        is_more = True
        while is_more:
            with transaction():
                is_more = tell_some(decision_id, now=utc_now())


def find_undecided(now: datetime) -> Found:
    """Whether a request for a correction waits for somebody who was not told."""
    return _ONE if list_deciders_to_notify(now=now) else _NONE


def notify_deciders(_run: Run) -> None:
    """Write those for whom requests for corrections wait; a failure is met as above."""
    with read_only():
        uninformed = list_deciders_to_notify(now=utc_now())
    failure: Exception | None = None
    for waiting in uninformed:
        try:
            with transaction():
                address = requests_address(is_registrar=waiting.is_registrar)
                notify_decider(waiting, address, digest_stop_address, now=utc_now())
        except Exception as error:  # noqa: BLE001 - as above
            failure = failure or error
    if failure is not None:
        raise failure


def find_unsettled(_now: datetime) -> Found:
    """The assignments whose people are to be looked through."""
    return [{"assignment_id": each} for each in list_unsettled()]


def settle(run: Run) -> None:
    """Bring the people of an assignment in line with it."""
    differing = settle_assignment(run.arguments["assignment_id"], now=utc_now())
    if differing:
        log.warning("%s parts of an assignment were not up to date", differing)


def look_through_assignments(_run: Run) -> None:
    """Have every running assignment looked through, for newcomers and who left."""
    with transaction():
        look_through_running(now=utc_now())


def find_reminders(now: datetime) -> Found:
    """Whether the moment of somebody's reminder has come."""
    return _ONE if has_due_reminders(now=now) else _NONE


def remind(_run: Run) -> None:
    """Write everybody whose moment has come, a hundred in a transaction."""
    addresses = reminder_addresses()
    count = 1
    while count:
        with transaction():
            count = remind_some(addresses, now=utc_now())


def find_books(_now: datetime) -> Found:
    """The releases whose files are to be made."""
    return [{"release_id": each} for each in list_unprinted()]


def make_book(settings: Settings, run: Run) -> None:
    """Make the files of one release."""
    # WeasyPrint is large, and needed only then.
    from lms.editions.service import make_files

    with transaction():
        make_files(
            run.arguments["release_id"],
            public_address_of,
            BUILT_FONTS,
            publisher=settings.issuer_name,
            licence=settings.book_licence,
        )


def find_unsearched(_now: datetime) -> Found:
    """The releases whose passages are to be made."""
    return [{"release_id": each} for each in list_unindexed()]


def index(run: Run) -> None:
    """Make what is searched of one release."""
    with transaction():
        index_release(run.arguments["release_id"])


def find_tails(_now: datetime) -> Found:
    """The programmes whose tally has a tail."""
    return [{"programme_id": each} for each in list_unfolded()]


def fold_tally(run: Run) -> None:
    """Move a programme's tail into its rollup."""
    with transaction():
        fold(get_programme(run.arguments["programme_id"]))


def find_unlogged(_now: datetime) -> Found:
    """Whether an entry of the ledger waits for the log, which there is a key for."""
    return _ONE if has_unlogged() else _NONE


def sequence(settings: Settings, _run: Run) -> None:
    """Write into the log whatever waits, a batch in a transaction of its own, until none does.

    Raises LogForked where the database was restored to before what was published.
    """
    origin = origin_at(log_address())
    with read_only():
        kept = kept_in(settings.log_checkpoint_folder)
        if kept is not None:
            require_continuity(kept)
    more = True
    while more:
        with transaction():
            more = sequence_batch(origin, now=utc_now()) > 0
        if kept is not None:
            with read_only():
                keep_checkpoint(kept)


def find_lapsed(now: datetime) -> Found:
    """Whether the term of somebody's certificate is over."""
    return _ONE if has_lapsed(today=local_day(now)) else _NONE


def open_quizzes(_run: Run) -> None:
    """Open the final quiz again to those whose certificates have expired."""
    with transaction():
        opened = reopen_lapsed(today=local_day(utc_now()))
    log.info("%s quizzes opened again", opened)


def find_night(now: datetime) -> Found:
    """Whether it is the hour at which the figure is reconciled."""
    return _ONE if now.astimezone(NIGHT_ZONE).hour == NIGHT_HOUR else _NONE


def reconcile_figures(_run: Run) -> None:
    """Compare each programme's figure with the ledger, and name in the log what differs."""
    with snapshot():
        for programme in list_programmes():
            for difference in reconcile(programme):
                log.error("figure and ledger differ: %s %s", programme.slug, difference)


def find_hour(_now: datetime) -> Found:
    """Every turn."""
    return _ONE


def forget(settings: Settings, _run: Run) -> None:
    """Delete what is no longer needed: old guesses, expired files and uploads, dead messages."""
    now = utc_now()
    forget_old_failures(now=now)
    with transaction():
        forget_old_notes(now=now)
    if not settings.development:
        let_old_mail_lapse(now=now)
    with read_only():
        is_old, is_checked = has_old(now=now), has_old_bulk_checks(now=now)
        is_listed = has_old_imports(now=now)
        is_brought = has_old_sheets(now=now)
        is_answered = has_old_answers(now=now)
    if is_answered:
        with transaction():
            forget_old_answers(now=now)
    if is_brought:
        with transaction():
            forget_old_sheets(now=now)
    if is_checked:  # before the jobs, which they name
        with transaction():
            forget_old_bulk_checks(now=now)
    if is_listed:
        forget_old_imports(now=now)
    if is_old:
        with transaction():
            forget_old(now=now)
