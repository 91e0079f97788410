"""What is measured: single requests, and a learner's whole way from sign-in to verification."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from urllib.parse import urlencode

from bench.client import Answer, Browser
from bench.people import PASSWORD, SLUG, Learner, People, Sitting

CHAPTER = f"/buku/{SLUG}/3"
# Rare words and words that stand in many sentences, several at once, and one that is mistyped.
SEARCHES = ("korban", "pelindungan saksi", "Pasal 15", "delik aduan", "kekerasan", "perundugan")
COUNTS = {
    "home": 30,
    "chapter": 30,
    "search": 30,
    "save": 20,
    "submit": 5,
    "pdf": 5,
    "verification": 30,
    "staff": 20,
}
"""How many requests of a kind make a round."""

STEPS_TO_THE_QUIZ = 4

Work = Callable[[], object]
"""One unit of what is measured; everything that comes before it is prepared already."""


class Phases:
    """Every kind of request, for one running server."""

    def __init__(self, port: int, people: People) -> None:
        self._people = people
        # One connection, so that the worker that was warmed is the one that is measured.
        self._browser = Browser(port)
        self._token = self._browser.get("/masuk").csrf_token
        self._session = dict(self._browser.cookies)
        self._visits = 0

    def batches(self) -> Iterator[tuple[str, list[Work]]]:
        """A round of single requests: each kind is prepared when it is asked for."""
        yield "home", [self._as_reader_of("/")] * COUNTS["home"]
        yield "chapter", [self._as_reader_of(CHAPTER)] * COUNTS["chapter"]
        yield "search", self._searches(COUNTS["search"])
        yield "save", self._saves(COUNTS["save"])
        yield "submit", self._submits(COUNTS["submit"])
        yield "pdf", self._pdfs(COUNTS["pdf"])
        yield "verification", self._verifications(COUNTS["verification"])

    def _as_reader_of(self, path: str) -> Work:
        """Somebody in the middle of the pocketbook opens a page."""
        learner = self._people.reader()
        return lambda: self._as(learner).get(path)

    def _searches(self, count: int) -> list[Work]:
        """Somebody without an account searches all pocketbooks, for one thing after the other."""
        paths = [f"/cari?{urlencode({'q': query})}" for query in SEARCHES]
        works = [partial(self._look_for, path) for path in paths]
        return [*islice(cycle(works), count)]

    def _look_for(self, path: str) -> Answer:
        return self._as(None).get(path)

    def _saves(self, count: int) -> list[Work]:
        """The first answer to each question of fresh attempts."""
        works: list[Work] = []
        while len(works) < count:
            sitting = self._people.sitting(answered=False)
            works += [self._save(sitting, position) for position in sitting.right]
        return works[:count]

    def _save(self, sitting: Sitting, position: int) -> Work:
        answer = {"choices": sitting.right[position], "sequence": 1}
        path = f"/percobaan/{sitting.token}/jawaban/{position}"
        return lambda: self._as(sitting.learner).put(path, answer, self._token)

    def _submits(self, count: int) -> list[Work]:
        return [self._submit(self._people.sitting(answered=True)) for _ in range(count)]

    def _submit(self, sitting: Sitting) -> Work:
        path = f"/percobaan/{sitting.token}"
        fields = submission(self._token)
        return lambda: self._as(sitting.learner).post(path, fields, expect=303)

    def _pdfs(self, count: int) -> list[Work]:
        return [self._pdf(*self._people.holder()) for _ in range(count)]

    def _pdf(self, learner: Learner, code: str) -> Work:
        return lambda: self._as(learner).get(f"/sertifikat/{code}.pdf")

    def _verifications(self, count: int) -> list[Work]:
        _, code = self._people.holder()
        return [lambda: self._as(None).get(f"/v/{code}")] * count

    def staff_lists(self) -> list[Work]:
        """An officer opens the list of everybody whom the rounds have made."""
        officer = self._people.officer()
        return [lambda: self._as(officer).get("/kepegawaian")] * COUNTS["staff"]

    def _as(self, learner: Learner | None) -> Browser:
        """The one connection with another person behind it, at an address of their own."""
        self._visits += 1
        self._browser.address = (
            f"10.{self._visits >> 16 & 255}.{self._visits >> 8 & 255}.{self._visits & 255}"
        )
        self._browser.cookies = {}
        if learner is not None:
            self._browser.cookies = self._session | {"masuk": learner.cookie}
        return self._browser

    def journey(self) -> "Journey":
        """A new learner's whole way, on the same connection."""
        learner = self._people.learner()
        self._as(None)
        return Journey(self._browser, learner, self._people)


def submission(csrf_token: str) -> list[tuple[str, object]]:
    """What the attempt's form sends once every answer was saved: its script takes them out."""
    return [("csrf_token", csrf_token), ("aksi", "kumpulkan")]


class Journey:
    """A learner's way as a browser goes it, page by page; static files are cached."""

    def __init__(self, browser: Browser, learner: Learner, people: People) -> None:
        self._browser = browser
        self._learner = learner
        self._people = people
        self.requests = 0

    def steps(self) -> Iterator[tuple[str, Work]]:
        """The steps in their order, each to be done before the next is asked for."""
        yield "sign in", self._sign_in
        yield "pocketbook", lambda: self._get(f"/buku/{SLUG}")
        yield "six chapters", self._read
        yield "start the quiz", self._start
        # Between two steps, where the database's work for us is not counted.
        self._right = self._people.right_choices(self._attempt.rpartition("/")[2])
        yield "ten answers", self._answer
        yield "submit", self._submit
        yield "certificate page", lambda: self._get(f"/sertifikat/{self._code}")
        yield "PDF", lambda: self._get(f"/sertifikat/{self._code}.pdf")
        yield "verification", self._verify

    def goes(self) -> Iterator[Work]:
        """The same in two goes without a pause: to the attempt, and from its first answer on."""
        steps = self.steps()
        for count in (STEPS_TO_THE_QUIZ, None):
            works = [work for _, work in islice(steps, count)]
            yield lambda works=works: [work() for work in works]  # type: ignore[misc]

    def _sign_in(self) -> None:
        """The form, the password, and by a redirect the home page."""
        form = self._get("/masuk")
        fields = {
            "csrf_token": form.csrf_token,
            "next": "",
            "identifier": self._learner.number,
            "password": PASSWORD,
        }
        self._follow(self._post("/masuk", list(fields.items())))

    def _read(self) -> None:
        """Each chapter; "Lanjut" leads to the next and at last to the quiz."""
        page = self._get(f"/buku/{SLUG}/1")
        for number in range(1, 7):
            fields = [("csrf_token", page.csrf_token)]
            page = self._follow(self._post(f"/buku/{SLUG}/{number}/selesai", fields))
        self._quiz = page

    def _start(self) -> None:
        fields = [("csrf_token", self._quiz.csrf_token)]
        started = self._post(f"/modul/{SLUG}/kuis", fields, expect=303)
        self._attempt = started.headers["location"]
        self._csrf_token = self._follow(started).csrf_token

    def _answer(self) -> None:
        for position, choices in self._right.items():
            answer = {"choices": choices, "sequence": 1}
            self.requests += 1
            self._browser.put(f"{self._attempt}/jawaban/{position}", answer, self._csrf_token)

    def _submit(self) -> None:
        handed_in = self._post(self._attempt, submission(self._csrf_token), expect=303)
        result = self._follow(handed_in)
        self._code = result.text.partition('href="/sertifikat/')[2].partition('"')[0]

    def _verify(self) -> None:
        """Somebody else opens the link of the QR code: without any cookie."""
        self._browser.cookies = {}
        self._get(f"/v/{self._code}")

    def _get(self, path: str) -> Answer:
        self.requests += 1
        return self._browser.get(path)

    def _post(
        self, path: str, fields: Sequence[tuple[str, object]], *, expect: int = 302
    ) -> Answer:
        self.requests += 1
        return self._browser.post(path, fields, expect=expect)

    def _follow(self, answer: Answer) -> Answer:
        hops, page = self._browser.follow(answer)
        self.requests += hops
        return page
