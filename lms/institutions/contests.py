"""A number that two institutions hold to be their person's: those who have it hear of the other.

Nobody can tell from a number whose it is. Who lists it second changes nothing, and can have it
asked about; the institution that has it lets the person go if they are not theirs.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import exists, func, select

from lms.audit import AuditEntry, record
from lms.db import db
from lms.institutions.claims import find_claim_on_number
from lms.institutions.errors import NoSuchStaff
from lms.institutions.models import Institution, Posting
from lms.institutions.notifications import tell_others
from lms.institutions.rules import Claim
from lms.institutions.scope import Scope
from lms.letters import Letter
from lms.mail import write_letter

CONTESTED: Final = "staff.number_contested"
ONCE_IN: Final = timedelta(days=7)
"""How often anybody hears of the same number, whoever lists it."""
_ASKED: Final = "staff.number_asked_about"
"""That an officer wanted it; noted whether or not anybody heard of it, so that it tells neither."""


def contest_number(scope: Scope, institution: Institution, number: str, *, now: datetime) -> bool:
    """Have those asked who have a number that the asker's institution lists too.

    Its officers are written to, or the coordinators where it has none, and the mailbox under which
    it stands, without anybody's name.
    False where nobody else has it, or they have heard of it lately. Raises NoSuchStaff for an
    institution outside the scope.
    """
    if not scope.covers(institution.id):
        raise NoSuchStaff
    claim = find_claim_on_number(number)
    if claim is None:
        return False
    if _last_asked(scope, claim, now=now) is None:
        record(_ASKED, f"account:{claim.account_id}", actor_id=scope.officer_id, now=now)
    if not claim.is_vouched_for or claim.is_closed:
        return False
    if claim.institution_id in {None, institution.id}:
        return False
    subject = f"account:{claim.account_id}"
    has_heard = exists().where(
        AuditEntry.action == CONTESTED,
        AuditEntry.entered_at > now - ONCE_IN,
        AuditEntry.subject == subject,
    )
    if db.session.scalar(select(has_heard)):
        return False
    record(CONTESTED, subject, actor_id=scope.officer_id, now=now, institution_id=institution.id)
    postings = select(Posting.id).where(
        Posting.account_id == claim.account_id, Posting.ended_on.is_(None)
    )
    tell_others(
        scope,
        list(db.session.scalars(postings)),
        _to_officers(institution.name, number[-3:]),
        partial(_to_coordinators, institution.name, number[-3:]),
        now=now,
    )
    if claim.is_answered:
        write_letter(claim.email or None, _to_holder(institution.name, number[-3:]), now=now)
    return True


def find_contest(scope: Scope, number: str, *, now: datetime) -> datetime | None:
    """When the asker last had a number asked about, in the days in which nobody hears of it again.

    The same whether or not anybody has heard of it.
    """
    claim = find_claim_on_number(number)
    return None if claim is None else _last_asked(scope, claim, now=now)


def _last_asked(scope: Scope, claim: Claim, *, now: datetime) -> datetime | None:
    return db.session.scalar(
        select(func.max(AuditEntry.entered_at)).where(
            AuditEntry.action == _ASKED,
            AuditEntry.entered_at > now - ONCE_IN,
            AuditEntry.subject == f"account:{claim.account_id}",
            AuditEntry.actor_id == scope.officer_id,
        )
    )


def _to_officers(institution_name: str, ending: str) -> Letter:
    return Letter(
        subject="NIP seorang pegawai Anda tercatat di instansi lain",
        parts=(
            (
                f"{institution_name} mencatat NIP yang berakhir {ending} sebagai pegawainya. NIP "
                "itu sudah ada dalam daftar Anda, dan tidak ada yang diubah. Cari orangnya di "
                "Kepegawaian dengan tiga angka itu, lalu pastikan siapa pemiliknya dan apakah "
                "surelnya miliknya."
            ),
            (
                "Bila ia bekerja di instansi itu, catat Pindah ke instansi lain di halamannya. "
                "Bila ia pegawai Anda, hubungi instansi itu. Bila tidak ada kata sepakat, layanan "
                "bantuan SakuHAM yang memutuskan."
            ),
        ),
        why="Surel ini dikirim karena Anda bertanggung jawab atas daftar pegawai itu.",
    )


def _to_coordinators(institution_name: str, ending: str, holder: str) -> Letter:
    return Letter(
        subject="NIP seorang pegawai tercatat di dua instansi",
        parts=(
            (
                f"{institution_name} mencatat NIP yang berakhir {ending} sebagai pegawainya. NIP "
                f"itu sudah ada dalam daftar pegawai {holder}, yang tidak punya pengelola "
                "kepegawaian yang dapat ditanya. Tidak ada yang diubah."
            ),
            (
                "Tanyakan kepada kantor kepegawaian kedua instansi, yang kontaknya ada di halaman "
                "masing-masing, di Instansi, siapa pemilik nomor itu. Bila ia bekerja di "
                f"{institution_name}, operator layanan dapat memindahkannya dengan daftar pegawai "
                f"yang menyebut namanya dan nomornya; bila ia pegawai {holder}, mintalah operator "
                "menunjuk pengelola kepegawaian di sana."
            ),
        ),
        why="Surel ini dikirim karena Anda koordinator yang mengawasi konfirmasi pegawai.",
    )


def _to_holder(institution_name: str, ending: str) -> Letter:
    return Letter(
        subject="NIP Anda tercatat di instansi lain",
        parts=(
            (
                f"{institution_name} mencatat NIP yang berakhir {ending} sebagai pegawainya, "
                "sedangkan di SakuHAM nomor itu tercatat dengan surel ini. Tidak ada yang diubah. "
                "Bila nomor itu bukan milik Anda, atau Anda kini bekerja di sana, beri tahu "
                "pengelola kepegawaian instansi Anda."
            ),
        ),
        why="Surel ini dikirim karena nomor akun SakuHAM Anda juga dicatat instansi lain.",
    )
