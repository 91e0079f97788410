"""A provider of OpenID Connect that does wrong on demand; those that we did not write do right."""

import hmac
import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from config import OidcProvider

CLIENT_ID, CLIENT_SECRET = "sakuham", "rahasia penyedia"
KEYS = [RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}) for kid in ("satu", "dua")]


@dataclass
class Grant:
    """What a code stands for."""

    nonce: str
    challenge: str
    redirect_uri: str
    claims: dict[str, Any]


@dataclass
class Faults:
    """What the stand-in does instead of what is right; the claims of the token as given here."""

    claims: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    silent_paths: tuple[str, ...] = ()
    status: int = 200
    body: bytes | None = None
    drips: bool = False
    signs: str = "RS256"
    userinfo: dict[str, Any] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    error: str = ""


class StandIn(ThreadingHTTPServer):
    """A provider on loopback: `approve` is the person's yes, with what is said of them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.grants: dict[str, Grant] = {}
        self.faults = Faults()
        self.key = KEYS[0]
        self.asked: list[str] = []
        self.released = threading.Event()

    def settings(self, **changes: Any) -> OidcProvider:
        """How the settings describe it; it vouches for numbers unless they say otherwise."""
        described: dict[str, Any] = {
            "name": "contoh",
            "label": "Masuk Contoh",
            "issuer": self.issuer,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "vouches_for_numbers": True,
        }
        return OidcProvider(**described | changes)

    def approve(self, address: str, **claims: Any) -> str:
        """The way back with a code, for who was sent to this address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT_ID
        code = token_urlsafe(12)
        self.grants[code] = Grant(
            asked["nonce"], asked["code_challenge"], asked["redirect_uri"], claims
        )
        back = urlsplit(asked["redirect_uri"])
        return (
            f"{back.path}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"
        )

    def id_token(self, grant: Grant) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": grant.nonce,
            **grant.claims,
            **self.faults.claims,
        }
        for name in self.faults.without:
            claims.pop(name, None)
        header = {"alg": self.faults.signs, "kid": self.key.kid}
        if self.faults.signs == "RS256":
            return jwt.encode(header, claims, self.key)
        # What a library does not do for us: unsigned, or by a key that everybody has.
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
        everybodys = self.key.as_pem(private=False)
        mark = (
            hmac.digest(everybodys, signed.encode(), "sha256")
            if self.faults.signs[0] == "H"
            else b""
        )
        return f"{signed}.{_encoded(mark)}"


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._serve({name: values[0] for name, values in parse_qs(body).items()})

    def _serve(self, form: dict[str, str]) -> None:
        path = urlsplit(self.path).path
        self.server.asked.append(path)
        faults = self.server.faults
        if path in faults.silent_paths:
            self.server.released.wait(30)
            return
        if faults.body is not None or faults.status != 200:
            self._send(faults.status, faults.body or b"{}")
            return
        self._answer(
            *{
                "/.well-known/openid-configuration": self._metadata,
                "/jwks": self._jwks,
                "/token": self._token,
                "/userinfo": self._userinfo,
            }[path](form)
        )

    def _metadata(self, _form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        issuer = self.server.issuer
        return 200, {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "end_session_endpoint": f"{issuer}/logout",
            "authorization_response_iss_parameter_supported": True,
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.server.faults.metadata,
        }

    def _jwks(self, _form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        return 200, {"keys": [self.server.key.as_dict(private=False)]}

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.server.faults.error:
            return 400, {"error": self.server.faults.error}
        signed = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        grant = self.server.grants.pop(form["code"], None)
        is_ours = grant is not None and (
            signed == f"{CLIENT_ID}:{CLIENT_SECRET}"
            and form["redirect_uri"] == grant.redirect_uri
            and _encoded(sha256(form["code_verifier"].encode()).digest()) == grant.challenge
        )
        if grant is None or not is_ours:
            return 400, {"error": "invalid_grant"}
        token = {
            "access_token": str(grant.claims["sub"]),
            "token_type": "Bearer",
            "expires_in": 300,
        }
        if "id_token" not in self.server.faults.without:
            token["id_token"] = self.server.id_token(grant)
        return 200, token

    def _userinfo(self, _form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        subject = self.headers["Authorization"].removeprefix("Bearer ")
        return 200, self.server.faults.userinfo or {"sub": subject}

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode())

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if status in {301, 302, 307}:
            self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        if not self.server.faults.drips:
            self.wfile.write(content)
            return
        for byte in content:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.released.wait(0.3):
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Say nothing."""


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A provider for a while."""
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
