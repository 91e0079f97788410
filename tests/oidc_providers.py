"""Providers of OpenID Connect that we did not write: npm's oidc-provider, oidc-provider-mock."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, ClassVar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    OpenerDirector,
    Request,
    build_opener,
)

from config import OidcProvider
from tests.browser import Document
from tests.waiting import hold_port, is_listened_at, number_of, wait_until

ROOT = Path(__file__).resolve().parent.parent
NODE = ROOT / ".venv/bin/node"
CLIENT_ID, CLIENT_SECRET = "sakuham", "rahasia-penyedia-yang-cukup-panjang"

People = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Running:
    """A provider on loopback, as the settings describe it."""

    name: str
    issuer: str

    LABELS: ClassVar[Mapping[str, str]] = {"mock": "Penyedia Satu", "npm": "Penyedia Dua"}

    @property
    def label(self) -> str:
        """What its button says."""
        return self.LABELS[self.name]

    @property
    def environment(self) -> dict[str, str]:
        """The same as variables of the environment."""
        prefix = f"OIDC_{self.name.upper()}_"
        return {
            f"{prefix}{setting}": value
            for setting, value in {
                "LABEL": self.label,
                "ISSUER": self.issuer,
                "CLIENT_ID": CLIENT_ID,
                "CLIENT_SECRET": CLIENT_SECRET,
                "SCOPES": "openid profile email asn" if self.name == "npm" else "openid profile",
                "VOUCHES_FOR_NUMBERS": "yes",
            }.items()
        }

    @property
    def settings(self) -> OidcProvider:
        """As the application has it."""
        scopes = self.environment[f"OIDC_{self.name.upper()}_SCOPES"]
        return OidcProvider(
            name=self.name,
            label=self.label,
            issuer=self.issuer,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            scopes=scopes,
            vouches_for_numbers=True,
        )


@contextmanager
def run_provider(name: str, people: People, site: str) -> Iterator[Running]:
    """A provider of a name in `Running.LABELS` that knows these people, by login."""
    held = hold_port()
    port = number_of(held)
    if name == "mock":
        issuer = f"http://localhost:{port}"
        claims = [json.dumps({"sub": sub, **said}) for sub, said in people.items()]
        command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
        command += [part for each in claims for part in ("--user-claims", each)]
    else:
        issuer = f"http://127.0.0.1:{port}"
        told = {
            "port": port,
            "redirect": f"{site}/masuk/lewat/{name}/kembali",
            "left": f"{site}/",
            "people": people,
        }
        command = [str(NODE), str(ROOT / "tests/oidc_provider.mjs"), json.dumps(told)]
    held.close()
    with TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

        def tell() -> str:
            log.seek(0)
            return log.read().decode()

        try:
            wait_until(
                lambda: is_listened_at(port),
                tell=tell,
                is_alive=lambda: process.poll() is None,
            )
            yield Running(name, issuer)
        finally:
            process.terminate()
            process.wait()


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Elsewhere:
    """A person at a provider, without a browser: fills forms until they are sent back."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()), _NoRedirects())

    def sign_on(self, address: str, login: str) -> str:
        """Go to an address, sign on and agree; returns the path by which one comes back."""
        body: bytes | None = None
        for _ in range(12):
            status, location, text = self._open(address, body)
            body = None
            if location:
                address = urljoin(address, location)
                if address.startswith(self.site):
                    return address.removeprefix(self.site)
                continue
            assert status == 200, text
            form = next(tag for tag in Document(text).all("form"))
            address = urljoin(address, form.get("action") or address)
            body = urlencode(_filled(text, login)).encode()
        raise AssertionError(f"still not back, but at {address}")

    def _open(self, address: str, body: bytes | None) -> tuple[int, str, str]:
        try:
            with self.opener.open(Request(address, body)) as answer:  # noqa: S310 - on loopback
                return answer.status, "", answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.headers.get("Location", ""), error.read().decode()


def _filled(text: str, login: str) -> dict[str, str]:
    """The first form of a page, as somebody with this login fills it."""
    fields = {
        tag.get("name"): tag.get("value") for tag in Document(text).all("input") if tag.get("name")
    }
    return fields | {
        name: login for name in ("login", "sub", "password") if name in fields or name == "sub"
    }
