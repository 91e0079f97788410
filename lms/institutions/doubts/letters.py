"""Mail to officers about doubts that wait for them; without anybody's name or number."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from lms.accounts.grants import is_in_force
from lms.accounts.models import Account, RoleGrant
from lms.accounts.permissions import Permission, roles_with
from lms.db import among, current_connection
from lms.institutions.models import Posting
from lms.institutions.reach import answers
from lms.letters import Letter
from lms.mail import write_letters


def tell_officers(
    institution_id: int,
    account_ids: Collection[int],
    address: str,
    *,
    opener_id: int | None,
    now: datetime,
) -> None:
    """Write each who answers for some of these people once that their confirmation is doubted.

    Whoever doubts is not written to, and nobody about themselves alone. `address` is the page where
    the doubts wait.
    """
    if not account_ids:
        return
    officer = aliased(Account)
    connection = current_connection()
    rows = connection.execute(
        select(officer.email, func.count(Posting.account_id.distinct()))
        .select_from(Posting)
        .join(RoleGrant, answers())
        .join(officer, officer.id == RoleGrant.account_id)
        .where(
            among(Posting.account_id, list(account_ids), connection),
            Posting.institution_id == institution_id,
            Posting.confirmed_at.is_not(None),
            Posting.account_id != officer.id,
            RoleGrant.role.in_(roles_with(Permission.MANAGE_STAFF)),
            is_in_force(now),
            officer.id != (opener_id or 0),
            officer.email.is_not(None),
            officer.activated_at.is_not(None),
            officer.closed_at.is_(None),
        )
        .group_by(officer.id, officer.email)
        .order_by(officer.id)
    )
    write_letters([(email, _doubted(count, address)) for email, count in rows.all()], now=now)


def _doubted(count: int, address: str) -> Letter:
    return Letter(
        subject="Konfirmasi pegawai menunggu bukti dari instansi Anda",
        parts=(
            (
                f"Koordinator menanyakan {count} konfirmasi pegawai di instansi Anda. Sampai "
                f"dijawab dengan bukti, orangnya tidak dihitung dalam capaian:\n{address}"
            ),
            "Sertifikat mereka tidak berubah, dan mereka tidak disurati.",
        ),
        why="Surel ini dikirim karena Anda pengelola kepegawaian instansi itu.",
    )
