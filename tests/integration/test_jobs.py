"""Jobs as rows: asked for with a transaction, done once, tried again, and forgotten."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from tempfile import TemporaryFile
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from lms.clock import utc_now
from lms.db import current_connection, db, transaction
from lms.jobs.errors import ClaimLost, JobEnded, NoSuchFile, NoSuchJob, TooManyJobs
from lms.jobs.files import FILE_LENGTH, MOST_FILES, PART_SIZE, keep_file
from lms.jobs.kind import LONGEST, File, Kind, Output, Run, Turn
from lms.jobs.models import Job, JobFile, JobFilePart, JobState
from lms.jobs.queries import get_own_file, has_jobs, list_given_up, list_own_jobs, read_part
from lms.jobs.rules import PAUSES, ROUND_PAUSES, as_line
from lms.jobs.service import (
    MOST_OPEN,
    RETENTION,
    arm,
    cancel,
    claim,
    enqueue,
    extend_claims,
    forget_old,
    has_old,
    look,
    note_progress,
    put_off,
    reclaim_lost,
    refuse,
    release,
    retry,
    send_waiting,
    settle,
)
from lms.worker.runner import Runner
from lms.worker.scheduler import Scheduler, Step
from tests.factories import Factory, later
from tests.memory import peak_memory

LEASE = timedelta(seconds=30)
FILE = File("daftar.csv", "text/csv", b"a;b\n")


def nothing(_run: Run) -> None:
    """The kinds of these tests do nothing: the tests are about their rows."""


LIST = Kind("staff_list", nothing)
ROUND = Kind(
    "mail",
    nothing,
    turn=Turn(timedelta(seconds=5), lambda _now: [{}]),
    pauses=ROUND_PAUSES,
    is_endless=True,
)
KINDS = {each.name: each for each in (LIST, ROUND)}


def ask(asker_id: int | None, now: datetime, arguments: Mapping[str, Any] | None = None) -> int:
    with transaction():
        return enqueue(LIST.name, arguments or {}, asker_id=asker_id, now=now).id


def begin(job_id: int, now: datetime, name: str = "a") -> Run:
    """Claim a job that is to be had."""
    with transaction():
        run = claim(job_id, name, now=now, until=now + LEASE, kinds=KINDS)
    assert run is not None
    return run


def store(work: Callable[[], None]) -> None:
    """Do something in a transaction of its own, as a worker does."""
    with transaction():
        work()


def finish(run: Run, output: Output, *, now: datetime) -> None:
    """Store what a run has made, and that it is done."""
    assert output.file is not None
    keep_file(run, output.file, store, now=now)
    with transaction():
        settle(run, output, now=now)


def is_lost(now: datetime) -> bool:
    """Whether a run has not shown itself for so long."""
    return look(now=now, again_before=now, kinds=KINDS)[1]


def row_of(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id)


def test_a_job_is_asked_for_with_its_transaction_or_not_at_all(make: Factory) -> None:
    enqueue(LIST.name, {}, asker_id=None, now=make.now)
    db.session.rollback()
    assert make.count(Job) == 0


def test_a_job_is_done_with_its_arguments_and_its_end_is_stored_with_its_file(
    make: Factory,
) -> None:
    asker = make.learner()
    job_id = ask(asker.id, make.now, {"search": "ayu"})
    run = begin(job_id, make.now)
    assert (run.arguments, run.asker_id, run.tried_count) == ({"search": "ayu"}, asker.id, 1)
    with transaction():
        note_progress(run, 1, 2, now=make.now)
    assert (row_of(job_id).done_count, row_of(job_id).total_count) == (1, 2)
    finish(run, Output({"rows": 2}, FILE), now=make.now)
    job = row_of(job_id)
    assert (job.state, job.result, job.claimed_by) == (JobState.DONE, {"rows": 2}, None)
    assert get_own_file(asker.id, job_id, now=make.now).name == FILE.name
    assert [read_part(job_id, number) for number in (0, 1)] == [FILE.content, None]


def test_a_large_file_is_stored_in_parts_and_goes_as_one(make: Factory) -> None:
    asker, content = make.learner(), b"abc" * PART_SIZE
    job_id = ask(asker.id, make.now)
    large = TemporaryFile()  # noqa: SIM115 - closed by who stores it
    large.write(content)
    finish(begin(job_id, make.now), Output({}, replace(FILE, content=large)), now=make.now)
    assert large.closed
    parts = [read_part(job_id, number) for number in range(4)]
    assert [part and len(part) for part in parts] == [PART_SIZE, PART_SIZE, PART_SIZE, None]
    assert b"".join(filter(None, parts)) == content
    with transaction():
        forget_old(now=make.now + FILE_LENGTH)
    assert (make.count(JobFile), make.count(JobFilePart)) == (0, 0)


class KilledError(Exception):
    """A worker ends here."""


def half_store(run: Run, now: datetime) -> None:
    """Store the half of a file of two parts; then the worker is killed."""

    def store_and_die(work: Callable[[], None]) -> None:
        store(work)
        if "_add_part" in repr(work):
            raise KilledError

    with pytest.raises(KilledError):
        keep_file(run, replace(FILE, content=bytes(2 * PART_SIZE)), store_and_die, now=now)


def give_up(run: Run, now: datetime) -> None:
    put_off(run, LIST, "an error", now=now)


def is_reclaimed(_run: Run, now: datetime) -> None:
    assert reclaim_lost(KINDS, now=now + 2 * LEASE)


def is_refused(run: Run, now: datetime) -> None:
    refuse(run, "No.", now=now)


def is_cancelled(run: Run, now: datetime) -> None:
    assert run.asker_id is not None
    cancel(run.asker_id, run.job_id, now=now)


def is_given_back(run: Run, _now: datetime) -> None:
    release([run.claim])


@pytest.mark.parametrize(
    "end",
    [
        give_up,
        is_reclaimed,
        is_refused,
        is_cancelled,
        is_given_back,
    ],
)
def test_half_a_file_is_never_offered_and_goes_with_its_run(
    make: Factory, end: Callable[[Run, datetime], None]
) -> None:
    asker = make.learner()
    run = begin(ask(asker.id, make.now), make.now)
    half_store(run, make.now)
    assert (make.count(JobFile), make.count(JobFilePart)) == (1, 1)
    with pytest.raises(NoSuchFile):
        get_own_file(asker.id, run.job_id, now=make.now)
    (listed,) = list_own_jobs(asker.id, now=make.now)
    assert listed.file_expires_at is None
    with transaction():
        end(run, make.now)
    assert (make.count(JobFile), make.count(JobFilePart)) == (0, 0)


def test_a_run_that_lost_its_claim_adds_nothing_to_the_file_of_the_next(make: Factory) -> None:
    asker = make.learner()
    job_id = ask(asker.id, make.now)
    slow = begin(job_id, make.now, "slow")
    moment = make.now + 2 * LEASE

    def overtaken(work: Callable[[], None]) -> None:
        store(work)
        if "_begin_file" in repr(work):
            with transaction():
                reclaim_lost(KINDS, now=moment)
            finish(begin(job_id, moment, "quick"), Output({}, FILE), now=moment)

    with pytest.raises(ClaimLost):
        keep_file(slow, replace(FILE, content=b"other"), overtaken, now=make.now)
    assert get_own_file(asker.id, job_id, now=moment).name == FILE.name
    assert [read_part(job_id, number) for number in (0, 1)] == [FILE.content, None]


def test_each_part_is_stored_by_itself_and_others_write_between(make: Factory) -> None:
    run = begin(ask(make.learner().id, make.now), make.now)
    held: list[int] = []

    def note(work: Callable[[], None]) -> None:
        before = make.count(JobFilePart)
        store(work)
        held.append(make.count(JobFilePart) - before)
        make.learner()  # somebody else writes

    content = TemporaryFile()  # noqa: SIM115 - closed by who stores it
    content.write(bytes(3 * PART_SIZE + 1))
    keep_file(run, replace(FILE, content=content), note, now=make.now)
    assert held == [0, 1, 1, 1, 1]


@pytest.mark.sqlite_only
def test_a_large_file_is_stored_without_being_held(make: Factory) -> None:
    run = begin(ask(make.learner().id, make.now), make.now)
    content = TemporaryFile()  # noqa: SIM115 - closed by who stores it
    for _ in range(24):
        content.write(bytes(PART_SIZE))
    with peak_memory() as peak:
        keep_file(run, replace(FILE, content=content), store, now=make.now)
    assert make.count(JobFilePart) == 24
    assert peak() < 6 * PART_SIZE


def test_two_runs_of_one_job_exclude_each_other(make: Factory) -> None:
    job_id = ask(None, make.now)
    begin(job_id, make.now)
    with transaction():
        assert claim(job_id, "b", now=make.now, until=make.now + LEASE, kinds=KINDS) is None


def test_what_a_newer_version_asks_for_is_left_to_its_workers(app: Flask, make: Factory) -> None:
    job_id = ask(None, make.now)
    Runner(app, {ROUND.name: ROUND}, LEASE).run_job(job_id)
    assert row_of(job_id).state is JobState.WAITING
    moment = make.now + 2 * LEASE
    only_rounds = [ROUND.name]
    assert look(now=moment, again_before=moment, kinds=only_rounds) == (False, False)
    begin(job_id, make.now)
    assert look(now=moment, again_before=moment, kinds=only_rounds) == (False, False)
    assert look(now=moment, again_before=moment, kinds=KINDS) == (False, True)


def test_a_refusal_that_nobody_would_read_is_told_to_the_operator(
    app: Flask, make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse_it(_run: Run) -> None:
        raise NoSuchJob

    job_id = ask(None, make.now)
    Runner(app, {LIST.name: replace(LIST, work=refuse_it)}, LEASE).run_job(job_id)
    assert row_of(job_id).state is JobState.WAITING
    (told,) = caplog.records
    assert told.getMessage() == "staff_list failed and is tried again, later each time"


def test_a_run_that_lost_its_claim_stores_nothing(make: Factory) -> None:
    job_id = ask(None, make.now)
    slow = begin(job_id, make.now, "slow")
    moment = make.now + 2 * LEASE
    with transaction():
        (lost,) = reclaim_lost(KINDS, now=moment)
    assert lost.due_at == moment
    quick = begin(job_id, moment, "quick")
    with pytest.raises(ClaimLost):
        finish(slow, Output({}, FILE), now=moment)
    assert make.count(JobFile) == 0
    finish(quick, Output({}, FILE), now=moment)
    assert make.count(JobFile) == 1


def test_a_run_that_shows_itself_keeps_its_claim(make: Factory) -> None:
    run = begin(ask(None, make.now), make.now)
    moment = make.now + LEASE / 2
    with transaction():
        extend_claims([run.claim], now=moment, until=moment + LEASE)
    assert is_lost(make.now + LEASE + timedelta(seconds=1)) is False
    assert is_lost(moment + LEASE + timedelta(seconds=1)) is True


def test_a_run_that_hangs_keeps_its_claim_no_longer_than_it_may(
    app: Flask, make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    def hang(_run: Run) -> Output:
        now = utc_now()
        ends = now + LONGEST[LIST.lane] - timedelta(seconds=1)
        moment = now
        while moment < ends:
            moment = min(moment + LEASE / 2, ends)
            runner.extend(now=moment)
        assert is_lost(ends + LEASE / 2) is False
        for _ in range(3):
            moment += LEASE / 2
            runner.extend(now=moment)
        assert is_lost(moment) is True
        with transaction():
            reclaim_lost(KINDS, now=moment)
        return Output({"rows": 1})

    job_id = ask(None, make.now)
    runner = Runner(app, {LIST.name: replace(LIST, work=hang)}, LEASE)
    runner.run_job(job_id)
    job = row_of(job_id)
    assert (job.state, job.result) == (JobState.WAITING, None)
    (told,) = [each for each in caplog.records if each.levelname == "ERROR"]
    assert told.getMessage().startswith("staff_list takes too long and is left to others")


def test_what_a_worker_gives_back_when_it_stops_was_not_tried(make: Factory) -> None:
    job_id = ask(None, make.now)
    begin(job_id, make.now)
    with transaction():
        release(["a"])
    assert begin(job_id, make.now, "b").tried_count == 1


def test_what_fails_is_tried_after_growing_pauses_and_given_up_in_the_end(make: Factory) -> None:
    job_id, moment = ask(None, make.now), make.now
    tried: list[datetime] = []
    due_at: datetime | None = moment
    while due_at is not None:
        tried.append(due_at)
        run = begin(job_id, due_at)
        with transaction():
            due_at = put_off(run, LIST, "ValueError: no", now=due_at)
    pauses = [after - before for before, after in pairwise(tried)]
    assert pauses == list(PAUSES)
    job = row_of(job_id)
    assert (job.state, job.error) == (JobState.FAILED, "ValueError: no")
    assert job.failure


def test_what_comes_round_again_is_never_given_up(make: Factory) -> None:
    with transaction():
        assert arm(ROUND, {}, now=make.now)
    job_id = db.session.scalars(select(Job.id)).one()
    moment = make.now
    for _ in range(20):
        run = begin(job_id, moment)
        with transaction():
            due_at = put_off(run, ROUND, "OSError: away", now=moment)
        assert due_at is not None
        assert due_at - moment <= ROUND_PAUSES[-1]
        moment = due_at


def test_a_job_that_kills_its_worker_again_and_again_waits_and_is_given_up(make: Factory) -> None:
    job_id, moment, pauses = ask(None, make.now), make.now, []
    while row_of(job_id).state is not JobState.FAILED:
        begin(job_id, moment)
        moment += 2 * LEASE
        with transaction():
            (lost,) = reclaim_lost(KINDS, now=moment)
        if lost.due_at is not None:
            pauses.append(lost.due_at - moment)
            moment = lost.due_at
    assert pauses[:3] == [timedelta(0)] * 3
    assert pauses[3:] == list(PAUSES[3:])


def test_a_refusal_ends_a_job_with_its_sentence(make: Factory) -> None:
    asker = make.learner()
    run = begin(ask(asker.id, make.now), make.now)
    with transaction():
        refuse(run, "Instansi ini bukan yang Anda kelola.", now=make.now)
    (line,) = list_own_jobs(asker.id, now=make.now)
    assert (line.state, line.failure) == (JobState.FAILED, "Instansi ini bukan yang Anda kelola.")


def test_a_refusal_of_many_words_ends_a_job_all_the_same(make: Factory) -> None:
    asker = make.learner()
    run = begin(ask(asker.id, make.now), make.now)
    with transaction():
        refuse(run, "Instansi ini bukan yang Anda kelola. " * 20, now=make.now)
    job = row_of(run.job_id)
    assert job.failure is not None
    assert job.error is not None
    assert (job.state, len(job.failure), len(job.error)) == (JobState.FAILED, 400, 200)


def test_an_error_that_no_database_can_keep_is_kept_all_the_same(app: Flask, make: Factory) -> None:
    def fail(_run: Run) -> None:
        raise ValueError("a\0b\nc")

    job_id = ask(None, make.now)
    Runner(app, {LIST.name: replace(LIST, work=fail)}, LEASE).run_job(job_id)
    job = row_of(job_id)
    assert (job.state, job.error) == (JobState.WAITING, "ValueError: a b c")


def test_half_a_letter_and_many_lines_become_a_line_that_can_be_kept() -> None:
    assert as_line("a\ud800\n\0 b", 80) == "a? b"
    assert as_line("abc", 2) == "ab"


def test_what_works_after_failures_is_no_failure(make: Factory) -> None:
    with transaction():
        assert arm(ROUND, {}, now=make.now)
    job_id = db.session.scalars(select(Job.id)).one()
    once = replace(ROUND, pauses=(), is_endless=False)
    run = begin(job_id, make.now)
    with transaction():
        assert put_off(run, once, "ValueError: no", now=make.now) is None
    given_up = row_of(job_id)
    assert given_up.failure
    assert list_given_up(ROUND.name) == {given_up.key}
    db.session.execute(update(Job).values(state=JobState.WAITING))
    db.session.commit()
    run = begin(job_id, make.now)
    with transaction():
        settle(run, Output(), now=make.now)
    job = row_of(job_id)
    assert (job.state, job.error, job.failure) == (JobState.DONE, None, None)
    assert list_given_up(ROUND.name) == set()


def test_a_worker_is_told_once_and_once_more_where_that_was_lost(make: Factory) -> None:
    job_ids = [ask(None, make.now), ask(None, later(make.now, minutes=1))]

    def told(moment: datetime) -> list[int]:
        with transaction():
            return send_waiting(
                now=moment, again_before=moment - LEASE, kinds=[LIST.name], limit=10
            )

    assert look(now=make.now, again_before=make.now - LEASE, kinds=KINDS) == (True, False)
    assert told(make.now) == job_ids[:1]
    assert told(make.now) == []
    assert told(make.now + LEASE) == job_ids[:1]
    assert told(later(make.now, minutes=1)) == job_ids


def test_what_somebody_waits_for_is_sent_before_what_nobody_asked_for(make: Factory) -> None:
    asker = make.learner()
    rounds, asked = ask(None, make.now), ask(asker.id, later(make.now, minutes=1))
    moment = later(make.now, minutes=2)
    with transaction():
        sent = send_waiting(now=moment, again_before=moment - LEASE, kinds=[LIST.name], limit=1)
    assert sent == [asked] != [rounds]


def test_a_person_has_so_many_jobs_open_at_most(make: Factory) -> None:
    asker = make.learner()
    job_ids = [ask(asker.id, make.now) for _ in range(MOST_OPEN)]
    with pytest.raises(TooManyJobs):
        ask(asker.id, make.now)
    ask(make.learner().id, make.now)
    with transaction():
        cancel(asker.id, job_ids[0], now=make.now)
    ask(asker.id, make.now)
    with pytest.raises(TooManyJobs), transaction():
        retry(asker.id, job_ids[0], now=make.now)


def test_a_person_has_so_many_files_at_most_and_the_oldest_goes(make: Factory) -> None:
    asker, other = make.learner(), make.learner()
    job_ids = []
    for asker_id in (other.id, *[asker.id] * (MOST_FILES + 1)):
        run = begin(ask(asker_id, make.now), make.now)
        finish(run, Output({}, FILE), now=make.now)
        job_ids.append(run.job_id)
    with pytest.raises(NoSuchFile):
        get_own_file(asker.id, job_ids[1], now=make.now)
    for job_id in job_ids[2:]:
        get_own_file(asker.id, job_id, now=make.now)
    get_own_file(other.id, job_ids[0], now=make.now)


def test_a_cancelled_run_stores_nothing_and_can_be_asked_for_anew(make: Factory) -> None:
    asker = make.learner()
    job_id = ask(asker.id, make.now)
    run = begin(job_id, make.now)
    with transaction():
        cancel(asker.id, job_id, now=make.now)
    with pytest.raises(ClaimLost), transaction():
        settle(run, Output({}, FILE), now=make.now)
    assert row_of(job_id).state is JobState.CANCELLED
    with transaction():
        retry(asker.id, job_id, now=make.now)
    assert begin(job_id, make.now, "b").tried_count == 1


def test_nobody_reaches_another_persons_job(make: Factory) -> None:
    asker, other = make.learner(), make.learner()
    job_id = ask(asker.id, make.now)
    for deed in (cancel, retry):
        with pytest.raises(NoSuchJob), transaction():
            deed(other.id, job_id, now=make.now)
    run = begin(job_id, make.now)
    finish(run, Output({}, FILE), now=make.now)
    with pytest.raises(NoSuchFile):
        get_own_file(other.id, job_id, now=make.now)
    assert list_own_jobs(other.id, now=make.now) == []
    assert (has_jobs(asker.id), has_jobs(other.id)) == (True, False)


def test_what_is_done_cannot_be_cancelled_nor_done_anew(make: Factory) -> None:
    asker = make.learner()
    run = begin(ask(asker.id, make.now), make.now)
    with transaction():
        settle(run, Output(), now=make.now)
    for deed in (cancel, retry):
        with pytest.raises(JobEnded), transaction():
            deed(asker.id, run.job_id, now=make.now)


def test_files_expire_and_jobs_are_forgotten(make: Factory) -> None:
    asker = make.learner()
    run = begin(ask(asker.id, make.now), make.now)
    finish(run, Output({}, FILE), now=make.now)
    expired = make.now + FILE_LENGTH
    with pytest.raises(NoSuchFile):
        get_own_file(asker.id, run.job_id, now=expired)
    assert list_own_jobs(asker.id, now=expired)[0].file_expires_at is None
    for moment, left in ((expired, 1), (make.now + RETENTION, 0)):
        assert has_old(now=moment)
        with transaction():
            forget_old(now=moment)
        assert (make.count(JobFile), make.count(Job)) == (0, left)
        assert not has_old(now=moment)


def test_however_many_schedulers_arm_a_turn_it_is_done_once(app: Flask, make: Factory) -> None:
    db.session.remove()
    armed: list[int] = []
    for turn in range(10):
        moment = later(make.now, minutes=turn)

        def try_it(seconds: int, moment: datetime = moment) -> bool:
            with app.app_context(), transaction():
                return arm(ROUND, {}, now=moment + timedelta(seconds=seconds % 5))

        with ThreadPoolExecutor(8) as schedulers:
            armed.append(sum(schedulers.map(try_it, range(8))))
        job_id = db.session.scalars(select(Job.id)).one()
        db.session.rollback()
        run = begin(job_id, later(moment, minutes=1))
        with transaction():
            settle(run, Output(), now=moment)
            assert not arm(ROUND, {}, now=moment)
            assert not arm(ROUND, {}, now=moment - timedelta(days=1))
    assert armed == [1] * 10


def test_a_database_that_goes_away_while_it_is_looked_for_work_is_told_as_that(
    app: Flask, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    if database != "postgresql":
        pytest.skip("SQLite has no server that could go away")

    def lose_connection(_now: datetime) -> list[dict[str, Any]]:
        current_connection().execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return []

    kinds = {
        name: Kind(name, nothing, turn=Turn(timedelta(seconds=5), lose_connection))
        for name in ("fold", "mail")
    }
    step = Step("scheduler", Scheduler(kinds, {}, LEASE).tick)
    with app.app_context():
        assert not step.take()
    (told,) = [record for record in caplog.records if record.name == "sakuham.jobs"]
    assert told.exc_info is None
    assert told.getMessage().endswith("the database is away")
