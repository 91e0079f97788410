"""What a filter asks of rows of progress, and what a search finds."""

from dataclasses import dataclass, replace

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    column,
    false,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.orm import InstrumentedAttribute

from lms.accents import fold
from lms.accounts.enums import EmployeeKind
from lms.db import current_connection
from lms.institutions.models import Posting, PostingSource
from lms.institutions.unreached import unreached_of
from lms.progress.duties import YearlyHours
from lms.progress.filters import MOVED_IN_FOR, Group, StaffFilter
from lms.progress.models import StaffProgress, StaffSearch
from lms.progress.modules import ListedModule
from lms.progress.places import Place
from lms.progress.rules import NEVER, YEAR_UNIT, Status

SHORTEST = 3
"""Letters that a search needs to look inside of words."""

TELLING = 8
"""Digits of a number that SQLite looks up, as a rule a day of birth. The few who have them are
asked for the others, for it would go through all whose numbers have these."""

# Written out, since a plan for any value of it cannot go by the index of those who moved.
_MOVED = literal(PostingSource.MOVED, Posting.source.type, literal_execute=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter, and what has to be known to ask it."""

    filter: StaffFilter
    modules: tuple[ListedModule, ...] = ()
    duties: tuple[tuple[EmployeeKind, YearlyHours], ...] = ()

    @property
    def words(self) -> str:
        """What is searched, as it is stored; digits alone are a number, however it is spaced."""
        wanted = " ".join(fold(self.filter.search).replace("\0", "").split())
        digits = "".join(character for character in wanted if character.isdigit())
        is_number = digits and not any(character.isalpha() for character in wanted)
        return digits if is_number and set(wanted) <= set("0123456789 .-/") else wanted

    @property
    def searches_words(self) -> bool:
        """Whether the search looks inside of words."""
        return len(self.words) >= SHORTEST

    @property
    def searches_alone(self) -> bool:
        """Whether the inside of words is all that is asked."""
        return self.searches_words and replace(self.filter, search="").leaves_everybody

    def conditions(self, place: Place, *, by_day: bool = False) -> list[ColumnElement[bool]]:
        """What is asked of a row, but for where its person works and for the inside of words.

        by_day: to be looked up by the day on which people finished.
        """
        wanted, rows = self.filter, StaffProgress
        asked: list[ColumnElement[bool]] = []
        if wanted.status is not None:
            asked.append(rows.status == wanted.status.code)
        if wanted.kind is not None:
            asked.append(rows.kind == wanted.kind.value)
        if wanted.is_confirmed is not None:
            asked.append(_is(rows.is_confirmed, wanted.is_confirmed))
        if wanted.is_activated is not None:
            asked.append(_is(rows.is_activated, wanted.is_activated))
        # Else asked of the index of names, which has it beside: that of days would have each of a
        # year's people looked up.
        finished_on = rows.finished_on if by_day else func.coalesce(rows.finished_on, NEVER)
        if wanted.finished_from is not None:
            asked.append(finished_on >= wanted.finished_from)
        if wanted.finished_until is not None:
            asked += [finished_on <= wanted.finished_until, finished_on > NEVER]
        if self.words and not self.searches_words:
            asked += [rows.sort_name >= self.words, rows.sort_name < self.words + "\U0010ffff"]
        if wanted.below_duty:
            asked.append(self._is_below_duty(place))
        return asked + self._of_module()

    def _is_below_duty(self, place: Place) -> ColumnElement[bool]:
        year = place.today.year * YEAR_UNIT
        return or_(
            false(),
            *(
                (StaffProgress.kind == kind.value)
                & (plain(StaffProgress.year_hours) < year + duty.hours)
                for kind, duty in self.duties
                if not duty.is_most
            ),
        )

    def _of_module(self) -> list[ColumnElement[bool]]:
        wanted = self.filter
        if wanted.module_id is None or wanted.module_status is None:
            return []
        ordinal = self.ordinal
        if ordinal is None:
            return [false()]
        finished, begun = 2 << 2 * ordinal, 1 << 2 * ordinal
        if wanted.module_status is Status.FINISHED:
            return [StaffProgress.modules.bitwise_and(finished) != 0]
        state = StaffProgress.modules.bitwise_and(finished | begun)
        return [state == (begun if wanted.module_status is Status.STARTED else 0)]

    def picked(self, place: Place) -> list[Select[int]]:
        """The accounts of the people whom the filter picks, each for which there is an index."""
        found: list[Select[int]] = []
        wanted = self.filter
        if wanted.posting_ids:
            found.append(select(Posting.account_id).where(Posting.id.in_(wanted.posting_ids)))
        if wanted.group is Group.MOVED_IN:
            found.append(
                select(Posting.account_id).where(
                    Posting.institution_id == place.institution_id,
                    Posting.started_on >= place.today - MOVED_IN_FOR,
                    Posting.source == _MOVED,
                    Posting.ended_on.is_(None),
                )
            )
        if wanted.group is Group.UNREACHED:
            found.append(unreached_of(place.institution_id))
        return found

    @property
    def ordinal(self) -> int | None:
        """The ordinal of the module that the filter names, if rows know of it."""
        by_id = {module.module_id: module.ordinal for module in self.modules}
        return by_id.get(self.filter.module_id or 0)


def matches(place: Place, words: str) -> Select[int]:
    """The accounts of an institution's people whose name, address or number has the words in it."""
    has_words = StaffSearch.text.contains(words, autoescape=True)
    if current_connection().dialect.name == "postgresql":
        here = StaffSearch.institution_id == place.institution_id
        return select(StaffSearch.account_id.label("found")).where(here, has_words)
    if not words.isdigit() or len(words) <= TELLING:
        return _found_by_sqlite(place.institution_id, words)
    found = _found_by_sqlite(place.institution_id, words[:TELLING]).subquery()
    is_theirs = StaffSearch.account_id == found.c.found
    return select(found.c.found).join(StaffSearch, is_theirs).where(has_words)


def plain(column: SQLColumnExpression[int]) -> ColumnElement[int]:
    """A column that no index is looked up by."""
    return column + 0


def _is(column: InstrumentedAttribute[bool], value: bool) -> ColumnElement[bool]:  # noqa: FBT001 - compared with
    return ~column if not value else and_(column)


def _found_by_sqlite(institution_id: int, words: str) -> Select[int]:
    """An institution's are those between two rows of the table of words (migration 0047)."""
    row, first = column("rowid", Integer), institution_id << 32
    phrase = words.replace('"', '""')
    return (
        select((row - first).label("found"))
        .select_from(text("staff_search_words"))
        .where(
            text("staff_search_words MATCH :words").bindparams(words=f'"{phrase}"'),
            row.between(first, first + 2**32 - 1),
        )
    )
