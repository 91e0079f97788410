"""Workers that are killed again and again: every job ends once, with all that belongs to it.

They are real processes, on real servers. How often one is killed is said by KILLS; five times show
that nothing is broken, fifty what is promised.
"""

import multiprocessing
import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select, text, update

from config import Settings
from lms import create_app
from lms.accounts.enums import Role
from lms.accounts.models import Account, EmployeeNumber
from lms.accounts.queries import get_principal
from lms.accounts.requests import ask_for_link
from lms.audit import AuditEntry
from lms.clock import utc_now
from lms.db import db, read_only, transaction
from lms.exports.asked import Asked
from lms.exports.columns import Table
from lms.exports.runs import Wish
from lms.institutions.models import Posting
from lms.institutions.staff_lists.models import ImportState, Verdict
from lms.institutions.staff_lists.queries import get_own_import
from lms.institutions.staff_lists.service import ask_to_apply, confirm_columns
from lms.job_kinds import job_kinds
from lms.jobs.kind import Lane
from lms.jobs.models import OPEN, Job, JobFile, JobState
from lms.jobs.service import enqueue
from lms.progress.staff import StaffFilter
from lms.web.exports.jobs import EXPORT
from lms.worker import run_worker
from lms.worker.queues import open_queue
from tests.conftest import MIGRATIONS, dispose, settings_for
from tests.factories import Factory, InstitutionRef
from tests.journeys.conftest import NewDatabase
from tests.journeys.site import SECRET_KEY
from tests.waiting import HANG_SECONDS, wait_until

pytestmark = pytest.mark.server

KILLS = int(os.environ.get("KILLS", "5"))
LIST_KILLS = 4 * KILLS
LISTED = 3_000
LEASE_SECONDS = 1
JOBS_AT_ONCE = 25
STAFF = 200
AT_WORK = b"at work\n"
RUNNING = JobState.RUNNING
STORES = ("sqlite", "redis", "postgresql")


FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["lms.cli", "lms.web.exports.jobs", "lms.worker.queues"])


def work(environment: dict[str, str], log: Path) -> None:
    """What `flask jobs run` does, in a process of its own that has all modules already."""
    os.environ.update(environment)
    told = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(told, 2)
    settings = Settings.from_environment()
    app = create_app(settings)
    with app.app_context():
        os.write(told, AT_WORK)
        run_worker(app, settings, job_kinds(settings))


class Workers:
    """Some of them side by side, one of which is killed now and then."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment = environment
        self.log = log
        self.running: list[ForkServerProcess] = []
        self.started_count = 0
        log.touch()

    def start(self) -> None:
        """One more of them."""
        self.started_count += 1
        process = FORKS.Process(target=work, args=(self.environment, self.log), daemon=True)
        process.start()
        self.running.append(process)

    def wait_until_at_work(self) -> None:
        """Wait until all that were started have said so."""
        wait_until(
            lambda: self.log.read_bytes().count(AT_WORK) == self.started_count,
            tell=self.log.read_text,
        )

    def kill_oldest(self) -> None:
        """Kill one in the middle of whatever it does."""
        process = self.running.pop(0)
        process.kill()
        process.join()

    def stop(self) -> set[int | None]:
        """Tell all to stop, and give their exit codes."""
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.join(HANG_SECONDS)
        return {process.exitcode for process in self.running}


@pytest.fixture(params=STORES)
def store(
    request: pytest.FixtureRequest, new_database: NewDatabase, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """A database and a queue, both new: the settings that name them."""
    database_url = new_database("sqlite" if request.param == "sqlite" else "postgresql")
    settings = {
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET_KEY,
        "JOBS_LEASE_SECONDS": str(LEASE_SECONDS),
    }
    match request.param:
        case "sqlite":
            yield settings | {"JOBS_QUEUE": f"sqlite:///{tmp_path / 'jobs.db'}"}
        case "postgresql":
            yield settings | {"JOBS_QUEUE": new_database("postgresql")}
        case _:
            socket = tmp_path / "redis.sock"
            command = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", ""]
            with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as server:
                wait_until(socket.exists, tell=lambda: "no Redis")
                yield settings | {"JOBS_QUEUE": f"unix://{socket}"}
                server.terminate()


@pytest.fixture
def house(store: dict[str, str]) -> Iterator[Flask]:
    """The application on that database, to ask for jobs and to look at them."""
    app = create_app(settings_for(store["DATABASE_URL"]))
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        db.session.remove()
        yield app
        dispose()


@pytest.fixture
def workers(store: dict[str, str], tmp_path: Path) -> Iterator[Workers]:
    """None yet; none is left."""
    workers = Workers(store, tmp_path / "workers.log")
    yield workers
    for process in workers.running:
        process.kill()
        process.join()


def ask(make: Factory, institution: InstitutionRef, count: int) -> None:
    """Ask for lists of an institution's people, each by another officer: all their files stay."""
    wish = Wish(Asked(StaffFilter()), "lengkap", "xlsx", Table.PEOPLE)
    arguments = {**wish.as_json(), "language": "id"}
    now = utc_now()
    with make.at_once():
        for _ in range(count):
            # At no institution, and so in no list.
            officer = make.learner(roles=((Role.HR_OFFICER, institution),))
            enqueue(
                EXPORT,
                arguments,
                asker_id=officer.id,
                scope=[institution.id],
                now=now,
            )


def count_open() -> int:
    """How many jobs are still to be done, without those that come round."""
    db.session.rollback()
    statement = select(func.count()).where(Job.state.in_(OPEN), Job.key.is_(None))
    found = db.session.scalar(statement)
    db.session.rollback()
    return found or 0


def test_workers_killed_at_any_moment_do_every_job_once(
    house: Flask, workers: Workers, tmp_path: Path
) -> None:
    make = Factory(house, tmp_path, utc_now())
    institution = make.institution()
    with make.at_once():
        for _ in range(STAFF):
            make.learner(at=institution)
    chance = random.Random(20261129)  # noqa: S311 - moments, not secrets
    asked = 0
    workers.start()
    for _ in range(KILLS):
        missing = JOBS_AT_ONCE - count_open()
        ask(make, institution, max(missing, 0))
        asked += max(missing, 0)
        workers.start()
        workers.wait_until_at_work()
        time.sleep(chance.uniform(0, 1))
        workers.kill_oldest()
    wait_until(lambda: not count_open(), tell=workers.log.read_text)
    assert workers.stop() == {0}
    jobs = db.session.scalars(select(Job).where(Job.kind == EXPORT)).all()
    assert Counter(job.state for job in jobs) == {JobState.DONE: asked}
    assert {job.result["rows"] for job in jobs if job.result} == {STAFF}
    assert all(job.claimed_by is None and job.ended_at for job in jobs)
    assert make.count(JobFile) == asked
    print(  # noqa: T201 - the figures, for who asks for them with -s
        f"{KILLS} kills, {asked} jobs, tries: {Counter(job.tried_count for job in jobs)}"
    )


def a_number(n: int) -> str:
    """The employee number of one of many who cannot be."""
    day, serial = divmod(n, 999)
    return f"1907{1 + day // 28:02}{1 + day % 28:02}2099031{serial + 1:03}"


class Lists:
    """Staff lists of one officer, one after the other, each of other people."""

    def __init__(self, make: Factory) -> None:
        self.make = make
        self.institution = make.institution()
        self.officer = make.officer("Ratna", at=self.institution)
        self.import_id = 0
        self.numbers: list[str] = []
        self.upload()

    def upload(self) -> None:
        """Upload another list, and have it checked; its last line is to be mended."""
        begun = len(self.numbers)
        numbers = [a_number(begun + n) for n in range(LISTED)]
        rows = [f"Sri Uji;{number};p{number}@contoh.example" for number in numbers]
        content = "\n".join(["Nama;NIP;Surel", *rows, "Budi;123;"]).encode()
        self.import_id = self.make.staff_list(self.officer, content)
        self.numbers += numbers
        with transaction():
            officer = get_principal(self.officer.id)
            (preview,) = get_own_import(officer, self.import_id).previews
            confirm_columns(
                officer,
                self.import_id,
                preview.columns,
                is_whole=False,
                adds_units=False,
                replaces_addresses=False,
                language="id",
                now=utc_now(),
            )

    def go_on(self) -> bool:
        """Do what the officer does next; whether the list is in force.

        The pauses after a worker's death are passed over.
        """
        with transaction():
            officer = get_principal(self.officer.id)
            state = get_own_import(officer, self.import_id).state
            if state is ImportState.CHECKED:
                ask_to_apply(
                    officer, self.import_id, ends_absent=False, language="id", now=utc_now()
                )
            db.session.execute(
                update(Job).where(Job.state == JobState.WAITING).values(due_at=utc_now())
            )
        return state is ImportState.APPLIED

    def is_running(self) -> bool:
        """Whether a worker has it in hand."""
        with read_only():
            running = select(Job.id).where(Job.asker_id == self.officer.id, Job.state == RUNNING)
            return db.session.scalar(running) is not None


@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
def test_a_staff_list_comes_to_the_same_however_often_its_worker_is_killed(
    house: Flask, workers: Workers, tmp_path: Path
) -> None:
    lists = Lists(Factory(house, tmp_path, utc_now()))
    chance = random.Random(20261130)  # noqa: S311 - moments, not secrets
    for _ in range(LIST_KILLS):
        workers.start()
        while lists.go_on():
            lists.upload()
        wait_until(lambda: lists.go_on() or lists.is_running(), tell=workers.log.read_text)
        time.sleep(chance.uniform(0, 0.3))
        workers.kill_oldest()
    workers.start()
    wait_until(lists.go_on, tell=workers.log.read_text)
    wait_until(lambda: not count_open(), tell=workers.log.read_text)
    assert workers.stop() == {0}
    with read_only():
        listed = db.session.execute(
            select(EmployeeNumber.number, Account.name, Account.email, Posting.confirmed_at)
            .join(Account, Account.id == EmployeeNumber.account_id)
            .join(Posting, Posting.account_id == Account.id)
            .where(Account.id != lists.officer.id)
        ).all()
        confirmed = Counter(
            db.session.scalars(
                select(AuditEntry.subject).where(AuditEntry.action == "staff.confirmed")
            )
        )
        kept = get_own_import(get_principal(lists.officer.id), lists.import_id)
    assert sorted(row.number for row in listed) == sorted(lists.numbers)
    assert {(row.name, row.email) for row in listed} == {
        ("Sri Uji", f"p{number}@contoh.example") for number in lists.numbers
    }
    assert all(row.confirmed_at for row in listed)
    assert (len(confirmed), set(confirmed.values())) == (len(lists.numbers), {1})
    assert kept.counts[Verdict.NEW] == LISTED
    assert kept.counts[Verdict.REFUSED] == 1


def test_what_a_worker_does_when_it_is_told_to_stop_is_given_back_at_once(
    house: Flask, workers: Workers, tmp_path: Path
) -> None:
    make = Factory(house, tmp_path, utc_now())
    ask(make, make.institution(), JOBS_AT_ONCE)
    workers.start()
    wait_until(lambda: count_open() < JOBS_AT_ONCE, tell=workers.log.read_text)
    assert workers.stop() == {0}
    states = set(db.session.scalars(select(Job.state)))
    assert JobState.RUNNING not in states
    assert set(db.session.scalars(select(Job.claimed_by))) == {None}


def test_several_schedulers_take_each_turn_once(house: Flask, workers: Workers) -> None:
    for statement in TURNS[db.engine.dialect.name]:
        db.session.execute(text(statement))
    db.session.commit()
    for _ in range(3):
        workers.start()
    workers.wait_until_at_work()

    def taken() -> Counter[tuple[str, str]]:
        """How often each kind had each turn."""
        rows = db.session.execute(text("SELECT kind, slot FROM turns")).all()
        db.session.rollback()
        return Counter((row[0], row[1]) for row in rows)

    def has_had_turns() -> bool:
        """Ask for one more link, so that the next second has its turn as well."""
        with transaction():
            ask_for_link("tidak-ada@contoh.example", now=utc_now())
        return Counter(kind for kind, _ in taken())["requests"] >= 5

    wait_until(has_had_turns, tell=workers.log.read_text)
    assert workers.stop() == {0}
    assert set(taken().values()) == {1}
    assert {"requests", "forget"} <= {kind for kind, _ in taken()}


def test_workers_that_begin_at_once_on_a_new_queue_are_not_in_each_others_way(
    new_database: NewDatabase,
) -> None:
    for _ in range(3):
        site = Settings(jobs_queue=new_database("postgresql"), secret_key=SECRET_KEY)
        with ThreadPoolExecutor(8) as threads:
            queues = list(threads.map(partial(open_queue, site), [Lane.QUICK] * 8))
        assert [queue.pending_count() for queue in queues] == [0] * 8
        for queue in queues:
            queue.storage.close()


# Each turn that is begun leaves a row.
TURNS = {
    "sqlite": (
        "CREATE TABLE turns (kind TEXT, slot TEXT)",
        (
            "CREATE TRIGGER note_turn AFTER UPDATE ON jobs WHEN old.state = 'waiting'"
            " AND new.state = 'running' AND new.key IS NOT NULL"
            " BEGIN INSERT INTO turns VALUES (new.kind, new.slot_at); END"
        ),
    ),
    "postgresql": (
        "CREATE TABLE turns (kind TEXT, slot TEXT)",
        (
            "CREATE FUNCTION note_turn() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO turns VALUES (NEW.kind, NEW.slot_at::text); RETURN NEW; END $$"
        ),
        (
            "CREATE TRIGGER note_turn AFTER UPDATE ON jobs FOR EACH ROW WHEN (OLD.state = 'waiting'"
            " AND NEW.state = 'running' AND NEW.key IS NOT NULL) EXECUTE FUNCTION note_turn()"
        ),
    ),
}
