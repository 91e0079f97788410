"""The did:web document: with which keys anybody checks what we signed.

Sources: W3C, Decentralized Identifiers v1.0; W3C Credentials Community Group, did:web Method.
"""

import base64
from collections.abc import Iterable

from lms.credentials.document import Document
from lms.credentials.issuer import Issuer
from lms.credentials.multibase import multikey
from lms.keys.queries import PublicKey


def did_document(issuer: Issuer, keys: Iterable[PublicKey]) -> Document:
    """What `/.well-known/did.json` says: every credential key, as Multikey and as JWK.

    Retired keys are among them: what they signed is still ours.
    """
    methods = [method for key in keys for method in _methods(issuer, key)]
    return {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
            "https://w3id.org/security/suites/jws-2020/v1",
        ],
        "id": issuer.did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _methods(issuer: Issuer, key: PublicKey) -> list[Document]:
    """A key by its name, and again for those who read JWK only: one method holds one form."""
    name = issuer.method(key.key_id)
    x = base64.urlsafe_b64encode(key.public_bytes).rstrip(b"=").decode()
    return [
        {
            "id": name,
            "type": "Multikey",
            "controller": issuer.did,
            "publicKeyMultibase": multikey(key.public_bytes),
        },
        {
            "id": f"{name}-jwk",
            "type": "JsonWebKey2020",
            "controller": issuer.did,
            "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "x": x},
        },
    ]
