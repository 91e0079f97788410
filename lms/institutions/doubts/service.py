"""Opens and answers doubts; either way the person is counted anew in the same transaction."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Account
from lms.accounts.one_person import accounts_of, find_kept, list_accounts
from lms.announcements import announce
from lms.audit import record
from lms.db import db
from lms.institutions.announcements import DoubtChanged
from lms.institutions.decisions.service import say_not_ours
from lms.institutions.doubts.errors import (
    AlreadyDoubted,
    DoubtAnswered,
    NoSuchDoubt,
    NothingToDoubt,
)
from lms.institutions.doubts.models import ConfirmationDoubt, DoubtAnswer, DoubtGround
from lms.institutions.doubts.rules import read_evidence, read_words, require_another
from lms.institutions.models import Institution, Posting
from lms.institutions.oneself import refuse_oneself
from lms.institutions.reach import holds
from lms.institutions.scope import Scope


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is doubted and why; confirmer and day where they are known."""

    ground: DoubtGround
    words: str
    confirmer_id: int | None = None
    confirmed_on: date | None = None


def open_doubt(
    account_id: int, institution_id: int, doubt: Doubt, *, opener_id: int | None, now: datetime
) -> int:
    """Doubt an institution's confirmation of a person; returns the doubt's key.

    Raises WordsNeeded, NothingToDoubt where the institution vouches for none of their accounts,
    and AlreadyDoubted.
    """
    words = read_words(doubt.words)
    kept_id = _hold(account_id)
    confirmed_id = db.session.scalar(
        select(Posting.account_id)
        .where(
            Posting.account_id.in_(accounts_of(kept_id)),
            Posting.institution_id == institution_id,
            Posting.confirmed_at.is_not(None),
        )
        .order_by(Posting.id.desc())
        .limit(1)
    )
    if confirmed_id is None:
        raise NothingToDoubt
    if _is_open(kept_id, institution_id):
        raise AlreadyDoubted
    row = ConfirmationDoubt(
        account_id=confirmed_id,
        institution_id=institution_id,
        ground=doubt.ground,
        words=words,
        opened_at=now,
        opener_id=opener_id,
        confirmer_id=doubt.confirmer_id,
        confirmed_on=doubt.confirmed_on,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise AlreadyDoubted from error
    _note("staff.confirmation_doubted", row, opener_id, now=now)
    _doubt_where_it_goes_on(row, opener_id, now=now)
    return row.id


def take_along(
    account_ids: Collection[int], institution_id: int, goals: Mapping[int, int], *, now: datetime
) -> None:
    """Doubt the confirmations of these people anew where they have gone with their institution.

    `goals` has the institution of each; what they are doubted for at the former one, which has been
    merged, is what is asked there. The two are answered as one.
    """
    doubts = db.session.execute(
        select(ConfirmationDoubt, func.coalesce(Account.merged_into_id, Account.id))
        .join(Account, Account.id == ConfirmationDoubt.account_id)
        .where(
            ConfirmationDoubt.institution_id == institution_id,
            ConfirmationDoubt.answered_at.is_(None),
            func.coalesce(Account.merged_into_id, Account.id).in_(account_ids),
        )
        .order_by(ConfirmationDoubt.id)
    ).all()
    for row, kept_id in doubts:
        if kept_id in goals:
            _doubt_also(row, goals[kept_id], row.opener_id, now=now)


def _doubt_where_it_goes_on(
    row: ConfirmationDoubt, opener_id: int | None, *, now: datetime
) -> None:
    """Doubt the confirmation too that went along to the successor of an institution."""
    successor_id = db.session.scalar(
        select(Institution.successor_id).where(
            Institution.id == row.institution_id, Institution.ended_on.is_not(None)
        )
    )
    if successor_id is not None:
        _doubt_also(row, successor_id, opener_id, now=now)


def _doubt_also(
    row: ConfirmationDoubt, institution_id: int, opener_id: int | None, *, now: datetime
) -> None:
    doubt = Doubt(row.ground, row.words, row.confirmer_id, row.confirmed_on)
    try:
        open_doubt(row.account_id, institution_id, doubt, opener_id=opener_id, now=now)
    except (NothingToDoubt, AlreadyDoubted):
        return


def doubt_some(
    account_ids: Iterable[int],
    institution_id: int,
    doubt: Doubt,
    *,
    opener_id: int | None,
    now: datetime,
) -> list[int]:
    """Doubt the confirmation of each of these; of whom it was done.

    Passed over is whom nobody vouches for there any more, and who is doubted already. Raises
    WordsNeeded.
    """
    read_words(doubt.words)
    doubted = []
    for account_id in account_ids:
        try:
            open_doubt(account_id, institution_id, doubt, opener_id=opener_id, now=now)
        except (NothingToDoubt, AlreadyDoubted):
            continue
        doubted.append(account_id)
    return doubted


def answer_doubt(
    scope: Scope, doubt_id: int, answer: DoubtAnswer, evidence: str, *, now: datetime
) -> None:
    """Answer a doubt about one of one's own people, with evidence.

    Raises EvidenceNeeded, NoSuchDoubt outside the scope, DoubtAnswered for a second answer,
    OwnPosting about oneself under whichever account, and OwnConfirmation where whoever confirmed
    the person would say that it was right.
    """
    evidence = read_evidence(evidence)
    doubt = _get(doubt_id)
    theirs = exists().where(
        Posting.account_id == doubt.account_id,
        Posting.institution_id == doubt.institution_id,
        holds(scope),
    )
    if not db.session.scalar(select(theirs)):
        raise NoSuchDoubt
    _answer(scope, doubt, answer, evidence, now=now)


def settle_doubt(
    coordinator_id: int, doubt_id: int, answer: DoubtAnswer, evidence: str, *, now: datetime
) -> None:
    """The same by a coordinator, of any institution's people; raises as `answer_doubt`.

    So it is taken back, too.
    """
    evidence = read_evidence(evidence)
    _answer(Scope(coordinator_id, frozenset()), _get(doubt_id), answer, evidence, now=now)


def _answer(
    scope: Scope, doubt: ConfirmationDoubt, answer: DoubtAnswer, evidence: str, *, now: datetime
) -> None:
    refuse_oneself(scope, doubt.account_id)
    kept_id = _hold(doubt.account_id)
    db.session.refresh(doubt, with_for_update=True)
    if doubt.answered_at is not None:
        raise DoubtAnswered
    together = [doubt, *_list_along(doubt, kept_id)]
    for each in together:
        confirmer_id = None if each.confirmer_id is None else find_kept(each.confirmer_id)
        require_another(answer, scope.officer_id, confirmer_id)
    for each in together:
        _settle(scope, each, kept_id, answer, evidence, now=now)


def _settle(
    scope: Scope,
    doubt: ConfirmationDoubt,
    kept_id: int,
    answer: DoubtAnswer,
    evidence: str,
    *,
    now: datetime,
) -> None:
    doubt.answered_at, doubt.answerer_id = now, scope.officer_id
    doubt.answer, doubt.evidence = answer, evidence
    db.session.flush()
    if answer is DoubtAnswer.WITHDRAWN:
        postings = db.session.scalars(
            select(Posting)
            .where(
                Posting.account_id.in_(list_accounts(kept_id)),
                Posting.institution_id == doubt.institution_id,
                Posting.confirmed_at.is_not(None),
            )
            .order_by(Posting.id)
            .execution_options(populate_existing=True)
        )
        say_not_ours(scope, list(postings), now=now)
    _note(f"staff.doubt_{answer.value}", doubt, scope.officer_id, now=now)


def _get(doubt_id: int) -> ConfirmationDoubt:
    doubt = db.session.get(ConfirmationDoubt, doubt_id)
    if doubt is None:
        raise NoSuchDoubt
    return doubt


def _hold(account_id: int) -> int:
    """Hold all accounts of a person, in order; gives the kept one."""
    kept_id = find_kept(account_id)
    db.session.execute(
        select(Account.id)
        .where(Account.id.in_(accounts_of(kept_id)))
        .order_by(Account.id)
        .with_for_update(key_share=True)
    )
    return kept_id


def _list_along(doubt: ConfirmationDoubt, kept_id: int) -> list[ConfirmationDoubt]:
    """The other doubts of the person that went along with their institution's mergers."""
    others = db.session.scalars(
        select(ConfirmationDoubt)
        .where(
            ConfirmationDoubt.account_id.in_(accounts_of(kept_id)),
            ConfirmationDoubt.answered_at.is_(None),
            ConfirmationDoubt.id != doubt.id,
        )
        .order_by(ConfirmationDoubt.id)
    ).all()
    if not others:
        return []
    goal = _follow(doubt.institution_id)
    return [each for each in others if _follow(each.institution_id) == goal]


def _follow(institution_id: int) -> int:
    """What an institution has become by now: itself, or what follows it."""
    while True:
        successor_id = db.session.scalar(
            select(Institution.successor_id).where(
                Institution.id == institution_id, Institution.ended_on.is_not(None)
            )
        )
        if successor_id is None:
            return institution_id
        institution_id = successor_id


def _is_open(kept_id: int, institution_id: int) -> bool:
    found = exists().where(
        ConfirmationDoubt.institution_id == institution_id,
        ConfirmationDoubt.answered_at.is_(None),
        ConfirmationDoubt.account_id.in_(accounts_of(kept_id)),
    )
    return bool(db.session.scalar(select(found)))


def _note(action: str, doubt: ConfirmationDoubt, actor_id: int | None, *, now: datetime) -> None:
    record(
        action,
        f"account:{doubt.account_id}",
        actor_id=actor_id,
        now=now,
        institution_id=doubt.institution_id,
    )
    announce(DoubtChanged(account_id=doubt.account_id, now=now))
