"""Requests for corrections: holders and officers ask, officers and registrars decide.

What is corrected is never typed into a certificate: name and number come from the staff list, the
title from the pocketbook. A request says where to look, and a replacement takes what is true now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from lms.accounts.models import Account
from lms.accounts.one_person import kept_of
from lms.announcements import announce
from lms.audit import record
from lms.certificates.announcements import CorrectionDeclined
from lms.certificates.enums import OFFICERS_FACTS, CorrectableFact, RequestState
from lms.certificates.errors import (
    AlreadyAsked,
    NoSuchCertificate,
    NoSuchRequest,
    NotForOfficers,
    NotInForce,
    ReasonMissing,
    RequestClosed,
    WantedMissing,
)
from lms.certificates.ledger import is_out_of_force
from lms.certificates.models import WAITING, Certificate, CorrectionRequest
from lms.db import current_connection, db
from lms.institutions.models import Institution, Posting
from lms.institutions.reach import is_on_staff
from lms.institutions.scope import Scope

REASON = range(10, 501)
WANTED = range(1, 201)
MOST_LISTED = 200
"""On a page; nobody decides more in a day."""

Reach = Scope | None
"""Whose certificates somebody decides about: an officer's scope; None for the registrars, all."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which fact of a certificate is wrong, what it should say, and why."""

    fact: CorrectableFact
    wanted: str
    reason: str


@dataclass(frozen=True, slots=True)
class AskedCorrection:
    """A request, with the certificate it is about.

    `posting_id` and `institution_name` are where the holder is confirmed to work now; None for
    somebody whom no institution vouches for. `is_holders`: the holder has asked.
    """

    id: int
    code: str
    title: str
    holder_name: str
    holder_id: int
    fact: CorrectableFact
    wanted: str
    reason: str
    asked_at: datetime
    asker_name: str
    is_holders: bool
    state: RequestState
    closed_at: datetime | None
    answer: str | None
    posting_id: int | None
    institution_name: str | None

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state is RequestState.WAITING

    @property
    def is_for_officers(self) -> bool:
        """Whether the holder's institution decides; else it is for the registrars alone."""
        return self.fact in OFFICERS_FACTS and self.posting_id is not None

    def may_be_decided(self, reach: Reach) -> bool:
        """Whether who asks for it decides: registrars always, officers not about themselves."""
        if reach is None:
            return True
        return self.is_for_officers and reach.officer_id != self.holder_id


_asker, _holder = aliased(Account), aliased(Account)
_PERSON_ID = func.coalesce(_holder.merged_into_id, _holder.id)
_HAS_POSTING = and_(
    Posting.account_id == _PERSON_ID,
    Posting.ended_on.is_(None),
    Posting.confirmed_at.is_not(None),
)
# Outer joins, though each request has all of them but a posting: so SQLite begins with the
# requests, which are few, and not with the certificates or the people of an institution.
_REQUESTS: Select[*tuple[Any, ...]] = (
    select(
        CorrectionRequest.id,
        Certificate.code,
        Certificate.title,
        Certificate.holder_name,
        _PERSON_ID,
        CorrectionRequest.fact,
        CorrectionRequest.wanted,
        CorrectionRequest.reason,
        CorrectionRequest.asked_at,
        _asker.name,
        or_(
            CorrectionRequest.asker_id == Certificate.account_id,
            CorrectionRequest.asker_id == _PERSON_ID,
        ),
        CorrectionRequest.state,
        CorrectionRequest.closed_at,
        CorrectionRequest.answer,
        Posting.id,
        Institution.name,
    )
    .select_from(CorrectionRequest)
    .outerjoin(Certificate, Certificate.id == CorrectionRequest.certificate_id)
    .outerjoin(_holder, _holder.id == Certificate.account_id)
    .outerjoin(_asker, _asker.id == CorrectionRequest.asker_id)
    .outerjoin(Posting, _HAS_POSTING)
    .outerjoin(Institution, Institution.id == Posting.institution_id)
)
_IS_OPEN = CorrectionRequest.state == WAITING


def _asked(reach: Reach) -> Select[*tuple[Any, ...]]:
    """The requests about the asker's people, who work there now and confirmed; or all."""
    if reach is None:
        return _REQUESTS
    return _REQUESTS.where(is_on_staff(reach, Certificate.account_id))


def _is_addressed(reach: Reach) -> ColumnElement[bool]:
    """That a request waits for this officer, or for the registrars and nobody else."""
    is_officers_fact = CorrectionRequest.fact.in_(OFFICERS_FACTS)
    if reach is None:
        return ~and_(is_officers_fact, Posting.id.is_not(None))
    return and_(is_officers_fact, _PERSON_ID.is_distinct_from(reach.officer_id))


def list_open_requests(reach: Reach, *, limit: int = MOST_LISTED) -> list[AskedCorrection]:
    """The requests that wait, of one's staff or all: so many at most.

    Those that wait for the asker come first, and of these the longest waiting.
    """
    statement = (
        _asked(reach)
        .where(_IS_OPEN)
        .order_by(case((_is_addressed(reach), 0), else_=1), CorrectionRequest.id)
        .limit(limit)
    )
    return [AskedCorrection(*row) for row in db.session.execute(statement)]


def count_to_decide(reach: Reach) -> int:
    """How many requests wait for this officer, or for the registrars and nobody else."""
    return current_connection().execute(requests_to_decide(reach)).scalar_one()


@lru_cache(maxsize=1_000)
def requests_to_decide(reach: Reach) -> Select[int]:
    """What counts them. Kept for each officer: to write it costs more than to ask it."""
    waiting = _asked(reach).where(_IS_OPEN, _is_addressed(reach))
    return waiting.with_only_columns(func.count(), maintain_column_froms=True)


def get_request(reach: Reach, request_id: int) -> AskedCorrection:
    """One request that the asker may see; raises NoSuchRequest."""
    statement = _asked(reach).where(CorrectionRequest.id == request_id)
    row = db.session.execute(statement).first()
    if row is None:
        raise NoSuchRequest
    return AskedCorrection(*row)


def list_own_requests(account_id: int, code: str) -> Sequence[AskedCorrection]:
    """What was asked about one's own certificate, the latest first."""
    statement = (
        _asked(None)
        .where(Certificate.code == code, _PERSON_ID == account_id)  # noqa: SIM300 - a column first
        .order_by(CorrectionRequest.id.desc())
    )
    return [AskedCorrection(*row) for row in db.session.execute(statement)]


def ask_correction(account_id: int, code: str, wish: Wish, *, now: datetime) -> int:
    """Ask for the correction of one's own certificate; returns the request's key.

    Raises NoSuchCertificate, NotInForce, AlreadyAsked, WantedMissing and ReasonMissing.
    """
    is_theirs = kept_of(Certificate.account_id) == account_id
    return _ask(is_theirs, account_id, code, wish, now=now)


def ask_staff_correction(scope: Scope, code: str, wish: Wish, *, now: datetime) -> int:
    """The same for one of the asker's people; raises NoSuchCertificate for anybody else's."""
    if scope.officer_id is None:
        raise NoSuchCertificate
    is_theirs = is_on_staff(scope, Certificate.account_id)
    return _ask(is_theirs, scope.officer_id, code, wish, now=now)


def withdraw_request(account_id: int, code: str, *, now: datetime) -> None:
    """Take one's own request back; raises NoSuchRequest where none of one's own is open."""
    for asked in list_own_requests(account_id, code):
        if asked.is_open and asked.is_holders:
            _close(asked.id, RequestState.WITHDRAWN, account_id, None, now=now)
            record("correction.withdrawn", f"correction:{asked.id}", actor_id=account_id, now=now)
            return
    raise NoSuchRequest


def decline_request(
    reach: Reach, request_id: int, answer: str, actor_id: int, *, now: datetime
) -> None:
    """Say that a certificate stays as it is, and why; who asked is written to.

    Raises NoSuchRequest, NotForOfficers, RequestClosed and ReasonMissing.
    """
    asked = require_decider(reach, request_id)
    words = read_reason(answer)
    _close(request_id, RequestState.DECLINED, actor_id, words, now=now)
    record("correction.declined", f"correction:{request_id}", actor_id=actor_id, now=now)
    email = db.session.scalar(
        select(Account.email)
        .join(CorrectionRequest, CorrectionRequest.asker_id == Account.id)
        .where(CorrectionRequest.id == request_id)
    )
    announce(
        CorrectionDeclined(
            code=asked.code,
            title=asked.title,
            email=email,
            answer=words,
            is_holders=asked.is_holders,
            now=now,
        )
    )


def require_decider(reach: Reach, request_id: int) -> AskedCorrection:
    """An open request that the asker may decide; raises as `decline_request` does."""
    asked = get_request(reach, request_id)
    if not asked.may_be_decided(reach):
        raise NotForOfficers
    if not asked.is_open:
        raise RequestClosed
    return asked


def close_request(
    certificate_id: int, state: RequestState, actor_id: int, *, now: datetime
) -> None:
    """Close what is open for a certificate, since it was replaced or revoked."""
    open_id = db.session.scalar(
        select(CorrectionRequest.id).where(
            CorrectionRequest.certificate_id == certificate_id, _IS_OPEN
        )
    )
    if open_id is not None:
        _close(open_id, state, actor_id, None, now=now)
        record(f"correction.{state.value}", f"correction:{open_id}", actor_id=actor_id, now=now)


def read_reason(text: str) -> str:
    """A reason that others will read, in one line; raises ReasonMissing."""
    reason = " ".join(text.split())
    if len(reason) not in REASON:
        raise ReasonMissing
    return reason


def _ask(
    is_wanted: ColumnElement[bool], asker_id: int, code: str, wish: Wish, *, now: datetime
) -> int:
    wanted, reason = " ".join(wish.wanted.split()), read_reason(wish.reason)
    if len(wanted) not in WANTED:
        raise WantedMissing
    # Locked as by who ends it: a request is not asked for what was just replaced.
    certificate_id = db.session.scalar(
        select(Certificate.id)
        .where(Certificate.code == code, is_wanted)
        .with_for_update(of=Certificate, key_share=True)
    )
    if certificate_id is None:
        raise NoSuchCertificate
    if db.session.scalar(select(is_out_of_force()).where(Certificate.id == certificate_id)):
        raise NotInForce
    request = CorrectionRequest(
        certificate_id=certificate_id,
        asker_id=asker_id,
        fact=wish.fact,
        wanted=wanted,
        reason=reason,
        asked_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(request)
    except IntegrityError as error:
        raise AlreadyAsked from error
    record("correction.asked", f"correction:{request.id}", actor_id=asker_id, now=now)
    return request.id


def _close(
    request_id: int, state: RequestState, actor_id: int, answer: str | None, *, now: datetime
) -> None:
    """Of two who decide at once, the row lets one through."""
    closed = current_connection().execute(
        update(CorrectionRequest)
        .where(CorrectionRequest.id == request_id, _IS_OPEN)
        .values(state=state, closed_at=now, closer_id=actor_id, answer=answer)
    )
    if closed.rowcount != 1:
        raise RequestClosed
