"""Surveys days of confirmations: rolls them up by officer, and finds what is out of the ordinary.

A day is gone through once an hour while it lasts and once more after its end, so that no page ever
reads the audit log of a nation.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Integer, and_, cast, delete, func, insert, select

from lms.accounts.models import Account
from lms.audit import AuditEntry
from lms.days import local_day
from lms.db import current_connection, read_only, snapshot, store_once, transaction
from lms.institutions.doubts.officer_days import BY, begin_of
from lms.institutions.models import Institution, Posting, PostingSource
from lms.reporting.models import ConfirmationDay, ConfirmationSurvey
from lms.reporting.rules import Confirmed, DayFacts, find_signals, usual_of, weigh

DAYS: Final = 30
"""How many days are shown, and how many say what is usual."""
KEPT_DAYS: Final = 2 * DAYS
READ_AT_ONCE: Final = 2_000
GRACE: Final = timedelta(hours=1)
"""How long after the end of a day what was stored in it may still come to be seen."""

Key = tuple[int, str, int]
"""Officer, or 0; on whose word, if not an officer's or a command's; and institution."""


def list_days_to_survey(*, now: datetime) -> list[date]:
    """The days that were not gone through since their end, the earliest first; today among them."""
    today = local_day(now)
    rows = current_connection().execute(
        select(ConfirmationSurvey.day, ConfirmationSurvey.surveyed_at)
    )
    final = {day for day, at in rows if at >= _end_of(day) + GRACE}
    days = (today - timedelta(days=back) for back in range(DAYS, -1, -1))
    return [day for day in days if day not in final]


def survey_days(*, now: datetime) -> int:
    """Go through each of these days, in a transaction of its own; of how many."""
    with read_only():
        days = list_days_to_survey(now=now)
    for day in days:
        survey_day(day, now=now)
    return len(days)


def survey_day(day: date, *, now: datetime) -> None:
    """Make the rows of a day anew from the audit log; a second time it changes nothing."""
    with snapshot():  # read as it comes, which on PostgreSQL wants a transaction
        facts, before = _read(day), _read_before(day)
    rows = []
    for key, counted in facts.items():
        officer_id, by, institution_id = key
        # Of a word that is nobody's deed there is nobody to ask.
        signals = [] if by else find_signals(counted, before.usual(key))
        rows.append(
            {
                "day": day,
                "officer_id": officer_id or None,
                "source": by,
                "institution_id": institution_id,
                "people_count": counted.people_count,
                "foreign_count": counted.foreign_count,
                "weight": weigh(signals, counted.people_count),
                "signals": [[signal.kind.value, signal.people_count] for signal in signals],
            }
        )
    oldest = local_day(now) - timedelta(days=KEPT_DAYS)
    with transaction():
        connection = current_connection()
        for table in (ConfirmationDay, ConfirmationSurvey):
            connection.execute(delete(table).where((table.day == day) | (table.day < oldest)))
        if rows:
            connection.execute(insert(ConfirmationDay), rows)
        store_once(ConfirmationSurvey, {"day": day, "surveyed_at": now}, connection)


def _read(day: date) -> dict[Key, DayFacts]:
    facts: defaultdict[Key, DayFacts] = defaultdict(DayFacts)
    for key, each in _confirmed_on(day):
        facts[key].add(each)
    return dict(sorted(facts.items()))


def _confirmed_on(day: date) -> Iterator[tuple[Key, Confirmed]]:
    """Every confirmation of a day, some at a time: there may be a nation's."""
    person_id = cast(func.substr(AuditEntry.subject, len("account:") + 1), Integer)
    statement = (
        select(
            AuditEntry.actor_id,
            BY,
            Institution.id,
            AuditEntry.entered_at,
            func.coalesce(Account.email, ""),
            Institution.email_domain,
            Institution.time_zone,
            func.coalesce(Account.activated_at, Account.created_at),
            Posting.source,
        )
        .select_from(AuditEntry)
        .join(Account, Account.id == person_id)
        .join(Institution, Institution.id == AuditEntry.details["institution_id"].as_integer())
        .outerjoin(
            Posting,
            and_(
                Posting.account_id == Account.id,
                Posting.institution_id == Institution.id,
                Posting.ended_on.is_(None),
            ),
        )
        .where(AuditEntry.action == "staff.confirmed")
        .where(AuditEntry.entered_at >= begin_of(day), AuditEntry.entered_at < _end_of(day))
        .execution_options(yield_per=READ_AT_ONCE)
    )
    for (
        officer_id,
        by,
        institution_id,
        at,
        email,
        domain,
        zone,
        since,
        source,
    ) in current_connection().execute(statement):
        registered_at = since if source is PostingSource.SELF else None
        each = Confirmed(at, email.lower(), domain, zone, registered_at)
        yield (officer_id or 0, by, institution_id), each


@dataclass(frozen=True, slots=True)
class Before:
    """How many were confirmed in each of the days before, by officer and by institution."""

    own: Mapping[Key, Sequence[int]]
    of_all: Mapping[int, Sequence[int]]

    def usual(self, key: Key) -> int:
        """How many are usual in a day of an officer, who may have had none yet."""
        return usual_of(self.own.get(key, ()), self.of_all.get(key[2], ()))


def _read_before(day: date) -> Before:
    rows = current_connection().execute(
        select(
            ConfirmationDay.officer_id, ConfirmationDay.institution_id, ConfirmationDay.people_count
        )
        .where(ConfirmationDay.day < day, ConfirmationDay.day >= day - timedelta(days=DAYS))
        .where(ConfirmationDay.source == "")
        .order_by(ConfirmationDay.id)
    )
    own: defaultdict[Key, list[int]] = defaultdict(list)
    of_all: defaultdict[int, list[int]] = defaultdict(list)
    for officer_id, institution_id, number in rows:
        own[officer_id or 0, "", institution_id].append(number)
        of_all[institution_id].append(number)
    return Before(own, of_all)


def _end_of(day: date) -> datetime:
    return begin_of(day + timedelta(days=1))
