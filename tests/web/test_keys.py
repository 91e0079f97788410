"""Keys as programs find them, and as operators make them."""

import base64
import errno
from importlib import import_module
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_public_key
from flask import Flask
from sqlalchemy import select, update

from lms.audit import AuditEntry
from lms.cli.keys import make_missing_keys
from lms.db import db, read_only, transaction
from lms.keys.enums import Purpose
from lms.keys.models import SigningKey
from lms.keys.queries import find_seal
from lms.keys.root_file import read_root
from lms.keys.service import OtherRoot
from lms.keys.vault import init_keys
from tests.browser import Browser
from tests.conftest import SETTINGS
from tests.keys import ISSUER, MADE_AT, key_material

PASSPHRASE = "sembilan kapal di laut"


def run(app: Flask, *words: str, typed: str | None = None) -> tuple[int, str]:
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["keys", *words], input=typed)
    return result.exit_code, result.output


@pytest.fixture
def exported(app: Flask, keys: None, tmp_path: Path) -> Path:
    """The file to which the root was taken off the server."""
    file = tmp_path / "root.p12"
    code, said = run(app, "export-root", str(file), typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert (code, PASSPHRASE in said) == (0, False)
    return file


def encrypted_root(app: Flask) -> bytes | None:
    """What the database has of the private key of the root in use."""
    with app.app_context(), read_only():
        return db.session.scalars(
            select(SigningKey.encrypted_private_key).where(
                SigningKey.purpose == Purpose.ROOT, SigningKey.retired_at.is_(None)
            )
        ).one()


def seals_with_its_root(app: Flask) -> bool:
    """Whether there is a seal that the published root has certified."""
    with app.app_context(), read_only():
        seal = find_seal()
    answer = app.test_client().get("/.well-known/sakuham-root.pem")
    root = x509.load_pem_x509_certificates(answer.data)[0]
    if seal is None:
        return False
    x509.load_der_x509_certificate(seal.certificate).verify_directly_issued_by(root)
    return True


def test_public_keys_are_published_and_no_private_ones(
    app: Flask, keys: None, browser: Browser
) -> None:
    answer = app.test_client().get("/.well-known/sakuham-keys.json")
    assert answer.json is not None
    found = answer.json["keys"]
    assert [key["id"] for key in found] == ["root-1", "seal-1", "qr-1", "credential-1", "log-1"]
    for key in found:
        load_der_public_key(base64.b64decode(key["spki"]))
    assert "private" not in answer.text


def test_the_root_is_there_for_readers_of_pdf(app: Flask, keys: None) -> None:
    answer = app.test_client().get("/.well-known/sakuham-root.pem")
    assert answer.content_type == "application/x-pem-file"
    (root,) = x509.load_pem_x509_certificates(answer.data)
    root.verify_directly_issued_by(root)


def test_keys_are_made_once_rotated_and_listed(app: Flask) -> None:
    code, said = run(app, "create")
    made = ["root-1", "seal-1", "qr-1", "credential-1", "log-1"]
    assert (code, said.splitlines()) == (0, [f"Made {name}" for name in made])
    assert run(app, "create") == (0, "Every purpose has its key.\n")
    assert run(app, "rotate", "log") == (0, "Made log-2\n")
    code, said = run(app, "list")
    assert code == 0
    states = {line.split()[0]: line.split()[3] for line in said.splitlines()}
    assert states["log-1"] == "retired"
    assert states["log-2"] == states["seal-1"] == "in"


def test_a_seal_without_a_root_is_refused(app: Flask) -> None:
    code, said = run(app, "rotate", "seal")
    assert code == 1
    assert "flask keys create" in said


def test_closed_keys_are_told_with_the_remedy(app: Flask, keys: None) -> None:
    init_keys(app, "bukan kata sandi itu, melainkan yang lain")
    try:
        code, said = run(app, "list")
        assert code == 0
        assert said.count("CLOSED: its passphrase") == 5
        code, said = run(app, "rotate", "seal")
        assert code == 1
        assert "flask keys rotate root" in said
        assert run(app, "rotate", "root")[0] == 0
    finally:
        init_keys(app, SETTINGS.keys_passphrase)


@pytest.mark.both
def test_the_root_leaves_the_server_into_a_file_that_nobody_else_may_read(
    app: Flask, exported: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert encrypted_root(app) is None
    assert exported.stat().st_mode & 0o777 == 0o600
    root = read_root(exported.read_bytes(), PASSPHRASE)
    (made, *_) = key_material()
    assert root.public_der == made.public_der
    assert root.certificate == made.certificate
    assert seals_with_its_root(app)
    _, said = run(app, "list")
    assert "in use, kept in a file" in said.splitlines()[0]
    with app.app_context(), read_only():
        last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        assert (last.action, last.subject) == ("key.taken_away", "key:root-1")
    assert caplog.text == ""


@pytest.mark.both
def test_a_new_seal_is_certified_with_the_file_and_not_without(app: Flask, exported: Path) -> None:
    code, said = run(app, "rotate", "seal")
    assert code == 1
    assert "--root-file" in said
    named = ("rotate", "seal", "--root-file", str(exported))
    assert run(app, *named, typed="sembilan kapal di darat\n")[0] == 1
    code, said = run(app, *named, typed=f"{PASSPHRASE}\n")
    assert code == 0
    assert said.endswith("Made seal-2\n")
    assert seals_with_its_root(app)
    assert encrypted_root(app) is None
    assert run(app, "rotate", "qr") == (0, "Made qr-2\n")
    assert run(app, "export-root", "other.p12")[0] == 1  # there is nothing to export


def test_a_new_root_may_never_have_been_on_the_server(
    app: Flask, keys: None, tmp_path: Path
) -> None:
    file = tmp_path / "root.p12"
    typed = f"{PASSPHRASE}\n{PASSPHRASE}\n"
    code, said = run(app, "rotate", "root", "--root-file", str(file), typed=typed)
    assert (code, said.splitlines()[-2:]) == (0, ["Made root-2", "Made seal-2"])
    assert encrypted_root(app) is None
    assert seals_with_its_root(app)
    again = ("rotate", "seal", "--root-file", str(file))
    assert run(app, *again, typed=f"{PASSPHRASE}\n")[0] == 0
    assert run(app, "rotate", "root")[0] == 0  # where the file is lost
    assert encrypted_root(app) is not None
    code, said = run(app, *again, typed=f"{PASSPHRASE}\n")
    assert code == 1
    assert "another root" in said


@pytest.mark.parametrize("fault", ["short", "mistyped", "there", "nowhere"])
def test_the_root_stays_where_it_cannot_be_put_away(
    app: Flask, keys: None, tmp_path: Path, fault: str
) -> None:
    file = tmp_path / "root.p12"
    typed = f"{PASSPHRASE}\n{PASSPHRASE}\n"
    if fault == "short":
        typed = "lima belas huruf"[:15] + "\n" + "lima belas huruf"[:15] + "\n"
    elif fault == "mistyped":
        typed = f"{PASSPHRASE}\n{PASSPHRASE}s\n"
    elif fault == "there":
        file.write_bytes(b"of somebody")
    else:
        file = tmp_path / "nowhere" / "root.p12"
    assert run(app, "export-root", str(file), typed=typed)[0] == 1
    assert encrypted_root(app) is not None
    assert (file.read_bytes() if file.exists() else b"") in {b"", b"of somebody"}


def test_nothing_stays_of_a_file_for_which_there_is_no_room(
    app: Flask, keys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", be_full)
    file = tmp_path / "root.p12"
    code, said = run(app, "export-root", str(file), typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert (code, file.exists()) == (1, False)
    assert "Nothing was changed." in said
    assert "No space left" in said
    assert encrypted_root(app) is not None


def test_a_root_that_is_none_any_more_is_not_taken_away(
    app: Flask, keys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_root: object, **_: object) -> str:
        raise OtherRoot("The file holds another root than the one in use.")

    monkeypatch.setattr(
        import_module("lms.cli.keys"), "forget_root", refuse
    )  # it was rotated meanwhile
    file = tmp_path / "root.p12"
    code, said = run(app, "export-root", str(file), typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert code == 1
    assert "Nothing was changed. The file holds another root" in said


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x30\x82" + b"\xff" * 64])
def test_what_is_no_file_of_a_root_is_told(app: Flask, exported: Path, content: bytes) -> None:
    exported.write_bytes(content)
    named = ("rotate", "seal", "--root-file", str(exported))
    code, said = run(app, *named, typed=f"{PASSPHRASE}\n")
    assert code == 1
    assert "holds no root" in said


def test_a_server_starts_without_a_seal_whose_root_is_away(app: Flask, exported: Path) -> None:
    with app.app_context(), transaction():
        db.session.execute(
            update(SigningKey)
            .where(SigningKey.purpose.in_([Purpose.SEAL, Purpose.QR]))
            .values(retired_at=MADE_AT)
        )
    code, said = run(app, "create")
    assert code == 1
    assert said.startswith("Made qr-2\n")
    assert "rotate seal --root-file" in said
    with app.app_context():
        assert make_missing_keys(ISSUER) == []
