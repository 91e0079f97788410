"""Signed addresses by which a kind of mail is ended without signing in (RFC 8058).

They hold for good: a message of last year ends what comes today. They can do nothing else.
"""

import enum

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from lms.errors import N_, NotFound

LONGEST = 200


class MailTopic(enum.Enum):
    """What can be ended by its own link."""

    REMINDERS = "reminders"
    DIGEST = "digest"


class NoSuchStopLink(NotFound):
    """The link was not made here, or was altered."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Tautan ini tidak lengkap atau sudah diubah. Salin seluruh tautan dari surelnya, "
                "atau masuk dan buka halaman Akun, bagian Surel."
            )
        )


def sign_stop(topic: MailTopic, account_id: int) -> str:
    """The token that ends a kind of mail for one person."""
    token = _serializer().dumps([topic.value, account_id])
    return token if isinstance(token, str) else token.decode()


def read_stop(token: str) -> tuple[MailTopic, int]:
    """What a token ends, and for whom; raises NoSuchStopLink for any other text."""
    if len(token) > LONGEST:
        raise NoSuchStopLink
    try:
        topic, account_id = _serializer().loads(token)
    except BadSignature as error:
        raise NoSuchStopLink from error
    return MailTopic(topic), int(account_id)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="stop mail")
