"""The line to a provider: short answers over HTTPS, in a few seconds or not at all.

It is what Authlib's client speaks over. Redirects are not followed, since what is sent is for one
address alone, and what is read has an end, in bytes and in time.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final, Protocol
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from lms.signon.errors import ProviderSilent

LONGEST_ANSWER: Final = 256 * 1024
_PART: Final = 16 * 1024
_WRONGS: Final = 400


class _Signs(Protocol):
    """How Authlib has us say who we are."""

    def prepare(
        self, method: str, uri: str, headers: dict[str, str], body: str
    ) -> tuple[str, dict[str, str], str]:
        """The same with our name and password."""
        ...


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nowhere."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as Authlib reads it."""

    status_code: int
    content: bytes

    def json(self) -> Any:
        """The content; raises ValueError where it is no JSON."""
        return json.loads(self.content)

    def raise_for_status(self) -> None:
        """Raise ProviderSilent for whatever is not success."""
        if self.status_code >= _WRONGS:
            raise ProviderSilent(f"status {self.status_code}")


class Line:
    """Asks an address for something, within `seconds` in all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def get_object(self, address: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """An object of JSON at an address; raises ProviderSilent for everything else."""
        answer = self._ask(address, None, {"Accept": "application/json", **(headers or {})})
        answer.raise_for_status()
        try:
            read = answer.json()
        except ValueError as error:
            raise ProviderSilent("the answer is no JSON") from error
        if not isinstance(read, dict):
            raise ProviderSilent("the answer is no object")
        return read

    def post(
        self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: _Signs
    ) -> Answer:
        """Send a form, as Authlib's client asks for it; raises ProviderSilent without an answer."""
        url, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return self._ask(url, body.encode(), sent)

    def _ask(self, address: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        end = time.monotonic() + self._seconds
        request = Request(address, body, dict(headers))  # noqa: S310 - by the operator's setting
        try:
            with _OPENER.open(request, timeout=self._seconds) as answer:
                return Answer(answer.status, _read(answer, end))
        except HTTPError as error:
            with error:
                return Answer(error.code, _read(error, end))
        except (OSError, HTTPException, ValueError) as error:
            raise ProviderSilent(f"{type(error).__name__}: {error}") from error


# Straight to the provider: who sets the environment's proxies has other programs in mind.
_OPENER = build_opener(_NoRedirects, ProxyHandler({}))


def _read(answer: Any, end: float) -> bytes:
    """All that comes until the end; whoever drips is left."""
    parts: list[bytes] = []
    length = 0
    while part := answer.read1(_PART):
        parts.append(part)
        length += len(part)
        if length > LONGEST_ANSWER:
            raise ProviderSilent("the answer is too long")
        if time.monotonic() > end:
            raise ProviderSilent("the answer takes too long")
    return b"".join(parts)
