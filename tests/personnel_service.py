"""A stand-in for the state's personnel service: people, what is recorded of them, and its faults.

It goes by what public clients send and read: two tokens, a person's data and records by number,
saving, deleting, and a document put to a record.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from urllib.parse import parse_qs, unquote

from lms.personnel.client import HttpPersonnelService, ServiceSettings

CLIENT, SECRET = "sakuham", "rahasia gerbang"
SIGN_ON, USER, PASSWORD = "sakuham-sso", "199001012015031001", "sandi pengguna"
FAULTS = (
    "500",
    "500 after",
    "silence",
    "silence after",
    "409",
    "babble",
    "page",
    "expired",
    "leads away",
    "endless",
)
"""What it may do instead of answering; "after": once it has done what was asked."""


@dataclass
class Kept:
    """A record of somebody's."""

    owner: str
    sent: dict[str, Any]
    documents: list[bytes] = field(default_factory=list)


class StandIn(ThreadingHTTPServer):
    """The service. `faults` are taken one for each request, but for those of tokens.

    people: who is known, by number. kept: records by their names. refuses: answer to saving.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.people: set[str] = set()
        self.kept: dict[str, Kept] = {}
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.refusal = ""
        self.lock = threading.Lock()
        self.released = threading.Event()
        self.token_count = 0
        self.tokens: set[str] = set()
        self.lets_in = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def settings(self, **others: str) -> ServiceSettings:
        values = {
            "address": f"{self.address}/apisiasn/1.0",
            "token_address": f"{self.address}/oauth2/token",
            "client_id": CLIENT,
            "client_secret": SECRET,
            "sign_on_address": f"{self.address}/sso/token",
            "sign_on_client": SIGN_ON,
            "sign_on_user": USER,
            "sign_on_password": PASSWORD,
            "training_kind": "212",
            "certificate_kind": "T",
            "document_kind": "881",
        }
        return ServiceSettings(**values | others)

    def client(self, *, seconds: float = 10) -> HttpPersonnelService:
        return HttpPersonnelService(self.settings(), seconds=seconds)

    def of_number(self, number: str) -> list[str]:
        """The records by a certificate's number."""
        with self.lock:
            return [
                name for name, kept in self.kept.items() if kept.sent["nomorSertipikat"] == number
            ]

    def write(self, owner: str, number: str, title: str, organiser: str) -> str:
        """Have somebody else record something."""
        sent = {
            "nomorSertipikat": number,
            "namaKursus": title,
            "institusiPenyelenggara": organiser,
        }
        with self.lock:
            name = f"lain-{len(self.kept) + 1:04}"
            self.kept[name] = Kept(owner, sent)
        return name

    def shake(self, seed: int, count: int) -> None:
        """Fail at random from now on, in half of so many requests."""
        random = Random(seed)  # noqa: S311 - the same draws in every run
        self.faults = [random.choice((*FAULTS, *[""] * len(FAULTS))) for _ in range(count)]


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_GET(self) -> None:
        self._meet(b"")

    def do_DELETE(self) -> None:
        self._meet(b"")

    def do_POST(self) -> None:
        self._meet(self.rfile.read(int(self.headers["Content-Length"])))

    def _meet(self, content: bytes) -> None:
        server = self.server
        if self.path in {"/oauth2/token", "/sso/token"}:
            return self._give_token(content)
        with server.lock:
            server.requests.append(f"{self.command} {self.path}")
            fault = server.faults.pop(0) if server.faults else ""
            if fault == "expired":
                server.tokens.clear()
            told = {self.headers["Authorization"], self.headers["Auth"]}
            known = {f"Bearer g{each}" for each in server.tokens} & told and {
                f"bearer u{each}" for each in server.tokens
            } & told
        if not known:
            return self._answer(401, {"message": "token kedaluwarsa"})
        if fault == "500":
            return self._answer(500, {"message": "galat"})
        if fault == "silence":
            return self._be_silent()
        if fault == "hangs":
            server.released.wait(60)
            return None
        if fault == "409":
            return self._answer(409, {"success": False, "message": "Data sudah ada"})
        if fault == "babble":
            return self._write(200, b'{"success": tr')
        if fault == "page":
            return self._write(502, b"<html><h1>Bad Gateway</h1></html>", "text/html")
        if fault == "leads away":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            return None
        if fault == "endless":
            return self._write(200, b" " * (5 * 1024 * 1024))
        status, body = self._do(unquote(self.path.removeprefix("/apisiasn/1.0/")), content)
        if fault == "500 after":
            return self._answer(500, {"message": "galat setelah simpan"})
        if fault == "silence after":
            return self._be_silent()
        return self._answer(status, body)

    def _be_silent(self) -> None:
        """Say nothing, and go: what a client takes for a time-out or a cut line."""
        self.close_connection = True

    def _give_token(self, content: bytes) -> None:
        form = {name: values[0] for name, values in parse_qs(content.decode()).items()}
        server = self.server
        if self.path == "/oauth2/token":
            basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            is_known = self.headers["Authorization"] == f"Basic {basic}"
            is_known &= form == {"grant_type": "client_credentials"}
            kind = "g"
        else:
            is_known = form == {
                "grant_type": "password",
                "client_id": SIGN_ON,
                "username": USER,
                "password": PASSWORD,
            }
            kind = "u"
        if not is_known or not server.lets_in:
            return self._answer(401, {"error": "invalid_client"})
        with server.lock:
            server.token_count += kind == "g"
            server.tokens.add(str(server.token_count))
            token = f"{kind}{server.token_count}"
        return self._answer(200, {"access_token": token, "expires_in": 3600})

    def _do(self, path: str, content: bytes) -> tuple[int, dict[str, Any]]:
        what, _, key = path.rpartition("/")
        with self.server.lock:
            match self.command, what:
                case "GET", "pns/data-utama":
                    return self._tell_person(key)
                case "GET", "pns/rw-kursus":
                    return self._tell_courses(key)
                case "POST", "kursus":
                    return self._save(json.loads(content))
                case "DELETE", "kursus/delete":
                    if self.server.kept.pop(key, None) is None:
                        return 404, {"success": False, "message": "Data tidak ditemukan"}
                    return 200, {"success": True, "message": "success"}
                case "POST", "":
                    return self._take_document(content)
        return 404, {"fault": {"message": "No matching resource"}}

    def _tell_person(self, number: str) -> tuple[int, dict[str, Any]]:
        if number not in self.server.people:
            return 200, {"code": 0, "data": "Data tidak ditemukan"}
        data = {"id": f"orang-{number}", "nipBaru": number, "instansiKerjaId": "instansi-1"}
        return 200, {"code": 1, "data": data}

    def _tell_courses(self, number: str) -> tuple[int, dict[str, Any]]:
        if number not in self.server.people:
            return 404, {"code": 0, "data": "Data tidak ditemukan"}
        return 200, {
            "code": 1,
            "data": [
                {
                    "id": name,
                    "noSertipikat": kept.sent["nomorSertipikat"],
                    "namaKursus": kept.sent["namaKursus"],
                    "institusiPenyelenggara": kept.sent["institusiPenyelenggara"],
                    "jumlahJam": kept.sent.get("jumlahJam"),
                }
                for name, kept in self.server.kept.items()
                if kept.owner == number
            ],
        }

    def _save(self, sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.server.refusal:
            return 200, {"success": False, "message": self.server.refusal}
        name = f"rw-{len(self.server.requests):05}"
        self.server.kept[name] = Kept(sent["pnsOrangId"].removeprefix("orang-"), sent)
        return 200, {"success": True, "message": "success", "mapData": {"rwKursusId": name}}

    def _take_document(self, content: bytes) -> tuple[int, dict[str, Any]]:
        boundary = self.headers["Content-Type"].partition("boundary=")[2].encode()
        fields = {}
        for part in content.split(b"--" + boundary)[1:-1]:
            head, _, body = part.partition(b"\r\n\r\n")
            name = head.partition(b'name="')[2].partition(b'"')[0].decode()
            fields[name] = body.removesuffix(b"\r\n")
        kept = self.server.kept.get(fields["id_riwayat"].decode())
        if kept is None or fields["id_ref_dokumen"] != b"881":
            return 400, {"success": False, "message": "Riwayat tidak dikenal"}
        kept.documents[:] = [fields["file"]]
        return 200, {"success": True, "message": "success"}

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        self._write(status, json.dumps(body).encode())

    def _write(self, status: int, content: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def handle_one_request(self) -> None:
        """Let clients go before they have read everything."""
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True


@contextmanager
def personnel_service() -> Iterator[StandIn]:
    """One that runs meanwhile."""
    with StandIn() as service:
        thread = threading.Thread(target=service.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield service
        finally:
            service.released.set()
            service.shutdown()
            thread.join()
