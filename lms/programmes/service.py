"""Use cases of programmes: opening one at once, as whoever operates the house does."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from lms.db import db
from lms.pocketbooks.models import Module
from lms.programmes.models import IS_CURRENT, Programme, ProgrammeModule, ProgrammeState
from lms.programmes.queries import NATIONAL

NATIONAL_NAME = "1 Juta ASN"
NATIONAL_TARGET = 1_000_000
NATIONAL_START = date(2025, 1, 1)
WRITTEN_DEFINITION = 3
"""The definition that this house begins with, as it is written beside whoever counts."""


def open_national_programme(
    target: int | None = None, starts_on: date = NATIONAL_START, *, now: datetime
) -> Programme:
    """The programme "1 Juta ASN", counting every module that is offered.

    Without a target it keeps the one that it has, which is a million at first.
    """
    if target is None:
        present = select(Programme.target_count).where(Programme.slug == NATIONAL, IS_CURRENT)
        target = db.session.scalar(present) or NATIONAL_TARGET
    modules = db.session.scalars(select(Module).order_by(Module.id))
    return open_programme(NATIONAL, NATIONAL_NAME, target, modules, starts_on=starts_on, now=now)


def open_programme(
    slug: str,
    name: str,
    target_count: int,
    modules: Iterable[Module],
    *,
    starts_on: date,
    now: datetime,
) -> Programme:
    """Open a programme that counts these modules, or correct the one of this slug."""
    programme = db.session.scalar(select(Programme).where(Programme.slug == slug, IS_CURRENT))
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
    programme.name, programme.target_count = name, target_count
    db.session.flush()
    counted = set(
        db.session.scalars(
            select(ProgrammeModule.module_id).where(ProgrammeModule.programme_id == programme.id)
        )
    )
    for module in modules:
        if module.id not in counted:
            db.session.add(ProgrammeModule(programme_id=programme.id, module_id=module.id))
    db.session.flush()
    return programme
