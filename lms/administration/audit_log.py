"""The audit log as it is searched: by who acted, on what, by which action and on which days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, select, tuple_

from lms.accounts.models import Account
from lms.accounts.permissions import Permission
from lms.accounts.queries import get_principal
from lms.audit import AuditEntry, record
from lms.days import end_of
from lms.db import current_connection, read_only
from lms.errors import N_, NotAllowed

PAGE_SIZE: Final = 50
AT_ONCE: Final = 2_000
MOST_EXPORTED: Final = 1_000_000
"""So many rows a sheet holds, and no file goes beyond it."""
LOG_KEY: Final = -(2**31)
"""Among the keys of a job's scope, and no unit's: the file is of who may read the audit log."""
_PEOPLE: Final = "account:"


class NoLogForYou(NotAllowed):
    """The asker may no longer read the audit log."""

    def __init__(self) -> None:
        super().__init__(N_("Log audit tidak lagi termasuk dalam peran Anda."))


@dataclass(frozen=True, slots=True)
class WantedEntries:
    """Which entries are asked for; what is empty matters not. Both days belong to them."""

    actor_id: int | None = None
    subject: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: tuple[datetime, int] | None = None
    """Moment and key of the last one of the page before."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry, with the names of the people whom it is about."""

    id: int
    entered_at: datetime
    action: str
    subject: str
    actor_id: int | None
    details: dict[str, Any]
    actor: str | None = None
    person: str | None = None

    @property
    def person_id(self) -> int | None:
        """The account that it is about, if it is about one."""
        key = self.subject.removeprefix(_PEOPLE)
        is_person = self.subject.startswith(_PEOPLE) and key.isascii() and key.isdigit()
        return int(key) if is_person else None


def list_entries(wanted: WantedEntries, limit: int = PAGE_SIZE + 1) -> list[LogLine]:
    """Entries from the newest on, with the names of who acted and who was acted on.

    Each single condition has its index, which ends with moment and key: a page is read from where
    the one before ended, however long the log is.
    """
    entry = AuditEntry
    rows = (
        current_connection()
        .execute(
            select(
                entry.id,
                entry.entered_at,
                entry.action,
                entry.subject,
                entry.actor_id,
                entry.details,
            )
            .where(*_conditions(wanted))
            .order_by(entry.entered_at.desc(), entry.id.desc())
            .limit(limit)
        )
        .all()
    )
    return _named([LogLine(*row) for row in rows])


def is_action(text: str) -> bool:
    """Whether anything in the log is called so."""
    return _has_any(AuditEntry.action == text)


def is_subject(text: str) -> bool:
    """Whether the log has anything on a subject that is marked so."""
    return _has_any(AuditEntry.subject == text)


def _has_any(condition: ColumnElement[bool]) -> bool:
    found = current_connection().execute(select(AuditEntry.id).where(condition).limit(1))
    return found.first() is not None


def _conditions(wanted: WantedEntries) -> Iterator[ColumnElement[bool]]:
    entry = AuditEntry
    if wanted.actor_id is not None:
        yield entry.actor_id == wanted.actor_id
    if wanted.subject:
        yield entry.subject == wanted.subject
    if wanted.action:
        yield entry.action == wanted.action
    if wanted.since is not None:
        yield entry.entered_at >= end_of(wanted.since - timedelta(days=1))
    if wanted.until is not None:
        yield entry.entered_at < end_of(wanted.until)
    if wanted.before is not None:
        yield tuple_(entry.entered_at, entry.id) < tuple_(*wanted.before)


def _named(lines: Sequence[LogLine]) -> list[LogLine]:
    """The same with names, in one statement for all."""
    keys = {key for line in lines for key in (line.actor_id, line.person_id) if key is not None}
    if not keys:
        return list(lines)
    found = current_connection().execute(
        select(Account.id, Account.name).where(Account.id.in_(sorted(keys)))
    )
    names: dict[int, str] = dict(found.all())
    return [
        replace(
            line,
            actor=names.get(line.actor_id or 0),
            person=names.get(line.person_id or 0),
        )
        for line in lines
    ]


def note_export(asker_id: int, wanted: WantedEntries, file_format: str, *, now: datetime) -> None:
    """Note that somebody takes entries away, and which."""
    asked = {
        "of_actor": wanted.actor_id,
        "of_subject": wanted.subject or None,
        "of_action": wanted.action or None,
        "since": wanted.since and wanted.since.isoformat(),
        "until": wanted.until and wanted.until.isoformat(),
    }
    told = {name: value for name, value in asked.items() if value is not None}
    record("audit.exported", "audit log", actor_id=asker_id, now=now, format=file_format, **told)


def read_all(asker_id: int, wanted: WantedEntries) -> Iterator[list[LogLine]]:
    """All entries that were asked for, some at a time, each part in a transaction of its own.

    Whether the asker may still read them is asked each time; raises NoLogForYou.
    """
    left = MOST_EXPORTED
    while left > 0:
        with read_only():
            if not get_principal(asker_id).may(Permission.READ_AUDIT_LOG):
                raise NoLogForYou
            lines = list_entries(wanted, min(AT_ONCE, left))
        if not lines:
            return
        yield lines
        left -= len(lines)
        wanted = replace(wanted, before=(lines[-1].entered_at, lines[-1].id))
