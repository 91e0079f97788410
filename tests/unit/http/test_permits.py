"""So many work, the others wait, and it is known for how long."""

from threading import Event, Thread

from lms.http.permits import Permits
from tests.waiting import HANG_SECONDS, wait_until


def test_nobody_waits_while_there_are_permits() -> None:
    permits, told = Permits(2), []
    permits.on_wait = lambda: told.append("waiting")
    with permits.one(), permits.one():
        assert permits.oldest_wait() == 0
    assert told == []


def test_who_waits_is_told_of_and_the_oldest_is_known() -> None:
    permits, told, done = Permits(1), [], Event()
    permits.on_wait = lambda: told.append("waiting")

    def take() -> None:
        with permits.one():
            done.set()

    waiting = Thread(target=take)
    with permits.one():
        waiting.start()
        wait_until(lambda: permits.oldest_wait() > 0.01, tell=lambda: "nobody waits")
        assert told == ["waiting"]
        assert not done.is_set()
    waiting.join(HANG_SECONDS)
    assert done.is_set()
    assert permits.oldest_wait() == 0
