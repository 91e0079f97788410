"""A published figure beside all that it can be computed from anew."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms.db import current_connection, db
from lms.programmes.counting import counted_cells
from lms.programmes.models import Programme, ProgrammeState, TallyEntry
from lms.programmes.queries import Figure, get_figure_of_version
from lms.programmes.rules import Amount


@dataclass(frozen=True, slots=True)
class Recount:
    """A figure, the sum of all entries of its tally, and what certificates say.

    Certificates say nothing of a version that has ended: they go on changing, and it does not.
    """

    figure: Figure
    tally: Amount
    certificates: Amount | None

    @property
    def published(self) -> Amount:
        """The figure as it is shown."""
        return Amount(self.figure.count, self.figure.credit_hours)

    @property
    def agrees(self) -> bool:
        """Whether all say the same."""
        return self.published == self.tally and self.certificates in (None, self.tally)


def recount_figure(programme: Programme, *, now: datetime) -> Recount:
    """Compute people and hours of a version from entry to entry, and from certificates.

    The latter from certificates, ledger and postings, with nothing that was counted before. To be
    called within `lms.db.snapshot`, or what is stored meanwhile would look like a difference.
    """
    figure = get_figure_of_version(programme.id, now=now)
    tally = select(
        func.coalesce(func.sum(TallyEntry.step), 0),
        func.coalesce(func.sum(TallyEntry.hours_step), 0),
    ).where(TallyEntry.programme_id == programme.id)
    cells = counted_cells(programme.id).subquery()
    certificates = select(
        func.coalesce(func.sum(cells.c.people_count), 0),
        func.coalesce(func.sum(cells.c.credit_hours), 0),
    )
    connection = current_connection()
    return Recount(
        figure,
        Amount(*map(int, connection.execute(tally).one())),
        Amount(*map(int, connection.execute(certificates).one()))
        if programme.state in (ProgrammeState.PREPARING, ProgrammeState.PUBLISHED)
        else None,
    )


def list_published(slug: str | None = None) -> list[Programme]:
    """Every version that is or was published, of one programme or of all, in a fixed order."""
    versions = select(Programme).where(Programme.published_at.is_not(None))
    if slug is not None:
        versions = versions.where(Programme.slug == slug)
    ordered = versions.order_by(Programme.slug, Programme.definition_version)
    return list(db.session.scalars(ordered))
