"""The scheduler: every second it arms periodic jobs, sends waiting ones, and finds lost ones.

Any number of schedulers may do so at once: a turn is armed once, and a lost job taken back once,
by the database.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from lms.clock import utc_now
from lms.db import Trouble, read_only, transaction, trouble_of
from lms.jobs.kind import Kind, Lane
from lms.jobs.queries import list_armed
from lms.jobs.rules import key_of, slot_of
from lms.jobs.service import arm, look, reclaim_lost, send_waiting
from lms.load.queries import find_reduced
from lms.load.rules import Level
from lms.worker.runner import log, tell

# What comes round less often than this is looked at as often all the same: `find` knows the hour.
LONGEST_LOOK = timedelta(seconds=5)
# So many wait in a queue at most: what is there already is not sent once more and more.
QUEUE_LENGTH = 20
LONGEST_PAUSE_SECONDS = 60.0


class Queue:
    """Where the numbers of a lane's jobs are put, and how many wait there."""

    def __init__(self, send: Callable[[int], object], count: Callable[[], int]) -> None:
        self.send = send
        self.count = count


class Scheduler:
    """Looks at everything once a `tick`."""

    def __init__(
        self, kinds: Mapping[str, Kind], queues: Mapping[Lane, Queue], lease: timedelta
    ) -> None:
        self._kinds = kinds
        self._queues = queues
        self._lease = lease
        self._looked: dict[str, datetime] = {}
        """Into which look of each kind's the last one fell."""
        self._names = {
            lane: [kind.name for kind in kinds.values() if kind.lane is lane] for lane in Lane
        }

    def tick(self) -> None:
        """Arm whose turn it is, take back what was lost, and tell workers of what waits.

        An error with one of them stops none of the others; the first is raised in the end.
        """
        now = utc_now()
        errors: list[Exception] = []
        with read_only():
            due = self._find_due(now, errors)
            is_unsent, is_lost = look(now=now, again_before=now - self._lease, kinds=self._kinds)
            must_wait = find_reduced(now=now).level >= Level.EXPORTS_WAIT
        for kind, arguments in due:
            with transaction():
                is_unsent |= arm(kind, arguments, now=now)
        if is_lost:
            self._take_back(now)
        if is_unsent or is_lost:
            for lane, queue in self._queues.items():
                self._send(lane, queue, now, is_asked_too=lane is Lane.QUICK or not must_wait)
        if errors:
            raise errors[0]

    def _find_due(
        self, now: datetime, errors: list[Exception]
    ) -> Sequence[tuple[Kind, Mapping[str, Any]]]:
        due: list[tuple[Kind, Mapping[str, Any]]] = []
        for kind in self._kinds.values():
            turn = kind.turn
            if turn is None:
                continue
            look = slot_of(now, min(turn.every, LONGEST_LOOK))
            if self._looked.get(kind.name) == look:
                continue
            self._looked[kind.name] = look
            try:
                wanted = {key_of(kind.name, each): each for each in turn.find(now)}
                if wanted:
                    armed = list_armed(wanted, slot_of(now, turn.every))
                    due += [(kind, each) for key, each in wanted.items() if key not in armed]
            except Exception as error:
                if trouble_of(error) is Trouble.AWAY:
                    raise  # there is no connection left for the others either
                errors.append(error)  # the other kinds have their turn
        return due

    def _take_back(self, now: datetime) -> None:
        with transaction():
            lost = reclaim_lost(self._kinds, now=now)
        for each in lost:
            if each.due_at is None:
                log.error(
                    "%s (job %s) is given up: its workers end, or hang", each.kind, each.job_id
                )

    def _send(self, lane: Lane, queue: Queue, now: datetime, *, is_asked_too: bool) -> None:
        """Tell workers what waits; at a rush, nothing of what takes long and somebody asked for."""
        room = QUEUE_LENGTH - queue.count()
        if room <= 0:
            return
        with transaction():
            job_ids = send_waiting(
                now=now,
                again_before=now - self._lease,
                kinds=self._names[lane],
                limit=room,
                is_asked_too=is_asked_too,
            )
        for job_id in job_ids:
            queue.send(job_id)


class Step:
    """Something that is done again and again, and left out for a while when it fails.

    An error is told in the log once, with its traceback, or in one line where the database is in
    trouble; the pauses grow until it works again, which is told too.
    """

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self._name = name
        self._work = work
        self._failed_count = 0
        self._told = ""
        self._resumes_at = 0.0

    def take(self) -> bool:
        """Take the step, unless it has failed a short while ago; says whether it was done."""
        if monotonic() < self._resumes_at:
            return False
        try:
            self._work()
        except Exception as error:  # noqa: BLE001 - it ends this step, and nothing else
            self._fail(error)
            return False
        if self._failed_count:
            log.warning("%s works again after %s failures", self._name, self._failed_count)
        self._failed_count, self._told = 0, ""
        return True

    def _fail(self, error: Exception) -> None:
        self._failed_count += 1
        pause = min(2.0 ** min(self._failed_count, 10), LONGEST_PAUSE_SECONDS)
        self._resumes_at = monotonic() + pause
        kind = type(error).__name__
        if kind != self._told:
            self._told = kind
            tell(f"{self._name} failed and is tried again, later each time", error)
