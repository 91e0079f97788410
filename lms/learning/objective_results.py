"""How objectives were answered at first attempts, gathered by edition, institution and month.

Of each person the first attempt of a module that was handed in counts, and no other: who tries
again has seen what was wrong. What is kept are sums, made again from attempts at any time; of
nobody it says how they answered, and of no question what is right.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    Select,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from lms.days import NATIONAL_ZONE, local_day
from lms.db import AnyRow, batch, current_connection, read_only, store_once, transaction
from lms.institutions.models import Posting
from lms.learning.models import Answer, Attempt, ObjectiveMark, ObjectiveResult
from lms.learning.rules import is_right
from lms.pocketbooks.models import Release
from lms.pocketbooks.question_bank import list_bank, list_keys

AT_ONCE: Final = 500
NO_INSTITUTION: Final = 0
"""The institution of who worked nowhere on that day, as far as is known."""

_ZONE: Final = ZoneInfo(NATIONAL_ZONE)


class Cell(NamedTuple):
    """What sums are kept by."""

    edition_id: int
    objective: int
    institution_id: int
    month: date


class Sums(NamedTuple):
    """How many people had questions of an objective, how many of these were right, and all."""

    people: int
    right: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Mark:
    """How far first attempts are gathered: to a moment, and of that moment to an attempt."""

    until: datetime
    attempt_id: int


_BEGINNING: Final = Mark(datetime(1970, 1, 1, tzinfo=UTC), 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the sums that are kept and those of the attempts disagree, of all institutions."""

    edition_id: int
    objective: int
    month: date
    kept: Sums
    recomputed: Sums


# As a constant, or the partial index of first attempts does not serve.
_IS_FIRST = Attempt.number == literal_column("1")
_PLACE = tuple_(Attempt.submitted_at, Attempt.id)
_FIRST = (
    select(
        Attempt.id,
        Attempt.account_id,
        Attempt.release_id,
        Attempt.questions,
        Attempt.submitted_at,
        Release.edition_id,
    )
    .join(Release, Release.id == Attempt.release_id)
    .where(
        _IS_FIRST,
        _PLACE.op(">")(
            tuple_(bindparam("since", type_=Attempt.submitted_at.type), bindparam("after"))
        ),
        Attempt.submitted_at < bindparam("until", type_=Attempt.submitted_at.type),
    )
    .order_by(Attempt.submitted_at, Attempt.id)
    .limit(bindparam("at_once"))
)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_ANSWERS = select(Answer.attempt_id, Answer.position, Answer.choices).where(
    Answer.attempt_id.in_(_IDS)
)
_POSTINGS = (
    select(Posting.account_id, Posting.institution_id, Posting.started_on, Posting.ended_on)
    .where(Posting.account_id.in_(_IDS))
    .order_by(Posting.account_id, Posting.started_on, Posting.id)
)
_MARK = select(ObjectiveMark.gathered_until, ObjectiveMark.attempt_id)
_MOVE = (
    update(ObjectiveMark)
    .where(
        ObjectiveMark.gathered_until == bindparam("since", type_=ObjectiveMark.gathered_until.type),
        ObjectiveMark.attempt_id == bindparam("after"),
    )
    .values(
        gathered_until=bindparam("until", type_=ObjectiveMark.gathered_until.type),
        attempt_id=bindparam("last"),
    )
)


def find_mark() -> Mark:
    """How far first attempts are gathered."""
    row = current_connection().execute(_MARK).one_or_none()
    return _BEGINNING if row is None else Mark(*row)


def has_ungathered(until: datetime) -> bool:
    """Whether a first attempt was handed in before a moment that is not gathered yet."""
    mark = find_mark()
    statement = select(
        exists().where(
            _IS_FIRST,
            _PLACE.op(">")(tuple_(mark.until, mark.attempt_id)),
            Attempt.submitted_at < until,
        )
    )
    return bool(current_connection().execute(statement).scalar())


def gather(until: datetime, *, at_once: int = AT_ONCE) -> int:
    """Gather the first attempts that were handed in before a moment; returns how many they were.

    Some at a time, each in a transaction of its own that moves the mark: of two who gather at once
    one does, and each attempt is gathered once. Nothing before the moment may be on its way.
    """
    count = 0
    while True:
        with read_only():
            mark = find_mark()
            if mark.until >= until:
                return count
            asked = {"since": mark.until, "after": mark.attempt_id, "until": until}
            rows = current_connection().execute(_FIRST, {**asked, "at_once": at_once}).all()
            cells = _sum(rows, _read_answers(rows), _read_postings(rows))
        is_end = len(rows) < at_once
        reached = Mark(until, 0) if is_end else Mark(rows[-1].submitted_at, rows[-1].id)
        with batch():
            if _move(mark, reached):
                _add(cells)
                count += len(rows)


def forget() -> None:
    """Forget all sums, so that they are gathered anew from the first attempt on."""
    with transaction():
        connection = current_connection()
        connection.execute(delete(ObjectiveResult))
        connection.execute(delete(ObjectiveMark))


def list_months() -> list[date]:
    """The months of which there are sums, the earliest first."""
    statement = select(ObjectiveResult.month).distinct().order_by(ObjectiveResult.month)
    return list(current_connection().execute(statement).scalars())


def reconcile_month(month: date) -> list[Difference]:
    """Recompute a month's sums from its attempts, and name every difference; changes nothing.

    Of all institutions together: where somebody worked may be found out later. While some are being
    gathered nothing is compared. To be called within `lms.db.snapshot`.
    """
    begin = datetime.combine(month, time(), _ZONE)
    end = datetime.combine((month + timedelta(31)).replace(day=1), time(), _ZONE)
    mark = find_mark()
    if mark.attempt_id:
        return []
    place, until = Mark(begin - timedelta(microseconds=1), 0), min(end, mark.until)
    recomputed: Counter[tuple[Cell, int]] = Counter()
    while True:
        asked = {"since": place.until, "after": place.attempt_id, "until": until}
        rows = current_connection().execute(_FIRST, {**asked, "at_once": AT_ONCE}).all()
        recomputed.update(_sum(rows, _read_answers(rows), {}))
        if len(rows) < AT_ONCE:
            break
        place = Mark(rows[-1].submitted_at, rows[-1].id)
    return _differences(month, _kept(month), recomputed)


def _kept(month: date) -> dict[tuple[int, int], Sums]:
    key = (ObjectiveResult.edition_id, ObjectiveResult.objective)
    rows = current_connection().execute(
        select(
            *key,
            func.sum(ObjectiveResult.people_count),
            func.sum(ObjectiveResult.right_count),
            func.sum(ObjectiveResult.drawn_count),
        )
        .where(ObjectiveResult.month == month)
        .group_by(*key)
    )
    return {(row[0], row[1]): Sums(*map(int, row[2:])) for row in rows}


def _differences(
    month: date, kept: Mapping[tuple[int, int], Sums], recomputed: Counter[tuple[Cell, int]]
) -> list[Difference]:
    there = {
        (cell.edition_id, cell.objective): Sums(*(recomputed[cell, place] for place in range(3)))
        for cell, _ in recomputed
    }
    nothing = Sums(0, 0, 0)
    return [
        Difference(*key, month, kept.get(key, nothing), there.get(key, nothing))
        for key in sorted(kept.keys() | there.keys())
        if kept.get(key, nothing) != there.get(key, nothing)
    ]


def _sum(
    rows: Sequence[AnyRow],
    answers: Mapping[int, Mapping[int, Sequence[int]]],
    postings: Mapping[int, Sequence[AnyRow]],
) -> Counter[tuple[Cell, int]]:
    """The sums of some attempts: people, right and drawn, by cell."""
    cells: Counter[tuple[Cell, int]] = Counter()
    for row in rows:
        objectives = {item.question_id: item.objective for item in list_bank(row.release_id)}
        keys = list_keys(row.release_id)
        day = local_day(row.submitted_at)
        institution_id = _workplace(postings.get(row.account_id, ()), day)
        met: set[Cell] = set()
        chosen = answers.get(row.id, {})
        for position, question in enumerate(row.questions, start=1):
            objective = objectives.get(question["question_id"])
            if objective is None:
                continue
            cell = Cell(row.edition_id, objective, institution_id, day.replace(day=1))
            met.add(cell)
            right = keys[question["question_id"]].right
            cells[cell, 1] += is_right(question["order"], chosen.get(position, ()), right)
            cells[cell, 2] += 1
        cells.update((cell, 0) for cell in met)
    return cells


def _workplace(postings: Iterable[AnyRow], day: date) -> int:
    """Where a person worked on a day: the last place that they had begun at and not left."""
    place = NO_INSTITUTION
    for posting in postings:
        if posting.started_on <= day and (posting.ended_on is None or posting.ended_on > day):
            place = posting.institution_id
    return place


def _read_answers(rows: Sequence[AnyRow]) -> dict[int, dict[int, Sequence[int]]]:
    found: defaultdict[int, dict[int, Sequence[int]]] = defaultdict(dict)
    for row in _of(_ANSWERS, [row.id for row in rows]):
        found[row.attempt_id][row.position] = row.choices
    return found


def _read_postings(rows: Sequence[AnyRow]) -> dict[int, list[AnyRow]]:
    found: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in _of(_POSTINGS, sorted({row.account_id for row in rows})):
        found[row.account_id].append(row)
    return found


def _of(statement: Select[*tuple[Any, ...]], ids: Sequence[int]) -> Iterable[AnyRow]:
    return current_connection().execute(statement, {"ids": ids}) if ids else ()


def _move(mark: Mark, reached: Mark) -> bool:
    connection = current_connection()
    if mark == _BEGINNING:
        row = {"id": 1, "gathered_until": reached.until, "attempt_id": reached.attempt_id}
        return store_once(ObjectiveMark, row, connection)
    asked = {
        "since": mark.until,
        "after": mark.attempt_id,
        "until": reached.until,
        "last": reached.attempt_id,
    }
    return connection.execute(_MOVE, asked).rowcount == 1


def _add(cells: Counter[tuple[Cell, int]]) -> None:
    rows = [
        {
            **cell._asdict(),
            "people_count": cells[cell, 0],
            "right_count": cells[cell, 1],
            "drawn_count": cells[cell, 2],
        }
        for cell in sorted({cell for cell, _ in cells})
    ]
    if not rows:
        return
    connection = current_connection()
    words = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = words.insert(ObjectiveResult)
    columns = ("people_count", "right_count", "drawn_count")
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(Cell._fields),
            set_={
                name: getattr(ObjectiveResult, name) + statement.excluded[name] for name in columns
            },
        ),
        rows,
    )
