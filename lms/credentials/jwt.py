"""Documents signed as a VC-JWT: compact, and readable by every JOSE library.

Sources: W3C, Securing Verifiable Credentials using JOSE and COSE; Open Badges 3.0, 8.2; RFC 7515.
"""

import base64
import json
from datetime import datetime
from typing import Final

from lms.credentials.document import Document
from lms.credentials.issuer import Issuer
from lms.keys.signers import Signer

ALGORITHM: Final = "EdDSA"
"""What the signatures call themselves: RFC 9864 would say "Ed25519", which few readers know yet."""


def sign_as_jwt(document: Document, signer: Signer, issuer: Issuer) -> str:
    """The document as the claims of a JWT; the same document and key give the same text.

    `nbf` is its `validFrom`, `exp` its `validUntil` if it has one, `jti` its `id`.
    """
    header = {
        "alg": ALGORITHM,
        "cty": "vc",
        "kid": issuer.method(signer.key_id),
        "typ": "vc+jwt",
    }
    claims = {
        **document,
        "iss": issuer.did,
        "jti": document["id"],
        "nbf": _seconds(document["validFrom"]),
    }
    if "validUntil" in document:
        claims["exp"] = _seconds(document["validUntil"])
    signed = f"{_packed(header)}.{_packed(claims)}"
    return f"{signed}.{_base64url(signer.sign(signed.encode()))}"


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def _packed(value: Document) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _base64url(text.encode())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
