"""A stand-in for a service that seals whole documents behind one-time codes."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from lms.sealing.client import HttpSealer

USER, PASSWORD, SIGNATORY = "sakuham", "rahasia layanan", "penanda-tangan-contoh"
SEAL = b"\n% segel layanan\n%%EOF\n"


class SealingService(ThreadingHTTPServer):
    """Sends codes, which each work once, and puts its mark behind each document.

    fault: what it does instead: "hangs", "breaks", "babbles", "swaps" or "leads away".
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.codes: list[str] = []
        self.calls: list[int] = []
        self.fault = ""
        self.released = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def sealer(self, *, timeout_seconds: float = 30) -> HttpSealer:
        return HttpSealer(self.address, USER, PASSWORD, SIGNATORY, timeout_seconds)


class _Handler(BaseHTTPRequestHandler):
    server: SealingService

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers["Authorization"] != expected or body["signatory"] != SIGNATORY:
            return self._answer(401, {"message": "Pengguna tidak dikenal"})
        if self.server.fault == "hangs":
            self.server.released.wait(60)
            return None
        if self.server.fault == "breaks":
            return self._answer(503, {})
        if self.server.fault == "leads away":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.end_headers()
            return None
        if self.path == "/activation":
            self.server.codes.append(f"KODE{len(self.server.codes) + 1:04d}")
            return self._answer(200, {})
        return self._seal(body)

    def _seal(self, body: dict[str, Any]) -> None:
        if body["code"] not in self.server.codes:
            return self._answer(403, {"message": "Kode tidak berlaku\nlagi"})
        self.server.codes.remove(body["code"])
        self.server.calls.append(len(body["documents"]))
        documents = [base64.b64decode(each) for each in body["documents"]]
        if self.server.fault == "swaps":
            documents.reverse()
        if self.server.fault == "babbles":
            return self._answer(200, {"documents": "semua"})
        sealed = [base64.b64encode(each + SEAL).decode() for each in documents]
        return self._answer(200, {"documents": sealed})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def sealing_service() -> Iterator[SealingService]:
    """One that runs meanwhile."""
    with SealingService() as service:
        thread = threading.Thread(target=service.serve_forever, daemon=True)
        thread.start()
        try:
            yield service
        finally:
            service.released.set()
            service.shutdown()
            thread.join()
