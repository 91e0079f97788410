"""Gives ids to the questions that still lack them."""

import re
from collections.abc import Iterable
from dataclasses import replace

from lms.authoring.checks.pocketbook import id_prefix
from lms.authoring.parsing.pocketbook import parse_pocketbook
from lms.authoring.parsing.result import QuestionSource
from lms.authoring.source.tree import SourceTree

BYTE_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")


def assign_ids(tree: SourceTree) -> SourceTree:
    """The same source with an id for every question that lacks one: the next free number.

    Each id is written below its question's heading; everything else in the files stays byte for
    byte, line ends included. Nothing changes when the pocketbook has no code yet, and done twice
    it does no harm.
    """
    result = parse_pocketbook(tree)
    if result.code is None:
        return tree
    prefix = id_prefix(result.code)
    additions: dict[str, dict[int, str]] = {}
    bank = [question for chapter in result.chapters for question in chapter.bank]
    checks = [question for chapter in result.chapters for question in chapter.checks]
    for letter, questions in (("k", bank), ("c", checks)):
        number = _highest([*bank, *checks], f"{prefix}-{letter}")
        for question in questions:
            if question.id is None:
                number += 1
                additions.setdefault(question.path, {})[question.line] = (
                    f"<!-- id: {prefix}-{letter}{number:02} -->"
                )
    changed = {name: _with_lines(tree.files[name], lines) for name, lines in additions.items()}
    return replace(tree, files={**tree.files, **changed}) if changed else tree


def _highest(questions: Iterable[QuestionSource], start: str) -> int:
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
