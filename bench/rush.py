"""Many people who press a button within seconds, whether or not the one before was answered.

A process of its own, so that it takes no lock of whoever measures: it reads on its standard input
who presses when, and prints what came of each. `python -m bench.rush PORT`.
"""

import asyncio
import json
import random
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

CONNECTIONS: Final = 256
"""Kept alive by what stands between people and the server; a press waits for a free one."""
LONGEST_SECONDS: Final = 120.0
_AGENT: Final = "Mozilla/5.0 (Linux; Android 14)"


@dataclass(frozen=True, slots=True)
class Rush:
    """Who presses: the cookies of each, what they send where, and within how many seconds."""

    port: int
    seconds: float
    path: str
    body: str
    cookies: Sequence[str]


@dataclass(frozen=True, slots=True)
class Press:
    """What came of one: seconds from the press to the page that follows, or what went wrong."""

    seconds: float
    error: str = ""


class Connection:
    """One connection, opened when it is first needed and again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(
        self, method: str, path: str, cookie: str, address: str, body: str = ""
    ) -> tuple[int, Mapping[str, str]]:
        """Send a request; the status and the headers of its answer."""
        lines = [
            f"{method} {path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"User-Agent: {_AGENT}",
            "Accept: text/html",
            "Accept-Encoding: zstd",
            "Sec-Fetch-Site: same-origin",
            f"X-Forwarded-For: {address}",
            f"Cookie: {cookie}",
        ]
        if body:
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        reader, writer = await self._open()
        writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        named = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
        }
        await reader.readexactly(int(named.get("content-length", "0")))
        if named.get("connection", "").lower() == "close":
            await self.close()
        return int(head[0].split()[1]), named

    async def close(self) -> None:
        """Hang up."""
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            writer.close()
            with suppress(OSError):  # the other side has hung up before
                await writer.wait_closed()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self._reader, self._writer


async def press_all(rush: Rush) -> list[Press]:
    """Have everybody press at a moment of their own, and wait for what comes of it."""
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(Connection(rush.port))
    draw = random.Random(2026)  # noqa: S311 - the same rush in every run
    moments = [draw.random() * rush.seconds for _ in rush.cookies]
    began = time.monotonic() + 1

    async def press(number: int, cookie: str, moment: float) -> Press:
        await asyncio.sleep(began + moment - time.monotonic())
        connection = await free.get()
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                error = await _begin(connection, rush, cookie, address)
        except (OSError, EOFError, TimeoutError, ValueError) as failure:
            await connection.close()
            error = type(failure).__name__
        finally:
            free.put_nowait(connection)
        return Press(time.monotonic() - began - moment, error)

    presses = (
        press(number, cookie, moment)
        for number, (cookie, moment) in enumerate(zip(rush.cookies, moments, strict=True))
    )
    came = await asyncio.gather(*presses)
    while not free.empty():
        await free.get_nowait().close()
    return came


async def _begin(connection: Connection, rush: Rush, cookie: str, address: str) -> str:
    """Press, and open the page that this leads to; what went wrong, if anything did."""
    status, headers = await connection.ask("POST", rush.path, cookie, address, rush.body)
    if status != 303:
        return f"{status} at the press"
    status, _ = await connection.ask("GET", headers["location"], cookie, address)
    return "" if status == 200 else f"{status} at the page"


def main() -> None:
    """Read a rush, do it, and print what came of each press."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    rush = Rush(**json.load(sys.stdin))
    pressed = asyncio.run(press_all(rush))
    json.dump([[each.seconds, each.error] for each in pressed], sys.stdout)


if __name__ == "__main__":
    main()
