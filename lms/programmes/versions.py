"""Use cases of a programme's versions: prepared, changed, published, discarded, closed."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError

from lms.audit import record
from lms.db import db
from lms.errors import N_, Invalid
from lms.programmes.errors import (
    AlreadyPrepared,
    ChangedMeanwhile,
    IsPrepared,
    NameTaken,
    NoSuchProgramme,
    NotCountedYet,
    NotPrepared,
    ProgrammeClosed,
)
from lms.programmes.filling import ask_to_fill
from lms.programmes.models import IS_CURRENT, Programme, ProgrammeModule, ProgrammeState
from lms.programmes.rollup import fold
from lms.programmes.targets import copy_targets

SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_LENGTH: Final = 60
RESERVED: Final = frozenset({"baru"})
NAME_LENGTH: Final = 200
DEFINITION_LENGTH: Final = 4_000
REASON_LENGTH: Final = 500
MOST_PEOPLE: Final = 10_000_000
MOST_HOURS: Final = 1_000_000_000
YEARS: Final = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a version is to be: its name, targets, window, words, and the modules that count."""

    name: str
    target_count: int
    target_hours: int | None
    starts_on: date
    ends_on: date | None
    definition: str
    module_ids: frozenset[int]


def prepare_programme(slug: str, wish: Wish, *, actor_id: int | None, now: datetime) -> Programme:
    """Begin a programme with a first version; raises NameTaken, and Invalid by field."""
    if not SLUG.fullmatch(slug) or len(slug) > SLUG_LENGTH or slug in RESERVED:
        raise Invalid(
            "slug", N_("Pakai huruf kecil, angka, dan tanda hubung, misalnya ham-daerah-2027.")
        )
    if db.session.scalar(select(Programme.id).where(Programme.slug == slug).limit(1)) is not None:
        raise NameTaken
    return _prepare(slug, 1, wish, NameTaken, actor_id=actor_id, now=now)


def prepare_version(slug: str, wish: Wish, *, actor_id: int | None, now: datetime) -> Programme:
    """Begin a change: another version, with the targets of places that the present one has.

    Raises NoSuchProgramme, ProgrammeClosed, AlreadyPrepared where another change is under way, and
    Invalid by field.
    """
    present = get_current(slug)
    if present.state is ProgrammeState.CLOSED:
        raise ProgrammeClosed
    last = select(func.max(Programme.definition_version)).where(Programme.slug == slug)
    number = (db.session.scalar(last) or 0) + 1
    prepared = _prepare(slug, number, wish, AlreadyPrepared, actor_id=actor_id, now=now)
    copy_targets(present.id, prepared.id)
    return prepared


def _prepare(
    slug: str,
    number: int,
    wish: Wish,
    refusal: type[NameTaken | AlreadyPrepared],
    *,
    actor_id: int | None,
    now: datetime,
) -> Programme:
    _require_sound(wish)
    programme = Programme(
        slug=slug,
        name=wish.name,
        target_count=wish.target_count,
        target_hours=wish.target_hours,
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
        definition=wish.definition,
        definition_version=number,
        state=ProgrammeState.PREPARING,
        created_at=now,
        changed_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(programme)
    except IntegrityError as error:
        raise refusal from error
    _count_modules(programme, wish.module_ids)
    ask_to_fill(programme.id, now=now)
    _record("prepared", programme, actor_id=actor_id, now=now)
    return programme


def revise_preparation(slug: str, wish: Wish, *, actor_id: int | None, now: datetime) -> Programme:
    """Change what is prepared; whom it counts is counted through again where that changes.

    Raises NotPrepared, and Invalid by field.
    """
    _require_sound(wish)
    programme = get_prepared(slug, is_held=True)
    counted = wish.starts_on, wish.ends_on, wish.module_ids
    is_recounted = counted != (programme.starts_on, programme.ends_on, modules_of(programme.id))
    programme.name, programme.definition = wish.name, wish.definition
    programme.target_count, programme.target_hours = wish.target_count, wish.target_hours
    programme.starts_on, programme.ends_on = wish.starts_on, wish.ends_on
    if is_recounted:
        _count_modules(programme, wish.module_ids)
        programme.changed_at, programme.filled_at, programme.filled_through = now, None, 0
        ask_to_fill(programme.id, now=now)
    db.session.flush()
    _record("revised", programme, actor_id=actor_id, now=now)
    return programme


def publish_preparation(slug: str, *, actor_id: int | None, now: datetime) -> Programme:
    """Have a version that is counted through take the place of the present one, at once.

    The one that goes keeps the last figure that it had; from here on nobody is counted by it.
    Raises NotPrepared, NotCountedYet, and ChangedMeanwhile.
    """
    programme = get_prepared(slug)
    present = db.session.scalar(_current(slug))
    if present is not None:
        _end(present, ProgrammeState.PUBLISHED, ProgrammeState.SUPERSEDED, now=now)
    _finish(programme, ProgrammeState.PREPARING)
    if programme.filled_at is None:
        raise NotCountedYet
    programme.state, programme.published_at = ProgrammeState.PUBLISHED, now
    db.session.flush()
    _record("published", programme, actor_id=actor_id, now=now)
    return programme


def discard_preparation(slug: str, *, actor_id: int | None, now: datetime) -> None:
    """Give up a version that is prepared; its number is not used again. Raises NotPrepared."""
    programme = get_prepared(slug)
    _end(programme, ProgrammeState.PREPARING, ProgrammeState.DISCARDED, now=now)
    _record("discarded", programme, actor_id=actor_id, now=now)


def close_programme(slug: str, reason: str, *, actor_id: int | None, now: datetime) -> None:
    """End a programme: its figure stays, and is final.

    Raises NoSuchProgramme, ProgrammeClosed, IsPrepared while a change is under way, and Invalid
    where the reason says nothing or too much.
    """
    if not 0 < len(reason.strip()) <= REASON_LENGTH:
        raise Invalid("reason", N_("Tulis alasannya, paling panjang 500 karakter."))
    programme = get_current(slug)
    if programme.state is ProgrammeState.CLOSED:
        raise ProgrammeClosed
    if db.session.scalar(_prepared(slug)) is not None:
        raise IsPrepared
    _end(programme, ProgrammeState.PUBLISHED, ProgrammeState.CLOSED, now=now)
    programme.end_reason = reason.strip()
    db.session.flush()
    _record("closed", programme, actor_id=actor_id, now=now, reason=reason)


def get_current(slug: str) -> Programme:
    """The version whose figure is shown; raises NoSuchProgramme."""
    programme = db.session.scalar(_current(slug))
    if programme is None:
        raise NoSuchProgramme
    return programme


def get_prepared(slug: str, *, is_held: bool = False) -> Programme:
    """The version that is prepared, held against others if wanted; raises NotPrepared."""
    statement = _prepared(slug)
    if is_held:
        statement = statement.with_for_update(key_share=True)
    programme = db.session.scalar(statement)
    if programme is None:
        raise NotPrepared
    return programme


def modules_of(programme_id: int) -> frozenset[int]:
    """The keys of the modules that a version counts."""
    counted = select(ProgrammeModule.module_id).where(ProgrammeModule.programme_id == programme_id)
    return frozenset(db.session.scalars(counted))


def _require_sound(wish: Wish) -> None:
    """Raises Invalid for what no programme can be."""
    if not 0 < len(wish.name) <= NAME_LENGTH:
        raise Invalid("name", N_("Tulis nama program, paling panjang 200 karakter."))
    if not 0 < len(wish.definition) <= DEFINITION_LENGTH:
        raise Invalid(
            "definition",
            N_("Tulis apa yang dihitung, paling panjang %(max)d karakter."),
            max=DEFINITION_LENGTH,
        )
    if not 0 < wish.target_count <= MOST_PEOPLE:
        raise Invalid("target_count", N_("Tulis banyaknya orang, 1 sampai 10.000.000."))
    if wish.target_hours is not None and not 0 < wish.target_hours <= MOST_HOURS:
        raise Invalid("target_hours", N_("Tulis banyaknya JP, 1 sampai 1.000.000.000."))
    if not all(day.year in YEARS for day in (wish.starts_on, wish.ends_on) if day is not None):
        raise Invalid("starts_on", N_("Pilih tanggal antara tahun 2000 dan 2099."))
    if wish.ends_on is not None and wish.ends_on < wish.starts_on:
        raise Invalid("ends_on", N_("Hari terakhir tidak boleh sebelum hari pertama."))
    if not wish.module_ids:
        raise Invalid("modules", N_("Pilih sedikitnya satu modul yang dihitung."))


def _current(slug: str) -> Select[Programme]:
    return select(Programme).where(Programme.slug == slug, IS_CURRENT)


def _prepared(slug: str) -> Select[Programme]:
    return select(Programme).where(
        Programme.slug == slug, Programme.state == ProgrammeState.PREPARING
    )


def _finish(programme: Programme, state: ProgrammeState) -> None:
    """Fold to the last entry, after which none is added until this transaction has ended.

    Raises ChangedMeanwhile where the version is not in this state any more.
    """
    fold(programme)
    if programme.state is not state:
        raise ChangedMeanwhile


def _end(
    programme: Programme, state: ProgrammeState, end: ProgrammeState, *, now: datetime
) -> None:
    _finish(programme, state)
    programme.state, programme.ended_at = end, now
    db.session.flush()


def _count_modules(programme: Programme, module_ids: frozenset[int]) -> None:
    db.session.execute(delete(ProgrammeModule).where(ProgrammeModule.programme_id == programme.id))
    for module_id in sorted(module_ids):
        db.session.add(ProgrammeModule(programme_id=programme.id, module_id=module_id))
    db.session.flush()


def _record(
    deed: str, programme: Programme, *, actor_id: int | None, now: datetime, **details: str
) -> None:
    record(
        f"programme.{deed}",
        f"programme:{programme.slug}",
        actor_id=actor_id,
        now=now,
        version=programme.definition_version,
        **details,
    )
