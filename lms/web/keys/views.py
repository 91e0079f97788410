"""Public keys, where programs look for them; retired ones are among them, for what they signed."""

import base64
import json
from typing import Final

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.errors import N_, NotFound
from lms.http.doors import open_to_all
from lms.keys.enums import Purpose
from lms.keys.queries import PublicKey, list_public_keys

bp = Blueprint("keys", __name__, url_prefix="/.well-known")
open_to_all(bp)

# Who verifies something new meets a key that they do not know, and asks again.
_CACHE: Final = {"Cache-Control": "public, max-age=300"}


@bp.get("/sakuham-keys.json")
def public_keys() -> ResponseReturnValue:
    """Every key by its name: what it is for, how it signs, since when and until when."""
    body = json.dumps({"keys": [_as_json(key) for key in list_public_keys()]}, indent=2)
    return body, {"Content-Type": "application/json", **_CACHE}


@bp.get("/sakuham-root.pem")
def root() -> ResponseReturnValue:
    """The root's certificates, the newest first: what readers of PDF add to those they trust."""
    found = [key.certificate for key in list_public_keys(Purpose.ROOT) if key.certificate]
    if not found:
        raise NotFound(N_("Halaman ini tidak ada."))
    body = "".join(_pem(certificate) for certificate in reversed(found))
    return body, {"Content-Type": "application/x-pem-file", **_CACHE}


def _as_json(key: PublicKey) -> dict[str, str | None]:
    return {
        "id": key.key_id,
        "purpose": key.purpose.value,
        "algorithm": key.algorithm.value,
        "spki": _as_text(key.public_key),
        "certificate": _as_text(key.certificate) if key.certificate else None,
        "created_at": key.created_at.isoformat(),
        "retired_at": key.retired_at.isoformat() if key.retired_at else None,
    }


def _as_text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _pem(certificate: bytes) -> str:
    text = _as_text(certificate)
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])
