"""What the tests wait with: at a quiet machine, at a crowded one, and when somebody has died."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests import waiting
from tests.waiting import crowding, hold_port, is_listened_at, number_of, wait_until


@pytest.fixture
def port() -> Iterator[socket.socket]:
    with hold_port() as held:
        yield held


def test_what_has_come_is_not_waited_for() -> None:
    wait_until(lambda: True, tell=str, is_alive=lambda: False, within=0)


def test_what_comes_later_is_waited_for() -> None:
    looks = iter([False, False, True])
    wait_until(lambda: next(looks), tell=str)
    assert list(looks) == []


def test_who_has_died_is_not_waited_for_and_its_words_are_told() -> None:
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(AssertionError, match="It died first:\nits log"):
        wait_until(lambda: False, tell=lambda: "its log", is_alive=lambda: process.poll() is None)


def test_what_somebody_brought_before_they_died_counts() -> None:
    log: list[str] = []

    def die() -> bool:
        log.append("ready")
        return False

    wait_until(lambda: log, tell=str, is_alive=die)


def test_what_hangs_is_told() -> None:
    with pytest.raises(AssertionError, match="Not within 0 s:\nits log"):
        wait_until(lambda: False, tell=lambda: "its log", within=0)


def test_a_crowded_machine_is_given_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([False, False, True])
    monkeypatch.setattr(waiting, "crowding", lambda: 1e9)
    wait_until(lambda: next(looks), tell=str, within=1e-9)


def test_a_machine_is_never_taken_for_quicker_than_a_quiet_one() -> None:
    assert crowding() >= 1


def test_a_port_that_is_held_is_given_to_nobody_else(port: socket.socket) -> None:
    others = [hold_port() for _ in range(2000)]
    assert number_of(port) not in {number_of(other) for other in others}
    for other in others:
        other.close()


def test_at_a_port_that_is_held_one_server_can_listen(port: socket.socket) -> None:
    assert not is_listened_at(number_of(port))
    with socket.create_server(("127.0.0.1", number_of(port))):
        assert is_listened_at(number_of(port))
    assert not is_listened_at(number_of(port))
