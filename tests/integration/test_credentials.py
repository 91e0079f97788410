"""Credentials of certificates, judged by code that is not ours."""

import base64
import json
from typing import Any

import pytest
from flask import Flask
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from lms.addresses import credential_issuer
from lms.certificates.queries import RegisteredCertificate, get_any_certificate
from lms.credentials.errors import NoCredential
from lms.credentials.service import find_number_key, get_signed_document, jwt_of
from tests.factories import Factory, Issued
from tests.verifiers import ask_node, downloads, fetch

DID = "did:web:sakuham.example"


def registered(issued: Issued) -> RegisteredCertificate:
    return get_any_certificate(issued.code)


def token_of(issued: Issued) -> str:
    token = jwt_of(registered(issued), credential_issuer())
    assert token is not None
    return token


def claims_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def altered(token: str, old: str, new: str) -> str:
    """The token with other words in its claims, and its signature as it was."""
    header, _, signature = token.split(".")
    text = json.dumps(claims_of(token), ensure_ascii=False)
    assert old in text
    packed = base64.urlsafe_b64encode(text.replace(old, new).encode()).rstrip(b"=").decode()
    return ".".join([header, packed, signature])


def test_without_a_key_there_is_no_credential(app: Flask, make: Factory) -> None:
    issued = make.certificate()
    with app.app_context():
        assert jwt_of(registered(issued), credential_issuer()) is None
        assert find_number_key(registered(issued)) is None
        with pytest.raises(NoCredential):
            get_signed_document(registered(issued), credential_issuer())


def test_a_jwt_is_true_for_jose_and_for_openbadgeslib(
    app: Flask, make: Factory, keys: None
) -> None:
    issued = make.certificate(make.learner("Sumirah, S.Pd."))
    with app.app_context():
        token = token_of(issued)
        assert token_of(issued) == token
        facts = registered(issued).facts
    answer, other = ask_node(
        fetch(app, "/.well-known/did.json"), token, altered(token, "Sumirah", "Samirah")
    )
    assert (answer["verified"], other["verified"]) == (True, False)
    assert answer["header"] == {
        "alg": "EdDSA",
        "cty": "vc",
        "kid": f"{DID}#credential-1",
        "typ": "vc+jwt",
    }
    verifier = OB3Verifier.for_issuer_did(DID, download=downloads(app))
    read = verifier.verify(token, check_status=True, download=downloads(app))
    assert read.issuer.id == DID
    assert read.achievement.name == facts.title
    assert read.credits_earned == facts.credit_hours
    assert read.identifiers[0].identity_hash == "Sumirah, S.Pd."
    with pytest.raises(OB3VerificationError, match="Invalid signature"):
        verifier.verify(altered(token, "Sumirah", "Samirah"))
