"""Answers that are too large to be held: they leave piece by piece, a few at a time.

Every other answer leaves as one piece (`request_bodies.py`). A stream keeps one of the server's
threads until its client has all of it, so that there are few places for streams; a piece is made
when the one before has left, under a permit as any other work.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from threading import Lock, RLock
from typing import Final

from flask import request

from lms.errors import N_, Refusal

# Of the 64 threads that granian is given; and of these, how many one person may keep.
STREAMS_AT_ONCE: Final = 8
STREAMS_OF_ONE: Final = 2
VISITORS: Final = 0
"""Everybody who is not signed in: they share what one person has."""
PLACES: Final = "sakuham.places_for_streams"
TAKEN: Final = "sakuham.place_of_stream"


class TooManyStreams(Refusal):
    """So many large files are being fetched that there is no thread for another."""


class Places:
    """The few places for streams of a process."""

    def __init__(self) -> None:
        self._taken: Counter[int] = Counter()
        # What forgets to leave does so when it is collected, which may be inside of `take`.
        self._changing = RLock()

    def take(self, account_id: int) -> "Place":
        """A place for a person; raises TooManyStreams where they have their share, or none is left.

        Else whoever opens one file eight times would keep all others from theirs.
        """
        with self._changing:
            is_full = self._taken[account_id] >= STREAMS_OF_ONE
            if is_full and account_id != VISITORS:
                raise TooManyStreams(
                    N_(
                        "Anda sedang mengunduh %(count)d berkas besar sekaligus. Tunggu sampai "
                        "salah satunya selesai; berkas ini tetap tersimpan."
                    ),
                    count=STREAMS_OF_ONE,
                )
            if is_full or self._taken.total() >= STREAMS_AT_ONCE:
                raise TooManyStreams(
                    N_(
                        "Terlalu banyak berkas besar sedang diunduh bersamaan. "
                        "Berkas Anda tetap tersimpan."
                    )
                )
            self._taken[account_id] += 1
        return Place(self, account_id)

    def leave(self, account_id: int) -> None:
        """Let another have a person's place."""
        with self._changing:
            self._taken[account_id] -= 1
            if not self._taken[account_id]:
                del self._taken[account_id]


class Place:
    """One of the few places for streams; it can be left more than once."""

    def __init__(self, places: Places, account_id: int) -> None:
        self._places: Places | None = places
        self._account_id = account_id
        self._leaving = Lock()

    def leave(self) -> None:
        """Let another have it."""
        with self._leaving:
            places, self._places = self._places, None
        if places is not None:
            places.leave(self._account_id)


def stream_answer(account_id: int) -> None:
    """Have the answer to a person's request leave piece by piece; raises TooManyStreams."""
    places: Places = request.environ[PLACES]
    request.environ[TAKEN] = places.take(account_id)


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
