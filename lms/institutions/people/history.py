"""The dated facts that were noted of a person, as their officer reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from lms.db import db
from lms.institutions.models import Institution, Posting, Unit
from lms.institutions.reach import holds
from lms.institutions.scope import Scope
from lms.institutions.staff_models import FactKind, StaffFact


@dataclass(frozen=True, slots=True)
class FactLine:
    """One line of a person's history."""

    fact_id: int
    kind: FactKind
    takes_force_on: date
    noted_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    unit_name: str | None
    institution_name: str | None


def list_facts(scope: Scope, account_id: int) -> Sequence[FactLine]:
    """What was noted of a person while they were the asker's, the newest first."""
    facts = db.session.scalars(
        select(StaffFact)
        .join(Posting, Posting.id == StaffFact.posting_id)
        .where(StaffFact.account_id == account_id, holds(scope))
        .order_by(StaffFact.id.desc())
        .limit(100)
    ).all()
    units = _names(Unit, {each.details.get("unit_id") for each in facts})
    institutions = _names(Institution, {each.details.get("institution_id") for each in facts})
    return [
        FactLine(
            each.id,
            each.kind,
            each.takes_force_on,
            each.noted_at,
            each.applied_at,
            each.undone_at,
            units.get(each.details.get("unit_id")),
            institutions.get(each.details.get("institution_id")),
        )
        for each in facts
    ]


def _names(kind: type[Unit] | type[Institution], keys: set[Any]) -> dict[Any, str]:
    rows = db.session.execute(select(kind.id, kind.name).where(kind.id.in_(keys - {None})))
    return dict(rows.all())
