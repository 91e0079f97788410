"""A receiver of webhooks over HTTPS, which checks what it is sent as one of another make would."""

import base64
import hmac
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lms.clock import utc_now


@dataclass(frozen=True)
class Message:
    """What came, once its signature was found to be right."""

    message_id: str
    kind: str
    position: int
    number: str
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass
class Told:
    """What a receiver was sent, and what it answers."""

    secret: str = ""
    statuses: list[int] = field(default_factory=list)
    """Of the next answers; then 204."""
    messages: list[Message] = field(default_factory=list)
    """Those that were taken."""
    refused: list[str] = field(default_factory=list)
    """What was wrong with others, or the status that they got."""


class Receiver(ThreadingHTTPServer):
    """Listens on loopback, under a certificate of its own for `localhost`."""

    daemon_threads = True

    def __init__(self, folder: Path, told: Told) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told = told
        self.released = threading.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(make_certificate(folder))
        self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.server_port}/sakuham?jenis=1"

    def handle_error(self, *_: object) -> None:
        """Whoever does not like our certificate leaves."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        told = self.server.told
        content = self.rfile.read(int(self.headers["Content-Length"]))
        status = told.statuses.pop(0) if told.statuses else 204
        if status == 0:
            self.server.released.wait(60)
            return
        if status >= 300:
            told.refused.append(str(status))
        elif wrong := find_fault(told.secret, self.path, dict(self.headers), content):
            told.refused.append(wrong)
            status = 400
        else:
            body = json.loads(content)
            data = body["data"]
            message_id = self.headers["webhook-id"]
            told.messages.append(
                Message(
                    message_id,
                    body["type"],
                    data["position"],
                    data["number"],
                    body,
                    {name.lower(): value for name, value in self.headers.items()},
                )
            )
        self.send_response(status)
        if status in {301, 302, 307}:
            self.send_header("Location", self.server.url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def find_fault(secret: str, path: str, headers: dict[str, str], content: bytes) -> str:
    """What is wrong with a message, by the specification; empty for nothing."""
    given = {name.lower(): value for name, value in headers.items()}
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{given['webhook-id']}.{given['webhook-timestamp']}.".encode() + content
    expected = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    if f"v1,{expected}" not in given["webhook-signature"].split():
        return "signature"
    sent_at = datetime.fromtimestamp(int(given["webhook-timestamp"]), UTC)
    if abs(utc_now() - sent_at) > timedelta(minutes=5):
        return "timestamp"
    if given["content-type"] != "application/json" or path != "/sakuham?jenis=1":
        return "place"
    return ""


def make_certificate(folder: Path) -> Path:
    """A certificate of `localhost` that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = utc_now()
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "receiver.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


@contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    """A receiver that listens meanwhile."""
    receiver = Receiver(folder, Told())
    thread = threading.Thread(target=receiver.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        receiver.shutdown()
        receiver.server_close()
        thread.join()
