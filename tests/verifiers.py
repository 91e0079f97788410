"""Judges of credentials that we did not write: npm's jose and @digitalbazaar/vc, openbadgeslib."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parent.parent
SITE = "https://sakuham.example"
NODE = ROOT / ".venv/bin/node"
SCRIPT = ROOT / "tests/verify_credentials.mjs"

Document = dict[str, Any]


def ask_node(did: Document, *given: str | Document) -> list[Document]:
    """What jose says of each text, and @digitalbazaar/vc of each document: `verified`, `why`."""
    done = subprocess.run(
        [NODE, SCRIPT],
        input=json.dumps({"did": did, "given": given}),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    answers: list[Document] = json.loads(done.stdout)
    assert len(answers) == len(given)
    return answers


def downloads(app: Flask) -> Callable[[str], bytes]:
    """Fetches what a verifier asks our site for."""
    client: FlaskClient = app.test_client()

    def download(address: str) -> bytes:
        assert address.startswith(SITE)
        answer = client.get(address.removeprefix(SITE))
        assert answer.status_code == 200, address
        content: bytes = answer.data
        return content

    return download


def fetch(app: Flask, path: str, accept: str = "*/*") -> Document:
    """A document of ours, as a verifier fetches it."""
    document: Document = json.loads(app.test_client().get(path, headers={"Accept": accept}).data)
    return document
