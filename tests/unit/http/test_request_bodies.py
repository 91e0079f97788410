"""A request is worked on once its body is there, few at a time, and answered in one piece."""

import gc
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import count
from threading import Barrier, BrokenBarrierError, Event, Semaphore, Thread
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.test import create_environ

from lms.http.request_bodies import (
    BATCHES_AT_ONCE,
    LARGEST_BATCH,
    LARGEST_FORM,
    LARGEST_UPLOAD,
    PIECE,
    REFUSAL,
    Batches,
    RequestBuffering,
    TooCrowded,
    TooLarge,
    TooSlow,
    _stop_listening_to,
)
from lms.http.streaming import (
    STREAMS_AT_ONCE,
    STREAMS_OF_ONE,
    Stream,
    TooManyStreams,
    stream_answer,
)
from tests.waiting import HANG_SECONDS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Pieces:
    """An answer in pieces, which wants to be told when it is done with."""

    def __init__(self) -> None:
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield from (b"one ", b"answer")

    def close(self) -> None:
        self.is_closed = True


def start(
    _status: str, _headers: list[tuple[str, str]], _exc_info: object = None
) -> Callable[[bytes], object]:
    """Nobody listens."""
    return len


def post(body: bytes, **more: str) -> "WSGIEnvironment":
    return {"REQUEST_METHOD": "POST", "wsgi.input": BytesIO(body), **more}


def arrived(environ: "WSGIEnvironment") -> "WSGIEnvironment":
    """What the application is given."""
    seen: list[WSGIEnvironment] = []

    def application(given: "WSGIEnvironment", _start: "StartResponse") -> list[bytes]:
        seen.append(given)
        return []

    RequestBuffering(application, at_once=1)(environ, start)
    return seen[0]


def test_an_answer_leaves_in_one_piece_and_is_closed() -> None:
    pieces = Pieces()
    answer = RequestBuffering(lambda _environ, _start: pieces, at_once=1)(
        {"REQUEST_METHOD": "GET"}, start
    )
    assert answer == [b"one answer"]
    assert pieces.is_closed


class Endlessly:
    """A long answer, which notes how many of its pieces were made and whether it was closed."""

    def __init__(self) -> None:
        self.made, self.is_closed = 0, False

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.made += 1
            yield b"a piece"

    def close(self) -> None:
        self.is_closed = True


def streaming(answer: Iterable[bytes], whose: Iterator[int] | None = None) -> "WSGIApplication":
    """An application of which every answer is a stream: of these people, or each of another's."""
    app, whose = Flask(__name__), whose or count()

    def application(environ: "WSGIEnvironment", _start: "StartResponse") -> Iterable[bytes]:
        with app.request_context(environ):
            stream_answer(next(whose))
        return answer

    return application


def test_a_stream_leaves_a_piece_at_a_time_and_keeps_no_permit_between() -> None:
    pieces = Endlessly()
    buffering = RequestBuffering(streaming(pieces), at_once=1)
    stream = buffering(create_environ(), start)
    assert isinstance(stream, Stream)
    for number in range(1, 4):
        assert next(stream) == b"a piece"
        assert pieces.made == number
        assert buffering.permits.free_count == 1  # others work meanwhile
    stream.close()
    assert pieces.is_closed


def test_there_are_few_streams_at_a_time_and_each_leaves_its_place_once() -> None:
    buffering = RequestBuffering(streaming(Endlessly()), at_once=1)
    streams = [buffering(create_environ(), start) for _ in range(STREAMS_AT_ONCE)]
    with pytest.raises(TooManyStreams):
        buffering(create_environ(), start)
    closed = streams.pop()
    assert isinstance(closed, Stream)
    closed.close()
    closed.close()
    streams.append(buffering(create_environ(), start))
    with pytest.raises(TooManyStreams):
        buffering(create_environ(), start)
    streams.clear()  # by a server that closes nothing
    gc.collect()
    assert isinstance(buffering(create_environ(), start), Stream)


def test_nobody_has_more_than_their_share_of_the_places() -> None:
    ayu, budi = 1, 2
    whose = iter([ayu] * (STREAMS_OF_ONE + 1) + [budi] + [ayu] * 2)
    buffering = RequestBuffering(streaming(Endlessly(), whose), at_once=1)
    first, *_others = [buffering(create_environ(), start) for _ in range(STREAMS_OF_ONE)]
    with pytest.raises(TooManyStreams, match="2 berkas besar sekaligus"):
        buffering(create_environ(), start)
    budis = buffering(create_environ(), start)
    assert isinstance(budis, Stream)
    assert isinstance(first, Stream)
    first.close()
    another = buffering(create_environ(), start)
    assert isinstance(another, Stream)
    with pytest.raises(TooManyStreams):
        buffering(create_environ(), start)


def test_a_place_is_free_again_after_an_accident() -> None:
    def fail(_environ: "WSGIEnvironment", _start: "StartResponse") -> list[bytes]:
        raise ZeroDivisionError

    buffering = RequestBuffering(fail, at_once=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            buffering({"REQUEST_METHOD": "GET"}, start)


def test_no_more_are_worked_on_at_once_than_there_are_places() -> None:
    together = Barrier(3)
    outcomes = []

    def application(_environ: "WSGIEnvironment", _start: "StartResponse") -> list[bytes]:
        try:
            together.wait(0.5)
        except BrokenBarrierError:
            outcomes.append("alone")
        else:
            outcomes.append("together")
        return []

    buffering = RequestBuffering(application, at_once=2)
    asking = [Thread(target=buffering, args=({"REQUEST_METHOD": "GET"}, start)) for _ in range(3)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert outcomes == ["alone"] * 3


def test_the_application_reads_a_body_that_is_there() -> None:
    given = arrived(post(b"a=b", CONTENT_LENGTH="3"))
    assert given["wsgi.input"].read() == b"a=b"
    assert REFUSAL not in given


def test_a_body_in_chunks_is_given_with_its_length() -> None:
    given = arrived(post(b"a=b", HTTP_TRANSFER_ENCODING="chunked"))
    assert (given["CONTENT_LENGTH"], given["wsgi.input"].read()) == ("3", b"a=b")
    assert "HTTP_TRANSFER_ENCODING" not in given


@pytest.mark.parametrize(
    ("content_type", "largest"),
    [
        ("application/x-www-form-urlencoded", LARGEST_FORM),
        ("application/json", LARGEST_FORM),
        ("multipart/form-data; boundary=x", LARGEST_UPLOAD),
    ],
)
def test_a_body_may_be_as_large_as_its_kind(content_type: str, largest: int) -> None:
    for size, refusal in ((largest, None), (largest + 1, TooLarge)):
        body = b"x" * size
        for more in ({"CONTENT_LENGTH": str(size)}, {"HTTP_TRANSFER_ENCODING": "chunked"}):
            given = arrived(post(body, CONTENT_TYPE=content_type, **more))
            found = given.get(REFUSAL)
            assert type(found) is (type(None) if refusal is None else refusal)
            assert len(given["wsgi.input"].read()) == (size if refusal is None else 0)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_a_request_that_only_asks_brings_is_not_read(method: str) -> None:
    """A form was read of it once, however large, and waited for inside of the application."""

    class Unread(BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise AssertionError("it was read")

    more = {"CONTENT_LENGTH": "5000", "HTTP_TRANSFER_ENCODING": "chunked"}
    given = arrived({"REQUEST_METHOD": method, "wsgi.input": Unread(b"a="), **more})
    assert given["wsgi.input"].read() == b""
    assert given["CONTENT_LENGTH"] == "0"
    assert "HTTP_TRANSFER_ENCODING" not in given


def test_one_address_does_not_fill_the_room_in_which_bodies_are_waited_for() -> None:
    ended, waiting = Event(), Semaphore(0)

    class Dripping(BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            waiting.release()
            ended.wait(HANG_SECONDS)
            return b"a=b"

    buffering = RequestBuffering(lambda _environ, _start: [], at_once=1, of_one=2)
    slow = [post(b"", CONTENT_LENGTH="3", REMOTE_ADDR="192.0.2.1") for _ in range(2)]
    threads = [
        Thread(target=buffering, args=(environ | {"wsgi.input": Dripping()}, start))
        for environ in slow
    ]
    for thread in threads:
        thread.start()
        assert waiting.acquire(timeout=HANG_SECONDS)
    third = post(b"a=b", CONTENT_LENGTH="3", REMOTE_ADDR="192.0.2.1")
    other = post(b"a=b", CONTENT_LENGTH="3", REMOTE_ADDR="192.0.2.2")
    buffering(third, start)
    buffering(other, start)
    ended.set()
    for thread in threads:
        thread.join()
    assert isinstance(third[REFUSAL], TooCrowded)
    assert REFUSAL not in other


def test_a_body_that_is_shorter_than_announced_did_not_arrive() -> None:
    assert isinstance(arrived(post(b"a=", CONTENT_LENGTH="3"))[REFUSAL], TooSlow)


@pytest.mark.parametrize("announced", ["-1", "+3", "3.0", "three"])
def test_a_length_that_is_no_number_brings_no_body(announced: str) -> None:
    assert arrived(post(b"a=b", CONTENT_LENGTH=announced))["wsgi.input"].read() == b""


def test_only_connections_to_us_are_given_up_and_not_ours_to_a_database() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as ours,
    ):
        theirs, _ = listener.accept()
        with theirs:
            time.sleep(0.3)
            for each in (ours, theirs):
                each.settimeout(0)
            port = str(listener.getsockname()[1])
            for peer, at, seconds in (("192.0.2.7", port, 1.1), ("127.0.0.1", port, 90.0)):
                _stop_listening_to(peer, at, seconds)
                with pytest.raises(BlockingIOError):
                    theirs.recv(1)
            _stop_listening_to("127.0.0.1", port, 1.1)
            assert theirs.recv(1) == b""
            with pytest.raises(BlockingIOError):
                ours.recv(1)
            theirs.sendall(b"an answer")
            assert ours.recv(9) == b"an answer"


def post_batch(size: int, **more: str) -> "WSGIEnvironment":
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": BATCHES,
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": str(size),
        "wsgi.input": Endless(),
        **more,
    }


BATCHES = "/banyak"
FOR_ALL = Batches(BATCHES, lambda _: None)


class Endless(BytesIO):
    """As many bytes as somebody asks for; notes how many that were at once, and in all."""

    def __init__(self) -> None:
        super().__init__()
        self.most = self.all = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size >= 0
        self.most, self.all = max(self.most, size), self.all + size
        return bytes(size)


def batches_to(application: "WSGIApplication") -> RequestBuffering:
    return RequestBuffering(application, at_once=1, batches=[FOR_ALL])


def test_a_batch_is_read_in_pieces_and_kept_outside_of_memory() -> None:
    seen: list[tuple[object, int]] = []

    def application(given: "WSGIEnvironment", _start: "StartResponse") -> list[bytes]:
        body = given["wsgi.input"]
        seen.append((given.get(REFUSAL), sum(map(len, iter(lambda: body.read(2**20), b"")))))
        assert not isinstance(body, BytesIO)
        return []

    environ = post_batch(LARGEST_BATCH)
    source = environ["wsgi.input"]
    batches_to(application)(environ, start)
    assert seen == [(None, LARGEST_BATCH)]
    assert source.most <= PIECE


@pytest.mark.parametrize(
    ("more", "largest"),
    [
        ({}, LARGEST_BATCH),
        ({"PATH_INFO": "/verifikasi"}, LARGEST_UPLOAD),
        ({"CONTENT_TYPE": "application/x-www-form-urlencoded"}, LARGEST_FORM),
    ],
)
@pytest.mark.parametrize("size", [1, 2**31])
def test_a_file_of_gigabytes_is_refused_without_a_byte_of_it_being_read(
    more: dict[str, str], largest: int, size: int
) -> None:
    seen: list[WSGIEnvironment] = []

    def application(given: "WSGIEnvironment", _start: "StartResponse") -> list[bytes]:
        seen.append(given)
        return []

    environ = post_batch(largest + size, **more)
    source = environ["wsgi.input"]
    batches_to(application)(environ, start)
    assert isinstance(seen[0][REFUSAL], TooLarge)
    assert source.all == 0


def test_of_whom_there_is_an_objection_nothing_is_read_and_no_place_is_kept() -> None:
    seen: list[object] = []

    def application(given: "WSGIEnvironment", _start: "StartResponse") -> list[bytes]:
        seen.append((given[REFUSAL], given["CONTENT_LENGTH"]))
        return []

    def object_to(_environ: "WSGIEnvironment") -> Exception:
        assert buffering.permits.free_count == 0  # it asks as one of the requests
        return objection

    objection = LookupError("no database")
    buffering = RequestBuffering(application, at_once=1, batches=[Batches(BATCHES, object_to)])
    environs = [post_batch(9) for _ in range(BATCHES_AT_ONCE + 1)]
    sources = [environ["wsgi.input"] for environ in environs]
    for environ in environs:
        buffering(environ, start)
    assert seen == [(objection, "0")] * len(environs)
    assert [source.all for source in sources] == [0] * len(environs)


def test_of_batches_there_are_few_at_a_time_and_each_leaves_its_place() -> None:
    refused: list[object] = []
    inside = Semaphore(0)
    go_on = Event()

    def application(given: "WSGIEnvironment", _start: "StartResponse") -> list[bytes]:
        refused.append(given.get(REFUSAL))
        if given.get(REFUSAL) is None:
            inside.release()
            assert go_on.wait(HANG_SECONDS)
        return []

    buffering = RequestBuffering(application, at_once=BATCHES_AT_ONCE + 1, batches=[FOR_ALL])
    asking = [Thread(target=buffering, args=(post_batch(9), start)) for _ in range(BATCHES_AT_ONCE)]
    for thread in asking:
        thread.start()
        assert inside.acquire(timeout=HANG_SECONDS)
    buffering(post_batch(9), start)
    assert isinstance(refused[-1], TooCrowded)
    go_on.set()
    for thread in asking:
        thread.join()
    buffering(post_batch(9), start)
    assert refused[-1] is None
