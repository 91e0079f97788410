"""Errors as programs read them: RFC 9457, for whatever is asked of the API."""

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from flask import Response, request

from lms.errors import Invalid, Refusal
from lms.http.addresses import public_url

API: Final = "/api/v1"
MEDIA_TYPE: Final = "application/problem+json"

SLUGS: Final[Mapping[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "permintaan-rusak",
    HTTPStatus.UNAUTHORIZED: "kunci-ditolak",
    HTTPStatus.FORBIDDEN: "di-luar-hak",
    HTTPStatus.NOT_FOUND: "tidak-ditemukan",
    HTTPStatus.METHOD_NOT_ALLOWED: "cara-lain",
    HTTPStatus.REQUEST_TIMEOUT: "terlalu-lama",
    HTTPStatus.CONFLICT: "belum-dapat",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "terlalu-besar",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "bukan-json",
    HTTPStatus.UNPROCESSABLE_ENTITY: "isian-keliru",
    HTTPStatus.TOO_MANY_REQUESTS: "terlalu-sering",
    HTTPStatus.INTERNAL_SERVER_ERROR: "kesalahan-sistem",
    HTTPStatus.SERVICE_UNAVAILABLE: "sedang-sibuk",
}
"""Where the page of the API says what to do about each; the addresses stay as they are."""


def is_of_api() -> bool:
    """Whether the API is asked, where every error is a problem and nobody has a cookie."""
    return request.path.startswith(f"{API}/") or request.path == API


def language_of_api() -> str:
    """The language that a program asks for; Indonesian where it says nothing."""
    return request.accept_languages.best_match(("id", "en"), "id")


def problem(
    status: HTTPStatus,
    title: str,
    sentence: str,
    reference: str,
    *,
    refusal: Refusal | None = None,
    errors: Sequence[Mapping[str, str]] = (),
) -> Response:
    """An error as RFC 9457 has it.

    `code` is the refusal's own name, for programs to tell them apart; `errors`, for what was sent
    and cannot be read, says where it stands and what is wrong with it.
    """
    slug = SLUGS.get(status, SLUGS[HTTPStatus.BAD_REQUEST])
    body: dict[str, Any] = {
        "type": f"{public_url('api_documents.show')}#{slug}",
        "title": title,
        "status": status.value,
        "detail": sentence,
        "reference": reference,
    }
    if refusal is not None:
        body["code"] = code_of(refusal)
    if isinstance(refusal, Invalid) and not errors:
        errors = [{"field": refusal.field, "detail": sentence}]
    if errors:
        body["errors"] = list(errors)
    return Response(json.dumps(body, ensure_ascii=False) + "\n", status, mimetype=MEDIA_TYPE)


def code_of(refusal: Refusal) -> str:
    """A refusal's name in small letters: `TokenNameTaken` is `token-name-taken`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(refusal).__name__).lower()
