"""A hardware module keeps the seal's key; SoftHSM2 stands for one."""

import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from sqlalchemy import select

from lms.addresses import credential_issuer
from lms.certificates.queries import get_any_certificate
from lms.db import db, read_only, transaction
from lms.keys.models import SigningKey
from lms.keys.queries import find_seal
from lms.keys.service import make_hardware_keys, rotate_keys
from lms.keys.signers import CannotSign, LabelTaken, Token
from lms.keys.vault import init_keys, vault
from lms.sheets.service import make_pdf
from tests.conftest import SETTINGS
from tests.factories import Factory
from tests.keys import ISSUER

LIBRARY = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "270315"


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    """A token in a folder of its own; the library reads its settings once in a process."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(settings))
        subprocess.run(
            [
                *("softhsm2-util", "--init-token", "--free", "--label", "segel"),
                *("--pin", PIN, "--so-pin", "31415926"),
            ],
            check=True,
            capture_output=True,
        )
        yield Token(LIBRARY, "segel", PIN)


@pytest.fixture
def module_app(app: Flask, keys: None, softhsm: Token) -> Iterator[Flask]:
    """An application that has the module and a key of every purpose."""
    init_keys(app, SETTINGS.keys_passphrase, softhsm)
    yield app
    init_keys(app, SETTINGS.keys_passphrase)


def adopt(label: str, now: datetime) -> None:
    made = make_hardware_keys(label, ISSUER, now=now)
    with transaction():
        rotate_keys(made, now=now)


def test_the_module_signs_what_the_root_has_certified(
    module_app: Flask, now: datetime, database: str
) -> None:
    with module_app.app_context():
        adopt(f"segel-{database}", now)
        seal = find_seal()
        kept = db.session.scalars(select(SigningKey).where(SigningKey.label.is_not(None))).one()
        assert kept.encrypted_private_key is None
    assert seal is not None
    assert seal.signer.key_id == "seal-2"
    own = x509.load_der_x509_certificate(seal.certificate)
    own.verify_directly_issued_by(x509.load_der_x509_certificate(seal.chain[-1]))
    public = own.public_key()
    assert isinstance(public, RSAPublicKey)
    signature = seal.signer.sign(b"isi")
    public.verify(signature, b"isi", PKCS1v15(), SHA256())
    assert signature == seal.signer.sign(b"isi")


def test_a_label_is_given_once(module_app: Flask, now: datetime, database: str) -> None:
    with module_app.app_context():
        adopt(f"dua-{database}", now)
        with pytest.raises(LabelTaken):
            make_hardware_keys(f"dua-{database}", ISSUER, now=now)


@pytest.mark.parametrize(
    "token",
    [
        Token(LIBRARY, "bukan token ini", PIN),
        Token("/tidak-ada/pkcs11.so", "segel", PIN),
        None,
    ],
)
def test_a_module_that_cannot_be_used_says_so(
    module_app: Flask, now: datetime, token: Token | None
) -> None:
    init_keys(module_app, SETTINGS.keys_passphrase, token)
    with module_app.app_context(), pytest.raises(CannotSign):
        make_hardware_keys("segel-baru", ISSUER, now=now)


def test_without_its_module_the_seal_rests(
    module_app: Flask, now: datetime, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    with module_app.app_context():
        adopt(f"tiga-{database}", now)
    init_keys(module_app, SETTINGS.keys_passphrase, None)
    with module_app.app_context():
        assert find_seal() is None
    assert "PKCS11_MODULE is empty" in caplog.text


def test_after_a_fault_the_next_signature_opens_the_module_anew(
    module_app: Flask, now: datetime, database: str
) -> None:
    with module_app.app_context():
        adopt(f"empat-{database}", now)
        seal = find_seal()
        assert seal is not None
        with pytest.raises(CannotSign):
            vault().module.sign("label yang tidak ada", b"isi")
        assert seal.signer.sign(b"isi")


def test_a_sheet_bears_the_seal_of_the_module(
    module_app: Flask, make: Factory, now: datetime, database: str, tmp_path: Path
) -> None:
    issued = make.certificate()
    file = tmp_path / "sertifikat.pdf"
    with module_app.app_context():
        adopt(f"lima-{database}", now)
        with read_only():
            sheet = make_pdf(get_any_certificate(issued.code), credential_issuer())
    file.write_bytes(sheet)
    said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


def test_while_the_module_does_not_answer_a_sheet_is_given_unsealed(
    module_app: Flask,
    make: Factory,
    now: datetime,
    database: str,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issued = make.certificate()
    with module_app.app_context():
        adopt(f"enam-{database}", now)
        module = vault().module
        monkeypatch.setattr(module, "_token", Token(LIBRARY, "dicabut", PIN))
        with pytest.raises(CannotSign):
            module.sign("label yang tidak ada", b"isi")  # and so it is opened anew
        with read_only():
            sheet = make_pdf(get_any_certificate(issued.code), credential_issuer())
    assert sheet.startswith(b"%PDF")
    assert b"/ByteRange" not in sheet
    assert "is given unsealed" in caplog.text


def test_the_pin_is_shown_nowhere(softhsm: Token) -> None:
    assert PIN not in repr(softhsm)
