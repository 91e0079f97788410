"""Mail to officers and registrars about requests for corrections, bundled; without names."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import aliased

from lms.accounts.grants import is_in_force
from lms.accounts.mail_preferences import StopAddress, digest_is_due, way_out_of_digests
from lms.accounts.models import Account, MailPreference, RoleGrant
from lms.accounts.permissions import Permission, roles_with
from lms.certificates.enums import OFFICERS_FACTS
from lms.certificates.models import (
    WAITING,
    Certificate,
    CorrectionNotice,
    CorrectionRequest,
)
from lms.db import current_connection, db, store_once
from lms.institutions.models import Posting
from lms.institutions.reach import answers
from lms.letters import Letter
from lms.mail import write_letter

PAUSE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WaitingRequests:
    """That requests wait for somebody: how many, and which is the latest."""

    account_id: int
    email: str
    request_count: int
    request_id: int
    is_registrar: bool


_decider, _holder = aliased(Account), aliased(Account)
_PERSON_ID = func.coalesce(_holder.merged_into_id, _holder.id)
_IS_FOR_OFFICERS = and_(CorrectionRequest.fact.in_(OFFICERS_FACTS), Posting.id.is_not(None))


def list_deciders_to_notify(*, now: datetime) -> list[WaitingRequests]:
    """The officers and registrars for whom a request waits and who have not heard of it.

    Whoever is both hears as an officer.

    Each hears at once of the first one, and then at most once a day, if others have come. What an
    institution decides is told to its officers only, and to none of them about themselves.
    """
    officers = _waiting(
        and_(
            answers(),
            RoleGrant.role.in_(roles_with(Permission.MANAGE_STAFF)),
            RoleGrant.account_id != _PERSON_ID,
            is_in_force(now),
        ),
        CorrectionRequest.fact.in_(OFFICERS_FACTS),
        now=now,
    )
    registrars = _waiting(
        and_(RoleGrant.role.in_(roles_with(Permission.MANAGE_CERTIFICATES)), is_in_force(now)),
        ~_IS_FOR_OFFICERS,
        now=now,
    )
    found = {}
    for statement, is_registrar in ((registrars, True), (officers, False)):
        for account_id, email, count, latest_id in db.session.execute(statement):
            found[account_id] = WaitingRequests(account_id, email, count, latest_id, is_registrar)
    return [found[account_id] for account_id in sorted(found)]


def notify_decider(
    waiting: WaitingRequests, address: str, stop_address: StopAddress, *, now: datetime
) -> bool:
    """Write somebody that requests wait; False if another process has just done it.

    `address` is the page where they wait.
    """
    if not _note(waiting, now=now):
        return False
    letter = Letter(
        subject="Ada permintaan perbaikan sertifikat",
        parts=(
            (
                f"{waiting.request_count} permintaan perbaikan sertifikat menunggu keputusan "
                f"Anda:\n{address}"
            ),
        ),
        why="Surel ini dikirim karena Anda yang memutuskannya.",
        way_out=way_out_of_digests(stop_address(waiting.account_id)),
        stop_url=stop_address(waiting.account_id),
    )
    write_letter(waiting.email, letter, now=now)
    return True


def _waiting(
    is_deciding: ColumnElement[bool], is_addressed: ColumnElement[bool], *, now: datetime
) -> Select[*tuple[Any, ...]]:
    # Outer joins from the requests on, which are few: SQLite would begin with the accounts.
    notice = CorrectionNotice
    is_news = or_(notice.account_id.is_(None), CorrectionRequest.id > notice.request_id)
    requests = func.count(CorrectionRequest.id.distinct())
    return (
        select(_decider.id, _decider.email, requests, func.max(CorrectionRequest.id))
        .select_from(CorrectionRequest)
        .outerjoin(Certificate, Certificate.id == CorrectionRequest.certificate_id)
        .outerjoin(_holder, _holder.id == Certificate.account_id)
        .outerjoin(
            Posting,
            and_(
                Posting.account_id == _PERSON_ID,
                Posting.ended_on.is_(None),
                Posting.confirmed_at.is_not(None),
            ),
        )
        .outerjoin(RoleGrant, is_deciding)
        .outerjoin(
            _decider,
            and_(_decider.id == RoleGrant.account_id, _decider.activated_at.is_not(None)),
        )
        .outerjoin(notice, notice.account_id == _decider.id)
        .outerjoin(MailPreference, MailPreference.account_id == _decider.id)
        .where(CorrectionRequest.state == WAITING, is_addressed)
        .where(digest_is_due(notice.told_at, now=now))
        .group_by(_decider.id, _decider.email)
        .having(_decider.id.is_not(None), func.count().filter(is_news) > 0)
    )


def _note(waiting: WaitingRequests, *, now: datetime) -> bool:
    row = {"account_id": waiting.account_id, "request_id": waiting.request_id, "told_at": now}
    if store_once(CorrectionNotice, row, current_connection()):
        return True
    renewed = current_connection().execute(
        update(CorrectionNotice)
        .where(CorrectionNotice.account_id == waiting.account_id)
        .where(CorrectionNotice.told_at <= now - PAUSE)
        .values(request_id=waiting.request_id, told_at=now)
    )
    return renewed.rowcount == 1
