"""The service that seals documents, spoken to over HTTPS, and the interface that stands for it.

What goes over the line is ours to define: one small adapter of the operator's stands before a
service that speaks otherwise (docs/operator.md, part 9).
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Final, Protocol
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from lms.sealing.errors import SealingRefused, SealingUnavailable

LONGEST_ANSWER: Final = 64 * 1024 * 1024
LONGEST_MESSAGE: Final = 200
REFUSALS: Final = frozenset({400, 401, 403, 409, 422})


class DocumentSealer(Protocol):
    """Seals whole documents, many in one call, behind a one-time code."""

    def request_code(self) -> None:
        """Have the service send its signatory a code; raises SealingUnavailable, SealingRefused."""
        ...

    def seal(self, documents: Sequence[bytes], code: str) -> list[bytes]:
        """The documents sealed, in their order.

        Raises SealingRefused where the code or a document is not taken, and then none is sealed;
        SealingUnavailable where there was no answer in time, or one that nobody can read.
        """
        ...


class _NoRedirects(HTTPRedirectHandler):
    """What is sent is for one address alone."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nowhere."""


@dataclass(frozen=True, slots=True)
class HttpSealer:
    """A `DocumentSealer` at an address.

    `POST {address}/activation` with `{"signatory"}` has a code sent; `POST {address}/seal` with
    `{"signatory", "code", "documents": [base64, …]}` answers `{"documents": [base64, …]}`. Statuses
    400, 401, 403, 409 and 422 refuse, with `{"message"}`; every other one but 200 is a failure.
    Seals by incremental update: each answer begins with the document that was sent.
    """

    address: str
    user: str
    password: str = field(repr=False)
    signatory: str
    timeout_seconds: float = 60

    def request_code(self) -> None:
        """See `DocumentSealer`."""
        self._post("activation", {})

    def seal(self, documents: Sequence[bytes], code: str) -> list[bytes]:
        """See `DocumentSealer`."""
        sent = [base64.b64encode(document).decode() for document in documents]
        answer = self._post("seal", {"code": code, "documents": sent})
        try:
            sealed = [base64.b64decode(each, validate=True) for each in answer["documents"]]
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise SealingUnavailable("the answer holds no documents") from error
        if len(sealed) != len(documents) or not all(map(_is_sealed, documents, sealed)):
            raise SealingUnavailable("the answer holds other documents than were sent")
        return sealed

    def _post(self, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        credentials = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        request = Request(  # noqa: S310 - the operator's own setting
            f"{self.address.rstrip('/')}/{path}",
            json.dumps({"signatory": self.signatory, **body}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Basic {credentials}"},
        )
        try:
            with build_opener(_NoRedirects).open(request, timeout=self.timeout_seconds) as answer:
                content = answer.read(LONGEST_ANSWER + 1)
        except HTTPError as error:
            if error.code in REFUSALS:
                raise SealingRefused(_message(error.read(10_000))) from error
            raise SealingUnavailable(f"status {error.code}") from error
        except (OSError, HTTPException) as error:
            raise SealingUnavailable(f"{type(error).__name__}: {error}") from error
        if len(content) > LONGEST_ANSWER:
            raise SealingUnavailable("the answer is too long")
        try:
            read = json.loads(content or b"{}")
        except ValueError as error:
            raise SealingUnavailable("the answer is no JSON") from error
        if not isinstance(read, dict):
            raise SealingUnavailable("the answer is no object")
        return read


def _is_sealed(document: bytes, sealed: bytes) -> bool:
    return len(sealed) > len(document) and sealed.startswith(document)


def _message(content: bytes) -> str:
    """What a refusal says, in one short line."""
    try:
        said = json.loads(content)["message"]
    except (ValueError, KeyError, TypeError):
        return ""
    return " ".join(str(said).split())[:LONGEST_MESSAGE]
