"""What `flask serve` does with the processes that it starts; each test is a process of its own."""

import subprocess
import sys

import pytest

from tests.waiting import HANG_SECONDS, crowding

pytestmark = pytest.mark.slow  # each starts processes of its own

# Something that dies at once, and the start of each program below.
DYING = """
import os, signal, sys, time
from lms.cli import supervisor
from lms.cli.supervisor import Part, Stopped, finish, fork, supervise, pause, stop, take_signals
take_signals()
part = Part("It", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ), PAUSE)
"""


def run(program: str, *, pause: float = 1) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", DYING.replace("PAUSE", str(pause)) + program],
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS * crowding(),
        check=False,
    )


def test_whatever_dies_is_started_again_with_growing_pauses_and_the_log_says_so() -> None:
    ended = run(
        """
waits = []
while len(waits) < 4:
    wait = part.tend()
    waits += [round(wait, 2)] if not part.process else []
    pause(wait)
stop()
print(waits)
""",
        pause=0.05,
    )
    assert ended.stdout == "[0.05, 0.1, 0.2, 0.4]\n", ended.stderr
    assert ended.stderr.splitlines()[:2] == [
        "It ended (exit code 3) and is started again in 0.05 s.",
        "It ended (exit code 3) and is started again in 0.1 s.",
    ]


def test_a_signal_that_comes_while_nobody_waits_is_not_lost() -> None:
    ended = run(
        """
signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does for what runs in the background
os.kill(os.getpid(), signal.SIGINT)
try:
    supervise([part])
except Stopped:
    stop()
    print("stopped")
"""
    )
    assert ended.stdout == "stopped\n", ended.stderr


def test_what_does_not_stop_is_killed_however_often_one_asks_meanwhile() -> None:
    ended = run(
        """
supervisor.STOP_SECONDS = 0.5
reader, writer = os.pipe()
def linger():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.fork()
    os.write(writer, b".")
    signal.pause()
child = fork(linger)
os.read(reader, 1), os.read(reader, 1)  # neither of the two can be told to stop any more
for _ in range(3):
    os.kill(os.getpid(), signal.SIGINT)
began = time.monotonic()
stop()
print(time.monotonic() - began)
try:
    while True:
        os.killpg(child, 0)
except ProcessLookupError:
    print("gone")
"""
    )
    seconds, gone = ended.stdout.split()
    assert 0.5 <= float(seconds) < 5 * crowding(), ended.stderr
    assert gone == "gone"


def test_what_is_done_beside_us_tells_its_own_failure() -> None:
    ended = run(
        """
import click
def fail():
    raise click.ClickException("There is no folder.")
print(finish(fork(fail)), finish(fork(lambda: None)))
"""
    )
    assert ended.stdout == "1 0\n", ended.stderr
    assert ended.stderr == "Error: There is no folder.\n"
