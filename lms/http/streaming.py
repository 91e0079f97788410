"""Answers that are too large to be held: they leave piece by piece, a few at a time.

Every other answer leaves as one piece (`request_bodies.py`). A stream keeps one of the server's
threads until its client has all of it, so that there are few places for streams; a piece is made
when the one before has left, under a permit as any other work.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from threading import BoundedSemaphore, Lock
from typing import Final

from flask import request

from lms.errors import N_, Refusal

# Of the 64 threads that granian is given.
STREAMS_AT_ONCE: Final = 8
PLACES: Final = "sakuham.places_for_streams"
TAKEN: Final = "sakuham.place_of_stream"


class TooManyStreams(Refusal):
    """So many large files are being fetched that there is no thread for another."""


class Place:
    """One of the few places for streams; it can be left more than once."""

    def __init__(self, places: BoundedSemaphore) -> None:
        self._places: BoundedSemaphore | None = places
        self._leaving = Lock()

    def leave(self) -> None:
        """Let another have it."""
        with self._leaving:
            places, self._places = self._places, None
        if places is not None:
            places.release()


def stream_answer() -> None:
    """Have the answer to this request leave piece by piece; raises TooManyStreams."""
    places: BoundedSemaphore = request.environ[PLACES]
    if not places.acquire(blocking=False):
        raise TooManyStreams(
            N_("Terlalu banyak berkas besar sedang diunduh bersamaan. Berkas Anda tetap tersimpan.")
        )
    request.environ[TAKEN] = Place(places)


class Stream:
    """An answer on its way: what it is made of, a permit for each piece, and its place."""

    def __init__(
        self,
        answer: Iterable[bytes],
        permit: Callable[[], AbstractContextManager[None]],
        place: Place,
    ) -> None:
        self._answer = answer
        self._pieces = iter(answer)
        self._permit = permit
        self._place = place

    def __iter__(self) -> Iterator[bytes]:
        """The pieces, once."""
        return self

    def __next__(self) -> bytes:
        """The next piece."""
        with self._permit():
            return next(self._pieces)

    def close(self) -> None:
        """Leave the place; the server calls it at the end, and where the client has gone."""
        try:
            if hasattr(self._answer, "close"):
                self._answer.close()
        finally:
            self._place.leave()

    def __del__(self) -> None:
        """No place may be lost by a server that forgets to close."""
        self._place.leave()
