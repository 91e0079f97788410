"""Invitations by mail, so many a minute for the whole service, which can be watched and stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, exists, func, insert, select, update

from lms.accounts.models import Account
from lms.accounts.notifications import Address, mail_activation_links
from lms.audit import record
from lms.db import current_connection, db
from lms.institutions.models import Posting
from lms.institutions.people.codes import Chosen, theirs
from lms.institutions.people.errors import NobodyChosen, NoSuchBatch
from lms.institutions.scope import Scope
from lms.institutions.staff_models import Invitation, InvitationBatch, InvitationState

MOST_TIMES = 5
"""So often anybody is invited, whoever asks for it."""

MINUTE = timedelta(minutes=1)


def invite(scope: Scope, chosen: Chosen, *, now: datetime, batch_id: int | None = None) -> int:
    """Have those meant invited who have an address and no password; returns the batch's key.

    Who waits already is left out, and so is who was invited as often as anybody is. `batch_id`:
    the asker's own batch that they join, unless it was stopped; otherwise it is a new one. Raises
    NobodyChosen, and NoSuchBatch.
    """
    assert scope.officer_id is not None  # noqa: S101 - only officers invite
    waits = exists().where(
        Invitation.account_id == Account.id, Invitation.state == InvitationState.WAITING
    )
    times = (
        select(func.count())
        .where(Invitation.account_id == Account.id, Invitation.state == InvitationState.MAILED)
        .scalar_subquery()
    )
    wanted = (
        select(Account.id)
        .join(Posting, Posting.account_id == Account.id)
        .where(
            *theirs(scope, chosen),
            Account.email.is_not(None),
            Account.activated_at.is_(None),
            ~waits,
            times < MOST_TIMES,
        )
        .order_by(Account.id)
    )
    account_ids = list(db.session.scalars(wanted))
    if not account_ids:
        raise NobodyChosen
    batch = _open_batch(scope.officer_id, batch_id, now=now)
    current_connection().execute(
        insert(Invitation),
        [
            {"batch_id": batch.id, "account_id": each, "state": InvitationState.WAITING}
            for each in account_ids
        ],
    )
    record(
        "staff.invited", "staff", actor_id=scope.officer_id, now=now, people_count=len(account_ids)
    )
    return batch.id


def _open_batch(officer_id: int, batch_id: int | None, *, now: datetime) -> InvitationBatch:
    if batch_id is not None:
        begun = db.session.get(
            InvitationBatch, batch_id, populate_existing=True, with_for_update=True
        )
        if begun is None or begun.officer_id != officer_id or begun.stopped_at is not None:
            raise NoSuchBatch
        return begun
    batch = InvitationBatch(officer_id=officer_id, asked_at=now)
    db.session.add(batch)
    db.session.flush()
    return batch


def stop(officer_id: int, batch_id: int, *, now: datetime) -> None:
    """Mail nobody more of one's own batch; raises NoSuchBatch."""
    stopped = current_connection().execute(
        update(InvitationBatch)
        .where(
            InvitationBatch.id == batch_id,
            InvitationBatch.officer_id == officer_id,
            InvitationBatch.stopped_at.is_(None),
        )
        .values(stopped_at=now)
    )
    if stopped.rowcount == 0:
        raise NoSuchBatch
    current_connection().execute(
        update(Invitation)
        .where(Invitation.batch_id == batch_id, Invitation.state == InvitationState.WAITING)
        .values(state=InvitationState.LEFT_OUT, settled_at=now)
    )


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch, and how far it is."""

    batch_id: int
    asked_at: datetime
    stopped_at: datetime | None
    waiting_count: int
    mailed_count: int
    left_out_count: int


def list_batches(officer_id: int, limit: int = 20) -> Sequence[BatchLine]:
    """An officer's own batches, the newest first."""
    counts = [
        func.coalesce(func.sum(case((Invitation.state == state, 1), else_=0)), 0)
        for state in (InvitationState.WAITING, InvitationState.MAILED, InvitationState.LEFT_OUT)
    ]
    rows = db.session.execute(
        select(InvitationBatch.id, InvitationBatch.asked_at, InvitationBatch.stopped_at, *counts)
        .outerjoin(Invitation, Invitation.batch_id == InvitationBatch.id)
        .where(InvitationBatch.officer_id == officer_id)
        .group_by(InvitationBatch.id, InvitationBatch.asked_at, InvitationBatch.stopped_at)
        .order_by(InvitationBatch.id.desc())
        .limit(limit)
    )
    return [BatchLine(*row) for row in rows]


def has_waiting() -> bool:
    """Whether anybody waits to be invited."""
    waiting = select(exists().where(Invitation.state == InvitationState.WAITING))
    return bool(db.session.scalar(waiting))


def send_some(per_minute: int, address: Address, *, now: datetime) -> int:
    """Mail the next people, as many as the last minute leaves room for; returns how many.

    Looked at again is whether they still need it: who has activated their account, has died, works
    nowhere any more or has lost their address is left out.
    """
    sent = db.session.scalar(
        select(func.count()).where(
            Invitation.settled_at > now - MINUTE, Invitation.state == InvitationState.MAILED
        )
    )
    room = per_minute - (sent or 0)
    if room <= 0:
        return 0
    rows = db.session.execute(
        select(Invitation.id, Invitation.account_id)
        .where(Invitation.state == InvitationState.WAITING)
        .order_by(Invitation.id)
        .limit(room)
        .with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return 0
    needed = {
        account_id: email
        for account_id, email in db.session.execute(
            select(Account.id, Account.email)
            .join(
                Posting,
                and_(Posting.account_id == Account.id, Posting.ended_on.is_(None)),
            )
            .where(
                Account.id.in_([row.account_id for row in rows]),
                Account.activated_at.is_(None),
                Account.closed_at.is_(None),
                Account.email.is_not(None),
                Posting.confirmed_at.is_not(None),
            )
        ).all()
        if email is not None
    }
    for state, ids in (
        (InvitationState.MAILED, [row.id for row in rows if row.account_id in needed]),
        (InvitationState.LEFT_OUT, [row.id for row in rows if row.account_id not in needed]),
    ):
        current_connection().execute(
            update(Invitation).where(Invitation.id.in_(ids)).values(state=state, settled_at=now)
        )
    mail_activation_links(sorted(needed.items()), address, now=now)
    return len(needed)
