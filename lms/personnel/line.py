"""The line to the service: short answers over HTTPS, in a few seconds or not at all.

Redirects are not followed, since what is sent is for one address alone, and what is read has an
end, in bytes and in time.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from lms.personnel.errors import ServiceAway

LONGEST_ANSWER: Final = 4 * 1024 * 1024
_PART: Final = 64 * 1024


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nowhere."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and the object of JSON that came with it."""

    status: int
    body: Mapping[str, Any]


class Line:
    """Asks an address for something, within `seconds` in all."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def ask(
        self, method: str, address: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> Answer:
        """What an address answers; raises ServiceAway for whatever is no object of JSON.

        The message names no address and nothing that was sent.
        """
        end = time.monotonic() + self._seconds
        request = Request(  # noqa: S310 - by the operator's setting
            address, content, {"Accept": "application/json", **headers}, method=method
        )
        try:
            with _OPENER.open(request, timeout=self._seconds) as answer:
                return _read(answer.status, answer, end)
        except HTTPError as error:
            with error:
                return _read(error.code, error, end)
        except (OSError, HTTPException, ValueError) as error:
            raise ServiceAway(f"no answer: {type(error).__name__}") from None


# Straight to the service: who sets the environment's proxies has other programs in mind.
_OPENER = build_opener(_NoRedirects, ProxyHandler({}))


def _read(status: int, answer: Any, end: float) -> Answer:
    parts: list[bytes] = []
    length = 0
    try:
        while part := answer.read1(_PART):
            parts.append(part)
            length += len(part)
            if length > LONGEST_ANSWER:
                raise ServiceAway(f"status {status}, and the answer is too long")
            if time.monotonic() > end:
                raise ServiceAway(f"status {status}, and the answer takes too long")
        body = json.loads(b"".join(parts))
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise ServiceAway(f"status {status}, unreadable: {type(error).__name__}") from None
    if not isinstance(body, dict):
        raise ServiceAway(f"status {status}, and the answer is no object")
    return Answer(status, body)
