"""Steady load from people at home: readers, people who sign in, and learners who sit a quiz.

Each asks again until there is an answer, as the pages' script does, and notes what was in vain.
"""

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPSConnection
from itertools import cycle
from threading import Event, Thread
from time import monotonic
from typing import Final

from bench.client import Answer, Browser, Unexpected
from bench.people import PASSWORD, SLUG, Learner, Sitting
from bench.phases import CHAPTER, submission
from tests.waiting import crowding

PAGES: Final = ("/", f"/buku/{SLUG}", CHAPTER, "/capaian", "/log")
READERS, LEARNERS = 2, 3
READ_SECONDS, ANSWER_SECONDS, SIGN_IN_SECONDS, AGAIN_SECONDS = 0.3, 0.25, 2.0, 0.3
SIGN_IN_AGAIN_SECONDS = 4.0  # twenty a minute are allowed
TIMEOUT_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that was in vain: when it was sent and given up, and what came of it."""

    began: float
    ended: float
    what: str


class LoadEnded(Exception):
    """Nobody asks any more."""


class Load:
    """Who asks what, and what was acknowledged."""

    def __init__(
        self,
        balancer: str,
        homes: Sequence[str],
        trusted: ssl.SSLContext,
        sittings: Sequence[Sitting],
        entrants: Sequence[Learner],
    ) -> None:
        self.failures: list[Failure] = []
        self.answered_count = 0
        self.saved: dict[str, dict[int, list[int]]] = {}
        """By attempt, each answer that was acknowledged."""
        self.handed_in: list[str] = []
        """The attempts of which the result was shown."""
        self._balancer = balancer
        self._homes = cycle(homes)
        self._trusted = trusted
        self._sittings = iter(sittings)
        self._entrants = cycle(entrants)
        self._is_over = Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Have all of them ask while this lasts; a quiz that is not done then is left."""
        self._is_over.clear()
        works = [self._read] * READERS + [self._sit] * LEARNERS + [self._sign_in]
        threads = [Thread(target=self._work, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in threads:
                thread.join()

    def failures_since(self, moment: float) -> list[Failure]:
        """What was in vain and ended after a moment."""
        return [failure for failure in self.failures if failure.ended >= moment]

    def _work(self, work: Callable[[Browser], None]) -> None:
        try:
            while not self._is_over.is_set():
                with self._somebody() as browser:
                    work(browser)
        except LoadEnded:
            return

    @contextmanager
    def _somebody(self) -> Iterator[Browser]:
        """A person with a browser that knows nothing yet, at a home of their own."""
        connection = HTTPSConnection(
            self._balancer,
            timeout=TIMEOUT_SECONDS * crowding(),
            context=self._trusted,
            source_address=(next(self._homes), 0),
        )
        browser = Browser(connection=connection)
        try:
            yield browser
        finally:
            browser.close()

    def _read(self, browser: Browser) -> None:
        for path in PAGES:
            self._ask(browser, f"read {path}", lambda path=path: browser.get(path))  # type: ignore[misc]
            self._is_over.wait(READ_SECONDS)

    def _sign_in(self, browser: Browser) -> None:
        learner = next(self._entrants)

        def enter() -> Answer:
            form = browser.get("/masuk")
            fields = {
                "csrf_token": form.csrf_token,
                "next": "",
                "identifier": learner.number,
                "password": PASSWORD,
            }
            return browser.post("/masuk", list(fields.items()), expect=302)

        self._ask(browser, "sign in", enter, again_seconds=SIGN_IN_AGAIN_SECONDS)
        self._is_over.wait(SIGN_IN_SECONDS)

    def _sit(self, browser: Browser) -> None:
        """Answer every question of a quiz, hand it in, and look at the result."""
        sitting = next(self._sittings, None)
        assert sitting is not None, "there are too few people for so long a time"
        token = sitting.token
        form = self._ask(browser, "form", lambda: browser.get("/masuk")).csrf_token
        browser.cookies["__Host-masuk"] = sitting.learner.cookie
        page = f"/percobaan/{token}"
        self._ask(browser, "attempt", lambda: browser.get(page))
        saved = self.saved.setdefault(token, {})
        for position, choices in sitting.right.items():
            answer = {"choices": choices, "sequence": 1}
            path = f"{page}/jawaban/{position}"
            self._ask(browser, "save", lambda: browser.put(path, answer, form))  # noqa: B023
            saved[position] = choices
            self._is_over.wait(ANSWER_SECONDS)
        fields = submission(form)
        self._ask(browser, "hand in", lambda: browser.post(page, fields, expect=303))
        self.handed_in.append(token)
        self._ask(browser, "result", lambda: browser.get(f"{page}/hasil"))

    def _ask(
        self,
        browser: Browser,
        what: str,
        ask: Callable[[], Answer],
        *,
        again_seconds: float = AGAIN_SECONDS,
    ) -> Answer:
        """Ask until there is an answer; raises LoadEnded when there is none at the end."""
        while not self._is_over.is_set():
            began = monotonic()
            try:
                answer = ask()
            except (OSError, HTTPException, Unexpected) as error:
                browser.close()
                self.failures.append(Failure(began, monotonic(), f"{what}: {error!r}"))
                self._is_over.wait(again_seconds)
            else:
                self.answered_count += 1
                return answer
        raise LoadEnded
