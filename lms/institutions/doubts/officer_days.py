"""All whom one officer confirmed for an institution on one day: doubted, and answered, together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, func, select

from lms.accounts.permissions import Permission
from lms.accounts.queries import get_principal
from lms.audit import AuditEntry, record
from lms.days import NATIONAL_ZONE
from lms.db import current_connection, read_only, transaction
from lms.institutions.doubts.errors import DoubtAnswered, NoOverseer, OwnConfirmation
from lms.institutions.doubts.letters import tell_officers
from lms.institutions.doubts.models import ConfirmationDoubt, DoubtAnswer, DoubtGround
from lms.institutions.doubts.service import Doubt, doubt_some, settle_doubt
from lms.institutions.errors import OwnPosting
from lms.jobs.claims import was_cancelled
from lms.jobs.errors import ClaimLost
from lms.jobs.kind import Output, Run

DOUBTING: Final = "confirmation_doubting"
SETTLING: Final = "confirmation_settling"
"""The kinds of job."""

TOLD: Final = "staff.doubts_told"
"""In the audit log: that officers were written to of the doubts that a job has opened."""

AT_ONCE: Final = 50
"""People of one transaction."""

BY: Final = func.coalesce(AuditEntry.details["by"].as_string(), "")
"""On whose word somebody was confirmed, of an entry of the audit log; "" as a rule."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class OfficerDay:
    """What one officer confirmed on a day for an institution; `officer_id` 0: nobody's deed.

    Then it is a command's, or of a word that `by` names, such as BY_SIGN_ON.
    """

    day: date
    officer_id: int
    institution_id: int
    by: str = ""

    @property
    def confirmer_id(self) -> int | None:
        """The officer, where it was one."""
        return self.officer_id or None

    def as_json(self) -> dict[str, Any]:
        """As a job keeps it."""
        return {
            "day": self.day.isoformat(),
            "officer_id": self.officer_id,
            "institution_id": self.institution_id,
            "by": self.by,
        }

    @classmethod
    def from_json(cls, kept: Any) -> Self:
        """What `as_json` has made."""
        day = date.fromisoformat(kept["day"])
        # Jobs asked for by a former version say nothing of it.
        return cls(day, kept["officer_id"], kept["institution_id"], kept.get("by", ""))

    def doubt(self, ground: DoubtGround, words: str) -> Doubt:
        """A doubt of anybody's confirmation of that day."""
        return Doubt(ground, words, self.confirmer_id, self.day)


def begin_of(day: date) -> datetime:
    """When a day begins in the capital."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(NATIONAL_ZONE))


def list_confirmed_people(which: OfficerDay) -> list[int]:
    """The accounts that were confirmed on that day, as the audit log has them."""
    found = _confirmed_people(which)
    return [account_id for (account_id,) in current_connection().execute(found)]


def _confirmed_people(which: OfficerDay) -> Select[int]:
    begin = begin_of(which.day)
    person_id = cast(func.substr(AuditEntry.subject, len("account:") + 1), Integer)
    return (
        select(person_id)
        .where(AuditEntry.action == "staff.confirmed", is_confirmers(which))
        .where(AuditEntry.entered_at >= begin, AuditEntry.entered_at < begin + timedelta(days=1))
        .where(AuditEntry.details["institution_id"].as_integer() == which.institution_id)
        .distinct()
        .order_by(person_id)
    )


def is_confirmers(which: OfficerDay) -> ColumnElement[bool]:
    """That an entry of the audit log is of whoever, or whatever, confirmed these."""
    if which.confirmer_id is not None:
        return AuditEntry.actor_id == which.confirmer_id
    return and_(AuditEntry.actor_id.is_(None), BY.in_((which.by,)))


def list_waiting(which: OfficerDay) -> list[int]:
    """The doubts of that day's confirmations that wait for an answer."""
    found = _waiting(which)
    return [doubt_id for (doubt_id,) in current_connection().execute(found)]


def _waiting(which: OfficerDay) -> Select[int]:
    confirmer = which.confirmer_id
    # What nobody did has no confirmer: whose word it was says the log.
    nobodys = ConfirmationDoubt.confirmer_id.is_(None) & ConfirmationDoubt.account_id.in_(
        _confirmed_people(which).order_by(None)
    )
    return (
        select(ConfirmationDoubt.id)
        .where(
            ConfirmationDoubt.institution_id == which.institution_id,
            ConfirmationDoubt.answered_at.is_(None),
            ConfirmationDoubt.confirmed_on == which.day,
            nobodys if confirmer is None else ConfirmationDoubt.confirmer_id == confirmer,
        )
        .order_by(ConfirmationDoubt.id)
    )


def settle_some(
    coordinator_id: int, doubt_ids: Sequence[int], answer: DoubtAnswer, evidence: str, now: datetime
) -> int:
    """Answer each of these doubts alike; of how many it was done, others are passed over.

    Raises EvidenceNeeded.
    """
    number = 0
    for doubt_id in doubt_ids:
        try:
            settle_doubt(coordinator_id, doubt_id, answer, evidence, now=now)
        except (DoubtAnswered, OwnConfirmation, OwnPosting):
            continue
        number += 1
    return number


def doubt_officer_day(run: Run, address: str, *, clock: Clock) -> Output:
    """Doubt everybody whom an officer confirmed on a day; begun again, it goes on where it was.

    In the end the officers hear of it, once, of all that wait by whichever run; also where it ends
    before, since the asker oversees nothing any more or has cancelled it. `address` is the page
    where the doubts wait for them. Raises NoOverseer.
    """
    which = OfficerDay.from_json(run.arguments["of"])
    doubt = which.doubt(DoubtGround(run.arguments["ground"]), run.arguments["words"])
    with read_only():
        people = list_confirmed_people(which)
    asker_id, number = run.asker_id, 0
    try:
        for ids in _portions(run, people):
            with transaction():
                number += len(
                    doubt_some(ids, which.institution_id, doubt, opener_id=asker_id, now=clock())
                )
    except NoOverseer:
        _tell_once(run, which, address, now=clock())
        raise
    except ClaimLost:
        if was_cancelled(run.job_id):  # or else another run goes on, and tells
            _tell_once(run, which, address, now=clock())
        raise
    _tell_once(run, which, address, now=clock())
    return Output({"rows": number})


def _tell_once(run: Run, which: OfficerDay, address: str, *, now: datetime) -> None:
    """Write the officers of the doubts of a day that the asker has opened and that wait.

    But for those of which the job has told before: the audit log says up to which that is.
    """
    subject = f"institution:{which.institution_id}"
    with transaction():
        told_up_to = select(
            func.coalesce(func.max(AuditEntry.details["last_doubt_id"].as_integer()), 0)
        ).where(
            AuditEntry.subject == subject,
            AuditEntry.action == TOLD,
            AuditEntry.details["job_id"].as_integer() == run.job_id,
        )
        opened = (
            _waiting(which)
            .add_columns(ConfirmationDoubt.account_id)
            .where(
                ConfirmationDoubt.opener_id == run.asker_id,
                ConfirmationDoubt.id > told_up_to.scalar_subquery(),
            )
        )
        people: dict[int, int] = dict(current_connection().execute(opened).all())
        if not people:
            return
        tell_officers(
            which.institution_id,
            list(people.values()),
            address,
            opener_id=run.asker_id,
            now=now,
        )
        told = {"job_id": run.job_id, "last_doubt_id": max(people)}
        record(TOLD, subject, actor_id=run.asker_id, now=now, **told)


def settle_officer_day(run: Run, *, clock: Clock) -> Output:
    """Answer all doubts of such a day alike; raises as the doubting does."""
    which = OfficerDay.from_json(run.arguments["of"])
    answer, evidence = DoubtAnswer(run.arguments["answer"]), run.arguments["evidence"]
    with read_only():
        waiting = list_waiting(which)
    number = 0
    for ids in _portions(run, waiting):
        with transaction():
            number += settle_some(_overseer(run), ids, answer, evidence, clock())
    return Output({"rows": number})


def _portions(run: Run, keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), AT_ONCE):
        with read_only():
            _overseer(run)
        yield keys[start : start + AT_ONCE]
        run.report(min(start + AT_ONCE, len(keys)), len(keys))


def _overseer(run: Run) -> int:
    assert run.asker_id is not None  # noqa: S101 - only people doubt many
    if not get_principal(run.asker_id).may(Permission.OVERSEE_CONFIRMATIONS):
        raise NoOverseer
    return run.asker_id
