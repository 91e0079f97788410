"""New postings for the people of what has ended, in short transactions, as a job."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, and_, bindparam, case, func, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from lms.accounts.models import Account
from lms.announcements import announce
from lms.db import current_connection, db, has_any, read_only, transaction
from lms.institutions.announcements import PostingsChanged
from lms.institutions.doubts.service import take_along
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.registry.models import EventKind, RegistryEvent
from lms.institutions.registry.rules import follow
from lms.institutions.staff_models import FactKind, StaffFact
from lms.jobs.kind import Run
from lms.jobs.service import enqueue

RELOCATION: Final = "relocation"
BATCH: Final = 200

_STRANDED = and_(
    Posting.ended_on.is_(None),
    Posting.institution_id == bindparam("institution_id"),
    or_(Institution.ended_on.is_not(None), Unit.ended_on.is_not(None)),
)
_FROM = (
    select(Posting)
    .join(Institution, Institution.id == Posting.institution_id)
    .outerjoin(Unit, Unit.id == Posting.unit_id)
)
_SOME = (
    _FROM.with_only_columns(Posting.account_id)
    .where(_STRANDED, Posting.account_id > bindparam("after"))
    .order_by(Posting.account_id)
    .limit(BATCH)
)
_THEIRS = _FROM.with_only_columns(
    Posting.id,
    Posting.account_id,
    Posting.unit_id,
    Posting.source,
    Posting.started_on,
    Posting.confirmed_at,
    func.coalesce(Institution.ended_on, Unit.ended_on).label("on"),
).where(_STRANDED, Posting.account_id.in_(bindparam("account_ids", expanding=True)))
_HERE = Institution.id == bindparam("institution_id")
_EVERYBODY = select(func.count()).where(
    Posting.institution_id == bindparam("institution_id"), Posting.ended_on.is_(None)
)
_OF_ENDED_UNITS = (
    select(func.count())
    .select_from(Unit)
    .join(Posting, Posting.unit_id == Unit.id)
    .where(Unit.institution_id == bindparam("institution_id"), Unit.ended_on.is_not(None))
    .where(Posting.ended_on.is_(None))
)
_COUNT = select(
    case(
        (has_any(_HERE, Institution.ended_on.is_not(None)), _EVERYBODY.scalar_subquery()),
        else_=_OF_ENDED_UNITS.scalar_subquery(),
    )
)
"""Of an institution that goes on, those of its units that have ended: not one of it is walked to
where none has."""


@dataclass(frozen=True, slots=True)
class _Ways:
    """Where the people of one institution go: what each thing that has ended went to."""

    institution_id: int
    institutions: Mapping[int, int | None]
    parts: Mapping[int, int]
    """The unit that an institution became when it merged into another."""
    units: Mapping[int, int | None]
    homes: Mapping[int, int]
    """The institution of each unit that has not ended."""

    def place(self, unit_id: int | None) -> tuple[int | None, int | None]:
        """The institution and the unit where who stood in a unit stands now."""
        unit = None if unit_id is None else follow(unit_id, self.units)
        institution: int | None = self.institution_id
        while unit is None and institution is not None and institution in self.institutions:
            part = self.parts.get(institution)
            unit = None if part is None else follow(part, self.units)
            institution = self.institutions[institution]
        return (institution, None) if unit is None else (self.homes[unit], unit)


def ask_to_relocate(institution_id: int, *, now: datetime) -> None:
    """Have the people of what has ended in an institution go to what follows, by a job."""
    enqueue(RELOCATION, {"institution_id": institution_id}, asker_id=None, now=now)


def count_stranded(institution_id: int) -> int:
    """How many people of an institution still stand where something has ended."""
    here = {"institution_id": institution_id}
    return int(current_connection().execute(_COUNT, here).scalar_one())


def find_present_place(institution_id: int, unit_id: int | None) -> tuple[int | None, int | None]:
    """What an institution and a unit of it have become by now; no institution where nothing."""
    unit_ids = set() if unit_id is None else {unit_id}
    ways = _ways(institution_id, unit_ids)
    return ways.place(unit_id)


def relocate(run: Run, *, clock: Callable[[], datetime]) -> None:
    """Do the job: some people in each transaction, until none stands where something has ended.

    Killed and begun again, it goes on with those who are left.
    """
    institution_id = run.arguments["institution_id"]
    with read_only():
        total = count_stranded(institution_id)
    done, after = 0, 0
    while True:
        with transaction():
            account_ids = list(
                current_connection().scalars(
                    _SOME, {"institution_id": institution_id, "after": after}
                )
            )
            if account_ids:
                _relocate(institution_id, account_ids, now=clock())
        if not account_ids:
            return
        after = account_ids[-1]
        done += len(account_ids)
        run.report(min(done, total), total)


def _relocate(institution_id: int, account_ids: list[int], *, now: datetime) -> None:
    """End these people's postings and make those that follow, of the day of the event."""
    db.session.execute(
        select(Account.id)
        .where(Account.id.in_(account_ids))
        .order_by(Account.id)
        .with_for_update(key_share=True)
    )
    connection = current_connection()
    rows = connection.execute(
        _THEIRS, {"institution_id": institution_id, "account_ids": account_ids}
    ).all()
    ways = _ways(institution_id, {row.unit_id for row in rows if row.unit_id is not None})
    ended, made = [], []
    for row in rows:
        on: date = max(row.on, row.started_on)
        ended.append({"posting_id": row.id, "on": on})
        institution, unit = ways.place(row.unit_id)
        if institution is not None:
            made.append(
                {
                    "account_id": row.account_id,
                    "institution_id": institution,
                    "unit_id": unit,
                    "source": row.source,
                    "started_on": on,
                    "confirmed_at": row.confirmed_at,
                }
            )
    if ended:
        connection.execute(_END, ended)
    if made:
        connection.execute(insert(Posting), made)
        stay = [row["account_id"] for row in made if row["institution_id"] == institution_id]
        ids = [row["posting_id"] for row in ended]
        connection.execute(
            _FACTS_GO_ALONG, {"account_ids": account_ids, "posting_ids": ids, "stay_ids": stay}
        )
    gone = {
        row["account_id"]: row["institution_id"]
        for row in made
        if row["institution_id"] != institution_id
    }
    if gone:
        take_along(gone.keys(), institution_id, gone, now=now)
    announce(PostingsChanged(account_ids=tuple(row.account_id for row in rows), now=now))


_END = (
    update(Posting.__table__)  # type: ignore[arg-type]  # a table, of which the stubs know less
    .where(Posting.id == bindparam("posting_id"))
    .values(ended_on=bindparam("on"))
)
# What was noted of them for a day to come holds where they are now: that they retire, anywhere;
# that they move, of who has stayed at the institution.
_PRESENT = (
    select(Posting.id)
    .where(Posting.account_id == StaffFact.account_id, Posting.ended_on.is_(None))
    .scalar_subquery()
)
_FACTS_GO_ALONG = (
    update(StaffFact.__table__)  # type: ignore[arg-type]  # as above
    .where(
        StaffFact.account_id.in_(bindparam("account_ids", expanding=True)),
        StaffFact.posting_id.in_(bindparam("posting_ids", expanding=True)),
        _PRESENT.is_not(None),
        or_(
            StaffFact.kind == FactKind.RETIRED,
            StaffFact.account_id.in_(bindparam("stay_ids", expanding=True)),
        ),
        StaffFact.applied_at.is_(None),
        StaffFact.undone_at.is_(None),
    )
    .values(posting_id=_PRESENT)
)


def _ways(institution_id: int, unit_ids: Collection[int]) -> _Ways:
    """What has become of an institution and of some units, as far as they have ended."""
    institutions, _ = _chain(
        select(Institution.id, Institution.id, Institution.successor_id, Institution.ended_on),
        Institution.id,
        {institution_id},
    )
    merged = current_connection().execute(_PARTS, {"institution_ids": sorted(institutions)})
    parts = {each: part for each, part in merged if part is not None}
    units, homes = _chain(
        select(Unit.id, Unit.institution_id, Unit.successor_id, Unit.ended_on),
        Unit.id,
        {*unit_ids, *parts.values()},
    )
    return _Ways(institution_id, institutions, parts, units, homes)


_PARTS = select(RegistryEvent.institution_id, RegistryEvent.other_unit_id).where(
    RegistryEvent.institution_id.in_(bindparam("institution_ids", expanding=True)),
    RegistryEvent.kind == EventKind.MERGED,
    RegistryEvent.unit_id.is_(None),
    RegistryEvent.other_unit_id.is_not(None),
)


def _chain(
    statement: Select[int, int, int | None, date | None],
    key: InstrumentedAttribute[int],
    start: Collection[int],
) -> tuple[dict[int, int | None], dict[int, int]]:
    """Of these and of all that they went to: the successors of the ended, the homes of the rest."""
    successors: dict[int, int | None] = {}
    homes: dict[int, int] = {}
    asked = set(start)
    while asked:
        for each, home, successor, ended_on in current_connection().execute(
            statement.where(key.in_(asked))
        ):
            if ended_on is None:
                homes[each] = home
            else:
                successors[each] = successor
        goals = {successors[each] for each in asked if successors.get(each) is not None}
        asked = {each for each in goals if each is not None} - successors.keys() - homes.keys()
    return successors, homes
