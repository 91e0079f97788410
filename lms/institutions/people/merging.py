"""Two accounts of one person are merged, and parted again; no certificate changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import product
from typing import Any, Final

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from lms.accounts.addresses import renew_ways_back
from lms.accounts.announcements import PeopleChanged, PersonRegrouped
from lms.accounts.models import Account, AccountMerge, AccountSeparation, EmployeeNumber
from lms.announcements import announce
from lms.audit import record_all
from lms.db import current_connection, db, has_any
from lms.institutions.announcements import PostingsChanged
from lms.institutions.models import Posting
from lms.institutions.notifications import tell_others
from lms.institutions.oneself import list_identities
from lms.institutions.people.errors import (
    CannotBeMerged,
    HoldsARole,
    NoSuchMerge,
    NotEvidentlyOne,
    NotYetConfirmed,
)
from lms.institutions.people.held import hold_postings, holds_a_role, read_reason
from lms.institutions.people.likeness import is_evidently_one
from lms.institutions.postings import end_posting, reopen_posting
from lms.institutions.reach import holds
from lms.institutions.rules import refuse_own
from lms.institutions.scope import Scope
from lms.letters import Letter
from lms.mail import write_letter

LONGER_REASON: Final = 20
"""Letters of a reason that stands where names and numbers say nothing."""
MOST_SHOWN: Final = 100


def merge_staff(
    scope: Scope,
    kept_posting_id: int,
    merged_posting_id: int,
    reason: str,
    *,
    now: datetime,
    is_sure: bool = False,
) -> int:
    """Find that the people of two postings are one; returns the key of the merge.

    The account of the first is kept: it alone is signed in to from then on, with either number or
    address and its own password, and it alone stands on the list. The other one's rows stay as they
    are, its certificates and its password too, until they are parted. Both must be confirmed, so
    that nobody slips in by registering with somebody's number, and both of the asker's people.

    Where no names and numbers of the two say that they are one, present or former ones, the asker
    has to be sure (`is_sure`) with a longer reason, and those are told who answer for them as well,
    or the coordinators where nobody else does. Both mailboxes are told each time.

    Raises NoSuchStaff outside the scope, OwnPosting, NotYetConfirmed, CannotBeMerged for what is
    merged or closed or works nowhere, HoldsARole, ReasonNeeded and NotEvidentlyOne.
    """
    reason = " ".join(reason.split())
    kept_posting, posting = hold_postings(scope, [kept_posting_id, merged_posting_id])
    kept, merged = _accounts(kept_posting, posting)
    if kept_posting.confirmed_at is None or posting.confirmed_at is None:
        raise NotYetConfirmed
    _require_mergeable(kept, merged, kept_posting, posting)
    if scope.officer_id is not None and (holds_a_role(kept.id) or holds_a_role(merged.id)):
        raise HoldsARole
    is_evident = _is_evident(kept.id, merged.id)
    if not is_evident:
        _require_certainty(reason, is_sure=is_sure)
    reason = read_reason(reason)
    if not is_evident:
        both = [kept_posting.id, posting.id]
        tell_others(scope, both, _UNLIKE, _to_coordinators, now=now)
    ended = posting if posting.ended_on is None else None
    if ended is not None:
        end_posting(ended, now=now)
    merge = AccountMerge(
        kept_id=kept.id,
        merged_id=merged.id,
        merged_at=now,
        actor_id=scope.officer_id,
        reason=reason,
        posting_id=None if ended is None else ended.id,
    )
    db.session.add(merge)
    merged.merged_into_id = kept.id
    db.session.flush()
    _regroup("account.merged", kept.id, merged.id, scope, now=now, is_evident=is_evident)
    _tell({kept.email, merged.email}, _MERGED, now=now)
    return merge.id


def separate_staff(scope: Scope, merge_id: int, reason: str, *, now: datetime) -> None:
    """Part two accounts that were merged; both are as they were, and work where they did.

    The other one works nowhere where that institution has ended meanwhile. Raises NoSuchMerge
    outside the scope and for one that was undone, OwnPosting and ReasonNeeded.
    """
    reason = read_reason(reason)
    merge = db.session.get(AccountMerge, merge_id)
    if merge is None or not _is_theirs(scope, merge):
        raise NoSuchMerge
    refuse_own(scope, merge.kept_id)
    both = sorted((merge.kept_id, merge.merged_id))
    db.session.execute(
        select(Account.id).where(Account.id.in_(both)).order_by(Account.id).with_for_update()
    )
    try:
        with db.session.begin_nested():
            db.session.add(
                AccountSeparation(
                    merge_id=merge.id, separated_at=now, actor_id=scope.officer_id, reason=reason
                )
            )
    except IntegrityError as error:
        raise NoSuchMerge from error
    merged = db.session.get_one(Account, merge.merged_id, populate_existing=True)
    merged.merged_into_id = None
    db.session.flush()
    renew_ways_back(merged.id, merge.merged_at, now=now)
    if merge.posting_id is not None:
        reopen_posting(db.session.get_one(Posting, merge.posting_id, populate_existing=True))
    _regroup("account.separated", merge.kept_id, merge.merged_id, scope, now=now)
    kept = db.session.get_one(Account, merge.kept_id)
    _tell({kept.email, db.session.get_one(Account, merge.merged_id).email}, _PARTED, now=now)


@dataclass(frozen=True, slots=True)
class Merged:
    """One merge in force: who was kept, which name and number went in, when and why."""

    merge_id: int
    kept_name: str
    kept_number: str | None
    merged_name: str
    merged_number: str | None
    merged_at: datetime
    reason: str


def list_merges(scope: Scope) -> Sequence[Merged]:
    """The merges in force of the asker's people, the newest first; MOST_SHOWN at most."""
    return [Merged(*row) for row in current_connection().execute(_merges(scope))]


@lru_cache(maxsize=1_000)
def _merges(scope: Scope) -> Select[*tuple[Any, ...]]:
    """Kept for each officer: to write it costs more than to ask it."""
    kept, merged = aliased(Account), aliased(Account)
    kept_number, merged_number = aliased(EmployeeNumber), aliased(EmployeeNumber)
    return (
        select(
            AccountMerge.id,
            kept.name,
            kept_number.number,
            merged.name,
            merged_number.number,
            AccountMerge.merged_at,
            AccountMerge.reason,
        )
        .join(kept, kept.id == AccountMerge.kept_id)
        .join(merged, merged.id == AccountMerge.merged_id)
        .outerjoin(
            kept_number, (kept_number.account_id == kept.id) & kept_number.ended_on.is_(None)
        )
        .outerjoin(
            merged_number,
            (merged_number.account_id == merged.id) & merged_number.ended_on.is_(None),
        )
        .where(
            # Asked of each merge: of people there are many more, and most were never merged.
            has_any(Posting.account_id == kept.id, Posting.ended_on.is_(None), holds(scope)),
            ~exists().where(AccountSeparation.merge_id == AccountMerge.id),
        )
        .order_by(AccountMerge.id.desc())
        .limit(MOST_SHOWN)
    )


def _accounts(kept_posting: Posting, posting: Posting) -> tuple[Account, Account]:
    kept = db.session.get_one(Account, kept_posting.account_id, populate_existing=True)
    return kept, db.session.get_one(Account, posting.account_id, populate_existing=True)


def _require_mergeable(
    kept: Account, merged: Account, kept_posting: Posting, posting: Posting
) -> None:
    newest = db.session.scalar(
        select(func.max(Posting.id)).where(Posting.account_id == posting.account_id)
    )
    has_others = db.session.scalar(select(exists().where(Account.merged_into_id == merged.id)))
    if (
        kept.id == merged.id
        or kept.merged_into_id is not None
        or merged.merged_into_id is not None
        or has_others
        or kept.closed_at is not None
        or merged.closed_at is not None
        or kept_posting.ended_on is not None
        # Who works elsewhere now is another institution's person.
        or posting.id != newest
    ):
        raise CannotBeMerged


def _require_certainty(reason: str, *, is_sure: bool) -> None:
    if len(reason) < LONGER_REASON:
        raise NotEvidentlyOne("reason")
    if not is_sure:
        raise NotEvidentlyOne("is_sure")


def _is_evident(kept_id: int, merged_id: int) -> bool:
    """Whether any names and numbers of the two say that they are one person."""
    both = product(list_identities(kept_id), list_identities(merged_id))
    return any(is_evidently_one(one, other) for one, other in both)


def _is_theirs(scope: Scope, merge: AccountMerge) -> bool:
    """Whether the asker answers for who was kept, or for where the other account stood."""
    theirs = select(Posting.id).where(
        holds(scope),
        or_(
            (Posting.account_id == merge.kept_id) & Posting.ended_on.is_(None),
            Posting.id == merge.posting_id,
        ),
    )
    return db.session.scalar(theirs.limit(1)) is not None


def _regroup(
    action: str, kept_id: int, merged_id: int, scope: Scope, *, now: datetime, **details: bool
) -> None:
    both = tuple(sorted((kept_id, merged_id)))
    subjects = [f"account:{each}" for each in both]
    record_all(action, subjects, actor_id=scope.officer_id, now=now, **details)
    announce(PersonRegrouped(account_ids=both, now=now))
    announce(PeopleChanged(account_ids=both, now=now))
    announce(PostingsChanged(account_ids=both, now=now))


_MERGED = (
    "Dua akun SakuHAM Anda digabung",
    (
        "Pengelola kepegawaian instansi Anda menggabung dua akun SakuHAM yang tercatat atas "
        "nama Anda. Anda kini masuk ke satu akun, dengan NIP atau surel yang mana pun dan kata "
        "sandi akun itu. Semua sertifikat tetap seperti terbitnya dan tampil di sana. Bila "
        "keliru, sampaikan kepada pengelola kepegawaian atau layanan bantuan SakuHAM: penggabungan "
        "dapat dipisahkan lagi."
    ),
)
_UNLIKE = Letter(
    subject="Dua akun pegawai yang tidak serupa digabung",
    parts=(
        (
            "Seorang pengelola kepegawaian menggabung dua akun pegawai sebagai satu orang, "
            "sedangkan nama atau nomornya tidak menunjukkannya. Bacalah alasannya di Kepegawaian, "
            "Akun ganda. Bila keliru, pisahkan lagi di sana: keduanya kembali seperti semula."
        ),
    ),
    why="Surel ini dikirim karena Anda juga bertanggung jawab atas daftar pegawai itu.",
)


def _to_coordinators(place: str) -> Letter:
    return Letter(
        subject="Dua akun pegawai yang tidak serupa digabung",
        parts=(
            (
                f"Seorang pengelola kepegawaian menggabung dua akun pegawai {place} sebagai satu "
                "orang, sedangkan nama atau nomornya tidak menunjukkannya. Tidak ada pengelola "
                "lain di sana yang dapat memeriksanya."
            ),
            (
                "Tanyakan alasannya kepada pengelola itu dan kepada kantornya: surel dan kontaknya "
                "ada di halaman instansinya, di Instansi. Bila keliru, ia memisahkannya lagi di "
                "Kepegawaian, Akun ganda, dan keduanya kembali seperti semula. Bila ia tidak "
                "melakukannya, mintalah operator layanan menunjuk pengelola lain di sana: ia dapat "
                "membaca alasannya dan memisahkannya."
            ),
        ),
        why="Surel ini dikirim karena Anda koordinator yang mengawasi konfirmasi pegawai.",
    )


_PARTED = (
    "Dua akun SakuHAM Anda dipisahkan lagi",
    (
        "Pengelola kepegawaian instansi Anda memisahkan lagi dua akun SakuHAM yang pernah "
        "digabung. Masing-masing kembali seperti semula, dengan kata sandi dan sertifikatnya "
        "sendiri."
    ),
)


def _tell(addresses: set[str | None], words: tuple[str, str], *, now: datetime) -> None:
    subject, text = words
    letter = Letter(
        subject=subject, parts=(text,), why="Surel ini dikirim karena data akun Anda berubah."
    )
    for address in sorted(filter(None, addresses)):
        write_letter(address, letter, now=now)
