"""The personnel service, spoken to over HTTPS, and the interface that stands for it.

Every request has two tokens: the gateway's, for our client, and the sign-on's, for the user on
whose behalf it is made. Neither, nor what they are got with, stands in any message.
"""

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

from lms.jobs.rules import as_line
from lms.personnel.errors import AlreadyThere, NotLetIn, ServiceAway, ServiceRefused
from lms.personnel.line import Answer, Line
from lms.personnel.models import RECEIPT_LENGTH, WORDS_LENGTH
from lms.personnel.rules import Course, NewCourse

SECONDS: Final = 20.0
"""How long the service has for one answer."""
_EARLIER_SECONDS: Final = 30.0
"""A token is renewed so long before it ends."""
_UNSAID_SECONDS: Final = 300.0
_OK, _UNKNOWN, _CONFLICT, _WRONGS = 200, 404, 409, 400
_KEEPS_OUT: Final = frozenset({401, 403})
_REFUSES: Final = frozenset({400, 409, 422})
_DAY: Final = "%d-%m-%Y"
_NOT_FOUND: Final = "tidak ditemukan"


class PersonnelService(Protocol):
    """Keeps a record of training of every civil servant.

    Each call raises ServiceAway, after which what was asked may have been done all the same, and
    NotLetIn; those that change something raise ServiceRefused where it was not done.
    """

    def find_person(self, employee_number: str) -> tuple[str, str] | None:
        """The service's names for a person and for their institution; None where it knows none."""
        ...

    def list_courses(self, employee_number: str) -> list[Course]:
        """All that it has recorded of a person."""
        ...

    def save_course(self, course: NewCourse) -> str:
        """Record a course, and give the record's name; raises AlreadyThere."""
        ...

    def attach(self, course_id: str, document: bytes) -> None:
        """Put the sheet of a certificate to a record, in place of one that is there."""
        ...

    def delete_course(self, course_id: str) -> None:
        """Delete a record; one that is not there is no matter."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """Where the service is, who we are there, and by which keys it sorts what is recorded."""

    address: str
    token_address: str
    client_id: str
    client_secret: str = field(repr=False)
    sign_on_address: str
    sign_on_client: str
    sign_on_user: str
    sign_on_password: str = field(repr=False)
    training_kind: str
    certificate_kind: str
    document_kind: str


class HttpPersonnelService:
    """A `PersonnelService` at an address; keeps its tokens as long as they last."""

    def __init__(self, settings: ServiceSettings, *, seconds: float = SECONDS) -> None:
        self._settings = settings
        self._line = Line(seconds)
        self._tokens: tuple[float, str, str] | None = None

    def find_person(self, employee_number: str) -> tuple[str, str] | None:
        """See `PersonnelService`."""
        answer = self._ask("GET", f"pns/data-utama/{quote(employee_number, safe='')}")
        found = _data(answer)
        if found is None:
            return None
        person = found.get("id") if isinstance(found, dict) else None
        if not isinstance(person, str) or not person:
            raise ServiceAway("the answer names no person")
        office = found.get("instansiKerjaId") or found.get("instansiIndukId")
        return person, office if isinstance(office, str) else ""

    def list_courses(self, employee_number: str) -> list[Course]:
        """See `PersonnelService`."""
        answer = self._ask("GET", f"pns/rw-kursus/{quote(employee_number, safe='')}")
        found = _data(answer)
        if found is None:
            return []
        if not isinstance(found, list):
            raise ServiceAway("the answer is no list of records")
        return [_course(each) for each in found]

    def save_course(self, course: NewCourse) -> str:
        """See `PersonnelService`."""
        sent = {
            "id": None,
            "pnsOrangId": course.person_id,
            "instansiId": course.institution_id,
            "namaKursus": course.title,
            "institusiPenyelenggara": course.organiser,
            "jenisDiklatId": self._settings.training_kind,
            "jenisKursus": "",
            "jenisKursusSertipikat": self._settings.certificate_kind,
            "jumlahJam": course.credit_hours,
            "tahunKursus": course.completed_on.year,
            "tanggalKursus": course.begun_on.strftime(_DAY),
            "tanggalSelesaiKursus": course.completed_on.strftime(_DAY),
            "nomorSertipikat": course.number,
        }
        answer = self._ask("POST", "kursus/save", sent)
        self._require_done(answer)
        made = answer.body.get("mapData")
        receipt = made.get("rwKursusId") if isinstance(made, dict) else None
        return _receipt(receipt)

    def attach(self, course_id: str, document: bytes) -> None:
        """See `PersonnelService`."""
        boundary = secrets.token_hex(16)
        parts = {"id_riwayat": course_id, "id_ref_dokumen": self._settings.document_kind}
        fields = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in parts.items()
        )
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            'filename="sertifikat.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        )
        content = f"{fields}{head}".encode() + document + f"\r\n--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        self._require_done(self._send("POST", "upload-dok-rw", content, kind))

    def delete_course(self, course_id: str) -> None:
        """See `PersonnelService`."""
        answer = self._ask("DELETE", f"kursus/delete/{quote(course_id, safe='')}")
        if not _is_missing(answer):
            self._require_done(answer)

    def _ask(self, method: str, path: str, sent: Mapping[str, object] | None = None) -> Answer:
        content = None if sent is None else json.dumps(sent).encode()
        return self._send(method, path, content, "application/json")

    def _send(self, method: str, path: str, content: bytes | None, kind: str) -> Answer:
        """An answer; with new tokens, once, where those that we have are not taken."""
        answer = self._send_once(method, path, content, kind)
        if answer.status in _KEEPS_OUT:
            self._tokens = None
            answer = self._send_once(method, path, content, kind)
        if answer.status in _KEEPS_OUT:
            self._tokens = None
            raise NotLetIn(f"status {answer.status}")
        if answer.status >= _WRONGS and answer.status not in _REFUSES | {_UNKNOWN}:
            raise ServiceAway(f"status {answer.status}")
        return answer

    def _send_once(self, method: str, path: str, content: bytes | None, kind: str) -> Answer:
        gateway, user = self._find_tokens()
        headers = {"Authorization": f"Bearer {gateway}", "Auth": f"bearer {user}"}
        if content is not None:
            headers["Content-Type"] = kind
        address = f"{self._settings.address.rstrip('/')}/{path}"
        return self._line.ask(method, address, headers, content)

    def _find_tokens(self) -> tuple[str, str]:
        kept = self._tokens
        if kept is None or time.monotonic() >= kept[0]:
            ours = self._settings
            gateway = self._fetch_token(
                ours.token_address,
                {"grant_type": "client_credentials"},
                {"Authorization": f"Basic {_basic(ours.client_id, ours.client_secret)}"},
            )
            user = self._fetch_token(
                ours.sign_on_address,
                {
                    "grant_type": "password",
                    "client_id": ours.sign_on_client,
                    "username": ours.sign_on_user,
                    "password": ours.sign_on_password,
                },
                {},
            )
            kept = self._tokens = (min(gateway[0], user[0]), gateway[1], user[1])
        return kept[1], kept[2]

    def _fetch_token(
        self, address: str, form: Mapping[str, str], headers: Mapping[str, str]
    ) -> tuple[float, str]:
        """Until when a token is used, and the token; raises NotLetIn where none is given."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        answer = self._line.ask("POST", address, headers, urlencode(form).encode())
        if answer.status in _KEEPS_OUT | _REFUSES:
            raise NotLetIn(f"no token: status {answer.status}")
        token = answer.body.get("access_token")
        if answer.status != _OK or not _is_token(token):
            raise ServiceAway(f"no token: status {answer.status}")
        lasts = answer.body.get("expires_in")
        seconds = float(lasts) if isinstance(lasts, (int, float)) else _UNSAID_SECONDS
        return time.monotonic() + max(0.0, seconds - _EARLIER_SECONDS), str(token)

    def _require_done(self, answer: Answer) -> None:
        """Raise what an answer amounts to, unless it is that all was done."""
        if answer.status == _UNKNOWN:
            raise ServiceAway("the address is not known there")
        if answer.status == _CONFLICT:
            raise AlreadyThere(self._words(answer))
        if answer.status in _REFUSES or answer.body.get("success") is False:
            raise ServiceRefused(self._words(answer))

    def _words(self, answer: Answer) -> str:
        """What the service says in one short line, unless it repeats what is secret."""
        said = answer.body.get("message")
        words = as_line(said, WORDS_LENGTH) if isinstance(said, str) else ""
        tokens = self._tokens[1:] if self._tokens else ()
        ours = self._settings
        is_telling = any(
            secret in words for secret in (ours.client_secret, ours.sign_on_password, *tokens)
        )
        return "" if is_telling else words


def _is_token(value: object) -> bool:
    """Whether it can stand in a header."""
    return isinstance(value, str) and value.isascii() and value.isprintable() and " " not in value


def _basic(name: str, password: str) -> str:
    return base64.b64encode(f"{name}:{password}".encode()).decode()


def _data(answer: Answer) -> Any:
    """What an answer is about; None where it is that there is no such thing."""
    if _is_missing(answer):
        return None
    if answer.status != _OK or "data" not in answer.body:
        raise ServiceAway(f"status {answer.status}, and the answer holds no data")
    return answer.body["data"]


def _is_missing(answer: Answer) -> bool:
    """Whether it says in words that there is no such thing: any wrong address answers 404."""
    said = (answer.body.get("data"), answer.body.get("message"))
    return any(isinstance(words, str) and _NOT_FOUND in words.casefold() for words in said)


def _course(found: Any) -> Course:
    if not isinstance(found, dict):
        raise ServiceAway("a record is no object")

    def text(*names: str) -> str:
        values = (found.get(name) for name in names)
        return next((value for value in values if isinstance(value, str)), "")

    return Course(
        course_id=_receipt(found.get("id")),
        number=text("nomorSertipikat", "noSertipikat"),
        title=text("namaKursus"),
        organiser=text("institusiPenyelenggara"),
    )


def _receipt(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= RECEIPT_LENGTH or not _is_token(value):
        raise ServiceAway("a record has no name that can be kept")
    return value
