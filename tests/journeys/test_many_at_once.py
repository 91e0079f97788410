"""Many at the same time, against the real server with its workers: nothing twice, nothing lost."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPException
from threading import Barrier, Event

import pytest
from sqlalchemy import func, select

from bench.client import Answer, Browser
from lms.http.principal import COOKIE
from lms.institutions.models import Posting
from lms.learning.models import Answer as SavedAnswer
from lms.learning.models import Attempt
from tests.journeys.people import COORDINATOR, OFFICER, SLUG, Someone, cookie_of, settle
from tests.journeys.site import Site
from tests.journeys.windows import new_address
from tests.waiting import HANG_SECONDS

pytestmark = pytest.mark.server

REASON = "Dicabut dua kali pada saat yang sama."
ROUNDS_BEFORE_THE_KILL = 5
TRIES = 5


@pytest.fixture
def visit(request: pytest.FixtureRequest) -> "Visit":
    """Opens browsers of one person, each with a connection of its own."""
    return Visit(request.addfinalizer)


class Visit:
    """Browsers that share a person's cookies, and the token of the page that they look at."""

    def __init__(self, at_the_end: Callable[[Callable[[], object]], None]) -> None:
        self.at_the_end = at_the_end

    def __call__(
        self, site: Site, cookie: str, path: str, count: int = 1
    ) -> tuple[list[Browser], str]:
        """Open a page, and as many tabs of it as wanted."""
        tabs = [Browser(site.port, address=new_address()) for _ in range(count)]
        for tab in tabs:
            self.at_the_end(tab.close)
        tabs[0].cookies[COOKIE] = cookie
        token = tabs[0].get(path).csrf_token
        for tab in tabs:
            tab.cookies |= tabs[0].cookies
        return tabs, token


def at_once(*tasks: Callable[[], Answer]) -> list[Answer]:
    """Do all of it at the same moment, as near as threads come.

    Whom a machine that is busy with other things puts off, sends again, as the page then asks.
    """
    start = Barrier(len(tasks))

    def run(task: Callable[[], Answer]) -> Answer:
        start.wait()
        answer = task()
        for _ in range(TRIES - 1):
            if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            answer = task()
        return answer

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def send(tab: Browser, path: str, fields: Mapping[str, object]) -> Callable[[], Answer]:
    """A form that is ready to be sent."""
    return lambda: tab.ask(
        "POST",
        path,
        body="&".join(f"{name}={value}" for name, value in fields.items()).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        expect=None,
    )


def test_fifty_submits_of_one_attempt_issue_one_certificate_that_counts_once(
    each_site: Site, visit: Visit
) -> None:
    sitting = each_site.people.sitting(answered=True)
    before = each_site.figure()
    path = f"/percobaan/{sitting.token}"
    tabs, token = visit(each_site, sitting.learner.cookie, path, 50)
    fields = {"csrf_token": token, "aksi": "kumpulkan"}
    answers = at_once(*(send(tab, path, fields) for tab in tabs))
    assert {(answer.status, answer.headers["location"]) for answer in answers} == {
        (HTTPStatus.SEE_OTHER, f"{path}/hasil")
    }
    (code,) = each_site.certificates_of(sitting.learner.account_id)
    assert each_site.ledger_of(sitting.learner.account_id) == ["issued"]
    assert each_site.figure() == before + 1
    assert code in tabs[0].get(f"{path}/hasil").text


def test_two_tabs_that_start_at_once_get_the_same_attempt(each_site: Site, visit: Visit) -> None:
    person = settle(each_site, has_read=True)
    path = f"/modul/{SLUG}/kuis"
    tabs, token = visit(each_site, cookie_of(each_site, person), path, 8)
    answers = at_once(*(send(tab, path, {"csrf_token": token}) for tab in tabs))
    (location,) = {answer.headers["location"] for answer in answers}
    assert "Kuis akhir" in tabs[0].get(location).text
    with each_site.rows() as session:
        attempts = select(func.count()).where(Attempt.account_id == person.account_id)
        assert session.scalar(attempts) == 1


def test_answers_that_are_saved_at_once_are_all_there(each_site: Site, visit: Visit) -> None:
    sitting = each_site.people.sitting(answered=False)
    tabs, token = visit(
        each_site, sitting.learner.cookie, f"/percobaan/{sitting.token}", 3 * len(sitting.right)
    )
    savings = [
        saving(tab, sitting.token, token, position, choices, sequence)
        for sequence in (1, 2, 3)
        for tab, (position, right) in zip(
            tabs[(sequence - 1) * len(sitting.right) :], sitting.right.items(), strict=False
        )
        for choices in [right if sequence == 3 else [0]]
    ]
    # The third is the newest, in whatever order they arrive.
    answers = at_once(*savings)
    assert {answer.status for answer in answers} == {HTTPStatus.OK}
    assert each_site.saved_answers(sitting.token) == sitting.right


def saving(
    tab: Browser, attempt: str, token: str, position: int, choices: Sequence[int], sequence: int
) -> Callable[[], Answer]:
    """An answer that is ready to be saved."""
    body = {"choices": choices, "sequence": sequence}
    return lambda: tab.put(f"/percobaan/{attempt}/jawaban/{position}", body, token)


def test_a_person_who_is_confirmed_many_times_at_once_counts_once(
    each_site: Site, visit: Visit
) -> None:
    person = settle(each_site, is_confirmed=False, has_read=True)
    pass_quiz(each_site, person, visit)
    before = each_site.figure()
    with each_site.rows() as session:
        posting = session.scalars(
            select(Posting.id).where(Posting.account_id == person.account_id)
        ).one()
    tabs, token = visit(each_site, cookie_of(each_site, OFFICER), "/kepegawaian?status=waiting", 10)
    path = f"/kepegawaian/{posting}/konfirmasi"
    answers = at_once(*(send(tab, path, {"csrf_token": token}) for tab in tabs))
    assert HTTPStatus.FOUND in {answer.status for answer in answers}
    assert {answer.status for answer in answers} <= {HTTPStatus.FOUND, HTTPStatus.CONFLICT}
    assert each_site.figure() == before + 1


def test_a_certificate_that_is_revoked_twice_at_once_stops_counting_once(
    each_site: Site, visit: Visit
) -> None:
    learner, code = each_site.people.holder()
    before = each_site.figure()
    path = f"/koordinator/sertifikat/{code}"
    tabs, token = visit(each_site, cookie_of(each_site, COORDINATOR), path, 10)
    fields = {"csrf_token": token, "ground": "mistake", "reason": REASON.replace(" ", "+")}
    answers = at_once(*(send(tab, f"{path}/cabut", fields) for tab in tabs))
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [HTTPStatus.FOUND, *[HTTPStatus.CONFLICT] * 9]
    assert each_site.ledger_of(learner.account_id) == ["issued", "revoked"]
    assert each_site.figure() == before - 1


def pass_quiz(site: Site, person: Someone, visit: Visit) -> None:
    """Sit the quiz by its forms, without scripts, and answer all of it right."""
    start = f"/modul/{SLUG}/kuis"
    (tab,), token = visit(site, cookie_of(site, person), start)
    attempt = send(tab, start, {"csrf_token": token})().headers["location"]
    fields: dict[str, object] = {"csrf_token": token, "aksi": "kumpulkan"}
    for position, (choice, *more) in site.right_choices(attempt.rsplit("/", 1)[1]).items():
        fields[f"semula-{position}"] = ""
        fields[f"jawaban-{position}"] = "&".join(
            [str(choice), *(f"jawaban-{position}={other}" for other in more)]
        )
    assert send(tab, attempt, fields)().status == HTTPStatus.SEE_OTHER
    assert len(site.certificates_of(person.account_id)) == 1


def test_what_was_acknowledged_survives_a_kill(killable_site: Site, visit: Visit) -> None:
    sitting = killable_site.people.sitting(answered=False)
    path = f"/percobaan/{sitting.token}"
    tabs, token = visit(killable_site, sitting.learner.cookie, path, 4)
    acknowledged: dict[int, tuple[int, list[int]]] = {}
    enough = Event()

    def answer_until_it_dies(number: int, tab: Browser) -> None:
        positions = [position for position in sitting.right if position % len(tabs) == number]
        for sequence in range(1, 10_000):
            for position in positions:
                choices = [sequence % 3]
                try:
                    saving(tab, sitting.token, token, position, choices, sequence)()
                except (OSError, HTTPException):
                    return
                acknowledged[position] = sequence, choices
                if len(acknowledged) == len(sitting.right) and sequence > ROUNDS_BEFORE_THE_KILL:
                    enough.set()

    with ThreadPoolExecutor(len(tabs)) as pool:
        running = [pool.submit(answer_until_it_dies, *tab) for tab in enumerate(tabs)]
        assert enough.wait(HANG_SECONDS)
        killable_site.kill()
        for each in running:
            each.result()
    killable_site.start()
    with killable_site.rows() as session:
        rows = session.execute(
            select(SavedAnswer.position, SavedAnswer.sequence, SavedAnswer.choices)
            .join(Attempt, Attempt.id == SavedAnswer.attempt_id)
            .where(Attempt.token == sitting.token)
        )
        stored = {position: (sequence, choices) for position, sequence, choices in rows}
    # The last one of each may have been stored without the answer having arrived.
    for position, said in acknowledged.items():
        assert stored[position] == said or stored[position][0] == said[0] + 1
    assert acknowledged.keys() == sitting.right.keys()
