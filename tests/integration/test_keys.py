from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import Flask
from sqlalchemy import select

from lms.audit import AuditEntry
from lms.db import db, transaction
from lms.keys.enums import Purpose
from lms.keys.models import SigningKey
from lms.keys.queries import find_seal, find_signer, list_public_keys
from lms.keys.service import add_keys, list_missing, make_keys, rotate_keys
from lms.keys.vault import init_keys
from tests.conftest import SETTINGS
from tests.keys import ISSUER, key_material


def test_without_keys_nobody_signs(app: Flask) -> None:
    with app.app_context():
        assert list_missing() == list(Purpose)
        assert [find_signer(purpose) for purpose in Purpose] == [None] * 5
        assert find_seal() is None
        assert list_public_keys() == []


def test_each_purpose_signs_with_its_own_key(app: Flask, keys: None) -> None:
    with app.app_context():
        public = {key.key_id: key for key in list_public_keys()}
        for purpose in (Purpose.QR, Purpose.CREDENTIAL, Purpose.LOG):
            signer = find_signer(purpose)
            assert signer is not None
            key = Ed25519PublicKey.from_public_bytes(public[signer.key_id].public_bytes)
            key.verify(signer.sign(b"isi"), b"isi")
        assert list(public) == ["root-1", "seal-1", "qr-1", "credential-1", "log-1"]
        assert list_missing() == []


def test_the_seal_brings_its_certificates(app: Flask, keys: None) -> None:
    with app.app_context():
        seal = find_seal()
    assert seal is not None
    own = x509.load_der_x509_certificate(seal.certificate)
    own.verify_directly_issued_by(x509.load_der_x509_certificate(seal.chain[-1]))


def test_what_others_have_stored_meanwhile_stays(app: Flask, keys: None, now: datetime) -> None:
    with app.app_context():
        with transaction():
            assert add_keys(key_material(), now=now) == []
        assert len(list_public_keys()) == 5


def test_a_retired_key_stays_public(app: Flask, keys: None, now: datetime) -> None:
    with app.app_context():
        made = make_keys([Purpose.QR], ISSUER, now=now)
        with transaction():
            assert rotate_keys(made, now=now) == ["qr-2"]
        first, second = list_public_keys(Purpose.QR)
        assert (first.key_id, first.retired_at) == ("qr-1", now)
        assert (second.key_id, second.retired_at) == ("qr-2", None)
        signer = find_signer(Purpose.QR)
        assert signer is not None
        assert signer.key_id == "qr-2"
        entries = db.session.execute(select(AuditEntry.action, AuditEntry.subject)).all()
    assert [tuple(entry) for entry in entries][-2:] == [
        ("key.retired", "key:qr-1"),
        ("key.made", "key:qr-2"),
    ]


def test_another_root_comes_with_another_seal(app: Flask, keys: None, now: datetime) -> None:
    later = now + timedelta(days=1)
    with app.app_context():
        made = make_keys([Purpose.ROOT], ISSUER, now=later)
        with transaction():
            assert rotate_keys(made, now=later) == ["root-2", "seal-2"]
        seal = find_seal()
    assert seal is not None
    own = x509.load_der_x509_certificate(seal.certificate)
    own.verify_directly_issued_by(x509.load_der_x509_certificate(seal.chain[-1]))


def test_the_root_certifies_a_seal_that_is_made_later(
    app: Flask, keys: None, now: datetime
) -> None:
    with app.app_context():
        made = make_keys([Purpose.SEAL], ISSUER, now=now)
        with transaction():
            assert rotate_keys(made, now=now) == ["seal-2"]
        seal = find_seal()
    assert seal is not None
    own = x509.load_der_x509_certificate(seal.certificate)
    own.verify_directly_issued_by(x509.load_der_x509_certificate(seal.chain[-1]))


def test_with_another_passphrase_nothing_is_signed_and_the_log_says_why(
    app: Flask, keys: None, caplog: pytest.LogCaptureFixture
) -> None:
    init_keys(app, "bukan kata sandi itu, melainkan yang lain")
    try:
        with app.app_context():
            assert find_signer(Purpose.LOG) is None
            assert find_seal() is None
        assert "KEYS_PASSPHRASE" in caplog.text
    finally:
        init_keys(app, SETTINGS.keys_passphrase)


def test_no_private_key_lies_open(app: Flask, keys: None) -> None:
    secrets = [
        key.private_key.private_bytes_raw()
        for key in key_material()
        if isinstance(key.private_key, Ed25519PrivateKey)
    ]
    with app.app_context():
        for kept in db.session.scalars(select(SigningKey.encrypted_private_key)):
            assert kept is not None
            assert not any(secret in kept for secret in secrets)
    assert len(secrets) == 3
