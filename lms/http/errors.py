"""Refusals and unexpected errors become answers that a person, or a program, can use."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from secrets import token_hex
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    MethodNotAllowed,
    UnsupportedMediaType,
)

from lms.accounts.errors import TooBusy
from lms.db import Trouble, trouble_of
from lms.errors import N_, Conflict, Invalid, NotAllowed, NotFound, Refusal
from lms.exchange.errors import TokenRefused
from lms.http.i18n import translate
from lms.http.load import LeftOut
from lms.http.principal import SignInNeeded
from lms.http.problems import is_of_api, problem
from lms.http.request_bodies import TooCrowded, TooLarge, TooSlow
from lms.http.streaming import TooManyStreams
from lms.measures import count_trouble
from lms.version import VERSION

log = logging.getLogger("sakuham")

BUSY_SECONDS = 30
MOST_ERRORS = 20
"""So many faults of what a program sent are named; who has more mends these first."""


class TooOften(Refusal):
    """An address asks more often than one person would; it may ask again after so many seconds."""

    def __init__(self, *, seconds: int, is_of_account: bool = False) -> None:
        self.seconds = seconds
        super().__init__(
            N_("Terlalu banyak permintaan dari akun Anda. Coba lagi dalam %(minutes)s menit.")
            if is_of_account
            else N_(
                "Terlalu banyak permintaan dari jaringan Anda. Coba lagi dalam %(minutes)s menit."
            ),
            minutes=ceil(seconds / 60),
        )


_STATUS: dict[type[Refusal], HTTPStatus] = {
    SignInNeeded: HTTPStatus.UNAUTHORIZED,
    TokenRefused: HTTPStatus.UNAUTHORIZED,
    TooBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    LeftOut: HTTPStatus.SERVICE_UNAVAILABLE,
    TooCrowded: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyStreams: HTTPStatus.SERVICE_UNAVAILABLE,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooSlow: HTTPStatus.REQUEST_TIMEOUT,
    TooOften: HTTPStatus.TOO_MANY_REQUESTS,
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}
_TITLES = {
    HTTPStatus.UNAUTHORIZED: N_("Kunci tidak diterima"),
    HTTPStatus.NOT_FOUND: N_("Tidak ditemukan"),
    HTTPStatus.FORBIDDEN: N_("Tidak termasuk hak akses Anda"),
    HTTPStatus.REQUEST_TIMEOUT: N_("Terlalu lama"),
    HTTPStatus.CONFLICT: N_("Belum dapat dilakukan"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("Terlalu besar"),
    HTTPStatus.UNPROCESSABLE_ENTITY: N_("Isian perlu diperbaiki"),
    HTTPStatus.TOO_MANY_REQUESTS: N_("Terlalu sering"),
    HTTPStatus.SERVICE_UNAVAILABLE: N_("Sedang sibuk"),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_("Terjadi kesalahan"),
}
_REMEDIES = {
    HTTPStatus.NOT_FOUND: N_("Periksa alamatnya, atau mulai lagi dari beranda."),
    HTTPStatus.FORBIDDEN: N_(
        "Bila Anda memerlukannya, hubungi layanan bantuan; tombolnya ada di bawah."
    ),
    HTTPStatus.REQUEST_TIMEOUT: N_("Periksa jaringan Anda, lalu kirim lagi."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("Perpendek isian Anda, lalu kirim lagi."),
    HTTPStatus.SERVICE_UNAVAILABLE: N_("Tunggu setengah menit, lalu coba lagi."),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_(
        "Coba lagi sebentar lagi. Bila terulang, sebutkan nomor rujukan ini kepada layanan bantuan."
    ),
}
_READ_ON = N_(
    "Beri tahu layanan bantuan dengan menyebut nomor rujukan di bawah, lalu coba lagi nanti. "
    "Membaca tetap bisa."
)
_TROUBLES = {
    Trouble.BUSY: (
        N_("Banyak orang sedang menyimpan sekaligus, dan giliran Anda belum tiba."),
        N_("Tunggu beberapa detik, lalu coba lagi."),
        5,
    ),
    Trouble.AWAY: (
        N_("Basis data sedang tidak terhubung, biasanya karena dimulai ulang."),
        N_("Tunggu setengah menit, lalu coba lagi."),
        10,
    ),
    Trouble.FULL: (
        N_("Penyimpanan server penuh, sehingga yang baru belum dapat disimpan."),
        _READ_ON,
        120,
    ),
    Trouble.READ_ONLY: (
        N_("Sistem sedang hanya dapat dibaca, sehingga yang baru belum dapat disimpan."),
        _READ_ON,
        120,
    ),
}
"""What is said of each, what to do, and after how many seconds a program may ask again."""

_OTHER_TITLE = N_("Tidak dapat diproses")
_UNEXPECTED = N_("Kesalahan ini ada pada sistem, bukan pada Anda.")
_STORED_BEFORE = N_(
    "Yang sudah tersimpan sebelumnya tetap ada; permintaan terakhir ini tidak disimpan."
)


def request_reference() -> str:
    """The number by which the help desk finds this request in the log."""
    if "reference" not in g:
        g.reference = token_hex(3).upper()
    return str(g.reference)


def page_asked() -> str:
    """What was asked for, as the log may have it: an address may hold a link that still works."""
    return str(request.url_rule or "(no such page)")


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """An error as a page, or JSON, shows it to the person who asked."""

    status: HTTPStatus
    title: str
    sentence: str
    reference: str
    """By which the help desk finds the request in the log."""
    remedy: str | None
    stored: str | None
    """What has become of what was stored before, where the request was to store something."""
    again: list[tuple[str, str]] | None
    """The fields of a form that was right, and may be sent once more as it is."""
    refusal: Refusal | None
    """What has been refused, if it was that."""


def init_errors(app: Flask, render_page: Callable[[ErrorAnswer], str]) -> None:
    """Answer refusals, HTTP errors and whatever is unexpected, with pages made by `render_page`.

    Pages with a form of their own, to sign in or to send once more, the web registers itself.
    """
    app.extensions["error_page"] = render_page
    app.before_request(_refuse_nul)
    app.before_request(_refuse_json_as_a_form)
    app.register_error_handler(Refusal, _refuse)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(refusal: Refusal) -> HTTPStatus:
    """The HTTP status of a refusal, or else that of its family."""
    return next(_STATUS[kind] for kind in type(refusal).__mro__ if kind in _STATUS)


def carried_fields() -> list[tuple[str, str]]:
    """What was typed into the refused form, to be sent again: never a password, nor the token."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in {"csrf_token", "password", "again"}
    ]


def wants_json() -> bool:
    """Whether a program asks, which gets JSON instead of a page."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def error_for_a_program(status: HTTPStatus, sentence: str) -> Response:
    """What a program gets instead of a page."""
    body: dict[str, Any] = {"error": sentence, "reference": request_reference()}
    return make_response(jsonify(body), status)


def _refuse_nul() -> None:
    """No keyboard types U+0000, and PostgreSQL takes no text with it."""
    if "\0" in request.path:
        raise BadRequest
    # Most requests have neither, and need not have them read.
    if (request.query_string and _has_nul(request.args)) or (
        request.method == "POST" and _has_nul(request.form)
    ):
        raise BadRequest


def _has_nul(fields: MultiDict[str, str]) -> bool:
    return any("\0" in value for _, values in fields.lists() for value in values)


def _refuse_json_as_a_form() -> None:
    """Forms are sent as forms; WTForms would take a list or a number for one, and break."""
    if request.method == "POST" and request.is_json and not is_of_api():
        raise UnsupportedMediaType


def _refuse(refusal: Refusal) -> ResponseReturnValue:
    status = status_of(refusal)
    log.info("%s refused %s: %s", request_reference(), page_asked(), type(refusal).__name__)
    _store_nothing()
    answer = _answer(status, translate(refusal.sentence), refusal=refusal)
    if isinstance(refusal, TooOften):
        answer.headers["Retry-After"] = str(refusal.seconds)
    elif status is HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(BUSY_SECONDS)
    return answer


def _store_nothing() -> None:
    """Let the lock of writers go before a page is made that says that nothing was stored."""
    if "unit" in g:
        g.unit.abandon()


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # a redirect of the router's own
    status = HTTPStatus(error.code or 500)
    if is_of_api():
        return _http_problem(error, status)
    if status is HTTPStatus.NOT_FOUND:
        return _answer(status, gettext("Halaman ini tidak ada."))
    answer = _answer(status, gettext("Permintaan ini tidak dapat diproses."))
    _name_methods(answer, error)
    return answer


def _name_methods(answer: Response, error: HTTPException) -> None:
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # RFC 9110, 15.5.6


_OF_API = {
    HTTPStatus.NOT_FOUND: N_("Alamat ini tidak ada dalam API."),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("Alamat ini tidak menerima cara itu; lihat kepala Allow."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: N_("Kirim JSON, dengan Content-Type application/json."),
    HTTPStatus.UNPROCESSABLE_ENTITY: N_("Ada isian yang tidak dapat dibaca; lihat errors."),
    HTTPStatus.BAD_REQUEST: N_("Permintaan ini tidak dapat dibaca."),
}


def _http_problem(error: HTTPException, status: HTTPStatus) -> Response:
    """What the router, or the reader of what was sent, has to say to a program."""
    sentence = gettext(_OF_API.get(status, "Permintaan ini tidak dapat diproses."))
    wrong = getattr(error, "data", {}).get("messages", {})
    errors = [{"field": field, "detail": gettext(words)} for field, words in _flatten(wrong)][
        :MOST_ERRORS
    ]
    answer = problem(
        status,
        gettext(_TITLES.get(status, _OTHER_TITLE)),
        sentence,
        request_reference(),
        errors=errors,
    )
    _name_methods(answer, error)
    return answer


def _flatten(wrong: object, path: str = "") -> Iterator[tuple[str, str]]:
    """What is wrong, with where it stands: `json.people.3.name`."""
    if isinstance(wrong, dict):
        for name, inner in wrong.items():
            if name == "_schema":
                yield from _flatten(inner, path)
            else:
                yield from _flatten(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(wrong, list):
        for inner in wrong:
            yield from _flatten(inner, path)
    else:
        yield path, str(wrong)


def _unexpected(error: Exception) -> ResponseReturnValue:
    trouble = trouble_of(error)
    _store_nothing()
    g.is_unexpected = True
    if trouble is not None:
        return _unavailable(trouble, error)
    log.error(
        "%s unexpected error at %s %s, version %s",
        request_reference(),
        request.method,
        page_asked(),
        VERSION,
        exc_info=error,
    )
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, gettext(_UNEXPECTED))


def _unavailable(trouble: Trouble, error: Exception) -> ResponseReturnValue:
    """The database cannot be used: nobody's fault, and over sooner or later."""
    count_trouble(trouble.value)
    log.error(
        "%s database %s at %s %s: %s",
        request_reference(),
        trouble.value,
        request.method,
        page_asked(),
        " ".join(str(getattr(error, "orig", error)).split()),
    )
    sentence, remedy, seconds = _TROUBLES[trouble]
    answer = _answer(
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext(sentence),
        gettext(remedy),
        again=carried_fields() if request.method == "POST" else None,
    )
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _answer(
    status: HTTPStatus,
    sentence: str,
    remedy: str | None = None,
    *,
    again: list[tuple[str, str]] | None = None,
    refusal: Refusal | None = None,
) -> Response:
    """A page, or JSON for a program; `remedy` if the status has a better one than its own."""
    if is_of_api():
        title = gettext(_TITLES.get(status, _OTHER_TITLE))
        return problem(status, title, sentence, request_reference(), refusal=refusal)
    if wants_json():
        return error_for_a_program(status, sentence)
    if remedy is None and status in _REMEDIES:
        remedy = gettext(_REMEDIES[status])
    answer = ErrorAnswer(
        status=status,
        title=gettext(_TITLES.get(status, _OTHER_TITLE)),
        sentence=sentence,
        reference=request_reference(),
        remedy=remedy,
        stored=gettext(_STORED_BEFORE) if request.method == "POST" else None,
        again=again,
        refusal=refusal,
    )
    return make_response(current_app.extensions["error_page"](answer), status)
