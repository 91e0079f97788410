"""Use cases of programmes: opening one at once, as whoever operates the house does."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Select, select

from lms.db import db
from lms.pocketbooks.models import Module
from lms.programmes.errors import ProgrammeClosed, PublishedByCoordinators
from lms.programmes.models import IS_CURRENT, Programme, ProgrammeModule, ProgrammeState
from lms.programmes.queries import NATIONAL
from lms.programmes.versions import modules_of

NATIONAL_NAME = "1 Juta ASN"
NATIONAL_TARGET = 1_000_000
NATIONAL_START = date(2025, 1, 1)
WRITTEN_DEFINITION = 3
"""The definition that this house begins with, as it is written beside whoever counts."""


def open_national_programme(
    target: int | None = None, starts_on: date = NATIONAL_START, *, now: datetime
) -> Programme:
    """The programme "1 Juta ASN", counting every module that is offered.

    Without a target it keeps the one that it has, which is a million at first. Raises as
    `open_programme` does.
    """
    if target is None:
        present = select(Programme.target_count).where(Programme.slug == NATIONAL, IS_CURRENT)
        target = db.session.scalar(present) or NATIONAL_TARGET
    modules = db.session.scalars(select(Module).order_by(Module.id))
    return open_programme(NATIONAL, NATIONAL_NAME, target, modules, starts_on=starts_on, now=now)


def keep_national_programme_open(*, now: datetime) -> None:
    """Open the national programme where there is none, and have it count what is newly offered.

    Once a coordinator has published a version of it, or closed it, nothing of it is touched.
    """
    present = db.session.scalar(_current(NATIONAL))
    if present is None or _may_be_added_to(present):
        open_national_programme(now=now)


def open_programme(
    slug: str,
    name: str,
    target_count: int,
    modules: Iterable[Module],
    *,
    starts_on: date,
    now: datetime,
) -> Programme:
    """Open a programme that counts these modules; what is open already gets those it has not.

    It gets this target too, and keeps its name and days. Raises ProgrammeClosed where its figure is
    final, and PublishedByCoordinators where one of them has published the version in force: what
    that leaves out was left out on purpose, and whoever holds a certificate would not be counted.
    """
    # Held, so that a coordinator who publishes a change at this moment comes before or after.
    programme = db.session.scalar(_current(slug).with_for_update(key_share=True))
    if programme is None:
        programme = Programme(
            slug=slug,
            name=name,
            target_count=target_count,
            starts_on=starts_on,
            definition_version=WRITTEN_DEFINITION,
            state=ProgrammeState.PUBLISHED,
            created_at=now,
            changed_at=now,
            filled_at=now,
            published_at=now,
        )
        db.session.add(programme)
    elif programme.state is ProgrammeState.CLOSED:
        raise ProgrammeClosed
    elif not _may_be_added_to(programme):
        raise PublishedByCoordinators
    programme.target_count = target_count
    db.session.flush()
    counted = modules_of(programme.id)
    for module in modules:
        if module.id not in counted:
            db.session.add(ProgrammeModule(programme_id=programme.id, module_id=module.id))
    db.session.flush()
    return programme


def _may_be_added_to(programme: Programme) -> bool:
    """Whether people are counted by it, and no coordinator has said what it counts.

    Who prepares a version has to write its definition; one that was opened here has none.
    """
    return programme.state is ProgrammeState.PUBLISHED and not programme.definition


def _current(slug: str) -> Select[Programme]:
    return select(Programme).where(Programme.slug == slug, IS_CURRENT)
