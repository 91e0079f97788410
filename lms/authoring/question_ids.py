"""Writes the ids that questions still lack into their files."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lms.authoring.checks.pocketbook import id_prefix
from lms.authoring.parsing.pocketbook import read_pocketbook
from lms.authoring.parsing.result import Question

BYTE_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@contextmanager
def ids_assigned(folder: Path) -> Iterator[list[str]]:
    """Give every question without an id the next free one, for what is done within.

    Each id is written below its question's heading; everything else in the files stays byte for
    byte, line ends included. Yields the names of the files that changed; nothing changes when the
    pocketbook has no code yet, and run twice it does no harm. Where what is done within raises,
    the files are as they were.
    """
    numbered = _numbered(folder)
    before = {name: (folder / name).read_bytes() for name in numbered}
    try:
        for name, data in numbered.items():
            (folder / name).write_bytes(data)
        yield sorted(numbered)
    except BaseException:
        for name, data in before.items():
            (folder / name).write_bytes(data)
        raise


def _numbered(folder: Path) -> dict[str, bytes]:
    """What the files would hold that lack ids, by their names."""
    reading = read_pocketbook(folder)
    if reading.code is None:
        return {}
    prefix = id_prefix(reading.code)
    additions: dict[str, dict[int, str]] = {}
    bank = [question for chapter in reading.chapters for question in chapter.bank]
    checks = [question for chapter in reading.chapters for question in chapter.checks]
    for letter, questions in (("k", bank), ("c", checks)):
        number = _highest([*bank, *checks], f"{prefix}-{letter}")
        for question in questions:
            if question.id is None:
                number += 1
                additions.setdefault(question.path, {})[question.line] = (
                    f"<!-- id: {prefix}-{letter}{number:02} -->"
                )
    return {
        name: _with_lines((folder / name).read_bytes(), by_line)
        for name, by_line in additions.items()
    }


def _highest(questions: Iterable[Question], start: str) -> int:
    """The highest number in use; a gap below it belonged to a question that is gone."""
    ids = [question.id for question in questions if question.id and question.id.startswith(start)]
    numbers = [name.removeprefix(start) for name in ids]
    return max((int(number) for number in numbers if number.isdecimal()), default=0)


def _with_lines(data: bytes, by_line: dict[int, str]) -> bytes:
    """The bytes with a line added after each of the given lines."""
    pieces: list[bytes] = []
    lines = [match[0] for match in BYTE_LINE.finditer(data)]
    for number, line in enumerate(lines, start=1):
        pieces.append(line)
        if number in by_line:
            content = line.rstrip(b"\r\n")
            end = line[len(content) :]
            if not end:
                pieces.append(b"\n")
            pieces.append(by_line[number].encode() + end)
    return b"".join(pieces)
