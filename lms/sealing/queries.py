"""What waits to be sealed, what is sealed, and whether the service may be asked."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from lms.certificates.models import Certificate
from lms.db import current_connection, db
from lms.sealing.models import Outcome, SealedSheet, SealingRound, WaitingSheet
from lms.sealing.rules import rests_until

_SEALED = select(SealedSheet.content).where(
    SealedSheet.certificate_id == bindparam("certificate_id")
)
# So many rounds decide how long the service rests.
_ROUNDS_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Queue:
    """How it stands: what waits and since when, the round under way, and the last that ended."""

    waiting_count: int
    waiting_since: datetime | None
    sealed_count: int
    is_under_way: bool
    last: SealingRound | None
    rests_until: datetime | None


def find_sealed_sheet(certificate_id: int) -> bytes | None:
    """The sheet as the service sealed it, if it has."""
    content: bytes | None = (
        current_connection().execute(_SEALED, {"certificate_id": certificate_id}).scalar()
    )
    return content


def get_queue(*, now: datetime) -> Queue:
    """How it stands now."""
    count, since = db.session.execute(select(func.count(), func.min(WaitingSheet.queued_at))).one()
    rounds = list(
        db.session.scalars(
            select(SealingRound).order_by(SealingRound.id.desc()).limit(_ROUNDS_LOOKED_AT)
        )
    )
    ended = [each for each in rounds if each.ended_at is not None]
    rest = rests_until(_failures(ended))
    return Queue(
        count,
        since,
        db.session.scalar(select(func.sum(SealingRound.sealed_count))) or 0,
        is_under_way=len(ended) < len(rounds),
        last=ended[0] if ended else None,
        rests_until=rest if rest is not None and rest > now else None,
    )


def list_waiting_sheets(limit: int) -> dict[int, str]:
    """The certificates that wait longest, each with its code."""
    rows = db.session.execute(
        select(WaitingSheet.certificate_id, Certificate.code)
        .join(Certificate, Certificate.id == WaitingSheet.certificate_id)
        .order_by(WaitingSheet.queued_at, WaitingSheet.certificate_id)
        .limit(limit)
    )
    return {row.certificate_id: row.code for row in rows}


def _failures(ended: list[SealingRound]) -> list[datetime]:
    """When the service did not answer, since it last did, the latest first."""
    failures = []
    for each in ended:
        if each.outcome is not Outcome.UNAVAILABLE or each.ended_at is None:
            break
        failures.append(each.ended_at)
    return failures
