"""An account that somebody registered with a number of which nobody knew whose it is."""

from datetime import datetime

from sqlalchemy import delete, exists, select, update

from lms.accounts.announcements import AccountHandedOver, PeopleChanged
from lms.accounts.models import Account, ActivationCode, Device
from lms.accounts.people import forget_links, forget_second_factor
from lms.announcements import announce
from lms.audit import record
from lms.db import db
from lms.letters import Letter
from lms.mail import write_letter
from lms.signon.claims import Told


def take_over_claim(account: Account, told: Told, letter: Letter, *, now: datetime) -> None:
    """Make a claim the person of the number, as a staff list does; what they learned stays.

    Where the provider has proved the very mailbox that the account has, it is the same person, and
    nothing is taken. Else whoever used it loses the password, second factor, every device, every
    open link, a code on paper and, by AccountHandedOver, what they had linked; the former mailbox
    is written to. The caller holds the account's row.
    """
    if told.name is not None:
        account.name = told.name
    record("sign_on.claim_settled", f"account:{account.id}", actor_id=account.id, now=now)
    former = account.email
    if told.email is None or told.email != former:
        forget_links(account.id)
        forget_second_factor(account.id)
        db.session.execute(delete(Device).where(Device.account_id == account.id))
        db.session.execute(delete(ActivationCode).where(ActivationCode.account_id == account.id))
        is_taken = exists().where(Account.email == told.email, Account.id != account.id)
        is_free = told.email is not None and not db.session.scalar(select(is_taken))
        db.session.flush()
        db.session.execute(
            update(Account)
            .where(Account.id == account.id)
            .values(
                email=told.email if is_free else None, password_hash=None, address_proved_at=None
            )
        )
        db.session.refresh(account)
        announce(AccountHandedOver(account_id=account.id, now=now))
        write_letter(former, letter, now=now)
    db.session.flush()
    announce(PeopleChanged(account_ids=(account.id,), now=now))
