"""Request bodies are buffered before the application runs: whole, up to a size, and in time.

A server hands a request over as soon as its head is there. Whoever read the rest inside of the
application would hold one of its few permits, and a handful of slow clients, which send a byte now
and then, would hold them all. So a body is read first, in one of many threads that do nothing else,
and only then is a permit taken. The response leaves as one piece, for the server to send as slowly
as its client reads: an iterator would occupy its thread until the client has it all. What is too
large for that says so (`streaming.py`).
"""

import fcntl
import os
import socket
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPMethod
from io import SEEK_END, BytesIO
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore, Lock, Thread
from typing import IO, TYPE_CHECKING

from flask import Flask, request

from lms.errors import N_, Refusal
from lms.http.permits import Permits
from lms.http.problems import API
from lms.http.streaming import PLACES, TAKEN, Places, Stream

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BODY_SECONDS = 10.0
# A form with the longest of all texts, or an answer; and what brings files.
LARGEST_FORM = 64 * 1024
LARGEST_UPLOAD = 2 * 1024 * 1024
# A thousand references to check, or five hundred people, as JSON.
LARGEST_OF_API = 512 * 1024
# A folder of certificates, of somebody who is signed in: on disk while it comes, and for as long
# as an office's line needs; few at a time.
LARGEST_BATCH = 64 * 1024 * 1024
BATCH_SECONDS = 180.0
BATCHES_AT_ONCE = 2
PIECE = 64 * 1024
# Of the 64 threads that granian is given; the others are for who brings no body.
WAITING_ROOM = 48
# An office behind one address has its share; nobody has all of the room.
OF_ONE = 16
WATCH_SECONDS = 1.0
WITHOUT_BODY = frozenset({HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS})
REFUSAL = "sakuham.refusal"
# In Linux's tcp_info: after eight bytes, the tenth number is how long ago we last sent something.
TCP_INFO_BYTES = 48
LAST_SENT_AT = 8 + 4 * 9


class TooLarge(Refusal):
    """More was sent than what a request of its kind may bring."""


class TooSlow(Refusal):
    """What was announced did not arrive in time."""


class TooCrowded(Refusal):
    """So much is being waited for that there is no room to wait for more."""


class PendingBody:
    """A request body that is being read: from whom, at which port of ours, and until when."""

    __slots__ = ("due_at", "is_overdue", "peer", "port", "seconds")

    def __init__(self, environ: "WSGIEnvironment", seconds: float) -> None:
        self.peer: str = environ.get("REMOTE_ADDR", "")
        self.port: str = environ.get("SERVER_PORT", "")
        self.seconds = seconds
        self.due_at = time.monotonic() + seconds
        self.is_overdue = False


@dataclass(frozen=True, slots=True)
class Batches:
    """To which path batches are sent, and by whom.

    `find_objection` is asked before a byte is read: what to tell whoever may not, or None.
    """

    path: str
    find_objection: "Callable[[WSGIEnvironment], Exception | None]"


class RequestBuffering:
    """WSGI middleware: runs at most so many requests at once, each with its whole body."""

    def __init__(
        self,
        application: "WSGIApplication",
        *,
        at_once: int,
        of_one: int = OF_ONE,
        seconds: float = BODY_SECONDS,
        batches: Sequence[Batches] = (),
    ) -> None:
        """Take an application, and how many requests it works on at once.

        Of one address at most `of_one` bodies are waited for; behind a proxy, whose address is
        everybody's, that has to be as many as of all. A body has so many seconds.
        """
        self._application = application
        self._of_one = of_one
        self._seconds = seconds
        self._pending: set[PendingBody] = set()
        self._watching = Lock()
        self._batches = batches
        self._places = BoundedSemaphore(BATCHES_AT_ONCE)
        self._streams = Places()
        self.permits = Permits(at_once)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Wait for the body, then for a permit, and answer in one piece."""
        for batches in self._batches:
            if _is_sent_to(batches.path, environ):
                return self._answer_batch(batches, environ, start_response)
        if environ["REQUEST_METHOD"] in WITHOUT_BODY:
            _give_body(
                environ, BytesIO()
            )  # what such a request brings means nothing (RFC 9110, 9.3)
        else:
            self._buffer(environ, BytesIO(), self._limit_of(environ), self._seconds)
        return self._answer(environ, start_response)

    def _answer_batch(
        self, batches: Batches, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The same for a body that is kept on disk; whoever may not, and too many, are refused."""
        with self.permits.one():  # who asks for a place uses the database, as the requests do
            objection = batches.find_objection(environ)
        if objection is None and not self._places.acquire(blocking=False):
            objection = TooCrowded(N_("Terlalu banyak kiriman datang bersamaan."))
        if objection is not None:
            environ[REFUSAL] = objection
            _give_body(environ, BytesIO())
            return self._answer(environ, start_response)
        try:
            with TemporaryFile() as file:
                self._buffer(environ, file, LARGEST_BATCH, max(BATCH_SECONDS, self._seconds))
                return self._answer(environ, start_response)
        finally:
            self._places.release()

    def _answer(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        environ[PLACES] = self._streams
        with self.permits.one():
            try:
                answer = self._application(environ, start_response)
            except BaseException:
                _leave_place(environ)
                raise
            if (place := environ.get(TAKEN)) is not None:
                return Stream(answer, self.permits.one, place)
            try:
                return [b"".join(answer)]
            finally:
                if hasattr(answer, "close"):
                    answer.close()

    def _limit_of(self, environ: "WSGIEnvironment") -> int:
        if environ.get("PATH_INFO", "").startswith(f"{API}/"):
            return LARGEST_OF_API
        return LARGEST_UPLOAD if _has_files(environ) else LARGEST_FORM

    def _buffer(
        self, environ: "WSGIEnvironment", body: IO[bytes], largest: int, seconds: float
    ) -> None:
        """Replace the stream by the whole body, or note why there is none."""
        try:
            self._read(environ, body, largest, seconds)
        except Refusal as refusal:
            environ[REFUSAL] = refusal
            body = BytesIO()
        _give_body(environ, body)

    def _read(
        self, environ: "WSGIEnvironment", body: IO[bytes], largest: int, seconds: float
    ) -> None:
        announced = environ.get("CONTENT_LENGTH") or ""
        if announced.isdecimal():
            size = int(announced)
        elif "HTTP_TRANSFER_ENCODING" in environ:
            size = largest + 1
        else:
            return
        if announced and size > largest:
            raise _too_large(largest)
        pending = PendingBody(environ, seconds)
        of_theirs = sum(each.peer == pending.peer for each in self._pending.copy())
        if len(self._pending) >= WAITING_ROOM or of_theirs >= self._of_one:
            raise TooCrowded(N_("Terlalu banyak kiriman datang bersamaan."))
        self._pending.add(pending)
        try:
            if not self._watching.locked():
                self._watch()
            read = _copy(environ["wsgi.input"], body, size)
        finally:
            self._pending.discard(pending)
        if pending.is_overdue or (announced and read < size):
            raise TooSlow(
                N_("Kiriman ini tidak sampai seluruhnya dalam %(seconds)s detik."),
                seconds=round(seconds),
            )
        if read > largest:
            raise _too_large(largest)

    def _watch(self) -> None:
        """Begin to give up what is overdue: in a process that serves, and not before it does."""
        if self._watching.acquire(blocking=False):
            Thread(target=self._give_up, name="request-bodies", daemon=True).start()

    def _give_up(self) -> None:
        while True:
            time.sleep(min(WATCH_SECONDS, self._seconds))
            now = time.monotonic()
            overdue = [each for each in self._pending.copy() if each.due_at <= now]
            for each in overdue:
                each.is_overdue = True
            for peer, port in {(each.peer, each.port) for each in overdue}:
                # Over which connection a body comes is not told: one of the same address that may
                # take longer must not be ended with it.
                longest = max(
                    each.seconds
                    for each in self._pending.copy() | set(overdue)
                    if (each.peer, each.port) == (peer, port)
                )
                _stop_listening_to(peer, port, longest)


def _leave_place(environ: "WSGIEnvironment") -> None:
    if (place := environ.get(TAKEN)) is not None:
        place.leave()


def _is_sent_to(path: str, environ: "WSGIEnvironment") -> bool:
    is_posted = environ["REQUEST_METHOD"] == HTTPMethod.POST
    return is_posted and environ.get("PATH_INFO", "") == path and _has_files(environ)


def _has_files(environ: "WSGIEnvironment") -> bool:
    media_type: str = environ.get("CONTENT_TYPE", "")
    return media_type.startswith("multipart/form-data")


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> int:
    """Read so many bytes, a piece at a time, or as many as there are; returns how many."""
    done = 0
    while done < size and (piece := source.read(min(PIECE, size - done))):
        target.write(piece)
        done += len(piece)
    return done


def _give_body(environ: "WSGIEnvironment", body: IO[bytes]) -> None:
    """Have the application find this body, and nothing that it would wait for."""
    environ["wsgi.input"] = body
    environ["CONTENT_LENGTH"] = str(body.seek(0, SEEK_END))
    body.seek(0)
    environ.pop("HTTP_TRANSFER_ENCODING", None)


def init_request_bodies(app: Flask) -> None:
    """Refuse requests whose body is not there.

    To be called after the unit of work's `init`, and before that of whatever reads.
    """
    app.before_request(_refuse)


def _refuse() -> None:
    refusal = request.environ.get(REFUSAL)
    if refusal is not None:
        raise refusal


def _too_large(largest: int) -> TooLarge:
    if largest == LARGEST_BATCH:
        return TooLarge(
            N_("Kiriman ini terlalu besar: paling banyak %(size)s MB sekaligus. Bagi menjadi dua."),
            size=largest // 1024**2,
        )
    return TooLarge(
        N_("Kiriman ini terlalu besar: paling banyak %(size)s KB."), size=largest // 1024
    )


def _stop_listening_to(peer: str, port: str, seconds: float) -> None:
    """Have the reads end that wait for an address over whose connection we have long been silent.

    Which connection a request came by is not told. Those that this closes besides are idle, as slow
    with a head, or have waited as long for an answer. We can still answer over them.
    """
    for connection in _connections():
        # It listens, or has just been closed; or who asks has no address.
        with connection, suppress(OSError, ValueError):
            is_theirs = (
                str(connection.getsockname()[1]) == port  # and not one of ours to a database
                and ip_address(connection.getpeername()[0]) == ip_address(peer)
            )
            # A second less: "100 Continue" is sent after the clock of a body has begun to run.
            if is_theirs and _seconds_of_silence(connection) > seconds - 1:
                connection.shutdown(socket.SHUT_RD)


def _connections() -> Iterator[socket.socket]:
    """What this process listens and talks to by IP, each by a descriptor of its own."""
    if sys.platform != "linux":
        return
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # it has just been closed
            if str(link.readlink()).startswith("socket:"):
                found = socket.socket(fileno=os.dup(int(link.name)))
                if found.family in {socket.AF_INET, socket.AF_INET6}:
                    yield found
                else:
                    found.close()


def _seconds_of_silence(connection: socket.socket) -> float:
    """Since when nothing was said, unless the other side does not listen.

    Raises OSError for what is no connection over TCP.
    """
    if any(fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4))):
        return 0
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_BYTES)
    milliseconds: int = struct.unpack_from("=I", told, LAST_SENT_AT)[0]
    return milliseconds / 1000
