"""A network of hosts inside this machine: a namespace for each, and a switch between them.

Nobody outside reaches it, and it reaches nobody: its addresses may be those of the documents.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

CLONE_NEWNET: Final = 0x40000000
SWITCH: Final = "switch"


def why_there_is_none() -> str:
    """Why this machine can have no such network, or nothing where it can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    name = f"sakuham-{os.getpid()}-trial"
    try:
        made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    except FileNotFoundError:
        return "there is no ip: Debian's package iproute2 brings it"
    if made.returncode:
        return f"no network namespace can be made: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", name], check=True)
    return ""


class Network:
    """Hosts by name, each with an interface of its own."""

    def __init__(self) -> None:
        self._hosts: list[str] = []
        self._add_namespace(SWITCH)
        _ip("-n", self._namespace(SWITCH), "link", "add", "bridge", "type", "bridge")
        _ip("-n", self._namespace(SWITCH), "link", "set", "bridge", "up")

    def add(self, host: str, *addresses: str) -> None:
        """One more host, with its addresses such as `10.0.0.1/24`."""
        self._add_namespace(host)
        switch, own = self._namespace(SWITCH), self._namespace(host)
        pair = ["type", "veth", "peer", "name", "eth0", "netns", own]
        _ip("link", "add", host, "netns", switch, *pair)
        _ip("-n", switch, "link", "set", host, "master", "bridge", "up")
        for address in addresses:
            _ip("-n", own, "address", "add", address, "dev", "eth0")
        _ip("-n", own, "link", "set", "eth0", "up")

    def start(
        self, host: str, command: Sequence[str], environment: Mapping[str, str], log: IO[bytes]
    ) -> "subprocess.Popen[bytes]":
        """Start a program on a host; what it says goes into the log."""
        return subprocess.Popen(
            ["ip", "netns", "exec", self._namespace(host), *command],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(
        self, host: str, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> str:
        """Run a program on a host and give what it says; raises AssertionError when it fails."""
        done = subprocess.run(
            ["ip", "netns", "exec", self._namespace(host), *command],
            env=None if environment is None else dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}"
        return done.stdout

    def kill(self, host: str) -> None:
        """End every process of a host at once, until there is none."""
        while processes := self._processes(host):
            for process in processes:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    def plug(self, host: str, *, is_in: bool) -> None:
        """Put a host's cable in, or pull it out: what is sent there is lost without a word."""
        _ip("-n", self._namespace(SWITCH), "link", "set", host, "up" if is_in else "down")

    @contextmanager
    def inside(self, host: str) -> Iterator[None]:
        """Be on a host: this thread, and the threads and processes that it starts meanwhile."""
        with Path("/proc/thread-self/ns/net").open() as outside:
            with Path("/run/netns", self._namespace(host)).open() as namespace:
                _enter(namespace.fileno())
            try:
                yield
            finally:
                _enter(outside.fileno())

    def close(self) -> None:
        """Leave nothing of it behind."""
        for host in reversed(self._hosts):
            self.kill(host)
            _ip("netns", "del", self._namespace(host))

    def _add_namespace(self, host: str) -> None:
        _ip("netns", "add", self._namespace(host))
        self._hosts.append(host)
        _ip("-n", self._namespace(host), "link", "set", "lo", "up")

    def _namespace(self, host: str) -> str:
        return f"sakuham-{os.getpid()}-{host}"

    def _processes(self, host: str) -> list[int]:
        told = subprocess.run(
            ["ip", "netns", "pids", self._namespace(host)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return [int(number) for number in told.stdout.split()]


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(arguments)}: {done.stderr}"


def _enter(namespace: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
