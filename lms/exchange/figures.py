"""The figures of programmes: the nation's, and an institution's own."""

from dataclasses import dataclass
from datetime import datetime

from lms.institutions.scope import Scope
from lms.programmes.breakdown import count_at
from lms.programmes.queries import Figure, get_figure, list_current


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A programme, its figure, and how many of it are the asker's people."""

    slug: str
    nation: Figure
    own_count: int


def list_figures(scope: Scope, *, now: datetime) -> list[OwnFigure]:
    """The figure of every programme, closed or not, and how much of it is the asker's."""
    return [
        OwnFigure(slug, get_figure(slug, now=now), count_at(slug, scope.institution_ids))
        for slug in list_current()
    ]
