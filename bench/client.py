"""A browser as the server sees it: one connection kept alive, cookies, compressed answers."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import brotli
import zstandard

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0"
BROWSER = {
    "User-Agent": AGENT,
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "id-ID,id;q=0.9,en;q=0.8",
    "Sec-Fetch-Site": "same-origin",
}
UNPACK: Mapping[str | None, Callable[[bytes], bytes]] = {
    "zstd": zstandard.decompress,
    "br": brotli.decompress,
    None: bytes,
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
REDIRECTS = frozenset({301, 302, 303})


class Unexpected(Exception):
    """The server answered with another status than it should, so the figures mean nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` is as it was on the way, so that asking costs us little."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as a page."""
        return UNPACK[self.headers.get("content-encoding")](self.body).decode()

    @property
    def csrf_token(self) -> str:
        """The token that the page's forms carry."""
        found = TOKEN.search(self.text)
        if found is None:
            raise Unexpected("The page holds no form.")
        return found[1]


class Browser:
    """Asks one server, over one connection, one request after the other.

    `address` is whom the server should believe to be asking, as a reverse proxy would tell it:
    the brake on guessing then counts each learner for themselves, as in production. `connection`:
    to a server elsewhere, instead of one at a port of this machine.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        address: str = "10.0.0.1",
        connection: HTTPConnection | None = None,
    ) -> None:
        self.cookies: dict[str, str] = {}
        self.address = address
        self._connection = connection or HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, *, expect: int = 200) -> Answer:
        """Open a page; raises Unexpected for another status."""
        return self.ask("GET", path, expect=expect)

    def post(self, path: str, fields: Sequence[tuple[str, object]], *, expect: int) -> Answer:
        """Send a form; a redirect is not followed."""
        body = urlencode([(name, str(value)) for name, value in fields]).encode()
        return self.ask("POST", path, body=body, headers=FORM, expect=expect)

    def put(self, path: str, value: object, csrf_token: str, *, expect: int = 200) -> Answer:
        """Send JSON, as the pages' scripts do."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": csrf_token, "Accept": "*/*"}
        return self.ask(
            "PUT", path, body=json.dumps(value).encode(), headers=headers, expect=expect
        )

    def follow(self, answer: Answer) -> tuple[int, Answer]:
        """Go where an answer leads; returns how many requests that took, and the page."""
        hops = 0
        while answer.status in REDIRECTS:
            hops += 1
            answer = self.ask("GET", answer.headers["location"].partition("#")[0], expect=None)
        if answer.status != HTTPStatus.OK:
            raise Unexpected(f"A redirect led to a page with the status {answer.status}.")
        return hops, answer

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        expect: int | None,
    ) -> Answer:
        """Send one request; raises Unexpected for another status than the one expected."""
        sent = BROWSER | {"X-Forwarded-For": self.address} | dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._connection.request(method, path, body=body, headers=sent)
        response = self._connection.getresponse()
        content = response.read()
        self._store_cookies(response)
        if expect is not None and response.status != expect:
            raise Unexpected(f"{method} {path}: {response.status} instead of {expect}")
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, content)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _store_cookies(self, response: HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
