"""Use cases of sealing elsewhere: a sheet is queued, a round begun, its sheets stored."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from lms.audit import record
from lms.certificates.models import Certificate
from lms.db import current_connection, db, insert_once
from lms.jobs.service import enqueue
from lms.sealing.errors import CodeMissing, NothingToSeal, RoundUnderWay, ServiceRests
from lms.sealing.models import Outcome, SealedSheet, SealingRound, WaitingSheet
from lms.sealing.queries import find_sealed_sheet, get_queue

SEALING: Final = "seal"
"""The kind of job in which a round is done."""

LOST_AFTER: Final = timedelta(minutes=10)
"""A round that has not ended by then was cancelled, or died; its code holds no longer either."""

_CODE: Final = re.compile(r"[A-Za-z0-9]{4,12}")
_ZONE: Final = ZoneInfo("Asia/Jakarta")


def queue_sheet(code: str, *, now: datetime) -> None:
    """Have the sheet of a certificate sealed when somebody next gives a code, unless it is."""
    connection = current_connection()
    found = connection.execute(select(Certificate.id).where(Certificate.code == code)).scalar_one()
    if find_sealed_sheet(found) is not None:
        return
    connection.execute(
        insert_once(WaitingSheet, connection), {"certificate_id": found, "queued_at": now}
    )


def begin_round(code: str, actor_id: int, *, now: datetime) -> None:
    """Take the signatory's code, and have what waits sealed by it, beside the requests.

    Raises CodeMissing, NothingToSeal, ServiceRests, and RoundUnderWay where another has begun.
    """
    code = "".join(code.split())
    if not _CODE.fullmatch(code):
        raise CodeMissing
    db.session.execute(
        update(SealingRound)
        .where(SealingRound.ended_at.is_(None), SealingRound.begun_at < now - LOST_AFTER)
        .values(slot=None, code=None, ended_at=now, outcome=Outcome.UNAVAILABLE)
    )
    queue = get_queue(now=now)
    if not queue.waiting_count:
        raise NothingToSeal
    if queue.rests_until is not None:
        raise ServiceRests(f"{queue.rests_until.astimezone(_ZONE):%H.%M}")
    begun = SealingRound(slot=1, code=code, actor_id=actor_id, begun_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(begun)
    except IntegrityError as error:
        raise RoundUnderWay from error
    record("seal.begun", f"sealing_round:{begun.id}", actor_id=actor_id, now=now)
    enqueue(SEALING, {"round": begun.id}, asker_id=actor_id, now=now)


def take_code(round_id: int) -> str | None:
    """The code of a round, which is erased with this: it works once.

    None where it was taken before, by a worker that has died since.
    """
    code = db.session.scalar(
        select(SealingRound.code).where(SealingRound.id == round_id).with_for_update()
    )
    db.session.execute(update(SealingRound).where(SealingRound.id == round_id).values(code=None))
    return code


def store_sealed(round_id: int, sheets: Mapping[int, bytes], *, now: datetime) -> None:
    """Keep what the service has sealed, by certificate, and end the round."""
    rows = [
        {"certificate_id": number, "content": content, "sealed_at": now, "round_id": round_id}
        for number, content in sheets.items()
    ]
    if rows:
        # A round that was given up for lost may end after another that sealed the same.
        connection = current_connection()
        connection.execute(insert_once(SealedSheet, connection), rows)
    db.session.execute(delete(WaitingSheet).where(WaitingSheet.certificate_id.in_(list(sheets))))
    _end(round_id, Outcome.DONE, "", len(sheets), now=now)


def fail_round(round_id: int, outcome: Outcome, message: str, *, now: datetime) -> None:
    """End a round in which nothing was sealed: everything waits on."""
    _end(round_id, outcome, message, 0, now=now)


def drop_waiting(certificate_ids: list[int]) -> None:
    """Let sheets wait no longer that nobody will ask for: of certificates out of force."""
    db.session.execute(delete(WaitingSheet).where(WaitingSheet.certificate_id.in_(certificate_ids)))


def _end(round_id: int, outcome: Outcome, message: str, count: int, *, now: datetime) -> None:
    db.session.execute(
        update(SealingRound)
        .where(SealingRound.id == round_id, SealingRound.ended_at.is_(None))
        .values(
            slot=None,
            code=None,
            ended_at=now,
            outcome=outcome,
            message=message[:200],
            sealed_count=count,
        )
    )
    record(
        f"seal.{outcome.value}",
        f"sealing_round:{round_id}",
        actor_id=None,
        now=now,
        sheets=count,
    )
