"""The figures of programmes: the nation's, and an institution's own."""

from dataclasses import dataclass
from datetime import datetime

from lms.institutions.scope import Scope
from lms.programmes.breakdown import count_at
from lms.programmes.queries import Figure, get_figure, list_programmes


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """A programme, its figure, and how many of it are the asker's people."""

    slug: str
    nation: Figure
    own_count: int


def list_figures(scope: Scope, *, now: datetime) -> list[OwnFigure]:
    """The figure of every programme, and what the asker's institutions have of it."""
    return [
        OwnFigure(
            programme.slug,
            get_figure(programme.slug, now=now),
            count_at(programme.slug, scope.institution_ids),
        )
        for programme in list_programmes()
    ]
