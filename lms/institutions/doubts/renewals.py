"""Whom an institution confirms anew after a doubt has shown that it should not have.

Such a confirmation wants the other pair of eyes from its first moment: or whoever may not uphold
their own would withdraw it, and confirm once more.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from lms.accounts.one_person import accounts_of, kept_of
from lms.days import local_day
from lms.db import current_connection
from lms.institutions.doubts.errors import AlreadyDoubted, NothingToDoubt
from lms.institutions.doubts.models import ConfirmationDoubt, DoubtAnswer, DoubtGround
from lms.institutions.doubts.service import Doubt, open_doubt

WORDS: Final = (
    "Konfirmasinya pernah diragukan dan ditarik; kini ia dikonfirmasi lagi. Sebelum ia dihitung, "
    "selain yang mengonfirmasinya perlu menjawab dengan bukti."
)
_LAST = (
    select(ConfirmationDoubt.answer)
    .where(
        ConfirmationDoubt.account_id.in_(accounts_of(kept_of(bindparam("account_id")))),
        ConfirmationDoubt.institution_id == bindparam("institution_id"),
    )
    .order_by(ConfirmationDoubt.id.desc())
    .limit(1)
)


def doubt_again(
    account_id: int, institution_id: int, confirmer_id: int | None, *, now: datetime
) -> None:
    """Doubt a confirmation at once where the last doubt of the person there had it withdrawn."""
    asked = {"account_id": account_id, "institution_id": institution_id}
    if current_connection().execute(_LAST, asked).scalar() is not DoubtAnswer.WITHDRAWN:
        return
    doubt = Doubt(DoubtGround.OTHER, WORDS, confirmer_id, local_day(now))
    try:
        open_doubt(account_id, institution_id, doubt, opener_id=None, now=now)
    except (AlreadyDoubted, NothingToDoubt):
        # Merged accounts: it waits for an answer already, or was taken back meanwhile.
        return
