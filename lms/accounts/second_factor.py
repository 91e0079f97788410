"""A second factor: codes of six digits from an app (TOTP, RFC 6238), and recovery codes on paper.

A device that has passed it is not asked again for some days. A code works once: the step that was
taken last is kept, and none before it is taken any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Final

import pyotp
from sqlalchemy import and_, bindparam, delete, exists, func, insert, select, update

from lms.accounts.activation import new_code, read_code, show_code
from lms.accounts.errors import NoSecondFactor, SecondFactorRequired, WrongSecondCode
from lms.accounts.models import Device, RecoveryCode, SecondFactor
from lms.accounts.people import forget_second_factor
from lms.accounts.queries import get_account
from lms.accounts.throttling import (
    count_failures,
    forget_failures,
    key_of_second_step,
    record_failure,
    record_guess,
)
from lms.audit import record
from lms.db import current_connection, db, read_only
from lms.keys.sealed import CannotUnseal, seal, unseal
from lms.keys.vault import vault
from lms.letters import Letter
from lms.mail import write_letter

DIGITS: Final = 6
STEP_SECONDS: Final = 30
WINDOW: Final = 1
"""How many steps an app's clock may be early or late."""
CODES: Final = 10
FRESH: Final = timedelta(minutes=10)
"""How long ago it may have been passed for what is dear."""
_PURPOSE: Final = "second factor"
_ISSUER: Final = "SakuHAM"

_ADDED = Letter(
    subject="Verifikasi dua langkah SakuHAM dipasang",
    parts=(
        (
            "Akun SakuHAM Anda kini meminta kode dari aplikasi autentikator setelah kata sandi. "
            "Bila bukan Anda yang memasangnya, segera hubungi layanan bantuan."
        ),
    ),
    why="Surel ini dikirim karena cara masuk ke akun SakuHAM Anda berubah.",
)
_REMOVED = Letter(
    subject="Verifikasi dua langkah SakuHAM dilepas",
    parts=(
        (
            "Akun SakuHAM Anda tidak lagi meminta kode dari aplikasi autentikator. Bila bukan Anda "
            "yang melepasnya, segera buat kata sandi baru dan hubungi layanan bantuan."
        ),
    ),
    why="Surel ini dikirim karena cara masuk ke akun SakuHAM Anda berubah.",
)
_RESET = Letter(
    subject="Verifikasi dua langkah SakuHAM diatur ulang",
    parts=(
        (
            "Operator layanan melepas verifikasi dua langkah akun SakuHAM Anda dan mengeluarkan "
            "Anda dari semua perangkat. Bila Anda memintanya karena kehilangan perangkat, masuklah "
            "dengan kata sandi dan pasang lagi. Bila bukan, segera hubungi layanan bantuan."
        ),
    ),
    why="Surel ini dikirim karena cara masuk ke akun SakuHAM Anda berubah.",
)


@dataclass(frozen=True, slots=True)
class State:
    """How somebody's second factor stands: since when, and how many recovery codes are left."""

    confirmed_at: datetime | None
    code_count: int


@dataclass(frozen=True, slots=True)
class Setup:
    """What an app needs: the secret to type, and the address that a QR code holds."""

    secret: str
    address: str

    @property
    def groups(self) -> list[str]:
        """The secret in groups of four."""
        return [self.secret[start : start + 4] for start in range(0, len(self.secret), 4)]


def read_state(account_id: int) -> State:
    """Whether somebody has a second factor."""
    confirmed_at = db.session.scalar(
        select(SecondFactor.confirmed_at).where(SecondFactor.account_id == account_id)
    )
    count = select(func.count()).where(RecoveryCode.account_id == account_id)
    return State(confirmed_at, db.session.scalar(count) or 0)


_HAS_ONE = select(
    exists().where(
        and_(
            SecondFactor.account_id == bindparam("account_id"),
            SecondFactor.confirmed_at.is_not(None),
        )
    )
)


def has_second_factor(account_id: int) -> bool:
    """Whether somebody's second factor is in use."""
    return bool(current_connection().execute(_HAS_ONE, {"account_id": account_id}).scalar())


def begin_setup(account_id: int, *, now: datetime) -> None:
    """Draw a secret for somebody's app, which counts once a code from it has come.

    Nothing is changed where there is a second factor already.
    """
    if has_second_factor(account_id):
        return
    forget_second_factor(account_id)
    secret = pyotp.random_base32()
    sealed = seal(
        secret.encode(), vault().passphrase, purpose=_PURPOSE, row=f"account:{account_id}"
    )
    db.session.add(
        SecondFactor(account_id=account_id, sealed_secret=sealed, begun_at=now, last_step=0)
    )
    db.session.flush()


def find_setup(account_id: int) -> Setup | None:
    """What the app needs, while the setting up is under way."""
    sealed = db.session.scalar(
        select(SecondFactor.sealed_secret).where(
            SecondFactor.account_id == account_id, SecondFactor.confirmed_at.is_(None)
        )
    )
    if sealed is None:
        return None
    secret = _open(account_id, sealed)
    account = get_account(account_id)
    address = pyotp.TOTP(secret).provisioning_uri(
        name=account.email or account.name, issuer_name=_ISSUER
    )
    return Setup(secret, address)


def finish_setup(
    account_id: int, device_id: int, code: str, *, remembered: timedelta, now: datetime
) -> list[str]:
    """Put a second factor in use, by a code from the app; returns the recovery codes.

    To be called before anything is stored. Raises WrongSecondCode, NoSecondFactor where none was
    begun, and TooManyGuesses.
    """
    _take_code(account_id, code, is_confirmed=False, now=now)
    db.session.execute(
        update(SecondFactor).where(SecondFactor.account_id == account_id).values(confirmed_at=now)
    )
    codes = _renew_codes(account_id)
    # Others came in by a password alone.
    db.session.execute(
        update(Device)
        .where(Device.account_id == account_id, Device.id != device_id)
        .values(second_step_due_at=now)
    )
    _pass(device_id, remembered=remembered, now=now)
    record("second_factor.added", f"account:{account_id}", actor_id=account_id, now=now)
    write_letter(get_account(account_id).email, _ADDED, now=now)
    return codes


def pass_second_step(
    account_id: int, device_id: int, code: str, *, remembered: timedelta, now: datetime
) -> None:
    """Let a device in by a code from the app, or by a recovery code, which is used up.

    To be called before anything is stored. Raises WrongSecondCode, NoSecondFactor and
    TooManyGuesses.
    """
    _take_code(account_id, code, is_confirmed=True, now=now)
    _pass(device_id, remembered=remembered, now=now)


def renew_recovery_codes(account_id: int, *, now: datetime) -> list[str]:
    """Other recovery codes, which void those before; raises NoSecondFactor."""
    if not has_second_factor(account_id):
        raise NoSecondFactor
    record("second_factor.codes_renewed", f"account:{account_id}", actor_id=account_id, now=now)
    return _renew_codes(account_id)


def remove_second_factor(account_id: int, *, is_required: bool, now: datetime) -> None:
    """Take one's own second factor away; raises NoSecondFactor and SecondFactorRequired."""
    if is_required:
        raise SecondFactorRequired
    if not has_second_factor(account_id):
        raise NoSecondFactor
    forget_second_factor(account_id)
    db.session.execute(
        update(Device)
        .where(Device.account_id == account_id)
        .values(second_step_due_at=None, second_step_passed_at=None)
    )
    record("second_factor.removed", f"account:{account_id}", actor_id=account_id, now=now)
    write_letter(get_account(account_id).email, _REMOVED, now=now)


def reset_second_factor(account_id: int, reason: str, *, now: datetime) -> None:
    """Take away the second factor of who has lost their device, for an operator's command.

    All devices are signed out. Raises NoSecondFactor.
    """
    if not has_second_factor(account_id):
        raise NoSecondFactor
    forget_second_factor(account_id)
    db.session.execute(delete(Device).where(Device.account_id == account_id))
    subject = f"account:{account_id}"
    record("second_factor.reset", subject, actor_id=None, now=now, reason=reason)
    write_letter(get_account(account_id).email, _RESET, now=now)


def _pass(device_id: int, *, remembered: timedelta, now: datetime) -> None:
    db.session.execute(
        update(Device)
        .where(Device.id == device_id)
        .values(second_step_due_at=now + remembered, second_step_passed_at=now)
    )


def _take_code(account_id: int, typed: str, *, is_confirmed: bool, now: datetime) -> None:
    """Use a code up, or count that it was wrong."""
    key = key_of_second_step(account_id)
    with read_only():
        factor = db.session.execute(
            select(
                SecondFactor.sealed_secret, SecondFactor.last_step, SecondFactor.confirmed_at
            ).where(SecondFactor.account_id == account_id)
        ).one_or_none()
        recovery = exists().where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _hash(account_id, read_code(typed)),
        )
        is_recovery = is_confirmed and bool(db.session.scalar(select(recovery)))
        failed_count = count_failures(key, now=now)
    if factor is None or (factor.confirmed_at is not None) is not is_confirmed:
        raise NoSecondFactor
    record_guess(key, failed_count, now=now)
    step = find_step(_open(account_id, factor.sealed_secret), typed, factor.last_step, now=now)
    if step is None and not is_recovery:
        record_failure(key, failed_count, now=now)
        raise WrongSecondCode
    is_first = (
        _use_recovery_code(account_id, typed, now=now)
        if step is None
        else _use_step(account_id, step)
    )
    if not is_first:  # of two at once
        raise WrongSecondCode
    forget_failures(key)


def find_step(secret: str, typed: str, last_step: int, *, now: datetime) -> int | None:
    """The step of whose code this is, if it is a near one and none that was taken before."""
    digits = "".join(sign for sign in typed if sign.isascii() and sign.isdigit())
    if len(digits) != DIGITS or len(typed.strip()) > DIGITS + 2:
        return None
    present = int(now.timestamp()) // STEP_SECONDS
    made = pyotp.TOTP(secret)
    for step in range(present - WINDOW, present + WINDOW + 1):
        if compare_digest(made.generate_otp(step), digits) and step > last_step:
            return step
    return None


def _use_step(account_id: int, step: int) -> bool:
    """Whether nobody has taken this step's code meanwhile."""
    taken = current_connection().execute(
        update(SecondFactor)
        .where(SecondFactor.account_id == account_id, SecondFactor.last_step < step)
        .values(last_step=step)
    )
    return bool(taken.rowcount)


def _use_recovery_code(account_id: int, typed: str, *, now: datetime) -> bool:
    used = current_connection().execute(
        delete(RecoveryCode).where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _hash(account_id, read_code(typed)),
        )
    )
    if not used.rowcount:
        return False
    record("second_factor.code_used", f"account:{account_id}", actor_id=account_id, now=now)
    return True


def _renew_codes(account_id: int) -> list[str]:
    codes = [new_code() for _ in range(CODES)]
    connection = current_connection()
    connection.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    connection.execute(
        insert(RecoveryCode),
        [{"account_id": account_id, "code_hash": _hash(account_id, code)} for code in codes],
    )
    return [show_code(code) for code in codes]


def _hash(account_id: int, code: str) -> bytes:
    return sha256(f"recovery:{account_id}:{code}".encode()).digest()


def _open(account_id: int, sealed: bytes) -> str:
    """The secret; without the passphrase by which it was sealed there is no second factor."""
    try:
        secret = unseal(sealed, vault().passphrase, purpose=_PURPOSE, row=f"account:{account_id}")
    except CannotUnseal as error:
        raise NoSecondFactor from error
    return secret.decode()
