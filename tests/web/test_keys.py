"""Keys as programs find them, and as operators make them."""

import base64

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_public_key
from flask import Flask

from lms.keys.vault import init_keys
from tests.browser import Browser
from tests.conftest import SETTINGS


def run(app: Flask, *words: str) -> tuple[int, str]:
    with app.app_context():
        result = app.test_cli_runner().invoke(args=["keys", *words])
    return result.exit_code, result.output


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
