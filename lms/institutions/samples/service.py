"""Answers of those who look at a sample, and what follows: no is a doubt, silence is passed on."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from lms.accounts.grants import is_in_force
from lms.accounts.models import Account, RoleGrant
from lms.accounts.one_person import find_kept, kept_of
from lms.accounts.permissions import Permission, roles_with
from lms.audit import record
from lms.db import current_connection, db
from lms.institutions.doubts.errors import AlreadyDoubted, NothingToDoubt
from lms.institutions.doubts.models import DoubtGround
from lms.institutions.doubts.service import Doubt, open_doubt
from lms.institutions.models import Posting
from lms.institutions.oneself import refuse_oneself
from lms.institutions.reach import answers, holds
from lms.institutions.samples.errors import ConfirmedByYou, NoSuchSample, SampleAnswered
from lms.institutions.samples.models import (
    ConfirmationSample,
    SampleAnswer,
    SampledConfirmation,
)
from lms.institutions.samples.rules import PASS_ON_AFTER, REMIND_AFTER, read_reason
from lms.institutions.scope import Scope
from lms.letters import Letter
from lms.mail import write_letters


def answer_sample(
    scope: Scope, sampled_id: int, answer: SampleAnswer, reason: str, *, now: datetime
) -> None:
    """Say of a person of a sample whether they are the institution's; no opens a doubt.

    Raises NoSuchSample outside the scope, SampleAnswered, WhyNot of who says no without a reason,
    OwnPosting about oneself, and ConfirmedByYou. It changes no count by itself.
    """
    sampled = _hold(sampled_id)
    theirs = exists().where(
        Posting.account_id == sampled.account_id,
        Posting.institution_id == sampled.institution_id,
        holds(scope),
    )
    if not db.session.scalar(select(theirs)):
        raise NoSuchSample
    _answer(scope, sampled, answer, reason, now=now)


def answer_for_others(
    coordinator_id: int, sampled_id: int, answer: SampleAnswer, reason: str, *, now: datetime
) -> None:
    """The same by a coordinator, of whom others were not or could not be asked about.

    Raises NoSuchSample of one that was not passed on, and as `answer_sample`.
    """
    sampled = _hold(sampled_id)
    if sampled.passed_on_at is None:
        raise NoSuchSample
    _answer(Scope(coordinator_id, frozenset()), sampled, answer, reason, now=now)


def _hold(sampled_id: int) -> SampledConfirmation:
    sampled = db.session.scalar(
        select(SampledConfirmation)
        .where(SampledConfirmation.id == sampled_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if sampled is None:
        raise NoSuchSample
    return sampled


def _answer(
    scope: Scope, sampled: SampledConfirmation, answer: SampleAnswer, text: str, *, now: datetime
) -> None:
    if sampled.answered_at is not None:
        raise SampleAnswered
    refuse_oneself(scope, sampled.account_id)
    confirmer_id = sampled.confirmer_id
    if confirmer_id is not None and find_kept(confirmer_id) == scope.officer_id:
        raise ConfirmedByYou
    reason = read_reason(answer, text)
    sampled.answered_at, sampled.answerer_id = now, scope.officer_id
    sampled.answer, sampled.reason = answer, reason
    db.session.flush()
    record(
        "staff.sample_answered",
        f"account:{sampled.account_id}",
        actor_id=scope.officer_id,
        now=now,
        institution_id=sampled.institution_id,
    )
    if answer is not SampleAnswer.NO or reason is None:
        return
    doubt = Doubt(DoubtGround.SAMPLE, reason, sampled.confirmer_id)
    # What is doubted already, or confirmed no more, does not count as it is.
    with suppress(AlreadyDoubted, NothingToDoubt):
        open_doubt(
            sampled.account_id, sampled.institution_id, doubt, opener_id=scope.officer_id, now=now
        )


_IS_OPEN = SampledConfirmation.answered_at.is_(None)


def has_mail_due(*, now: datetime) -> bool:
    """Whether somebody is to be reminded, or coordinators are to be asked instead."""
    return bool(db.session.scalar(select(exists().where(_IS_OPEN, or_(*_due(now))))))


def _due(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    is_waiting = SampledConfirmation.passed_on_at.is_(None)
    return (
        is_waiting
        & SampledConfirmation.reminded_at.is_(None)
        & (SampledConfirmation.asked_at <= now - REMIND_AFTER),
        is_waiting & (SampledConfirmation.asked_at <= now - PASS_ON_AFTER),
    )


def tell_of_samples(address: str, national_address: str, *, now: datetime) -> None:
    """Write officers of what was drawn, and coordinators of what was passed on with it.

    Of all of which nobody was written to yet, by whichever run it was drawn.
    """
    is_untold = ConfirmationSample.told_at.is_(None)
    untold = SampledConfirmation.sample_id.in_(select(ConfirmationSample.id).where(is_untold))
    _write_officers(untold, _asked, address, now=now)
    passed_on = SampledConfirmation.passed_on_at.is_not(None)
    _write_coordinators(untold & passed_on, national_address, now=now)
    current_connection().execute(update(ConfirmationSample).where(is_untold).values(told_at=now))


def follow_up(address: str, national_address: str, *, now: datetime) -> None:
    """Pass on to coordinators what nobody has answered, and remind once of what is due before."""
    reminder, passing = _due(now)
    current_connection().execute(
        update(SampledConfirmation).where(_IS_OPEN, passing).values(passed_on_at=now)
    )
    _write_officers(reminder, _reminded, address, now=now)
    current_connection().execute(
        update(SampledConfirmation).where(_IS_OPEN, reminder).values(reminded_at=now)
    )
    _write_coordinators(SampledConfirmation.passed_on_at == now, national_address, now=now)


@dataclass(frozen=True, slots=True)
class Asked:
    """An officer, and about how many people they are asked."""

    email: str
    count: int


def _list_asked(which: ColumnElement[bool], *, now: datetime) -> list[Asked]:
    officer = aliased(Account)
    rows = current_connection().execute(
        select(officer.email, func.count(SampledConfirmation.id.distinct()))
        .select_from(SampledConfirmation)
        .join(
            Posting,
            (Posting.account_id == SampledConfirmation.account_id)
            & (Posting.institution_id == SampledConfirmation.institution_id),
        )
        .join(RoleGrant, answers())
        .join(officer, officer.id == RoleGrant.account_id)
        .where(
            _IS_OPEN,
            SampledConfirmation.passed_on_at.is_(None),
            which,
            RoleGrant.role.in_(roles_with(Permission.MANAGE_STAFF)),
            is_in_force(now),
            RoleGrant.account_id != SampledConfirmation.account_id,
            RoleGrant.account_id != func.coalesce(kept_of(SampledConfirmation.confirmer_id), 0),
            officer.activated_at.is_not(None),
            officer.closed_at.is_(None),
            officer.email.is_not(None),
        )
        .group_by(officer.id, officer.email)
        .order_by(officer.id)
    )
    return [Asked(email, count) for email, count in rows if email]


def _write_officers(
    which: ColumnElement[bool],
    letter: Callable[[int, str], Letter],
    address: str,
    *,
    now: datetime,
) -> None:
    asked = _list_asked(which, now=now)
    write_letters([(each.email, letter(each.count, address)) for each in asked], now=now)


def _write_coordinators(which: ColumnElement[bool], address: str, *, now: datetime) -> None:
    number = db.session.scalar(select(func.count()).where(_IS_OPEN, which))
    if not number:
        return
    emails = db.session.scalars(
        select(Account.email)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role.in_(roles_with(Permission.OVERSEE_CONFIRMATIONS)),
            is_in_force(now),
            Account.email.is_not(None),
            Account.activated_at.is_not(None),
            Account.closed_at.is_(None),
        )
        .distinct()
        .order_by(Account.email)
    )
    write_letters([(email, _passed_on(number, address)) for email in emails], now=now)


_WHY = "Surel ini dikirim karena Anda pengelola kepegawaian instansi itu."


def _asked(count: int, address: str) -> Letter:
    return Letter(
        subject="Pemeriksaan acak atas konfirmasi pegawai",
        parts=(
            (
                f"{count} konfirmasi pegawai di instansi Anda terpilih secara acak untuk diperiksa "
                f"orang kedua. Nyatakan apakah orangnya memang pegawai:\n{address}"
            ),
            "Yang dikonfirmasi Anda sendiri tidak termasuk. Jawaban ditunggu dalam dua minggu.",
        ),
        why=_WHY,
    )


def _reminded(count: int, address: str) -> Letter:
    return Letter(
        subject="Pemeriksaan acak masih menunggu jawaban",
        parts=(
            f"{count} konfirmasi yang terpilih secara acak belum dijawab:\n{address}",
            "Bila tidak dijawab dalam seminggu, koordinator yang memeriksanya.",
        ),
        why=_WHY,
    )


def _passed_on(count: int, address: str) -> Letter:
    return Letter(
        subject="Sampel konfirmasi menunggu koordinator",
        parts=(
            (
                f"{count} konfirmasi dalam sampel acak tidak dapat atau tidak diperiksa pengelola "
                f"lain di instansinya:\n{address}"
            ),
            "Tanyakan kepada kantor kepegawaian instansi itu, lalu jawab di halaman tersebut.",
        ),
        why="Surel ini dikirim karena Anda koordinator yang mengawasi konfirmasi pegawai.",
    )
