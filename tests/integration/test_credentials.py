"""Credentials of certificates, judged by code that is not ours."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from lms.addresses import credential_issuer
from lms.certificates.queries import RegisteredCertificate, get_any_certificate
from lms.clock import utc_now
from lms.credentials.document import credential_document
from lms.credentials.errors import NoCredential, NoSuchStatusList
from lms.credentials.jwt import sign_as_jwt
from lms.credentials.service import (
    find_number_key,
    get_signed_document,
    get_status_jwt,
    jwt_of,
)
from lms.credentials.status import count_status_lists, get_status_list
from lms.db import transaction
from lms.keys.enums import Purpose
from lms.keys.material import make_plain
from lms.keys.queries import find_signer
from lms.keys.service import rotate_keys
from tests.conftest import LONG_AGO, Statements
from tests.factories import Factory, Issued
from tests.verifiers import ask_node, downloads, fetch

DID = "did:web:sakuham.example"


def registered(issued: Issued) -> RegisteredCertificate:
    return get_any_certificate(issued.code)


def token_of(issued: Issued) -> str:
    token = jwt_of(registered(issued), credential_issuer())
    assert token is not None
    return token


def document_of(issued: Issued) -> dict[str, Any]:
    return get_signed_document(registered(issued), credential_issuer())


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


def test_a_document_is_true_for_digital_bazaar_and_for_openbadgeslib(
    app: Flask, make: Factory, keys: None
) -> None:
    issued = make.certificate(make.learner("Sumirah, S.Pd."))
    with app.app_context():
        document = document_of(issued)
        assert document_of(issued) == document
    forged = json.loads(json.dumps(document).replace("Sumirah", "Samirah"))
    longer = {**document, "validUntil": "2099-01-01T00:00:00Z"}
    found = ask_node(fetch(app, "/.well-known/did.json"), document, forged, longer)
    assert [each["verified"] for each in found] == [True, False, False], found
    verifier = OB3LdpVerifier(issuer_did=DID)
    read = verifier.verify(document, check_status=True, download=downloads(app))
    assert read.issuer.name == app.config["SAKUHAM"].issuer_name
    for false in (forged, longer):
        with pytest.raises(OB3VerificationError, match="signature"):
            verifier.verify(false, download=downloads(app))


def test_a_credential_signed_by_another_key_is_refused(
    app: Flask, make: Factory, keys: None
) -> None:
    issued = make.certificate()
    with app.app_context():
        issuer = credential_issuer()
        document = credential_document(registered(issued), issuer, "salt")
        other = find_signer(Purpose.QR)
        assert other is not None
        named = sign_as_jwt(document, other, issuer)
        ours = jwt_of(registered(issued), issuer)
        assert ours is not None
    # The signature of the one key under the name of the other.
    posing = ".".join([*ours.split(".")[:2], named.split(".")[2]])
    found = ask_node(fetch(app, "/.well-known/did.json"), named, posing, ours)
    assert [each["verified"] for each in found] == [False, False, True], found
    verifier = OB3Verifier.for_issuer_did(DID, download=downloads(app))
    for false in (named, posing):
        with pytest.raises(OB3VerificationError):
            verifier.verify(false)


def test_what_a_retired_key_signed_stays_true(app: Flask, make: Factory, keys: None) -> None:
    issued = make.certificate()
    with app.app_context():
        before = token_of(issued)
        with transaction():
            rotate_keys([make_plain(Purpose.CREDENTIAL)], now=make.now)
        after = token_of(issued)
    found = ask_node(fetch(app, "/.well-known/did.json"), before, after)
    assert [each["verified"] for each in found] == [True, True]
    assert [each["header"]["kid"] for each in found] == [
        f"{DID}#credential-1",
        f"{DID}#credential-2",
    ]
    verifier = OB3Verifier.for_issuer_did(DID, download=downloads(app))
    assert verifier.verify(before).id == verifier.verify(after).id


def test_the_number_is_hidden_and_opens_with_the_holders_key_only(
    app: Flask, make: Factory, keys: None
) -> None:
    person = make.learner()
    issued, other = make.certificate(person), make.certificate(person, make.book("tema-dua"))
    with app.app_context():
        claims, others = claims_of(token_of(issued)), claims_of(token_of(other))
        key, other_key = (find_number_key(registered(each)) for each in (issued, other))
        number = registered(issued).facts.employee_number
    assert number is not None
    assert key is not None
    text = json.dumps(claims)
    assert number not in text
    assert key not in text
    (hidden,) = [
        each["identityHash"] for each in claims["credentialSubject"]["identifier"] if each["hashed"]
    ]
    assert hidden == "sha256$" + hashlib.sha256((number + key).encode()).hexdigest()
    # Two credentials of one person do not tell that they are.
    assert key != other_key
    assert hidden not in json.dumps(others)


def test_somebody_without_a_number_is_named_only(app: Flask, make: Factory, keys: None) -> None:
    issued = make.certificate()
    with app.app_context():
        found = registered(issued)
        nameless = replace(found, facts=replace(found.facts, employee_number=None))
        document = credential_document(nameless, credential_issuer(), "salt")
        assert find_number_key(nameless) is None
    (named,) = document["credentialSubject"]["identifier"]
    assert named == {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": found.facts.holder_name,
        "identityType": "name",
    }


def test_a_last_day_and_a_period_are_told(app: Flask, make: Factory, keys: None) -> None:
    issued = make.certificate()
    with app.app_context():
        found = registered(issued)
        facts = replace(
            found.facts,
            started_on=date(2026, 5, 1),
            completed_on=date(2026, 5, 2),
            valid_until=date(2028, 5, 2),
        )
        token = jwt_of(replace(found, facts=facts), credential_issuer())
        past = replace(facts, valid_until=date(2026, 5, 3))
        expired = jwt_of(replace(found, facts=past), credential_issuer())
    assert token is not None
    assert expired is not None
    claims = claims_of(token)
    assert claims["validUntil"] == "2028-05-02T16:59:59Z"  # of Jakarta, seven hours ahead
    assert claims["exp"] == 1840899599
    assert "Dari 1 Mei 2026 sampai 2 Mei 2026." in claims["credentialSubject"]["narrative"]
    verifier = OB3Verifier.for_issuer_did(DID, download=downloads(app))
    verifier.verify(token)
    with pytest.raises(OB3VerificationError, match="expired"):
        verifier.verify(expired)


def test_an_event_is_told_as_one(app: Flask, make: Factory, keys: None) -> None:
    code = make.attendance(make.learner())
    with app.app_context():
        found = get_any_certificate(code)
        token = jwt_of(found, credential_issuer())
    assert token is not None
    read = OB3Verifier.for_issuer_did(DID, download=downloads(app)).verify(token)
    assert read.achievement.criteria_narrative == "Mengikuti kegiatan ini."
    assert read.credits_earned == 3


def test_what_is_out_of_force_is_seen_by_a_checker_of_status_lists(
    app: Flask, make: Factory, keys: None
) -> None:
    revoked, replaced, kept = (
        make.certificate(make.learner(name)) for name in ("Rahma", "Pandu", "Kirana")
    )
    with app.app_context():
        tokens = [token_of(each) for each in (revoked, replaced, kept)]
        documents = [document_of(each) for each in (revoked, replaced, kept)]
    make.revoke(revoked)
    make.rename(replaced.person, "Pandu, S.H.")
    successor = make.replace(replaced)
    with app.app_context():
        # No new credential of what is out of force, and one of what follows it.
        assert jwt_of(registered(revoked), credential_issuer()) is None
        assert jwt_of(registered(replaced), credential_issuer()) is None
        following = jwt_of(get_any_certificate(successor), credential_issuer())
        assert following is not None
    verifier = OB3Verifier.for_issuer_did(DID, download=downloads(app))
    for token in tokens[:2]:
        assert verifier.verify(token).issuer.id == DID  # its signature is as true as ever
        with pytest.raises(OB3VerificationError, match="'revocation' is set at index"):
            verifier.verify(token, check_status=True, download=downloads(app))
    for token in (tokens[2], following):
        verifier.verify(token, check_status=True, download=downloads(app))
    judge = OB3LdpVerifier(issuer_did=DID)
    for document in documents[:2]:
        with pytest.raises(OB3VerificationError, match="'revocation' is set at index"):
            judge.verify(document, check_status=True, download=downloads(app))
    judge.verify(documents[2], check_status=True, download=downloads(app))


def test_a_revocation_that_was_withdrawn_is_no_longer_seen(
    app: Flask, make: Factory, keys: None
) -> None:
    issued = make.certificate()
    with app.app_context():
        token = token_of(issued)
    make.revoke(issued)
    make.reinstate(issued)
    verifier = OB3Verifier.for_issuer_did(DID, download=downloads(app))
    verifier.verify(token, check_status=True, download=downloads(app))
    with app.app_context():
        assert token_of(issued) == token
    make.revoke(issued)
    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        verifier.verify(token, check_status=True, download=downloads(app))


def test_a_status_list_that_somebody_altered_is_refused(
    app: Flask, make: Factory, keys: None
) -> None:
    issued = make.certificate()
    with app.app_context():
        token = token_of(issued)
        before = get_status_jwt(0, credential_issuer(), now=utc_now())
    make.revoke(issued)
    with app.app_context():
        after = get_status_jwt(0, credential_issuer(), now=utc_now())
    # The bits of before under the signature of after.
    parts = (after.split(".")[0], before.split(".")[1], after.split(".")[2])
    served = {"https://sakuham.example/status/0": ".".join(parts).encode()}
    verifier = OB3Verifier.for_issuer_did(DID, download=downloads(app))
    with pytest.raises(OB3VerificationError, match="proof is invalid"):
        verifier.verify(token, check_status=True, download=served.__getitem__)


def test_a_status_list_is_of_its_moment_and_no_longer(
    app: Flask, make: Factory, keys: None
) -> None:
    issued = make.certificate()
    with app.app_context():
        token = token_of(issued)
        old = get_status_jwt(0, credential_issuer(), now=make.now - timedelta(days=2))
    assert claims_of(old)["exp"] - claims_of(old)["nbf"] == 24 * 60 * 60
    served = {"https://sakuham.example/status/0": old.encode()}
    verifier = OB3Verifier.for_issuer_did(DID, download=downloads(app))
    with pytest.raises(OB3VerificationError, match="expired"):
        verifier.verify(token, check_status=True, download=served.__getitem__)


def test_lists_are_counted_by_the_newest_certificate(app: Flask, make: Factory) -> None:
    with app.app_context():
        assert count_status_lists() == 1
        assert get_status_list(0, now=LONG_AGO).bits == bytes(16_384)
        with pytest.raises(NoSuchStatusList):
            get_status_list(1, now=LONG_AGO)
    issued = make.certificate()
    make.revoke(issued)
    with app.app_context():
        found = get_status_list(0, now=LONG_AGO)
    assert (found.as_of, found.is_set(issued.id)) == (LONG_AGO, True)
    assert sum(each.bit_count() for each in found.bits) == 1


def test_a_status_list_is_read_in_one_statement_and_then_only_asked_after(
    app: Flask, make: Factory, statements: Statements
) -> None:
    for name in ("Rahma", "Pandu"):
        make.revoke(make.certificate(make.learner(name)))
    with app.app_context(), statements() as said:
        get_status_list(0, now=LONG_AGO)
        get_status_list(0, now=LONG_AGO)
    about = [each for each in said if "ledger_entries" in each]
    assert ["count(*)" in each for each in about] == [True, False, True]
    assert len(said) == 5  # and twice how many lists there are
