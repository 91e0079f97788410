"""A programme's figure: the rollup plus the tally's tail, in one statement each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from lms.certificates.models import LedgerEntry
from lms.db import current_connection, db
from lms.programmes.errors import NoSuchProgramme
from lms.programmes.models import Programme, TallyEntry

NATIONAL = "1-juta-asn"
JUST_BEGUN = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """How many people a programme has reached, and what the number rests on.

    `as_of` is the moment it was read, `ledger_position` the ledger's last entry then.
    """

    name: str
    count: int
    target: int
    as_of: datetime
    ledger_position: int
    definition_version: int

    @property
    def has_just_begun(self) -> bool:
        """Whether so few have been reached that the number alone would say nothing yet."""
        return self.count < JUST_BEGUN

    @property
    def percent(self) -> float:
        """The share of the target reached, in percent."""
        return 100 * self.count / self.target


_TAIL = (
    select(func.coalesce(func.sum(TallyEntry.step), 0))
    .where(TallyEntry.programme_id == Programme.id, TallyEntry.id > Programme.folded_through)
    .scalar_subquery()
)
_FIGURE = select(
    Programme.name,
    Programme.folded_count + _TAIL,
    Programme.target_count,
    select(func.coalesce(func.max(LedgerEntry.id), 0)).scalar_subquery(),
    Programme.definition_version,
).where(Programme.slug == bindparam("slug"))


def list_programmes() -> list[Programme]:
    """Every programme, oldest first."""
    return list(db.session.scalars(select(Programme).order_by(Programme.id)))


def get_programme(programme_id: int) -> Programme:
    """The programme with this key, to be folded."""
    return db.session.get_one(Programme, programme_id)


def get_figure(slug: str, *, now: datetime) -> Figure:
    """The figure of a programme at this moment, exactly; raises NoSuchProgramme.

    One statement sees one state: it cannot fall between a folding and its tail.
    """
    row = current_connection().execute(_FIGURE, {"slug": slug}).one_or_none()
    if row is None:
        raise NoSuchProgramme
    name, count, target, position, version = row
    return Figure(name, count, target, now, position, version)
