"""Institutions added, corrected, merged and closed, each a dated event."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import or_, select

from lms.days import local_day
from lms.db import db
from lms.institutions.models import Institution, InstitutionKind
from lms.institutions.registry.errors import (
    CodeTaken,
    HasEnded,
    NameTaken,
    NoSuchEntry,
    RegionTaken,
    SuccessorUnfit,
    TreeTooDeep,
)
from lms.institutions.registry.events import enter_event
from lms.institutions.registry.models import EventKind
from lms.institutions.registry.planting import (
    NewUnit,
    count_levels,
    end_all_units,
    hand_over_units,
    hold_tree,
    insert_units,
)
from lms.institutions.registry.relocation import ask_to_relocate
from lms.institutions.registry.roles import pass_on_roles
from lms.institutions.registry.rules import MOST_LEVELS, Editor, require_day


@dataclass(frozen=True, slots=True)
class Facts:
    """What the registry says of an institution."""

    code: str
    name: str
    kind: InstitutionKind
    time_zone: str = "Asia/Jakarta"
    email_domain: str | None = None
    region_code: str | None = None
    regional_office_id: int | None = None
    head_count: int | None = None
    head_counted_on: date | None = None
    target_count: int | None = None
    begun_on: date | None = None


FACT_NAMES = tuple(field.name for field in fields(Facts))


def facts_of(institution: Institution) -> Facts:
    """What the registry says of it now."""
    return Facts(**{name: getattr(institution, name) for name in FACT_NAMES})


def add_institution(editor: Editor, facts: Facts, *, now: datetime) -> int:
    """Add an institution to the registry; returns its key.

    Raises CodeTaken, NameTaken and RegionTaken, and NoSuchEntry for who may not.
    """
    editor.require_whole()
    _require_free(None, facts)
    institution = Institution(**asdict(facts))
    db.session.add(institution)
    db.session.flush()
    enter_event(
        EventKind.ADDED,
        institution.id,
        on=facts.begun_on or local_day(now, facts.time_zone),
        actor_id=editor.actor_id,
        now=now,
        after={"name": facts.name},
    )
    return institution.id


def change_institution(
    editor: Editor, institution_id: int, facts: Facts, *, on: date | None = None, now: datetime
) -> bool:
    """Correct what the registry says of an institution, and say whether anything differs.

    Another name is a renaming of that day, by default today; what bears the former one keeps it.
    Raises what `add_institution` does, HasEnded, and DayUnfit.
    """
    editor.require_whole()
    institution = hold_institution(institution_id)
    today = local_day(now, institution.time_zone)
    require_day(on or today, first=institution.begun_on, today=today)
    old = asdict(facts_of(institution))
    new = asdict(facts)
    changed = {name: value for name, value in new.items() if value != old[name]}
    if not changed:
        return False
    _require_free(institution_id, facts)
    for name, value in changed.items():
        setattr(institution, name, value)
    db.session.flush()
    renamed = {name: value for name, value in changed.items() if name == "name"}
    other = {name: value for name, value in changed.items() if name != "name"}
    for kind, part in ((EventKind.RENAMED, renamed), (EventKind.CHANGED, other)):
        if part:
            enter_event(
                kind,
                institution_id,
                on=on or today,
                actor_id=editor.actor_id,
                now=now,
                before={name: old[name] for name in part},
                after=part,
            )
    return True


def set_regional_office(
    editor: Editor, province_code: str, regional_office_id: int | None, *, now: datetime
) -> int:
    """Have a regional office cover a province with all its regencies; returns how many differ."""
    editor.require_whole()
    covered = db.session.scalars(
        select(Institution).where(
            or_(
                Institution.region_code == province_code,
                Institution.region_code.startswith(f"{province_code}."),
            ),
            Institution.ended_on.is_(None),
        )
    ).all()
    count = 0
    for each in covered:
        if each.regional_office_id == regional_office_id:
            continue
        before = {"regional_office_id": each.regional_office_id}
        each.regional_office_id = regional_office_id
        enter_event(
            EventKind.CHANGED,
            each.id,
            on=local_day(now, each.time_zone),
            actor_id=editor.actor_id,
            now=now,
            before=before,
            after={"regional_office_id": regional_office_id},
        )
        count += 1
    db.session.flush()
    return count


def merge_institution(
    editor: Editor, institution_id: int, into_id: int, *, on: date, now: datetime
) -> None:
    """End an institution on a day and have its people and units go over to another one.

    There it is a unit of its name, with its units below, and who answered for it or for a unit of
    it answers for what that became and for nobody else there. Postings and certificates of before
    keep what they name. The people's new postings, of that day, are made by a job. Raises HasEnded,
    SuccessorUnfit, TreeTooDeep, DayUnfit and NoSuchEntry.
    """
    editor.require_whole()
    if into_id == institution_id:
        raise SuccessorUnfit
    first, second = sorted((institution_id, into_id))
    held = {key: find_and_hold(key) for key in (first, second)}
    old, new = held[institution_id], held[into_id]
    if old is None:
        raise NoSuchEntry
    if old.ended_on is not None:
        raise HasEnded
    if new is None or new.ended_on is not None:
        raise SuccessorUnfit
    require_day(on, first=old.begun_on, today=local_day(now, old.time_zone))
    hold_tree(new.id)
    if 1 + count_levels(old.id) > MOST_LEVELS:
        raise TreeTooDeep(MOST_LEVELS)
    former = insert_units(new.id, [NewUnit("former", old.name)])["former"]
    became = hand_over_units(old.id, new.id, on=on, below=former)
    old.ended_on, old.successor_id = on, new.id
    db.session.flush()
    became[None] = former[0]
    pass_on_roles(old.id, new.id, became, actor_id=editor.actor_id, now=now)
    enter_event(
        EventKind.MERGED,
        old.id,
        on=on,
        actor_id=editor.actor_id,
        now=now,
        other=(new.id, former[0]),
        before={"name": old.name},
        after={"name": new.name},
    )
    ask_to_relocate(old.id, now=now)


def close_institution(editor: Editor, institution_id: int, *, on: date, now: datetime) -> None:
    """End an institution that nothing follows; its people's postings end with it, by a job.

    Raises HasEnded, DayUnfit and NoSuchEntry.
    """
    editor.require_whole()
    institution = hold_institution(institution_id)
    require_day(on, first=institution.begun_on, today=local_day(now, institution.time_zone))
    end_all_units(institution_id, on=on)
    institution.ended_on = on
    db.session.flush()
    enter_event(
        EventKind.CLOSED,
        institution_id,
        on=on,
        actor_id=editor.actor_id,
        now=now,
        before={"name": institution.name},
    )
    ask_to_relocate(institution_id, now=now)


def hold_institution(institution_id: int) -> Institution:
    """An institution in force, held until the end; raises NoSuchEntry and HasEnded."""
    institution = find_and_hold(institution_id)
    if institution is None:
        raise NoSuchEntry
    if institution.ended_on is not None:
        raise HasEnded
    return institution


def find_and_hold(institution_id: int) -> Institution | None:
    """An institution, held until the end, so that of two who change it the second sees the first.

    Postings may be made meanwhile: they refer to it and change nothing of it.
    """
    return db.session.scalar(
        select(Institution)
        .where(Institution.id == institution_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _require_free(institution_id: int | None, facts: Facts) -> None:
    others = select(Institution.id).where(Institution.id != (institution_id or 0))
    for refusal, condition in (
        (CodeTaken, Institution.code == facts.code),
        (NameTaken, Institution.name == facts.name),
    ):
        if db.session.scalar(others.where(condition)) is not None:
            raise refusal
    if facts.region_code is None:
        return
    taken = others.where(
        Institution.region_code == facts.region_code, Institution.ended_on.is_(None)
    )
    if db.session.scalar(taken) is not None:
        raise RegionTaken
