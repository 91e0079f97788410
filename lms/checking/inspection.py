"""What is in a PDF that anybody may have made, read in a process that harms nobody."""

import json
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from lms.certificates.codes import find_codes
from lms.checking.enums import Seal
from lms.checking.errors import EncryptedPdf, NoPdf, VastPdf

LARGEST: Final = 2 * 1024 * 1024
"""Of one file, in bytes; certificates have some ten thousands, scans a million."""

PATIENCE: Final = 40
"""Seconds on the clock for one file; the process itself has fewer of work."""

_PROGRAM: Final = Path(__file__).with_name("inspector.py")
_IDENTIFIER: Final = re.compile(r"([0-9A-Z]{12})-\d+(?:-[\d-]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was seen of a file; nothing of it is to be believed.

    text: the words of its first pages. The codes are true ones, in the order they were met: those
    that a reader sees (`printed`, and `in_picture` as QR codes), and those that only programs see:
    behind links, in attached credentials, in the file's identifier. seal: what became of it.
    """

    page_count: int
    text: str
    printed: tuple[str, ...]
    in_picture: tuple[str, ...]
    hidden: tuple[str, ...]
    seal: Seal
    has_program: bool

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code that it names, once: what a reader sees first."""
        return tuple(dict.fromkeys([*self.printed, *self.in_picture, *self.hidden]))


class Inspector:
    """A process that inspects one file after another; to be used as a context manager.

    One that is ended by a file, which takes too much memory or time, is followed by another. It is
    for one thread at a time.
    """

    def __init__(self, trusted_roots: Collection[bytes] = ()) -> None:
        """Take the roots' certificates in DER; without any, no seal is ours."""
        self._roots = json.dumps([root.hex() for root in trusted_roots]).encode()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def inspect(self, content: bytes) -> Inspection:
        """See what is in a file.

        Raises NoPdf, EncryptedPdf, and VastPdf for one that is too large or takes too much.
        """
        if len(content) > LARGEST:
            raise VastPdf
        try:
            seen = json.loads(self._ask(content))
        except (OSError, ValueError) as error:
            self.close()
            raise VastPdf from error
        if seen == "encrypted":
            raise EncryptedPdf
        if isinstance(seen, str):
            raise NoPdf
        return _inspection(seen)

    def _ask(self, content: bytes) -> bytes:
        """The process's answer; raises OSError or ValueError when there is none in time."""
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own file, by our own interpreter
                [sys.executable, "-I", str(_PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            self._send(self._roots)
        self._send(content)
        answers = self._process.stdout
        if answers is None:
            raise OSError("no pipe")
        answer = b""
        due = time.monotonic() + PATIENCE
        while not answer.endswith(b"\n"):
            ready, _, _ = select.select([answers], [], [], max(0, due - time.monotonic()))
            part = os.read(answers.fileno(), 65536) if ready else b""
            if not part:
                raise OSError("no answer")
            answer += part
        return answer

    def _send(self, content: bytes) -> None:
        source = None if self._process is None else self._process.stdin
        if source is None:
            raise OSError("no pipe")
        source.write(len(content).to_bytes(8, "big") + content)
        source.flush()


def _inspection(seen: dict[str, Any]) -> Inspection:
    text = seen["text"]
    identifier = _IDENTIFIER.fullmatch(seen["identifier"])
    hidden = [*seen["links"], *seen["attachments"], identifier[1] if identifier else ""]
    return Inspection(
        page_count=seen["page_count"],
        text=text,
        printed=find_codes(text),
        in_picture=find_codes("\n".join(seen["qr_codes"])),
        hidden=find_codes("\n".join(hidden)),
        seal=Seal(seen["seal"]),
        has_program=seen["has_program"],
    )
