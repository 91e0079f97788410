"""Messages of webhooks and their signatures, as Standard Webhooks has them: from values alone."""

import base64
import hmac
import json
from datetime import datetime
from hashlib import sha256
from typing import Final

MARK: Final = "whsec_"
SECRET_BYTES: Final = 32


def write_secret(secret: bytes) -> str:
    """A secret as receivers are given it."""
    return MARK + base64.b64encode(secret).decode()


def message_of(kind: str, position: int, number: str, entered_at: datetime) -> bytes:
    """The body of a message: what happened, where it stands in the log, and to which number."""
    body = {
        "type": f"certificate.{kind}",
        "timestamp": entered_at.isoformat().replace("+00:00", "Z"),
        "data": {"position": position, "number": number},
    }
    return json.dumps(body, separators=(",", ":")).encode()


def headers_of(secret: bytes, message_id: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The headers of a message; `message_id` is the same at every try."""
    moment = int(now.timestamp())
    signed = f"{message_id}.{moment}.".encode() + body
    signature = base64.b64encode(hmac.digest(secret, signed, sha256)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{signature}",
    }
