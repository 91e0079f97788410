"""Sends a message to a receiver outside: over HTTPS, to the address that was looked at, briefly.

Where a webhook leads is an officer's to write, and our network is not theirs to reach: the name is
resolved once, every address of it has to be a public one, and the connection goes to such an
address and to no other, whatever the name means a moment later. Nothing is followed, and of the
answer no more than its head is read.
"""

import socket
import ssl
from collections.abc import Collection, Mapping
from http.client import HTTPException, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import Final
from urllib.parse import SplitResult, urlsplit

from lms.errors import N_
from lms.exchange.errors import BadWebhookAddress, CannotDeliver

LONGEST_ADDRESS: Final = 500
STEP_SECONDS: Final = 5.0
"""So long a receiver may be silent."""

SECONDS: Final = 10.0
"""So long a delivery may take in all, from the connection on."""

_IN_DISGUISE: Final = (
    IPv6Network("64:ff9b::/96"),  # IPv4 behind a translator
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("2001::/32"),  # Teredo
    IPv6Network("::ffff:0:0/96"),
    IPv6Network("::/96"),
)


def read_address(text: str) -> str:
    """A webhook's address as it is kept; raises BadWebhookAddress, and says what to mend."""
    address = text.strip()
    if not address.isascii() or len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise BadWebhookAddress(N_("Tulis alamat tanpa spasi, paling panjang 500 karakter ASCII."))
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    if parts.scheme != "https" or not parts.hostname or " " in address or port == 0:
        raise BadWebhookAddress(N_("Tulis alamat lengkap yang dimulai dengan https://."))
    if parts.username is not None or parts.password is not None or "#" in address:
        raise BadWebhookAddress(N_("Tulis alamat tanpa nama pengguna, kata sandi, dan tanda #."))
    return address


def is_public(address: str) -> bool:
    """Whether an IP address is one machine's on the internet, and no other in disguise."""
    found: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(found, IPv6Address) and any(found in each for each in _IN_DISGUISE):
        return False
    return found.is_global and not found.is_multicast


def post(
    address: str, body: bytes, headers: Mapping[str, str], *, own_hosts: Collection[str]
) -> None:
    """Have a receiver take a message; raises CannotDeliver where it does not.

    own_hosts: names that may lead to addresses of our own network.
    """
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    found = _resolve(host, port, is_own=host in own_hosts)
    connection = _To(found, host, port)
    end = Timer(SECONDS, connection.cut)
    end.daemon = True
    end.start()
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        status = connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:
        raise CannotDeliver(_words(error)) from error
    finally:
        end.cancel()
        connection.close()
    if not 200 <= status < 300:
        raise CannotDeliver(f"status {status}", is_gone=status == 410)


def _resolve(host: str, port: int, *, is_own: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotDeliver("the name leads nowhere") from error
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    if not addresses or not (is_own or all(map(is_public, addresses))):
        raise CannotDeliver("the name leads to an address that is not public")
    return addresses[0]


class _To(HTTPSConnection):
    """A connection to one IP address, whose certificate has to be that of the name."""

    def __init__(self, address: str, host: str, port: int) -> None:
        self._context_of_name = ssl.create_default_context()
        super().__init__(host, port, timeout=STEP_SECONDS, context=self._context_of_name)
        self._address = address
        self._plain: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address and have the name proved."""
        self._plain = socket.create_connection((self._address, self.port), STEP_SECONDS)
        self.sock = self._context_of_name.wrap_socket(self._plain, server_hostname=self.host)

    def cut(self) -> None:
        """End it now, whatever it waits for."""
        for each in (self.sock, self._plain):
            if each is not None:
                try:
                    socket.socket.shutdown(each, socket.SHUT_RDWR)
                except OSError:
                    continue


def _words(error: Exception) -> str:
    """What has gone wrong, in a short line; nothing of what the receiver says itself."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}"[:200]
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return type(error).__name__
